"""The ways in which kernels are made: a row for each tells what it is called, and makes its kernel again."""

from collections.abc import Callable

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.picture_recipes import learned_sentence, patch_sentence
from convexplorer.kernels.presets import preset_named
from convexplorer.kernels.recipe import Recipe
from convexplorer.words import number


@dataclass(frozen=True)
class RecipeRow:
    """A way of making kernels.

    Attributes
    ----------
    label : its name for the user.
    sentence : returns what a recipe of this kind says in a few words, without its steps: "Gabor, wavelength 6 px".
    planes : returns the kernel that a recipe makes, before its steps, (rows, columns) or (P, rows, columns); None if
        it takes more than the recipe, as the picture that a patch was cut from. ValueError: the settings are wrong.
    """

    label: str
    sentence: Callable[[Recipe], str]
    planes: Callable[[Recipe], np.ndarray | None]


def made_by(one: Filter) -> Recipe | None:
    """Return how a filter was made: its recipe, or its preset as one; None if that is not known."""
    if one.recipe is not None or one.preset is None:
        return one.recipe
    return Recipe("preset", {"name": one.preset, "parameters": dict(one.parameters)})


def sentence_of(recipe: Recipe) -> str:
    """Return how a kernel was made, in words.

    Examples
    --------
    >>> sentence_of(Recipe("preset", {"name": "gaussian", "parameters": {"sigma": 2.0, "size": 7}}, ("painted",)))
    'Gaussian, sigma 2 px, size 7 px, then painted'
    """
    row = RECIPES.get(recipe.kind)
    try:
        begun = recipe.kind if row is None else row.sentence(recipe)
    except (KeyError, TypeError, ValueError):  # a file may hold any settings
        begun = recipe.kind if row is None else row.label
    return ", then ".join((begun, *recipe.steps))


def planes_of(recipe: Recipe) -> np.ndarray | None:
    """Return the kernel that a recipe makes, before its steps; None if it cannot be made from the recipe alone."""
    row = RECIPES.get(recipe.kind)
    try:
        return None if row is None else row.planes(recipe)
    except (KeyError, TypeError, ValueError):
        return None


def _preset_sentence(recipe: Recipe) -> str:
    preset = preset_named(recipe.settings["name"])
    if preset is None:
        return str(recipe.settings["name"])
    given = recipe.settings.get("parameters", {})
    parts = [
        f"{each.label[:1].lower()}{each.label[1:]} {number(given[each.name])}{_spaced(each.unit)}"
        for each in preset.parameters
        if each.name in given
    ]
    return ", ".join((preset.label, *parts))


def _spaced(unit: str) -> str:
    return unit if unit in ("", "°", "%") else f" {unit}"


def _preset_planes(recipe: Recipe) -> np.ndarray | None:
    preset = preset_named(recipe.settings["name"])
    return None if preset is None else preset.planes(**recipe.settings.get("parameters", {}))


def _initializer_sentence(recipe: Recipe) -> str:
    return f"{recipe.settings['name']}, seed {recipe.settings['seed']}"


def _painted_sentence(_recipe: Recipe) -> str:
    return "drawn by hand"


def _response_sentence(recipe: Recipe) -> str:
    from convexplorer.kernels.design.filter_design import read_design  # no start needs it

    return read_design(recipe.settings).words()


def _response_planes(recipe: Recipe) -> np.ndarray | None:
    from convexplorer.kernels.design.filter_design import read_design

    return read_design(recipe.settings).kernel()


def _composition_sentence(recipe: Recipe) -> str:
    from convexplorer.kernels.composing import composition_sentence  # here: no start composes kernels

    return composition_sentence(recipe)


def _composition_planes(recipe: Recipe) -> np.ndarray | None:
    from convexplorer.kernels.composing import composition_planes

    return composition_planes(recipe)


def _formula_sentence(recipe: Recipe) -> str:
    from convexplorer.kernels import expression_recipe  # here: no start reads a formula

    return expression_recipe.sentence(recipe)


def _formula_planes(recipe: Recipe) -> np.ndarray | None:
    from convexplorer.kernels import expression_recipe

    return expression_recipe.planes(recipe)


def _turned_sentence(recipe: Recipe) -> str:
    from convexplorer.kernels.turned import turned_sentence  # here: no start turns kernels

    return turned_sentence(recipe)


def _turned_planes(recipe: Recipe) -> np.ndarray | None:
    from convexplorer.kernels.turned import turned_planes

    return turned_planes(recipe, planes_of)


def _pasted_sentence(recipe: Recipe) -> str:
    parts = [f"pasted from {recipe.settings['form']}"]
    if recipe.settings["is_flipped"]:
        parts.append("turned by 180°")
    if recipe.settings["divisor"] != 1:
        parts.append(f"divided by {number(recipe.settings['divisor'])}")
    return ", ".join(parts)


def _no_planes(_recipe: Recipe) -> np.ndarray | None:
    return None


RECIPES: dict[str, RecipeRow] = {
    "preset": RecipeRow("Preset", _preset_sentence, _preset_planes),
    "initializer": RecipeRow("Initializer", _initializer_sentence, _no_planes),
    "response": RecipeRow("Frequency", _response_sentence, _response_planes),
    "composition": RecipeRow("Composition", _composition_sentence, _composition_planes),
    "formula": RecipeRow("Formula", _formula_sentence, _formula_planes),
    "turned": RecipeRow("Turned", _turned_sentence, _turned_planes),
    "pasted": RecipeRow("Pasted", _pasted_sentence, _no_planes),
    "drawn": RecipeRow("Drawn", _painted_sentence, _no_planes),
    "patch": RecipeRow("Part of a picture", patch_sentence, _no_planes),
    "learned": RecipeRow("Learned", learned_sentence, _no_planes),
}
