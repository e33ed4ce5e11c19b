"""The fields of a project file, format 2; older formats are migrated first.

"format" and "source" are required; every other field is optional and takes the program's default. Unknown fields are
errors: a misspelt setting would otherwise silently do nothing, and saving would lose it. The weights in the file are
authoritative; a preset's name is dropped if its weights are not those of the preset.
"""

import os
from dataclasses import fields, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from convexplorer.core.geometry.axes import checked_rank
from convexplorer.core.kinds import ROWS
from convexplorer.core.kinds.settings import Setting
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.planes import is_lossless, resized
from convexplorer.kernels.presets import preset_named
from convexplorer.model.layer import GROUP_LIMIT, Layer
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.project import Display, Project
from convexplorer.model.storage.documents import Node, ProjectError
from convexplorer.model.storage.migrations import MIGRATIONS
from convexplorer.model.storage.tensors import Tensors
from convexplorer.sources.address import check_source
from convexplorer.sources.frame import Option, Source
from convexplorer.sources.passwords import set_aside, without_password
from convexplorer.sources.paths import listed_address, listed_files
from convexplorer.words import plain

if TYPE_CHECKING:
    from convexplorer.kernels.recipe import Recipe

FORMAT = 2
# Lists have no limit of their own: the size of the file bounds them.
MANY = 1 << 24

# Axes of an array of weights: filters, planes and three spatial axes.
_MOST_AXES = 5

_PATH_KINDS = ("image", "folder", "video", "files")
_DISPLAY_SETTINGS = tuple(field.name for field in fields(Display))
_PREPROCESSING_SETTINGS = tuple(field.name for field in fields(Preprocessing))


def project_to_document(
    project: Project, *, folder: Path | None = None, tensors: Tensors | None = None
) -> dict[str, Any]:
    """Return a project as plain dictionaries, lists, numbers and strings.

    Parameters
    ----------
    tensors : receives the large arrays, to which the document then refers by name; by default all numbers are in the
        document.
    """
    document = {
        "format": FORMAT,
        "source": {
            "kind": project.source.kind,
            "address": _stored_address(project.source, folder),
            "options": dict(project.source.options),
        },
        "channels": project.channels,
        "numbers": project.numbers,
        "display": {name: _plain(getattr(project.display, name)) for name in _DISPLAY_SETTINGS},
        "layers": [_layer_to_document(layer, tensors) for layer in project.layers],
    }
    # Left out where there are none: a program that does not know the field refuses it.
    if project.class_names:
        document["class_names"] = list(project.class_names)
    if project.preprocessing is not None:
        document["preprocessing"] = preprocessing_to_document(project.preprocessing)
    return document


def project_from_node(node: Node, *, folder: Path | None = None, tensors: Tensors | None = None) -> Project:
    """Return the project that a document describes; arrays given by name are looked up in `tensors`."""
    if isinstance(node.value, dict) and "filters" in node.value and "layers" not in node.value:
        raise ProjectError("this is a file of kernels, not a project; “Import kernels” adds them to a layer")
    # The format is checked first: nothing else in a newer file can be judged.
    node = _migrated(node)
    known = node.fields("format", "source", "channels", "numbers", "display", "layers", "class_names", "preprocessing")
    held = Tensors() if tensors is None else tensors
    if "source" not in known:
        raise node.error('has no "source"')
    settings: dict[str, Any] = {"source": _read_source(known["source"], folder)}
    if "channels" in known:
        settings["channels"] = known["channels"].text()
    if "numbers" in known:
        settings["numbers"] = known["numbers"].text()
    if "class_names" in known:
        settings["class_names"] = tuple(plain(name.text()) for name in known["class_names"].items(0, MANY, "names"))
    if "preprocessing" in known:
        settings["preprocessing"] = preprocessing_from_node(known["preprocessing"])
    if "display" in known:
        settings["display"] = _read_display(known["display"])
    layers = known["layers"].items(0, MANY, "layers") if "layers" in known else []
    settings["layers"] = tuple(_read_layer(layer, held) for layer in layers)
    return node.make(lambda: Project(**settings))


def filter_to_document(one: Filter, tensors: Tensors | None = None, name: str = "") -> dict[str, Any]:
    """Return a filter as plain values; large planes go to `tensors` under `name`, if given."""
    document: dict[str, Any] = {"name": one.name}
    if one.preset is not None:
        document |= {"preset": one.preset, "parameters": dict(one.parameters)}
    planes = one.planes.tolist() if tensors is None else tensors.put(name, one.planes)
    if one.recipe is not None:
        document["made"] = one.recipe.document()
    if one.rank != 2:
        document["rank"] = one.rank
    return document | {"bias": one.bias, "planes": planes}


