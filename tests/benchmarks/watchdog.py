"""A watchdog of the main thread: records each time that its event loop stood still, how long, and where.

A timer of 5 ms is the heart of the event loop; a thread listens to it. Where no beat came for longer than the limit,
the thread notes what the main thread is doing, again and again until the next beat.
"""

import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Slot

import convexplorer

BEAT_MS = 5
LIMIT_MS = 50.0
LOOK_S = 0.01  # between two looks at the heart
_PROGRAM = Path(convexplorer.__file__).parent


@dataclass(frozen=True)
class Stall:
    """One time that the main thread answered nothing, in milliseconds.

    Attributes
    ----------
    wall_ms : from one beat to the next.
    own_ms : for which the main thread computed, by its own clock.
    core_ms : for which it could have gone on, but no core was free: what else the machine does.
    seen : at each look meanwhile, which functions of the program were running, the innermost last; empty where only
        Qt was.
    act : what was done last, in the words of whoever drives the window.
    """

    wall_ms: float
    own_ms: float
    core_ms: float
    seen: tuple[tuple[str, ...], ...]
    act: str

    @property
    def is_own(self) -> bool:
        """True if the window made it itself: what it computed would have been too long on any machine."""
        return self.own_ms > LIMIT_MS

    @property
    def is_wait(self) -> bool:
        """True if the main thread waited too long for what is no core: a disk, a lock, another thread of Python."""
        return not self.is_own and self.wall_ms - self.core_ms > LIMIT_MS


class Watchdog(QObject):
    """Watches the main thread, which must create it, between `start` and `stop`.

    Parameters
    ----------
    act : says what was done last.
    """

    def __init__(self, parent: QObject | None = None, act: Callable[[], str] = lambda: "") -> None:
        super().__init__(parent)
        self.stalls: list[Stall] = []
        self._act = act
        self._main = threading.get_ident()
        self._schedule = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._is_watching = False
        self._is_over = threading.Event()
        self._seen: list[tuple[str, ...]] = []
        self._beat_s = self._own_s = self._core_s = 0.0
        self._heart = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._heart.timeout.connect(self._on_beat)
        self._thread = threading.Thread(target=self._listen, name="watchdog", daemon=True)
        self._thread.start()

    def start(self) -> None:
        """Begin to watch."""
        self._note_beat()
        self._is_watching = True
        self._heart.start()

    def stop(self) -> None:
        """Watch no more, until started again."""
        self._on_beat()
        self._is_watching = False
        self._heart.stop()

    def close(self) -> None:
        """End the thread."""
        self._heart.stop()
        self._is_over.set()
        self._thread.join()

    @Slot()
    def _on_beat(self) -> None:
        wall_ms = (time.perf_counter() - self._beat_s) * 1e3
        if wall_ms > LIMIT_MS + BEAT_MS:
            own_ms, core_ms = (time.thread_time() - self._own_s) * 1e3, (self._waited_s() - self._core_s) * 1e3
            self.stalls.append(Stall(wall_ms, own_ms, core_ms, tuple(self._seen), self._act()))
        self._note_beat()

    def _note_beat(self) -> None:
        self._seen = []
        self._own_s, self._core_s = time.thread_time(), self._waited_s()
        self._beat_s = time.perf_counter()

    def _waited_s(self) -> float:
        """Return the seconds that the main thread has waited for a core; 0 where the system does not tell."""
        try:
            return int(self._schedule.read_text().split()[1]) / 1e9
        except (OSError, IndexError):
            return 0.0

    def _listen(self) -> None:
        while not self._is_over.wait(LOOK_S):
            if self._is_watching and (time.perf_counter() - self._beat_s) * 1e3 > LIMIT_MS:
                self._seen.append(self._place())

    def _place(self) -> tuple[str, ...]:
        """Return where the main thread is now: functions of the program, the innermost last."""
        names = []
        frame = sys._current_frames().get(self._main)
        while frame is not None:
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(_PROGRAM):
                names.append(f"{path.stem}.{frame.f_code.co_qualname}")
            frame = frame.f_back
        return tuple(reversed(names))


def summarize(stalls: Sequence[Stall], most: int = 25) -> str:
    """Return the stalls in words: how many, after which acts, and which functions ran in them."""
    if not stalls:
        return "no stall of the main thread"
    own, waits = sum(stall.is_own for stall in stalls), sum(stall.is_wait for stall in stalls)
    lines = [
        f"{len(stalls)} stalls of the main thread above {LIMIT_MS:.0f} ms; in {own} of them it computed that long, in "
        f"{waits} it waited for a lock, a disk or another thread, in the others for a core",
        f"  {'after':24}{'stalls':>8}{'computed':>10}{'waited':>8}{'median ms':>11}{'longest':>9}{'computing':>11}"
        f"{'median':>8}{'most':>7}",
        *(_row(act or "nothing", [stall for stall in stalls if stall.act == act]) for act in _acts(stalls)),
        "running while it stood still, in % of the looks (with what it calls):",
    ]
    looks = [names for stall in stalls for names in stall.seen]
    running = Counter(name for names in looks for name in set(names))
    running["(only Qt: layout, style, painting of its own widgets)"] = sum(not names for names in looks)
    lines += [f"  {count / max(1, len(looks)):6.1%}  {name}" for name, count in running.most_common(most)]
    return "\n".join(lines)


def _acts(stalls: Sequence[Stall]) -> list[str]:
    return [act for act, _ in Counter(stall.act for stall in stalls).most_common()]


def _row(act: str, there: Sequence[Stall]) -> str:
    wall, own = [stall.wall_ms for stall in there], [stall.own_ms for stall in there]
    return (
        f"  {act:24}{len(there):8}{sum(stall.is_own for stall in there):10}{sum(stall.is_wait for stall in there):8}"
        f"{statistics.median(wall):11.0f}{max(wall):9.0f}{'':11}{statistics.median(own):8.0f}{max(own):7.0f}"
    )
