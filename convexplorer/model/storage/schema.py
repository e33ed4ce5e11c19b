"""What stands where in a project file, format 1.

"format" and "source" must be there; every other field may be missing and has the program's default. Unknown fields
are refused: a misspelt setting would otherwise silently do nothing, and saving would lose it. The weights in the file
are what is applied; a preset's name beside weights that are not its own is dropped.
"""

import os
from dataclasses import fields
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from convexplorer.core.layers import Activation
from convexplorer.kernels.filter import MAX_FILTERS, MAX_KERNEL_SIZE, MAX_PLANES, Filter
from convexplorer.kernels.planes import is_lossless, resized
from convexplorer.kernels.presets import presets
from convexplorer.model.project import CONV_KINDS, MAX_LAYERS, ConvLayer, Display, Layer, Padding, PoolLayer, Project
from convexplorer.model.storage.documents import Node, ProjectError
from convexplorer.sources.frame import Option, Source
from convexplorer.sources.paths import listed_address, listed_files

FORMAT = 1

_PATH_KINDS = ("image", "folder", "video", "files")
_SETTINGS = ("strides", "padding", "dilation_rate", "border", "activation", "is_flipped", "is_enabled")
_POOL_SETTINGS = ("kind", "pool_size", "strides", "padding", "is_enabled")
_DISPLAY_SETTINGS = tuple(field.name for field in fields(Display))


def project_to_document(project: Project, *, folder: Path | None = None) -> dict[str, Any]:
    """Return a project as plain dictionaries, lists, numbers and texts."""
    return {
        "format": FORMAT,
        "source": {
            "kind": project.source.kind,
            "address": _stored_address(project.source, folder),
            "options": dict(project.source.options),
        },
        "channels": project.channels,
        "display": {name: _plain(getattr(project.display, name)) for name in _DISPLAY_SETTINGS},
        "layers": [_layer_to_document(layer) for layer in project.layers],
    }


def project_from_node(node: Node, *, folder: Path | None = None) -> Project:
    """Return the project that a document describes."""
    if isinstance(node.value, dict) and "filters" in node.value and "layers" not in node.value:
        raise ProjectError("this is a file of kernels, not a project; “Import kernels” adds them to a layer")
    # The format comes first: of a newer file nothing else can be judged.
    _check_format(node)
    known = node.fields("format", "source", "channels", "display", "layers")
    if "source" not in known:
        raise node.error('has no "source"')
    settings: dict[str, Any] = {"source": _read_source(known["source"], folder)}
    if "channels" in known:
        settings["channels"] = known["channels"].text()
    if "display" in known:
        settings["display"] = _read_display(known["display"])
    layers = known["layers"].items(0, MAX_LAYERS, "layers") if "layers" in known else []
    settings["layers"] = tuple(_read_layer(layer) for layer in layers)
    return node.make(lambda: Project(**settings))


def filter_to_document(one: Filter) -> dict[str, Any]:
    """Return a filter as plain values."""
    document: dict[str, Any] = {"name": one.name}
    if one.preset is not None:
        document |= {"preset": one.preset, "parameters": dict(one.parameters)}
    return document | {"bias": one.bias, "planes": one.planes.tolist()}


def filter_from_node(node: Node) -> Filter:
    """Return the filter that a document describes."""
    known = node.fields("name", "preset", "parameters", "bias", "planes")
    if "planes" not in known:
        raise node.error('has no "planes"')
    name = known["name"].text() if "name" in known else "filter"
    bias = known["bias"].number() if "bias" in known else 0.0
    planes = _read_planes(known["planes"])
    preset = known["preset"].text() if "preset" in known and known["preset"].value is not None else None
    parameters = {n: v.number() for n, v in known["parameters"].entries().items()} if "parameters" in known else {}
    complete = None if preset is None else _preset_parameters(preset, parameters, planes)
    if complete is None:
        return node.make(lambda: Filter(name, planes, bias))
    return node.make(lambda: Filter(name, planes, bias, preset, complete))


def _layer_to_document(layer: Layer) -> dict[str, Any]:
    if isinstance(layer, PoolLayer):
        return {"type": "pool"} | {name: _plain(getattr(layer, name)) for name in _POOL_SETTINGS}
    settings = {name: _plain(getattr(layer, name)) for name in _SETTINGS}
    return {"type": layer.kind} | settings | {"filters": [filter_to_document(each) for each in layer.filters]}


def _plain(value: Any) -> Any:
    if isinstance(value, Activation):
        return {"name": value.name, "parameters": {name: float(each) for name, each in value.parameters.items()}}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _check_format(node: Node) -> None:
    if not isinstance(node.value, dict) or "format" not in node.value:
        raise ProjectError('this is no ConvExplorer project: it has no "format"')
    number = Node(node.value["format"], "format").whole()
    if number > FORMAT:
        raise ProjectError(
            f"it was written by a newer version (format {number}, this version knows {FORMAT}); please update"
        )
    if number < 1:
        raise ProjectError(f"format must be ≥ 1; got {number}")


def _read_source(node: Node, folder: Path | None) -> Source:
    known = node.fields("kind", "address", "options")
    for name in ("kind", "address"):
        if name not in known:
            raise node.error(f'has no "{name}"')
    kind, address = known["kind"].text(), known["address"].text()
    options: dict[str, Option] = {}
    if "options" in known:
        options = {name: value.scalar() for name, value in known["options"].entries().items()}
    return Source(kind, _opened_address(kind, address, folder), options)


