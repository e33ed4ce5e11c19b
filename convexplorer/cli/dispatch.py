"""The entry point: which command the first word names, its status, and what it says where it fails."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

from convexplorer._leaving import leave
from convexplorer.cli.parser import FAILED, INTERRUPTED, misused
from convexplorer.cli.table import COMMANDS


def run() -> NoReturn:
    """Run the command line and end the process with its status."""
    try:
        status = main()
    except Exception:
        sys.excepthook(*sys.exc_info())
        status = FAILED
    leave(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status: 0 for success, 1 for a failure, 2 for wrong usage."""
    # Must be set before NumPy is imported. A convolution computes one small matrix product per row, and BLAS threads
    # synchronise at each: 12 megapixels and 8 filters took 5 s beside two busy processes on two cores, and 0.15 s with
    # one thread.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        try:
            return _command(words[0])(words[1:]) if words and words[0] in COMMANDS else _open_window(words)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()  # here, because at the end of the program a full disk could not be said any more
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `convexplorer kernels | head`
        _drop_output()
        return FAILED
    except OSError as error:  # `convexplorer kernels > /dev/full`; errors of other files are sentences already
        from convexplorer.model.storage.atomic import reason_of

        _drop_output()
        print(f"convexplorer: the output could not be written: {reason_of(error)}", file=sys.stderr)
        return FAILED
    except ValueError as error:  # errors caused by the user are ValueErrors with a sentence
        return misused(str(error))


def _command(name: str) -> Callable[[Sequence[str]], int]:
    module, _, function = COMMANDS[name].partition(":")
    command: Callable[[Sequence[str]], int] = getattr(import_module(f"convexplorer.cli.{module}"), function)
    return command


def _open_window(words: Sequence[str]) -> int:
    from convexplorer.cli.window import open_window

    return open_window(words)


def _drop_output() -> None:
    """Let nothing more be written to the standard output, by Python at its end either."""
    with suppress(OSError, ValueError):  # a stream of a test has no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
