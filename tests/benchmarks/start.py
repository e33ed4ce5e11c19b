"""Measures the cold start: from the call of the program to a painted window with its first feature maps.

    python -m tests.benchmarks.start

Each run is a process of its own; the first one warms the disk and is not counted.
"""

import statistics
import subprocess
import sys
import time

RUNS = 7

# The same as `convexplorer`, which begins with the first two lines.
CHILD = """
import gc, os, time
os.environ["OPENBLAS_NUM_THREADS"] = "1"
gc.disable()
from PySide6.QtCore import QTimer
from convexplorer.gui.window.app import open_window

window = open_window()

def painted(picture):
    window.repaint()
    print(time.monotonic(), flush=True)
    window.bridge.picture_ready.disconnect(painted)
    window.close()

window.bridge.picture_ready.connect(painted)
QTimer.singleShot(30_000, window.close)
from PySide6.QtWidgets import QApplication
QApplication.exec()
"""


def measure() -> float:
    """Return the seconds from starting a process to the first painted maps."""
    began = time.monotonic()  # one clock for all processes of this machine
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True, timeout=60)
    return float(done.stdout.split()[0]) - began


def main() -> None:
    """Print the start times."""
    measure()
    times = sorted(measure() for _ in range(RUNS))
    print(f"cold start to the first painted maps, {RUNS} runs, warm disk:")
    print(f"  minimum {times[0]:.2f} s, median {statistics.median(times):.2f} s, maximum {times[-1]:.2f} s")


if __name__ == "__main__":
    main()
