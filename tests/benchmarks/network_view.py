"""Measures the network at a glance: opening it, and what a frame of it costs.

    python -m tests.benchmarks.network_view [--size 1440x900] [--rounds 3]

Networks of random weights on a small picture, so that the window is measured and not the convolutions. Milliseconds of
processor time of the main thread: "commit" for the layers in all panels, the ribbon among them; "open" from the command
to the painted cards, maps being computed by then; "frame" for a glance whose maps all differ; "scroll" for a step of
the wheel; "path" for a value back to the picture. "placed" is how often cards were placed while frames came.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QScrollBar

from convexplorer.gui.canvas.network.network_view import Spot
from convexplorer.gui.look import theme
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.sources import Source
from convexplorer.sources.frame import Frame
from tests import stacks
from tests.benchmarks.window import deliver, flush

SPATIAL = (64, 96)
FRAMES = 8
NETWORKS: dict[str, Callable[[], tuple[Layer, ...]]] = {
    "classifier, 10": lambda: stacks.classifier(SPATIAL),
    "residual, 27": stacks.residual,
    "chain, 100": lambda: stacks.chain(100),
    "chain, 500": stacks.chain,
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.network_view", description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1440x900", help="of the window")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = folder  # the person's settings stay out of it
        app = QApplication.instance() or QApplication(["convexplorer"])
        assert isinstance(app, QApplication)
        theme.apply_theme(app, "dark")
        print(f"{options.size}, median ms of the main thread")
        print(f"{'layers':16}{'commit':>10}{'open':>10}{'frame':>10}{'scroll':>10}{'path':>10}{'placed':>10}")
        for title, layers in NETWORKS.items():
            row = measure(layers(), tuple(map(int, options.size.split("x"))), options.rounds)
            print(f"{title:16}" + "".join(f"{one:10.1f}" for one in row), flush=True)


def measure(layers: tuple[Layer, ...], size: tuple[int, ...], rounds: int) -> list[float]:
    """Return one row of the table."""
    images = [np.random.default_rng(seed).random((3, *SPATIAL), np.float32) for seed in range(FRAMES)]
    frames = [Frame(image, ("R", "G", "B"), index=i) for i, image in enumerate(images)]
    window = MainWindow(Project(Source("sample", "cat"), layers[:1]))
    window.resize(*size)
    window.show()
    run_for(300)
    deliver(window, picture(window, frames[0]))
    flush()
    committed = spent(lambda: window.store.commit(replace(window.store.state, layers=layers)))
    result = picture(window, frames[0])
    committed += spent(lambda: deliver(window, result))
    opened = spent(lambda: window.selection.select(mode="network"))
    for _ in range(2):  # the second one knows the size of the maps, and the layers in sight
        result = picture(window, frames[0])
        opened += spent(lambda result=result: deliver(window, result))
    view = window.maps_panel.network
    assert view is not None
    glancer = Glancer()
    glances = [glancer.glance(job(window, frame)) for frame in frames]
    placed = view.layouts
    shown = [spent(lambda one=one: deliver(window, one)) for one in glances * rounds if one is not None]
    placed = view.layouts - placed
    bar = view.findChild(QScrollBar)
    steps = [spent(lambda at=at: bar.setValue(at)) for at in range(40, 800, 40)]
    bar.setValue(0)
    view.pointed.emit(Spot(min(10, len(layers)), 0), (0.5, 0.5))
    paths = [spent(window.maps_panel._network_room.guide.follow) for _ in range(3)]
    window.store.mark_saved()
    window.close()
    window.deleteLater()
    return [committed, opened, statistics.median(shown), statistics.median(steps), statistics.median(paths), placed]


def spent(act: Callable[[], object]) -> float:
    """Return the processor time of this thread until an act is painted, in ms."""
    started = time.thread_time()
    act()
    flush()
    return (time.thread_time() - started) * 1e3


def picture(window: MainWindow, frame: Frame) -> Picture:
    """Return the full picture of a frame for the window as it is."""
    return render(job(window, frame)).picture


def job(window: MainWindow, frame: Frame) -> Job:
    """Return what the engine would be given."""
    return Job(frame, window.store.state, window.selection.view, screen=window._screen_watch.screen)


def run_for(milliseconds: int) -> None:
    """Let the window do what it wants to."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
