"""The limits for computing a picture at full size; a larger picture is computed reduced, with a note."""

import ctypes
import functools
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import field

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display import coloring
from convexplorer.core.geometry.arrays import read_only_view
from convexplorer.core.layers import Layer
from convexplorer.core.network.graph import Graph, Layers, as_graph
from convexplorer.results.frame_memory import FrameMemory, frame_memory, memory_of, steps
from convexplorer.words import plain

MEMORY_SHARE = 0.25  # share of the machine's memory for one picture and its maps
# Beyond these limits an edit takes over two seconds on two cores: no longer live. One thread adds 30 products per
# nanosecond; a Fourier transform costs about 400 products per cell and channel, independent of the kernel size.
MAX_MAP_CELLS = 140_000_000
MAX_WORK = 60_000_000_000
FOURIER_WORK = 400
MAX_INPUT_PIXELS = 40_000_000
MAX_FACTOR = 64
FALLBACK_MEMORY = 8 * 1024**3
# By number of axes: what a million cells are called, and what is made of them.
_WORDS = {1: ("million samples", "signal"), 2: ("megapixels", "picture"), 3: ("million voxels", "volume")}


@dataclass(frozen=True)
class Preview:
    """The reduction of a computation to stay within limits; by default none.

    Attributes
    ----------
    factor : every side of the picture is reduced by it; 1 means exact.
    note : why, in a sentence; "" where all is exact.
    layer_count : only so many layers are computed, because the next one would not fit into memory.
    refusal : what is said of that one.
    memory : bytes that a frame takes as it is computed, see `results.frame_memory`.
    """

    factor: int = 1
    note: str = ""
    layer_count: int | None = None
    refusal: str = ""
    memory: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Need:
    """The cost of a computation: its memory, pixels of the input, and multiply–accumulates."""

    memory: FrameMemory
    pixels: int
    work: int


def plan_preview(
    layers: Layers,
    shape: tuple[int, ...],
    names: Sequence[str] = (),
    *,
    memory: Callable[[], int] | None = None,
) -> Preview:
    """Choose the smallest factor at which the input and maps fit into memory and are fast enough to be live.

    If no factor helps, because padding makes the maps large, only the layers that fit are computed and the next one is
    refused: otherwise the operating system would end the whole program.

    Parameters
    ----------
    shape : (channels, *spatial) of the full input.
    names : of the layers, to say which of them takes most.
    memory : bytes of the machine.
    """
    budget = int((memory or physical_memory)() * MEMORY_SHARE)
    graph = as_graph(layers)
    full = _need(graph, shape)
    if _fits(full, budget):
        return Preview(memory=full.memory.size)
    for factor in range(2, MAX_FACTOR + 1):
        reduced = (shape[0], *(max(1, n // factor) for n in shape[1:]))
        need = _need(graph, reduced)
        if _fits(need, budget):
            is_large = full.memory.size > budget
            cause = f"need {_bytes(full.memory.size)}" if is_large else "take too long to follow an edit"
            cause += _most(full.memory, names) if is_large else ""
            return Preview(factor, _sentence(cause, graph.layers, shape, factor), memory=need.memory.size)
    sizes = [frame_memory(graph, shape, i + 1).size for i in range(len(graph))]
    count = next((i for i, size in enumerate(sizes) if size > budget), None)
    if count is None:
        return Preview(memory=full.memory.size)
    refusal = f"the maps need {_bytes(sizes[count])}: less padding or fewer filters help"
    return Preview(layer_count=count, refusal=refusal, memory=frame_memory(graph, shape, count).size)


def reduce_image(image: np.ndarray, factor: int) -> np.ndarray:
    """Return the means of blocks of `factor` cells along each axis, read-only; cells left over at the ends are cut off.

    Parameters
    ----------
    image : (channels, *spatial)

    Returns
    -------
    (channels, *spatial // factor), at least one cell along each axis.
    """
    sides = [max(1, n // factor) for n in image.shape[1:]]
    kept = image[:, *(slice(n * factor) for n in sides)]
    # Pictures are reduced one by one: the slices of a volume, or a signal as one row.
    pictures = kept.reshape(-1, *(1, *kept.shape[1:])[-2:])
    reduced = np.stack([coloring.reduce(picture, factor) for picture in pictures])
    reduced = reduced.reshape(len(image), *kept.shape[1:-2], *sides[-2:])
    for axis in range(1, kept.ndim - 2):
        n = kept.shape[axis]
        sums = np.add.reduceat(reduced, np.arange(0, n, factor), axis=axis, dtype=np.float64)
        reduced = (sums / min(factor, n)).astype(image.dtype)
    return read_only_view(reduced)


@functools.cache
def physical_memory() -> int:
    """Return this machine's memory in bytes, or a low estimate if the system does not report it."""
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
    is_quick = need.memory.cells <= MAX_MAP_CELLS and need.work <= MAX_WORK
    return is_quick and need.pixels <= MAX_INPUT_PIXELS and need.memory.size <= budget


def _need(graph: Graph, shape: tuple[int, ...]) -> Need:
    """Return the cost of all layers; impossible layers cost nothing."""
    found = steps(graph, shape)
    work = sum(_work(layer, read) for made, read, layer in found if made is not None)
    return Need(memory_of(found, shape), math.prod(shape[1:]), work)


def _most(memory: FrameMemory, names: Sequence[str]) -> str:
    """Return which layer takes most of the memory; "" of a single one."""
    index = memory.heaviest
    return f", most of it in {plain(names[index])}" if index is not None and 1 < len(names) > index else ""


def _work(layer: Layer, shapes: Sequence[tuple[int, ...]]) -> int:
    """Return the layer's cost as the number of multiply–accumulates that take the same time."""
    plan, size = layer.plan(shapes[0]), layer.kernel_size
    if plan is None or size is None:
        return layer.multiply_adds(*shapes)
    area = math.prod(size)
    return plan.multiply_adds // area * min(area, FOURIER_WORK) if plan.algorithm == "planes" else plan.multiply_adds


def _sentence(cause: str, layers: Sequence[Layer], shape: tuple[int, ...], factor: int) -> str:
    millions = math.prod(shape[1:]) / 1e6
    cells, noun = _WORDS[len(shape) - 1]
    banks = [layer for layer in layers if layer.kernel_size is not None]
    count = sum(layer.filters for layer in banks)
    filters = f" × {count} filter{'s' if count > 1 else ''}" if banks else ""
    largest = max((layer.kernel_size or () for layer in banks), key=math.prod, default=())
    size = f" of {'×'.join(map(str, largest))}" if math.prod(largest) >= FOURIER_WORK else ""
    return (
        f"{millions:.0f} {cells}{filters}{size} {cause}: preview at 1/{factor} size; "
        f"{'smaller or ' if size else ''}fewer filters or a smaller {noun} give exact values."
    )


def _bytes(size: int) -> str:
    return f"{size / 1e9:.2g} GB" if size < 1e10 else f"{size / 1e9:.0f} GB"
