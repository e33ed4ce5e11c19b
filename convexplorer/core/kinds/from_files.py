"""Rows that only a file of a network brings: nobody adds one by hand, as it fits one place of one network."""

from collections.abc import Mapping, Sequence
from typing import Any

from convexplorer.core.kinds.kind import ANY_NUMBER, Given, Kind
from convexplorer.core.kinds.long_settings import Text, WholeNumbers
from convexplorer.core.kinds.settings import Choice, Flag, WholeNumber
from convexplorer.core.layers import DepthToSpace, Layer, Permute, Reshape, SpaceToDepth
from convexplorer.core.layers.impossible import Impossible
from convexplorer.core.layers.onnx_operator import LEAST_OPSET, MAX_OPSET, OnnxOperator


def make_impossible(given: Given) -> Layer:
    """Return a layer that gives the reason instead of maps."""
    return Impossible(given.settings["reason"])


def _no_names(_settings: Mapping[str, Any], _inputs: Sequence[Sequence[str]]) -> list[str]:
    """Return no names: the maps hold numbers of other maps, and are counted."""
    return []


_BLOCKS = (
    WholeNumber("block_size", "Block", "rows and columns of a block", 2, 1, 64),
    Choice(
        "mode",
        "Order",
        "of the channels",
        "CRD",
        (
            ("CRD", "The cells of a block stand together for each map, as PyTorch's PixelShuffle has it"),
            ("DCR", "The maps stand together for each cell of a block, as TensorFlow's depth_to_space has it"),
        ),
    ),
)

FROM_FILES: dict[str, Kind] = {
    "unknown": Kind(
        Impossible,
        "Unknown",
        "Unknown",
        "Core",
        "An operator that this program does not compute; the layers before it run, those behind it wait for it.",
        (
            Text("operator", "Operator", "its name in the file", "Unknown"),
            Text("reason", "Reason", "why it is not computed", "this operator is unknown"),
        ),
        make_impossible,
        input_count=ANY_NUMBER,
        shown="operator",
    ),
    "onnx_operator": Kind(
        OnnxOperator,
        "ONNX",
        "ONNX",
        "Core",
        "An operator of ONNX that ONNX Runtime computes, if it is installed: its maps are shown, and not explained.",
        (
            Text("operator", "Operator", "its name in ONNX", "Erf"),
            WholeNumber("opset", "Version", "of the operators of ONNX", 17, LEAST_OPSET, MAX_OPSET),
            Text("node", "Node", "its inputs and attributes", '{"inputs": [0], "attributes": {}}'),
        ),
        input_count=ANY_NUMBER,
        map_names=_no_names,
        geometry="moved",
        shown="operator",
    ),
    "reshape": Kind(
        Reshape,
        "Reshape",
        "Reshape",
        "Reshaping",
        "The same numbers in order, in another shape.",
        (
            WholeNumbers(
                "shape", "Shape", "channels, then rows and columns; −1 for as many as there are", (-1,), -1, 1 << 28
            ),
            Flag("channels_last", "Keras order", "cell by cell, all channels of a cell together, as Keras does", True),
        ),
        map_names=_no_names,
        geometry="moved",
        shown="shape",
    ),
    "permute": Kind(
        Permute,
        "Permute",
        "Permute",
        "Reshaping",
        "The axes in another order.",
        (
            WholeNumbers(
                "dims", "Axes", "for each axis which one of the input it is; 0 are the channels", (0, 1, 2), 0, 3
            ),
        ),
        map_names=_no_names,
        geometry="moved",
        shown="dims",
    ),
    "depth_to_space": Kind(
        DepthToSpace,
        "PixelShuffle",
        "PixelShuffle",
        "Reshaping",
        "Several channels become the cells of blocks: larger maps without filling.",
        _BLOCKS,
        map_names=_no_names,
        geometry="moved",
        shown="block_size",
    ),
    "space_to_depth": Kind(
        SpaceToDepth,
        "PixelUnshuffle",
        "Unshuffle",
        "Reshaping",
        "The cells of each block become channels: smaller maps that lose nothing.",
        _BLOCKS,
        map_names=_no_names,
        geometry="moved",
        shown="block_size",
    ),
}
