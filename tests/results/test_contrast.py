"""Two maps against each other: the difference on common cells, its numbers in words, and what can be chosen."""

import gc
import math
import weakref
from dataclasses import replace

import numpy as np
import pytest

from convexplorer.core.kinds import KINDS
from convexplorer.kernels.presets import make_filter
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.project import INPUT, Project
from convexplorer.model.view import SELECTED, Reference, Result, Side, View
from convexplorer.results.exhibit import NO_REFERENCE, reference_of, side_choices
from convexplorer.results.job import Job
from convexplorer.results.picture import Contrast, Picture
from convexplorer.results.render import Rendered, render
from convexplorer.results.tiles import colored
from convexplorer.sources.frame import Frame, Source
from tests.results.every_kind import add, frame
from tests.results.every_kind import project_of as of_kind

KERNELS = ("sobel-x", "scharr-x", "sobel-y")


def noise(seed: int = 0, shape: tuple[int, ...] = (1, 24, 36)) -> Frame:
    image = np.random.default_rng(seed).random(shape, np.float32)
    image.flags.writeable = False
    return Frame(image, ("Y",) if shape[0] == 1 else ("R", "G", "B"))


def project_of(*kernels: str, **settings: object) -> Project:
    project = default_project(Source("sample", "cat"), kernels or KERNELS)
    return edits.set_layer(project, 0, **settings) if settings else project


def rendered(
    project: Project,
    first: Side,
    second: Side = SELECTED,
    *,
    frame: Frame | None = None,
    previous: Rendered | None = None,
    **view: object,
) -> Rendered:
    seen = View(**{"mode": "compare", "sides": (first, second), **view})
    return render(Job(frame or noise(), project, seen), previous)


def compared(project: Project, first: Side, second: Side = SELECTED, **options: object) -> tuple[Picture, Contrast]:
    picture = rendered(project, first, second, **options).picture
    assert picture.contrast is not None
    return picture, picture.contrast


def maps_of(project: Project, frame: Frame | None = None) -> np.ndarray:
    evaluation = render(Job(frame or noise(), project, View())).evaluation
    return evaluation[len(evaluation) - 1]


def test_two_maps_of_a_bank_are_subtracted_cell_by_cell() -> None:
    maps = maps_of(project_of())

    picture, contrast = compared(project_of(), Side(map=0), Side(map=1))

    first, second, difference = picture.tiles
    assert [tile.title for tile in picture.tiles] == ["sobel-x", "scharr-x", "difference"]
    np.testing.assert_array_equal(first.values, maps[0])
    np.testing.assert_array_equal(difference.values, maps[1] - maps[0])
    assert contrast.largest == pytest.approx(np.abs(maps[1] - maps[0]).max())
    assert contrast.mean == pytest.approx(np.abs(maps[1] - maps[0]).mean())
    assert not contrast.is_same
    assert first.levels == second.levels  # or brightness could not be compared
    assert difference.levels.low == -difference.levels.high


def test_both_kernels_and_their_difference_are_told() -> None:
    _, contrast = compared(project_of(), Side(map=0), Side(map=1))

    assert contrast.kernels is not None
    sobel, scharr = (make_filter(name).planes[0] for name in KERNELS[:2])
    np.testing.assert_array_equal(contrast.kernels.first, sobel)
    np.testing.assert_array_equal(contrast.kernels.difference, scharr - sobel)


def test_kernels_of_different_sizes_meet_at_their_centres() -> None:
    reference = Reference(noise(), project_of("sobel-x"))
    larger = edits.set_kernel_size(reference.project, 0, 7)

    _, contrast = compared(larger, Side("settings"), reference=reference)

    assert contrast.kernels is not None
    assert contrast.kernels.first.shape == (7, 7)
    assert not contrast.kernels.difference.any()
    assert contrast.is_same


def test_the_same_is_said_to_be_the_same() -> None:
    _, contrast = compared(project_of(), Side(map=1), Side(map=1))

    assert contrast.sentence == "The same in every cell."
    assert (contrast.largest, contrast.mean, contrast.is_same) == (0.0, 0.0, True)


def test_what_differs_in_its_last_digits_is_the_same_but_for_rounding() -> None:
    thirds = add(add(project_of(), "rescaling", scale=1 / 3), "rescaling", scale=3.0)

    _, contrast = compared(thirds, Side(layer=thirds.ids[0], map=0), layer=thirds.ids[-1])

    assert contrast.is_same
    assert contrast.largest is not None
    assert 0 < contrast.largest < 1e-5
    assert contrast.sentence.startswith("The same but for rounding, at most ")


