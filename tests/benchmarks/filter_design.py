"""Measures how long a kernel takes from its wanted response, in processor time of one thread.

    python -m tests.benchmarks.filter_design [--repeats 20]

What a drag in the Frequency desk waits for: areas drawn on the grid, the kernel solved, how near it comes, and its
picture. A ring shares all symmetries of the square, a wedge only the half turn.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import argparse
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np

from convexplorer.kernels.design.least_squares import least_squares
from convexplorer.kernels.design.shapes import Ring, Stroke, Wedge
from convexplorer.kernels.design.target import Target, draw
from convexplorer.kernels.design.verdict import judge
from convexplorer.kernels.formulas import gaussian
from convexplorer.results.target_image import draw_side

COUNT = 256
SIZES = (5, 15, 21, 31, 63)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.filter_design", description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    repeats = parser.parse_args().repeats
    print(f"{platform.machine()}, NumPy {np.__version__}, grid {COUNT} × {COUNT}; milliseconds, median")
    print(f"{'':24}" + "".join(f"{f'{k} × {k}':>12}" for k in SIZES))
    targets = {
        "ring": Target((Ring(inner=0.1, outer=0.25),)),
        "wedge": Target((Wedge(direction=17, width=40, inner=0.1, outer=0.4),)),
        "stroke": Target((Stroke(points=tuple((0.1 + 0.001 * i, 0.3 - 0.002 * i) for i in range(100))),)),
    }
    for name, target in targets.items():
        drawn = draw(target, COUNT, COUNT)
        print_row(f"least squares, {name}", lambda k, d=drawn: least_squares(d.wanted, (k, k), d.weights), repeats)
        print_row(f"draw {name}", lambda _, t=target: draw.__wrapped__(t, COUNT, COUNT), repeats)
    print_row("judge", lambda k: judge(targets["ring"], gaussian(1.0, k)), repeats)
    axis = np.linspace(-0.5, 0.5, 257)
    for side in ("wanted", "reached", "difference"):
        print_row(
            f"picture, {side}",
            lambda k, s=side: draw_side(targets["ring"], gaussian(1.0, k), s, axis, axis, is_dark=True),
            repeats,
        )


def print_row(name: str, work: Callable[[int], object], repeats: int) -> None:
    """Print what some work costs for each size."""
    costs = [cost(lambda k=k: work(k), repeats) for k in SIZES]
    print(f"{name:24}" + "".join(f"{ms:12.2f}" for ms in costs), flush=True)


def cost(work: Callable[[], object], repeats: int) -> float:
    """Return the median processor time of a call in milliseconds; the first one warms up."""
    work()
    times = []
    for _ in range(repeats):
        began = time.thread_time()
        work()
        times.append((time.thread_time() - began) * 1e3)
    return statistics.median(times)


if __name__ == "__main__":
    main()
