"""Maps that say nothing, or nothing of their own: dead, constant, saturated, and duplicates of others.

A map is **saturated** if at least `NEARLY_ALL` of its values lie within `NEAR` of a bounded activation's range from one
of its ends (of ReLU 6 only from 6: zeros are what a ReLU is for). It is **dead** if all of its values read 0, and
**constant** if all are equal otherwise. It is a **duplicate** if an earlier map times a factor gives it in every cell,
but for `SAME` of its largest magnitude, which forgives rounding; at least `LEAST_CELLS` cells must not be 0, because
few numbers are alike by chance. The first of several maps that are alike is none.

All of this is true of the values of one picture: on another one, the same filter may answer.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from convexplorer.core.operators.activations import describe
from convexplorer.results.counted import counted_of
from convexplorer.results.fault import Fault
from convexplorer.results.picture import Tile
from convexplorer.results.reading import read_extreme
from convexplorer.results.stage import Stage
from convexplorer.results.statistics import extremes
from convexplorer.results.vectors import as_maps
from convexplorer.words import number, percent

NEARLY_ALL = 0.99
NEAR = 0.01
SAME = 1e-5
LEAST_CELLS = 8

# The range of a bounded activation, and at which ends of it a value no longer answers to what goes in.
_RANGES: Mapping[str, tuple[float, float]] = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "sparse_sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "relu6": (0.0, 6.0),
}
_ONLY_ABOVE = ("relu6",)
_FOLDED = 251  # so many sums stand for a map until it is compared: a prime, or they would be columns of the picture
_ROWS = 64  # of large maps so many rows of cells are summed
_LIKELY = 1e-6  # how far the cosine of the sums of maps that are alike may be from ±1


def faults_of(stage: Stage, tiles: Sequence[Tile] = ()) -> tuple[Fault | None, ...]:
    """Return what is the matter with each map of a layer; () where a map is a single number.

    Parameters
    ----------
    tiles : of the maps, whose extremes are known; maps without one, or with a part of it, are looked through again.
    """
    maps = as_maps(stage.made)
    if not stage.has_places or maps[0].size < 2:
        return ()
    ends = [_ends(values, tiles[i] if i < len(tiles) else None) for i, values in enumerate(maps)]
    found = [_own_fault(stage, index, values, ends[index]) for index, values in enumerate(maps)]
    free = [i for i, fault in enumerate(found) if fault is None and ends[i][2] == 0]
    for index, (twin, factor) in duplicates(maps, free).items():
        found[index] = _duplicate(stage.names[twin], twin, factor)
    return tuple(found)


def duplicates(maps: np.ndarray, among: Sequence[int]) -> dict[int, tuple[int, float]]:
    """Return for each map that an earlier one times a factor gives which one that is, and the factor.

    Parameters
    ----------
    maps : (maps, *spatial).
    among : the maps that are compared, in ascending order; all of their values are finite.

    Examples
    --------
    >>> one = np.arange(12.0).reshape(1, 3, 4)
    >>> duplicates(np.concatenate([one, one * one, -2 * one]), range(3))
    {2: (0, -2.0)}
    """
    flat = maps.reshape(len(maps), -1)
    indices = list(among)
    if len(indices) < 2:
        return {}
    cosines = _cosines_of_sums([flat[i] for i in indices])
    found: dict[int, tuple[int, float]] = {}
    for place, index in enumerate(indices):
        for other in np.flatnonzero(np.abs(cosines[place, :place]) >= 1 - _LIKELY):
            twin = indices[other]
            factor = None if twin in found else _factor(flat[index], flat[twin])
            if factor is not None:
                found[index] = twin, factor
                break
    return found


def _cosines_of_sums(maps: Sequence[np.ndarray]) -> np.ndarray:
    """Return the cosine between each two flattened maps, (maps, maps), of sums that maps which are alike share."""
    with np.errstate(over="ignore", invalid="ignore"):
        wide = np.stack([_sums(values) for values in maps]).astype(np.float64)
        # A map of few cells that are not 0 may have none among those summed.
        if not wide.any(axis=1).all():
            wide = np.stack([_sums(values, is_whole=True) for values in maps]).astype(np.float64)
        lengths = np.linalg.norm(wide, axis=1, keepdims=True)
        units = wide / np.where(lengths > 0, lengths, 1.0)
        return units @ units.T


def _sums(values: np.ndarray, *, is_whole: bool = False) -> np.ndarray:
    """Return sums of cells that lie apart: of a large map of some rows of them, unless the whole is wanted."""
    if len(values) <= _FOLDED:
        return values
    rows = values[: len(values) // _FOLDED * _FOLDED].reshape(-1, _FOLDED)
    step = 1 if is_whole else max(1, len(rows) // _ROWS)
    sums: np.ndarray = rows[::step].sum(axis=0)
    return sums


def _factor(values: np.ndarray, twin: np.ndarray) -> float | None:
    """Return by what one map must be multiplied to give another, but for rounding; None if nothing does."""
    if min(np.count_nonzero(values), np.count_nonzero(twin)) < LEAST_CELLS:
        return None
    at = int(np.argmax(np.abs(twin)))
    factor = float(values[at]) / float(twin[at])
    largest = float(np.max(np.abs(values)))
    if not np.max(np.abs(values - factor * twin.astype(np.float64))) <= SAME * largest:
        return None
    return float(np.sign(factor)) if abs(abs(factor) - 1) <= SAME else factor


def _ends(values: np.ndarray, tile: Tile | None) -> tuple[float, float, float]:
    """Return the `extremes` of a map, those of its tile if that shows all of it."""
    if tile is None or tile.shade is not None or tile.empty or tile.values.size != values.size:
        return extremes(values)
    return tile.minimum, tile.maximum, tile.not_finite


def _own_fault(stage: Stage, index: int, values: np.ndarray, ends: tuple[float, float, float]) -> Fault | None:
    """Return what is the matter with a map on its own."""
    low, high, not_finite = ends
    if not_finite == 1.0:
        return None
    saturated = _saturated(stage, values, low, high)
    if saturated is not None:
        return saturated
    zeros = None if stage.empty else stage.zeros_of_all(index)
    if read_extreme(low, values, zeros) == read_extreme(high, values, zeros) == 0:
        return Fault("dead", ("dead",), f"Dead: all of its values are 0.{_why_dead(stage, index)}")
    if low == high:
        return Fault("constant", ("constant", "const."), f"Constant: all of its values are {number(low)}.")
    return None


def _why_dead(stage: Stage, index: int) -> str:
    """Return what the values of a dead map were before the activation that set them to 0; "" if none did."""
    _, largest, _ = extremes(counted_of(stage, index).linear)
    if largest >= 0:
        return ""
    label = describe(stage.result.layer.activation.name).label
    return f" {label} has set them to 0, the largest was {number(largest)}."


def _saturated(stage: Stage, values: np.ndarray, low: float, high: float) -> Fault | None:
    activation = stage.result.layer.activation
    ends = _RANGES.get(activation.name)
    if activation.name == "clip":
        ends = activation.parameters["min_value"], activation.parameters["max_value"]
    if ends is None or not ends[0] < ends[1]:
        return None
    near = NEAR * (ends[1] - ends[0])
    is_above_only = activation.name in _ONLY_ABOVE
    if low > ends[0] + near and high < ends[1] - near:
        return None
    at_ends = int(np.count_nonzero(values >= ends[1] - near))
    at_ends += 0 if is_above_only else int(np.count_nonzero(values <= ends[0] + near))
    share = at_ends / values.size
    if share < NEARLY_ALL:
        return None
    where = number(ends[1]) if is_above_only else f"{number(ends[0])} or {number(ends[1])}"
    said = "all" if share == 1 else percent(min(share, 0.9999), ".4g")
    return Fault(
        "saturated",
        ("saturated", "sat."),
        f"Saturated: {said} of its values lie within {number(near)} of {where}, where "
        f"{describe(activation.name).label} ends; {percent(NEARLY_ALL)} are enough.",
    )


def _duplicate(name: str, twin: int, factor: float) -> Fault:
    sign = {1.0: "= ", -1.0: "= −"}.get(factor, "∝ ")
    what = "the same as" if factor == 1 else f"{number(factor)} times"
    sentence = f"Duplicate: it is {what} “{name}” in every cell, but for rounding."
    return Fault("duplicate", (f"{sign}{name}", "duplicate", "dup."), sentence, twin, factor)
