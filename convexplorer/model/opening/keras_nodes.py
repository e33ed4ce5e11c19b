"""The calls of layers in a functional Keras config, each behind those whose results it reads."""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from convexplorer._dataclass import dataclass
from convexplorer.formats.errors import NetworkFileError

# Arguments of a call are lists in lists; nobody nests them deeper.
_MAX_DEPTH = 8
_CONSTANT = "_CONSTANT_VALUE"
_LARGEST = 1e300  # a whole number of hundreds of digits is no number of a network


@dataclass(frozen=True)
class Reference:
    """A tensor: which result of which call of a layer it is."""

    layer: str
    call: int
    result: int


@dataclass(frozen=True, eq=False)
class Call:
    """One call of a layer.

    Attributes
    ----------
    position : of the layer in the config.
    layer : its name.
    number : of the call among those of the layer.
    inputs : what it reads.
    constants : numbers among its arguments, each with its place among them.
    """

    position: int
    layer: str
    number: int
    inputs: tuple[Reference, ...]
    constants: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, eq=False)
class Calls:
    """All calls that the outputs of a functional network need, in an order in which they can be made."""

    calls: tuple[Call, ...]
    inputs: tuple[Reference, ...]
    outputs: tuple[Reference, ...]


def calls_of(config: Mapping[str, Any]) -> Calls:
    """Return the calls of a functional config; NetworkFileError if it is none, or its layers read each other."""
    documents = config["layers"]
    found = [call for i, document in enumerate(documents) for call in _calls_of_layer(i, document)]
    inputs, outputs = (tuple(_references(config.get(name), 0)) for name in ("input_layers", "output_layers"))
    if not outputs or not inputs:
        raise NetworkFileError("the network has no inputs or no outputs")
    makers = {(call.layer, call.number): call for call in found}
    calls = tuple(Call(one.position, one.layer, one.number, _existing(one, makers), one.constants) for one in found)
    makers = {(call.layer, call.number): call for call in calls}
    results = tuple(_resolved(one, makers) for one in outputs)
    given = {one.layer for one in inputs}
    return Calls(tuple(_in_order(_needed(results, makers, given), given)), inputs, results)


def _calls_of_layer(position: int, document: Any) -> Iterator[Call]:
    if not isinstance(document, Mapping) or not isinstance(document.get("config"), Mapping):
        raise NetworkFileError(f"layer {position + 1} has no settings")
    name = document.get("name") or document["config"].get("name")
    nodes = document.get("inbound_nodes", [])
    if not isinstance(name, str) or not isinstance(nodes, list):
        raise NetworkFileError(f"layer {position + 1} has no name, or does not say what it reads")
    for number, node in enumerate(nodes):
        arguments = [node.get("args", []), node.get("kwargs", {})] if isinstance(node, Mapping) else node
        yield Call(position, name, number, tuple(_references(arguments, 0)), tuple(_constants(node)))


def _constants(node: Any) -> Iterator[tuple[int, float]]:
    """Yield the numbers among the arguments of a call, each with its place."""
    if isinstance(node, Mapping):
        arguments = node.get("args")
        yield from (
            (i, float(one)) for i, one in enumerate(arguments if isinstance(arguments, list) else []) if _is_number(one)
        )
        return
    # Of Keras 2: [layer, call, result, {"y": 3.0}], or ["_CONSTANT_VALUE", -1, 3.0, {"y": [layer, call, result]}].
    entry = node[0] if isinstance(node, list) and node and isinstance(node[0], list) else node
    if not isinstance(entry, list) or len(entry) != 4 or not isinstance(entry[3], Mapping):
        return
    if entry[0] == _CONSTANT and _is_number(entry[2]):
        yield 0, float(entry[2])
    if _is_number(entry[3].get("y")):
        yield 1, float(entry[3]["y"])


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < _LARGEST


def _references(value: Any, depth: int) -> Iterator[Reference]:
    """Yield the tensors in the arguments of a call, as Keras 3 writes them and as Keras 2 does."""
    if depth > _MAX_DEPTH:
        raise NetworkFileError("the arguments of a layer are nested too deeply")
    if isinstance(value, Mapping):
        if value.get("class_name") == "__keras_tensor__":
            yield from _references(value.get("config", {}).get("keras_history"), depth + 1)
            return
        value = list(value.values())
    if not isinstance(value, Sequence) or isinstance(value, str):
        return
    if len(value) >= 3 and isinstance(value[0], str) and type(value[1]) is int and type(value[2]) is int:
        if value[0] != _CONSTANT:
            yield Reference(value[0], value[1], value[2])
        value = value[3:]  # Keras 2 keeps there what a function reads besides
    for one in value:
        yield from _references(one, depth + 1)


def _existing(call: Call, makers: Mapping[tuple[str, int], Call]) -> tuple[Reference, ...]:
    return tuple(_resolved(one, makers) for one in call.inputs)


def _resolved(one: Reference, makers: Mapping[tuple[str, int], Call]) -> Reference:
    """Return the reference; older files count the calls of a network in another from 1."""
    if (one.layer, one.call) not in makers and (one.layer, one.call - 1) in makers:
        return Reference(one.layer, one.call - 1, one.result)
    return one


def _needed(
    outputs: Sequence[Reference], makers: Mapping[tuple[str, int], Call], given: set[str]
) -> dict[tuple[str, int], Call]:
    """Return the calls that the outputs depend on."""
    needed: dict[tuple[str, int], Call] = {}
    waiting = list(outputs)
    while waiting:
        one = waiting.pop()
        key = (one.layer, one.call)
        if one.layer in given or key in needed:
            continue
        if key not in makers:
            raise NetworkFileError(f"a layer reads {one.layer!r}, which the network does not have")
        needed[key] = makers[key]
        waiting.extend(makers[key].inputs)
    return needed


def _in_order(needed: Mapping[tuple[str, int], Call], given: set[str]) -> Iterator[Call]:
    """Yield the calls in the order of the config, as far as each comes behind what it reads."""
    missing = {
        key: {(one.layer, one.call) for one in call.inputs if one.layer not in given} for key, call in needed.items()
    }
    readers: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for key, read in missing.items():
        for one in read:
            readers.setdefault(one, []).append(key)
    ready = [(needed[key].position, key) for key, read in missing.items() if not read]
    heapq.heapify(ready)
    count = 0
    while ready:
        _, key = heapq.heappop(ready)
        count += 1
        yield needed[key]
        for reader in readers.get(key, []):
            missing[reader].discard(key)
            if not missing[reader]:
                heapq.heappush(ready, (needed[reader].position, reader))
    if count < len(needed):
        names = sorted({key[0] for key, read in missing.items() if read})
        raise NetworkFileError(f"layers read each other in a circle: {', '.join(names[:3])}")
