"""Channels that become blocks of cells, and blocks of cells that become channels."""

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.field import Field
from convexplorer.core.geometry.line_taps import LineTaps
from convexplorer.core.geometry.taps import AxisTaps, window_taps
from convexplorer.core.geometry.windows import WindowFrame, window_frame
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.rearranging import RearrangingLayer
from convexplorer.core.layers.tracing.window import Place

#: Orders of the channels, called as in ONNX: "CRD" has the cells of a block together for each map (PyTorch's
#: PixelShuffle), "DCR" the maps together for each cell of the block (TensorFlow's depth_to_space).
ORDERS = ("CRD", "DCR")


@dataclass(frozen=True, init=False)
class _Blocks(RearrangingLayer):
    """What both directions share.

    Attributes
    ----------
    block_size : cells of a block along each axis.
    mode : order of the channels, one of `ORDERS`.
    """

    block_size: int
    mode: str

    def __init__(self, block_size: int = 2, *, mode: str = "CRD") -> None:
        if block_size < 1:
            raise ValueError(f"block_size must be ≥ 1; got {block_size}")
        if mode not in ORDERS:
            raise ValueError(f"mode must be one of {', '.join(ORDERS)}; got {mode!r}")
        set_fields(self, block_size=int(block_size), mode=mode)

    def spread(self, x: np.ndarray) -> np.ndarray:
        """Return maps whose channels have become blocks."""
        rank, b = x.ndim - 1, self.block_size
        count = len(x) // b**rank
        blocks = (b,) * rank
        if self.mode == "CRD":
            parts = x.reshape(count, *blocks, *x.shape[1:])
            axes = [0, *(axis for i in range(rank) for axis in (1 + rank + i, 1 + i))]
        else:
            parts = x.reshape(*blocks, count, *x.shape[1:])
            axes = [rank, *(axis for i in range(rank) for axis in (1 + rank + i, i))]
        return parts.transpose(axes).reshape(count, *(n * b for n in x.shape[1:]))

    def gathered(self, y: np.ndarray) -> np.ndarray:
        """Return maps whose blocks have become channels."""
        rank, b = y.ndim - 1, self.block_size
        parts = y.reshape(len(y), *(k for n in y.shape[1:] for k in (n // b, b)))
        cells, blocks = [1 + 2 * i for i in range(rank)], [2 + 2 * i for i in range(rank)]
        axes = [0, *blocks, *cells] if self.mode == "CRD" else [*blocks, 0, *cells]
        return parts.transpose(axes).reshape(len(y) * b**rank, *(n // b for n in y.shape[1:]))

    def channel(self, own: int, offsets: tuple[int, ...], count: int) -> int:
        """Return the channel that holds a cell of a block, of so many maps."""
        inside = int(np.ravel_multi_index(offsets, (self.block_size,) * len(offsets)))
        cells = self.block_size ** len(offsets)
        return own * cells + inside if self.mode == "CRD" else inside * count + own


@dataclass(frozen=True, init=False)
class DepthToSpace(_Blocks):
    """Each map is made of several channels, which become the cells of its blocks: larger maps without filling.

    Examples
    --------
    >>> DepthToSpace(2).output_shape((12, 8, 8))
    (3, 16, 16)
    """

    kind = "depth_to_space"

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels / blockᵃ, *spatial · block); raise ValueError if the channels do not fit."""
        cells = self.block_size ** (len(input_shape) - 1)
        if len(input_shape) < 2 or input_shape[0] % cells:
            raise ValueError(
                f"channels must be a multiple of {cells}, the cells of a block of {self.block_size}; "
                f"got {tuple(input_shape)}"
            )
        return (input_shape[0] // cells, *(n * self.block_size for n in input_shape[1:]))

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what the outputs see of the image; the jump is divided by the block's size."""
        ones, sizes = (1,) * below.rank, (self.block_size,) * below.rank
        return below.through_transposed(WindowFrame(ones, sizes, sizes, ones, ((0, 0),) * below.rank, ones))

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return the one input cell that each output reads, axis by axis."""
        return tuple(LineTaps(n, n * self.block_size, self.block_size, True, False) for n in spatials[of])

    def moved(self, x: np.ndarray) -> np.ndarray:
        """Return the numbers in their new places; may be a view."""
        return self.spread(x)

    def moved_back(self, y: np.ndarray, input_shape: Shape) -> np.ndarray:
        """Return numbers of the output in the places of the input that they come from; may be a view."""
        return self.gathered(y)

    def source(self, place: Place, input_shape: Shape) -> Place:
        """Return the place in the input from which the number in a place comes."""
        b = self.block_size
        count = input_shape[0] // b ** (len(input_shape) - 1)
        channel = self.channel(place[0], tuple(i % b for i in place[1:]), count)
        return (channel, *(i // b for i in place[1:]))


@dataclass(frozen=True, init=False)
class SpaceToDepth(_Blocks):
    """The cells of each block become channels: smaller maps that lose nothing. The inverse of `DepthToSpace`.

    Examples
    --------
    >>> SpaceToDepth(2).output_shape((3, 16, 16))
    (12, 8, 8)
    """

    kind = "space_to_depth"

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels · blockᵃ, *spatial / block); raise ValueError if the blocks do not fit."""
        if len(input_shape) < 2 or any(n % self.block_size for n in input_shape[1:]):
            raise ValueError(
                f"all sizes must be multiples of the block's, {self.block_size}; got {tuple(input_shape[1:])}"
            )
        cells = self.block_size ** (len(input_shape) - 1)
        return (input_shape[0] * cells, *(n // self.block_size for n in input_shape[1:]))

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what the maps together see of the image: a block for each place."""
        sizes = tuple(self.block_size << 20 for _ in range(below.rank)) if spatial is None else spatial
        return below.through_windows(window_frame(sizes, self.block_size, strides=self.block_size))

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return the cells of the block of each place, axis by axis."""
        return window_taps(window_frame(tuple(spatials[of]), self.block_size, strides=self.block_size))

    def moved(self, x: np.ndarray) -> np.ndarray:
        """Return the numbers in their new places; may be a view."""
        return self.gathered(x)

    def moved_back(self, y: np.ndarray, input_shape: Shape) -> np.ndarray:
        """Return numbers of the output in the places of the input that they come from; may be a view."""
        return self.spread(y)

    def source(self, place: Place, input_shape: Shape) -> Place:
        """Return the place in the input from which the number in a place comes."""
        b, rank, count = self.block_size, len(input_shape) - 1, input_shape[0]
        own, inside = divmod(place[0], b**rank) if self.mode == "CRD" else divmod(place[0], count)[::-1]
        offsets = (int(i) for i in np.unravel_index(inside, (b,) * rank))
        return (own, *(i * b + offset for i, offset in zip(place[1:], offsets, strict=True)))
