"""Keeps the program busy for minutes, and watches what it costs: live frames, and edits all the while.

    python -m tests.benchmarks.soak [--minutes 10] [--edits 20] [--size 1440x900]

The real window looks at a network camera on the loopback (480p, 30 frames a second, eight filters; the server is a
process of its own, so that it is not measured) while a hand that never rests paints, resizes, strides, pads, adds and
removes filters, changes views, themes and levels, undoes and does again.

Each line is one period: memory while busy and at rest, thousands of blocks of Python memory, threads, processor,
pictures a second, frames that no picture was made of, and the time from an edit until the window has its picture.
A watchdog of the main thread notes whenever the window answered nothing for more than 50 ms, and what it did then.
The verdict counts those in which the main thread computed that long, by its own clock: how long it waited for a core
or for the interpreter says what else the machine does.
Between two periods the window rests: the camera is frozen, the first project is shown again, and unused memory has
been returned. So what is judged is what stays, not what the latest edit happens to need. It ends with a verdict, and
the exit status 1 if that is bad. The window is shown by the platform of the environment: QT_QPA_PLATFORM=offscreen, or
xcb under Xvfb.
"""

import argparse
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from convexplorer import _threads
from convexplorer.core.display.coloring import PALETTES
from convexplorer.core.geometry import memory
from convexplorer.core.geometry.windows import BORDERS
from convexplorer.core.operators.activations import MENU_ACTIVATIONS
from convexplorer.gui.commands import editing
from convexplorer.kernels import presets
from convexplorer.kernels.transforms import TRANSFORMS
from convexplorer.model import edits
from convexplorer.model.layer import Layer
from convexplorer.model.project import SCOPES, Project
from convexplorer.results.picture import Picture
from convexplorer.sources import Source
from tests.benchmarks.watchdog import LIMIT_MS, Stall, Watchdog, summarize
from tests.mjpeg_server import MjpegServer
from tests.model.examples import add_pool

if TYPE_CHECKING:
    from convexplorer.gui.window.main_window import MainWindow

T = TypeVar("T")

SIZE = (480, 640)
RATE_HZ = 30.0
PERIOD_S = 10.0
WARM_UP_PERIODS = 6  # the history of undo fills, buffers reach their size
GROWTH_MB = 30.0
# WORKAROUND(PySide6 6.11): the offscreen platform says this for every window that has a smallest size; xcb does not.
OFFSCREEN_NOTE = "This plugin does not support propagateSizeHints()"
FEWEST_FILTERS, MOST_FILTERS = 4, 12
KERNEL_SIZES = (1, 2, 3, 3, 5, 7, 9)


