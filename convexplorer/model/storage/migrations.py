"""Migrations of older project files, one format at a time: MIGRATIONS[n] turns format n into n + 1.

A migration works on unchecked JSON values: entries it does not understand stay unchanged, and reading the current
format then reports them with their position.
"""

from collections.abc import Callable
from typing import Any

Document = dict[str, Any]


def _name_kinds(document: Document) -> Document:
    """Format 1 → 2: "type" (of pools "type" and "kind") becomes "kind"; transposed convolutions lose their border."""
    layers = document.get("layers")
    if not isinstance(layers, list):
        return {**document, "format": 2}
    return {**document, "format": 2, "layers": [_with_kind(layer) for layer in layers]}


def _with_kind(layer: Any) -> Any:
    if not isinstance(layer, dict) or "type" not in layer:
        return layer
    rest = {name: value for name, value in layer.items() if name not in ("type", "kind")}
    if layer["type"] == "pool":
        return {"kind": f"{layer.get('kind', 'max')}_pool", **rest}
    if layer["type"] == "conv_transpose":
        rest.pop("border", None)
    return {"kind": layer["type"], **rest}


MIGRATIONS: dict[int, Callable[[Document], Document]] = {1: _name_kinds}
