"""A convolution beside the dense layer between the same values: weights, products, zeros, and how weights are shared.

All of it follows from the layer and the size of its input: no pixel is read.
"""

import math
from dataclasses import replace

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.taps import AxisTaps
from convexplorer.core.layers import LINEAR, Conv, ConvTranspose, Dense, DepthwiseConv, Layer, SeparableConv
from convexplorer.results.explanation import Explanation
from convexplorer.results.picture import Picture
from convexplorer.results.stage import names_read
from convexplorer.results.trace_lines import many
from convexplorer.words import bytes_text, number, percent, times

_CONVOLUTIONS = (Conv, DepthwiseConv, SeparableConv, ConvTranspose)
_SMALLEST, _BESIDE, _LARGEST = 5, 2, 12  # cells of the example along an axis: at least, beyond a window, at most


@dataclass(frozen=True)
class DenseComparison:
    """The numbers of a layer, and of a dense layer from the same inputs to the same outputs.

    Attributes
    ----------
    inputs, outputs : numbers of values.
    weights, products : of the layer; biases are those of both and left out.
    connections : (output, input) pairs that a weight lies between; the other entries of the dense matrix are 0.
    uses : least and largest number of outputs in which a weight meets a cell of the input.
    item_bytes : memory of one weight.
    """

    inputs: int
    outputs: int
    weights: int
    products: int
    connections: int
    uses: tuple[int, int]
    item_bytes: int = 4

    @property
    def dense_weights(self) -> int:
        """Weights of the dense layer, which are also its products: each is used once."""
        return self.inputs * self.outputs


@dataclass(frozen=True, eq=False)
class DenseExample:
    """One plane of a kernel on a small input, written as the matrix of a dense layer.

    Attributes
    ----------
    spatial, output : sizes of the small input and of its map.
    matrix : (outputs, inputs), row by row of both.
    is_connected : the same shape; the other entries are 0 whatever the weights.
    name : of the channel that the plane reads.
    """

    spatial: tuple[int, ...]
    output: tuple[int, ...]
    matrix: np.ndarray
    is_connected: np.ndarray
    name: str


@dataclass(frozen=True, eq=False)
class DenseSheet:
    """What is shown: the numbers, an example, and what the layer is called."""

    title: str
    numbers: DenseComparison
    example: DenseExample | None
    sentences: tuple[str, ...]

    @property
    def rows(self) -> tuple[tuple[str, str, str, str], ...]:
        """What is compared, the layer's number, the dense layer's, and how many times larger that is."""
        n = self.numbers
        dense, item = n.dense_weights, n.item_bytes
        least, most = n.uses
        used = many(most) if least == most else f"{many(least)} to {many(most)}"
        return (
            ("weights", many(n.weights), many(dense), _factor(dense, n.weights)),
            ("multiply-adds", many(n.products), many(dense), _factor(dense, n.products)),
            ("memory of weights", bytes_text(n.weights * item), bytes_text(dense * item), ""),
            ("connections", many(n.connections), many(dense), _factor(dense, n.connections)),
            ("uses of a weight", used, "1", ""),
        )


def sheet_of(picture: Picture, explanation: Explanation) -> DenseSheet | None:
    """Return the comparison of the layer of an explained value; None where it is neither."""
    evaluation, index = picture.evaluation_of(explanation.layer), explanation.layer
    below = None if evaluation is None else evaluation.input_of(index)
    if evaluation is None or below is None or len(evaluation.graph.inputs[index]) != 1:
        return None
    layer, project = evaluation.layers[index], picture.project
    numbers = compare_with_dense(layer, below.shape)
    if numbers is None:
        return None
    names = names_read(picture.input_names, project.layers, evaluation, index, project.class_names)
    example = dense_example(layer, explanation.trace.place[0], names) if below.ndim == 3 else None
    return DenseSheet(project.layers[index].title, numbers, example, _sentences(layer, numbers))


def compare_with_dense(layer: Layer, input_shape: tuple[int, ...]) -> DenseComparison | None:
    """Return the numbers of a convolution or a dense layer on such an input; None for other kinds.

    Examples
    --------
    >>> found = compare_with_dense(Conv(np.ones((8, 3, 3, 3)), padding="same"), (3, 6, 6))
    >>> found.weights, found.dense_weights, found.connections, found.uses
    (216, 31104, 6144, (25, 36))
    """
    if isinstance(layer, Dense):
        inputs, outputs = math.prod(input_shape), math.prod(layer.output_shape(input_shape))
        places = math.prod(input_shape[1:])
        weights = layer.kernel.size
        return DenseComparison(inputs, outputs, weights, weights * places, weights * places, (places, places))
    if not isinstance(layer, _CONVOLUTIONS):
        return None
    shape = layer.output_shape(input_shape)
    axes = layer.taps(input_shape[1:])
    biases = 0 if layer.bias is None else layer.bias.size
    met = [_uses(axis) for axis in axes]
    if isinstance(layer, SeparableConv):  # the mixing meets a value in every place
        mixed = math.prod(axis.output for axis in axes)
        uses = min(math.prod(int(n.min()) for n in met), mixed), max(math.prod(int(n.max()) for n in met), mixed)
    else:
        uses = math.prod(int(n.min()) for n in met), math.prod(int(n.max()) for n in met)
    return DenseComparison(
        inputs=math.prod(input_shape),
        outputs=math.prod(shape),
        weights=layer.parameter_count - biases,
        products=layer.multiply_adds(input_shape),
        connections=_channel_pairs(layer, input_shape[0], shape[0]) * math.prod(_pairs(axis) for axis in axes),
        uses=uses,
    )


