"""Measures where the processor time of one full picture goes: its parts, and the whole, for frames of a film.

    python -m tests.benchmarks.parts [720p,8 1080p,8 …] [--frames 20] [--activation relu]

Processor time of all threads in milliseconds, medians; “wall” is the clock's time of the whole. A part is measured with
the results of those before it, so that the parts together are more than what one thread needs for the whole.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import argparse
import statistics
import time
from dataclasses import replace

import numpy as np

from convexplorer import core
from convexplorer._cv import cv2
from convexplorer.model.build import build, choose_input
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.job import Job
from convexplorer.results.look import resolve
from convexplorer.results.render import _measured, _reports, draw_input, render
from convexplorer.results.stage import find_stage
from convexplorer.results.tiles import Pen, bank_tiles
from convexplorer.sources import Source
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.frame import Frame, Samples
from tests.benchmarks.live_case import make_project
from tests.benchmarks.workloads import SIZES

CASES = ("480p,8", "720p,1", "720p,8", "720p,32", "1080p,8")
REDUCTION = {1: 1, 8: 4, 32: 8}  # of a window of 1440 × 900
WARM_UP = 3


def main() -> None:
    """Print a table with a column for each case."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.parts", description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", default=CASES)
    parser.add_argument("--frames", type=int, default=20)
    parser.add_argument("--activation", default="linear")
    options = parser.parse_args()
    table: dict[str, list[float]] = {}
    for case in options.cases:
        size, count = case.split(",")
        project = make_project(Source("video", "film"), int(count))
        project = replace(
            project, layers=(project.layers[0].with_settings(activation=core.Activation(options.activation)),)
        )
        for name, ms in measure(project, make_frames(*SIZES[size]), options.frames).items():
            table.setdefault(name, []).append(ms)
    print(f"{'':28}" + "".join(f"{case:>10}" for case in options.cases))
    for name, row in table.items():
        print(f"{name:28}" + "".join(f"{ms:10.2f}" for ms in row))


def make_frames(height: int, width: int) -> list[Frame]:
    """Return frames of a picture that moves, as a video gives them."""
    noise = np.random.default_rng(0).integers(0, 256, (height // 4, width // 4, 3), np.uint8)
    still = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    return [new_frame(np.roll(still, 4 * i, axis=1)) for i in range(4)]


def new_frame(pixels: np.ndarray) -> Frame:
    """Return a frame nothing is known of yet."""
    return Frame(ByteImage(pixels), ("R", "G", "B"), samples=Samples("uint8", 8, 255.0))


def measure(project: Project, frames: list[Frame], count: int) -> dict[str, float]:
    """Return the median processor time of each part in milliseconds."""
    found: dict[str, list[float]] = {}
    for i in range(count + WARM_UP):
        pixels = frames[i % len(frames)].pixels
        assert pixels is not None
        measure_parts(project, new_frame(pixels), found)
        job = Job(new_frame(pixels), project, View(reduction=REDUCTION[len(project.layers[0].filters)]))
        start_s, start = time.perf_counter(), time.process_time()
        render(job)
        found.setdefault("whole", []).append(time.process_time() - start)
        found.setdefault("whole, wall", []).append(time.perf_counter() - start_s)
    return {name: statistics.median(seconds[WARM_UP:]) * 1e3 for name, seconds in found.items()}


def measure_parts(project: Project, frame: Frame, found: dict[str, list[float]]) -> None:
    """Add the processor time of each part to those found before, in seconds."""
    clock = [time.process_time()]

    def note(name: str) -> None:
        found.setdefault(name, []).append(time.process_time() - clock[0])
        clock[0] = time.process_time()

    view = View(reduction=REDUCTION[len(project.layers[0].filters)])
    image, names = choose_input(frame, project.channels)
    note("bytes become planes")
    graph, look = build(project.layers, image.shape).graph, resolve(view.look, image.shape[1:])
    note("layers")
    draw_input(Job(frame, project, view), image, names, 1, look)
    note("input tile")
    evaluation = core.evaluate(graph, image)
    note("convolution")
    stage = find_stage(evaluation, project.layers, names, 0, 1, look)
    assert stage is not None
    note("stage, magnitudes")
    bank_tiles(stage, Pen(project.display, view.reduction))
    note("tiles of the maps")
    _measured(Job(frame, project, view), stage, None)
    note("statistics of one map")
    _reports(evaluation, project.layers, "", 1)
    note("reports")


if __name__ == "__main__":
    main()
