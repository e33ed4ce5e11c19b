"""Measures what an explanation costs on a 1080p picture: traces, reaches, samplings and effective fields.

    python -m tests.benchmarks.trace

The median and the minimum of many calls, in milliseconds, with one BLAS thread as in the program.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np

from convexplorer import core

RUNS = 40
SPATIAL = (1080, 1920)
PLACE = (0, 5, 7)

_rng = np.random.default_rng(0)


def weights(*shape: int) -> np.ndarray:
    """Return random weights that keep the size of the values."""
    return _rng.normal(size=shape) / np.sqrt(np.prod(shape[1:]))


def deep() -> list[core.Layer]:
    """Return seven convolutions of 3×3 with three poolings, as a small network begins."""
    layers: list[core.Layer] = []
    channels = 3
    for count, filters in ((2, 16), (2, 32), (3, 64)):
        for _ in range(count):
            layers.append(core.Conv(weights(filters, channels, 3, 3), padding="same", activation="relu"))
            channels = filters
        layers.append(core.MaxPool(2))
    return layers


def workloads() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what is measured."""
    x = _rng.random((3, *SPATIAL)).astype(np.float32)
    for size in (3, 63):
        layer = core.Conv(weights(2, 3, size, size), padding="same", border="reflect", activation="relu")
        name = f"{size}×{size}×3"
        linear = np.zeros((2, *SPATIAL), np.float32)
        yield f"trace, {name}", lambda n=layer, m=linear: core.trace(n, x, PLACE, linear=m, maps=m)
        yield f"reach, {name}", lambda n=layer: core.reach(n, SPATIAL, (500, 700))
        yield f"sampling, {name}", lambda n=layer: core.sampling(n, SPATIAL)
    mixed = core.SeparableConv(weights(3, 8, 3, 3), weights(16, 24, 1, 1), padding="same", activation="relu")
    yield "trace, separable, 24 maps between", lambda: core.trace(mixed, x, PLACE)
    spread = core.ConvTranspose(weights(3, 8, 4, 4), strides=2, padding="same")
    yield "trace, transposed 4×4, strides 2", lambda: core.trace(spread, x, PLACE)
    shared = core.Conv(weights(64, 3, 3, 3), padding="same", activation="softmax")
    yield "trace, softmax over 64 filters", lambda: core.trace(shared, x, PLACE)
    large = [core.Conv(weights(2, n, 63, 63), padding="same", activation="relu") for n in (3, 2)]
    for name, layers, place in (("two of 63×63", large, (0, 500, 500)), ("seven of 3×3, pooled", deep(), (0, 60, 60))):
        evaluation = core.evaluate(layers, x)
        yield (
            f"effective field, {name}",
            lambda e=evaluation, p=place: core.effective_field(e, len(e) - 1, p),
        )


def main() -> None:
    """Print the times."""
    for name, call in workloads():
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            call()
            times.append((time.perf_counter() - start) * 1e3)
        print(f"{name:36} median {statistics.median(times):7.2f} ms, minimum {min(times):7.2f} ms")


if __name__ == "__main__":
    main()
