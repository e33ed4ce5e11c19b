"""What the numbers of maps read: 0 for a value that is nothing but rounding. Values themselves stay exact."""

import math
from collections.abc import Callable
from functools import cached_property
from typing import Protocol
from weakref import WeakKeyDictionary

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.explain.rounded_cells import SUSPECT, Answers, Roundings
from convexplorer.core.explain.rounding import rounding_bound
from convexplorer.core.network import Evaluation

# The answers end with their evaluation: its maps are most of the memory of a result.
_answers: WeakKeyDictionary[Evaluation, Answers] = WeakKeyDictionary()

Cells = int | Callable[[], np.ndarray]
"""Where the cells of a map on screen are in a layer's flattened maps: the place of the first where the map is shown as
it is, else what makes an array (rows, columns) of places when it is needed."""


class Zeros(Protocol):
    """Tells which cells of a flattened picture of values are rounding."""

    @property
    def largest(self) -> float:
        """No larger value is rounding: it spares looking for its cell."""

    def __call__(self, cells: np.ndarray, /) -> np.ndarray:
        """Return whether each of these cells (m,) is rounding, (m,) bool."""


def roundings_of(evaluation: Evaluation) -> Roundings:
    """Return what tells of an evaluation's rounding; all that write its numbers share what was found out."""
    return Roundings(evaluation, _answers.setdefault(evaluation, Answers()))


@dataclass(frozen=True, eq=False)
class Reading:
    """Tells which cells of a map on screen are rounding.

    Attributes
    ----------
    evaluation, layer : whose maps the cells are of.
    cells : where these are in the layer's flattened maps.
    """

    evaluation: Evaluation
    layer: int
    cells: Cells

    @property
    def largest(self) -> float:
        """No larger value is rounding."""
        return roundings_of(self.evaluation).largest_suspect(self.layer)

    @cached_property
    def _places(self) -> np.ndarray | None:
        return None if isinstance(self.cells, int) else self.cells().reshape(-1)

    def __call__(self, cells: np.ndarray, /) -> np.ndarray:
        """Return whether each of these cells of the flattened map is rounding, (m,) bool."""
        first = self.cells if isinstance(self.cells, int) else 0
        places = cells + first if self._places is None else self._places[cells]
        return roundings_of(self.evaluation).zeros(self.layer, places)


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
    cells: Cells
    largest: float
    values: np.ndarray

    @cached_property
    def _reading(self) -> Reading:
        return Reading(core.evaluate([self.layer], self.given), 0, self.cells)

    def __call__(self, cells: np.ndarray, /) -> np.ndarray:
        """Return whether each of these cells of the flattened map is rounding, (m,) bool."""
        values = np.abs(self.values.reshape(-1)[cells])
        is_suspect = (values > 0) & (values <= self.largest)
        is_zero = np.zeros(len(cells), bool)
        if is_suspect.any():
            is_zero[is_suspect] = self._reading(cells[is_suspect])
        return is_zero


def suspect(magnitude: float) -> float:
    """Return the largest value that may be rounding where the absolute terms reach this magnitude."""
    return SUSPECT * float(np.finfo(np.float32).eps) * magnitude


@dataclass(frozen=True, eq=False)
class DifferenceReading:
    """Tells where the difference of two pictures of values is rounding."""

    first: np.ndarray
    second: np.ndarray
    largest: float = math.inf

    def __call__(self, cells: np.ndarray, /) -> np.ndarray:
        """Return whether each of these cells of the flattened difference is rounding, (m,) bool."""
        one, other = (x.reshape(-1)[cells].astype(np.float64) for x in (self.first, self.second))
        difference, total = np.abs(one - other), np.abs(one) + np.abs(other)
        is_exact = (one == np.rint(one)) & (other == np.rint(other)) & (total < 2 / np.finfo(self.first.dtype).eps)
        return np.asarray(np.where(is_exact, difference == 0, difference <= rounding_bound(total, self.first.dtype)))


def read(values: np.ndarray, cells: np.ndarray, zeros: Callable[[np.ndarray], np.ndarray] | None) -> np.ndarray:
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
    if zeros is None or value == 0.0 or not np.isfinite(value) or abs(value) > zeros.largest:
        return value
    cell = int((values.reshape(-1) == values.dtype.type(value)).argmax())
    return 0.0 if zeros(np.array([cell]))[0] else value
