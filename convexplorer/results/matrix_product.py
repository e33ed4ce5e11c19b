"""The product of matrices behind one value: the parts of both matrices around its row and its column, and the sizes."""

import math
from functools import partial

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import Levels
from convexplorer.core.explain.rounding import rounding_bound
from convexplorer.core.operators.activations import describe
from convexplorer.results.explanation import Explanation
from convexplorer.results.picture import Picture
from convexplorer.results.reading import roundings_of
from convexplorer.results.stage import map_names, names_read
from convexplorer.results.trace_lines import many
from convexplorer.results.unrolled import Patches, Unrolled, unroll
from convexplorer.words import bytes_text, number

# Sampled entries of the picture of the whole patch matrix: more are not seen.
OVERVIEW_ROWS, OVERVIEW_COLUMNS = 96, 480


@dataclass(frozen=True, eq=False)
class MatrixPart:
    """Rows and columns of both matrices, and what their product is.

    Attributes
    ----------
    filters, taps, outputs : which rows of the kernel matrix, rows and columns of the patch matrix.
    kernel : (filters, taps); patches : (taps, outputs); is_padding : the same shape.
    sums : (filters, outputs), over all taps and with the bias, before activation.
    shown, rest : what the taps that are shown, and the others, add to the explained sum.
    """

    filters: np.ndarray
    taps: np.ndarray
    outputs: np.ndarray
    kernel: np.ndarray
    patches: np.ndarray
    is_padding: np.ndarray
    sums: np.ndarray
    shown: float
    rest: float


