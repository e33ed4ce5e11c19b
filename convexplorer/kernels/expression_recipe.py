"""Kernels of expressions as recipes: what a project file keeps of one, and how it is computed again."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from convexplorer.kernels.expression import Expression, parse_expression
from convexplorer.kernels.filter import check_kernel_size
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.transforms import TRANSFORMS
from convexplorer.words import number, times

KIND = "formula"
# What may be done to the values of a formula, by the key of a transform; "" for nothing.
SCALINGS: dict[str, str] = {"": "as it is", "normalize-sum": "sum 1", "zero-sum": "sum 0", "unit-norm": "norm 1"}
_LONGEST = 60

# A drag at a slider reads the same text again and again.
read = lru_cache(maxsize=32)(parse_expression)


def expression_kernel(
    text: str, size: tuple[int, int], sliders: Mapping[str, float] | None = None, scaling: str = ""
) -> np.ndarray:
    """Return the kernel of an expression, (rows, columns) float64.

    Parameters
    ----------
    text : see `parse_expression`.
    size : rows and columns, up to 255 each.
    sliders : numbers of the names in the text; omitted ones take their defaults.
    scaling : key of `SCALINGS`.

    Raises
    ------
    ExpressionError : the text cannot be read.
    ValueError : a cell has no finite value, or the scaling is impossible.

    Examples
    --------
    >>> expression_kernel("gauss(r, sigma)", (1, 3), {"sigma": 100.0}, "normalize-sum").round(3)
    array([[0.333, 0.333, 0.333]])
    """
    if min(size) < 1:
        raise ValueError(f"a kernel has 1 cell or more along each axis; got {times(size)}")
    check_kernel_size(size, "this one")
    if scaling not in SCALINGS:
        raise ValueError(f"scaling must be one of {', '.join(filter(None, SCALINGS))} or nothing; got {scaling!r}")
    plane = read(text).kernel(size, sliders)
    return TRANSFORMS[scaling].function(plane[np.newaxis])[0] if scaling else plane


def expression_recipe(
    text: str, size: tuple[int, int], sliders: Mapping[str, float] | None = None, scaling: str = ""
) -> Recipe:
    """Return the recipe of such a kernel, with a number for each of its sliders."""
    given = dict(sliders or {})
    names: Expression = read(text)
    values = {slider.name: float(given.get(slider.name, slider.default)) for slider in names.sliders}
    settings = {"text": text, "rows": size[0], "columns": size[1], "sliders": values, "scaling": scaling}
    return Recipe(KIND, settings)


def sentence(recipe: Recipe) -> str:
    """Return the formula with its numbers."""
    settings = recipe.settings
    text = " ".join(str(settings["text"]).split())
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    values = [f"{name} = {number(value)}" for name, value in settings.get("sliders", {}).items()]
    scaling = SCALINGS.get(settings.get("scaling", ""), "")
    size = times((settings["rows"], settings["columns"]))
    return ", ".join([shown, *values, size, *([scaling] if settings.get("scaling") else [])])


def planes(recipe: Recipe) -> np.ndarray | None:
    """Return the kernel of a recipe."""
    settings = recipe.settings
    size = (int(settings["rows"]), int(settings["columns"]))
    return expression_kernel(str(settings["text"]), size, settings.get("sliders", {}), settings.get("scaling", ""))
