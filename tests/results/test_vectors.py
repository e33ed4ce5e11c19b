"""Values without places as pictures: every value has one cell, and no cell pretends to be a value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.results.statistics import measure
from convexplorer.results.tile_words import loss_text, range_text, value_at
from convexplorer.results.vectors import MOST_SEPARATE, as_maps, cell_of, empty_cells, flat_name, place_of, row_length
from tests.results.every_kind import add, explained, project_of, shown

COUNTS = st.integers(MOST_SEPARATE + 1, 20_000)


@given(COUNTS)
def test_every_value_has_a_cell_of_its_own(count: int):
    values = np.arange(count, dtype=np.float32)
    shown_values = as_maps(values)[0]

    assert shown_values.size - count == empty_cells((count,)) < shown_values.shape[1]
    assert np.array_equal(shown_values.reshape(-1)[:count], values)
    for i in (0, count // 2, count - 1):
        assert place_of(count, 0, cell_of(count, i)) == (i,)


@given(COUNTS)
def test_rows_are_full_where_a_fair_rectangle_fits(count: int):
    columns = row_length(count)
    rows = -(-count // columns)

    assert rows <= columns + 1
    assert columns <= 3 * rows
    fits = any(count % n == 0 and count <= 3 * n * n for n in range(1, int(count**0.5) + 1))
    assert (count % columns == 0) or not fits


@pytest.mark.parametrize("channels_last", [True, False])
def test_a_flattened_value_is_named_by_its_map_and_cell(channels_last: bool):
    shape, names = (3, 4, 5), ("a", "b", "c")
    x = np.arange(60).reshape(shape)
    flat = (np.moveaxis(x, 0, -1) if channels_last else x).reshape(-1)

    for i in range(60):
        name, cell = flat_name(names, shape, i, channels_last=channels_last).split(" ", 1)
        row, column = (int(each) for each in cell.strip("()").split(", "))
        assert x[names.index(name), row, column] == flat[i]


def test_cells_that_fill_the_last_row_are_neither_values_nor_missing_ones():
    project = add(project_of("flatten"), "dense", units=1009)
    picture = shown(project)
    tile = picture.tiles[0]
    scores = picture.evaluation[len(project.layers) - 1]

    assert tile.empty == 15
    assert loss_text(tile) in {"", f"{100 * tile.clipped:.1f} % clipped", "< 0.1 % clipped"}
    assert (tile.minimum, tile.maximum) == (float(scores.min()), float(scores.max()))
    assert not (tile.indexed == 255).any()
    assert value_at(tile, tile.grid.place_of((31, 31))) is None
    assert value_at(tile, tile.grid.place_of((31, 16))) == scores[1008]
    assert picture.statistics is not None
    assert picture.statistics.counts.sum() == 1009
    assert picture.statistics.mean == pytest.approx(measure(scores.reshape(1, -1)).mean)


def test_the_scores_of_classes_share_one_scale_and_say_their_value():
    picture = shown(add(project_of("global_average_pool"), "dense", units=10))

    assert len({tile.levels for tile in picture.tiles}) == 1
    assert all("…" not in range_text(tile) for tile in picture.tiles)
    brightest = max(picture.tiles, key=lambda tile: int(tile.indexed[0, 0]))
    assert brightest.maximum == max(tile.maximum for tile in picture.tiles)


def test_a_dense_layer_names_the_flattened_values_that_it_reads():
    project = add(add(project_of("max_pool", pool_size=12, strides=12), "flatten"), "dense", units=3)
    explanation = explained(shown(project))

    assert explanation.channel_names[:2] == ("vertical-line (0, 0)", "horizontal-line (0, 0)")
    assert explanation.title == "unit 0"


def test_values_in_rows_are_named_by_their_number():
    explanation = explained(shown(add(project_of("flatten"), "dense", units=3)))

    assert explanation.cell_name is not None
    assert explanation.cell_name(9) == "horizontal-line (0, 1)"


@pytest.mark.parametrize("mode", ["channels", "compare"])
@pytest.mark.parametrize("kind", ["flatten", "global_max_pool"])
def test_layers_on_values_without_places_are_shown_in_every_mode(kind: str, mode: str):
    for units in (4, 100):
        picture = shown(add(project_of(kind), "dense", units=units), mode=mode)

        assert picture.tiles
        assert picture.tiles[-1].values.size >= 1


def test_the_sums_of_a_dense_layer_are_not_clipped_by_levels_of_its_thousands_of_parts():
    tiles = shown(add(project_of("flatten"), "dense", units=3), mode="channels").tiles
    parts = [tile for tile in tiles if tile.role == "part"]
    sums = [tile for tile in tiles if tile.role != "part"]

    assert len(parts) == 1
    assert parts[0].values.size > MOST_SEPARATE
    assert all(tile.clipped == 0 for tile in sums)
    assert len({tile.levels for tile in sums}) == 1
    assert parts[0].levels.high < sums[0].levels.high


def test_few_parts_of_a_dense_layer_share_the_levels_of_their_sum():
    tiles = shown(add(project_of("global_average_pool"), "dense", units=3), mode="channels").tiles

    assert len({tile.levels for tile in tiles}) == 1
    assert sum(tile.role == "part" for tile in tiles) > 1


def test_cells_that_fill_the_last_row_of_the_parts_are_not_missing_values():
    wide = add(add(project_of("flatten"), "dense", units=1009), "dense", units=3)
    part = shown(wide, mode="channels").tiles[0]

    assert (part.role, part.empty, part.not_finite) == ("part", 15, 0)
