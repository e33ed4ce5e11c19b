"""What changes a value: exact gradients with respect to picture and layers, and what is said of them."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer import core
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.project import Display, Project
from convexplorer.model.view import View
from convexplorer.results.explanation import explain
from convexplorer.results.gradient_maps import MOST_TILES, GradientMaps, gradient_maps
from convexplorer.results.gradient_subject import HOW, OF, Wish, choices, is_quick, subject_of
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.results.sampled_gradients import steps_of
from convexplorer.sources.frame import Frame, Source
from tests.model.examples import conv_layer

STEP = 1e-3


def frame(rows: int = 12, columns: int = 10, channels: str = "RGB") -> Frame:
    image = np.random.default_rng(0).random((len(channels), rows, columns)).astype(np.float32)
    return Frame(image, tuple(channels))


def filters(count: int, planes: int, seed: int = 0, bias: float = 0.0) -> tuple[Filter, ...]:
    rng = np.random.default_rng(seed)
    return tuple(Filter(f"f{i}", rng.normal(size=(planes, 3, 3)) / 3, bias) for i in range(count))


def network() -> tuple[Layer, ...]:
    """Return a classifier with a skip connection."""
    weights = {"kernel": np.random.default_rng(3).normal(size=(4, 4)), "bias": np.zeros(4)}
    return (
        conv_layer(filters(4, 3), activation="tanh", id="first"),
        conv_layer(filters(4, 4, 1), activation="softplus", id="second"),
        make_layer("add", inputs=["first", "second"], id="sum"),
        make_layer("average_pool", id="pool"),
        make_layer("global_average_pool", id="mean"),
        make_layer("dense", weights=weights, units=4, id="scores"),
        make_layer("softmax", id="softmax"),
    )


def picture_of(layers: tuple[Layer, ...], selected: str, given: Frame | None = None, **changes: object) -> Picture:
    project = replace(Project(Source("sample", "cat"), layers), **changes)
    return render(Job(given or frame(), project, View(layer=selected))).picture


def maps_of(
    picture: Picture, layer: str, channel: int, cell: tuple[int, ...], wish: Wish
) -> tuple[GradientMaps, np.ndarray]:
    explanation = explain(picture, picture.project.position(layer), channel, cell)
    assert explanation is not None
    subject = subject_of(picture, explanation, wish)
    assert subject is not None
    *_, last = steps_of(subject)
    values = last.values
    return gradient_maps(picture, subject, values), values


def by_differences(layers: tuple[Layer, ...], place: tuple[int, ...] | None, layer: int, channel: int) -> np.ndarray:
    """Return d value / d picture in float64, one cell at a time; of no place the mean of the map."""
    image = frame().image.astype(np.float64)
    graph = picture_of(layers, layers[layer].id).evaluation.graph
    found = np.zeros_like(image)
    for cell in np.ndindex(*image.shape):
        values = []
        for step in (STEP, -STEP):
            moved = image.copy()
            moved[cell] += step
            made = core.evaluate(graph, moved)[layer][channel]
            values.append(float(made.mean() if place is None else made[place]))
        found[cell] = (values[0] - values[1]) / (2 * STEP)
    return found


@pytest.mark.parametrize(
    ("layer", "channel", "cell"),
    [("first", 2, (5, 4)), ("sum", 1, (0, 9)), ("pool", 3, (2, 2)), ("softmax", 1, (0, 0))],
)
@pytest.mark.parametrize("of", OF)
def test_the_gradient_is_what_a_small_change_does(layer, channel, cell, of):
    layers = network()
    picture = picture_of(layers, layer)

    _, values = maps_of(picture, layer, channel, cell, Wish(of=of))

    index = picture.project.position(layer)
    is_vector = picture.evaluation.maps_of(index).ndim == 1
    expected = by_differences(layers, None if of == "map" or is_vector else cell, index, channel)
    np.testing.assert_allclose(values, expected, rtol=1e-3, atol=1e-5 * max(1, np.abs(expected).max()))


def test_with_respect_to_each_layer_it_has_the_shape_of_its_maps_and_follows_the_chain_rule():
    picture = picture_of(network(), "softmax")
    evaluation = picture.evaluation
    last = len(evaluation) - 1
    assert choices(evaluation, last) == (5, 4, 3, 2, 1, 0, -1)
    names = {i: layer.id for i, layer in enumerate(picture.project.layers)} | {-1: ""}
    whole = {i: maps_of(picture, "softmax", 2, (0, 0), Wish(by=names[i]))[1] for i in choices(evaluation, last)}

    for i in range(last):
        assert whole[i].shape == evaluation[i].shape
        carried = core.input_gradient(evaluation, whole[i], i) if i != 1 and i != 0 else None
        if carried is not None:  # everything passes through these layers
            np.testing.assert_allclose(carried, whole[-1], rtol=1e-4, atol=1e-7)


def test_a_gradient_is_drawn_in_one_signed_scale_around_zero():
    picture = picture_of(network(), "sum", frame(40, 40), display=Display(palette="gray"))

    shown, values = maps_of(picture, "sum", 0, (9, 8), Wish(by="first"))

    seen, *tiles = shown.tiles
    assert seen.role == "input"
    assert {tile.palette for tile in tiles} == {"signed"}
    assert len({tile.levels for tile in tiles}) == 1
    levels = tiles[0].levels
    assert 0 < -levels.low == levels.high
    assert [tile.title for tile in tiles] == ["f0", "f1", "f2", "f3"]
    assert all(np.array_equal(tile.values, one[5:14, 4:13]) for tile, one in zip(tiles, values, strict=True))
    assert np.abs(values).sum() == pytest.approx(sum(np.abs(tile.values).sum() for tile in tiles))
    row, column = np.unravel_index(np.abs(values).max(axis=0).argmax(), values.shape[1:])
    strongest = shown.tiles[shown.strongest]
    assert abs(strongest.values[row - 5, column - 4]) == np.abs(values).max()


def test_of_many_maps_the_strongest_are_shown_in_their_order():
    count = MOST_TILES + 10
    strengths = np.random.default_rng(1).permutation(count) + 1.0
    one = Filter("all", strengths[:, np.newaxis, np.newaxis] * np.ones((1, 1, 1)))
    layers = (
        conv_layer(tuple(Filter(f"m{i}", np.ones((1, 1, 1))) for i in range(count)), id="wide"),
        conv_layer((one,), id="all"),
    )
    picture = picture_of(layers, "all", frame(channels="Y"))

    shown, _ = maps_of(picture, "all", 0, (3, 3), Wish(by="wide"))

    assert shown.left_out == 10
    kept = sorted(np.argsort(-strengths)[:MOST_TILES].tolist())
    assert [tile.title for tile in shown.tiles[1:]] == [f"m{i}" for i in kept]


def test_gradient_times_cell_adds_up_to_the_value_where_everything_is_linear():
    layers = (conv_layer(filters(2, 3), id="a"), conv_layer(filters(2, 2, 1), id="b"))
    picture = picture_of(layers, "b")

    _, values = maps_of(picture, "b", 1, (6, 5), Wish(how="times"))

    assert values.sum() == pytest.approx(float(picture.evaluation[1][1, 6, 5]), rel=1e-5)


def test_grad_cam_is_the_formula_of_its_paper():
    picture = picture_of(network(), "scores")
    _, gradient = maps_of(picture, "scores", 1, (0, 0), Wish(by="sum"))
    maps = picture.evaluation[2].astype(np.float64)

    shown, values = maps_of(picture, "scores", 1, (0, 0), Wish(by="sum", how="cam"))

    expected = np.maximum(sum(g.mean() * a for g, a in zip(gradient, maps, strict=True)), 0)
    np.testing.assert_allclose(values[0], expected, rtol=1e-6)
    assert [tile.title for tile in shown.tiles] == ["the picture there", "all maps"]


def test_behind_a_relu_that_is_off_the_sentence_says_why_nothing_changes_the_value():
    layers = (conv_layer(filters(1, 3, bias=-100.0), activation="relu", id="off"),)
    picture = picture_of(layers, "off")

    shown, values = maps_of(picture, "off", 0, (5, 5), Wish())

    assert not values.any()
    assert "the activation is flat there" in shown.sentence
    assert f"{float(picture.evaluation.results[0].linear[0, 5, 5]):.1f}".replace("-", "−")[:4] in shown.sentence


def test_the_sentence_names_the_cell_that_changes_the_value_most():
    kernel = np.zeros((3, 3, 3))
    kernel[1, 0, 2] = -4.0
    kernel[0, 1, 1] = 1.0
    picture = picture_of((conv_layer((Filter("one", kernel),), padding="same", id="one"),), "one")

    shown, _ = maps_of(picture, "one", 0, (5, 5), Wish())

    assert shown.sentence.startswith(
        "G at row 4, column 6 changes most: a small step up there lowers the value by 4 times as much."
    )
    assert "% of the cells change nothing" in shown.sentence


def test_a_layer_that_does_not_lead_to_the_value_has_no_gradient():
    layers = network()
    picture = picture_of(layers, "first")
    explanation = explain(picture, 0, 0, (3, 3))

    assert subject_of(picture, explanation, Wish(by="second")) is None
    assert subject_of(picture, explanation, Wish(by="no such layer")) is None
    assert subject_of(picture, explanation, Wish(by="first")) is None


def test_values_that_see_little_are_quick_and_whole_maps_of_large_pictures_are_not():
    layers = (conv_layer(filters(16, 3), id="a"), conv_layer(filters(16, 16), id="b"))
    picture = picture_of(layers, "b", frame(300, 300))
    explanation = explain(picture, 1, 0, (150, 150))

    quick = {of: is_quick(subject_of(picture, explanation, Wish(of=of))) for of in OF}

    assert quick == {"value": True, "map": False}


@pytest.mark.parametrize("how", HOW)
def test_infinite_pictures_give_maps_and_a_sentence(how):
    given = frame()
    image = given.image.copy()
    image[0, 3, 3] = np.inf
    image[1, 5, 5] = np.nan
    picture = picture_of(network(), "sum", Frame(image, given.channels))

    shown, _ = maps_of(picture, "sum", 0, (4, 4), Wish(how=how))

    assert shown.tiles
    assert shown.sentence


@pytest.mark.parametrize("strides", [1, 2])
def test_the_part_of_the_picture_lies_where_the_cells_do(strides):
    layers = (
        conv_layer(filters(3, 3), strides=strides, padding="same", id="a"),
        conv_layer(filters(2, 3, 1), padding="same", id="b"),
    )
    picture = picture_of(layers, "b", frame(64, 60))

    shown, _ = maps_of(picture, "b", 0, (10, 12), Wish(by="a"))

    seen, first = shown.tiles[:2]
    middle = first.grid.place_of((3 + 1, 3 + 1))  # of the window 3×3 with 3 cells around
    row, column = seen.grid.cell_at(middle)
    before = strides - 1  # of the two cells of padding, with stride 2 both lie at the end
    assert np.array_equal(seen.values[:, row, column], picture.input[:, 10 * strides + before, 12 * strides + before])
    assert shown.extent == (9 * strides, 9 * strides)


def test_where_most_cells_matter_all_are_shown():
    picture = picture_of(network(), "scores")

    shown, values = maps_of(picture, "scores", 0, (0, 0), Wish())

    assert shown.tiles[1].values.shape == values.shape[1:]
    assert shown.extent == (12, 10)