def filter_from_node(node: Node, tensors: Tensors | None = None) -> Filter:
    """Return the filter that a document describes."""
    known = node.fields("name", "preset", "parameters", "made", "rank", "bias", "planes")
    if "planes" not in known:
        raise node.error('has no "planes"')
    name = known["name"].text() if "name" in known else "filter"
    bias = known["bias"].number() if "bias" in known else 0.0
    rank = _read_rank(known)
    planes = _read_planes(known["planes"], Tensors() if tensors is None else tensors, rank)
    preset = known["preset"].text() if "preset" in known and known["preset"].value is not None else None
    parameters = {n: v.number() for n, v in known["parameters"].entries().items()} if "parameters" in known else {}
    complete = None if preset is None else _preset_parameters(preset, parameters, planes)
    if complete is None:
        recipe = _read_recipe(known["made"]) if "made" in known else None
        return node.make(lambda: Filter(name, planes, bias, rank=rank, recipe=recipe))
    return node.make(lambda: Filter(name, planes, bias, preset, complete, rank))


def _read_recipe(node: Node) -> "Recipe":
    from convexplorer.kernels.recipe import Recipe  # few files have one

    return node.make(lambda: Recipe.of(node.value))


def preprocessing_to_document(preprocessing: Preprocessing) -> dict[str, Any]:
    """Return a preprocessing as plain values."""
    return {name: _plain(getattr(preprocessing, name)) for name in _PREPROCESSING_SETTINGS}


def preprocessing_from_node(node: Node) -> Preprocessing:
    """Return the preprocessing that a document describes."""
    readers: dict[str, Any] = {
        "size": lambda value: None if value.value is None else tuple(n.whole() for n in value.items(2, 2, "sizes")),
        "fit": Node.text,
        "order": Node.text,
        "low": Node.number,
        "high": Node.number,
        "mean": lambda value: tuple(number.number() for number in value.items(1, 3, "numbers")),
        "deviation": lambda value: tuple(number.number() for number in value.items(1, 3, "numbers")),
    }
    settings = {name: readers[name](value) for name, value in node.fields(*_PREPROCESSING_SETTINGS).items()}
    return node.make(lambda: Preprocessing(**settings))


def _layer_to_document(layer: Layer, tensors: Tensors | None) -> dict[str, Any]:
    document: dict[str, Any] = {"id": layer.id, "kind": layer.kind}
    if layer.rank != 2:
        document["rank"] = layer.rank
    if layer.inputs:
        document["inputs"] = list(layer.inputs)
    if layer.group:
        document["group"] = layer.group
    document |= {row.name: row.plain(layer.settings[row.name]) for row in layer.row.settings}
    document["is_enabled"] = layer.is_enabled
    if layer.weights:
        document["weights"] = {
            name: values.tolist() if tensors is None else tensors.put(f"{layer.id}.{name}", values)
            for name, values in layer.weights.items()
        }
    if layer.filters:
        document["filters"] = [
            filter_to_document(each, tensors, f"{layer.id}.filters.{i}") for i, each in enumerate(layer.filters)
        ]
    return document


def _plain(value: Any) -> Any:
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _migrated(node: Node) -> Node:
    """Return the document in the current format, migrated step by step if it is older."""
    _check_format(node)
    value = node.value
    for number in range(value["format"], FORMAT):
        value = MIGRATIONS[number](value)
    return Node(value, node.place)


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
    source = Source(kind, address, options)
    # Whole or not at all: an impossible source would be refused only after the rest has been taken.
    node.make(lambda: check_source(source))
    return replace(source, address=_opened_address(kind, address, folder))


def _read_display(node: Node) -> Display:
    readers: dict[str, Any] = {
        "palette": Node.text,
        "scope": Node.text,
        "coverage": Node.number,
        "locked": lambda value: tuple(level.number() for level in value.items(2, 2, "levels")),
        "as_opencv_8bit": Node.flag,
        "has_checkerboard": Node.flag,
    }
    settings = {name: readers[name](value) for name, value in node.fields(*_DISPLAY_SETTINGS).items()}
    return node.make(lambda: Display(**settings))