class Hand:
    """Edits a window at random, as a person would who never rests; the same seed does the same again.

    Parameters
    ----------
    window : a window whose first layer is a convolution.
    """

    def __init__(self, window: "MainWindow", seed: int = 0) -> None:
        self._window = window
        self._rng = np.random.default_rng(seed)
        self._presets = tuple(presets.presets())
        self.moves: tuple[Callable[[], None], ...] = (
            *(self.paint,) * 5,
            *(self.change_number_of_filters,) * 2,
            *(self.change_setting,) * 3,
            *(self.go_back_and_forth,) * 3,
            *(self.look_elsewhere,) * 3,
            self.resize,
            self.change_preset,
            self.turn,
            self.change_colors,
            self.change_pool,
        )
        self.count = 0
        self.last = ""  # the name of the newest edit

    def move(self) -> None:
        """Make one random edit; now and then all colours of the window change."""
        self.count += 1
        if self.count % 50 == 0:
            self.last = "theme"
            self._run("theme")
        else:
            edit = self._choose(self.moves)
            self.last = edit.__name__
            edit()

    def paint(self) -> None:
        """Drag over a few cells: several commits, one step of undo."""
        store, index = self._window.store, self._filter
        for _ in range(3):
            rows, columns = self._layer.kernel_size
            cell = int(self._rng.integers(rows)), int(self._rng.integers(columns))
            store.commit(edits.set_weight(store.state, 0, index, None, *cell, self._rng.normal()), merge="paint")
        store.settle()

    def change_number_of_filters(self) -> None:
        """Add, copy, move or remove a filter."""
        count = len(self._layer.filters)
        names = ("move-filter-on", "add-filter", "duplicate-filter", "remove-filter")
        self._run(self._choose(names[count >= MOST_FILTERS and 3 : 3 if count <= FEWEST_FILTERS else 4]))

    def change_setting(self) -> None:
        """Choose one parameter of the layer anew, or the input's channels."""
        name = self._choose(("strides", "padding", "dilation_rate", "border", "activation", "is_flipped", "channels"))
        if name == "channels":
            self._commit(edits.set_channels, self._choose(("color", "luminance", "1")))
            return
        pair = (int(self._rng.integers(1, 4)), int(self._rng.integers(1, 4)))
        values = {
            "strides": pair,
            "padding": self._choose(("same", "valid", ((1, 2), (3, 4)))),
            "dilation_rate": pair,
            "border": self._choose(tuple(BORDERS)),
            "activation": self._choose(tuple(MENU_ACTIVATIONS)),
            "is_flipped": not self._layer["is_flipped"],
        }
        self._commit(lambda project: edits.set_layer(project, 0, **{name: values[name]}))

    def go_back_and_forth(self) -> None:
        """Undo a few steps and do some of them again."""
        for _ in range(int(self._rng.integers(1, 6))):
            self._run(self._choose(("undo", "undo", "redo")))

    def look_elsewhere(self) -> None:
        """Change view, filter, zoom, or where the mouse is; nothing of the project."""
        names = ("bank", "channels", "compare", "next-filter", "previous-filter", "enlarge", "zoom-in", "zoom-fit")
        self._run(self._choose(names))
        row, column = (float(self._rng.uniform(0, n)) for n in SIZE)
        self._window.selection.point_at((row, column))

    def resize(self) -> None:
        """Give all kernels another size."""
        size = int(self._choose(KERNEL_SIZES)), int(self._choose(KERNEL_SIZES))
        self._commit(edits.set_kernel_size, 0, size)

    def change_preset(self) -> None:
        """Replace the filter by a preset."""
        editing.use_preset(self._window, self._choose(self._presets))

    def turn(self) -> None:
        """Rotate, flip, normalise."""
        self._commit(edits.transform_filter, 0, self._filter, self._choose(tuple(TRANSFORMS)))

    def change_colors(self) -> None:
        """Show the values otherwise."""
        self._commit(lambda project: edits.set_display(project, palette=self._choose(tuple(PALETTES))))
        self._commit(lambda project: edits.set_display(project, scope=self._choose(SCOPES)))

    def change_pool(self) -> None:
        """Put pooling behind the layer, or take it away."""
        if len(self._window.store.state.layers) > 1:
            self._commit(edits.remove_layer, 1)
        else:
            self._commit(add_pool, 0, self._choose(("max", "average")))

    @property
    def _layer(self) -> Layer:
        return self._window.store.state.layers[0]

    @property
    def _filter(self) -> int:
        return min(self._window.selection.view.filter, len(self._layer.filters) - 1)

    def _run(self, name: str) -> None:
        self._window.actions_by_name[name].trigger()

    def _commit(self, edit: Callable[..., object], *arguments: object) -> None:
        self._window.context.commit(edit, *arguments)  # type: ignore[arg-type]

    def _choose(self, values: tuple[T, ...]) -> T:
        return values[int(self._rng.integers(len(values)))]


@dataclass(frozen=True)
class Sample:
    """One period; `blocks` are thousands of blocks of Python memory, `processor` is the share of one core."""

    time_s: float
    memory_mb: float
    rest_mb: float
    blocks: int
    threads: int
    processor: float
    rate_hz: float
    dropped: int
    edit_ms: float
    worst_edit_ms: float
    stalls: int

    HEAD = (
        f"{'s':>6}{'MB':>8}{'at rest':>9}{'kblocks':>9}{'threads':>8}{'cpu':>6}{'per s':>7}{'dropped':>8}"
        f"{'edit ms':>9}{'worst':>8}{'stalls':>8}"
    )

    def __str__(self) -> str:
        return (
            f"{self.time_s:6.0f}{self.memory_mb:8.1f}{self.rest_mb:9.1f}{self.blocks:9}{self.threads:8}{self.processor:6.0%}"
            f"{self.rate_hz:7.1f}{self.dropped:8}{self.edit_ms:9.1f}{self.worst_edit_ms:8.1f}"
            f"{self.stalls:8}"
        )


