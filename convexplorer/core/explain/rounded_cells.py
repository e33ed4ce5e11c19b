"""Which cells of maps are nothing but rounding, through all layers below: what is read where values are written."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from convexplorer.core.explain.rounding import are_rounding, with_linear, without_rounding
from convexplorer.core.explain.trace import trace_in
from convexplorer.core.geometry.taps import AxisTaps
from convexplorer.core.layers import Activation, MaxPool
from convexplorer.core.layers.kernel import KernelLayer
from convexplorer.core.layers.tracing.trace import Trace, activated
from convexplorer.core.network import Evaluation
from convexplorer.core.network.graph import IMAGE

# Only values up to so many units of the largest terms are looked at more closely.
SUSPECT = 128
# Terms of one step, and of all that may be computed for one question: a tenth of a second.
_MOST_AT_ONCE, _MOST_TERMS, _MOST_TRACES = 1 << 19, 1 << 24, 200


@dataclass
class Answers:
    """What has been found out about the rounding of an evaluation; it does not hold the evaluation itself.

    Attributes
    ----------
    known : by layer, 1 for each cell of its flattened maps that is rounding, −1 for one that is not, 0 if never asked.
    suspect : by layer, the largest value that may be rounding.
    """

    known: dict[int, np.ndarray] = field(default_factory=dict)
    suspect: dict[int, float] = field(default_factory=dict)


class Roundings:
    """Tells of the values of an evaluation which are rounding, also of such that reach them from the layers below.

    Answers are kept. Only values that are small beside the terms of their layer are computed again.
    """

    def __init__(self, evaluation: Evaluation, answers: Answers | None = None) -> None:
        answers = Answers() if answers is None else answers
        self._evaluation = evaluation
        self._known, self._suspect = answers.known, answers.suspect

    def zeros(self, index: int, cells: np.ndarray) -> np.ndarray:
        """Return whether each value of a layer's maps is rounding, (m,) bool.

        Parameters
        ----------
        cells : (m,) int, into the flattened maps.
        """
        is_zero = np.zeros(len(cells), bool)
        maps = self._evaluation.maps_of(index)
        if index == IMAGE or maps is None:
            return is_zero
        values = np.abs(maps.reshape(-1)[cells])
        suspects = np.flatnonzero((values > 0) & (values <= self.largest_suspect(index)))
        if suspects.size:
            known = self._known.setdefault(index, np.zeros(maps.size, np.int8))
            asked = np.unique(cells[suspects])
            self._decide(index, asked[known[asked] == 0], known)
            is_zero[suspects] = known[cells[suspects]] > 0
        return is_zero

    def traced(self, index: int, place: tuple[int, ...]) -> Trace:
        """Return the trace of a value, in which rounding is 0: in what it reads, in its sums and in the value."""
        return without_rounding(self._given_zeros(index, trace_in(self._evaluation, index, place)))

    def largest_suspect(self, index: int) -> float:
        """Return the largest value of a layer that may be rounding, of its own terms or of those below."""
        if index == IMAGE:
            return 0.0
        if index not in self._suspect:
            evaluation = self._evaluation
            largest = max(evaluation.magnitudes(index), default=0.0)
            below = max((self.largest_suspect(j) for j in evaluation.graph.inputs[index]), default=0.0)
            xs = [x for x in evaluation.inputs_of(index) if below and x is not None and x.size]
            reach = max((max(float(x.max()), -float(x.min())) for x in xs), default=0.0)
            gain = largest / reach if reach and np.isfinite(reach) else 1.0
            own = SUSPECT * float(np.finfo(evaluation.image.dtype).eps) * largest
            self._suspect[index] = own + max(gain, 1.0) * below
        return self._suspect[index]

    def _decide(self, index: int, cells: np.ndarray, known: np.ndarray) -> None:
        """Note for these cells of a layer's maps whether they are rounding: 1, else −1."""
        layer, shape = self._evaluation.layers[index], self._evaluation[index].shape
        if isinstance(layer, Activation) and not layer.is_over_channels:
            is_zero = self._zeros_below(index, cells, np.full(cells.shape, activated(layer, 0.0) == 0))
            known[cells] = np.where(is_zero, 1, -1)
            return
        if isinstance(layer, KernelLayer | MaxPool) and not layer.activation.is_over_channels:
            decide = self._pool_zeros if isinstance(layer, MaxPool) else self._kernel_zeros
            channels, inner = np.divmod(cells, int(np.prod(shape[1:])))
            for channel in np.unique(channels).tolist():
                own = np.flatnonzero(channels == channel)
                known[cells[own]] = np.where(decide(index, channel, inner[own]), 1, -1)
            return
        for cell in cells[:_MOST_TRACES].tolist():
            place = tuple(int(i) for i in np.unravel_index(cell, shape))
            known[cell] = 1 if self.traced(index, place).value == 0 else -1

    def _kernel_zeros(self, index: int, channel: int, inner: np.ndarray) -> np.ndarray:
        """Return which of these cells of a map are rounding, as traces of a layer with windows would say."""
        evaluation = self._evaluation
        layer, (x,) = evaluation.layers[index], evaluation.given_to(index)
        cells = np.unravel_index(inner, evaluation[index].shape[1:])
        first = layer.trace((channel, *(int(axis[0]) for axis in cells)), x)
        assert first.weights is not None
        is_zero: np.ndarray = np.zeros(len(inner), bool)
        # Where 0 becomes another number it reads as that, not as 0.
        if activated(layer.activation, 0.0) != 0.0:
            return is_zero
        step = max(_MOST_AT_ONCE // first.weights.size, 1)
        for start in range(0, min(len(inner), _MOST_TERMS // first.weights.size), step):
            part = slice(start, start + step)
            terms = self._kernel_terms(index, first, [axis[part] for axis in cells], x)
            terms = np.concatenate([terms, np.full((len(terms), 1), first.bias)], axis=1)
            is_zero[part] = are_rounding(terms, x.dtype)
        return is_zero

    def _kernel_terms(self, index: int, first: Trace, cells: list[np.ndarray], x: np.ndarray) -> np.ndarray:
        """Return the products of the windows of these cells (m, n), rounding of the layer below being 0."""
        assert first.weights is not None
        flat, is_there, is_met = _windows(self._evaluation.layers[index].taps(x.shape[1:]), cells)
        flat = first.channels.reshape((-1,) + (1,) * flat.ndim) * int(np.prod(x.shape[1:])) + flat
        values = np.where(is_there & is_met, x.reshape(-1)[flat].astype(np.float64), 0.0)
        values[self._zeros_below(index, flat, values != 0)] = 0.0
        with np.errstate(over="ignore", invalid="ignore"):
            products = np.where(is_met, values * first.weights.astype(np.float64)[:, np.newaxis], 0.0)
        terms: np.ndarray = np.moveaxis(products, 1, 0).reshape(len(cells[0]), -1)
        return terms

    def _pool_zeros(self, index: int, channel: int, inner: np.ndarray) -> np.ndarray:
        """Return which of these cells of a map of maxima are those of cells that are rounding."""
        (x,) = self._evaluation.given_to(index)
        cells = list(np.unravel_index(inner, self._evaluation[index].shape[1:]))
        flat, is_there, _ = _windows(self._evaluation.layers[index].taps(x.shape[1:]), cells)
        flat = (flat + channel * int(np.prod(x.shape[1:]))).reshape(len(inner), -1)
        values = np.where(is_there.reshape(flat.shape), x.reshape(-1)[flat], -np.inf)
        is_largest = values == values.max(axis=1, keepdims=True)
        return np.asarray(self._zeros_below(index, flat, is_largest).any(axis=1))

    def _zeros_below(self, index: int, cells: np.ndarray, is_asked: np.ndarray, which: int = 0) -> np.ndarray:
        """Return where cells of a layer's input, of any shape, are rounding; only those asked for."""
        is_zero, below = np.zeros(cells.shape, bool), self._evaluation.graph.inputs[index][which]
        if below != IMAGE:
            is_zero[is_asked] = self.zeros(below, cells[is_asked])
        return is_zero

    def _given_zeros(self, index: int, traced: Trace) -> Trace:
        """Return a trace whose values are 0 where they are rounding of the layers below."""
        if all(below == IMAGE for below in self._evaluation.graph.inputs[index]):
            return traced
        if traced.stages:
            stages = tuple(without_rounding(self._given_zeros(index, stage)) for stage in traced.stages)
            values = np.array([stage.value for stage in stages], traced.values.dtype).reshape(traced.values.shape)
            return replace(traced, stages=stages, values=values, products=_products(traced, values))
        is_zero = np.zeros(traced.values.shape, bool)
        axes = [
            source.reshape([-1 if i == j else 1 for j in range(len(traced.window.sources))])
            for i, source in enumerate(traced.window.sources)
        ]
        for number, channel in enumerate(traced.channels.tolist()):
            which = traced.inputs[number] if traced.inputs else 0
            shape = self._evaluation.given_to(index)[which].shape
            flat = np.array(channel)
            for n, axis in zip(shape[1:], axes, strict=False):
                flat = flat * n + np.maximum(axis, 0)
            cells = np.broadcast_to(flat, traced.values.shape[1:])
            values = traced.values[number]
            is_asked = (values != 0) & traced.counted[number] & ~np.broadcast_to(traced.window.is_empty, values.shape)
            is_zero[number] = self._zeros_below(index, cells, is_asked, which)
        if not is_zero.any():
            return traced
        values = np.where(is_zero, traced.values.dtype.type(0), traced.values)
        settled = replace(traced, values=values, products=_products(traced, values))
        if traced.products is None and _follows(traced, is_zero, values):
            return with_linear(settled, 0.0)
        return settled


def _windows(axes: Sequence[AxisTaps], cells: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which cell of a flattened channel each tap of some outputs reads, where there is one, and which count.

    Parameters
    ----------
    cells : along each axis the outputs, (m,). All results are (m, *taps).
    """
    rank, count = len(axes), len(cells[0])
    flat = np.zeros((count,) + (1,) * rank, int)
    is_there, is_met = np.ones(flat.shape, bool), np.ones(flat.shape, bool)
    for number, (axis, along) in enumerate(zip(axes, cells, strict=True)):
        form = (count, *(-1 if i == number else 1 for i in range(rank)))
        sources = axis.sources(along)
        flat = flat * axis.n + np.maximum(sources, 0).reshape(form)
        is_there = is_there & (sources >= 0).reshape(form)
        is_met = is_met & np.broadcast_to(axis.meets(along), sources.shape).reshape(form)
    return flat, is_there, is_met


def _follows(traced: Trace, is_zero: np.ndarray, values: np.ndarray) -> bool:
    """Return whether a value that nothing is weighted for is that of a cell which is rounding, or a multiple of it.

    Parameters
    ----------
    values : of the trace, 0 where they are rounding.
    """
    if traced.activation.is_over_channels:
        return False
    if traced.kind == "multiply" or not values.any():
        return True
    if traced.kind == "local_response_norm":
        return bool(is_zero[traced.channels == traced.place[0]].any())
    taken = is_zero & (traced.values == traced.running.reshape(-1)[-1])
    return bool(taken.any())


def _products(traced: Trace, values: np.ndarray) -> np.ndarray | None:
    if traced.weights is None:
        return None
    products: np.ndarray = np.where(traced.counted, values * traced.weights, values.dtype.type(0))
    return products
