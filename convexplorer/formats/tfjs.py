"""Layers models of TensorFlow.js: a `model.json` that describes layers and weights, and files of bytes beside it."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.formats.elements import array_bytes, is_known, make_array
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import check_size, named, open_file, quoted, read_exactly, size_of
from convexplorer.formats.json_text import as_shape, parse_object
from convexplorer.formats.keras_file import KerasFile
from convexplorer.formats.natural_order import in_natural_order

_LONGEST_MODEL = 64 << 20  # bytes of model.json; an application's largest has half a million
_QUANTISED = ("uint8", "uint16", "float16")


@dataclass(frozen=True)
class _Weight:
    """A weight in the manifest.

    Attributes
    ----------
    stored, element : the element in the bytes, and in the array; they differ if the weight is quantised.
    scale, least : of a quantised weight, the value of one step, and that of 0.
    """

    name: str
    shape: tuple[int, ...]
    stored: str
    element: str
    scale: float = 1.0
    least: float = 0.0


def read_tfjs(path: Path) -> KerasFile:
    """Read a `model.json`, and the weights in the files that it names; they must lie in its folder.

    Quantised weights are float32 again, as TensorFlow.js computes with them.

    Raises
    ------
    NetworkFileError : a file is damaged, missing, or lies elsewhere.
    """
    with open_file(path) as file:
        if size_of(file) > _LONGEST_MODEL:
            raise NetworkFileError("it is too large for the description of a network")
        model = parse_object(file.read(), "its text")
    with named(path):
        return KerasFile(_config(model), in_natural_order(_tensors(model, path.parent)), {})


def _config(model: dict[str, Any]) -> dict[str, Any]:
    """Return Keras's description of the layers."""
    if model.get("format") == "graph-model":
        raise NetworkFileError("it is a graph model, which has no layers; convert to a layers model or to ONNX instead")
    topology = model.get("modelTopology")
    config = topology.get("model_config", topology) if isinstance(topology, dict) else None
    if isinstance(config, str):
        config = parse_object(config, "its description of the layers")
    if not isinstance(config, dict) or not isinstance(config.get("class_name"), str) or "config" not in config:
        raise NetworkFileError("it does not describe the layers of a network")
    return config


def _tensors(model: dict[str, Any], folder: Path) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    used: set[Path] = set()
    for group in _objects(model.get("weightsManifest", []), "its list of weights"):
        weights = [_weight(entry) for entry in _objects(group.get("weights"), "its list of weights")]
        shards = _shards(group.get("paths"), folder, used)
        check_size(sum(shard.stat().st_size for shard in used))
        expected = sum(array_bytes(weight.stored, weight.shape) for weight in weights)
        there = sum(size for _, size in shards)
        if expected != there:
            raise NetworkFileError(f"its weights take {expected} bytes; the files beside it have {there}")
        data, start = memoryview(b"".join(_content(*shard) for shard in shards)), 0
        for weight in weights:
            stop = start + array_bytes(weight.stored, weight.shape)
            if weight.name in found:
                raise NetworkFileError(f"two of its weights have the name {quoted(weight.name)}")
            found[weight.name] = _array(weight, bytes(data[start:stop]))
            start = stop
    return found


def _objects(values: Any, what: str) -> Iterator[dict[str, Any]]:
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        raise NetworkFileError(f"{what} is damaged")
    return iter(values)


def _weight(entry: dict[str, Any]) -> _Weight:
    name, element = entry.get("name"), entry.get("dtype")
    if not isinstance(name, str):
        raise NetworkFileError("one of its weights has no name")
    what = f"weight {quoted(name)}"
    shape = as_shape(entry.get("shape"), what)
    quantisation = entry.get("quantization")
    if not isinstance(element, str) or not is_known(element):
        raise NetworkFileError(f"{what} has elements of the type {quoted(str(element))}, which are not read")
    if quantisation is None:
        return _Weight(name, shape, element, element)
    stored = quantisation.get("dtype") if isinstance(quantisation, dict) else None
    if stored not in _QUANTISED:
        raise NetworkFileError(f"{what} is quantised in a way that is not read")
    if stored == "float16":
        return _Weight(name, shape, stored, "float32")
    scale, least = quantisation.get("scale"), quantisation.get("min")
    if not all(isinstance(one, int | float) and math.isfinite(one) for one in (scale, least)):
        raise NetworkFileError(f"{what} is quantised without a scale")
    return _Weight(name, shape, stored, element, scale, least)


def _array(weight: _Weight, data: bytes) -> np.ndarray:
    array = make_array(data, weight.stored, weight.shape)
    if weight.stored == weight.element:
        return array
    with np.errstate(all="ignore"):  # a scale may be as absurd as its file likes
        numbers = array.astype(np.float64) * weight.scale + weight.least
        restored = (np.rint(numbers) if weight.element == "int32" else numbers).astype(weight.element)
    restored.flags.writeable = False
    return restored


def _shards(names: Any, folder: Path, used: set[Path]) -> list[tuple[Path, int]]:
    """Return the files of a group, and their sizes; each may be used once, so that no more is read than there is."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise NetworkFileError("its list of files is damaged")
    found = []
    for name in names:
        shard = _inside(folder, name)
        if shard in used:
            raise NetworkFileError(f"it names the file {quoted(name)} twice")
        used.add(shard)
        try:
            found.append((shard, shard.stat().st_size))
        except OSError:
            raise NetworkFileError(f"its weights are in the file {quoted(name)}, which is not beside it") from None
    return found


def _inside(folder: Path, name: str) -> Path:
    """Return the path of a file in a folder; what only leads there from a file may not lead out of it."""
    try:
        shard = (folder / name).resolve()
        is_inside = shard.is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # names that are none, links that lead to one another
        is_inside = False
    if not is_inside:
        raise NetworkFileError(f"it names the file {quoted(name)}, which is not in its folder")
    return shard


def _content(shard: Path, size: int) -> bytes:
    with open_file(shard) as file:
        return read_exactly(file, size, "it")
