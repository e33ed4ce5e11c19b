"""Measures the engine alone, without a window: from an edit until its picture waits, and pictures per second.

    python -m tests.benchmarks.engine [--seconds 3]

For 480p, 720p and 1080p and for 1, 8 and 32 filters of 3×3 on colour. Whoever waits for a picture takes it at once; the
film is that of `tests.benchmarks.live`.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import argparse
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from convexplorer.live.engine import Engine
from convexplorer.live.player import Player
from convexplorer.live.slots import Inbox, Latest
from convexplorer.model.view import View
from convexplorer.results.picture import Picture
from convexplorer.sources import Source
from tests.benchmarks.film import write_film
from tests.benchmarks.live import FILTERS, SIZES
from tests.benchmarks.live_case import make_project

EDITS = 15
WARM_UP = 3
PATIENCE_S = 30.0


@dataclass(frozen=True)
class Measured:
    """Median milliseconds of an edit, pictures per second, and the share of frames that none was made of."""

    edit_ms: float
    rate_hz: float
    dropped: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.engine", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="of video for each row")
    options = parser.parse_args()
    print(f"{'input':>6} {'filters':>8}{'edit ms':>12}{'per second':>12}{'dropped':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for name, size in SIZES.items():
            film = Path(folder) / f"{name}.mp4"
            write_film(film, *size)
            for count in FILTERS:
                one = measure_engine(Source("video", str(film)), count, options.seconds)
                print(f"{name:>6} {count:8}{one.edit_ms:12.1f}{one.rate_hz:12.1f}{one.dropped:10.0%}", flush=True)


def measure_engine(source: Source, count: int, seconds: float) -> Measured:
    """Measure without a window: whoever waits for a picture takes it at once."""
    ready = threading.Event()
    latest: Latest[Picture] = Latest(ready.set)
    inbox = Inbox()
    engine, player = Engine(inbox, latest), Player(inbox)
    player.set_loop(True)
    inbox.put_view(View(reduction={1: 1, 8: 2, 32: 4}[count]))
    inbox.put_project(make_project(source, count))
    engine.start()
    player.start()
    player.open(source)

    def next_picture(until_s: float) -> Picture | None:
        if not ready.wait(max(0.0, until_s - time.perf_counter())):
            return None
        ready.clear()
        return latest.take()

    try:
        shown, start_drops = 0, 0
        end_s = time.perf_counter() + 1.0
        while next_picture(end_s):
            pass
        start_drops, start_s = inbox.dropped_frames, time.perf_counter()
        while next_picture(start_s + seconds):
            shown += 1
        elapsed = time.perf_counter() - start_s
        dropped = inbox.dropped_frames - start_drops
        player.pause()
        next_picture(time.perf_counter() + 0.3)
        edits = []
        for i in range(EDITS + WARM_UP):
            project = make_project(source, count, seed=i + 1)
            began = time.perf_counter()
            inbox.put_project(project)
            while (picture := next_picture(began + PATIENCE_S)) is None or picture.project is not project:
                assert time.perf_counter() < began + PATIENCE_S, "no picture came"
            edits.append(time.perf_counter() - began)
    finally:
        player.close()
        engine.close()
    return Measured(statistics.median(edits[WARM_UP:]) * 1e3, shown / elapsed, dropped / max(1, shown + dropped))


if __name__ == "__main__":
    main()
