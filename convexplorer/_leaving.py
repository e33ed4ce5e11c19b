"""The end of the process: with its status, also while a thread is blocked in a library.

Python ends its daemon threads by unwinding them as soon as they ask for the interpreter again. In C++ (FFmpeg, OpenCV,
Qt) this aborts the whole process with status 134; and the destructors of these libraries, which run at the same time,
pull away what a blocked thread still uses. A thread that waits for a silent server cannot be ended in any other way.
"""

import atexit
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn
from weakref import WeakMethod

LATE_S = 10.0  # what a script waits at its end for threads that are still in a library

_late: list[threading.Thread] = []
_stops: list[WeakMethod[Callable[[], object]]] = []
_is_registered = False


def leave(status: int) -> NoReturn:
    """End the process with a status; everything that must reach the disk has been written by the caller.

    If other threads are still running, the process ends without the destructors of Python and of the libraries.
    """
    if not _is_alone():
        from convexplorer import _threads

        _threads.close()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # closed, or a pipe that nobody reads
            stream.flush()
    if not _is_alone():
        os._exit(status)
    sys.exit(status)


def expect_end(thread: threading.Thread) -> None:
    """Let a script, which ends without `leave`, wait for a thread that was told to stop, at most `LATE_S`."""
    if thread.is_alive():
        _register()
        _late[:] = [one for one in _late if one.is_alive()] + [thread]


def stop_at_end(stop: Callable[[], object]) -> None:
    """Let a script that ends without closing what it has started, such as a window, stop it then.

    Parameters
    ----------
    stop : a method that may be called twice; its object is not kept alive.
    """
    _register()
    _stops[:] = [one for one in _stops if one() is not None] + [WeakMethod(stop)]


def _register() -> None:
    global _is_registered
    if not _is_registered:
        _is_registered = True
        atexit.register(_end)


def _end() -> None:
    for reference in reversed(_stops):
        stop = reference()
        if stop is not None:
            stop()
    end_s = time.monotonic() + LATE_S
    for thread in _late:
        thread.join(max(0.0, end_s - time.monotonic()))


def _is_alone() -> bool:
    return threading.active_count() == 1
