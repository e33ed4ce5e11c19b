"""From the config of a Keras network and its weights to layers of a project, for all of Keras's formats."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from convexplorer._dataclass import dataclass
from convexplorer.formats.errors import NetworkFileError
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.opening import learned
from convexplorer.model.opening.keras_input import InputReading
from convexplorer.model.opening.keras_kinds import PASSING, rank_behind, require_known, translate
from convexplorer.model.opening.keras_layer import CHANNELS_FIRST, KerasLayer
from convexplorer.model.opening.keras_nodes import Reference, calls_of
from convexplorer.model.opening.keras_weights import KerasWeights, container_keys
from convexplorer.model.opening.learned import CannotBeShown
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.opening.stack import Stack
from convexplorer.model.project import INPUT
from convexplorer.words import plain

# A network in a network in a network: deeper ones are made to break readers.
_MAX_DEPTH = 16


def keras_network(document: Mapping[str, Any], weights: KerasWeights, *, title: str = "") -> OpenedNetwork:
    """Return the network of a config.

    Parameters
    ----------
    document : the JSON of the whole network, {"class_name": …, "config": …}.
    title : of the network, if it has no name.

    Raises
    ------
    CannotBeShown : the network is a class of its author, whose code is not in the file.
    NetworkFileError : the config contradicts itself.
    """
    if not is_network(document):
        raise CannotBeShown(
            f"{document.get('class_name')} is a class of the network's author: what it does is code, which is never run"
        )
    shape, is_channels_first = _input_shape(document), _is_channels_first(document)
    reader = _Reader(weights, _version(document), is_channels_first, InputReading(shape, is_channels_first))
    rank = None if shape is None else max(len(shape) - 2, 0)
    outputs = list(dict.fromkeys(one.id for one in reader.read(document, [_Value(INPUT, rank)], _Path())))
    if len(outputs) > 1:
        reader.stack.note(f"The network has {len(outputs)} outputs: {', '.join(outputs)}.")
    config = document["config"]
    name = config.get("name") if isinstance(config, Mapping) else None
    preprocessing, notes = reader.input.result(str(name))
    return OpenedNetwork(
        plain(str(name or title)), reader.stack.layers, preprocessing, notes=(*notes, *reader.stack.notes)
    )


def is_network(document: Mapping[str, Any]) -> bool:
    """Return True if a document is a network of layers, and no class of the network's author."""
    config = document.get("config")
    layers = config.get("layers") if isinstance(config, Mapping) else config
    return isinstance(layers, list) and document.get("class_name") in ("Sequential", "Functional", "Model")


@dataclass(frozen=True)
class _Value:
    """A tensor while the network is read: the id of the layer that makes it, and its number of spatial axes."""

    id: str
    rank: int | None


@dataclass(frozen=True)
class _Path:
    """The networks around a layer: their keys and names in the file, and the beginning of its name here."""

    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    prefix: str = ""

    def inside(self, key: str, name: str) -> "_Path":
        return _Path((*self.keys, key), (*self.names, name), f"{self.prefix}{name}/")


