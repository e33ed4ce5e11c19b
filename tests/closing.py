"""The program in a process of its own, closed in the middle of something: `python -m tests.closing SITUATION WORD…`.

Everything is that of the real program, except for the moment: a situation begins its work and closes the window (or
prints a line, by which the test knows that it is time for a signal). The words are those of the command line.
"""

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog

from convexplorer import cli
from convexplorer.cli.progress import ProgressBar
from convexplorer.export import arrays
from convexplorer.gui.commands import exporting, printing
from convexplorer.gui.film.card import FilmWish
from convexplorer.gui.session.recording import Recording
from convexplorer.gui.window import app
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.live import engine
from convexplorer.model import edits
from convexplorer.results.job import Job
from convexplorer.results.render import Rendered, render

Situation = Callable[[MainWindow], None]


def say(word: str) -> None:
    """Tell the test that a moment has come."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def at_once(window: MainWindow) -> None:
    """Close before the first picture."""
    window.close()


def twice(window: MainWindow) -> None:
    """Close, and close again."""
    window.close()
    window.close()


def quit_application(_window: MainWindow) -> None:
    """End as the system's “Quit” does."""
    QApplication.quit()


def end_loop(_window: MainWindow) -> None:
    """End the event loop around the window."""
    QApplication.exit(3)


def raise_signal(_window: MainWindow) -> None:
    """Get a signal while the window is being created, before the event loop runs."""
    signal.raise_signal(signal.SIGTERM)


def wait_for_signal(_window: MainWindow) -> None:
    """Do nothing but what the words ask for."""
    say("open")


def compute(window: MainWindow) -> None:
    """Compute without end, band by band."""
    replace_render(compute_on)
    window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))


def compute_on(job: Job, _previous: Rendered | None) -> Rendered:
    """Compute one picture after the other; the first of them closes the window."""
    for count in range(sys.maxsize):
        render(job, None)
        if count == 0:
            say("busy")
    raise AssertionError


def block(window: MainWindow) -> None:
    """Compute in one call that nobody can interrupt."""
    replace_render(lambda job, previous: (say("busy"), time.sleep(3600), render(job, previous))[-1])
    window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))


def export(window: MainWindow) -> None:
    """Write an array in the background."""
    path = Path("maps.npy")
    maps = np.ones((4, 1000, 1000), np.float32)
    exporting.save_and_tell(
        window, path, lambda: arrays.save_array(path, maps, "abcd"), exporting.BESIDE_FROM_CELLS + 1
    )
    window.close()


def record(window: MainWindow) -> None:
    """Record a few pictures."""
    window.start_recording(Recording(Path("clip.mp4")))
    window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))
    on_next_picture(window, window.close)


def film(window: MainWindow) -> None:
    """Write a film of many pictures."""
    exporting.QFileDialog.getSaveFileName = lambda *_: ("film.mp4", "MP4 (*.mp4)")
    window.explanation_panel.setVisible(True)
    window.selection.hold((10.5, 12.5))
    printing.write_film(window, FilmWish("map", 1, 10, 320))
    assert window.film_export is not None
    window.film_export.progressed.connect(lambda *_: window.close())


def dialog(window: MainWindow) -> None:
    """Ask for a file, which nobody answers."""
    QTimer.singleShot(0, window, lambda: say("open"))
    QFileDialog.getSaveFileName(window, "Save", "maps.npy", "NumPy (*.npy)")


def edit(window: MainWindow) -> None:
    """Leave work that is not saved."""
    window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))
    say("open")


def replace_render(other: Callable[[Job, Rendered | None], Rendered]) -> None:
    """Let the engine compute in another way from the next picture on."""
    engine.render = other


def on_next_picture(window: MainWindow, act: Callable[[], object]) -> None:
    """Act once, when the next picture is shown."""

    def once(_picture: object) -> None:
        window.bridge.picture_ready.disconnect(once)
        QTimer.singleShot(0, window, act)

    window.bridge.picture_ready.connect(once)


# What happens in the opened window, and whether that waits for its first picture.
SITUATIONS: dict[str, tuple[Situation, bool]] = {
    "at-once": (at_once, False),
    "signal-before-loop": (raise_signal, False),
    "signal": (wait_for_signal, False),
    "twice": (twice, True),
    "quit": (quit_application, True),
    "loop": (end_loop, True),
    "compute": (compute, True),
    "block": (block, True),
    "export": (export, True),
    "record": (record, True),
    "film": (film, True),
    "dialog": (dialog, True),
    "edit": (edit, True),
}


def interrupt(_bar: object, _info: object, done: int) -> None:
    """Press Ctrl+C in the middle of a video."""
    if done == 3:
        signal.raise_signal(signal.SIGINT)


def main() -> None:
    """Run the program with a situation in it; the command line without a window is always interrupted."""
    if sys.argv[1] == "apply":
        ProgressBar.show = interrupt
        cli.run()
    situation, waits = SITUATIONS[sys.argv.pop(1)]
    open_window = app.open_window

    def open_and_act(*arguments: object, **options: object) -> MainWindow:
        window = open_window(*arguments, **options)
        if waits:
            on_next_picture(window, lambda: situation(window))
        else:
            situation(window)
        return window

    app.open_window = open_and_act
    cli.run()


if __name__ == "__main__":
    main()
