"""Glances show what full pictures show: the same pixels at the size of the screen, by another road."""

import gc
import weakref
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from convexplorer.core import Activation
from convexplorer.core.geometry.windows import BORDERS
from convexplorer.core.kinds import KINDS
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.project import Display, Project
from convexplorer.model.view import Look, Screen, View
from convexplorer.results.given import Given
from convexplorer.results.glance import Glance
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.results.road import plan_road
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.frame import Frame, Samples, Source
from tests.model.examples import conv_layer, pool_layer
from tests.results.every_kind import frame as small_frame
from tests.results.every_kind import project_of

GRAY = Display(palette="gray", scope="locked", locked=(-3.0, 3.0))  # one step of the palette is one of the screen
SEEN = Screen(wants_numbers=False, tile=(17, 25), input=(20, 31))


def photo(rows: int = 75, columns: int = 110, channels: str = "RGB", seed: int = 0) -> Frame:
    """Return a picture of smooth waves and noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:rows, :columns]
    waves = [np.sin(y / (5 + i)) * np.cos(x / (9 - i)) / 2 + 0.5 for i in range(len(channels))]
    image = (np.stack(waves) * 0.7 + 0.3 * rng.random((len(channels), rows, columns))).astype(np.float32)
    image.flags.writeable = False
    return Frame(image, tuple(channels))


def film(rows: int = 75, columns: int = 110) -> Frame:
    """Return a frame of a video: bytes."""
    pixels = (photo(rows, columns).image[::-1].transpose(1, 2, 0) * 255).astype(np.uint8)
    return Frame(ByteImage(pixels), ("R", "G", "B"), samples=Samples("uint8", 8, 255.0))


def random_filters(count: int, size: tuple[int, int] = (3, 3), planes: int = 1, seed: int = 0) -> tuple[Filter, ...]:
    rng = np.random.default_rng(seed)
    scale = 1.5 / (size[0] * size[1]) ** 0.5
    return tuple(Filter(f"f{i}", rng.normal(size=(planes, *size)) * scale, bias=0.1 * i) for i in range(count))


def project_with(*layers: Layer, display: Display = GRAY) -> Project:
    return Project(Source("sample", "cat"), layers, display=display)


def both(project: Project, frame: Frame, screen: Screen = SEEN, view: View | None = None) -> tuple[Glance, Picture]:
    """Return what both roads give for a job."""
    job = Job(frame, project, view or View(), screen=screen)
    glance = Glancer().glance(job)
    assert glance is not None
    return glance, render(job).picture


def pixels_of(glance: Glance | None, index: int) -> np.ndarray:
    sight = None if glance is None else glance.maps[index]
    assert sight is not None
    return sight.pixels


def check_same(glance: Glance, picture: Picture, *, steps: int = 2) -> None:
    """Compare all that is seen; a step of the palette may be two of the screen, as grey has 255 of 256."""
    for sight, tile in ((glance.input, picture.input_tile), *zip(glance.maps, picture.tiles, strict=True)):
        assert sight is not None
        expected = tile.indexed if tile.pixels is None else tile.pixels
        assert sight.pixels.shape == expected.shape
        assert np.abs(sight.pixels.astype(int) - expected).max() <= steps
        assert (sight.title, sight.grid, sight.filter) == (tile.title, tile.grid, tile.filter)
        assert (sight.cells, sight.palette) == (tile.values.shape[-2:], tile.palette)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize(
    ("size", "strides", "padding", "dilation"),
    [
        ((3, 3), 1, "same", 1),
        ((5, 2), 1, "valid", 1),
        ((3, 3), 2, "same", 1),
        ((1, 1), (2, 1), "valid", 1),
        ((3, 3), 1, ((2, 0), (1, 3)), 1),
        ((3, 3), 1, "same", 2),
        ((7, 7), 1, "same", 1),
    ],
)
def test_a_bank_looks_the_same(size: tuple[int, int], strides: object, padding: object, dilation: int, border: str):
    layer = conv_layer(
        random_filters(3, size), strides=strides, padding=padding, dilation_rate=dilation, border=border, use_bias=True
    )

    glance, picture = both(project_with(layer), photo())

    check_same(glance, picture)
    assert all(tile.pixels is not None for tile in picture.tiles)


@pytest.mark.parametrize("shape", [(48, 64), (49, 64), (51, 67), (34, 50), (17, 25), (200, 30)])
def test_pictures_of_any_size_look_the_same(shape: tuple[int, int]):
    project = project_with(conv_layer(random_filters(3), padding="same"))

    check_same(*both(project, photo(*shape)))


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "leaky_relu", "softmax"])
def test_values_are_activated_before_their_mean(activation: str):
    project = project_with(conv_layer(random_filters(4), padding="same", activation=activation))

    check_same(*both(project, photo()))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_layer_looks_the_same_or_is_left_to_full_pictures(kind: str):
    project = replace(project_of(kind), display=GRAY)
    job = Job(small_frame(), project, View(project.ids[-1]), screen=Screen(False, (5, 7), (9, 14)))

    glance, picture = Glancer().glance(job), render(job).picture

    has_places = picture.evaluation is not None and len(picture.evaluation.results[-1].shape or ()) == 3
    assert (glance is not None) == has_places
    if glance is not None:
        check_same(glance, picture)


def test_a_stack_looks_the_same_at_every_layer():
    project = project_with(
        conv_layer(random_filters(4), padding="same", id="first"),
        make_layer("activation", activation="relu", id="relu"),
        pool_layer("max", id="pool"),
        conv_layer(random_filters(3, planes=4), padding="same", id="last"),
    )

    for name in project.ids:
        check_same(*both(project, photo(), replace(SEEN, tile=(9, 13)), View(name)))


@pytest.mark.parametrize("planes", [1, 3])
@pytest.mark.parametrize("numbers", ["unit", "stored"])
@pytest.mark.parametrize(("strides", "padding", "border"), [(1, "same", "zeros"), ((2, 1), "valid", "reflect")])
def test_frames_of_a_video_look_the_same(planes: int, numbers: str, strides: object, padding: str, border: str):
    layer = conv_layer(random_filters(3, planes=planes), strides=strides, padding=padding, border=border, use_bias=True)
    levels = (-3.0, 3.0) if numbers == "unit" else (-765.0, 765.0)
    project = replace(project_with(layer, display=replace(GRAY, locked=levels)), numbers=numbers)

    check_same(*both(project, film()))
    check_same(*both(project, film(), Screen(False), View(reduction=2)))


@pytest.mark.parametrize("activation", ["linear", "relu"])
def test_of_a_video_frame_only_bytes_are_read_where_filters_tell_no_colours_apart(activation: str):
    frame = film()
    layer = conv_layer(random_filters(3), padding="same", activation=activation)

    glance = Glancer().glance(Job(frame, project_with(layer, display=Display()), View(), screen=SEEN))

    assert glance is not None
    assert isinstance(frame.content, ByteImage)
    assert not frame.content._made


@pytest.mark.parametrize("channels", ["luminance", "all", "color", "1"])
@pytest.mark.parametrize("names", ["RGB", "Y", "RGBA"])
def test_any_choice_of_channels_looks_the_same(channels: str, names: str):
    project = replace(project_with(conv_layer(random_filters(2), padding="same")), channels=channels)

    check_same(*both(project, photo(channels=names)))


def test_a_checkerboard_and_eight_bits_look_the_same():
    display = replace(GRAY, has_checkerboard=True, as_opencv_8bit=True)
    project = project_with(conv_layer(random_filters(2), padding="same"), display=display)

    check_same(*both(project, photo(channels="RGBA")))


@pytest.mark.parametrize("reduction", [1, 2, 4])
def test_without_the_size_on_screen_maps_come_indexed(reduction: int):
    project = project_with(conv_layer(random_filters(2), padding="same"))

    glance, picture = both(project, photo(), Screen(False), View(reduction=reduction))

    check_same(glance, picture)
    assert [sight.reduction for sight in glance.maps if sight is not None] == [reduction] * 2


def test_small_maps_are_magnified_by_the_pane():
    project = project_with(conv_layer(random_filters(2), padding="same"))

    glance, picture = both(project, photo(12, 16))

    check_same(glance, picture)
    assert picture.tiles[0].pixels is None
    assert [sight.pixels.shape for sight in glance.maps if sight] == [(12, 16)] * 2


@pytest.mark.parametrize("activation", ["linear", "relu", "softmax"])
@pytest.mark.parametrize("scope", ["per-map", "shared", "locked"])
@pytest.mark.parametrize("groups", [1, 3])
@pytest.mark.parametrize("seen", [(2, 3), (5, 0, 2)])
def test_only_maps_in_sight_are_drawn(activation: str, scope: str, groups: int, seen: tuple[int, ...]):
    filters = random_filters(6, planes=1)
    layer = conv_layer(filters, padding="same", activation=activation, groups=groups, use_bias=True)
    project = project_with(layer, display=replace(GRAY, scope=scope))
    frame = photo()

    part, whole = (both(project, frame, replace(SEEN, visible=one))[0] for one in (seen, None))

    assert [i for i, sight in enumerate(part.maps) if sight is not None] == sorted(seen)
    for index in seen:
        one, other = pixels_of(part, index), pixels_of(whole, index)
        assert np.abs(one.astype(int) - other).max() <= 2


@pytest.mark.parametrize("activation", ["linear", "relu"])
def test_all_maps_are_drawn_where_those_in_sight_are_gone(activation: str):
    project = project_with(conv_layer(random_filters(3), padding="same", activation=activation))

    check_same(*both(project, photo(), replace(SEEN, visible=tuple(range(20, 32))))[:1], both(project, photo())[1])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("dilation", [1, 5])
def test_values_that_are_not_finite_are_marked_in_the_same_places(bad: float, dilation: int):
    image = photo().image.copy()
    image[1, 30, 40] = bad
    project = project_with(conv_layer(random_filters(2), padding="same", dilation_rate=dilation))

    check_same(*both(project, Frame(image, ("R", "G", "B"))))


@pytest.mark.parametrize("is_dark", [False, True])
def test_pixels_have_the_colours_of_the_theme(is_dark: bool):
    project = project_with(conv_layer(random_filters(2), padding="same"), display=replace(GRAY, palette="signed"))

    check_same(*both(project, photo(), replace(SEEN, is_dark=is_dark)), steps=8)


@pytest.mark.parametrize("scope", ["per-map", "shared"])
@pytest.mark.parametrize("activation", ["linear", "relu", "tanh"])
@pytest.mark.parametrize(
    "settings", [{}, {"border": "reflect"}, {"strides": 2, "padding": "valid"}, {"use_bias": True}]
)
def test_after_an_edit_levels_are_those_of_the_full_picture(scope: str, activation: str, settings: dict[str, object]):
    """So that nothing changes its colour when the full picture follows."""
    layer = conv_layer(random_filters(20), **{"padding": "same", "activation": activation, **settings})

    glance, picture = both(project_with(layer, display=Display(scope=scope)), film(300, 400))

    levels = [sight.levels for sight in glance.maps if sight is not None]
    assert levels == [tile.levels for tile in picture.tiles]


def test_padding_does_not_set_the_levels():
    """A line along the border is a thousandth of the picture."""
    bright = np.full((3, 300, 400), 0.9, np.float32) + photo(300, 400).image / 50
    line = Filter("line", np.array([[[-1.0] * 3, [2.0] * 3, [-1.0] * 3]]))
    large = Filter("line", np.pad(line.planes, ((0, 0), (2, 2), (2, 2))))
    for one in (line, large):
        glance, picture = both(
            project_with(conv_layer((one,), padding="same"), display=Display()), Frame(bright, ("R", "G", "B"))
        )
        assert glance.maps[0] is not None
        assert glance.maps[0].levels == picture.tiles[0].levels
        assert picture.tiles[0].levels.high < 1


def test_few_values_behind_an_activation_set_the_levels():
    image = np.full((1, 480, 640), 0.5, np.float32)
    image[0, 201, 303] = 0.9  # between the values of an even sample
    dots = conv_layer((Filter("dot", np.array([[[1.0]]]), bias=-0.6),), activation=Activation("relu"))
    glance, picture = both(project_with(dots, display=Display()), Frame(image, ("Y",)))

    assert glance.maps[0] is not None
    assert glance.maps[0].levels == picture.tiles[0].levels


def with_dots(rows: int, columns: int, rng: np.random.Generator) -> Frame:
    """Return a flat picture with a few dots, which a sample of its values may miss."""
    image = np.full((3, rows, columns), rng.random(), np.float32)
    for row, column in zip(rng.integers(rows, size=3), rng.integers(columns, size=3), strict=True):
        image[:, row : row + 2, column : column + 2] = rng.random()
    return Frame(image, ("R", "G", "B"))


@pytest.mark.parametrize("scope", ["per-map", "shared"])
@pytest.mark.parametrize("palette", ["signed", "gray"])
@pytest.mark.parametrize("activation", ["linear", "relu", "leaky_relu"])
@pytest.mark.parametrize("size", [1, 3, 7])
def test_maps_that_are_flat_but_for_little_have_the_levels_of_the_full_picture(
    scope: str, palette: str, activation: str, size: int
):
    rng, found = np.random.default_rng(size), []
    for _ in range(4):
        filters = [
            Filter(f"f{i}", (planes := rng.normal(size=(1, size, size))), bias=-rng.random() * np.abs(planes).sum())
            for i in range(4)
        ]
        layer = conv_layer(filters, padding="same", activation=activation, use_bias=True)
        display = Display(scope=scope, palette=palette)
        glance, picture = both(project_with(layer, display=display), with_dots(260, 330, rng))
        # How wide the levels of a map of zeros are tells nothing.
        found += [
            (sight.levels, tile.levels)
            for sight, tile in zip(glance.maps, picture.tiles, strict=True)
            if sight is not None and tile.values.any()
        ]

    assert found
    assert [glanced for glanced, _ in found] == [full for _, full in found]


@pytest.mark.parametrize("activation", ["linear", "relu"])
@pytest.mark.parametrize("strides", [1, 2])
def test_the_rim_sets_no_levels(activation: str, strides: int):
    """Beside the padding lie the largest values of an edge filter, in one row of hundreds."""
    y, x = np.mgrid[:480, :640]
    wave = 0.5 + 0.1 * np.sin(y / 40) * np.cos(x / 50) + 0.02 * np.random.default_rng(2).random(y.shape)
    image = np.stack([wave, wave, wave]).astype(np.float32)
    line = np.array([[[-1.0] * 3, [2.0] * 3, [-1.0] * 3]])
    edges = tuple(Filter(f"rows {i}", line) for i in range(8))  # of so many maps few values each are looked at
    layer = conv_layer(edges, padding="same", strides=(strides, strides), activation=Activation(activation))
    glance, picture = both(project_with(layer, display=Display()), Frame(image, ("R", "G", "B")))

    for sight, tile in zip(glance.maps, picture.tiles, strict=True):
        assert sight is not None
        assert sight.levels.high <= 1.34 * tile.levels.high


@pytest.mark.parametrize("content", [np.full((3, 75, 110), 0.3, np.float32), np.full((75, 110, 3), 77, np.uint8)])
def test_a_flat_picture_is_shown_as_zero_by_both_roads(content: np.ndarray):
    """What rounding leaves of sums of 0 must not become a picture, in whatever order they are added."""
    kernels = [[-0.1, 0.2, -0.1], [3.0, -7.1, 4.1], [0.3, -0.9, 0.6]]
    edges = conv_layer([Filter(str(kernel), np.array([[kernel]])) for kernel in kernels], padding="valid")
    frame = Frame(ByteImage(content) if content.dtype == np.uint8 else content, ("R", "G", "B"))
    glance, picture = both(project_with(edges, display=Display()), frame)

    assert [sight.levels for sight in glance.maps if sight is not None] == [tile.levels for tile in picture.tiles]
    check_same(glance, picture)


@pytest.mark.parametrize(
    "view", [View(mode="channels"), View(mode="compare"), View(look=Look((-1, -2))), View(look=Look((-1,)))]
)
def test_other_ways_of_looking_are_left_to_full_pictures(view: View):
    project = project_with(conv_layer(random_filters(2), padding="same"))

    assert Glancer().glance(Job(photo(), project, view, screen=SEEN)) is None


def test_a_layer_that_fails_is_left_to_the_full_picture():
    project = project_with(conv_layer(random_filters(2, (99, 99)), padding="valid"))

    assert Glancer().glance(Job(photo(), project, View(), screen=SEEN)) is None


def test_an_edit_reaches_the_next_glance():
    glancer, frame = Glancer(), photo()
    seen: Sequence[Glance | None] = [
        glancer.glance(
            Job(frame, project_with(conv_layer(random_filters(2, seed=seed), padding="same")), View(), screen=SEEN)
        )
        for seed in (0, 1)
    ]

    first, second = (pixels_of(glance, 0) for glance in seen)
    assert np.abs(first.astype(int) - second).max() > 10


@pytest.mark.parametrize("frame", [photo(), film()])
def test_an_edit_of_a_still_draws_and_sums_its_picture_once(frame: Frame, monkeypatch: pytest.MonkeyPatch):
    glancer, sums = Glancer(), []
    whole = Given.sum.func
    monkeypatch.setattr(Given, "sum", property(lambda given: sums.append(1) or whole(given)))
    layers = [conv_layer(random_filters(2, seed=seed), padding="same") for seed in range(3)]

    seen = [glancer.glance(Job(frame, project_with(layer), View(), screen=SEEN)) for layer in layers]
    another = glancer.glance(Job(frame, project_with(layers[0]), View(), screen=replace(SEEN, input=(10, 15))))

    assert len(sums) == 2
    assert len({id(glance.input) for glance in seen if glance is not None}) == 1
    assert another is not None
    assert another.input.pixels.shape == (10, 15, 4)


def test_nothing_is_remembered_of_a_frame_that_is_gone():
    glancer, frame = Glancer(), photo()
    gone = weakref.ref(frame)
    glancer.glance(Job(frame, project_with(conv_layer(random_filters(2), padding="same")), View(), screen=SEEN))

    del frame
    gc.collect()

    assert gone() is None


def edited(project: Project, index: int, weight: float) -> Project:
    """Return the project with one weight of one filter of its first layer changed."""
    layer = project.layers[0]
    planes = layer.filters[index].planes.copy()
    planes[0, 0, 0] = weight
    filters = [replace(one, planes=planes) if i == index else one for i, one in enumerate(layer.filters)]
    return replace(project, layers=(replace(layer, filters=tuple(filters)), *project.layers[1:]))


@pytest.mark.parametrize(
    "display", [GRAY, Display(), replace(Display(), scope="shared")], ids=["locked", "own", "shared"]
)
def test_after_an_edit_of_one_filter_all_maps_are_as_if_drawn_anew(display):
    picture, project = photo(), project_with(conv_layer(random_filters(5)), display=display)
    glancer = Glancer(clock=lambda: 0.0)
    glancer.glance(Job(picture, project, View(), screen=SEEN))
    for index, weight in ((3, 4.0), (1, -2.0), (1, 0.5)):
        project = edited(project, index, weight)
        job = Job(picture, project, View(), screen=SEEN)

        found, anew = glancer.glance(job), Glancer(clock=lambda: 0.0).glance(job)

        for one, other in zip(found.maps, anew.maps, strict=True):
            assert np.array_equal(one.pixels, other.pixels)
            assert (one.title, one.levels, one.filter) == (other.title, other.levels, other.filter)


def test_an_edit_of_one_filter_draws_its_map_alone(monkeypatch):
    picture, project = photo(), project_with(conv_layer(random_filters(5)), display=Display())
    glancer = Glancer()
    before = glancer.glance(Job(picture, project, View(), screen=SEEN))
    after = glancer.glance(Job(picture, edited(project, 3, 9.0), View(), screen=SEEN))

    assert [one is other for one, other in zip(before.maps, after.maps, strict=True)] == [True, True, True, False, True]


@pytest.mark.parametrize(
    "change",
    [
        lambda p: edited(replace(p, layers=(p.layers[0].with_settings(strides=(2, 2)),)), 3, 9.0),
        lambda p: edited(replace(p, channels="luminance"), 3, 9.0),
        lambda p: edited(replace(p, display=replace(p.display, palette="gray")), 3, 9.0),
        lambda p: edited(replace(p, layers=(p.layers[0].with_settings(activation=Activation("softmax")),)), 3, 9.0),
    ],
    ids=["strides", "channels", "palette", "softmax"],
)
def test_where_more_than_filters_differs_no_map_is_kept(change):
    picture, project = photo(), project_with(conv_layer(random_filters(5)), display=Display())
    glancer = Glancer()
    before = glancer.glance(Job(picture, project, View(), screen=SEEN))
    job = Job(picture, change(project), View(), screen=SEEN)

    after, anew = glancer.glance(job), Glancer().glance(job)

    assert (after is None) == (anew is None)
    if after is not None:
        assert not any(one is other for one, other in zip(before.maps, after.maps, strict=True))


def test_maps_of_another_size_on_screen_or_theme_are_drawn_anew():
    picture, project = photo(), project_with(conv_layer(random_filters(5)), display=Display())
    glancer = Glancer()
    before = glancer.glance(Job(picture, project, View(), screen=SEEN))
    for screen in (replace(SEEN, tile=(19, 27)), replace(SEEN, is_dark=not SEEN.is_dark)):
        after = glancer.glance(Job(picture, edited(project, 3, 9.0), View(), screen=screen))
        assert not any(one is other for one, other in zip(before.maps, after.maps, strict=True))


def test_what_is_kept_of_a_frame_does_not_keep_the_frame():
    picture, glancer = photo(), Glancer()
    glancer.glance(Job(picture, project_with(conv_layer(random_filters(2))), View(), screen=SEEN))
    watch = weakref.ref(picture)

    del picture
    gc.collect()

    assert watch() is None


def _stack_edits() -> list[Project]:
    """Return the states of a stack of two convolutions, from one edit to the next."""
    first = project_with(conv_layer(random_filters(3), id="a"), conv_layer(random_filters(4, planes=3, seed=1), id="b"))
    weight = edited(first, 1, 4.0)
    a, b = weight.layers
    renamed = replace(a, filters=(replace(a.filters[0], name="mine"), *a.filters[1:]))
    split = replace(a, filters=(replace(a.filters[0], planes=np.repeat(a.filters[0].planes, 3, 0)), *a.filters[1:]))
    layers = [
        (a, b),
        (renamed, b),
        (split, b),
        (a.with_settings(strides=(2, 2)), b),
        (replace(a, is_enabled=False), b),
        (a.with_settings(activation=Activation("relu")), b),
        (a, replace(b, filters=b.filters[:2])),
    ]
    return [first, weight, *(replace(first, layers=each) for each in layers)]


@pytest.mark.parametrize("selected", ["a", "b"])
def test_after_every_kind_of_edit_a_glance_is_that_of_a_new_start(selected: str):
    picture, glancer, view = photo(), Glancer(clock=lambda: 0.0), View(selected)
    for project in _stack_edits():
        job = Job(picture, project, view, screen=SEEN)
        found, anew = glancer.glance(job), Glancer(clock=lambda: 0.0).glance(job)

        assert found is not None
        assert anew is not None
        for one, other in zip(found.maps, anew.maps, strict=True):
            assert np.array_equal(one.pixels, other.pixels)
            assert (one.title, one.cells, one.grid, one.levels, one.filter) == (
                (other.title, other.cells, other.grid, other.levels, other.filter)
            )


def test_an_edit_of_weights_alone_plans_no_other_road(monkeypatch: pytest.MonkeyPatch):
    glancer, picture, plans = Glancer(), photo(), []
    monkeypatch.setattr(
        "convexplorer.results.glancer.plan_road", lambda *given: plans.append(given) or plan_road(*given)
    )
    first, weight, _, renamed, *_ = _stack_edits()

    for project in (first, weight, edited(weight, 0, -1.0)):
        glancer.glance(Job(picture, project, View("b"), screen=SEEN))
    assert len(plans) == 1

    glancer.glance(Job(picture, renamed, View("b"), screen=SEEN))
    assert len(plans) == 2


def test_where_weights_may_decide_whether_a_picture_is_reduced_each_edit_is_planned(monkeypatch: pytest.MonkeyPatch):
    first, weight, *_ = _stack_edits()
    road = plan_road(first, View("b"), (3, 75, 110), ("R", "G", "B"), photo().axes)
    assert road is not None
    assert road.after_edit(first.layers, weight.layers, (3, 75, 110)) is not None

    monkeypatch.setattr("convexplorer.results.road.MAX_WORK", 1)
    heavy = plan_road(first, View("b"), (3, 75, 110), ("R", "G", "B"), photo().axes)
    assert heavy is not None
    assert heavy.after_edit(first.layers, weight.layers, (3, 75, 110)) is None
