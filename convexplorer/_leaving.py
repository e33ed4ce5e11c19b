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
from contextlib import suppress
from typing import NoReturn

LATE_S = 10.0  # what a script waits at its end for threads that are still in a library

_late: list[threading.Thread] = []


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
    if not thread.is_alive():
        return
    if not _late:
        atexit.register(_wait_for_late)
    _late[:] = [one for one in _late if one.is_alive()] + [thread]


def _wait_for_late() -> None:
    end_s = time.monotonic() + LATE_S
    for thread in _late:
        thread.join(max(0.0, end_s - time.monotonic()))


def _is_alone() -> bool:
    return threading.active_count() == 1
