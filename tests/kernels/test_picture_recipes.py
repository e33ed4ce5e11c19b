"""What is said of kernels made of pictures, also where a file says something else."""

import pytest

from convexplorer.kernels.picture_recipes import learned_recipe, patch_recipe
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.recipes import RECIPES, planes_of, sentence_of


def test_a_whole_picture_and_a_part_of_one_are_told_apart():
    choices = {"is_centred": False, "has_norm_1": False, "is_grey": True}

    assert (
        sentence_of(patch_recipe("leaf.png", (20, 31), None, **choices))
        == "all of leaf.png, reduced to 20 × 31, in grey"
    )
    part = patch_recipe("leaf.png", (4, 5), (0, 7), **choices).then("painted")
    assert sentence_of(part) == "a part of leaf.png, 4 × 5 from row 0, column 7, in grey, then painted"


@pytest.mark.parametrize("kind", ["patch", "learned"])
@pytest.mark.parametrize("settings", [{}, {"method": 3}, {"picture": None, "rows": "many", "columns": []}])
def test_what_a_file_says_wrongly_is_called_by_its_kind(kind, settings):
    recipe = Recipe(kind, settings)

    assert sentence_of(recipe) == RECIPES[kind].label
    assert planes_of(recipe) is None


def test_a_method_of_a_newer_version_keeps_its_name():
    told = {"size": 9, "seed": 4, "is_grey": False, "pictures": "a.png", "patches": 900, "rounds": 1}
    recipe = learned_recipe("nmf", 1, 8, **told)

    assert sentence_of(recipe) == "nmf, 1 of 8 filters learned from 900 patches of a.png in 1 round, seed 4"
    assert Recipe.of(recipe.document()) == recipe
