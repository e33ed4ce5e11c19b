"""The table of compositions: each kernel equals the passes that it stands for, as layers compute them."""

import numpy as np
import pytest

from convexplorer.core import conv
from convexplorer.kernels.composing import (
    MOST_KEPT,
    OPERATIONS,
    Operand,
    complete,
    composed,
    composition_recipe,
    operands_of,
)
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.recipes import planes_of, sentence_of

SIZES = {"odd": ((3, 3), (5, 3)), "even": ((2, 4), (4, 2)), "mixed": ((3, 2), (4, 5)), "cells": ((1, 1), (1, 1))}
SETTINGS = {
    "mix": {"share": 0.3},
    "scale": {"factor": -1.5},
    "slope": {"angle": 30, "order": 2},
    "repeat": {"passes": 3},
}


def kernel(seed: int, planes: int, size: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(planes, *size))


def layer(x: np.ndarray, planes: np.ndarray) -> np.ndarray:
    weights = np.broadcast_to(planes, (len(x), *planes.shape[1:]))[np.newaxis]
    return conv(x, weights, padding="same", algorithm="windows")


def inside(y: np.ndarray) -> np.ndarray:
    return y[:, 12:-12, 12:-12]


@pytest.mark.parametrize("is_flipped", [False, True])
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "invert"])
def test_the_composed_kernel_equals_the_passes_away_from_the_border(operation, sizes, is_flipped):
    first, second = (kernel(i, planes, size) for i, planes, size in zip((1, 2), (3, 1), SIZES[sizes], strict=True))
    x = np.random.default_rng(7).normal(size=(3, 48, 48))
    settings = complete(operation, first, SETTINGS.get(operation, {}))
    way = slice(None, None, -1) if is_flipped else slice(None)

    one = composed(operation, first, second, settings, is_flipped=is_flipped)

    applied = (each[:, way, way] for each in (first, second))
    passes = OPERATIONS[operation].passes(layer, x, *applied, settings)
    assert inside(layer(x, one[:, way, way])) == pytest.approx(inside(passes), abs=1e-10)


@pytest.mark.parametrize("is_flipped", [False, True])
@pytest.mark.parametrize("sizes", SIZES)
def test_what_is_undone_is_nearer_to_the_picture(sizes, is_flipped):
    first = kernel(1, 1, SIZES[sizes][0])
    x = np.random.default_rng(7).normal(size=(1, 48, 48))
    settings = {"size": 7, "noise": 0.05, "prior": "flat", "deviation": 1.0}
    way = slice(None, None, -1) if is_flipped else slice(None)

    one = composed("invert", first, first, settings, is_flipped=is_flipped)

    blurred = layer(x, first[:, way, way])
    undone = layer(blurred, one[:, way, way])
    assert np.square(inside(undone - x)).mean() < 0.7 * np.square(inside(blurred - x)).mean()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_recipe_makes_the_same_kernel_again(operation):
    first, second = Operand("edge", kernel(1, 1, (3, 3))), Operand("blur", kernel(2, 1, (5, 5)))
    row = OPERATIONS[operation]
    settings = complete(operation, first.planes, SETTINGS.get(operation, {}))

    recipe = composition_recipe(operation, first, second if row.has_second else None, settings)
    again = Recipe.of(recipe.document())

    made = planes_of(again)
    assert made is not None
    assert made.tolist() == composed(operation, first.planes, second.planes, settings).tolist()
    assert "edge" in sentence_of(again)
    assert ("blur" in sentence_of(again)) == row.has_second


def test_how_it_was_made_is_said_in_words():
    a, b = Operand("sobel-x", np.ones((1, 3, 3))), Operand("box", np.ones((1, 3, 3)))

    def said(operation: str, **settings: float) -> str:
        row = OPERATIONS[operation]
        made = composition_recipe(operation, a, b if row.has_second else None, complete(operation, a.planes, settings))
        return sentence_of(made.then("painted"))

    assert said("series") == "“sobel-x”, then “box”, then painted"
    assert said("mix", share=0.25) == "75 % “sobel-x” and 25 % “box”, then painted"
    assert said("slope", angle=90) == "slope of “sobel-x” towards 90°, then painted"
    assert said("repeat", passes=4) == "“sobel-x” applied 4 times, then painted"
    assert said("invert", size=9, noise=0.01) == "inverse of “sobel-x” at 9 × 9 for noise 0.01, then painted"


def test_a_kernel_of_very_many_weights_is_called_by_its_name_alone():
    large = Operand("large", np.ones((1, 90, 90)))
    assert large.planes.size > MOST_KEPT

    recipe = composition_recipe("scale", large, None, {"factor": 2.0})

    assert operands_of(recipe) is None
    assert planes_of(recipe) is None
    assert sentence_of(recipe) == "2 × “large”"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"operation": "series"},
        {"operation": "unknown", "first": {"name": "a", "planes": [[[1]]]}},
        {"operation": "add", "first": {"name": "a", "planes": [[1]]}, "second": {"name": "b", "planes": []}},
        {"operation": "add", "first": {"name": "a", "planes": [[[1], [1, 2]]]}},
        {"operation": "add", "first": "text"},
        {"operation": "repeat", "first": {"name": "a", "planes": [[[1, 1]]]}, "passes": "many"},
    ],
)
def test_a_recipe_with_wrong_settings_does_no_harm(settings):
    recipe = Recipe("composition", settings)

    assert planes_of(recipe) is None or settings["operation"] == "add"
    assert sentence_of(recipe)


def test_settings_are_held_within_their_limits():
    first = np.ones((1, 15, 15))

    assert complete("repeat", first, {"passes": 99})["passes"] == 18
    assert complete("repeat", np.ones((1, 255, 255)), {})["passes"] == 1
    assert complete("mix", first, {"share": 7})["share"] == 1
    assert complete("series", first, {"share": 7}) == {}
