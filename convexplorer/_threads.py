"""The one module that computes in several threads, never in more threads than there are cores.

NumPy and OpenCV release the interpreter lock while they work on an array, so plain threads are enough. The thread pools
of BLAS and OpenCV are limited to one thread here, because threads that divide small products wait for each other.

A computation can be stopped between two of its items: `stoppable` names the condition, `for_each` and `check` obey it.
"""

import contextvars
import ctypes
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Generic, TypeVar

import numpy as np

T = TypeVar("T")

_CLOSE_S = 2.0  # longer than the usual item takes


class Stopped(BaseException):
    """Raised in a computation whose result is no longer wanted; not an `Exception`, because nothing has failed."""


_is_stopped: contextvars.ContextVar[Callable[[], bool]] = contextvars.ContextVar("is_stopped", default=lambda: False)


@contextmanager
def stoppable(is_stopped: Callable[[], bool]) -> Iterator[None]:
    """Let `is_stopped` end the computations inside with `Stopped`, in this thread and in the helpers."""
    token = _is_stopped.set(is_stopped)
    try:
        yield
    finally:
        _is_stopped.reset(token)


_is_alone: contextvars.ContextVar[bool] = contextvars.ContextVar("is_alone", default=False)


@contextmanager
def alone() -> Iterator[None]:
    """Let the computations inside use this thread only, so that the helpers are free for what is more urgent."""
    token = _is_alone.set(True)
    try:
        yield
    finally:
        _is_alone.reset(token)


def check() -> None:
    """Raise `Stopped` if the current computation is no longer wanted; for loops that take long."""
    if _is_stopped.get()():
        raise Stopped


def for_each(work: Callable[[T], object], items: Iterable[T]) -> None:
    """Call `work` with every item, in this thread and the helpers; return when all calls have finished.

    Items start in their order and must not depend on each other. The first exception ends the work and is raised here;
    so does `Stopped`, between two items. If the helpers are busy for another caller, this thread does all the work,
    because no cores are left; so it does inside `alone`.
    """
    todo = deque(items)
    if len(todo) == 1:
        check()
        work(todo[0])
        return
    with _one_blas_thread():
        if not todo or _is_alone.get() or not _helpers.lock.acquire(blocking=False):
            for item in todo:
                check()
                work(item)
            return
        try:
            _helpers.do(_Job(work, todo, _helpers.count))
        finally:
            _helpers.lock.release()


def thread_count() -> int:
    """Return the number of threads that `for_each` uses."""
    return _helpers.count + 1


def close() -> None:
    """End the helpers and wait for them, at most for `_CLOSE_S`; the next job starts new ones."""
    _helpers.close()


class _Job(Generic[T]):
    """The items of one call of `for_each`, and the threads at work on them."""

    def __init__(self, work: Callable[[T], object], todo: deque[T], helpers: int) -> None:
        self._work = work
        self._todo = todo
        # NumPy's way to treat overflow belongs to the context; a context can be entered once at a time.
        self._places = deque(contextvars.copy_context() for _ in range(helpers))
        self._ended: SimpleQueue[BaseException | None] = SimpleQueue()

    def lead(self, count: int) -> None:
        """Work until no item is left, then wait for the helpers that have begun; the others need not come."""
        failures = [self._work_on()]
        absent = 0
        while self._places:
            try:
                self._places.pop()
                absent += 1
            except IndexError:  # a helper was quicker
                break
        failures += [self._ended.get() for _ in range(count - absent)]
        # A helper that wakes up late finds no place; what it would have worked on must not wait for it in memory.
        del self._work
        if failure := next(filter(None, failures), None):
            raise failure

    def help(self) -> None:
        """Work until no item is left; return at once if none is left already."""
        try:
            context = self._places.popleft()
        except IndexError:
            return
        self._ended.put(context.run(self._work_on))

    def _work_on(self) -> BaseException | None:
        try:
            while True:
                try:
                    item = self._todo.popleft()
                except IndexError:
                    return None
                check()
                self._work(item)
        except BaseException as failure:
            self._todo.clear()
            return failure


