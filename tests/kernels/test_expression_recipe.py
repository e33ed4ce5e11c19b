"""Kernels of formulas are kept with their text and numbers, and made again from them."""

import numpy as np
import pytest

from convexplorer.kernels.expression_recipe import SCALINGS, expression_kernel, expression_recipe
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.recipes import planes_of, sentence_of
from convexplorer.kernels.transforms import TRANSFORMS

WAVE = "gauss(r, sigma) * cos(x)"


@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("size", [(1, 1), (5, 5), (4, 9)])
def test_a_recipe_makes_its_kernel_again_after_a_file(scaling, size):
    recipe = expression_recipe(WAVE, size, {"sigma": 1.7}, scaling)

    again = planes_of(Recipe.of(recipe.document()))

    assert np.array_equal(again, expression_kernel(WAVE, size, {"sigma": 1.7}, scaling))


def test_scalings_are_those_of_the_transforms():
    assert set(SCALINGS) - {""} <= set(TRANSFORMS)
    assert expression_kernel(WAVE, (5, 5), {}, "normalize-sum").sum() == pytest.approx(1)
    assert expression_kernel("r", (5, 5), {}, "zero-sum").sum() == pytest.approx(0, abs=1e-12)
    assert np.linalg.norm(expression_kernel(WAVE, (5, 5), {}, "unit-norm")) == pytest.approx(1)


def test_the_sentence_tells_formula_numbers_and_size():
    recipe = expression_recipe(WAVE, (5, 7), {"sigma": 1.5}, "zero-sum").then("painted")

    assert sentence_of(recipe) == "gauss(r, sigma) * cos(x), sigma = 1.5, 5 × 7, sum 0, then painted"
    assert len(sentence_of(expression_recipe("x + " * 50 + "x", (3, 3)))) < 90


@pytest.mark.parametrize(
    ("size", "scaling", "sentence"),
    [
        ((0, 3), "", "1 cell or more"),
        ((256, 3), "", "at most 255"),
        ((3, 3), "norm", "scaling must be one of"),
        ((3, 3), "normalize-sum", "add up to 0"),
    ],
)
def test_what_cannot_be_computed_is_said(size, scaling, sentence):
    with pytest.raises(ValueError, match=sentence):
        expression_kernel("x", size, {}, scaling)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"text": "x"},
        {"text": "import os", "rows": 3, "columns": 3},
        {"text": "x", "rows": 10**9, "columns": 3},
        {"text": "x", "rows": "a", "columns": 3},
        {"text": "x*a", "rows": 3, "columns": 3, "sliders": {"a": "b"}},
        {"text": "x", "rows": 3, "columns": 3, "scaling": []},
        {"text": 7, "rows": 3, "columns": None},
    ],
)
def test_whatever_a_file_holds_is_no_kernel_but_a_sentence(settings):
    recipe = Recipe("formula", settings)

    assert planes_of(recipe) is None
    assert sentence_of(recipe)
