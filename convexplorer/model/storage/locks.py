"""Locks on files, which the operating system releases when a program ends, by a kill as well."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def lock_file(file: IO[bytes]) -> None:
        """Lock an open file for this program; `OSError` if another one holds the lock."""
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def lock_file(file: IO[bytes]) -> None:
        """Lock an open file for this program; `OSError` if another one holds the lock."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Claims:
    """The locks of this program on files, by the path of each; beside every file lies one that carries its lock.

    A process id could not show that a file was left behind, because ids are reused.
    """

    def __init__(self) -> None:
        self._locks: dict[Path, IO[bytes]] = {}

    def __contains__(self, path: Path) -> bool:
        return path in self._locks

    def take(self, path: Path) -> bool:
        """Lock a file; return False if a running program holds the lock or the folder supports no locks."""
        if path in self._locks:
            return True
        try:
            file = path.with_suffix(".lock").open("ab")
        except OSError:
            return False
        try:
            lock_file(file)
        except OSError:
            file.close()
            return False
        self._locks[path] = file
        return True

    def release(self, path: Path) -> None:
        """Release the lock on a file, and delete what carried it if the file is gone."""
        file = self._locks.pop(path, None)
        if file is None:
            return
        lock = path.with_suffix(".lock")
        if os.name == "posix" and not path.exists():
            # Before the lock is released, so that no program locks a file that is about to be deleted.
            with suppress(OSError):
                lock.unlink()
        file.close()
        if os.name != "posix" and not path.exists():
            # Windows cannot delete an open file.
            with suppress(OSError):
                lock.unlink()

    def close(self) -> None:
        """Release all locks."""
        for path in tuple(self._locks):
            self.release(path)
