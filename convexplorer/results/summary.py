"""A network as a table, as Keras's `model.summary()` has it: shapes, parameters, connections, and what else costs.

Nothing is computed: all follows from the layers and the shape of the picture.
"""

import math
from collections.abc import Sequence

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.field import Field
from convexplorer.core.layers import Layer as CoreLayer
from convexplorer.core.layers import Shape
from convexplorer.core.layers.impossible import Impossible
from convexplorer.core.network import IMAGE
from convexplorer.model.build import Built, build
from convexplorer.model.layer import Layer
from convexplorer.model.project import INPUT
from convexplorer.results.frame_memory import frame_memory

_BYTES = 4  # of a float32


@dataclass(frozen=True)
class SummaryRow:
    """What the table says of one layer.

    Attributes
    ----------
    id, kind : of the layer, and the name of its kind in Keras: "conv", "Conv2D".
    is_enabled : False for a layer that passes on what it gets.
    shape : (channels, *spatial) of its maps, None if it has none.
    error : why it has none, or "".
    trainable, measured : numbers that it learns, and that were measured in training, as the means of a normalization;
        0 for a layer without maps, as most have numbers only once their input is known.
    connected_to : ids of what it reads; "input" is the picture.
    field : receptive field on the picture, None if it has no maps.
    field_size : cells of the picture that the output sees which sees most, padding included; None without field.
    multiply_adds : products of one picture, padding and zeros included.
    """

    id: str
    kind: str
    is_enabled: bool
    shape: Shape | None
    error: str
    trainable: int
    measured: int
    connected_to: tuple[str, ...]
    field: Field | None
    field_size: tuple[int, ...] | None
    multiply_adds: int

    @property
    def parameters(self) -> int:
        """All numbers, as Keras counts them."""
        return self.trainable + self.measured

    @property
    def map_bytes(self) -> int:
        """Memory of its maps."""
        return 0 if self.shape is None else math.prod(self.shape) * _BYTES


@dataclass(frozen=True)
class Summary:
    """The table of a network.

    Attributes
    ----------
    input_shape : (channels, *spatial) of the picture.
    rows : one for each layer, in order.
    frame_bytes : memory that a frame takes at most while it is computed, without the weights: `results.frame_memory`.
    """

    input_shape: Shape
    rows: tuple[SummaryRow, ...]
    frame_bytes: int = 0

    @property
    def failed(self) -> tuple[SummaryRow, ...]:
        """Layers without maps, which no sum counts."""
        return tuple(row for row in self.rows if row.error)

    @property
    def trainable(self) -> int:
        """Numbers that are learned."""
        return sum(row.trainable for row in self.rows)

    @property
    def measured(self) -> int:
        """Numbers that were measured in training: Keras's non-trainable ones."""
        return sum(row.measured for row in self.rows)

    @property
    def parameters(self) -> int:
        """All numbers, as Keras counts them."""
        return self.trainable + self.measured

    @property
    def parameter_bytes(self) -> int:
        """Memory of all numbers."""
        return self.parameters * _BYTES

    @property
    def multiply_adds(self) -> int:
        """Products of one picture."""
        return sum(row.multiply_adds for row in self.rows)

    @property
    def map_bytes(self) -> int:
        """Memory of the picture and all maps, kept at once; layers that are off share those of their input."""
        return math.prod(self.input_shape) * _BYTES + sum(row.map_bytes for row in self.rows if row.is_enabled)


def summarize(layers: Sequence[Layer], input_shape: Shape) -> Summary:
    """Return the table of a project's layers for pictures of one shape; a layer that cannot be says why in its row."""
    built = build(layers, input_shape)
    known = _Known(built, tuple(input_shape))
    names = {IMAGE: INPUT} | {i: layer.id for i, layer in enumerate(layers)}
    rows = []
    for i, layer in enumerate(layers):
        error = known.add(i)
        shape = known.shapes.get(i)
        core_layer = built.layers[i]
        rows.append(
            SummaryRow(
                id=layer.id,
                kind=_kind_name(layer),
                is_enabled=layer.is_enabled,
                shape=shape,
                error=error,
                trainable=0 if error else core_layer.parameter_count,
                measured=0 if error else core_layer.measured_count,
                connected_to=tuple(names[j] for j in built.inputs[i]),
                field=known.fields.get(i),
                field_size=known.field_size(i),
                multiply_adds=0 if shape is None else core_layer.multiply_adds(*built.input_shapes[i]),
            )
        )
    return Summary(tuple(input_shape), tuple(rows), frame_memory(built.graph, tuple(input_shape)).size)


def _kind_name(layer: Layer) -> str:
    name = layer.row.keras_name(layer.rank)
    return layer.title if name == "Unknown" else name


class _Known:
    """Shapes and fields of the layers so far; both are missing behind a layer that cannot be."""

    def __init__(self, built: Built, input_shape: Shape) -> None:
        self._built = built
        rank = len(input_shape) - 1
        self.shapes: dict[int, Shape] = {IMAGE: input_shape}
        self.fields: dict[int, Field] = {IMAGE: Field((1,) * rank, (1,) * rank, (0,) * rank)}

    def add(self, index: int) -> str:
        """Note what follows for the next layer; return why it has no maps, or ""."""
        inputs = self._built.inputs[index]
        failed = [j for j in inputs if j not in self.shapes]
        if failed:
            return f"not computed, because layer {min(failed) + 1} failed"
        layer = self._built.layers[index]
        shapes = [self.shapes[j] for j in inputs]
        try:
            self.shapes[index] = _output_shape(layer, shapes)
        except ValueError as error:
            return str(error)
        spatials = [shape[1:] for shape in shapes]
        # Where numbers were put into other axes than the image has, no layer says what it sees of the image.
        if all(j in self.fields and len(n) in (0, self.fields[j].rank) for j, n in zip(inputs, spatials, strict=True)):
            self.fields[index] = layer.joint_field([self.fields[j] for j in inputs], spatials)
        return ""

    def field_size(self, index: int) -> tuple[int, ...] | None:
        """Return how many cells of the picture an output sees at most; None without field."""
        field = self.fields.get(index)
        if field is None:
            return None
        if not field.is_regular:
            return core.field_size(self._built.graph, self.shapes[IMAGE], index)
        return tuple(map(int, field.size))


def _output_shape(layer: CoreLayer, shapes: Sequence[Shape]) -> Shape:
    if isinstance(layer, Impossible):
        raise ValueError(layer.reason)
    return tuple(layer.output_shape(*shapes))
