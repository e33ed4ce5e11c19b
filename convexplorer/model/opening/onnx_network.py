"""The graph of an ONNX file while it becomes layers: what is known of each tensor, and what one node may ask."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from convexplorer.core.layers import Activation
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx.folding import Folding, FoldingError
from convexplorer.formats.onnx.graph import Model, Node
from convexplorer.formats.onnx.order import described
from convexplorer.model.build import build_layer
from convexplorer.model.layer import Layer
from convexplorer.model.opening.learned import unknown
from convexplorer.model.opening.onnx_activations import activation_of
from convexplorer.model.opening.onnx_errors import NotComputed
from convexplorer.model.opening.onnx_moves import moves_of, repeating
from convexplorer.model.opening.onnx_names import layer_name
from convexplorer.model.opening.onnx_view import View, plain_view
from convexplorer.model.opening.stack import Stack

ADVICE = "Export the network without it, or only up to the layer before it."
# Operators that move values without computing any.
MOVING = ("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Identity", "Dropout", "Cast")


class OnnxNetwork:
    """What has become of the tensors of a graph.

    Attributes
    ----------
    known : constants as arrays, tensors of layers as views, by name.
    missing : tensors that nothing is known of, and why.
    tensors : for each layer that gives a tensor of the file, its name and how it lies on the maps.
    pooled : for the places of largest values that are known, how they were pooled; `known` has what was pooled.
    batch : pictures that the file expects at once; here it is always one.
    is_bound : True if a size of the picture went into the shapes.
    left_out : nodes behind one that is not computed.
    failures : nodes and layers that are not computed.
    does_not_fit : True if the weights of a layer do not fit what it reads.
    """

    def __init__(
        self,
        model: Model,
        nodes: Sequence[Node],
        constants: Mapping[str, np.ndarray],
        folding: Folding,
        batch: int = 1,
    ) -> None:
        self.model = model
        self.batch = batch
        self.stack = Stack()
        self.known: dict[str, np.ndarray | View] = dict(constants)
        self.missing: dict[str, str] = {name: f"{name!r} {reason}" for name, reason in model.unread.items()}
        self.tensors: dict[str, tuple[str, View]] = {}
        self.pooled: dict[str, dict[str, Any]] = {}
        self.is_bound = False
        self.left_out: list[Node] = []
        self.failures = 0
        self.does_not_fit = False
        self.outputs = {one.name for one in model.outputs}
        self.readers: dict[str, list[Node]] = defaultdict(list)
        for node in nodes:
            for name in filter(None, node.inputs):
                self.readers[name].append(node)
        self._folding = folding
        self._joined: set[int] = set()
        self._plain: dict[View, View] = {}
        self._repeated: dict[View, View] = {}

    def take(self, node: Node, operators: "dict[str, Operator]") -> None:
        """Make a node into layers; into one that says why, if that is not possible."""
        if id(node) in self._joined or any(name in self.known for name in node.outputs if name):
            return
        reason = next((self.missing[name] for name in node.inputs if name in self.missing), "")
        is_behind = any(name and name not in self.known and name not in self.missing for name in node.inputs)
        if is_behind or reason == _BEHIND:
            self.left_out.append(node)
            self.missing |= dict.fromkeys(filter(None, node.outputs), _BEHIND)
            return
        try:
            if reason:
                raise NotComputed(f"reads {reason}")
            if self._fold(node):
                return
            operator = None if node.domain else operators.get(node.operator)
            if operator is None:
                of = f" of {node.domain}" if node.domain else ""
                raise NotComputed(f"is an operator{of} that is not computed here")
            operator(Step(self, node))
            further = [name for name in node.outputs[1:] if name and name not in self.known]
            self.missing |= {name: f"{name!r}, which {described(node)} gives beside its values" for name in further}
        except NotComputed as error:
            self._put_unknown(node, f" {error}")
        except FoldingError as error:
            self._put_unknown(node, f" is not computed: {error}")
        except NetworkFileError:
            raise
        except ValueError as error:  # of a layer or a filter, which says what it expects
            self._put_unknown(node, f" is not computed: {error}")
        except (IndexError, TypeError, OverflowError):
            self._put_unknown(node, " has attributes that do not fit its inputs")

    def add(self, layer: Layer, name: str, reads: Sequence[View]) -> tuple[str, tuple[int, ...] | None]:
        """Append a layer; return its id, and the shape of its maps, None if it cannot be with these inputs."""
        layer_id = self.stack.add(layer, name, [view.layer for view in reads])
        _, shape = build_layer(self.stack.layers[-1], tuple(view.maps_shape for view in reads))
        return layer_id, shape

    def end(self, output: str) -> None:
        """Add a last layer for an output of the file that has the values of several maps in a row.

        One of which axes were exchanged is shown as the maps that it is, unless nothing else is done to the picture.
        """
        view = self.known.get(output)
        if not isinstance(view, View) or view.is_plain:
            return
        is_row = len(view.axes) == 2 and sum(map(bool, view.maps)) > 1
        if not is_row and self.stack.layers:
            return
        with suppress(ValueError):  # of a number without axes, or of more axes than maps have
            row = self.plain(view)
            self.known[output] = row
            self.tensors[row.layer] = output, row

    def join(self, node: Node) -> None:
        """Note that a node is part of a layer that was made of an earlier one."""
        self._joined.add(id(node))

    def sole_reader(self, name: str) -> Node | None:
        """Return the node that reads a tensor, if it is the only one and the tensor is no output of the network."""
        readers = self.readers.get(name, [])
        return readers[0] if len(readers) == 1 and name not in self.outputs else None

    def final_readers(self, name: str) -> set[str]:
        """Return the operators that compute with a tensor, whatever moves its values before."""
        found, names, seen = set(), [name], {name}
        while names:
            readers = self.readers.get(one := names.pop(), [])
            if not readers or one in self.outputs:
                found.add("")
            for node in readers:
                if node.operator in MOVING:
                    names.extend(output for output in node.outputs[:1] if output not in seen)
                    seen.update(node.outputs)
                elif node.operator != "Shape":
                    found.add(node.operator)
        return found

    def plain(self, view: View) -> View:
        """Return a view on which the tensor lies as its maps do; a layer is added where values must move."""
        if view.is_plain:
            return view
        if view not in self._plain:
            self._plain[view] = self._moved(view)
        return self._plain[view]

    def _fold(self, node: Node) -> bool:
        """Compute a node if all that it reads is constant; return whether it was."""
        inputs = [self.known.get(name) if name else None for name in node.inputs]
        is_constant = all(
            isinstance(value, np.ndarray) or not name for name, value in zip(node.inputs, inputs, strict=True)
        )
        if not is_constant:
            return False
        made = self._folding.fold(node, inputs)  # type: ignore[arg-type]  # no view among them
        if made is None:
            return False
        self.known |= {name: array for name, array in zip(node.outputs, made, strict=False) if name}
        return True

    def once(self, view: View) -> View:
        """Return a view in which every value stands once; a layer is added that repeats cells."""
        if not view.has_repeats:
            return view
        if view not in self._repeated:
            found = repeating(view)
            layer_id, shape = (None, None) if found is None else self.add(found[0], found[0].kind, [view])
            if found is None or layer_id is None or shape is None:
                raise NotComputed(f"reads values that are repeated, {view.shape} of maps {view.maps_shape}")
            self._repeated[view] = plain_view(layer_id, shape).transposed((0, *(axis + 1 for axis in found[1])))
        return self._repeated[view]

    def _moved(self, view: View) -> View:
        view = self.once(view)
        if view.is_plain:
            return view
        for layer in moves_of(view):
            self.is_bound |= layer.kind in ("flatten", "reshape") and max(view.maps_shape[1:], default=1) > 1
            layer_id, shape = self.add(layer, layer.kind, [view])
            if shape is None:
                raise NotComputed(f"reads {view.shape} values of maps {view.maps_shape} in an impossible order")
            view = plain_view(layer_id, shape)
        return view

    def _put_unknown(self, node: Node, words: str) -> None:
        self.failures += 1
        reason = f"{described(node)}{words}. {ADVICE}"
        views = [found for name in node.inputs if isinstance(found := self.known.get(name), View)]
        if views:
            layer_id = self.stack.add(
                unknown(node.operator or "Unknown", reason), self.name_of(node), [view.layer for view in views]
            )
            self.stack.note(f"{layer_id}: {reason}")
        else:
            self.left_out.append(node)
        for index, name in enumerate(filter(None, node.outputs)):
            shape = self._told_shape(name) if views and not index else None
            if shape is None:
                self.missing[name] = _BEHIND if views else f"{name!r}, which {described(node)} gives; that{words}"
            else:
                self.known[name] = plain_view(layer_id, shape[1:])

    def _told_shape(self, name: str) -> tuple[int, ...] | None:
        """Return a shape that the file tells of a tensor, if it leaves nothing open."""
        value = self.model.values.get(name)
        if value is None or value.shape is None or len(value.shape) < 2:
            return None
        sizes = (1, *value.shape[1:])
        return tuple(sizes) if all(isinstance(size, int) and 1 <= size < 1 << 20 for size in sizes) else None  # type: ignore[arg-type]

    def name_of(self, node: Node) -> str:
        """Return the name of the layer that a node becomes."""
        return layer_name(node, self.model.constants.keys())


_BEHIND = "comes after a node that is not computed"


class Step:
    """One node while it becomes layers.

    Attributes
    ----------
    output : the tensor that the layer will give: of the node, or of a later one that has been joined.
    order : of the axes of that tensor, by those that the node itself gives.
    """

    def __init__(self, network: OnnxNetwork, node: Node) -> None:
        self.network = network
        self.node = node
        self.opset = network.model.opset
        self.name = network.name_of(node)
        self.output = next(filter(None, node.outputs), "")
        self.order: tuple[int, ...] = ()

    def attribute(self, name: str, default: Any = None) -> Any:
        """Return an attribute, or a default where the node has none."""
        return self.node.attributes.get(name, default)

    def whole(self, name: str, default: int) -> int:
        """Return an attribute that is a whole number."""
        value = self.attribute(name, default)
        if not isinstance(value, int):
            raise NotComputed(f"has {name} = {value!r} where a whole number belongs")
        return value

    def wholes(self, name: str, default: Sequence[int]) -> tuple[int, ...]:
        """Return an attribute that is several whole numbers."""
        value = self.attribute(name)
        if value is None:
            return tuple(default)
        if not isinstance(value, tuple) or not all(isinstance(one, int) for one in value):
            raise NotComputed(f"has {name} = {value!r} where whole numbers belong")
        return value

    def has(self, index: int) -> bool:
        """Whether the node reads something as its input of this number."""
        return index < len(self.node.inputs) and bool(self.node.inputs[index])

    def value(self, index: int = 0) -> np.ndarray | View:
        """Return an input."""
        if not self.has(index):
            raise NotComputed(f"has no input {index + 1}")
        return self.network.known[self.node.inputs[index]]

    def view(self, index: int = 0) -> View:
        """Return an input that is no constant."""
        found = self.value(index)
        if not isinstance(found, View):
            raise NotComputed("reads a constant where the maps of a layer belong")
        return found

    def plain(self, index: int = 0) -> View:
        """Return an input as maps (channels, *spatial), with a layer before it where axes must move."""
        return self.network.plain(self.view(index))

    def constant(self, index: int, what: str) -> np.ndarray:
        """Return an input that must be constant, as float32."""
        found = self.value(index)
        if not isinstance(found, np.ndarray):
            raise NotComputed(f"has {what} that other layers compute")
        with np.errstate(over="ignore"):
            return found.astype(np.float32, copy=False)

    def constant_or_none(self, index: int, what: str) -> np.ndarray | None:
        """Return an input that must be constant if there is one."""
        return self.constant(index, what) if self.has(index) else None

    def numbers(self, index: int, name: str) -> tuple[int, ...] | None:
        """Return whole numbers that are an attribute in older versions and an input in newer ones; None without."""
        if not self.has(index):
            return self.wholes(name, ()) if name in self.node.attributes else None
        found = self.value(index)
        if not isinstance(found, np.ndarray):
            raise NotComputed(f"has {name} that other layers compute")
        return tuple(int(one) for one in found.reshape(-1).tolist())

    def emit(self, layer: Layer, reads: Sequence[View], *, like: View | None = None, output: str = "") -> View | None:
        """Add a layer that gives the node's output.

        Parameters
        ----------
        like : a view whose shape the output has, in the same order; else it lies as the maps do.
        output : the tensor, if it is not the first output of the node.

        Returns
        -------
        the view of the output; None if the layer is impossible with these inputs.
        """
        layer_id, shape = self.network.add(layer, self.name, reads)
        name = output or self.output
        if shape is None:
            self.network.failures += 1
            self.network.does_not_fit = True
            self.network.missing[name] = _BEHIND
            return None
        view = like.of_layer(layer_id) if like and like.maps_shape == shape else plain_view(layer_id, shape)
        if len(self.order) == len(view.axes):
            view = view.transposed(self.order)
        self.give(view, name)
        self.network.tensors[layer_id] = name, view
        return view

    def give(self, value: View | np.ndarray, output: str = "") -> None:
        """Tell what the output is."""
        self.network.known[output or self.output] = value

    def joined_activation(self) -> Activation | None:
        """Return the activation that alone reads the output, which then belongs to this node."""
        reader, moves = self.next_reader()
        found = None if reader is None else activation_of(reader, self.network.known)
        if found is None or reader is None or not self.join(reader, moves):
            return None
        return found

    def joined_bias(self, count: int, channel_axis: int = 1) -> np.ndarray | None:
        """Return numbers, one for each of `count` channels, that alone are added to the output."""
        reader, moves = self.next_reader()
        if reader is None or reader.operator != "Add" or reader.domain or len(reader.inputs) != 2:
            return None
        found = next((self.network.known[name] for name in reader.inputs if name in self.network.known), None)
        if not isinstance(found, np.ndarray) or found.size != count:
            return None
        # Counted from the last axis, as NumPy and ONNX lay arrays of unlike rank beside each other.
        order = self.order_behind(moves)
        channel = None if order is None else order.index(channel_axis) - len(order)
        wide = [i - found.ndim for i, size in enumerate(found.shape) if size > 1]
        if channel is None or found.ndim > len(order or ()) or wide not in ([], [channel]):
            return None
        self.join(reader, moves)
        return found.astype(np.float32).reshape(-1)

    def next_reader(self) -> tuple[Node | None, list[Node]]:
        """Return the node that alone reads the output, and the transpositions and casts before it."""
        moves: list[Node] = []
        reader = self.network.sole_reader(self.output)
        while reader is not None and reader.operator in ("Transpose", "Cast", "Identity") and not reader.domain:
            moves.append(reader)
            reader = self.network.sole_reader(reader.outputs[0])
        return reader, moves

    def order_behind(self, moves: Sequence[Node]) -> tuple[int, ...] | None:
        """Return the order of axes behind transpositions of the output; None if that is not known."""
        order = self.order
        for node in moves:
            given = node.attributes.get("perm")
            if node.operator == "Transpose":
                if not isinstance(given, tuple) or sorted(given) != list(range(len(order))):
                    return None
                order = tuple(order[i] for i in given)
        return order

    def join(self, reader: Node, moves: Sequence[Node]) -> bool:
        """Make a node, and what moves values before it, part of this layer; return whether that is possible."""
        order = self.order_behind(moves)
        if order is None:
            return False
        for node in (*moves, reader):
            self.network.join(node)
        self.order = order
        self.output = reader.outputs[0]
        return True


Operator = Callable[[Step], object]
