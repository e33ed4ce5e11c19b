"""The end of the process: with its status, also while a thread is blocked in a library.

Python ends its daemon threads by unwinding them as soon as they ask for the interpreter again. In C++ (FFmpeg, OpenCV,
Qt) this aborts the whole process with status 134; and the destructors of these libraries, which run at the same time,
pull away what a blocked thread still uses. A thread that waits for a silent server cannot be ended in any other way.
"""

import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn


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


def _is_alone() -> bool:
    return threading.active_count() == 1
