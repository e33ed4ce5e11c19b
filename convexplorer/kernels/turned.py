"""A kernel that is turned and shifted without wear: the original is kept, with the angle and the shift.

A kernel with a formula is made again at the new angle; any other is moved by `turning`.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import MAX_KERNEL_SIZE
from convexplorer.kernels.planes import same_numbers
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.turning import Moved, retuned, shifted, turned
from convexplorer.words import number

KIND = "turned"
MOST_WEIGHTS = 40_000  # that a recipe keeps of the original; of larger kernels it keeps only what was done

Make = Callable[[Recipe], np.ndarray | None]


@dataclass(frozen=True, eq=False)
class Turning:
    """What is turned and shifted, and by how much.

    Attributes
    ----------
    original : (P, rows, columns), before any turn.
    angle : degrees clockwise.
    rows, columns : the shift after the turn, down and to the right, in cells.
    source : how the original was made; None if that is not known.
    said : the same in words.
    """

    original: np.ndarray
    angle: float = 0.0
    rows: float = 0.0
    columns: float = 0.0
    source: Recipe | None = None
    said: str = ""

    def moved(self, make: Make) -> tuple[np.ndarray, float]:
        """Return the planes after turn and shift, and the share of the squared weights that left their rectangle.

        Parameters
        ----------
        make : returns the planes that a recipe makes; see `recipes.planes_of`.
        """
        again = self.retuned(make)
        planes, energies = [], []
        for i, plane in enumerate(self.original):
            first = turned(plane, self.angle) if again is None else Moved(again[1][i], 0.0)
            second = shifted(first.plane, self.rows, self.columns)
            planes.append(second.plane)
            energies.append((1 - first.lost) * (1 - second.lost))
        weights = np.square(self.original / (np.abs(self.original).max() or 1.0)).sum(axis=(1, 2))
        kept = float(np.dot(weights, energies)) / float(weights.sum() or 1.0) if weights.any() else 1.0
        return np.stack(planes), 1 - kept

    def retuned(self, make: Make) -> tuple[Recipe, np.ndarray] | None:
        """Return the formula of the original at the new angle, with its planes; None if it has no angle."""
        if self.source is None or self.source.steps or len(self.original) != 1:
            return None
        source, given = self.source, _angle_of(self.source)
        if given is None or self.angle == 0:
            return None

        def plane(angle: float) -> np.ndarray:
            planes = make(_with_angle(source, angle))
            if planes is None:
                raise ValueError("the recipe cannot be made again")
            found: np.ndarray = planes[0] if planes.ndim == 3 else planes
            return found

        try:
            found = retuned(plane, given, self.angle)
        except ValueError:
            return None
        if found is None or found[1].shape != self.original.shape[1:]:
            return None
        return _with_angle(source, found[0]), found[1][np.newaxis]

    def recipe(self, make: Make) -> Recipe:
        """Return how the moved kernel is made: its formula at another angle, or the original with the moves."""
        if not self.angle and not self.rows and not self.columns and self.source is not None:
            return self.source
        again = self.retuned(make)
        if again is not None and not self.rows and not self.columns:
            return again[0]
        if self.original.size > MOST_WEIGHTS:
            return (self.source or Recipe("drawn")).then(self.words)
        settings: dict[str, Any] = {
            "angle": self.angle,
            "rows": self.rows,
            "columns": self.columns,
            "original": self.original.tolist(),
            "said": self.said,
        }
        return Recipe(KIND, settings if self.source is None else settings | {"source": self.source.document()})

    @property
    def words(self) -> str:
        """The moves in words that continue how the original was made."""
        parts = [f"turned by {number(self.angle)}°"] if self.angle else []
        if self.rows or self.columns:
            parts.append(f"shifted by {number(self.rows)}, {number(self.columns)} px")
        return ", ".join(parts) or "turned by 0°"


def begun(planes: np.ndarray, recipe: Recipe | None, make: Make, say: Callable[[Recipe], str]) -> Turning:
    """Return the turning that made a kernel, to go on with it; or a new one of the kernel as it is.

    Parameters
    ----------
    planes, recipe : of the kernel, (P, rows, columns).
    make, say : return the planes that a recipe makes, and the recipe in words.
    """
    if recipe is not None and recipe.kind == KIND and not recipe.steps:
        try:
            found = turning_of(recipe)
            if same_numbers(found.moved(make)[0], planes):
                return found
        except (KeyError, TypeError, ValueError):  # a file may hold any settings
            pass
    said = "a drawn kernel" if recipe is None else say(recipe)
    made = None if recipe is None or recipe.steps else make(recipe)
    is_exact = made is not None and same_numbers(made.reshape(-1, *made.shape[-2:]), planes)
    return Turning(planes, source=recipe if is_exact else None, said=said)


def turning_of(recipe: Recipe) -> Turning:
    """Return the turning that a recipe describes; ValueError, KeyError or TypeError if its settings are wrong."""
    settings = recipe.settings
    original = np.array(settings["original"], dtype=np.float64)
    if original.ndim != 3 or not original.size or max(original.shape[1:]) > MAX_KERNEL_SIZE:
        raise ValueError(f"the original of a turned kernel has planes, rows and columns; got {original.shape}")
    angle, rows, columns = (float(settings.get(name, 0.0)) for name in ("angle", "rows", "columns"))
    source = Recipe.of(settings["source"]) if "source" in settings else None
    return Turning(original, angle, rows, columns, source, str(settings.get("said", "")))


def turned_sentence(recipe: Recipe) -> str:
    """Return a turned kernel in words: its original, and the moves."""
    settings = recipe.settings
    angle, rows, columns = (float(settings.get(name, 0.0)) for name in ("angle", "rows", "columns"))
    moves = Turning(np.zeros((1, 1, 1)), angle, rows, columns)
    return ", ".join(filter(None, (str(settings.get("said", "")), moves.words)))


def turned_planes(recipe: Recipe, make: Make) -> np.ndarray:
    """Return the planes that a recipe of a turned kernel makes."""
    return turning_of(recipe).moved(make)[0]


def _angle_of(recipe: Recipe) -> float | None:
    angle = _settings_of(recipe).get("angle")
    return float(angle) if isinstance(angle, int | float) and not isinstance(angle, bool) else None


def _settings_of(recipe: Recipe) -> Mapping[str, Any]:
    inner = recipe.settings.get("parameters")
    return inner if isinstance(inner, Mapping) else recipe.settings


def _with_angle(recipe: Recipe, angle: float) -> Recipe:
    """Return a recipe with another angle, in −180…180°."""
    angle = math.remainder(angle, 360.0)
    inner = recipe.settings.get("parameters")
    if isinstance(inner, Mapping):
        return Recipe(recipe.kind, {**recipe.settings, "parameters": {**inner, "angle": angle}}, recipe.steps)
    return Recipe(recipe.kind, {**recipe.settings, "angle": angle}, recipe.steps)
