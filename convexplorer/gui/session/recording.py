"""A running recording: the newest pictures are written to a video file in real time."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from convexplorer.export.video import Recorder
from convexplorer.live.worker import Worker

RATE_HZ = 25.0


class Recording:
    """A writer of pictures to a video that plays in real time.

    Pictures arrive at irregular times, but the file has a fixed rate. So each picture is repeated until the next one
    arrives.

    Parameters
    ----------
    path : the video file; its suffix chooses the format.
    clock : seconds from any origin; a parameter, so that tests control the time.
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
        """Record the next picture; `draw` returns it as (H, W, 3) uint8 and is called in the worker's thread."""
        self._worker.put((self._clock(), draw))

    @property
    def failure(self) -> Exception | None:
        """The exception that ended the recording, or None."""
        return self._worker.failure

    def close(self) -> str:
        """Finish the file and return a sentence about the result."""
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
        due = round((now - self._began) * RATE_HZ, 6)  # the clock's rounding error must not add a frame
        while self._written < due:
            self._recorder.write(self._shown)
            self._written += 1
