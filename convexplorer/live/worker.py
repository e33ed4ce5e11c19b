"""A thread that does one slow thing with the newest value, such as writing a video beside the window."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Worker(Generic[T]):
    """Calls `work` with the newest value put, in a thread of its own; values that come too fast are left out.

    Parameters
    ----------
    work : called with each value, one at a time.
    finish : called once in the same thread after the last value.

    An exception ends the work and stays in `failure` for who looks.
    """

    def __init__(self, work: Callable[[T], None], finish: Callable[[], None]) -> None:
        self._work = work
        self._finish = finish
        self._condition = threading.Condition()
        self._values: list[T] = []
        self._is_closed = False
        self.failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="worker")
        self._thread.start()

    def put(self, value: T) -> None:
        """Hand over a value; replaces one that has not been begun."""
        with self._condition:
            self._values[:] = [value]
            self._condition.notify()

    def close(self) -> None:
        """Let the last value be worked on, finish, and wait for the end."""
        with self._condition:
            self._is_closed = True
            self._condition.notify()
        self._thread.join()

    def _run(self) -> None:
        try:
            while (values := self._take()) is not None:
                self._work(values)
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
    """Do one thing in a thread of its own; `finish` is called there with what went wrong, or None."""

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
