"""The one entry for files of trained networks: a file is recognised by its contents, whatever its name ends with."""

import errno
from collections.abc import Callable
from pathlib import Path

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.tensor_file import TensorFile
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.words import plain

_REASONS = {
    errno.ENOENT: "there is no such file",
    errno.EISDIR: "this is a folder",
    errno.EACCES: "it may not be read by you",
}


def open_network(path: str | Path) -> OpenedNetwork | TensorFile:
    """Read the file of a trained network.

    Nothing in the file is executed. Readers are imported when their format is met: none of them is needed at start-up.

    Returns
    -------
    layers with their weights where the file tells the architecture, otherwise its weights alone.

    Raises
    ------
    NetworkFileError : the file cannot be read, or is of no known format; the message is a sentence.
    """
    found = Path(path)
    name = plain(found.name) or "the file"
    try:
        return _reader(found)(found)
    except NetworkFileError:
        raise
    except OSError as error:
        reason = _REASONS.get(error.errno or 0) or plain(error.strerror or str(error))
        raise NetworkFileError(f"{name} cannot be opened: {reason}") from error
    except (MemoryError, RecursionError) as error:
        raise NetworkFileError(f"{name} cannot be read: it asks for more memory than there is") from error
    except ValueError as error:  # of a layer that cannot be, for which no reader has found better words
        raise NetworkFileError(f"{name} cannot be read: {error}") from error


def _reader(path: Path) -> Callable[[Path], OpenedNetwork | TensorFile]:
    """Return what reads this file; raise NetworkFileError if nothing does."""
    with path.open("rb") as file:
        head = file.read(16)
    name = plain(path.name)
    if not head:
        raise NetworkFileError(f"{name} is empty")
    raise NetworkFileError(f"{name} is no file of a trained network that is known here")
