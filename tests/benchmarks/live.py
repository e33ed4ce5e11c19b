"""Measures how live the program is: from an edit to painted pixels, and frames per second from source to screen.

    python -m tests.benchmarks.live [--engine] [--seconds 3] [--size 1440x900]

For 480p, 720p and 1080p and for 1, 8 and 32 filters of 3×3 on colour, two roads are measured: the engine alone (an
edit until its picture waits for the window), and the whole program with its window (until the window has painted it).
Frames come from a video file of 60 per second, decoded meanwhile, so 60 is the most that can be seen. The window is
painted by the platform of the environment: QT_QPA_PLATFORM=offscreen, or xcb under Xvfb.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import argparse
import platform
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from convexplorer._cv import cv2
from convexplorer.export.video import Recorder
from convexplorer.kernels.filter import Filter
from convexplorer.live.engine import Engine
from convexplorer.live.player import Player
from convexplorer.live.slots import Inbox, Latest
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.picture import Picture
from convexplorer.sources import Source
from tests.model.examples import conv_layer

SIZES = {"480p": (480, 640), "720p": (720, 1280), "1080p": (1080, 1920)}
FILTERS = (1, 8, 32)
EDITS = 15
WARM_UP = 3
RATE_HZ = 60.0
FRAMES = 60
PATIENCE_S = 30.0


@dataclass(frozen=True)
class Measured:
    """Median milliseconds of an edit, pictures per second, and the share of frames that none was made of."""

    edit_ms: float
    rate_hz: float
    dropped: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.live", description=__doc__.splitlines()[0])
    parser.add_argument("--engine", action="store_true", help="leave out the window")
    parser.add_argument("--seconds", type=float, default=3.0, help="of video for each row")
    parser.add_argument("--size", default="1440x900", help="of the window")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            os.environ[name] = folder  # the person's settings stay out of it
        print(f"{platform.machine()}, {os.cpu_count()} cores, NumPy {np.__version__}, OpenCV {cv2.__version__}")
        heads = ("engine",) if options.engine else ("engine", f"window {options.size}")
        print(f"{'':15}" + "".join(f"{head:^34}" for head in heads))
        print(f"{'input':>6} {'filters':>8}" + f"{'edit ms':>12}{'per second':>12}{'dropped':>10}" * len(heads))
        for name, size in SIZES.items():
            film = Path(folder) / f"{name}.mp4"
            write_film(film, *size)
            for count in FILTERS:
                source = Source("video", str(film))
                row = [measure_engine(source, count, options.seconds)]
                if not options.engine:
                    row.append(measure_window(source, count, options.seconds, (width, height)))
                cells = (f"{one.edit_ms:12.1f}{one.rate_hz:12.1f}{one.dropped:10.0%}" for one in row)
                print(f"{name:>6} {count:8}" + "".join(cells), flush=True)


def write_film(path: Path, height: int, width: int) -> None:
    """Write a video of a picture that moves, with detail as photographs have it."""
    noise = np.random.default_rng(0).integers(0, 256, (height // 4, width // 4, 3), np.uint8)
    still = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    with Recorder(path, RATE_HZ) as recorder:
        for i in range(FRAMES):
            recorder.write(np.roll(still, 4 * i, axis=1))


def make_project(source: Source, count: int, seed: int = 0) -> Project:
    """Return a project with `count` random filters; another seed is an edit of all of them."""
    rng = np.random.default_rng(seed)
    filters = tuple(Filter(f"filter {i}", rng.normal(size=(1, 3, 3))) for i in range(count))
    return Project(source, (conv_layer(filters),))


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


def measure_window(source: Source, count: int, seconds: float, size: tuple[int, int]) -> Measured:
    """Measure with the window of the program, until its pixels are painted."""
    from PySide6.QtCore import QEvent, QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from convexplorer.gui.look import theme
    from convexplorer.gui.window.main_window import MainWindow

    app = QApplication.instance() or QApplication(["convexplorer"])
    assert isinstance(app, QApplication)
    theme.apply_theme(app, "dark")

    class WatchedWindow(MainWindow):
        """Tells which project's picture has been painted."""

        on_painted: Callable[[Picture], None] = staticmethod(lambda _: None)
        waiting: Picture | None = None

        def event(self, event: QEvent) -> bool:
            is_done = super().event(event)
            # All that panels asked to be painted is painted in this one event.
            if event.type() == QEvent.Type.UpdateRequest and self.waiting is not None:
                painted, self.waiting = self.waiting, None
                self.on_painted(painted)
            return is_done

    window = WatchedWindow(make_project(source, count))
    window.resize(*size)
    window.show()
    window.bridge.picture_ready.connect(lambda picture: setattr(window, "waiting", picture))
    window.bridge.player.set_loop(True)
    window.start()
    loop = QEventLoop()

    def run_for(duration_s: float) -> None:
        QTimer.singleShot(int(duration_s * 1000), loop.quit)
        loop.exec()

    shown: list[Picture] = []
    try:
        run_for(1.0)
        window.on_painted = shown.append
        start_s = time.perf_counter()
        run_for(seconds)
        elapsed = time.perf_counter() - start_s
        frames = {picture.frame.index: picture for picture in shown}
        dropped = shown[-1].dropped_frames - shown[0].dropped_frames if frames else 0
        window.bridge.player.pause()
        run_for(0.3)
        edits = []
        for i in range(EDITS + WARM_UP):
            project = make_project(source, count, seed=i + 1)

            def stop_at(picture: Picture, wanted: Project = project) -> None:
                if picture.project is wanted:
                    loop.quit()

            window.on_painted = stop_at
            began = time.perf_counter()
            window.store.commit(project)
            loop.exec()
            edits.append(time.perf_counter() - began)
    finally:
        window.store.mark_saved()
        window.close()
    return Measured(
        statistics.median(edits[WARM_UP:]) * 1e3, len(shown) / elapsed, dropped / max(1, len(shown) + dropped)
    )


if __name__ == "__main__":
    main()