class _Reader:
    def __init__(self, weights: KerasWeights, keras: int, is_channels_first: bool, reading: InputReading) -> None:
        self.stack = Stack()
        self.input = reading
        self.is_channels_first = is_channels_first
        self._weights = weights
        self._keras = keras

    def read(self, document: Mapping[str, Any], inputs: list[_Value], path: _Path) -> list[_Value]:
        """Add the layers of a network that reads these values; return its results."""
        if len(path.keys) > _MAX_DEPTH:
            raise NetworkFileError(f"networks are nested deeper than {_MAX_DEPTH}")
        config = document["config"]
        layers = config["layers"] if isinstance(config, Mapping) else config
        if not all(isinstance(one, Mapping) for one in layers):
            raise NetworkFileError("a layer has neither class nor settings")
        keys = container_keys([str(one.get("class_name")).rpartition(">")[2] for one in layers])
        if isinstance(config, Mapping) and "input_layers" in config:
            return self._read_functional(config, keys, inputs, path)
        for one, key in zip(layers, keys, strict=True):
            inputs = self._read_layer(one, key, inputs, (), path, is_first=[one.id for one in inputs] == [INPUT])
        return inputs

    def _read_functional(
        self, config: Mapping[str, Any], keys: Sequence[str], inputs: list[_Value], path: _Path
    ) -> list[_Value]:
        found = calls_of(config)
        if len(found.inputs) != len(inputs):
            inputs = self._same_picture(config, [one.layer for one in found.inputs], inputs, path)
        values = {(one.layer, one.call, one.result): value for one, value in zip(found.inputs, inputs, strict=True)}
        counts = Counter(one.layer for one in found.calls)
        readers = Counter(one for call in found.calls for one in call.inputs)
        for call in found.calls:
            read = [self._value(values, one) for one in call.inputs]
            is_first = not path.keys and [one.id for one in read] == [INPUT] and readers[call.inputs[0]] == 1
            is_first = is_first and len(found.inputs) == 1  # what prepares one of several is no part of the picture
            results = self._read_layer(
                config["layers"][call.position], keys[call.position], read, call.constants, path, is_first=is_first
            )
            if counts[call.layer] > 1:
                self.stack.note(
                    f"{call.layer} is used {counts[call.layer]} times; each place has a copy of its weights."
                )
            values |= {(call.layer, call.number, i): value for i, value in enumerate(results)}
        return [self._value(values, one) for one in found.outputs]

    def _same_picture(
        self, config: Mapping[str, Any], names: Sequence[str], inputs: Sequence[_Value], path: _Path
    ) -> list[_Value]:
        """Return the picture for each input of the network; raise NetworkFileError unless all have one shape."""
        by_name = {str(one.get("name") or _config(one).get("name")): _config(one) for one in config["layers"]}
        shapes = [_shape_in(by_name.get(name, {})) for name in names]
        listed = ", ".join(f"“{plain(name)}”" for name in names)
        if path.keys or len(inputs) != 1 or None in shapes or len(set(shapes)) > 1:
            raise NetworkFileError(f"the network has {len(names)} inputs, {listed}; a project has one picture")
        self.stack.note(f"The inputs {listed} have one shape and get the same picture.")
        return [*inputs] * len(names)

    @staticmethod
    def _value(values: Mapping[tuple[str, int, int], _Value], one: Reference) -> _Value:
        try:
            return values[one.layer, one.call, one.result]
        except KeyError:
            raise NetworkFileError(f"{one.layer} has no result {one.result}") from None

    def _read_layer(
        self,
        document: Mapping[str, Any],
        key: str,
        inputs: list[_Value],
        constants: tuple[tuple[int, float], ...],
        path: _Path,
        *,
        is_first: bool,
    ) -> list[_Value]:
        """Add one layer, or a network in its place; return its results."""
        layer = KerasLayer.of(
            document,
            weights={},
            rank=inputs[0].rank if inputs else None,
            is_channels_first=self.is_channels_first,
            keras=self._keras,
        )
        if layer.class_name == "InputLayer":
            return inputs
        inside = path.inside(key, layer.name)
        if is_network(document):
            return self.read(document, inputs, inside)
        if layer.class_name in PASSING and not layer.is_own:
            self.stack.note(f"{layer.class_name} has been left out: it does nothing after training.")
            return inputs[:1]
        try:
            if not constants:
                require_known(layer)
            layer = replace(layer, weights=self._weights.of(layer, inside.keys, inside.names))
            if is_first and not path.keys and self.input.takes(layer):
                return inputs
            translated = self._translated(layer, len(inputs), constants)
        except (ValueError, TypeError, KeyError, IndexError, ArithmeticError) as error:
            reason = str(error) if isinstance(error, ValueError) else "its settings cannot be read"
            translated = (learned.unknown(layer.class_name, reason),)
        ids = [one.id for one in inputs]
        for one in translated:
            name = f"{path.prefix}{layer.name}" + (f"/{one.id}" if one.id else "")
            ids = [self.stack.add(one, name, ids)]
        return [_Value(ids[0], rank_behind(layer, translated))]

    def _translated(
        self, layer: KerasLayer, input_count: int, constants: tuple[tuple[int, float], ...]
    ) -> tuple[Layer, ...]:
        if constants:
            return (_with_number(layer, input_count, constants),)
        data_format = layer.config.get("data_format")
        if layer.class_name != "Flatten" and data_format and (data_format == CHANNELS_FIRST) != self.is_channels_first:
            raise CannotBeShown(f"it reads maps as {data_format}, other layers do not")
        translated = translate(layer)
        if not translated[0].row.takes(input_count):
            raise CannotBeShown(f"it has {input_count} inputs")
        return translated


def _with_number(layer: KerasLayer, input_count: int, constants: tuple[tuple[int, float], ...]) -> Layer:
    """Return the layer of an operation between maps and one number."""
    (place, number), *others = constants
    known: dict[tuple[str, int], dict[str, Any]] = {
        ("Add", 0): {"offset": number},
        ("Add", 1): {"offset": number},
        ("Multiply", 0): {"scale": number},
        ("Multiply", 1): {"scale": number},
        ("Subtract", 0): {"scale": -1.0, "offset": number},
        ("Subtract", 1): {"offset": -number},
        ("TrueDivide", 1): {"scale": 1 / number if number else 0.0},
    }
    settings = known.get((layer.class_name, place))
    if settings is None or others or input_count != 1 or settings.get("scale") == 0:
        raise CannotBeShown(f"{layer.class_name} with the number {number:g} is not computed here")
    return make_layer("rescaling", **settings)


def _layers_within(document: Mapping[str, Any], depth: int = 0) -> list[Mapping[str, Any]]:
    """Return the documents of all layers, those of networks in the network too."""
    config = document.get("config")
    layers = config.get("layers") if isinstance(config, Mapping) else config
    if not isinstance(layers, list) or depth > _MAX_DEPTH:
        return [document]
    return [inner for one in layers if isinstance(one, Mapping) for inner in _layers_within(one, depth + 1)]


def _is_channels_first(document: Mapping[str, Any]) -> bool:
    for one in _layers_within(document):
        config = one.get("config")
        if one.get("class_name") != "Flatten" and isinstance(config, Mapping) and config.get("data_format"):
            return bool(config["data_format"] == CHANNELS_FIRST)
    return False


def _version(document: Mapping[str, Any]) -> int:
    """Return the first number of the version that wrote a config: Keras 3 has another word for the input's shape."""
    configs = (one.get("config") for one in _layers_within(document))
    return 2 if any(isinstance(one, Mapping) and "batch_input_shape" in one for one in configs) else 3


def _input_shape(document: Mapping[str, Any]) -> tuple[int | None, ...] | None:
    """Return the shape of the network's input with its batch, as far as the file tells."""
    layers = _layers_within(document)[:1]
    return _shape_in(_config(layers[0])) if layers else None


def _config(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found = document.get("config")
    return found if isinstance(found, Mapping) else {}


def _shape_in(config: Mapping[str, Any]) -> tuple[int | None, ...] | None:
    """Return the shape that an input layer's settings tell, with the batch; None if they tell none."""
    for name in ("batch_shape", "batch_input_shape"):
        shape = config.get(name)
        if isinstance(shape, list) and all(n is None or (type(n) is int and n > 0) for n in shape):
            return tuple(shape)
    return None