@pytest.mark.parametrize("is_swapped", [False, True])
def test_stride_1_and_2_meet_at_the_centres_of_the_larger_cells(is_swapped: bool) -> None:
    one = project_of(strides=(1, 1), padding="valid")
    two = project_of(strides=(2, 2), padding="valid")
    kept, now = (two, one) if is_swapped else (one, two)

    picture, contrast = compared(now, Side("settings"), reference=Reference(noise(), kept))

    # The same windows: nothing is to differ where both have one.
    assert picture.tiles[2].values.shape == maps_of(two).shape[1:]
    assert picture.tiles[2].grid == picture.tiles[0 if is_swapped else 1].grid
    assert contrast.is_same
    assert contrast.note == "The maps have different sizes: compared at the centres of the larger cells, 11 × 17."
    assert picture.note == contrast.note


def test_swapping_both_sides_turns_the_sign_only() -> None:
    kept = Reference(noise(), project_of("gaussian", strides=(2, 3)))
    sides = (Side("settings"), SELECTED)

    forth, back = (compared(project_of("sobel-x"), *pair, reference=kept)[0].tiles[2] for pair in (sides, sides[::-1]))

    np.testing.assert_array_equal(forth.values, -back.values)
    assert forth.grid == back.grid


def test_an_edit_is_compared_on_every_frame_with_the_settings_that_were_kept() -> None:
    before = project_of("sobel-x")
    after = edits.replace_filter(before, 0, 0, make_filter("scharr-x"))
    kept = Reference(noise(0), before)

    for seed in (0, 1, 2):
        picture, _ = compared(after, Side("settings"), frame=noise(seed), reference=kept)

        expected = maps_of(after, noise(seed)) - maps_of(before, noise(seed))
        np.testing.assert_allclose(picture.tiles[2].values, expected[0], atol=1e-6)


def test_what_was_kept_stays_when_another_picture_comes() -> None:
    project = project_of()
    kept = Reference(noise(0), project)

    picture, _ = compared(project, Side("kept"), frame=noise(1), reference=kept)

    np.testing.assert_array_equal(picture.tiles[0].values, maps_of(project, noise(0))[0])
    np.testing.assert_array_equal(picture.tiles[1].values, maps_of(project, noise(1))[0])
    assert picture.tiles[0].title == "sobel-x, kept result"


def test_pictures_of_different_sizes_are_compared_where_they_lie_over_each_other() -> None:
    project = project_of()
    kept = Reference(noise(0, (1, 20, 50)), project)

    picture, contrast = compared(project, Side("kept"), frame=noise(1), reference=kept)

    difference = picture.tiles[2].values
    assert difference.shape == (24, 36)
    assert np.isfinite(difference[:20]).all()
    assert np.isnan(difference[20:]).all()
    assert "Where one of both maps has no cell" in contrast.note


def test_layers_that_were_not_changed_are_not_computed_twice() -> None:
    before = add(project_of(), "activation")
    after = edits.set_layer(before, 1, activation="tanh")
    kept = Reference(noise(), before)
    frame = noise()

    first = rendered(after, Side("settings"), frame=frame, reference=kept, layer=after.ids[1])
    second = rendered(
        after, Side("settings"), frame=frame, reference=kept, layer=after.ids[1], filter=1, previous=first
    )

    assert first.picture.tiles[0].title == "sobel-x, kept settings"
    assert first.evaluation.maps_of(0) is second.evaluation.maps_of(0)
    np.testing.assert_array_equal(second.picture.tiles[0].values, np.maximum(maps_of(project_of())[1], 0))


def test_any_map_of_any_layer_can_be_chosen() -> None:
    project = add(add(project_of(), "activation"), "max_pool")
    kept = reference_of(render(Job(noise(), project, View())).picture)
    picture = render(Job(noise(), project, View(reference=kept))).picture

    choices = side_choices(picture)

    # What goes in, the selected map, both kept ones; then the picture and the maps of three layers, twice.
    assert len({side for side, _ in choices}) == len(choices) == 4 + 2 * (1 + 3 + 3 + 3)
    assert len({name for _, name in choices}) == len(choices)
    for side, _ in choices:
        shown, contrast = compared(project, side, Side(layer=project.ids[0], map=2), reference=kept)
        assert contrast.largest is not None
        assert len(shown.tiles) == 3


