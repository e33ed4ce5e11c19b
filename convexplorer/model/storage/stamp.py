"""The state of a file when it was read or written here, to notice that someone else has changed it meanwhile."""

import os
import stat
from pathlib import Path

from convexplorer._dataclass import dataclass


@dataclass(frozen=True)
class Stamp:
    """What tells one state of a file from the next.

    Attributes
    ----------
    size : in bytes.
    time_ns : of the last change, in nanoseconds.
    inode : number of the file in its file system; replacing a file changes it.
    digest : of the contents, as hexadecimal digits: a file that was only copied back has not changed.
    """

    size: int
    time_ns: int
    inode: int
    digest: str


def stamp_of(status: os.stat_result, content: bytes) -> Stamp:
    """Return the stamp of a file with this status and these contents."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ino, _digest(content))


def why_changed(path: Path, stamp: Stamp | None) -> str:
    """Return how a file differs from its stamp, as a sentence that names it; "" if it does not.

    Parameters
    ----------
    stamp : None if the contents are not known, for example of the file of recovered work.
    """
    try:
        status = path.stat()
        if stamp is not None and (status.st_size, status.st_mtime_ns, status.st_ino) == (
            stamp.size,
            stamp.time_ns,
            stamp.inode,
        ):
            return ""
        is_same = (
            stamp is not None
            and stat.S_ISREG(status.st_mode)
            and status.st_size == stamp.size
            and _digest(path.read_bytes()) == stamp.digest
        )
    except FileNotFoundError:
        return f"{path.name} is no longer in {path.parent}: it was moved or deleted since it was opened."
    except OSError:
        return ""  # saving will fail, and say why
    return "" if is_same else f"{path.name} was changed by another program or window since it was opened."


def _digest(content: bytes) -> str:
    import hashlib  # loads OpenSSL, for files that are read or written: not for every start

    return hashlib.blake2b(content, digest_size=16).hexdigest()
