"""From the bytes of an ONNX file to a model as a value."""

from pathlib import Path
from typing import Any

import numpy as np

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import open_file, size_of
from convexplorer.formats.onnx.external import ExternalFolder
from convexplorer.formats.onnx.graph import Model, Node, Subgraph, Value
from convexplorer.formats.onnx.tensors import Tensor, key_and_value, read_tensor
from convexplorer.formats.onnx.wire import Field, Wire

# What protobuf itself allows; larger networks keep their weights in a second file.
MAX_BYTES = 1 << 31
_FLOATS, _INTS, _STRINGS = 6, 7, 8  # types of attributes that hold several


def read_onnx(path: Path) -> Model:
    """Return the model in a file; raise NetworkFileError with a sentence that says what is wrong with it."""
    with open_file(path) as file:
        if size_of(file) > MAX_BYTES:
            raise NetworkFileError(f"it has {size_of(file)} bytes; a file of ONNX has at most {MAX_BYTES}")
        return read_model(file.read(), path.parent)


def read_model(data: bytes, folder: Path) -> Model:
    """Return the model in bytes; `folder` is the only place where a second file is read from.

    Raises
    ------
    NetworkFileError : with the reason, without the name of the file.
    """
    return _Reader(Wire(data), ExternalFolder(folder)).model()


class _Reader:
    """One reading of a file."""

    def __init__(self, wire: Wire, folder: ExternalFolder) -> None:
        self.wire = wire
        self.folder = folder
        self.nodes: list[Node] = []
        self.constants: dict[str, np.ndarray] = {}
        self.unread: dict[str, str] = {}
        self.inputs: list[Value] = []
        self.outputs: list[Value] = []
        self.values: dict[str, Value] = {}
        self.name = ""

    def model(self) -> Model:
        """Return the model of which the wire is."""
        wire, opset, producer, has_graph = self.wire, 0, "", False
        metadata: dict[str, str] = {}
        for number, value in wire.fields(wire.whole):
            if number == 2:
                producer = wire.text(value)
            elif number == 7:  # a second one adds to the first, as protobuf has it
                has_graph = True
                self._graph(value)
            elif number == 8:
                domain, version = self._opset(value)
                opset = version if domain in ("", "ai.onnx") else opset
            elif number == 14:
                key, text = key_and_value(wire, value)
                metadata[key] = text
        if not has_graph:
            raise NetworkFileError("there is no graph in it")
        given = [one for one in self.inputs if one.name not in self.constants and one.name not in self.unread]
        return Model(
            tuple(self.nodes),
            self.constants,
            self.unread,
            tuple(given),
            tuple(self.outputs),
            self.values,
            opset or 1,
            producer,
            metadata,
            self.name,
        )

    def _graph(self, message: Field) -> None:
        wire = self.wire
        for number, value in wire.fields(message):
            if number == 1:
                self.nodes.append(self._node(value))
            elif number == 2:
                self.name = wire.text(value)
            elif number == 5:
                self._add(read_tensor(wire, value, self.folder))
            elif number == 11:
                self.inputs.append(self._value(value))
            elif number == 12:
                self.outputs.append(self._value(value))
            elif number == 13:
                told = self._value(value)
                self.values[told.name] = told
            elif number == 15:
                self.unread[self._sparse_name(value)] = "is kept without its zeros, which is not read"

    def _add(self, tensor: Tensor) -> None:
        if tensor.array is None:
            self.unread[tensor.name] = tensor.reason
        else:
            self.constants[tensor.name] = tensor.array

    def _node(self, message: Field) -> Node:
        wire = self.wire
        inputs: list[str] = []
        outputs: list[str] = []
        texts = {3: "", 4: "", 7: ""}
        attributes: dict[str, Any] = {}
        metadata: dict[str, str] = {}
        for number, value in wire.fields(message):
            if number == 1:
                inputs.append(wire.text(value))
            elif number == 2:
                outputs.append(wire.text(value))
            elif number in texts:
                texts[number] = wire.text(value)
            elif number == 5:
                name, content = self._attribute(value)
                attributes[name] = content
            elif number == 9:
                key, text = key_and_value(wire, value)
                metadata[key] = text
        domain = "" if texts[7] == "ai.onnx" else texts[7]
        return Node(texts[4], tuple(inputs), tuple(outputs), attributes, texts[3], domain, metadata)

    def _attribute(self, message: Field) -> tuple[str, Any]:
        """Return the name and the value of an attribute."""
        wire, name, kind = self.wire, "", 0
        alone: Any = None
        many: list[Any] = []
        for number, value in wire.fields(message):
            if number == 1:
                name = wire.text(value)
            elif number == 2:
                alone = wire.real_number(value)
            elif number == 3:
                alone = wire.whole_number(value)
            elif number == 4:
                alone = wire.text(value)
            elif number == 5:
                alone = read_tensor(wire, value, self.folder).array
            elif number in (6, 11):
                alone = Subgraph()
            elif number == 7:
                many.extend(wire.real_numbers(value).tolist())
            elif number == 8:
                many.extend(wire.whole_numbers(value).tolist())
            elif number == 9:
                many.append(wire.text(value))
            elif number == 20:
                kind = wire.whole_number(value)
        if many or kind in (_FLOATS, _INTS, _STRINGS):
            return name, tuple(many)
        # A number that is 0 and a text without letters are not written by every program.
        return name, {1: 0.0, 2: 0, 3: ""}.get(kind) if alone is None else alone

    def _value(self, message: Field) -> Value:
        wire, name, element, shape = self.wire, "", 0, None
        for number, value in wire.fields(message):
            if number == 1:
                name = wire.text(value)
            elif number == 2:
                for case, content in wire.fields(value):
                    if case == 1:  # a tensor: sequences and maps have other cases
                        element, shape = self._tensor_type(content)
        return Value(name, element, shape)

    def _tensor_type(self, message: Field) -> tuple[int, tuple[int | str | None, ...] | None]:
        wire, element, shape = self.wire, 0, None
        for number, value in wire.fields(message):
            if number == 1:
                element = wire.whole_number(value)
            elif number == 2:
                shape = tuple(self._dimension(one) for each, one in wire.fields(value) if each == 1)
        return element, shape

    def _dimension(self, message: Field) -> int | str | None:
        size: int | str | None = None
        for number, value in self.wire.fields(message):
            if number == 1:
                size = self.wire.whole_number(value)
            elif number == 2:
                size = self.wire.text(value)
        return size

    def _opset(self, message: Field) -> tuple[str, int]:
        domain, version = "", 0
        for number, value in self.wire.fields(message):
            if number == 1:
                domain = self.wire.text(value)
            elif number == 2:
                version = self.wire.whole_number(value)
        return domain, version

    def _sparse_name(self, message: Field) -> str:
        """Return the name of a tensor of which only the numbers beside 0 are kept."""
        for number, value in self.wire.fields(message):
            if number == 1:
                return read_tensor(self.wire, value, self.folder).name
        return ""
