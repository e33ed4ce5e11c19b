"""How large a picture may be computed as it is; a larger one is computed reduced, and says so."""

import ctypes
import functools
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from convexplorer import core
from convexplorer.core.display import coloring
from convexplorer.core.geometry.arrays import read_only_view
from convexplorer.model.build import CoreConv

MEMORY_SHARE = 0.25  # of the machine's memory may go into one picture and its maps
# Beyond these an edit takes more than about two seconds on two cores: no longer live. One thread adds 30 products a
# nanosecond; a Fourier transform takes the time of some 400 products a cell and channel, however large the kernel.
MAX_MAP_CELLS = 140_000_000
MAX_WORK = 60_000_000_000
FOURIER_WORK = 400
MAX_INPUT_PIXELS = 40_000_000
MAX_FACTOR = 64
FALLBACK_MEMORY = 8 * 1024**3


class SizedLayer(Protocol):
    """What is asked of a layer here."""

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the maps; raise ValueError if there are none."""

    def multiply_adds(self, input_shape: tuple[int, ...]) -> int:
        """Return how many products the layer asks for."""


@dataclass(frozen=True)
class Preview:
    """What is computed instead of everything; by default nothing instead.

    Attributes
    ----------
    factor : rows and columns of the picture are reduced by it; 1 means exact.
    note : why, in a sentence; "" where all is exact.
    layer_count : only so many layers are computed, because the next one would not fit into memory.
    refusal : what is said of that one.
    """

    factor: int = 1
    note: str = ""
    layer_count: int | None = None
    refusal: str = ""


@dataclass(frozen=True)
class Need:
    """What computing takes: cells of all maps, pixels of the input, bytes of everything, and products to add."""

    cells: int
    pixels: int
    size: int
    work: int


def plan_preview(
    layers: Sequence[SizedLayer], shape: tuple[int, ...], *, memory: Callable[[], int] | None = None
) -> Preview:
    """Choose the smallest factor at which input and maps are within memory and quick enough to be live.

    Where no factor helps, because padding and not the picture makes the maps large, the layers that
    do fit are computed and the next one is refused: the system would end the program, not the layer.

    Parameters
    ----------
    shape : (C, H, W) of the full input.
    memory : bytes of the machine.
    """
    budget = int((memory or physical_memory)() * MEMORY_SHARE)
    full = _need(layers, shape)
    if _fits(full, budget):
        return Preview()
    channels, height, width = shape
    for factor in range(2, MAX_FACTOR + 1):
        reduced = (channels, max(1, height // factor), max(1, width // factor))
        if _fits(_need(layers, reduced), budget):
            cause = f"need {_bytes(full.size)}" if full.size > budget else "take too long to follow an edit"
            return Preview(factor, _sentence(cause, layers, shape, factor))
    count = next((i for i in range(len(layers)) if _need(layers[: i + 1], shape).size > budget), None)
    if count is None:
        return Preview()
    refusal = f"the maps need {_bytes(_need(layers[: count + 1], shape).size)}: less padding or fewer filters help"
    return Preview(layer_count=count, refusal=refusal)


def reduce_image(image: np.ndarray, factor: int) -> np.ndarray:
    """Return (C, H // factor, W // factor) area means, read-only; rows and columns left over are cut off."""
    height, width = image.shape[1:]
    rows, columns = max(1, height // factor) * factor, max(1, width // factor) * factor
    return read_only_view(np.stack([coloring.reduce(channel[:rows, :columns], factor) for channel in image]))


@functools.cache
def physical_memory() -> int:
    """Return the bytes of memory of this machine, or a modest guess where it does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return _windows_memory() or FALLBACK_MEMORY


def _windows_memory() -> int:
    windll = getattr(ctypes, "windll", None)
    if windll is None:
        return 0
    # MEMORYSTATUSEX: its own length, the load in percent, then seven 64-bit numbers; the first is the total.
    status = (ctypes.c_uint64 * 8)()
    ctypes.cast(status, ctypes.POINTER(ctypes.c_uint32))[0] = ctypes.sizeof(status)
    return int(status[1]) if windll.kernel32.GlobalMemoryStatusEx(status) else 0


def _fits(need: Need, budget: int) -> bool:
    is_quick = need.cells <= MAX_MAP_CELLS and need.work <= MAX_WORK
    return is_quick and need.pixels <= MAX_INPUT_PIXELS and need.size <= budget


def _need(layers: Sequence[SizedLayer], shape: tuple[int, ...]) -> Need:
    pixels = math.prod(shape[1:])
    cells, work, last = 0, 0, 0
    size = math.prod(shape) * (4 + 1)  # float32, and 8 bits for the screen
    for layer in layers:
        try:
            before, shape = shape, layer.output_shape(shape)
        except ValueError:
            break
        work += _work(layer, before)
        last = math.prod(shape)
        cells += last
        size += last * 4 * (1 if _is_linear(layer) else 2)
    return Need(cells, pixels, size + last, work)


def _work(layer: SizedLayer, shape: tuple[int, ...]) -> int:
    """Return how many products take as long as this layer."""
    if not isinstance(layer, core.Conv):
        return layer.multiply_adds(shape)
    plan = core.plan(
        shape,
        layer.kernel.shape,
        strides=layer.strides,
        padding=layer.padding,
        dilation_rate=layer.dilation_rate,
        groups=layer.groups,
        border=layer.border,
    )
    area = math.prod(layer.kernel.shape[2:])
    return plan.multiply_adds // area * min(area, FOURIER_WORK) if plan.algorithm == "planes" else plan.multiply_adds


def _is_linear(layer: SizedLayer) -> bool:
    activation = getattr(layer, "activation", None)
    return activation is None or activation.name == "linear"


def _sentence(cause: str, layers: Sequence[SizedLayer], shape: tuple[int, ...], factor: int) -> str:
    megapixels = math.prod(shape[1:]) / 1e6
    banks = [layer for layer in layers if isinstance(layer, CoreConv)]
    count = sum(len(layer.weight_sums()) for layer in banks)
    filters = f" × {count} filter{'s' if count > 1 else ''}" if banks else ""
    largest = max(map(_kernel_size, banks), key=math.prod, default=(1, 1))
    size = f" of {largest[0]}×{largest[1]}" if math.prod(largest) >= FOURIER_WORK else ""
    return (
        f"{megapixels:.0f} megapixels{filters}{size} {cause}: preview at 1/{factor} size; "
        f"{'smaller or ' if size else ''}fewer filters or a smaller picture give exact values."
    )


def _kernel_size(layer: CoreConv) -> tuple[int, ...]:
    return (layer.depthwise if isinstance(layer, core.SeparableConv) else layer).kernel.shape[2:]


def _bytes(size: int) -> str:
    return f"{size / 1e9:.2g} GB" if size < 1e10 else f"{size / 1e9:.0f} GB"