def test_the_picture_itself_is_drawn_as_light() -> None:
    picture, _ = compared(project_of(), Side(layer=INPUT))

    assert (picture.tiles[0].palette, picture.tiles[0].values.shape) == ("gray", (24, 36))
    np.testing.assert_array_equal(picture.tiles[0].values, noise().image[0])


def test_without_reference_and_without_the_layer_the_reason_is_said() -> None:
    project = add(project_of(), "max_pool")
    kept = Reference(noise(), project_of())

    nothing = rendered(project, Side("kept")).picture
    gone = rendered(project, Side("kept"), reference=kept, layer="max_pool").picture

    assert (nothing.note, nothing.contrast) == (NO_REFERENCE, None)
    assert gone.note == "The reference has no such map."
    assert [tile.role for tile in gone.tiles] == ["after"]


def test_angles_differ_by_the_shorter_way_round() -> None:
    project = add(project_of("sobel-x", "sobel-y"), "combine_maps", operation="orientation")
    turned = add(project_of("sobel-x", "sobel-y"), "combine_maps", operation="orientation", first=1, second=0)

    picture, contrast = compared(turned, Side("settings"), layer="combine_maps", reference=Reference(noise(), project))

    angles = [tile.values.astype(np.float64) for tile in picture.tiles[:2]]
    expected = np.remainder(angles[1] - angles[0] + math.pi, 2 * math.pi) - math.pi
    found = picture.tiles[2].values
    assert np.abs(found).max() <= np.float32(math.pi)
    np.testing.assert_allclose(np.cos(found), np.cos(expected), atol=1e-5)
    np.testing.assert_allclose(np.sin(found), np.sin(expected), atol=1e-5)
    assert "°" in contrast.sentence


@pytest.mark.parametrize("reduction", [1, 2])
def test_a_comparison_is_exported_cell_by_cell(reduction: int) -> None:
    picture, _ = compared(project_of(), Side(map=0), Side(map=1), reduction=reduction)

    assert [colored(tile).shape for tile in picture.tiles] == [(24, 36, 3)] * 3


def test_scores_without_places_are_compared_with_those_that_were_kept() -> None:
    project = add(add(project_of(), "global_average_pool"), "dense", units=3)
    other = replace(project, layers=(*project.layers[:-1], project.layers[-1].with_settings(seed=2)))

    picture, contrast = compared(
        other, Side("settings"), layer=project.ids[-1], filter=2, reference=Reference(noise(), project)
    )

    assert contrast.largest == pytest.approx(abs(float(maps_of(other)[2]) - float(maps_of(project)[2])), rel=1e-5)
    assert picture.tiles[2].values.shape == (1, 1)


def test_maps_of_kept_settings_are_let_go_when_nobody_looks_at_them() -> None:
    before, after = project_of("sobel-x"), project_of("scharr-x")
    kept = Reference(noise(), before)
    shown = rendered(after, Side("settings"), reference=kept)
    maps = weakref.ref(shown.picture.tiles[0].values.base)
    assert maps() is not None

    del shown
    rendered(after, Side("settings"), reference=kept, mode="bank")
    gc.collect()

    assert maps() is None


@pytest.mark.parametrize("result", ["settings", "kept"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_compared_with_what_was_kept_of_it(kind: str, result: Result) -> None:
    project = of_kind(kind)
    kept = reference_of(render(Job(frame(), project, View())).picture)

    same, contrast = compared(project, Side(result), frame=frame(), layer=project.ids[-1], reference=kept)
    other, said = compared(project, Side(result), frame=noise(7, (3, 24, 36)), layer=project.ids[-1], reference=kept)

    assert contrast.is_same or not np.isfinite(same.tiles[0].values).any()
    assert said.sentence
    assert said.is_same == (result == "settings" or len(other.tiles) < 3 or not other.tiles[2].values.any())


@pytest.mark.parametrize("scale", [1, 255, 65535, 1_000_000])
def test_whole_numbers_differ_by_what_they_differ_and_not_by_rounding(scale: int) -> None:
    before = np.rint(np.random.default_rng(3).random((1, 16, 16)) * scale).astype(np.float32)
    after = before.copy()
    after[0, 8, 8] += 1
    project = project_of("sobel-x", border="edge")

    picture, contrast = compared(
        project,
        Side(result="kept"),
        frame=Frame(after, ("Y",)),
        reference=Reference(Frame(before, ("Y",)), project),
    )

    assert not contrast.is_same
    assert contrast.sentence.startswith("They differ by at most 2,")
    tile = picture.tiles[2]
    assert not tile.zeros(np.flatnonzero(tile.values)).any()
