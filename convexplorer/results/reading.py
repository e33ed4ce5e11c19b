"""What the numbers of maps read: 0 for a value that is nothing but rounding. Values themselves stay exact."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from convexplorer import core
from convexplorer.core.explain.rounded_cells import SUSPECT, Answers, Roundings
from convexplorer.core.explain.rounding import rounding_bound
from convexplorer.core.network import Evaluation

# The answers end with their evaluation: its maps are most of the memory of a result.
_answers: WeakKeyDictionary[Evaluation, Answers] = WeakKeyDictionary()

Zeros = Callable[[np.ndarray], np.ndarray]
"""From cells (m,) of a flattened picture of values to whether each of them is rounding, (m,) bool."""


def roundings_of(evaluation: Evaluation) -> Roundings:
    """Return what tells of an evaluation's rounding; all that write its numbers share what was found out."""
    return Roundings(evaluation, _answers.setdefault(evaluation, Answers()))


@dataclass(frozen=True, eq=False)
class Reading:
    """Tells which cells of a map on screen are rounding.

    Attributes
    ----------
    evaluation, layer : whose maps the cells are of.
    cells : gives, for all cells of the map on screen (rows, columns), their places in the layer's flattened maps.
    """

    evaluation: Evaluation
    layer: int
    cells: Callable[[], np.ndarray]

    @cached_property
    def _places(self) -> np.ndarray:
        return self.cells().reshape(-1)

    def zeros(self, cells: np.ndarray) -> np.ndarray:
        """Return whether each of these cells of the flattened map is rounding, (m,) bool."""
        return roundings_of(self.evaluation).zeros(self.layer, self._places[cells])


@dataclass(frozen=True, eq=False)
class PartReading:
    """Tells which values of a map are rounding that was computed of a layer's input apart from the layer's own maps.

    Attributes
    ----------
    layer : that computes the map, its only one.
    given : what it reads.
    cells : as in `Reading`.
    largest : larger values are no rounding; it spares the computation.
    values : of the map.
    """

    layer: core.Layer
    given: np.ndarray
    cells: Callable[[], np.ndarray]
    largest: float
    values: np.ndarray

    @cached_property
    def _reading(self) -> Reading:
        return Reading(core.evaluate([self.layer], self.given), 0, self.cells)

    def zeros(self, cells: np.ndarray) -> np.ndarray:
        """Return whether each of these cells of the flattened map is rounding, (m,) bool."""
        values = np.abs(self.values.reshape(-1)[cells])
        is_suspect = (values > 0) & (values <= self.largest)
        is_zero = np.zeros(len(cells), bool)
        if is_suspect.any():
            is_zero[is_suspect] = self._reading.zeros(cells[is_suspect])
        return is_zero


def suspect(magnitude: float) -> float:
    """Return the largest value that may be rounding where the absolute terms reach this magnitude."""
    return SUSPECT * float(np.finfo(np.float32).eps) * magnitude


def difference_zeros(a: np.ndarray, b: np.ndarray) -> Zeros:
    """Return what tells where the difference of two pictures of values is rounding."""

    def zeros(cells: np.ndarray) -> np.ndarray:
        one, other = (x.reshape(-1)[cells].astype(np.float64) for x in (a, b))
        return np.asarray(np.abs(one - other) <= rounding_bound(np.abs(one) + np.abs(other), a.dtype))

    return zeros


def read(values: np.ndarray, cells: np.ndarray, zeros: Zeros | None) -> np.ndarray:
    """Return values (m,) as they read.

    Parameters
    ----------
    cells : of the values, in the flattened picture.
    """
    if zeros is None:
        return values
    return np.where(zeros(cells), values.dtype.type(0), values)


def read_extreme(value: float, values: np.ndarray, zeros: Zeros | None) -> float:
    """Return the smallest or the largest of some values as it reads."""
    if zeros is None or value == 0.0 or not np.isfinite(value):
        return value
    cell = int((values.reshape(-1) == values.dtype.type(value)).argmax())
    return 0.0 if zeros(np.array([cell]))[0] else value
