"""A part of the picture becomes a kernel, and is found again: in the coordinates of the picture."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer.core.geometry.places import Region, block_grid
from convexplorer.kernels.matching import patch_kernel
from convexplorer.results.part_search import PartWish, find_parts, patch_of
from tests.results.test_explanation import bank, picture_of

REGION = Region((3, 5), (9, 14))
PICTURE = picture_of(bank(padding="same"))


def test_the_part_is_what_the_layers_get_in_the_region():
    assert np.array_equal(patch_of(PICTURE, REGION, is_grey=False), PICTURE.input[:, 3:9, 5:14])
    assert patch_of(PICTURE, REGION, is_grey=True)[0] == pytest.approx(PICTURE.input[:, 3:9, 5:14].mean(axis=0))


@pytest.mark.parametrize("is_grey", [True, False])
def test_a_part_is_found_where_it_was_cut(is_grey):
    kernel = patch_kernel(patch_of(PICTURE, REGION, is_grey=is_grey))

    found = find_parts(PICTURE, kernel, PartWish(least=0.1)).found

    assert found[0].region == REGION
    assert found[0].pin == (6.0, 9.5)
    if not is_grey:
        assert found[0].score == pytest.approx(1)


def test_of_a_reduced_picture_the_places_are_those_of_the_whole_one():
    tile = replace(PICTURE.input_tile, grid=block_grid(4))
    reduced = replace(PICTURE, factor=4, input_tile=tile)

    part = Region((12, 20), (36, 56))
    kernel = patch_kernel(patch_of(reduced, part, is_grey=False))

    assert np.array_equal(patch_of(reduced, part, is_grey=False), PICTURE.input[:, 3:9, 5:14])
    best = find_parts(reduced, kernel, PartWish()).found[0]
    assert best.region == part
    assert best.pin == (24.0, 38.0)


def test_a_score_as_large_as_the_least_counts():
    scores = [one.score for one in find_parts(PICTURE, patch_kernel(np.eye(3)[None]), PartWish(least=0.2)).found]

    again = find_parts(PICTURE, patch_kernel(np.eye(3)[None]), PartWish(least=scores[3])).found

    assert [one.score for one in again] == scores[:4]


def test_of_plain_correlation_the_least_is_a_share_of_the_best():
    kernel = patch_kernel(patch_of(PICTURE, REGION, is_grey=False)) * 1e6

    found = find_parts(PICTURE, kernel, PartWish("correlation", least=0.8))

    scores = [one.score for one in found.found]
    assert min(scores) >= 0.8 * max(scores)
    assert "correlation" in found.sentence
    assert "normalised" not in found.sentence


def test_the_sentence_counts_or_says_what_the_best_has():
    kernel = patch_kernel(patch_of(PICTURE, REGION, is_grey=False))

    assert find_parts(PICTURE, kernel, PartWish(least=0.99)).sentence == (
        "1 place of 6 × 9 with a normalised correlation of 0.99 or more; the best has 1."
    )
    other = patch_kernel(np.random.default_rng(5).random((3, 8, 8)))
    nothing = find_parts(PICTURE, other, PartWish(least=0.99))
    assert nothing.found == ()
    assert nothing.sentence.startswith(
        "No place of 8 × 8 has a normalised correlation of 0.99 or more; the best has 0."
    )


def test_a_kernel_that_answers_nowhere_has_no_places():
    assert find_parts(PICTURE, -np.ones((1, 3, 3)), PartWish("correlation")).found == ()


def test_a_region_without_a_cell_is_refused():
    with pytest.raises(ValueError, match="No cell of the picture lies in the marked part"):
        patch_of(PICTURE, Region((3, 3), (3, 5)), is_grey=False)
