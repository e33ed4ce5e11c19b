"""Pictures of the window that are sent to other programs as they come: to a virtual camera, or as a stream."""

import threading
from collections.abc import Callable
from typing import Protocol

import numpy as np

from convexplorer._leaving import expect_end, stop_at_end
from convexplorer.export.composition import fitted

Draw = Callable[[], np.ndarray]


class Outlet(Protocol):
    """Where pictures leave the program; all calls come from one thread."""

    @property
    def is_wanted(self) -> bool:
        """True if somebody may be looking."""

    def send(self, rgb: np.ndarray) -> None:
        """Hand out an (H, W, 3) uint8 RGB picture."""

    def close(self) -> None:
        """Stop."""


class Sending:
    """A thread that draws the newest picture and hands it out; whatever comes meanwhile is left out.

    Nothing is drawn while nobody looks. An exception ends the sending and is kept in `failure`.

    Parameters
    ----------
    size : (height, width) that the outlet needs; None hands out each picture as it is.
    repeat_s : seconds after which the same picture is handed out again; None leaves that to the outlet.

    Attributes
    ----------
    sent, left_out : numbers of pictures.
    """

    def __init__(self, outlet: Outlet, size: tuple[int, int] | None = None, repeat_s: float | None = None) -> None:
        self._outlet = outlet
        self._size = size
        self._repeat_s = repeat_s
        self._condition = threading.Condition()
        self._draw: Draw | None = None
        self._is_new = False
        self._is_over = False
        self.sent = self.left_out = 0
        self.failure: Exception | None = None
        # A daemon, because a device that no longer answers must not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name="sending", daemon=True)
        self._thread.start()
        stop_at_end(self.end)

    def put(self, draw: Draw) -> None:
        """Send the next picture; `draw` returns it as (H, W, 3) uint8 RGB and is called in the thread."""
        with self._condition:
            self.left_out += self._is_new and self._outlet.is_wanted
            self._draw, self._is_new = draw, True
            self._condition.notify_all()

    @property
    def is_wanted(self) -> bool:
        """True if somebody may be looking."""
        return self._outlet.is_wanted

    @property
    def readers(self) -> int | None:
        """How many programs look; None if the outlet cannot tell."""
        return getattr(self._outlet, "readers", None)

    @property
    def summary(self) -> str:
        """How many pictures were sent, and how many were left out."""
        left_out = f"; {self.left_out} came faster than they could be sent" if self.left_out else ""
        return f"{self.sent} picture{'' if self.sent == 1 else 's'} sent{left_out}."

    def wake(self) -> None:
        """Look again whether somebody looks."""
        with self._condition:
            self._condition.notify_all()

    def end(self) -> None:
        """End the sending, without waiting for its end."""
        with self._condition:
            self._is_over = True
            self._condition.notify_all()
        expect_end(self._thread)

    def close(self) -> None:
        """End the sending, and wait for its end."""
        self.end()
        self._thread.join()

    def _run(self) -> None:
        shown: np.ndarray | None = None
        try:
            while self._wait():
                draw = self._take()
                if draw is not None:
                    shown = draw() if self._size is None else fitted(draw(), *self._size)
                    self.sent += 1
                if shown is not None:
                    self._outlet.send(shown)
        except Exception as error:  # a thread never dies silently: the window asks for `failure`
            self.failure = error
        finally:
            self._outlet.close()

    def _wait(self) -> bool:
        """Wait for a picture that somebody wants, or until the last one is to be repeated; return False at the end."""
        with self._condition:
            self._condition.wait_for(lambda: self._is_over or self._is_due, self._repeat_s)
            return not self._is_over

    def _take(self) -> Draw | None:
        """Return how the newest picture is drawn; None if the last one is to be repeated."""
        with self._condition:
            if not self._is_due:
                return None
            self._is_new = False
            return self._draw

    @property
    def _is_due(self) -> bool:
        return self._is_new and self._outlet.is_wanted