class Watch:
    """Counts what reaches a window, and takes samples."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._pictures = 0
        self._dropped = 0
        self._edit_ms: list[float] = []
        self._waiting: list[tuple[object, float]] = []
        self._start_s = self._last_s = time.perf_counter()
        self._last_processor_s = time.process_time()
        self.samples: list[Sample] = []
        for ready in (window.bridge.picture_ready, window.bridge.glance_ready):
            ready.connect(lambda made: self._on_result(made.project))

    def note_edit(self, began_s: float) -> None:
        """Remember when the newest project was begun."""
        self._waiting.append((self._window.store.state, began_s))

    def take(self) -> Sample:
        """Return the numbers of the period until now, without the memory at rest."""
        now, processor_s = time.perf_counter(), time.process_time()
        elapsed = now - self._last_s
        return Sample(
            time_s=now - self._start_s,
            memory_mb=memory_mb(),
            rest_mb=0.0,
            # Not gc.get_objects(): it hands out tuples that the engine is building, which then fails.
            blocks=sys.getallocatedblocks() // 1000,
            threads=threads(),
            processor=(processor_s - self._last_processor_s) / elapsed,
            rate_hz=self._pictures / elapsed,
            dropped=self._dropped_frames() - self._dropped,
            edit_ms=statistics.median(self._edit_ms or [0.0]),
            worst_edit_ms=max(self._edit_ms, default=0.0),
            stalls=0,
        )

    def begin(self) -> None:
        """Begin a period."""
        self._pictures, self._edit_ms, self._waiting = 0, [], []
        self._dropped = self._dropped_frames()
        self._last_s, self._last_processor_s = time.perf_counter(), time.process_time()

    def _dropped_frames(self) -> int:
        bridge = self._window.bridge
        newest = bridge.glance or bridge.picture
        return 0 if newest is None else newest.dropped_frames

    def _on_result(self, shown_project: Project) -> None:
        self._pictures += 1
        shown = [i for i, (project, _) in enumerate(self._waiting) if project is shown_project]
        if shown:
            # A project that was replaced before the engine took it has no picture; the next one answers it too.
            self._edit_ms.append((time.perf_counter() - self._waiting[0][1]) * 1e3)
            del self._waiting[: shown[-1] + 1]


def memory_mb() -> float:
    """Return the memory this process holds at this moment."""
    return _status("VmRSS:") / 1024


def threads() -> int:
    """Return how many threads this process has, those of libraries too."""
    return _status("Threads:")


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


def run_for(
    window: "MainWindow", hand: Hand, watch: Watch, watchdog: Watchdog, *, minutes: float, edits_hz: float
) -> None:
    """Let the hand work period after period, and print a line for each."""
    print(Sample.HEAD, flush=True)
    first = window.store.state
    for _ in range(max(1, round(minutes * 60 / PERIOD_S))):
        watch.begin()
        before = len(watchdog.stalls)
        watchdog.start()
        work(window, hand, watch, edits_hz)
        watchdog.stop()
        sample = watch.take()
        rest(window, first)
        watch.samples.append(replace(sample, rest_mb=memory_mb(), stalls=len(watchdog.stalls) - before))
        print(watch.samples[-1], flush=True)
        window.bridge.player.play()


def work(window: "MainWindow", hand: Hand, watch: Watch, edits_hz: float) -> None:
    """Let the hand edit for one period."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()

    def move() -> None:
        began_s = time.perf_counter()
        before = window.store.state
        hand.move()
        if window.store.state is not before:
            watch.note_edit(began_s)

    moving = QTimer(window, interval=round(1000 / edits_hz))
    moving.timeout.connect(move)
    QTimer.singleShot(round(PERIOD_S * 1000), loop.quit)
    moving.start()
    loop.exec()
    moving.stop()
    moving.deleteLater()