def _read_layer(node: Node, tensors: Tensors) -> Layer:
    entries = node.entries()
    if "kind" not in entries:
        raise node.error('has no "kind"')
    kind = entries["kind"].text()
    if kind not in ROWS:
        raise entries["kind"].error(f"must be one of {', '.join(ROWS)}; got {kind!r}")
    row = ROWS[kind]
    names = [setting.name for setting in row.settings]
    own = [name for name, is_there in (("filters", row.has_filters), ("weights", bool(row.weights))) if is_there]
    known = node.fields("id", "kind", "rank", "inputs", "group", *names, "is_enabled", *own)
    if row.has_filters and "filters" not in known:
        raise node.error('has no "filters"')
    rank = _read_rank(known)
    settings = {name: _read_setting(known[name], row.setting(name), rank) for name in names if name in known}
    filters: tuple[Filter, ...] = ()
    if "filters" in known:
        filters = tuple(filter_from_node(each, tensors) for each in known["filters"].items(1, MANY, "filters"))
    weights = (
        {name: _read_array(value, tensors) for name, value in known["weights"].entries().items()}
        if "weights" in known
        else {}
    )
    inputs = tuple(each.text() for each in known["inputs"].items(0, MANY, "ids")) if "inputs" in known else ()
    is_enabled = known["is_enabled"].flag() if "is_enabled" in known else True
    layer_id = known["id"].text() if "id" in known else ""
    group = plain(known["group"].text(), GROUP_LIMIT) if "group" in known else ""
    return node.make(lambda: Layer(kind, filters, settings, weights, inputs, is_enabled, layer_id, rank, group))


def _read_rank(known: dict[str, Node]) -> int:
    if "rank" not in known:
        return 2
    return known["rank"].make(lambda: checked_rank(known["rank"].whole()))


def _read_setting(node: Node, row: Setting, rank: int) -> Any:
    try:
        return row.checked(node.value, rank)
    except ValueError as error:
        # The message begins with the setting's name, which the error repeats as part of its position.
        reason = str(error)
        own = f"{row.name} "
        raise (node.error(reason.removeprefix(own)) if reason.startswith(own) else node.wrong(reason)) from None


def _read_array(node: Node, tensors: Tensors) -> np.ndarray:
    if isinstance(node.value, dict):
        return node.make(lambda: tensors.get(node.value))
    with np.errstate(over="ignore"):  # a weight beyond the range of float32 becomes infinite
        return np.array(_nested(node), dtype=np.float32)


def _nested(node: Node, depth: int = 0) -> Any:
    if not isinstance(node.value, list):
        return node.number()
    if depth == _MOST_AXES:
        raise node.error(f"must have at most {_MOST_AXES} axes")
    found = [_nested(each, depth + 1) for each in node.items(1, MANY, "numbers")]
    shapes = {np.shape(each) for each in found}
    if len(shapes) > 1:
        raise node.error("must have rows of one length")
    return found


def _read_planes(node: Node, tensors: Tensors, rank: int) -> np.ndarray:
    if isinstance(node.value, dict):
        return node.make(lambda: tensors.get(node.value)).astype(np.float64)
    if rank != 2:
        return np.array(_nested(node), dtype=np.float64)
    planes = [_read_plane(plane) for plane in node.items(1, MANY, "planes")]
    sizes = {(len(plane), len(plane[0])) for plane in planes}
    if len(sizes) > 1:
        words = " and ".join(f"{rows}×{columns}" for rows, columns in sorted(sizes))
        raise node.error(f"must have planes of one size; got {words}")
    return np.array(planes, dtype=np.float64)


def _read_plane(node: Node) -> list[list[float]]:
    rows = [[number.number() for number in row.items(1, MANY, "numbers")] for row in node.items(1, MANY, "rows")]
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise node.error(f"must have rows of one length; row {i + 1} has {len(row)}, row 1 has {len(rows[0])}")
    return rows


def _preset_parameters(name: str, parameters: dict[str, float], planes: np.ndarray) -> dict[str, float] | None:
    """Return all parameters of the preset if it yields these weights, else None.

    Zeros around the preset's own weights and the last digits of a formula are ignored; a shared plane may be repeated
    for each channel.
    """
    preset = preset_named(name)
    if preset is None:
        return None
    try:
        complete = preset.complete(parameters)
        expected = preset.planes(**complete)
    except ValueError:
        return None
    size = planes.shape[1:]
    if planes.ndim != expected.ndim or expected.shape[0] not in (1, planes.shape[0]) or not is_lossless(expected, size):
        return None
    return complete if np.allclose(resized(expected, size), planes, rtol=1e-9, atol=1e-12) else None


def _stored_address(source: Source, folder: Path | None) -> str:
    if source.kind == "stream":
        return without_password(source.address)
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
    if kind == "stream":
        return set_aside(address)  # an older file may hold the password
    if folder is None or kind not in _PATH_KINDS:
        return address
    # An absolute path replaces the folder; "/" works on every system.
    if kind == "files":
        return listed_address(str(folder / PurePath(text)) for text in listed_files(address))
    return str(folder / PurePath(address))


def absolute(path: str | os.PathLike[str]) -> Path:
    """Return the absolute path, with "~" expanded."""
    return Path(os.path.abspath(os.path.expanduser(path)))
