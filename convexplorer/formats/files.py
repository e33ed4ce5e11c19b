"""Opening of a network's file: an ordinary file, or a sentence with its name, whatever goes wrong while it is read."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from convexplorer.formats.errors import NetworkFileError
from convexplorer.words import SENTENCE_LIMIT, bytes_text, failure, plain

# Of a file, and of all that a network takes from several. Files may claim more and even have it, of nothing but holes.
MAX_BYTES = 4 << 30
_NAME_IN_SENTENCE = 80


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """Open an ordinary file for reading.

    Inside, errors are reasons without the file's name ("its header is cut short"); here they become sentences with it.

    Raises
    ------
    NetworkFileError : also for what the system refuses, and when the memory is exhausted.
    """
    with named(path):
        # Before it is opened: opening a pipe blocks until another program writes into it.
        if not stat.S_ISREG(path.stat().st_mode):
            raise NetworkFileError("it is a folder" if path.is_dir() else "it is no ordinary file")
        check_size(path.stat().st_size)
        with path.open("rb") as file:
            yield file


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Turn reasons, errors of the system and of memory into `NetworkFileError`s with a sentence about this file."""
    try:
        yield
    except NetworkFileError as error:
        reason = str(error)
    except FileNotFoundError:
        reason = f"it is not there (in {path.absolute().parent})"
    except PermissionError:
        reason = "you have no permission for it"
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
    except MemoryError:
        reason = "its numbers do not fit into the memory"
    except ValueError as error:
        if "embedded null" not in str(error):  # of a path; anything else is a fault of the program
            raise
        reason = "its name is impossible"
    else:
        return
    raise NetworkFileError(plain(failure(path.name, "cannot be read", reason), SENTENCE_LIMIT))


def size_of(file: BinaryIO) -> int:
    """Return the number of bytes of a file."""
    return os.fstat(file.fileno()).st_size


def check_size(count: int) -> None:
    """Raise if so many bytes are more than a network may take."""
    if count > MAX_BYTES:
        raise NetworkFileError(f"it takes {bytes_text(count)}; networks of up to {bytes_text(MAX_BYTES)} are read")


def read_exactly(file: IO[bytes], count: int, what: str) -> bytes:
    """Read so many bytes, of which the caller knows that they should be there."""
    data = file.read(count)
    if len(data) < count:
        raise NetworkFileError(f"{what} is cut short")
    return data


def quoted(name: str) -> str:
    """Write a name out of a file in a sentence.

    Examples
    --------
    >>> quoted("conv1.weight")
    '"conv1.weight"'
    """
    return f'"{plain(name, _NAME_IN_SENTENCE)}"'
