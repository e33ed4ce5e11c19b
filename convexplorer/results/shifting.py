"""Shifts a picture, and lays what a layer makes of it beside its map, shifted, to see where they agree.

What holds for convolutions away from borders, equivariance, ends at padding, at strides that the shift is no multiple
of, and at layers that read everything at once.
"""

import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.field import Field
from convexplorer.core.network import Evaluation
from convexplorer.results.reading import suspect

_QUICK_PRODUCTS = 2_000_000
FILLS = {
    "edge": ("the edge", "What comes in repeats the edge of the picture"),
    "wrap": ("the other side", "The picture goes round: what leaves it comes in on the other side"),
}


@dataclass(frozen=True)
class Shift:
    """By how many rows and columns a picture is shifted (down and to the right), and what comes in.

    Attributes
    ----------
    fill : a key of `FILLS`.
    """

    rows: int = 0
    columns: int = 0
    fill: str = "edge"

    @property
    def amounts(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    def of(self, x: np.ndarray) -> np.ndarray:
        """Return channels (…, rows, columns) shifted.

        Examples
        --------
        >>> Shift(0, 1).of(np.array([[1, 2, 3]])), Shift(0, 1, "wrap").of(np.array([[1, 2, 3]]))
        (array([[1, 1, 2]]), array([[3, 1, 2]]))
        """
        if self.fill == "wrap":
            return np.roll(x, self.amounts, axis=(-2, -1))
        rows, columns = (np.clip(np.arange(n) - by, 0, n - 1) for n, by in zip(x.shape[-2:], self.amounts, strict=True))
        found: np.ndarray = x[..., rows[:, np.newaxis], columns]
        return found


@dataclass(frozen=True, eq=False)
class ShiftSubject:
    """A map and a shift of its picture: all that the comparison needs.

    Attributes
    ----------
    channel : of the layer's maps.
    """

    evaluation: Evaluation
    layer: int
    channel: int
    shift: Shift

    @property
    def image(self) -> np.ndarray:
        """The picture as the first layer reads it, (channels, rows, columns)."""
        return self.evaluation.image

    @cached_property
    def fields(self) -> list[Field]:
        """The receptive field of every layer up to this one."""
        return core.receptive_field(self.evaluation.graph.leading_to(self.layer), self.image.shape)

    @property
    def map(self) -> np.ndarray:
        """The map of the picture as it is; a value without place has the shape ()."""
        found: np.ndarray = self.evaluation[self.layer][self.channel]
        return found

    @cached_property
    def moves(self) -> tuple[float, ...]:
        """By how many of its cells the map should move, along each axis; () for values without places."""
        if self.map.ndim != 2:
            return ()
        jumps = self.fields[-1].jump
        return tuple(float(by / jump) if jump else 0.0 for by, jump in zip(self.shift.amounts, jumps, strict=True))

    @cached_property
    def breaker(self) -> int | None:
        """The first layer between whose windows the shift falls; None if it is a multiple of all strides."""
        graph = self.evaluation.graph
        kept = graph.ancestors(self.layer)
        for index, field in zip(kept, self.fields, strict=True):
            if any(jump and (by / jump) % 1 for by, jump in zip(self.shift.amounts, field.jump, strict=True)):
                return index
        return None

    @property
    def is_quick(self) -> bool:
        """True if the comparison is there within a move of the mouse: few products, by their number."""
        evaluation, graph = self.evaluation, self.evaluation.graph
        shapes = [(i, evaluation.shape_of(graph.inputs[i][0])) for i in graph.ancestors(self.layer)]
        products = sum(graph.layers[i].multiply_adds(shape) for i, shape in shapes if shape is not None)
        return products + self.image.size <= _QUICK_PRODUCTS

    @property
    def reader_of_all(self) -> int | None:
        """The first layer every output of which reads all of its input; None without one."""
        graph = self.evaluation.graph
        kept = graph.ancestors(self.layer)
        return next((i for i in kept if graph.layers[i].sees_all), None)


@dataclass(frozen=True, eq=False)
class ShiftOutcome:
    """The map of the shifted picture beside the shifted map.

    Attributes
    ----------
    input : the shifted picture, (channels, rows, columns).
    moved : the map of the shifted picture, (rows, columns).
    expected : the shifted map; NaN where no cell of the map has come.
    is_equal : which cells are equal but for rounding.
    is_inner : which cells read the same part of the picture before and after, no padding and nothing that came in.
    """

    subject: ShiftSubject
    input: np.ndarray
    moved: np.ndarray
    expected: np.ndarray
    is_equal: np.ndarray
    is_inner: np.ndarray

    @property
    def is_compared(self) -> np.ndarray:
        """Which cells have one to be compared with."""
        found: np.ndarray = ~np.isnan(self.expected)
        return found

    @property
    def difference(self) -> np.ndarray:
        """The map of the shifted picture minus the shifted map: 0 where they are equal, NaN where none has come."""
        with np.errstate(invalid="ignore"):
            found: np.ndarray = np.where(self.is_equal, np.float32(0), self.moved - self.expected)
        return found

    @property
    def equal(self) -> int:
        """Number of cells that are equal."""
        return int(self.is_equal.sum())

    @property
    def compared(self) -> int:
        """Number of cells that are compared."""
        return int(self.is_compared.sum())

    def largest(self, *, is_inner: bool | None = None) -> float:
        """Return the largest |difference|: of all cells, of the inner ones, or of the others; 0 without any."""
        chosen = self.is_compared if is_inner is None else self.is_compared & (self.is_inner == is_inner)
        return float(np.nanmax(np.abs(self.difference[chosen]), initial=0.0))

    @property
    def reach(self) -> int:
        """How far from the border of what is compared unequal cells lie at most, counted from 1; 0 without any."""
        rows, columns = np.nonzero(self.is_compared & ~self.is_equal)
        if not rows.size:
            return 0
        all_rows, all_columns = np.nonzero(self.is_compared)
        near_row = np.minimum(rows - all_rows.min(), all_rows.max() - rows)
        near_column = np.minimum(columns - all_columns.min(), all_columns.max() - columns)
        return int(np.minimum(near_row, near_column).max()) + 1


def compare_shifted(subject: ShiftSubject) -> ShiftOutcome:
    """Compute the map of the shifted picture and compare it with the shifted map."""
    graph = subject.evaluation.graph.leading_to(subject.layer)
    shifted = np.ascontiguousarray(subject.shift.of(subject.image))
    moved = core.evaluate(graph, shifted)[-1][subject.channel]
    before = np.atleast_2d(subject.map)
    moved = np.atleast_2d(moved)
    expected = _expected(subject, before)
    tolerance = suspect(_magnitude(subject)) + 4 * np.finfo(np.float32).eps * np.abs(before)
    with np.errstate(invalid="ignore"):
        is_equal = (np.abs(moved - expected) <= _expected(subject, tolerance)) | (moved == expected)
    return ShiftOutcome(subject, shifted, moved, expected, is_equal, _inner(subject, moved.shape))


def _magnitude(subject: ShiftSubject) -> float:
    """Return a bound on the terms that a value of the map is the sum of."""
    found = subject.evaluation.magnitudes(subject.layer)
    return float(found[subject.channel]) if subject.channel < len(found) else 0.0


def _expected(subject: ShiftSubject, before: np.ndarray) -> np.ndarray:
    """Return a map shifted by whole cells, the nearest to what it should move by; NaN where nothing has come."""
    found = before.astype(np.float32)
    for axis, move in enumerate(subject.moves):
        found = _moved(found, axis, _nearest(move), goes_round=_goes_round(subject, axis, before.shape[axis]))
    return found


def _goes_round(subject: ShiftSubject, axis: int, cells: int) -> bool:
    """Return whether a map covers the picture so that it goes round with it."""
    jump = subject.fields[-1].jump[axis]
    return subject.shift.fill == "wrap" and cells * jump == subject.image.shape[axis + 1]


def _moved(x: np.ndarray, axis: int, by: int, *, goes_round: bool) -> np.ndarray:
    if goes_round or not by:
        return np.roll(x, by, axis)
    found = np.full_like(x, np.nan)
    n = x.shape[axis]
    if abs(by) < n:
        source, target = (slice(max(-by, 0), n - max(by, 0))), (slice(max(by, 0), n - max(-by, 0)))
        front = (slice(None),) * axis
        found[(*front, target)] = x[(*front, source)]
    return found


def _inner(subject: ShiftSubject, shape: Sequence[int]) -> np.ndarray:
    """Return which cells read only what was in the picture before and after, away from its borders."""
    if not subject.moves:
        return np.zeros(shape, bool)
    field, masks = subject.fields[-1], []
    for axis, (n, by) in enumerate(zip(subject.image.shape[1:], subject.shift.amounts, strict=True)):
        cells = np.arange(shape[axis])
        now = _lies_in(field, axis, cells, max(by, 0), n + min(by, 0))
        then = _lies_in(field, axis, cells - _nearest(subject.moves[axis]), 0, n)
        masks.append(now & then)
    found: np.ndarray = np.logical_and.outer(*masks)
    return found


def _lies_in(field: Field, axis: int, cells: np.ndarray, first: int, stop: int) -> np.ndarray:
    """Return whether the field of each cell lies within a range of the picture."""
    start, jump, size = (float(one[axis]) for one in (field.start, field.jump, field.size))
    low = np.floor(start + jump * cells)
    high = np.ceil(start + jump * cells + size)
    found: np.ndarray = (low >= first) & (high <= stop)
    return found


def _nearest(move: float) -> int:
    return math.floor(move + 0.5)
