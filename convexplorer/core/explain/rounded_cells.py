"""Which cells of maps are nothing but rounding, through all layers below: what is read where values are written.

A question has an allowance. Of a value that is not decided when it ends nothing is said: it reads as its map holds it,
and no value is judged by it. What has been found out is kept, so that the next question gets further.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile

import numpy as np

from convexplorer._threads import check
from convexplorer.core.explain.rounding import are_rounding, rounding_bound, with_linear, without_rounding
from convexplorer.core.explain.trace import trace_in
from convexplorer.core.explain.window_terms import Reader, Terms, flat_source, has_terms, reader, reader_cost, terms_of
from convexplorer.core.layers import Activation, Flatten, Multiply
from convexplorer.core.layers.merge import MergeLayer
from convexplorer.core.layers.tracing.trace import Trace, activated
from convexplorer.core.network import Evaluation
from convexplorer.core.network.graph import IMAGE

# Only values up to so many units of the largest terms are looked at more closely.
SUSPECT = 128
# Products that a question may read in the layers below what it asks for, however many: a hundredth of a second.
MOST_PRODUCTS = 1 << 19
# All questions about the values of an evaluation share so many, as a picture has many captions; each gets the least.
_SHARED_PRODUCTS, LEAST_PRODUCTS = 1 << 20, 1 << 16
# What the asked values read themselves costs the same in networks of any depth.
_MOST_OWN = 1 << 23
# What a trace costs beside the products that it reads.
TRACE_PRODUCTS = 1 << 14
_MOST_AT_ONCE = 1 << 15  # so that the arrays of one step stay in the processor's cache
# Layers that are asked one below the other: what lies deeper is not decided, as an allowance that has ended.
DEEPEST = 60
_ROUNDING, _OPEN, _VALUE = 1, 0, -1  # what is known of a cell


@dataclass
class Answers:
    """What has been found out about the rounding of an evaluation; it does not hold the evaluation itself.

    Attributes
    ----------
    known : by layer, 1 for each cell of its flattened maps that is rounding, −1 for one that is not, 0 if not decided.
    suspect : by layer, the largest value that may be rounding.
    readers : by layer and map, what its values read.
    left : products that questions still share.
    """

    known: dict[int, np.ndarray] = field(default_factory=dict)
    suspect: dict[int, float] = field(default_factory=dict)
    readers: dict[tuple[int, int], Reader] = field(default_factory=dict)
    left: int = _SHARED_PRODUCTS


class Roundings:
    """Tells of the values of an evaluation which are rounding, also of such that reach them from the layers below.

    Answers are kept. Only values that are small beside the terms of their layer are computed again.
    """

    def __init__(self, evaluation: Evaluation, answers: Answers | None = None) -> None:
        self._evaluation = evaluation
        self._answers = Answers() if answers is None else answers
        self._depth = 0  # of the layers that are asked one below the other
        self._left = 0  # products that the question which is being answered may still read

    def zeros(self, index: int, cells: np.ndarray) -> np.ndarray:
        """Return whether each value of a layer's maps is known to be rounding, (m,) bool.

        Parameters
        ----------
        cells : (m,) int, into the flattened maps.
        """
        return self.decided(index, cells)[0]

    def decided(self, index: int, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return whether each value of a layer's maps is known to be rounding, and whether to be none, (m,) bool each.

        What is neither was not decided before the allowance ended.

        Parameters
        ----------
        cells : as in `zeros`.
        """
        answers = self._answers
        given = self._left = max(min(MOST_PRODUCTS, answers.left), LEAST_PRODUCTS)
        states = self._states(index, cells, is_own=True)
        answers.left = max(answers.left - (given - self._left), 0)
        return states == _ROUNDING, states == _VALUE

    def traced(self, index: int, place: tuple[int, ...]) -> Trace:
        """Return the trace of a value, in which rounding is 0: in what it reads, in its sums and in the value.

        Where it is not decided of everything that the value reads, its sums stay as they are.
        """
        self._left = MOST_PRODUCTS
        traced, is_open = self._given_zeros(index, trace_in(self._evaluation, index, place))
        if is_open:
            return traced
        settled = without_rounding(traced)
        cell, value = np.ravel_multi_index(place, self._evaluation[index].shape), abs(self._evaluation[index][place])
        if 0 < value <= self.largest_suspect(index):  # numbers in cells then say the same, whatever they may read
            self._known(index)[cell] = _ROUNDING if settled.value == 0 else _VALUE
        return settled

    def largest_suspect(self, index: int) -> float:
        """Return the largest value of a layer that may be rounding, of its own terms or of those below."""
        if index == IMAGE:
            return 0.0
        suspect = self._answers.suspect
        if index not in suspect:  # of what lies below first: a network may be deeper than Python's stack
            for below in self._evaluation.graph.ancestors(index):
                if below not in suspect:
                    suspect[below] = self._suspect_of(below, suspect)
        return suspect[index]

    def _suspect_of(self, index: int, suspect: Mapping[int, float]) -> float:
        """Return the largest value of a layer that may be rounding; `suspect` has those of its inputs."""
        evaluation = self._evaluation
        largest = max(evaluation.magnitudes(index), default=0.0)
        below = max((suspect.get(j, 0.0) for j in evaluation.graph.inputs[index]), default=0.0)
        xs = [x for x in evaluation.inputs_of(index) if below and x is not None and x.size]
        reach = max((max(float(x.max()), -float(x.min())) for x in xs), default=0.0)
        gain = largest / reach if reach and np.isfinite(reach) else 1.0
        own = SUSPECT * float(np.finfo(evaluation.image.dtype).eps) * largest
        return own + max(gain, 1.0) * below

    def _known(self, index: int) -> np.ndarray:
        """Return what is known of the cells of a layer's flattened maps, to be read and written."""
        known = self._answers.known
        if index not in known:
            known[index] = np.zeros(self._evaluation[index].size, np.int8)
        return known[index]

    def _pay(self, products: int) -> bool:
        """Take so many products of the allowance; False if it does not last, and then it has ended."""
        check()
        is_enough = products <= self._left
        self._left = self._left - products if is_enough else 0
        return is_enough

    def _states(self, index: int, cells: np.ndarray, *, is_own: bool = False) -> np.ndarray:
        """Return what is known of each of these cells now, (m,) int8: 1, −1, or 0 if it is not decided.

        Parameters
        ----------
        is_own : the question is about these cells, not about others that read them.
        """
        states = np.full(len(cells), _VALUE, np.int8)
        maps = self._evaluation.maps_of(index)
        if index == IMAGE or maps is None:
            return states
        values = np.abs(maps.reshape(-1)[cells].astype(np.float64))
        suspects = np.flatnonzero((values > 0) & (values <= self.largest_suspect(index)))
        if suspects.size:
            known = self._known(index)
            asked = cells[suspects]
            asked = _in_order(asked[known[asked] == _OPEN])
            if asked.size and self._depth < DEEPEST:
                self._depth += 1
                try:
                    known[asked] = self._decide(index, asked, is_own=is_own)
                finally:
                    self._depth -= 1
            states[suspects] = known[cells[suspects]]
        return states

    def _decide(self, index: int, cells: np.ndarray, *, is_own: bool) -> np.ndarray:
        """Return the states of these suspects of a layer, as their traces would say; `cells` are in order."""
        layer = self._evaluation.layers[index]
        # Where 0 becomes another number it reads as that, and what is activated with other channels as it is.
        if layer.is_opaque or layer.activation.is_over_channels or activated(layer.activation, 0.0) != 0.0:
            return np.full(len(cells), _VALUE, np.int8)
        below = self._evaluation.graph.inputs[index][0]
        if isinstance(layer, Activation):
            return self._states(below, cells)
        if isinstance(layer, MergeLayer) and len({x.shape for x in self._evaluation.given_to(index)}) > 1:
            return self._by_traces(index, cells, is_own=is_own)
        if isinstance(layer, Flatten):
            return self._states(below, flat_source(layer, cells, self._evaluation.given_to(index)[0].shape))
        return (self._by_terms if has_terms(layer) else self._by_traces)(index, cells, is_own=is_own)

    def _by_traces(self, index: int, cells: np.ndarray, *, is_own: bool) -> np.ndarray:
        """Return the states of cells, by a trace of each."""
        states, shape = np.zeros(len(cells), np.int8), self._evaluation[index].shape
        if is_own:
            self._left += min(len(cells) * TRACE_PRODUCTS, _MOST_OWN)
        for number, cell in enumerate(cells.tolist()):
            if not self._pay(TRACE_PRODUCTS):
                break
            traced = trace_in(self._evaluation, index, tuple(int(i) for i in np.unravel_index(cell, shape)))
            self._pay(traced.values.size)
            traced, is_open = self._given_zeros(index, traced)
            if not is_open:
                states[number] = _ROUNDING if without_rounding(traced).value == 0 else _VALUE
        return states

    def _by_terms(self, index: int, cells: np.ndarray, *, is_own: bool) -> np.ndarray:
        """Return the states of cells, by the terms of many at once."""
        layer, xs = self._evaluation.layers[index], self._evaluation.given_to(index)
        states, shape = np.zeros(len(cells), np.int8), self._evaluation[index].shape
        channels, inner = np.divmod(cells, int(np.prod(shape[1:])))
        maps = _in_order(channels)
        which = np.searchsorted(maps, channels)
        if is_own:
            self._left += min(len(maps) * reader_cost(layer), _MOST_OWN)
        found = (self._reader(index, channel) for channel in maps.tolist())
        readers = [one for one in takewhile(lambda one: one is not None, found) if one is not None]
        count = int(np.searchsorted(which, len(readers)))
        start, size = 0, max((one.size for one in readers), default=1)
        if is_own:
            self._left += min(count * size, _MOST_OWN)
        while start < count and self._left:
            rows = min(count - start, max(_MOST_AT_ONCE // size, 1), max(self._left // size, 1))
            if not self._pay(rows * size):
                break
            part = slice(start, start + rows)
            places = np.unravel_index(inner[part], shape[1:]) if shape[1:] else ()
            terms = terms_of(layer, readers, which[part], places, xs)
            is_followed = terms.weights is None
            states[part] = self._followed(index, cells[part], terms) if is_followed else self._summed(index, terms)
            start += rows
        return states

    def _reader(self, index: int, channel: int) -> Reader | None:
        """Return what the values of a map read; None if the allowance does not last."""
        readers = self._answers.readers
        if (index, channel) not in readers:
            layer = self._evaluation.layers[index]
            if not self._pay(reader_cost(layer)):
                return None
            readers[index, channel] = reader(layer, channel, self._evaluation.given_to(index))
        return readers[index, channel]

    def _summed(self, index: int, terms: Terms) -> np.ndarray:
        """Return the states of sums."""
        assert terms.weights is not None
        values, dtype = self._values(index, terms), self._evaluation.given_to(index)[0].dtype
        with np.errstate(over="ignore", invalid="ignore"):
            products = values * terms.weights
            sizes = np.abs(products)
            left = np.abs(products.sum(axis=(1, 2)) + terms.biases)
            totals = sizes.sum(axis=(1, 2)) + np.abs(terms.biases)
            is_suspect = self._are_suspect(index, terms, values)
            if is_suspect is not None:  # whichever of them are 0, too much may be left
                left -= np.where(is_suspect, sizes, 0.0).sum(axis=(1, 2))
            rest = np.flatnonzero(~(left > rounding_bound(totals, dtype)))
        states = np.full(len(values), _VALUE, np.int8)
        if not rest.size:
            return states
        products, is_open = products[rest], None
        if is_suspect is not None:
            found = self._states_below(index, terms.cells[rest], terms.inputs[rest], is_suspect[rest])
            products, is_open = np.where(found == _ROUNDING, 0.0, products), found == _OPEN
        states[rest] = _sum_states(products, is_open, terms.biases[rest], dtype)
        return states

    def _are_suspect(self, index: int, terms: Terms, values: np.ndarray) -> np.ndarray | None:
        """Return which values of terms may be rounding of the layers below; None if none are."""
        largest = np.array([self.largest_suspect(below) for below in self._evaluation.graph.inputs[index]])
        if not largest.any():
            return None
        is_suspect: np.ndarray = (values != 0) & (np.abs(values) <= largest[terms.inputs])
        return is_suspect if is_suspect.any() else None

    def _followed(self, index: int, cells: np.ndarray, terms: Terms) -> np.ndarray:
        """Return the states of values that are one of those they read, or are made of them without weights."""
        layer, values = self._evaluation.layers[index], self._values(index, terms)
        is_read = np.broadcast_to(terms.is_there, values.shape) & (values != 0)
        found = self._states_below(index, terms.cells, terms.inputs, is_read)
        is_zero, is_open = found == _ROUNDING, found == _OPEN
        if isinstance(getattr(layer, "joined", layer), Multiply):
            return _states_of(is_zero.any(axis=(1, 2)), is_open.any(axis=(1, 2)))
        is_taken = values == self._evaluation[index].reshape(-1)[cells][:, np.newaxis, np.newaxis]
        zeros = (is_zero & is_taken).any(axis=(1, 2)) | (is_zero | ~is_read).all(axis=(1, 2))
        opens = (is_open & is_taken).any(axis=(1, 2)) | (is_zero | is_open | ~is_read).all(axis=(1, 2))
        return _states_of(zeros, opens)

    def _values(self, index: int, terms: Terms) -> np.ndarray:
        """Return the values of terms, (m, n, taps) float64; 0 in the padding."""
        xs = [x.reshape(-1) for x in self._evaluation.given_to(index)]
        if len(xs) == 1:
            values: np.ndarray = xs[0][terms.cells].astype(np.float64)
        else:
            values = np.zeros(terms.cells.shape)
            for number, x in enumerate(xs):  # cells of one input may lie beyond the end of another, as in Concatenate
                is_of = np.broadcast_to(terms.inputs == number, values.shape)
                values[is_of] = x[terms.cells[is_of]]
        if not terms.is_there.all():
            values[~np.broadcast_to(terms.is_there, values.shape)] = 0.0
        return values

    def _states_below(self, index: int, cells: np.ndarray, inputs: np.ndarray, is_asked: np.ndarray) -> np.ndarray:
        """Return the states of cells of a layer's inputs, of any shape; of those that are not asked for −1."""
        states = np.full(cells.shape, _VALUE, np.int8)
        for number, below in enumerate(self._evaluation.graph.inputs[index]):
            is_of = is_asked & (inputs == number)
            if below != IMAGE and is_of.any():
                states[is_of] = self._states(below, cells[is_of])
        return states

    def _given_zeros(self, index: int, traced: Trace) -> tuple[Trace, bool]:
        """Return a trace whose values are 0 where they are rounding of the layers below.

        Also whether some of them are not decided.
        """
        if all(below == IMAGE for below in self._evaluation.graph.inputs[index]):
            return traced, False
        if traced.stages:
            return self._given_zero_stages(index, traced)
        cells, inputs = self._cells_of(index, traced)
        is_asked = (traced.values != 0) & traced.counted & ~np.broadcast_to(traced.window.is_empty, cells.shape)
        states = self._states_below(index, cells, inputs, is_asked)
        is_zero, is_open = states == _ROUNDING, bool((states == _OPEN).any())
        if not is_zero.any():
            return traced, is_open
        values = np.where(is_zero, traced.values.dtype.type(0), traced.values)
        settled = replace(traced, values=values, products=_products(traced, values))
        if traced.products is None and not is_open and _follows(traced, is_zero, values):
            return with_linear(settled, 0.0), False
        return settled, is_open

    def _given_zero_stages(self, index: int, traced: Trace) -> tuple[Trace, bool]:
        """Return the same of a trace that has stages."""
        found = [self._cells_of(index, stage) for stage in traced.stages]
        every = np.concatenate([cells.reshape(-1) for cells, _ in found])
        self._states_below(index, every, np.zeros(every.shape, int), np.ones(every.shape, bool))  # all at once
        given = [self._given_zeros(index, stage) for stage in traced.stages]
        stages = tuple(stage if is_open else without_rounding(stage) for stage, is_open in given)
        values = np.array([stage.value for stage in stages], traced.values.dtype).reshape(traced.values.shape)
        settled = replace(traced, stages=stages, values=values, products=_products(traced, values))
        return settled, any(is_open for _, is_open in given)

    def _cells_of(self, index: int, traced: Trace) -> tuple[np.ndarray, np.ndarray]:
        """Return which cells of the layer's flattened inputs a trace reads, and of which input, (n, *size) each."""
        inputs = np.array(traced.inputs or (0,) * len(traced.channels))
        shapes = [x.shape for x in self._evaluation.given_to(index)]
        cells = np.zeros(traced.values.shape, int)
        sources = np.ix_(*(np.maximum(source, 0) for source in traced.window.sources))
        for number, (channel, which) in enumerate(zip(traced.channels.tolist(), inputs.tolist(), strict=True)):
            flat = np.array(channel)
            for n, along in zip(shapes[which][1:], sources, strict=False):
                flat = flat * n + np.minimum(along, n - 1)  # an input of one cell is repeated
            cells[number] = flat
        return cells, np.broadcast_to(inputs.reshape(-1, *(1,) * (cells.ndim - 1)), cells.shape)


def _in_order(cells: np.ndarray) -> np.ndarray:
    """Return each of some whole numbers once, in order."""
    cells = np.sort(cells)
    once: np.ndarray = cells[np.append(True, cells[1:] != cells[:-1])[: len(cells)]]
    return once


def _sum_states(products: np.ndarray, is_open: np.ndarray | None, biases: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Return the states of sums of products (m, n, taps), of which some may be rounding instead."""
    terms = np.concatenate([products.reshape(len(products), -1), biases[:, np.newaxis]], axis=1)
    is_zero = are_rounding(terms, dtype) & np.isfinite(terms).all(axis=1)
    if is_open is None or not is_open.any():
        return _states_of(is_zero, np.zeros(len(terms), bool))
    with np.errstate(over="ignore", invalid="ignore"):
        sizes = np.abs(terms)
        opens = np.where(is_open, np.abs(products), 0.0).sum(axis=(1, 2))
        is_sure = np.abs(terms.sum(axis=1)) - opens > rounding_bound(sizes.sum(axis=1), dtype)
    has_open = is_open.any(axis=(1, 2))
    return _states_of(is_zero & ~has_open, has_open & ~is_sure)


def _states_of(is_zero: np.ndarray, is_open: np.ndarray) -> np.ndarray:
    """Return states: rounding where that is sure, else not decided where that is open."""
    states: np.ndarray = np.where(is_zero, _ROUNDING, np.where(is_open, _OPEN, _VALUE)).astype(np.int8)
    return states


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
