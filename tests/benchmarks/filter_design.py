"""Measures how long a kernel takes from its wanted response, in processor time of one thread.

    python -m tests.benchmarks.filter_design [--repeats 20]

What a drag in the Frequency desk waits for: the response drawn on the grid, the kernel solved, and how well it reaches
what was wanted. A ring shares all symmetries of the square, a wedge only the half turn.
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
from convexplorer.kernels.design.spectrum import frequencies, responses_on
from convexplorer.kernels.formulas import gaussian

COUNT = 256
SIZES = (5, 15, 21, 31, 63)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.filter_design", description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    repeats = parser.parse_args().repeats
    print(f"{platform.machine()}, NumPy {np.__version__}, grid {COUNT} × {COUNT}; milliseconds, median")
    print(f"{'':24}" + "".join(f"{f'{k} × {k}':>12}" for k in SIZES))
    rows, columns = np.meshgrid(frequencies(COUNT), frequencies(COUNT), indexing="ij")
    radius = np.hypot(rows, columns)
    turned = abs(rows * np.cos(0.3) + columns * np.sin(0.3))
    wanted = {"ring": (radius > 0.1) & (radius < 0.25), "wedge": (turned < 0.4 * radius)}
    weights = (abs(radius - 0.1) > 0.02) & (abs(radius - 0.25) > 0.02)
    for name, area in wanted.items():
        costs = [cost(lambda k=k, d=area * 1.0: least_squares(d, (k, k), weights * 1.0), repeats) for k in SIZES]
        print(f"{'least squares, ' + name:24}" + "".join(f"{ms:12.2f}" for ms in costs))
    costs = [cost(lambda k=k: responses_on(gaussian(1.0, k), COUNT), repeats) for k in SIZES]
    print(f"{'response':24}" + "".join(f"{ms:12.2f}" for ms in costs))


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