def dense_example(layer: Layer, channel: int, names: tuple[str, ...] = ()) -> DenseExample | None:
    """Return a plane of a map's kernel on a small input as a matrix; None where the window is too large for one."""
    alone = layer.alone(channel)
    if alone is None:
        return None
    one, read = alone
    if not isinstance(one, Conv | ConvTranspose):
        return None
    planes = [one.kernel_plane(0, i) for i in range(len(read))]
    strongest = int(np.argmax([np.nan_to_num(np.abs(plane)).sum() for plane in planes]))
    kernel = planes[strongest][np.newaxis, np.newaxis]
    plain = replace(one, kernel=kernel, bias=None, activation=LINEAR)
    ones = replace(plain, kernel=np.ones_like(kernel))
    spans = [(n - 1) * step + 1 for n, step in zip(kernel.shape[2:], one.dilation_rate, strict=True)]
    spatial = tuple(max(span + _BESIDE, _SMALLEST) for span in spans)
    if max(spatial) > _LARGEST:
        return None
    try:
        output = plain.output_shape((1, *spatial))[1:]
        matrix, connected = (_matrix(layer, spatial) for layer in (plain, ones))
    except ValueError:  # as for a border that repeats more than there is
        return None
    index = read[strongest]
    return DenseExample(spatial, output, matrix, connected != 0, names[index] if index < len(names) else str(index + 1))


def example_title(example: DenseExample) -> str:
    """Return what the example is, with the number of its entries that are not 0."""
    rows, columns = example.matrix.shape
    connected = int(example.is_connected.sum())
    return (
        f"the plane for {example.name} on {times(example.spatial)}: {rows} × {columns}, "
        f"{connected} of {rows * columns} entries connect"
    )


def _matrix(layer: Layer, spatial: tuple[int, ...]) -> np.ndarray:
    """Return the outputs for pictures that are 1 in one cell each, a column for each cell."""
    count = math.prod(spatial)
    cells = np.eye(count, dtype=np.float32).reshape(count, 1, *spatial)
    return np.stack([layer(cell).reshape(-1) for cell in cells], axis=1)


def _pairs(axis: AxisTaps) -> int:
    """Return how many (output, input) pairs of an axis a tap lies between, each counted once."""
    sources = axis.sources(np.arange(axis.output))
    output, _ = np.nonzero(sources >= 0)
    return len(np.unique(output * axis.n + sources[sources >= 0]))


def _uses(axis: AxisTaps) -> np.ndarray:
    """Return for each tap of a kernel along an axis in how many outputs it meets a cell."""
    is_met = axis.sources(np.arange(axis.output)) >= 0
    found = np.zeros(int(axis.taps.max()) + 1, int)
    np.add.at(found, axis.taps, is_met.sum(axis=0))
    return found


def _channel_pairs(layer: Layer, channels: int, filters: int) -> int:
    if isinstance(layer, DepthwiseConv):
        return filters
    groups = layer.groups if isinstance(layer, Conv | ConvTranspose) else 1
    return filters * channels // groups


def _sentences(layer: Layer, n: DenseComparison) -> tuple[str, ...]:
    """Return what the numbers mean, the most important first."""
    if isinstance(layer, Dense) and n.uses == (1, 1):
        return (
            f"This is a dense layer: each of {many(n.outputs)} outputs reads all {many(n.inputs)} inputs, "
            "by weights that nothing else uses.",
        )
    head = (
        f"A dense layer from {many(n.inputs)} to {many(n.outputs)} values has a weight between any two. Here only "
        f"{_share(n)} not 0, and all of these are the same {many(n.weights)} weights again and again: an output reads "
        "what lies near it, and all places share the weights."
    )
    return (head, _kind_sentence(layer, n))


def _kind_sentence(layer: Layer, n: DenseComparison) -> str:
    if isinstance(layer, DepthwiseConv):
        return "Depthwise: a map reads one channel alone, so between different channels there is no weight at all."
    if isinstance(layer, SeparableConv):
        one = math.prod(layer.kernel_size) * len(layer.depthwise.kernel) * len(layer.pointwise_kernel)
        return (
            f"Separable: two steps with {many(n.weights)} weights in place of {many(one)} of one convolution "
            "between the same channels."
        )
    if isinstance(layer, Dense) or math.prod(layer.kernel_size or (0,)) == 1:
        return "With windows of one cell it is a dense layer over the channels, the same one in every place."
    if isinstance(layer, ConvTranspose):
        return "Transposed: its matrix is that of a convolution, turned over its diagonal."
    if isinstance(layer, Conv) and layer.groups > 1:
        return f"In {layer.groups} groups: a map reads 1 of {layer.groups} channels, the other pairs have no weight."
    return "On a larger picture the dense layer grows with its square; these weights stay as they are."


def why_no_comparison(picture: Picture, index: int) -> str:
    """Return why a layer is not compared with a dense one."""
    layer = picture.project.layers[index]
    if layer.has_filters or layer.kind == "dense":
        return "The layers are compared as soon as this one has maps."
    return f"{layer.title} has no weights between inputs and outputs that a dense layer could be compared with."


def _factor(dense: int, own: int) -> str:
    """Return how many times as many: whole numbers from a thousand on."""
    if not own:
        return ""
    factor = dense / own
    return f"{many(round(factor)) if factor >= 1000 else number(factor, 3)} ×"


def _share(n: DenseComparison) -> str:
    """Return how many entries of the dense matrix connect."""
    share = n.connections / max(n.dense_weights, 1)
    if share >= 0.01:
        return f"{percent(share)} of its entries are"
    return f"1 of {many(round(1 / share))} of its entries is" if share else "none of its entries is"