class _Helpers:
    """Daemon threads that wait for jobs; the first job starts them."""

    def __init__(self) -> None:
        self._cores = _cores()
        self.count = len(self._cores) - 1
        self.lock = threading.Lock()
        self._jobs: SimpleQueue[_Job[object] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._avoided: int | None = None

    def do(self, job: "_Job[T]") -> None:
        """Work on a job with all helpers; the caller holds the lock."""
        if not self._threads:
            names = [f"arithmetic {i + 1}" for i in range(self.count)]
            self._threads = [threading.Thread(target=self._run, name=name, daemon=True) for name in names]
            for thread in self._threads:
                thread.start()
        self._avoid(_current_core())
        for _ in range(self.count):
            self._jobs.put(job)  # type: ignore[arg-type]  # a helper does not look at the items
        job.lead(self.count)

    def close(self) -> None:
        """End all threads as soon as they are done with their items."""
        end_s = time.monotonic() + _CLOSE_S
        if not self.lock.acquire(timeout=_CLOSE_S):
            return  # a computation that cannot be stopped needs them
        try:
            threads, self._threads, self._avoided = self._threads, [], None
            for _ in threads:
                self._jobs.put(None)
        finally:
            self.lock.release()
        for thread in threads:
            thread.join(max(0.0, end_s - time.monotonic()))

    def _avoid(self, core: int | None) -> None:
        """Keep the helpers off the core of their leader; None if that core is unknown.

        Linux tends to wake a thread on the core that woke it, and may leave both there for a long time: on a virtual
        machine of two cores, one core did all the work after every pause of 20 ms.
        """
        if core is None or core == self._avoided:
            return
        self._avoided = core
        with suppress(OSError):  # the process has been moved to other cores
            for thread in self._threads:
                os.sched_setaffinity(thread.native_id or 0, self._cores - {core})

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.help()
            del job  # while the thread waits for the next one, its maps must not stay in memory


def _cores() -> set[int]:
    """Return the cores that this process may use."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))


def _find_current_core() -> Callable[[], int | None]:
    """Return a function for the core of the calling thread; it returns None if the system cannot place threads."""
    get = getattr(ctypes.CDLL(None), "sched_getcpu", None) if hasattr(os, "sched_setaffinity") else None
    return get or (lambda: None)


_current_core = _find_current_core()
_helpers = _Helpers()


def _forget_helpers() -> None:
    global _helpers  # a forked child has none of its parent's threads
    _helpers = _Helpers()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_helpers)


class _Blas:
    """The OpenBLAS of NumPy's wheels; in other builds it is not found, and the number of threads is unchanged."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.users = 0
        self.threads = 1
        self.get: Callable[[], int] | None = None
        self.set: Callable[[int], object] = lambda _: None
        package = Path(np.__file__).parent
        for file in (*package.parent.glob("numpy.libs/*openblas*"), *package.glob(".dylibs/*openblas*")):
            try:
                library = ctypes.CDLL(str(file))
            except OSError:  # for another machine, or not to be loaded twice
                continue
            for name in ("scipy_openblas_{}_num_threads64_", "openblas_{}_num_threads64_", "openblas_{}_num_threads"):
                if hasattr(library, name.format("get")) and hasattr(library, name.format("set")):
                    self.get, self.set = getattr(library, name.format("get")), getattr(library, name.format("set"))
                    return


_blas = _Blas()


@contextmanager
def _one_blas_thread() -> Iterator[None]:
    """Limit BLAS to the calling thread, until the last user of this context has left."""
    if _blas.get is None:
        yield
        return
    with _blas.lock:
        _blas.users += 1
        if _blas.users == 1:
            _blas.threads = _blas.get()
            if _blas.threads > 1:
                _blas.set(1)
    try:
        yield
    finally:
        with _blas.lock:
            _blas.users -= 1
            if _blas.users == 0 and _blas.threads > 1:
                _blas.set(_blas.threads)
