"""The ways to make a kernel of kernels as a table: each with its settings, and the passes that it stands for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.parameter import Parameter
from convexplorer.kernels.composition import derivative, mixed, most_passes, parallel, repeated, series
from convexplorer.kernels.inverse import Prior, inverse
from convexplorer.kernels.recipe import Recipe
from convexplorer.words import number

Planes = np.ndarray
Settings = Mapping[str, Any]
Apply = Callable[[np.ndarray, Planes], np.ndarray]  # the map of a picture, or of a map, by a kernel

MOST_PASSES = 30  # of the slider; the numerical interface has no such limit
MOST_KEPT = 8000  # weights that a recipe holds, to be made again
_ONE = np.ones((1, 1, 1))


@dataclass(frozen=True, eq=False)
class Operand:
    """A kernel that is composed, under the name by which the recipe calls it."""

    name: str
    planes: Planes


@dataclass(frozen=True, eq=False)
class Operation:
    """A way to make a kernel of one or two others.

    Attributes
    ----------
    label, explanation : of its button.
    has_second : True if it takes two kernels.
    parameters : returns the settings that are numbers, for kernels of this size.
    function : (first, second, settings) → planes, all as applied; ValueError says why it is impossible.
    passes : (apply, picture, first, second, settings) → the same map, made the long way.
    sentence : (name of the first, name of the second, settings) → how it was made.
    """

    label: str
    explanation: str
    has_second: bool
    parameters: Callable[[tuple[int, ...]], tuple[Parameter, ...]]
    function: Callable[[Planes, Planes, Settings], Planes]
    passes: Callable[[Apply, np.ndarray, Planes, Planes, Settings], np.ndarray]
    sentence: Callable[[str, str, Settings], str]


def composed(operation: str, first: Planes, second: Planes, settings: Settings, *, is_flipped: bool = False) -> Planes:
    """Return what an operation of `OPERATIONS` makes of two kernels, (P, rows, columns).

    Parameters
    ----------
    second : is not looked at by operations of one kernel.
    settings : those that are left out take their defaults.
    is_flipped : True for a layer that turns its kernels by 180° before it applies them.
    """
    row = OPERATIONS[operation]
    known = complete(operation, first, settings)
    if not is_flipped:
        return row.function(first, second, known)
    turned = row.function(first[:, ::-1, ::-1], second[:, ::-1, ::-1], known)
    return turned[:, ::-1, ::-1]


def complete(operation: str, first: Planes, settings: Settings) -> dict[str, Any]:
    """Return all settings of an operation, each within its limits; what it does not know is left out."""
    known = OPERATIONS[operation].parameters(first.shape[1:])
    found: dict[str, Any] = {
        each.name: min(max(float(settings.get(each.name, each.default)), each.minimum), each.maximum) for each in known
    }
    found = {name: int(value) if _is_whole(known, name) else value for name, value in found.items()}
    if operation == "invert":
        found |= {"prior": settings.get("prior", "natural"), "deviation": float(settings.get("deviation", 0.2))}
    return found


def composition_recipe(operation: str, first: Operand, second: Operand | None, settings: Settings) -> Recipe:
    """Return how a composed kernel was made. Kernels of very many weights are called by their names only."""
    operands = [first, *([second] if second is not None else [])]
    is_small = sum(one.planes.size for one in operands) <= MOST_KEPT
    kept = [{"name": one.name} | ({"planes": one.planes.tolist()} if is_small else {}) for one in operands]
    names = ("first", "second")
    return Recipe("composition", {"operation": operation, **dict(settings), **dict(zip(names, kept, strict=False))})


def operands_of(recipe: Recipe) -> tuple[Operand, Operand | None] | None:
    """Return what a kernel was composed of; None if the recipe does not hold the weights. ValueError: it is wrong."""
    found = []
    for key in ("first", "second"):
        document = recipe.settings.get(key)
        if document is None:
            continue
        if "planes" not in document:
            return None
        # What is no number is None in a recipe.
        planes = np.array(document["planes"], dtype=np.float64)
        if planes.ndim != 3 or planes.size == 0:
            raise ValueError(f"planes must have the shape (planes, rows, columns); got {planes.shape}")
        found.append(Operand(str(document["name"]), planes))
    if not found:
        raise ValueError("a composition has a first kernel")
    return found[0], found[1] if len(found) > 1 else None


def composition_sentence(recipe: Recipe) -> str:
    """Return how a kernel was composed, in words."""
    settings = recipe.settings
    second = settings.get("second") or {}
    row = OPERATIONS[settings["operation"]]
    return row.sentence(str(settings["first"]["name"]), str(second.get("name", "")), settings)


def composition_planes(recipe: Recipe) -> Planes | None:
    """Return the kernel that a recipe composes; None without the weights of its parts."""
    operands = operands_of(recipe)
    if operands is None:
        return None
    first, second = operands
    settings = recipe.settings
    other = _ONE if second is None else second.planes
    return composed(
        settings["operation"], first.planes, other, settings, is_flipped=bool(settings.get("is_flipped", False))
    )


def _none(_size: Sequence[int]) -> tuple[Parameter, ...]:
    return ()


def _mix_parameters(_size: Sequence[int]) -> tuple[Parameter, ...]:
    return (Parameter("share", 0.5, 0, 1, 0.01, "Share", "Of the second: 0 is the first kernel, 1 is the second."),)


def _scale_parameters(_size: Sequence[int]) -> tuple[Parameter, ...]:
    return (Parameter("factor", 2, -10, 10, 0.1, "Factor", "Every weight is multiplied by it."),)


def _slope_parameters(_size: Sequence[int]) -> tuple[Parameter, ...]:
    return (
        Parameter(
            "angle", 0, -360, 360, 5, "Direction", "Where brightness rises: 0° to the right, 90° downwards.", "°"
        ),
        Parameter("order", 1, 1, 4, 1, "Order", "How often it is differentiated.", is_integer=True),
    )


def _repeat_parameters(size: Sequence[int]) -> tuple[Parameter, ...]:
    most = most_passes(tuple(size))
    explanation = "The kernel on the map of itself, so often; the exact kernel of all passes."
    if most is not None and most < MOST_PASSES:
        explanation += f" {most} of this size fit into 255 × 255 cells."
    top = MOST_PASSES if most is None else max(min(MOST_PASSES, most), 1)
    return (Parameter("passes", min(2, top), 0, top, 1, "Passes", explanation, "×", is_integer=True),)


def _invert_parameters(_size: Sequence[int]) -> tuple[Parameter, ...]:
    return (
        Parameter(
            "size",
            15,
            3,
            31,
            2,
            "Size",
            "Rows and columns of the inverse: solved for, not cropped.",
            "px",
            is_integer=True,
        ),
        Parameter(
            "noise",
            0.002,
            0.0001,
            0.1,
            0.0001,
            "Noise",
            "Standard deviation of the noise in the blurred picture, where white is 1; 8 bits alone have 0.0011.",
        ),
    )


def _inverse(first: Planes, _second: Planes, settings: Settings) -> Planes:
    prior: Prior = "flat" if settings["prior"] == "flat" else "natural"
    found = inverse(first, int(settings["size"]), noise=settings["noise"], deviation=settings["deviation"], prior=prior)
    return found.plane[np.newaxis]


def _slope_passes(apply: Apply, x: np.ndarray, first: Planes, _second: Planes, settings: Settings) -> np.ndarray:
    y = apply(x, first)
    for _ in range(settings["order"]):
        y = apply(y, derivative(_ONE, settings["angle"]))
    return y


def _repeat_passes(apply: Apply, x: np.ndarray, first: Planes, _second: Planes, settings: Settings) -> np.ndarray:
    y = x
    for i in range(settings["passes"]):
        y = apply(y, first if i == 0 else first.sum(axis=0, keepdims=True))
    return y


def _undone(apply: Apply, x: np.ndarray, first: Planes, _second: Planes, settings: Settings) -> np.ndarray:
    return apply(apply(x, first), _inverse(first, _ONE, settings))


def _times(passes: int) -> str:
    return "once" if passes == 1 else f"{passes} times"


def _slope_sentence(first: str, _second: str, settings: Settings) -> str:
    order = int(settings["order"])
    slope = "slope" if order == 1 else f"derivative of order {order}"
    return f"{slope} of “{first}” towards {number(settings['angle'])}°"


def _is_whole(parameters: Sequence[Parameter], name: str) -> bool:
    return any(each.name == name and each.is_integer for each in parameters)


OPERATIONS: dict[str, Operation] = {
    "series": Operation(
        "Convolve",
        "One kernel for two layers: the first on the picture, the second on its map.",
        True,
        _none,
        lambda a, b, _s: series(a, b),
        lambda apply, x, a, b, _s: apply(apply(x, a), b.sum(axis=0, keepdims=True)),
        lambda a, b, _s: f"“{a}”, then “{b}”",
    ),
    "add": Operation(
        "Add",
        "One kernel whose map is the sum of both maps.",
        True,
        _none,
        lambda a, b, _s: parallel(a, b),
        lambda apply, x, a, b, _s: apply(x, a) + apply(x, b),
        lambda a, b, _s: f"“{a}” + “{b}”",
    ),
    "subtract": Operation(
        "Subtract",
        "One kernel whose map is that of the first minus that of the second.",
        True,
        _none,
        lambda a, b, _s: parallel(a, b, weights=(1, -1)),
        lambda apply, x, a, b, _s: apply(x, a) - apply(x, b),
        lambda a, b, _s: f"“{a}” − “{b}”",
    ),
    "mix": Operation(
        "Interpolate",
        "A kernel between the two.",
        True,
        _mix_parameters,
        lambda a, b, s: mixed(a, b, s["share"]),
        lambda apply, x, a, b, s: (1 - s["share"]) * apply(x, a) + s["share"] * apply(x, b),
        lambda a, b, s: f"{number(100 - 100 * s['share'])} % “{a}” and {number(100 * s['share'])} % “{b}”",
    ),
    "scale": Operation(
        "Scale",
        "The first with all weights multiplied by a number.",
        False,
        _scale_parameters,
        lambda a, _b, s: a * s["factor"],
        lambda apply, x, a, _b, s: s["factor"] * apply(x, a),
        lambda a, _b, s: f"{number(s['factor'])} × “{a}”",
    ),
    "slope": Operation(
        "Derivative",
        "One kernel whose map is the slope of the map of the first, in any direction.",
        False,
        _slope_parameters,
        lambda a, _b, s: derivative(a, s["angle"], order=s["order"]),
        _slope_passes,
        _slope_sentence,
    ),
    "repeat": Operation(
        "Repeat",
        "One kernel for several passes of the first, each on the map of the one before.",
        False,
        _repeat_parameters,
        lambda a, _b, s: repeated(a, s["passes"]),
        _repeat_passes,
        lambda a, _b, s: f"“{a}” applied {_times(int(s['passes']))}",
    ),
    "invert": Operation(
        "Invert",
        "The kernel of a size that best undoes the first on noisy pictures (Wiener): after a blur it sharpens just so "
        "far as the noise allows.",
        False,
        _invert_parameters,
        _inverse,
        _undone,
        lambda a, _b, s: f"inverse of “{a}” at {int(s['size'])} × {int(s['size'])} for noise {number(s['noise'])}",
    ),
}
