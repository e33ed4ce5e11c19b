"""A model of ONNX as values: its nodes, its tensors, and what goes in and comes out."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass


@dataclass(frozen=True, eq=False)
class Subgraph:
    """A graph inside of a node, which is not read: the branches of a condition, the body of a loop."""


@dataclass(frozen=True, eq=False)
class Node:
    """One step of a graph.

    Attributes
    ----------
    operator : its type: "Conv".
    inputs, outputs : names of tensors; "" for one that is left out.
    attributes : by name: int, float, str, arrays, tuples of these, None for a type that is not read, or `Subgraph`.
    domain : "" for operators of ONNX itself.
    metadata : texts by key, as PyTorch's exporter writes them.
    """

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    name: str = ""
    domain: str = ""
    metadata: Mapping[str, str] | None = None


@dataclass(frozen=True, eq=False)
class Value:
    """An input or output of a graph, or a tensor whose shape the file tells.

    Attributes
    ----------
    type : number of the type of its elements, 0 if it is not told.
    shape : a number for each axis, a name or None for a size that is open; None if nothing is told.
    """

    name: str
    type: int
    shape: tuple[int | str | None, ...] | None


@dataclass(frozen=True, eq=False)
class Model:
    """A network with all that its file tells.

    Attributes
    ----------
    constants : tensors of the file by name, read-only.
    unread : names of tensors of types that are not read, and why.
    inputs : what is to be given; tensors of the file that are repeated among the inputs are left out.
    values : tensors between the nodes whose shape is told.
    opset : version of the operators of ONNX itself.
    producer : the program that wrote the file.
    metadata : texts by key.
    """

    nodes: tuple[Node, ...]
    constants: Mapping[str, np.ndarray]
    unread: Mapping[str, str]
    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
    values: Mapping[str, Value]
    opset: int
    producer: str
    metadata: Mapping[str, str]
    name: str = ""
