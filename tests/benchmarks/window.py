"""Measures what a frame costs the main thread of the window, without decoding and computing.

    python -m tests.benchmarks.window [--size 1440x900] [--rounds 3]

Results of natural pictures are computed before, and then delivered as the bridge does, each until it is painted.
Milliseconds of processor time of the main thread, which other work on the machine leaves alone: "status" of a playing
source, "glance", "survey", and "full" for a picture with all its numbers, as it comes while a hand rests on a map.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from convexplorer.gui.look import theme
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.live.status import PlayerStatus
from convexplorer.model.view import Screen
from convexplorer.results.glance import Glance
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.sources import Frame, Source
from convexplorer.sources.frame import SourceInfo
from convexplorer.sources.kinds import open_reader
from tests.benchmarks.film import write_film
from tests.benchmarks.live import SIZES
from tests.benchmarks.live_case import make_project

FRAMES = 12
FILTERS = (1, 8, 32)
INFO = SourceInfo("film.mp4", 1000, 60.0, is_seekable=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.window", description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1440x900", help="of the window")
    parser.add_argument("--input", default="720p", choices=SIZES)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = folder  # the person's settings stay out of it
        path = Path(folder) / "film.mp4"
        write_film(path, *SIZES[options.input], frames=FRAMES)
        app = QApplication.instance() or QApplication(["convexplorer"])
        assert isinstance(app, QApplication)
        theme.apply_theme(app, "dark")
        print(f"{options.input}, {options.size}, median ms of the main thread")
        print(f"{'filters':>8}{'status':>10}{'glance':>10}{'survey':>10}{'full':>10}")
        for count in FILTERS:
            row = measure(Source("video", str(path)), count, tuple(map(int, options.size.split("x"))), options.rounds)
            print(f"{count:8}" + "".join(f"{one:10.2f}" for one in row), flush=True)


def measure(source: Source, count: int, size: tuple[int, ...], rounds: int) -> list[float]:
    """Return the cost of a status, a glance, a survey and a full picture."""
    window = MainWindow(make_project(source, count))
    window.resize(*size)
    window.show()
    window.show_explanation(True)
    frames = read(source)
    window.bridge.status_changed.emit(status(source, 0))  # its controls take room from the pictures
    for _ in range(3):  # reduction and sizes on screen are known once the first picture is shown
        full = pictures(window, frames[:1])[0]
        deliver(window, full)
        run_for(300)
    glances, results = glances_of(window, frames), pictures(window, frames)
    pane = window.maps_panel.pane
    made = [
        median(rounds, FRAMES, lambda i: window.bridge.status_changed.emit(status(source, i))),
        median(rounds, FRAMES, lambda i: deliver(window, glances[i])),
        median(rounds, FRAMES, lambda i: window.bridge.survey_ready.emit(results[i])),
    ]
    pane.pointed.emit((100.5, 200.5))
    made.append(median(rounds, FRAMES, lambda i: deliver(window, results[i])))
    window.store.mark_saved()
    window.close()
    window.deleteLater()
    return made


def median(rounds: int, count: int, act: Callable[[int], None]) -> float:
    """Return the median of thread time from an act to the paint it leads to."""
    spent = []
    for i in range(-2, rounds * count):
        started = time.thread_time()
        act(i % count)
        flush()
        spent.append((time.thread_time() - started) * 1e3)
    return statistics.median(spent[2:])


def deliver(window: MainWindow, result: Picture | Glance) -> None:
    """Deliver a result as the bridge does."""
    if isinstance(result, Glance):
        window.bridge.glance = result
        window.bridge.glance_ready.emit(result)
    else:
        window.bridge.picture, window.bridge.glance = result, None
        window.bridge.picture_ready.emit(result)


def read(source: Source) -> list[Frame]:
    """Return all frames of a film."""
    reader = open_reader(source)
    frames = [frame for frame in (reader.read() for _ in range(FRAMES)) if frame is not None]
    reader.close()
    return frames


def pictures(window: MainWindow, frames: list[Frame]) -> list[Picture]:
    """Return full pictures for the window as it is."""
    return [render(job).picture for job in jobs(window, frames)]


def glances_of(window: MainWindow, frames: list[Frame]) -> list[Glance]:
    """Return glances for the window as it is."""
    glancer = Glancer()
    return [glance for glance in map(glancer.glance, jobs(window, frames)) if glance is not None]


def jobs(window: MainWindow, frames: list[Frame]) -> list[Job]:
    """Return what the engine would be given for each frame."""
    screen: Screen = window._screen_watch.screen
    return [Job(frame, window.store.state, window.selection.view, screen=screen) for frame in frames]


def status(source: Source, index: int) -> PlayerStatus:
    """Return a status of the playing source."""
    return PlayerStatus(source, INFO, "playing", index=index, rate_hz=60.0)


def flush() -> None:
    """Deliver what is posted, and paint."""
    for _ in range(2):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def run_for(duration_ms: int) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(duration_ms, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
