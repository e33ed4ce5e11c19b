"""What the convolution benchmark measures: the work of this program, and how fast it is meant to be."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

SIZES = {"480p": (480, 640), "720p": (720, 1280), "1080p": (1080, 1920), "4K": (2160, 3840)}


@dataclass(frozen=True)
class Work:
    """One operation on float32 maps.

    Attributes
    ----------
    operator : "conv", "transpose", "max" or "average".
    kernel : shape (filters, channels // groups, *size); of "transpose" (channels, filters, *size);
        of pools the window (*size).
    padding : cells on both sides of every axis, as every library understands it.
    target : what ours / best peer should not exceed.
    is_separable : the kernel is an outer product of two vectors.
    """

    name: str
    target: float
    x: tuple[int, ...]
    kernel: tuple[int, ...]
    operator: str = "conv"
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    groups: int = 1
    is_separable: bool = False

    @property
    def is_pool(self) -> bool:
        """Whether there are no weights."""
        return self.operator in ("max", "average")

    @property
    def rank(self) -> int:
        """Number of spatial axes."""
        return len(self.x) - 1

    @property
    def size(self) -> tuple[int, ...]:
        """The window's cells along each axis."""
        return self.kernel[-self.rank :]

    @cached_property
    def image(self) -> np.ndarray:
        """The input: noise, so that nothing is 0 by chance."""
        return np.random.default_rng(0).normal(size=self.x).astype(np.float32)

    @cached_property
    def weights(self) -> np.ndarray:
        """The kernel's numbers."""
        rng = np.random.default_rng(1)
        if self.is_separable:
            column, row = rng.normal(size=(*self.kernel[:2], self.size[0], 1)), rng.normal(size=(1, 1, 1, self.size[1]))
            return (column * row).astype(np.float32)
        return rng.normal(size=self.kernel).astype(np.float32)

    @cached_property
    def output(self) -> tuple[int, ...]:
        """Shape of the result."""
        if self.operator == "transpose":
            sizes = [(n - 1) * self.stride - 2 * self.padding + k for n, k in zip(self.x[1:], self.size, strict=True)]
            return (self.kernel[1], *sizes)
        span = [(k - 1) * self.dilation + 1 for k in self.size]
        sizes = [(n + 2 * self.padding - s) // self.stride + 1 for n, s in zip(self.x[1:], span, strict=True)]
        return (self.x[0] if self.is_pool else self.kernel[0], *sizes)

    @property
    def multiply_adds(self) -> int:
        """Products that the definition asks for; those of a pool are its cells."""
        if self.is_pool:
            return math.prod(self.output) * math.prod(self.size)
        if self.operator == "transpose":
            return math.prod(self.x[1:]) * math.prod(self.kernel)
        return math.prod(self.output[1:]) * math.prod(self.kernel)

    @property
    def least_bytes(self) -> int:
        """What must be read and written at least once."""
        return 4 * (math.prod(self.x) + math.prod(self.output))


def same(name: str, target: float, x: tuple[int, ...], filters: int, size: int, **settings: int) -> Work:
    """Return a convolution that keeps the size of its input at stride 1."""
    padding = (size - 1) * settings.get("dilation", 1) // 2
    channels = x[0] // settings.get("groups", 1)
    return Work(name, target, x, (filters, channels, *(size,) * (len(x) - 1)), padding=padding, **settings)  # type: ignore[arg-type]


def workloads() -> Iterator[Work]:
    """Yield all, family by family."""
    yield from _single_kernels()
    yield from _banks()
    yield from _later_layers()
    yield from _transposed_and_pools()
    yield from _signals_and_volumes()
    yield from _small_inputs()


def _single_kernels() -> Iterator[Work]:
    for name in ("720p", "1080p", "4K"):
        yield same(f"grey 3x3 {name}", 0.9, (1, *SIZES[name]), 1, 3)
        yield same(f"rgb planes 3x3 {name}", 0.9, (3, *SIZES[name]), 3, 3, groups=3)
        yield same(f"rgb sum 3x3 {name}", 0.9, (3, *SIZES[name]), 1, 3)
    for name in ("720p", "1080p"):
        for size in (31, 63):
            yield same(f"grey {size}x{size} {name}", 1.0, (1, *SIZES[name]), 1, size)
    for size in (9, 31):
        yield same(f"separable {size}x{size} 1080p", 0.9, (1, *SIZES["1080p"]), 1, size, is_separable=True)


def _banks() -> Iterator[Work]:
    for name in ("480p", "720p", "1080p"):
        for size, target in ((3, 0.7), (5, 0.7), (7, 1.0)):
            for filters in (8, 32, 64):
                yield same(f"bank 3->{filters} {size}x{size} {name}", target, (3, *SIZES[name]), filters, size)
    yield same("stride 2 3->32 3x3 720p", 0.9, (3, *SIZES["720p"]), 32, 3, stride=2)
    yield same("stride 2 3->8 5x5 480p", 0.9, (3, *SIZES["480p"]), 8, 5, stride=2)
    yield same("dilation 2 3->32 3x3 720p", 0.9, (3, *SIZES["720p"]), 32, 3, dilation=2)


def _later_layers() -> Iterator[Work]:
    for channels in (16, 32, 64):
        for size in ((224, 224), (360, 640)):
            yield same(f"layer {channels}->{channels} 3x3 {size[0]}x{size[1]}", 1.2, (channels, *size), channels, 3)
    yield same("layer 32->64 3x3 stride 2 224x224", 1.2, (32, 224, 224), 64, 3, stride=2)
    yield same("layer 32->32 5x5 224x224", 1.2, (32, 224, 224), 32, 5)
    for x, filters in (((32, 224, 224), 32), ((64, 360, 640), 64), ((3, 720, 1280), 32)):
        yield same(f"1x1 {x[0]}->{filters} {x[1]}x{x[2]}", 0.8, x, filters, 1)
    for size, shape in ((3, (224, 224)), (3, (360, 640)), (7, (224, 224))):
        yield same(f"depthwise 32 {size}x{size} {shape[0]}x{shape[1]}", 0.9, (32, *shape), 32, size, groups=32)


def _transposed_and_pools() -> Iterator[Work]:
    for shape in ((112, 112), (320, 180)):
        for size, padding in ((2, 0), (4, 1)):
            name = f"transposed {size}x{size} stride 2 32->16 {shape[0]}x{shape[1]}"
            yield Work(name, 1.2, (32, *shape), (32, 16, size, size), "transpose", stride=2, padding=padding)
    for shape in ((360, 640), (720, 1280)):
        for operator in ("max", "average"):
            name = f"{operator} pool 2x2 32 {shape[0]}x{shape[1]}"
            yield Work(name, 1.0, (32, *shape), (2, 2), operator, stride=2)


def _signals_and_volumes() -> Iterator[Work]:
    for taps in (16, 64, 128, 512):
        yield Work(f"signal 10 s {taps} taps 1->32", 0.7, (1, 441_000), (32, 1, taps))
    for taps in (64, 512):
        yield Work(f"signal 10 s {taps} taps 1->1", 0.7, (1, 441_000), (1, 1, taps))
    yield same("volume 128^3 1->8 3x3x3", 0.6, (1, 128, 128, 128), 8, 3)


def _small_inputs() -> Iterator[Work]:
    for channels, filters, n in ((1, 1, 8), (3, 8, 8), (1, 8, 28), (3, 32, 28), (3, 16, 64)):
        yield same(f"small {channels}->{filters} 3x3 {n}x{n}", 0.9, (channels, n, n), filters, 3)
