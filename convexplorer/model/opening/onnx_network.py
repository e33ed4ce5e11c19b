"""The graph of an ONNX file while it becomes layers: what is known of each tensor."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx.folding import Folding, FoldingError
from convexplorer.formats.onnx.graph import Model, Node
from convexplorer.formats.onnx.order import described
from convexplorer.model.build import build_layer
from convexplorer.model.layer import Layer
from convexplorer.model.opening.learned import unknown
from convexplorer.model.opening.onnx_errors import NotComputed
from convexplorer.model.opening.onnx_moves import moves_of, repeating
from convexplorer.model.opening.onnx_names import layer_name
from convexplorer.model.opening.onnx_runtime_nodes import run_by_onnx_runtime
from convexplorer.model.opening.onnx_view import View, plain_view
from convexplorer.model.opening.stack import Stack

# Of a tensor that nothing is known of because of another node.
BEHIND = "comes after a node that is not computed"
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

    def take(self, node: Node, make: "Callable[[OnnxNetwork, Node], None]") -> None:
        """Make a node into layers by a function; into one that says why, if that is not possible."""
        if id(node) in self._joined or any(name in self.known for name in node.outputs if name):
            return
        reason = next((self.missing[name] for name in node.inputs if name in self.missing), "")
        is_behind = any(name and name not in self.known and name not in self.missing for name in node.inputs)
        if is_behind or reason == BEHIND:
            self.left_out.append(node)
            self.missing |= dict.fromkeys(filter(None, node.outputs), BEHIND)
            return
        try:
            if reason:
                raise NotComputed(f"reads {reason}")
            if self._fold(node):
                return
            make(self, node)
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
        if self._run_by_onnx_runtime(node):
            return
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
                self.missing[name] = BEHIND if views else f"{name!r}, which {described(node)} gives; that{words}"
            else:
                self.known[name] = plain_view(layer_id, shape[1:])

    def _run_by_onnx_runtime(self, node: Node) -> bool:
        """Add a layer that ONNX Runtime runs; return whether that is possible."""
        found = run_by_onnx_runtime(node, self.model.opset, self.known)
        if found is None:
            return False
        layer, views = found
        try:
            reads = [self.plain(view) for view in views]
        except (NotComputed, ValueError):
            return False
        _, shape = build_layer(layer, tuple(view.maps_shape for view in reads))
        if shape is None:
            return False
        layer_id, _ = self.add(layer, self.name_of(node), reads)
        output = node.outputs[0]
        self.known[output] = plain_view(layer_id, shape)
        self.tensors[layer_id] = output, plain_view(layer_id, shape)
        self.is_bound |= len(views) < len(node.inputs)  # a constant may be a size of the picture
        self.missing |= {
            name: f"{name!r}, which {described(node)} gives beside its values" for name in node.outputs[1:] if name
        }
        self.stack.note(f"{layer_id}: {node.operator} is run by ONNX Runtime; its maps are shown, and not explained.")
        return True

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