@dataclass(frozen=True, eq=False)
class MatrixProduct:
    """A layer as a product of matrices, and which of its values is explained.

    Attributes
    ----------
    filter : row of the kernel matrix; output : column of the patch matrix, that meet in the value.
    filter_names : of the rows of the kernel matrix.
    channel_names : of the channels, of a separable layer of the depthwise maps, that the rows of the patches belong to.
    linear, value : the explained value before and after activation.
    activation : its label, "" where nothing is activated.
    levels : of the colours of the picture, whose channels are painted in their shades; None for maps.
    how : by which algorithm the layer is computed here.
    """

    unrolled: Unrolled
    filter: int
    output: int
    filter_names: tuple[str, ...]
    channel_names: tuple[str, ...]
    linear: float
    value: float
    activation: str
    levels: Levels | None
    zeros: partial[np.ndarray]
    how: str = ""

    @property
    def patches(self) -> Patches:
        """The patch matrix."""
        return self.unrolled.patches

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Rows of the kernel matrix, rows of the patch matrix, and columns of it."""
        return len(self.unrolled.kernel), *self.patches.shape

    @property
    def per_channel(self) -> int:
        """Rows of the patch matrix that belong to one channel."""
        return 1 if self.unrolled.steps else math.prod(self.patches.window)

    def part(self, filters: int, taps: int, outputs: int) -> MatrixPart:
        """Return so many rows and columns: the first taps, the filters and outputs around the explained value."""
        rows, inner, columns = self.sizes
        chosen = _around(self.filter, filters, rows)
        shown = np.arange(min(taps, inner))
        places = _around(self.output, outputs, columns)
        kernel = self.unrolled.kernel[np.ix_(chosen, shown)]
        own = np.array([self.output])
        products = self.unrolled.kernel[self.filter].astype(np.float64) * self.patches.part(
            np.arange(inner), own, self.zeros
        )[:, 0].astype(np.float64)
        return MatrixPart(
            chosen,
            shown,
            places,
            kernel,
            self.patches.part(shown, places, self.zeros),
            self.patches.is_padding(shown, places),
            self._sums(chosen, places),
            float(products[: len(shown)].sum()),
            float(products[len(shown) :].sum()),
        )

    def overview(self) -> np.ndarray:
        """Return evenly spaced entries of the whole patch matrix, at most 96 × 480."""
        rows, columns = self.patches.shape
        return self.patches.part(_spaced(rows, OVERVIEW_ROWS), _spaced(columns, OVERVIEW_COLUMNS))

    def tap_name(self, row: int) -> str:
        """Return what a row of the patch matrix is: channel and place in the kernel."""
        channel, *cell = self.patches.tap_of(row)
        name = self.channel_names[channel] if channel < len(self.channel_names) else str(channel + 1)
        return f"{name} {','.join(map(str, cell))}" if cell and math.prod(self.patches.window) > 1 else name

    def output_name(self, column: int) -> str:
        """Return which output a column of the patch matrix makes."""
        return ", ".join(map(str, self.patches.cell_of(column)))

    def _sums(self, filters: np.ndarray, outputs: np.ndarray) -> np.ndarray:
        """Return sums with bias, 0 where a sum is nothing but the rounding of its terms."""
        kernel = self.unrolled.kernel[filters].astype(np.float64)
        patches = self.patches.part(np.arange(kernel.shape[1]), outputs, self.zeros).astype(np.float64)
        bias = np.zeros(len(filters)) if self.unrolled.bias is None else self.unrolled.bias[filters].astype(np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            sums: np.ndarray = kernel @ patches + bias[:, np.newaxis]
            total = np.abs(kernel) @ np.abs(patches) + np.abs(bias)[:, np.newaxis]
            sums[np.abs(sums) <= rounding_bound(total, self.patches.x.dtype)] = 0.0
        is_own = (filters == self.filter)[:, np.newaxis] & (outputs == self.output)
        sums[is_own] = self.linear
        return sums


def product_of(picture: Picture, explanation: Explanation) -> MatrixProduct | None:
    """Return the product of matrices that an explained value is an entry of; None where there is none."""
    evaluation, index = picture.evaluation_of(explanation.layer), explanation.layer
    if evaluation is None or len(evaluation.graph.inputs[index]) != 1:
        return None
    below, trace = evaluation.input_of(index), explanation.trace
    if below is None:
        return None
    unrolled = unroll(evaluation.layers[index], below, trace.place[0])
    if unrolled is None:
        return None
    source, project = evaluation.graph.inputs[index][0], picture.project
    names = map_names(project.layers, picture.input_names, evaluation, project.class_names)[index + 1]
    read = names_read(picture.input_names, project.layers, evaluation, index, project.class_names)
    first = unrolled.filters.start
    count = len(unrolled.patches.x)
    start = unrolled.patches.first // max(math.prod(below.shape[1:]), 1)
    channels = read[start : start + count]
    if unrolled.steps:
        each = unrolled.kernel.shape[1] // count
        channels = tuple(f"{name}{f' · {k + 1}' if each > 1 else ''}" for name in channels for k in range(each))
    activation = evaluation.layers[index].activation
    return MatrixProduct(
        unrolled,
        trace.place[0] - first,
        unrolled.patches.column_of(trace.place[1:]),
        tuple(names[i] if i < len(names) else str(i + 1) for i in unrolled.filters),
        channels,
        trace.linear,
        trace.value,
        "" if activation.is_linear else describe(activation.name).label,
        explanation.levels if explanation.is_picture and not unrolled.steps else None,
        partial(roundings_of(evaluation).zeros, source),
        _algorithm(evaluation.layers[index], below),
    )


def _algorithm(layer: core.Layer, x: np.ndarray) -> str:
    """Return the name of the algorithm that computes a layer here and now, "" where there is no choice."""
    plan = layer.plan_in_force(x.shape)
    return "" if plan is None else core.ALGORITHMS[plan.algorithm].label


def why_no_product(picture: Picture, index: int) -> str:
    """Return why a layer is not shown as a product of matrices, or which one it is that has no patches."""
    layer, report = picture.project.layers[index], picture.layers[index]
    if len(picture.look.axes) != 2:
        return "Matrices are drawn of windows over rows and columns; this source has other axes."
    if layer.is_transposed and report.output_shape is not None:
        channels, *places = report.input_shape
        filters = report.output_shape[0] // max(int(layer["groups"]) if layer.row.has("groups") else 1, 1)
        taps = filters * math.prod(layer.kernel_size or (1, 1))
        return (
            f"A transposed convolution is the same product backwards (col2im): kernelᵀ, {taps} × {channels}, times the "
            f"input, {channels} × {math.prod(places)}, makes {taps} rows of weighted copies, and what falls on one "
            "output is added. So there are no patches of its input to show."
        )
    if layer.has_filters or layer.kind == "dense":
        return "The matrices are shown as soon as the layer has maps."
    return f"{layer.title} multiplies by no weights of its own, so it is no product of matrices."


def sentences(product: MatrixProduct) -> tuple[str, ...]:
    """Return what the sizes say, the most important first."""
    rows, inner, columns = product.sizes
    patches = product.patches
    item = patches.x.dtype.itemsize
    entries = inner * columns
    head = f"{rows} × {inner} times {inner} × {many(columns)} gives {rows} × {many(columns)}"
    unrolled = product.unrolled
    if unrolled.steps:
        head += "; this is the second step, which mixes the depthwise maps"
    elif unrolled.groups > 1:
        head += f"; {unrolled.groups} such products make up the layer, one for each group of channels"
    found = [f"{head}."]
    if patches.mixing is None and math.prod(patches.window) > 1:
        larger = number(entries / max(patches.x.size, 1), 3)
        found.append(
            f"The patch matrix has {many(entries)} entries, {bytes_text(entries * item)}: {larger} times the input "
            f"({bytes_text(patches.x.size * item)}). {_repeats(patches)}"
        )
        found.append(
            "Libraries write it out because processors do nothing faster than one product of large matrices"
            f"{f'; this layer is computed here by {product.how}' if product.how else ''}."
        )
    elif columns == 1:
        found.append("A dense layer is this product already: one column, in which each value stands once.")
    else:
        found.append("Windows of one cell: the patch matrix is the input itself, and nothing is copied.")
    return tuple(found)


def _repeats(patches: Patches) -> str:
    least, most = patches.repeats
    if least == most:
        text = f"Each cell of the input stands in it {_times(most)}"
    else:
        text = f"A cell of the input stands in it at most {_times(most)}, at least {_times(least)}"
    padded = patches.padded_count
    if padded:
        text += f"; {many(padded)} entries are padded zeros"
    return f"{text}."


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _around(middle: int, count: int, size: int) -> np.ndarray:
    """Return so many indices around one, inside 0…size − 1."""
    count = min(count, size)
    first = min(max(middle - count // 2, 0), size - count)
    return np.arange(first, first + count)


def _spaced(size: int, most: int) -> np.ndarray:
    count = min(size, most)
    return (np.arange(count) * size) // max(count, 1)
