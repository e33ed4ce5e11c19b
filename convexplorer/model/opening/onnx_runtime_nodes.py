"""Nodes of an ONNX graph that are no layer here, and that ONNX Runtime runs if it is installed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from convexplorer import _onnxruntime
from convexplorer.core.kinds.long_settings import MAX_TEXT
from convexplorer.core.layers.onnx_operator import LEAST_OPSET, MAX_OPSET, OPERATORS, OnnxOperator
from convexplorer.formats.onnx.graph import Node
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.opening.onnx_view import View

#: Constants of a node are part of its description, so that these are a few numbers, and no weights.
MAX_CONSTANTS = 64


def run_by_onnx_runtime(
    node: Node, opset: int, known: Mapping[str, np.ndarray | View]
) -> tuple[Layer, Sequence[View]] | None:
    """Return the layer that is one node, and what it reads; None if ONNX Runtime is not to run it."""
    if (
        node.domain
        or node.operator not in OPERATORS
        or not LEAST_OPSET <= opset <= MAX_OPSET
        or not _onnxruntime.is_installed()
    ):
        return None
    views: list[View] = []
    arguments: list[Any] = []
    for name in node.inputs:
        value = known.get(name) if name else None
        if isinstance(value, View):
            arguments.append(len(views))
            views.append(value)
        elif isinstance(value, np.ndarray) and value.size <= MAX_CONSTANTS and value.dtype.kind in "fiub":
            kind = "float" if value.dtype.kind == "f" else "int"
            arguments.append({kind: value.reshape(-1).tolist(), "shape": list(value.shape)})
        elif not name:
            arguments.append(None)
        else:
            return None
    attributes = {name: list(value) if isinstance(value, tuple) else value for name, value in node.attributes.items()}
    try:
        written = json.dumps({"inputs": arguments, "attributes": attributes})
        OnnxOperator(node.operator, opset, written)
    except (TypeError, ValueError):  # an attribute that is no number, or what the operator does not take
        return None
    if len(written) > MAX_TEXT:
        return None
    return make_layer("onnx_operator", operator=node.operator, opset=opset, node=written), views
