"""Kernels turned without wear: the original and the angle are kept, and formulas are made again."""

import json

import numpy as np
import pytest

from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.recipes import made_by, planes_of, sentence_of
from convexplorer.kernels.turned import MOST_WEIGHTS, Turning, begun, turning_of
from convexplorer.kernels.turning import shifted, turned

BY_HAND = np.random.default_rng(3).normal(size=(2, 5, 6))


def begin(planes, recipe=None):
    return begun(planes, recipe, planes_of, sentence_of)


def turn(turning, angle, rows=0.0, columns=0.0):
    return Turning(turning.original, angle, rows, columns, turning.source, turning.said)


def test_a_kernel_by_hand_is_turned_and_then_shifted():
    found, lost = turn(begin(BY_HAND), 30, 0.5, -1).moved(planes_of)

    for plane, original in zip(found, BY_HAND, strict=True):
        assert np.array_equal(plane, shifted(turned(original, 30).plane, 0.5, -1).plane)
    assert 0 < lost < 1


def test_the_recipe_makes_the_same_kernel_again_after_a_file():
    turning = turn(begin(BY_HAND), 30, 0.5, -1)
    document = json.loads(json.dumps(turning.recipe(planes_of).document()))

    recipe = Recipe.of(document)

    assert np.array_equal(planes_of(recipe), turning.moved(planes_of)[0])
    assert sentence_of(recipe) == "a drawn kernel, turned by 30°, shifted by 0.5, −1 px"


def test_turning_again_begins_with_the_original_so_that_nothing_wears_off():
    turning, planes, recipe = begin(BY_HAND), BY_HAND, None
    for angle in range(10, 370, 10):
        turning = turn(begin(planes, recipe), angle)
        planes, recipe = turning.moved(planes_of)[0], turning.recipe(planes_of)

    assert np.array_equal(turning.original, BY_HAND)
    assert np.array_equal(planes, BY_HAND), "a whole turn is exact"


def test_a_kernel_edited_since_is_a_new_original():
    turning = turn(begin(BY_HAND), 30)
    planes, recipe = turning.moved(planes_of)[0], turning.recipe(planes_of)

    again = begin(planes + 1, recipe.then("painted"))

    assert np.array_equal(again.original, planes + 1)
    assert again.angle == 0
    assert again.said.endswith("turned by 30°, then painted")


@pytest.mark.parametrize("name", ["gaussian-derivative", "line", "gabor"])
def test_a_preset_with_an_angle_stays_a_preset(name):
    one = make_filter(name)
    turning = turn(begin(one.planes, made_by(one)), 25)

    recipe, (planes, lost) = turning.recipe(planes_of), turning.moved(planes_of)

    assert recipe.kind == "preset"
    angle = recipe.settings["parameters"]["angle"]
    assert abs(angle - one.parameters["angle"]) == pytest.approx(25)
    assert np.array_equal(planes, make_filter(name, **{**one.parameters, "angle": angle}).planes)
    assert lost == 0


def test_a_preset_that_is_turned_and_shifted_keeps_its_formula():
    one = make_filter("line")
    recipe = turn(begin(one.planes, made_by(one)), 25, 0.5).recipe(planes_of)

    assert recipe.kind == "turned"
    again = begin(planes_of(recipe), recipe)
    assert (again.angle, again.rows) == (25, 0.5)
    assert np.array_equal(turn(again, 90).moved(planes_of)[0], np.rot90(one.planes, -1, axes=(1, 2)))


def test_a_turn_back_to_0_is_the_kernel_as_it_was():
    one = make_filter("sobel-x")

    turning = turn(begin(one.planes, made_by(one)), 0)

    assert turning.recipe(planes_of) == made_by(one)
    assert np.array_equal(turning.moved(planes_of)[0], one.planes)


def test_a_preset_with_zeros_around_is_turned_as_it_is():
    one = make_filter("gaussian-derivative")
    wide = np.pad(one.planes, ((0, 0), (1, 1), (1, 1)))
    turning = turn(begin(wide, made_by(one)), 40)

    assert turning.source is None
    assert turning.moved(planes_of)[0].shape == wide.shape
    assert turning.recipe(planes_of).kind == "turned"


def test_of_a_large_kernel_only_the_words_are_kept():
    large = np.ones((1, 255, 255))
    assert large.size > MOST_WEIGHTS

    recipe = turn(begin(large), 30).recipe(planes_of)

    assert recipe.kind == "drawn"
    assert recipe.steps == ("turned by 30°",)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"original": [[1, 2]]},
        {"original": "much"},
        {"original": [[[1.0]]], "angle": "x"},
        {"original": [[[1.0], [1.0, 2.0]]]},
        {"original": [[[1.0]]], "source": 3},
        {"original": [[[1.0]]], "source": {"kind": "preset", "settings": {"name": "no such"}}, "angle": 3},
    ],
)
def test_a_file_may_hold_anything(settings):
    recipe = Recipe("turned", settings)

    assert isinstance(sentence_of(recipe), str)
    found = planes_of(recipe)
    assert found is None or found.shape == (1, 1, 1)
    assert np.array_equal(begin(BY_HAND, recipe).original, BY_HAND)


def test_a_filter_that_was_turned_is_read_as_one():
    recipe = turn(begin(BY_HAND), 30).recipe(planes_of)
    one = Filter("mine", planes_of(recipe), recipe=recipe)

    assert turning_of(made_by(one)).angle == 30
