"""What one node of an ONNX graph may ask while it becomes layers, and what it tells."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from convexplorer.core.layers import Activation
from convexplorer.formats.onnx.graph import Node
from convexplorer.model.layer import Layer
from convexplorer.model.opening.onnx_activations import activation_of
from convexplorer.model.opening.onnx_errors import NotComputed
from convexplorer.model.opening.onnx_network import BEHIND, OnnxNetwork
from convexplorer.model.opening.onnx_view import View, plain_view


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
            self.network.missing[name] = BEHIND
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
