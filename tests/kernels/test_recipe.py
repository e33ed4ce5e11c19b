"""How a kernel was made: as a value, in words, in edits and in files."""

import numpy as np
import pytest

from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter
from convexplorer.kernels.recipe import MAX_STEPS, MAX_VALUES, MORE_STEPS, Recipe, RecipeError
from convexplorer.kernels.recipes import RECIPES, made_by, planes_of, sentence_of
from convexplorer.model import edits
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project
from convexplorer.model.storage import schema
from convexplorer.model.storage.documents import parse_document, write_document
from convexplorer.sources import parse


def project_with(*filters: Filter) -> Project:
    return Project(parse("pattern:zone-plate"), (Layer("conv", filters),))


def test_settings_are_frozen_and_equal_recipes_are_equal() -> None:
    given = {"size": 5, "strokes": [[1, 2.5], [3, 4]], "is_round": True, "none": None}
    one, other = Recipe("drawn", given), Recipe("drawn", {**given, "strokes": ((1, 2.5), (3, 4))})
    given["size"] = 7
    assert one == other
    assert one.settings["size"] == 5
    with pytest.raises(TypeError):
        one.settings["size"] = 9  # type: ignore[index]


@pytest.mark.parametrize(
    "settings",
    [{"a": object()}, {"a": b"x"}, {1: 2}, {"a": "x" * 5000}, {"a": [0] * (MAX_VALUES + 1)}],
)
def test_what_is_no_plain_value_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(RecipeError):
        Recipe("drawn", settings)


def test_deep_settings_are_refused() -> None:
    deep: list[object] = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(RecipeError, match="nested"):
        Recipe("drawn", {"a": deep})


def test_steps_in_a_row_are_one_and_old_ones_give_way() -> None:
    recipe = Recipe("drawn")
    for i in range(100):
        recipe = recipe.then("painted").then("painted").then(f"turned by {i}°")
    assert len(recipe.steps) == MAX_STEPS
    assert recipe.steps[0] == MORE_STEPS
    assert recipe.steps[-2:] == ("painted", "turned by 99°")


def test_a_preset_says_what_it_is_and_makes_its_kernel_again() -> None:
    one = make_filter("gabor", wavelength=8)
    made = made_by(one)
    assert made is not None
    assert sentence_of(made).startswith("Gabor, wavelength 8 px, direction 0°")
    again = planes_of(made)
    assert again is not None
    np.testing.assert_array_equal(again, one.planes)


@pytest.mark.parametrize("kind", [*RECIPES, "of a newer version"])
def test_settings_of_a_hostile_file_raise_nothing(kind: str) -> None:
    for settings in ({}, {"name": 3}, {"name": "gabor", "parameters": 5}, {"name": ["x"], "seed": {}}):
        recipe = Recipe(kind, settings)
        assert sentence_of(recipe)
        planes_of(recipe)


def test_an_edit_by_hand_is_added_to_how_the_kernel_was_made() -> None:
    project = project_with(make_filter("gaussian", sigma=2))
    project = edits.set_weight(project, 0, 0, None, 1, 1, 5.0)
    project = edits.transform_filter(project, 0, 0, "rotate")
    made = made_by(project.layers[0].filters[0])
    assert made is not None
    assert made.steps == ("painted", "turned by 90°")
    assert sentence_of(made) == "Gaussian, sigma 2 px, size 7 px, then painted, then turned by 90°"


def test_a_project_file_keeps_it() -> None:
    recipe = Recipe("formula", {"text": "x*y", "values": [1, 2.5, None, True], "more": {"a": []}}, ("painted",))
    project = project_with(Filter("mine", np.eye(3), recipe=recipe), make_filter("sobel-x"))
    text = write_document(schema.project_to_document(project))
    read = schema.project_from_node(parse_document(text))
    assert [one.recipe for one in read.layers[0].filters] == [recipe, None]
    assert read.layers[0].filters[1].preset == "sobel-x"


def test_noting_a_preset_makes_the_filter_one_of_that_preset() -> None:
    preset = make_filter("gaussian", sigma=2)
    project = project_with(Filter("mine", preset.planes))
    made = edits.note_recipe(project, 0, 0, Recipe("preset", {"name": "gaussian", "parameters": {"sigma": 2}}))
    one = made.layers[0].filters[0]
    assert (one.preset, one.recipe) == ("gaussian", None)
    assert dict(one.parameters) == dict(preset.parameters)
