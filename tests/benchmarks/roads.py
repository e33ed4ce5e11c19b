"""Measures the two roads to a picture, in one thread of calls: a glance, a glance after an edit, and a full picture.

    python -m tests.benchmarks.roads [--rounds 8] [--only 720p,8] [--profile]

For 480p, 720p and 1080p and for 1, 8 and 32 filters of 3×3 on the bytes of a moving film, at the sizes that input and
maps have in a window of 1440×900; then for a network of convolution, ReLU, pool and convolution, and for a stack of
nine layers whose maps hold small values, so that what is rounding must be found out. The three take turns
of some frames. Columns are milliseconds of processor time of all threads, least and median, and the share of the
medians: how much of a full picture's time a glance takes. Other programs disturb processor time less than the clock.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import argparse
import cProfile
import itertools
import pstats
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np

from convexplorer.kernels.filter import Filter
from convexplorer.model.default import new_layer
from convexplorer.model.edits import add_layer
from convexplorer.model.layer import make_layer
from convexplorer.model.project import Project
from convexplorer.model.view import Screen, View
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.frame import Frame, Samples, Source
from tests.benchmarks.film import frames_of
from tests.benchmarks.live import FILTERS, SIZES
from tests.benchmarks.live_case import make_project
from tests.model.examples import conv_layer, pool_layer

INPUT_WIDTH = 400  # on screen
TILE_WIDTHS = {1: 660, 8: 212, 32: 110}
SOURCE = Source("video", "film.mp4")
DEEP = (
    "max_pool",
    "softmax",
    "combine_maps",
    "batch_norm",
    "conv_transpose",
    "depthwise_conv",
    "separable_conv",
    "conv",
)
TURN = 5  # of so many calls in a row all but the first count: it finds caches cold


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.roads", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--only", default="", metavar="SIZE,FILTERS", help='such as "720p,8", or "stack", or "deep"')
    parser.add_argument("--profile", action="store_true", help="show what the glances spend their time on")
    options = parser.parse_args()
    print(f"{'':16}{'glance':>14}{'after an edit':>16}{'full picture':>16}{'glance ÷ full':>15}")
    for name, count in itertools.product(SIZES, FILTERS):
        label = f"{name},{count}"
        if options.only in ("", label):
            _measure(label, SIZES[name], count, [make_project(SOURCE, count, seed) for seed in range(8)], options)
    if options.only in ("", "stack"):
        _measure("480p, a network", SIZES["480p"], 8, [_network(seed) for seed in range(8)], options)
    if options.only in ("", "deep"):
        _measure("480p, deep", SIZES["480p"], 8, [_deep(seed) for seed in range(8)], options)


def _network(seed: int) -> Project:
    rng = np.random.default_rng(seed)

    def filters(planes: int) -> tuple[Filter, ...]:
        return tuple(Filter(f"filter {i}", rng.normal(size=(planes, 3, 3))) for i in range(8))

    relu = make_layer("activation", activation="relu")
    first, last = (conv_layer(filters(planes), padding="same") for planes in (1, 8))
    return Project(SOURCE, (first, relu, pool_layer("max"), last))


def _deep(seed: int) -> Project:
    project = make_project(SOURCE, 8, seed)
    for kind in DEEP:
        project = add_layer(project, new_layer(kind, project, len(project.layers)), len(project.layers))
    return project


def _measure(
    label: str, shape: tuple[int, int], count: int, projects: list[Project], options: argparse.Namespace
) -> None:
    height, width = shape
    tile_width = min(TILE_WIDTHS[count], width // 2) if len(projects[0].layers) > 1 else TILE_WIDTHS[count]
    screen = Screen(
        wants_numbers=False,
        tile=(tile_width * height // width, tile_width),
        input=(INPUT_WIDTH * height // width, INPUT_WIDTH),
    )
    reduction = 1 << max(0, (width // tile_width).bit_length() - 1)
    pictures = itertools.cycle([pixels[:, :, ::-1].copy() for pixels in frames_of(height, width, 6)])
    edits = itertools.cycle(projects)

    def jobs(chosen: Iterator[Project]) -> Iterator[Job]:
        for pixels, project in zip(pictures, chosen, strict=False):
            frame = Frame(ByteImage(pixels), ("R", "G", "B"), samples=Samples("uint8", 8, 255.0))
            layer = project.layers[-1].id
            yield Job(frame, project, View(layer, reduction=reduction), screen=screen)

    one, other = Glancer(), Glancer()
    roads: tuple[tuple[Callable[[Job], object], Iterator[Job]], ...] = (
        (one.glance, jobs(itertools.repeat(projects[0]))),
        (other.glance, jobs(edits)),
        (render, jobs(itertools.repeat(projects[0]))),
    )
    taken_ms: list[list[float]] = [[] for _ in roads]
    for _ in range(options.rounds):
        for (road, of_road), taken in zip(roads, taken_ms, strict=True):
            taken += [_milliseconds(road, next(of_road)) for _ in range(TURN)][1:]
    glance, _, full = (statistics.median(taken) for taken in taken_ms)
    cells = "".join(f"{min(taken):10.1f}{statistics.median(taken):6.1f}" for taken in taken_ms)
    print(f"{label:16}{cells[2:]}{glance / full:15.2f}", flush=True)
    if options.profile:
        _profile(one, roads[0][1])


def _milliseconds(road: Callable[[Job], object], job: Job) -> float:
    start = time.process_time()
    made = road(job)
    taken = time.process_time() - start
    assert made is not None
    return taken * 1e3


def _profile(glancer: Glancer, jobs: Iterator[Job]) -> None:
    profile = cProfile.Profile()
    for job in itertools.islice(jobs, 30):
        profile.runcall(glancer.glance, job)
    pstats.Stats(profile).sort_stats("tottime").print_stats(15)


if __name__ == "__main__":
    main()
