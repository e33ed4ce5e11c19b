"""What a computation view is given to paint: the trace of a value, and the colours of what it is made of."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from PySide6.QtGui import QColor

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import PALETTES, WEIGHTS_PALETTE, Levels, largest_magnitude, to_indexed
from convexplorer.core.display.palettes import LAST_INDEX, NOT_FINITE_INDEX
from convexplorer.core.explain.trace import Trace
from convexplorer.gui.canvas.explanation.computation_layout import PARTS, Part
from convexplorer.results.trace_lines import Line
from convexplorer.results.trace_words import Course, TraceWords, course_of, shows_weights, words_of
from convexplorer.words import cell_words, number

Tap = tuple[int, int, int]  # channel, row, column

# How a channel of a colour picture is tinted: numbers of R are seen to be red ones.
_TINTS = {"R": (1.0, 0.42, 0.42), "G": (0.42, 1.0, 0.42), "B": (0.5, 0.58, 1.0)}


@dataclass(frozen=True, eq=False)
class Computation:
    """A trace with names and colours.

    Attributes
    ----------
    names : of the channels that take part.
    patch, weights, products : (n, *size, 3) uint8, the colour of each cell; None where the layer has no such part.
    pixels : (*size, 3) uint8, the picture's own colours, or None.
    value_color : of the value in its map.
    activation : its name as written, "" if values stay as they are.
    curve : (2, points) of the activation around the value, or None.
    is_flipped : the weights are those of a kernel turned by 180°: true convolution.
    cell_name : names a cell of the window by its number, row by row, where these are values in order; None where cells
        have places.
    sentence : why the value is what it is, or "".
    """

    trace: Trace
    names: tuple[str, ...]
    patch: np.ndarray
    weights: np.ndarray | None
    products: np.ndarray | None
    pixels: np.ndarray | None
    value_color: QColor
    activation: str = ""
    curve: np.ndarray | None = None
    is_flipped: bool = False
    cell_name: Callable[[int], str] | None = None
    sentence: str = ""

    @property
    def kernel_size(self) -> tuple[int, int]:
        """(rows, columns) of the window."""
        rows, columns = self.trace.values.shape[1:]
        return rows, columns

    @property
    def parts(self) -> tuple[Part, ...]:
        """Which grids there are."""
        return PARTS if shows_weights(self.trace) else PARTS[:1]

    @property
    def words(self) -> TraceWords:
        """What the parts are called."""
        return words_of(self.trace)

    @cached_property
    def lines(self) -> list[Line]:
        """The steps from the numbers to the value, in words."""
        return self.words.lines(self.trace, self.names)

    @cached_property
    def course(self) -> Course | None:
        """How the value grew, number by number."""
        return course_of(self.trace)

    @cached_property
    def marked(self) -> Tap | None:
        """The tap that stands out."""
        tap = self.words.marked(self.trace)
        return None if tap is None else (tap[0], tap[1], tap[2])

    @cached_property
    def shares(self) -> np.ndarray | None:
        """The values of all channels in the place, (n,), where an activation of their own joins them; else None."""
        trace = self.trace
        if not trace.activation.is_over_channels or trace.products is not None:
            return None
        shares: np.ndarray = trace.activation(trace.values.reshape(-1).astype(np.float64))
        return shares

    @property
    def has_columns(self) -> bool:
        """Whether each channel has a single number: channels stand side by side, not one below the other."""
        return self.kernel_size == (1, 1) and (len(self.names) > 1 or len(self.parts) == 1)

    @cached_property
    def order(self) -> np.ndarray:
        """Channels by how much they count: what is explained, then the largest; where not all can be shown."""
        numbers = self.trace.products if len(self.parts) > 1 else self.trace.values
        assert numbers is not None
        is_shared = self.trace.activation.is_over_channels
        sizes = numbers if is_shared and self.trace.products is None else np.abs(numbers)
        ranks = np.nan_to_num(sizes.reshape(len(numbers), -1).max(axis=1).astype(np.float64), nan=np.inf)
        if self.marked is not None:
            ranks[self.marked[0]] = np.inf
        return np.argsort(-ranks, kind="stable")

    def name_of(self, tap: Tap) -> str:
        """Return the name of the number under a tap: of its channel, its place in the window, or both."""
        channel, row, column = tap
        if self.kernel_size == (1, 1):
            return self.names[channel]
        if self.cell_name is not None:
            return self.cell_name(row * self.kernel_size[1] + column)
        if len(self.parts) == 1:
            row, column = (int(axis[j]) for axis, j in zip(self.trace.window.positions, (row, column), strict=True))
        return f"{self.names[channel]} ({row}, {column})" if len(self.names) > 1 else f"({row}, {column})"

    def term_of(self, tap: Tap) -> int | None:
        """Return which term of the sum a tap gives, None if the window has no such tap."""
        rows, columns = self.kernel_size
        channel, row, column = tap
        if channel >= len(self.names) or row >= rows or column >= columns:
            return None
        return (channel * rows + row) * columns + column


def colored(
    trace: Trace,
    names: tuple[str, ...],
    levels: Levels,
    *,
    is_picture: bool,
    is_dark: bool,
    value_color: QColor,
    pixels: np.ndarray | None = None,
    activation: str = "",
    curve: np.ndarray | None = None,
    is_flipped: bool = False,
    cell_name: Callable[[int], str] | None = None,
    sentence: str = "",
) -> Computation:
    """Give every cell of a trace its colour.

    Parameters
    ----------
    levels : of the layer's input.
    is_picture : the input is a picture: shades; otherwise maps: signed colours.
    is_dark : for the dark theme.
    """
    signed, weights = PALETTES["signed"].colors(is_dark), WEIGHTS_PALETTE.colors(is_dark)
    patch = shades(trace.values, names, levels) if is_picture else _looked_up(trace.values, levels, signed)
    return Computation(
        trace=trace,
        names=names,
        patch=patch,
        weights=None if trace.weights is None else _looked_up(trace.weights, _symmetric(trace.weights), weights),
        products=None if trace.products is None else _looked_up(trace.products, _symmetric(trace.products), signed),
        pixels=pixels,
        value_color=value_color,
        activation=activation,
        curve=curve,
        is_flipped=is_flipped,
        cell_name=cell_name,
        sentence=sentence,
    )


def tap_sentence(computation: Computation, tap: Tap) -> str:
    """Return what a tap does, in words: which input value, times which weight, gives which product."""
    if computation.term_of(tap) is None:
        return ""
    trace, (channel, row, column) = computation.trace, tap
    value = number(float(trace.values[channel, row, column]))
    if computation.kernel_size == (1, 1) and len(computation.names) > 1:
        text = f"{computation.names[channel]}: {value}"
    elif computation.cell_name is not None:
        if not trace.counted[channel, row, column]:
            return ""
        text = f"{computation.name_of(tap)}: {value}"
    else:
        place = [int(axis[i]) for axis, i in zip(trace.window.positions, (row, column), strict=True)]
        where = " (padding)" if trace.window.is_padding[row, column] else ""
        text = f"{computation.names[channel]} at {cell_words(place)}{where}: {value}"
    if len(computation.parts) == 1 or trace.weights is None or trace.products is None:
        return text
    weight, product = trace.weights[channel, row, column], trace.products[channel, row, column]
    return f"{text} × {number(float(weight))} = {number(float(product))}"


def shades(values: np.ndarray, names: tuple[str, ...], levels: Levels) -> np.ndarray:
    """Return channels (n, rows, columns) of a picture in shades of their own colour, (n, rows, columns, 3) uint8."""
    indexed = _indexed(values, levels)
    grays = indexed[..., np.newaxis] / LAST_INDEX
    tints = np.array([_TINTS.get(name, (1.0, 1.0, 1.0)) for name in names]).reshape(-1, 1, 1, 3)
    shades: np.ndarray = np.clip(grays * tints * 255, 0, 255).astype(np.uint8)
    shades[indexed == NOT_FINITE_INDEX] = PALETTES["gray"].light[NOT_FINITE_INDEX]  # white would be the largest value
    return shades


def _looked_up(values: np.ndarray, levels: Levels, table: np.ndarray) -> np.ndarray:
    colors: np.ndarray = table[_indexed(values, levels)]
    return colors


def _indexed(values: np.ndarray, levels: Levels) -> np.ndarray:
    flat = np.ascontiguousarray(values, np.float32).reshape(len(values), -1)
    return to_indexed(flat, levels).reshape(values.shape)


def _symmetric(values: np.ndarray) -> Levels:
    largest = largest_magnitude(values)
    return Levels(-largest, largest)