def rest(window: "MainWindow", project: Project, patience_s: float = 60.0) -> None:
    """Freeze the camera, show a project, and wait until the idle engine has returned all unused memory."""
    from PySide6.QtCore import QEventLoop, QTimer

    window.bridge.player.pause()
    window.store.commit(project)
    wait_for_newest(window, patience_s)
    loop = QEventLoop()
    looking = QTimer(window, interval=50)
    looking.timeout.connect(lambda: loop.quit() if not memory.unused_bytes() else None)
    looking.start()
    QTimer.singleShot(round(patience_s * 1000), loop.quit)
    loop.exec()
    looking.stop()
    looking.deleteLater()
    memory.give_back()  # also what the main thread has freed since


def wait_for_newest(window: "MainWindow", patience_s: float = 10.0) -> bool:
    """Wait until the window shows the newest project; False if it never does."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    limit = QTimer(window, singleShot=True, interval=round(patience_s * 1000))
    limit.timeout.connect(loop.quit)
    limit.start()

    def is_newest() -> bool:
        return window.bridge.picture is not None and window.bridge.picture.project is window.store.state

    def look(_: Picture) -> None:
        if is_newest():
            loop.quit()

    window.bridge.picture_ready.connect(look)
    if not is_newest():
        loop.exec()
    window.bridge.picture_ready.disconnect(look)
    limit.stop()
    return is_newest()


def judge(
    samples: list[Sample], errors: str, is_newest: bool, left: list[str], stalls: Sequence[Stall] = ()
) -> list[str]:
    """Return what is wrong, a sentence each."""
    faults = []
    steady = samples[min(WARM_UP_PERIODS, len(samples) // 2) :]
    third = max(1, len(steady) // 3)
    for name, unit, limit in (("rest_mb", "MB at rest", GROWTH_MB), ("threads", "threads", 0)):
        early, late = (
            statistics.median(getattr(one, name) for one in part) for part in (steady[:third], steady[-third:])
        )
        print(f"{name} after warm-up: {early:.1f} at first, {late:.1f} at last")
        if late - early > limit:
            faults.append(f"{late - early:.1f} {unit} more at the end than after the warm-up")
    if errors:
        faults.append(f"{len(errors.splitlines())} lines on stderr")
    if not is_newest:
        faults.append("the last picture is not of the newest project")
    if left:
        faults.append(f"threads left after closing: {', '.join(left)}")
    if own := [stall for stall in stalls if stall.is_own]:
        faults.append(f"the window computed for more than {LIMIT_MS:.0f} ms without an answer, {len(own)} times")
    return faults


@contextmanager
def stderr_into(path: Path) -> Iterator[None]:
    """Send what anybody writes to stderr, libraries too, into a file."""
    sys.stderr.flush()
    kept = os.dup(2)
    with path.open("wb") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)


@contextmanager
def camera() -> Iterator[str]:
    """Run the network camera in a process of its own and give its address."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,))
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("end")
        process.join()


def _serve(connection: Connection) -> None:
    with MjpegServer(rate_hz=RATE_HZ, size=SIZE) as server:
        connection.send(server.url)
        connection.recv()


def main() -> int:
    """Print the table and the verdict; return the exit status."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--edits", type=float, default=20.0, help="a second")
    parser.add_argument("--size", default="1440x900", help="of the window")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as folder, camera() as url:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = folder  # the person's settings stay out of it
        errors = Path(folder) / "stderr.txt"
        with stderr_into(errors):
            from convexplorer.gui.window.app import open_window

            window = open_window(Source("stream", url), size=(width, height), theme_name="dark")
            wait_for_newest(window)
            hand, watch = Hand(window), Watch(window)
            watchdog = Watchdog(window, lambda: hand.last)
            run_for(window, hand, watch, watchdog, minutes=options.minutes, edits_hz=options.edits)
            is_newest = wait_for_newest(window)
            watchdog.close()
            names = ", ".join(sorted(thread.name for thread in threading.enumerate()))
            window.store.mark_saved()
            window.close()
        lines = errors.read_text(errors="replace").splitlines()
        text = "\n".join(line for line in lines if line.strip() and line != OFFSCREEN_NOTE)
        print(f"{threads()} threads, of Python: {names}")
        print(f"{hand.count} edits; stderr: {text or 'nothing'}")
        _threads.close()
        left = [one.name for one in threading.enumerate() if one is not threading.main_thread()]
        print(summarize(watchdog.stalls))
        faults = judge(watch.samples, text, is_newest, left, watchdog.stalls)
    print("verdict:", "; ".join(faults) if faults else "well")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
