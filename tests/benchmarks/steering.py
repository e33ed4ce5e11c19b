"""Measures a step of a drag at the angle of a derivative: steered, convolved, and the orientation map of a bank.

    python -m tests.benchmarks.steering [720p 1080p …] [--steps 40]

Processor time of the thread in milliseconds, medians of steps that take turns, so that other work on the machine
touches all alike. “once” is what steering computes before the first step.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from convexplorer import core
from convexplorer.kernels.families.steered import MAX_ORDER, derivative
from convexplorer.kernels.sweep import Sweep, swept
from convexplorer.results.orientations import orientations, turned_of
from convexplorer.results.steering import Steering
from tests.benchmarks.workloads import SIZES

SIGMA, SIZE = 2.0, 15


def main() -> None:
    """Print a table with a row for each size and order."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.steering", description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", default=["720p"])
    parser.add_argument("--steps", type=int, default=40)
    options = parser.parse_args()
    print(f"{SIZE}×{SIZE}, σ = {SIGMA:g}, one channel; ms of processor time")
    print(f"{'':10}{'order':>6}{'once':>9}{'step':>9}{'convolved':>11}{'error':>10}")
    for name in options.sizes:
        image = np.random.default_rng(0).uniform(size=(1, *SIZES[name][:2])).astype(np.float32)
        for order in range(1, MAX_ORDER + 1):
            print_order(name, image, order, options.steps)
        print_bank(name, image)


def print_order(name: str, image: np.ndarray, order: int, steps: int) -> None:
    """Print what one order costs, and by how much a steered map differs from a convolved one."""
    once = milliseconds(lambda: Steering(image, order, SIGMA, SIZE))
    steered = Steering(image, order, SIGMA, SIZE)
    out = np.empty(steered.maps.shape[1:], np.float32)
    times: dict[str, list[float]] = {"step": [], "convolved": []}
    worst = 0.0
    for i in range(steps):
        angle = 3.7 * i
        kernel = derivative(order, angle, SIGMA, SIZE)[np.newaxis, np.newaxis]
        times["step"].append(milliseconds(lambda: steered.at(angle, out=out)))  # noqa: B023
        times["convolved"].append(milliseconds(lambda: core.conv(image, kernel)))  # noqa: B023
        worst = max(worst, float(np.abs(core.conv(image, kernel)[0] - out).max() / np.abs(kernel).sum()))
    step, convolved = (statistics.median(each) for each in times.values())
    print(f"{name:10}{order:6}{once:9.2f}{step:9.2f}{convolved:11.2f}{worst:10.1e}")


def print_bank(name: str, image: np.ndarray) -> None:
    """Print what the orientation map costs: of a bank whose maps are there, and steered at as many angles."""
    filters = swept("derivative", {"order": 1, "sigma": SIGMA, "size": SIZE}, Sweep(angles=8))
    maps = core.conv(image, np.stack([one.planes for one in filters]))
    turned = turned_of(filters)
    steered = Steering(image, 1, SIGMA, SIZE)
    of_bank = statistics.median(milliseconds(lambda: orientations(maps, turned)) for _ in range(9))
    of_steered = statistics.median(milliseconds(lambda: steered.orientations(8)) for _ in range(9))
    print(f"{name:10}orientation of 8 maps {of_bank:.1f}, steered at 8 angles {of_steered:.1f}")


def milliseconds(work: Callable[[], object]) -> float:
    """Return the processor time that a piece of work takes in this thread."""
    begun = time.thread_time()
    work()
    return 1000 * (time.thread_time() - begun)


if __name__ == "__main__":
    main()
