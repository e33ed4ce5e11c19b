"""The steps of a network that leaves the program: what is computed, of what, and under which name.

The steps are those of `model.build`, without layers that are switched off, and with names that every framework takes.
"""

import keyword
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import field

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.borders import Amounts
from convexplorer.core.geometry.windows import WindowFrame
from convexplorer.core.layers import CombineMaps, Shape
from convexplorer.core.layers import Layer as CoreLayer
from convexplorer.core.layers.impossible import Impossible
from convexplorer.export.files import ExportError
from convexplorer.model.build import build
from convexplorer.model.layer import Layer

INPUT = "image"  # the name of the network's input
# Names that mean something else in the code that is written, or are methods of PyTorch's modules.
_TAKEN = frozenset(
    {"F", "Path", "image", "keras", "layers", "model", "nn", "np", "ops", "partial", "self", "torch", "x"}
    | {"append", "apply", "buffers", "children", "compile", "double", "eval", "extend", "float", "forward", "half"}
    | {"insert", "modules", "parameters", "pop", "to", "train", "training", "type"}
)


@dataclass(frozen=True, eq=False)
class Step:
    """One layer on its way out.

    Attributes
    ----------
    id, name : of the layer in the project, and as it is called outside: letters, digits and "_".
    layer : what computes it, with its weights.
    inputs : names of the steps that it reads; `INPUT` is the picture.
    input_shapes, output_shape : (channels, *spatial), or (values,).
    """

    id: str
    name: str
    layer: CoreLayer
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape

    @property
    def input_shape(self) -> Shape:
        """Shape of the first input."""
        return self.input_shapes[0]

    @property
    def rank(self) -> int:
        """Number of spatial axes of the first input, 0 of a row of numbers."""
        return len(self.input_shape) - 1

    def refusal(self, sentence: str) -> ExportError:
        """Return the error that names the layer."""
        return ExportError(f"Layer “{self.id}” cannot leave in this form: {sentence}.")


@dataclass(frozen=True, eq=False)
class Plan:
    """A network on its way out.

    Attributes
    ----------
    input_shape : (channels, *spatial) of the picture.
    steps : in an order in which they can be computed.
    left_out : ids of the layers that are switched off.
    notes : sentences about the picture that the network gets.
    preparing : lines of Python that make this picture, as `network.picture.picture_code` has them.
    metadata : the same for programs, and names of classes: texts by key, of `network.picture.picture_metadata`.
    """

    input_shape: Shape
    steps: tuple[Step, ...]
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    preparing: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def ends(self) -> tuple[Step, ...]:
        """The steps that no other one reads: the network's outputs."""
        read = {name for step in self.steps for name in step.inputs}
        return tuple(step for step in self.steps if step.name not in read)

    @property
    def is_chain(self) -> bool:
        """True if every step reads the one before it, and nothing else."""
        names = (INPUT, *(step.name for step in self.steps))
        return all(step.inputs == (before,) for step, before in zip(self.steps, names, strict=False))


def plan_of(
    layers: Sequence[Layer],
    input_shape: Shape,
    notes: Sequence[str] = (),
    preparing: Sequence[str] = (),
    metadata: Mapping[str, str] | None = None,
) -> Plan:
    """Return the steps of a project's layers for pictures of one shape.

    Parameters
    ----------
    notes, preparing, metadata : about these pictures, as in `Plan`.

    Raises
    ------
    ExportError : there is no layer, or one does not fit its input; the sentence names it.
    """
    built = build(layers, input_shape)
    known: dict[int, tuple[str, Shape]] = {-1: (INPUT, tuple(input_shape))}
    names = _names([layer.id for layer in layers if layer.is_enabled])
    steps: list[Step] = []
    for i, (layer, core_layer) in enumerate(zip(layers, built.layers, strict=True)):
        read = [known[j] for j in built.inputs[i]]
        if not layer.is_enabled:
            known[i] = read[0]
            continue
        shapes = tuple(shape for _, shape in read)
        output = _output_shape(layer.id, core_layer, shapes)
        name = names[len(steps)]
        steps.append(Step(layer.id, name, core_layer, tuple(one for one, _ in read), shapes, output))
        known[i] = name, output
    if not steps:
        raise ExportError("There is no layer to export: the network is its picture.")
    left_out = tuple(layer.id for layer in layers if not layer.is_enabled)
    return Plan(tuple(input_shape), tuple(steps), left_out, tuple(notes), tuple(preparing), metadata or {})


def _output_shape(layer_id: str, layer: CoreLayer, shapes: tuple[Shape, ...]) -> Shape:
    try:
        if isinstance(layer, Impossible):
            raise ValueError(layer.reason)
        return layer.output_shape(*shapes)
    except ValueError as error:
        raise ExportError(f"Layer “{layer_id}” has no maps: {error}.") from None


def _names(ids: Sequence[str]) -> list[str]:
    """Return for each id a name of letters, digits and "_" that is no word of Python, each another one."""
    found: dict[str, None] = {}
    for one in ids:
        plain = re.sub(r"\W", "_", one, flags=re.ASCII).strip("_") or "layer"
        if plain[0].isdigit() or keyword.iskeyword(plain) or plain in _TAKEN:
            plain = f"layer_{plain}"
        found[free_name(plain, found)] = None
    return list(found)


def free_name(wanted: str, taken: Container[str]) -> str:
    """Return a name, or the first of `name_2`, `name_3`, … that is not taken.

    Examples
    --------
    >>> free_name("conv", {"conv", "conv_2"})
    'conv_3'
    """
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def cut_and_added(frame: WindowFrame) -> tuple[Amounts, list[int]]:
    """Return what a transposed convolution cuts off (before, after) what is spread, and adds at the end, per axis.

    Parameters
    ----------
    frame : of the layer, on its output. What is cut off at the end and added there again is neither.
    """
    cut, added = [], []
    for n, count, stride, span, (before, _) in zip(
        frame.spatial, frame.output, frame.strides, frame.spans, frame.amounts, strict=True
    ):
        after = (count - 1) * stride + span - before - n
        cut.append((before, max(after, 0)))
        added.append(max(-after, 0))
    return tuple(cut), added


def combined_maps(layer: CombineMaps, count: int) -> tuple[list[int], list[int]]:
    """Return the numbers of the maps that are combined, of an input with so many."""
    if layer.is_paired:
        return list(range(0, count - 1, 2)), list(range(1, count, 2))
    return [layer.first], [layer.second]
