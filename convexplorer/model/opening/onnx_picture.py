"""The input of an ONNX graph as a picture: its size, its channels, and in which order the file has its axes."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx.graph import Model, Node, Value
from convexplorer.model.opening.onnx_view import View, plain_view
from convexplorer.model.project import INPUT

# Sizes that are tried in turn where the file leaves the size open, until the layers fit it.
ASSUMED_SIZES = (224, 28, 32, 64, 96, 112, 128, 160, 192, 227, 240, 256, 299, 320, 384, 416, 448, 512, 640)
MAX_NUMBERS = 1 << 28
_PICTURE_CHANNELS = (1, 3, 4)
# What reads maps with their channels first, always.
_CHANNELS_FIRST = (
    "Conv",
    "ConvTranspose",
    "MaxPool",
    "AveragePool",
    "BatchNormalization",
    "InstanceNormalization",
    "LRN",
)


@dataclass(frozen=True)
class Picture:
    """What a graph is given.

    Attributes
    ----------
    name : of the input in the file.
    maps_shape : (channels, *spatial).
    axes : "channels first", "channels last", or "row" for all values one after the other.
    batch : pictures that are expected at once.
    is_open : True if the file leaves the spatial size open.
    """

    name: str
    maps_shape: tuple[int, ...]
    axes: str
    batch: int
    is_open: bool

    @property
    def view(self) -> View:
        """The input as a tensor of the file."""
        plain = plain_view(INPUT, self.maps_shape)
        if self.axes == "channels last":
            return plain.transposed((0, *range(2, len(self.maps_shape) + 1), 1))
        if self.axes == "row":
            row = plain.reshaped((1, math.prod(self.maps_shape)))
            assert row is not None  # all axes become one
            return row
        return plain


def picture_of(model: Model, nodes: Sequence[Node], assumed: int) -> Picture:
    """Return the picture that a graph reads: its first input that has the axes of one, else of two axes or more.

    Parameters
    ----------
    assumed : rows and columns where the file leaves them open.

    Raises
    ------
    NetworkFileError : there is no such input.
    """
    possible = [one for one in model.inputs if one.shape is None or len(one.shape) >= 2]
    found = next((one for one in possible if one.shape is None or len(one.shape) == 4), next(iter(possible), None))
    if found is None:
        raise NetworkFileError("none of the inputs of its graph can be a picture")
    shape = found.shape or (None, None, None, None)
    if len(shape) > 5:
        raise NetworkFileError(f"its input {found.name!r} has {len(shape)} axes; a picture has 4 with the batch")
    sizes = [size if isinstance(size, int) and size > 0 else None for size in shape]
    batch = sizes[0] or 1
    if math.prod(size or 1 for size in sizes[1:]) > MAX_NUMBERS:
        raise NetworkFileError(
            f"its input {found.name!r} has the shape {shape}; at most {MAX_NUMBERS} values are shown"
        )
    if len(sizes) == 2:
        return _row(found, sizes[1], batch)
    is_last = _is_channels_last(found, sizes, nodes)
    channels = (sizes[-1] if is_last else sizes[1]) or _channels_read(nodes, model.constants) or 3
    spatial = sizes[1:-1] if is_last else sizes[2:]
    axes = "channels last" if is_last else "channels first"
    maps_shape = (channels, *(size or assumed for size in spatial))
    return Picture(found.name, maps_shape, axes, batch, None in spatial)


def _row(value: Value, size: int | None, batch: int) -> Picture:
    """Return a square picture whose values are read one after the other."""
    for channels in (1, 3):
        side = math.isqrt((size or 784) // channels)
        if channels * side * side == (size or 784):
            return Picture(value.name, (channels, side, side), "row", batch, size is None)
    return Picture(value.name, (1, 1, size or 784), "row", batch, False)


def _is_channels_last(value: Value, sizes: Sequence[int | None], nodes: Sequence[Node]) -> bool:
    """Return whether the channels come last: a small number does, or the graph moves them to the front first."""
    readers = [node for node in nodes if value.name in node.inputs]
    if any(node.operator in _CHANNELS_FIRST[:-1] for node in readers):
        return False
    if len(sizes) == 4 and sizes[-1] in _PICTURE_CHANNELS and min(size or 5 for size in sizes[1:3]) > 4:
        return True
    to_front = (0, len(sizes) - 1, *range(1, len(sizes) - 1))
    turned = [node for node in readers if node.operator == "Transpose" and node.attributes.get("perm") == to_front]
    moved = {name for node in turned for name in node.outputs}
    return any(moved.intersection(node.inputs) and node.operator in _CHANNELS_FIRST for node in nodes)


def _channels_read(nodes: Iterable[Node], constants: Mapping[str, np.ndarray]) -> int | None:
    """Return the number of channels that the first convolution reads, if the input leaves it open."""
    for node in nodes:
        if node.operator == "Conv" and len(node.inputs) > 1:
            kernel = constants.get(node.inputs[1])
            if isinstance(kernel, np.ndarray) and kernel.ndim > 2:
                groups = node.attributes.get("group", 1)
                return int(kernel.shape[1]) * (groups if isinstance(groups, int) and groups > 0 else 1)
    return None
