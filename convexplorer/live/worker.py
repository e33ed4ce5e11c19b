"""A thread for a slow task on the newest value, such as writing a video beside the main thread."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from convexplorer._leaving import expect_end, stop_at_end

T = TypeVar("T")


class Worker(Generic[T]):
    """A thread that calls `work` with the newest value; values that arrive too fast are skipped.

    An exception ends the work and is kept in `failure`.

    Parameters
    ----------
    work : called with each value, one at a time.
    finish : called once in the same thread after the last value or a failure.

    Attributes
    ----------
    skipped : number of values that were replaced before their turn.
    """

    def __init__(self, work: Callable[[T], None], finish: Callable[[], None]) -> None:
        self._work = work
        self._finish = finish
        self._condition = threading.Condition()
        self._values: list[T] = []
        self._is_closed = False
        self.skipped = 0
        self.failure: Exception | None = None
        # A daemon, because a disk that no longer answers must not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()
        stop_at_end(self.end)

    def put(self, value: T) -> None:
        """Pass a value to the thread; a value that `work` has not begun is replaced."""
        with self._condition:
            if self._is_closed:
                return
            self.skipped += len(self._values)
            self._values[:] = [value]
            self._condition.notify()

    def put_if_idle(self, value: T) -> None:
        """Pass a value to the thread, unless another one waits for its turn."""
        with self._condition:
            if not self._values and not self._is_closed:
                self._values.append(value)
                self._condition.notify()

    def end(self) -> None:
        """Take no more values; the last one and `finish` follow in the thread."""
        with self._condition:
            self._is_closed = True
            self._condition.notify()
        expect_end(self._thread)

    def close(self) -> None:
        """Take no more values, and wait for the end of the thread."""
        self.end()
        self._thread.join()

    def _run(self) -> None:
        try:
            while (value := self._take()) is not None:
                self._work(value)
        except Exception as error:  # a thread never dies silently: the window asks for `failure`
            self.failure = error
        try:
            self._finish()
        except Exception as error:
            self.failure = self.failure or error

    def _take(self) -> T | None:
        with self._condition:
            while not self._values and not self._is_closed:
                self._condition.wait()
            return self._values.pop() if self._values else None


def run_beside(work: Callable[[], object], finish: Callable[[Exception | None], object]) -> threading.Thread:
    """Run `work` in a thread of its own, then `finish` in the same thread, with the exception or None."""

    def run() -> None:
        failure = None
        try:
            work()
        except Exception as error:  # a thread never dies silently: `finish` tells
            failure = error
        finish(failure)

    thread = threading.Thread(target=run, name="beside")
    thread.start()
    return thread
