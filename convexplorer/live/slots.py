"""The two slots between threads: each holds one value, and putting replaces it.

Nothing queues, so nothing lags and nothing grows. Each slot owns one `Condition` that is held for an assignment only:
`take` waits for a new value, and no other call waits.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from convexplorer.model.project import Project
from convexplorer.model.view import SCREEN, Screen, View
from convexplorer.results.job import Job
from convexplorer.sources.frame import Frame
from convexplorer.sources.smaller import smaller

T = TypeVar("T")


class Inbox:
    """The slot before the engine: the newest frame, project, view and screen."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._frame: Frame | None = None
        self._project: Project | None = None
        self._view: View | None = None
        self._screen = SCREEN
        self._is_new = False
        self._is_frame_new = False
        self._is_closed = False
        self._dropped_frames = 0
        self._taken = 0
        self._smaller: tuple[Frame, int, Frame] | None = None  # a frame, by what it was reduced, and the smaller one

    @property
    def has_news(self) -> bool:
        """True if `take` would return at once."""
        return self._is_closed or self._is_ready

    def has_other_than(self, job: Job) -> bool:
        """Return True if another project or view has come than a job has, or if its numbers are no longer wanted."""
        is_same = self._project is job.project and self._view is job.view
        return self._is_ready and not (is_same and self._screen.wants_numbers >= job.screen.wants_numbers)

    def wait_for_other(self, job: Job, timeout_s: float) -> None:
        """Wait until there is more than a newer frame, at most so long."""
        with self._condition:
            self._condition.wait_for(lambda: self._is_closed or self.has_other_than(job), timeout_s)

    @property
    def dropped_frames(self) -> int:
        """Number of frames replaced before the engine took them, since the start."""
        return self._dropped_frames

    def put_frame(self, frame: Frame) -> None:
        """Replace the frame; a frame that was not taken counts as dropped."""
        with self._condition:
            self._dropped_frames += self._is_frame_new
            self._frame = frame
            self._is_frame_new = True
            self._wake()

    def put_project(self, project: Project) -> None:
        """Replace the project."""
        with self._condition:
            self._project = project
            self._wake()

    def put_view(self, view: View) -> None:
        """Replace the view; the same one once more asks for nothing new."""
        with self._condition:
            if view == self._view:
                return
            self._view = view
            self._wake()

    def put_screen(self, screen: Screen) -> None:
        """Replace what the window needs for its pixels."""
        with self._condition:
            if screen != self._screen:
                self._screen = screen
                self._wake()

    def wait(self, timeout_s: float) -> bool:
        """Wait until `take` would return at once; False after the time-out."""
        with self._condition:
            return self._condition.wait_for(lambda: self._is_closed or self._is_ready, timeout_s)

    def take(self) -> Job | None:
        """Wait until frame, project and view are known and one of them is new; None if closed."""
        with self._condition:
            self._condition.wait_for(lambda: self._is_closed or self._is_ready)
            frame, project, view = self._frame, self._project, self._view
            if self._is_closed or frame is None or project is None or view is None:
                return None
            self._is_new = self._is_frame_new = False
            self._taken += 1
            dropped_frames, screen, number = self._dropped_frames, self._screen, self._taken - 1
        # Behind the lock, and of no frame that is dropped.
        return Job(self._reduced(frame, view.input_reduction), project, view, dropped_frames, screen, number)

    def _reduced(self, frame: Frame, factor: int) -> Frame:
        """Return the frame at the size that is computed with: of one frame and factor always the same object."""
        if factor == 1:
            self._smaller = None
            return frame
        if self._smaller is None or self._smaller[0] is not frame or self._smaller[1] != factor:
            self._smaller = frame, factor, smaller(frame, factor)
        return self._smaller[2]

    def close(self) -> None:
        """Make every `take`, now and later, return None, and release the content."""
        with self._condition:
            self._is_closed = True
            self._frame = self._project = self._view = None
            self._condition.notify_all()

    @property
    def _is_ready(self) -> bool:
        return self._is_new and None not in (self._frame, self._project, self._view)

    def _wake(self) -> None:
        self._is_new = True
        self._condition.notify_all()


class Latest(Generic[T]):
    """The slot before the main thread: the newest picture or status.

    Parameters
    ----------
    wake : called by the putting thread if the slot was empty, so that at most one call is pending until the next
        `take`. The function must return at once (emit a queued signal, set an event).
    """

    def __init__(self, wake: Callable[[], None] | None = None) -> None:
        self._condition = threading.Condition()
        self._value: T | None = None
        self._call = wake
        self._is_closed = False

    def put(self, value: T) -> None:
        """Replace the value; wake the receiver only if the slot was empty. A closed slot takes nothing."""
        with self._condition:
            if self._is_closed:
                return
            was_empty = self._value is None
            self._value = value
            self._condition.notify_all()
            # Under the condition, so that no call is under way when `close` returns.
            if was_empty and self._call is not None:
                self._call()

    def wait_for(self, is_wanted: Callable[[T], bool], timeout_s: float) -> T | None:
        """Wait until a wanted value lies in the slot, and return it without taking it; None after the time-out."""
        with self._condition:
            self._condition.wait_for(lambda: self._is_closed or self._holds(is_wanted), timeout_s)
            return self._value if self._holds(is_wanted) else None

    def _holds(self, is_wanted: Callable[[T], bool]) -> bool:
        return self._value is not None and is_wanted(self._value)

    def take(self) -> T | None:
        """Return the newest value and empty the slot; None if it was empty."""
        with self._condition:
            value, self._value = self._value, None
        return value

    def close(self) -> None:
        """Empty the slot for good; the receiver is not called any more once this method has returned."""
        with self._condition:
            self._is_closed = True
            self._value = self._call = None
