"""A recording under way: the newest pictures go to a video file, at the pace of the clock."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from convexplorer.export.video import Recorder
from convexplorer.live.worker import Worker

RATE_HZ = 25.0


class Recording:
    """Writes what it is shown to a video that plays as fast as life.

    Pictures come when they come; the file has a steady rate. So each picture is written as often as
    the time until the next one asks for, and a still picture simply lasts.

    Parameters
    ----------
    path : the video file; its suffix chooses the format.
    clock : seconds, for tests.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._clock = clock
        self._recorder = Recorder(path, RATE_HZ)
        self._began: float | None = None
        self._written = 0
        self._shown: np.ndarray | None = None
        self._worker: Worker[tuple[float, Callable[[], np.ndarray]]] = Worker(self._write, self._finish)

    def put(self, draw: Callable[[], np.ndarray]) -> None:
        """Show the next picture; `draw` gives it as (H, W, 3) uint8 and is called in the worker's thread."""
        self._worker.put((self._clock(), draw))

    @property
    def failure(self) -> Exception | None:
        """What went wrong, or None."""
        return self._worker.failure

    def close(self) -> str:
        """End the file and return a sentence about it."""
        self._worker.close()
        if self.failure is not None:
            return f"{self.path.name} was not recorded: {self.failure}"
        return f"Recorded {self._written / RATE_HZ:.1f} s to {self.path}"

    def _write(self, value: tuple[float, Callable[[], np.ndarray]]) -> None:
        now, draw = value
        if self._began is None:
            self._began = now
        self._fill_until(now)
        self._shown = draw()

    def _finish(self) -> None:
        if self._shown is not None:
            self._fill_until(max(self._clock(), (self._began or 0.0) + 1 / RATE_HZ))
        self._recorder.close()

    def _fill_until(self, now: float) -> None:
        if self._shown is None or self._began is None:
            return
        due = round((now - self._began) * RATE_HZ, 6)  # a clock's rounding is no frame
        while self._written < due:
            self._recorder.write(self._shown)
            self._written += 1