def _read_display(node: Node) -> Display:
    readers: dict[str, Any] = {
        "palette": Node.text,
        "scope": Node.text,
        "coverage": Node.number,
        "locked": lambda value: tuple(level.number() for level in value.items(2, 2, "levels")),
        "as_opencv_8bit": Node.flag,
    }
    settings = {name: readers[name](value) for name, value in node.fields(*_DISPLAY_SETTINGS).items()}
    return node.make(lambda: Display(**settings))


def _read_layer(node: Node) -> Layer:
    kind = node.entries().get("type")
    if kind is None:
        raise node.error('has no "type"')
    if kind.value in CONV_KINDS:
        return _read_conv(node, str(kind.value))
    if kind.value == "pool":
        return _read_pool(node)
    known = ", ".join((*CONV_KINDS, "pool"))
    raise kind.error(f"must be one of {known}; got {kind.text()!r}")


def _read_conv(node: Node, kind: str) -> ConvLayer:
    known = node.fields("type", *_SETTINGS, "filters")
    if "filters" not in known:
        raise node.error('has no "filters"')
    settings = {name: _SETTING_READERS[name](known[name]) for name in _SETTINGS if name in known}
    filters = tuple(filter_from_node(each) for each in known["filters"].items(1, MAX_FILTERS, "filters"))
    return node.make(lambda: ConvLayer(filters, kind=kind, **settings))


def _read_pool(node: Node) -> PoolLayer:
    known = node.fields("type", *_POOL_SETTINGS)
    settings = {name: _SETTING_READERS[name](known[name]) for name in _POOL_SETTINGS if name in known}
    return node.make(lambda: PoolLayer(**settings))


def _read_pair(node: Node) -> tuple[int, int]:
    rows, columns = node.items(2, 2, "whole numbers")
    return rows.whole(), columns.whole()


def _read_padding(node: Node) -> Padding:
    if node.value == "valid" or node.value == "same":
        return "valid" if node.value == "valid" else "same"
    if not isinstance(node.value, list):
        raise node.error('must be "valid", "same" or [[top, bottom], [left, right]]')
    rows, columns = node.items(2, 2, "pairs")
    return _read_pair(rows), _read_pair(columns)


def _read_activation(node: Node) -> Activation:
    known = node.fields("name", "parameters")
    if "name" not in known:
        raise node.error('has no "name"')
    name = known["name"].text()
    parameters = {n: v.number() for n, v in known["parameters"].entries().items()} if "parameters" in known else {}
    return node.make(lambda: Activation(name, parameters))


_SETTING_READERS: dict[str, Any] = {
    "strides": _read_pair,
    "pool_size": _read_pair,
    "dilation_rate": _read_pair,
    "padding": _read_padding,
    "border": Node.text,
    "kind": Node.text,
    "activation": _read_activation,
    "is_flipped": Node.flag,
    "is_enabled": Node.flag,
}


def _read_planes(node: Node) -> np.ndarray:
    planes = [_read_plane(plane) for plane in node.items(1, MAX_PLANES, "planes")]
    sizes = {(len(plane), len(plane[0])) for plane in planes}
    if len(sizes) > 1:
        words = " and ".join(f"{rows}×{columns}" for rows, columns in sorted(sizes))
        raise node.error(f"must have planes of one size; got {words}")
    return np.array(planes, dtype=np.float64)


def _read_plane(node: Node) -> list[list[float]]:
    rows = [
        [number.number() for number in row.items(1, MAX_KERNEL_SIZE, "numbers")]
        for row in node.items(1, MAX_KERNEL_SIZE, "rows")
    ]
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise node.error(f"must have rows of one length; row {i + 1} has {len(row)}, row 1 has {len(rows[0])}")
    return rows


def _preset_parameters(name: str, parameters: dict[str, float], planes: np.ndarray) -> dict[str, float] | None:
    """Return all parameters of the preset that gives these weights; None if it gives others.

    Zeros around the preset's own weights do not count, nor do the last digits of a formula; one plane for all channels
    may stand there once for each.
    """
    preset = presets().get(name)
    if preset is None:
        return None
    try:
        complete = preset.complete(parameters)
        expected = preset.planes(**complete)
    except ValueError:
        return None
    size = (planes.shape[1], planes.shape[2])
    if expected.shape[0] not in (1, planes.shape[0]) or not is_lossless(expected, size):
        return None
    return complete if np.allclose(resized(expected, size), planes, rtol=1e-9, atol=1e-12) else None


def _stored_address(source: Source, folder: Path | None) -> str:
    if folder is None or source.kind not in _PATH_KINDS:
        return source.address
    if source.kind == "files":
        return listed_address(_stored_path(text, folder) for text in listed_files(source.address))
    return _stored_path(source.address, folder)


def _stored_path(path: str, folder: Path) -> str:
    full = absolute(path)
    try:
        return full.relative_to(folder).as_posix()
    except ValueError:
        return str(full)


def _opened_address(kind: str, address: str, folder: Path | None) -> str:
    if folder is None or kind not in _PATH_KINDS:
        return address
    # An absolute path wins over the folder; "/" works on every system.
    if kind == "files":
        return listed_address(str(folder / PurePath(text)) for text in listed_files(address))
    return str(folder / PurePath(address))


def absolute(path: str | os.PathLike[str]) -> Path:
    """Return a path from the root, "~" replaced."""
    return Path(os.path.abspath(os.path.expanduser(path)))
