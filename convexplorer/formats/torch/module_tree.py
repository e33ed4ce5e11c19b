"""The modules of a network that was saved as a whole, out of the records of its pickle."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from convexplorer.formats.torch.checkpoint import is_module
from convexplorer.formats.torch.limit import Limit
from convexplorer.formats.torch.module import Module, Setting
from convexplorer.formats.torch.values import Record, is_tensor

_LONGEST = 1000  # characters of a text, elements of a list
_UNSUITABLE = object()  # no setting


# Returns a tensor, of which the dotted name is known, as an array; None if its form is not read.
ArrayOf = Callable[[Any, str], np.ndarray | None]


def make_module(record: Record, array_of: ArrayOf) -> Module:
    """Return the tree of modules whose root a record is."""
    return _Maker(array_of).make(record, "", 0)


def tensors_of(module: Module) -> dict[str, np.ndarray]:
    """Return the parameters and buffers of a tree by their dotted names."""
    return dict(_walk(module, "", Limit()))


class _Maker:
    """Makes each module once, also one that stands in several places."""

    def __init__(self, array_of: ArrayOf) -> None:
        self._array_of = array_of
        self._made: dict[int, Module] = {}
        self._limit = Limit()

    def make(self, record: Record, name: str, depth: int) -> Module:
        if id(record) in self._made:
            return self._made[id(record)]
        self._limit.count(depth, name)
        attributes = record.attributes
        tensors = _named(attributes["_parameters"]) | _named(attributes["_buffers"])
        children = _named(attributes["_modules"])
        module = Module(
            record.class_name,
            self._settings(attributes),
            self._arrays(tensors, name),
            {key: self.make(one, f"{name}{key}.", depth + 1) for key, one in children.items() if is_module(one)},
        )
        self._made[id(record)] = module
        return module

    def _settings(self, attributes: dict[Any, Any]) -> dict[str, Setting]:
        public = {name: one for name, one in _named(attributes).items() if not name.startswith("_")}
        found = {name: self._setting(one, 0) for name, one in public.items() if name != "training"}
        return {name: value for name, value in found.items() if value is not _UNSUITABLE}

    def _setting(self, value: object, depth: int) -> Any:
        """Return a plain value with tuples for lists, or `_UNSUITABLE`."""
        self._limit.count(depth)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return value if len(value) <= _LONGEST else _UNSUITABLE
        if not isinstance(value, list | tuple) or len(value) > _LONGEST:
            return _UNSUITABLE
        parts = tuple(self._setting(one, depth + 1) for one in value)
        return _UNSUITABLE if any(one is _UNSUITABLE for one in parts) else parts

    def _arrays(self, tensors: dict[str, Any], prefix: str) -> dict[str, np.ndarray]:
        found = {key: self._array_of(one, f"{prefix}{key}") for key, one in tensors.items() if is_tensor(one)}
        return {key: array for key, array in found.items() if array is not None}


def _named(parts: dict[Any, Any]) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if isinstance(name, str)}


def _walk(module: Module, prefix: str, limit: Limit, depth: int = 0) -> Iterator[tuple[str, np.ndarray]]:
    limit.count(depth, prefix)
    for name, array in module.tensors.items():
        yield f"{prefix}{name}", array
    for name, child in module.children.items():
        yield from _walk(child, f"{prefix}{name}.", limit, depth + 1)
