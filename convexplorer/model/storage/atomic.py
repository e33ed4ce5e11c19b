"""Replacement of a file as a whole: a temporary file beside it takes its place once it is complete.

One writer for all files of the user, projects and exports: what holds of the old file, its links and permissions, is
kept, and what a killed run left behind is removed.
"""

import errno
import os
import re
import shutil
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from convexplorer.model.storage.locks import lock_file
from convexplorer.sources.paths import special_kind

# Reasons in the words of the user; the system's own would be "no space left on device" and "file too large".
_REASONS = {
    errno.ENOSPC: "the disk is full",
    getattr(errno, "EDQUOT", errno.ENOSPC): "the disk is full: your share of it is used up",
    errno.EFBIG: "the disk is full: no larger file is allowed there",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "the link leads back to itself",
}
_MARK = "part"
_TOO_YOUNG_S = 60.0  # a file as young as this may be about to be locked
_UNLOCKED_AGE_S = 24 * 3600.0  # where parts carry no locks, only an old one was surely left behind
_swept: set[Path] = set()  # folders already cleaned by this program: once each, because listing takes time


class Replacement:
    """A temporary file beside its target, with the same suffix, by which writers choose the format.

    The empty file is created at once, so that an unwritable folder is reported before any work. All methods raise
    `OSError`.

    Parameters
    ----------
    target : a symbolic link stays one: the file that it leads to is replaced.
    mark : stands before the suffix of the temporary file; files with another mark than the default are left behind
        after a kill, for whoever knows of them.

    Attributes
    ----------
    path : of the temporary file.
    """

    def __init__(self, target: str | os.PathLike[str], mark: str = _MARK) -> None:
        self._final = _resolved(Path(target))
        _refuse_special(self._final)
        name = f".{self._final.stem[:40]}-{os.urandom(4).hex()}.{mark}{self._final.suffix[:10]}"
        self.path = self._final.with_name(name)
        self._lock: IO[bytes] | None = self.path.open("xb")
        _lock_or_close(self._lock)
        sweep(self._final.parent)

    def finish(self) -> os.stat_result:
        """Replace the target by the temporary file, and return the status of the new file."""
        try:
            old = self._final.stat()
        except FileNotFoundError:
            return self._rename()
        if old.st_nlink > 1 and stat.S_ISREG(old.st_mode):
            # The file has further names; replaced, it would keep its old contents under those.
            return self._copy_over()
        self._keep_owner_and_permissions(old)
        return self._rename()

    def discard(self) -> None:
        """Remove the temporary file, if there is one."""
        self._release()
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def _rename(self) -> os.stat_result:
        self._release()
        status = self.path.stat()
        os.replace(self.path, self._final)
        return status

    def _copy_over(self) -> os.stat_result:
        with self.path.open("rb") as source, self._final.open("r+b") as target:
            shutil.copyfileobj(source, target, 1024 * 1024)
            target.truncate()
            target.flush()
            os.fsync(target.fileno())
            status = os.fstat(target.fileno())
        self.discard()
        return status

    def _keep_owner_and_permissions(self, old: os.stat_result) -> None:
        if hasattr(os, "chown"):
            new = self.path.stat()
            if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
                with suppress(OSError):  # only the administrator may give files away
                    os.chown(self.path, old.st_uid, old.st_gid)
        self.path.chmod(stat.S_IMODE(old.st_mode))

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def sweep(folder: Path) -> None:
    """Remove the temporary files that killed runs left in a folder; at most once for each folder; never raises."""
    if folder in _swept:
        return
    _swept.add(folder)
    with suppress(OSError):
        for entry in os.scandir(folder):
            if is_part(entry.name):
                _remove_if_abandoned(Path(entry.path))


def is_part(name: str) -> bool:
    """Return True if a file's name is that of a temporary file of this program."""
    return re.fullmatch(rf"\..{{0,40}}-[0-9a-f]{{8}}\.{_MARK}(\..{{1,9}})?", name, re.DOTALL) is not None


def reason_of(error: Exception) -> str:
    """Return the system's reason for an error, without number and path; a full disk is called so.

    Examples
    --------
    >>> reason_of(OSError(errno.ENOSPC, "No space left on device"))
    'the disk is full'
    """
    if not isinstance(error, OSError):
        return str(error) or type(error).__name__
    return _REASONS.get(error.errno or 0) or (error.strerror or str(error) or type(error).__name__).lower()


def _resolved(target: Path) -> Path:
    try:
        return target.resolve()
    except RuntimeError:  # Python 3.11 and 3.12 call a loop of links so
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
    except ValueError as error:  # a null character
        raise OSError(errno.EINVAL, str(error)) from None


def _refuse_special(final: Path) -> None:
    """Raise `OSError` if the target cannot or must not be replaced, before any work."""
    try:
        mode = final.stat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, f"it is no ordinary file but {special_kind(mode)}")
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        # Only the folder's permission counts for a replacement; the user protected the file nevertheless.
        raise PermissionError(errno.EACCES, "it is write-protected")


def _lock_or_close(file: IO[bytes]) -> None:
    """Lock a new temporary file; close it where locks hinder other writers or do not exist."""
    if os.name != "posix":
        file.close()
        return
    with suppress(OSError):
        lock_file(file)


def _remove_if_abandoned(path: Path) -> None:
    with suppress(OSError):
        age_s = time.time() - path.stat().st_mtime
        if age_s < _TOO_YOUNG_S or (os.name != "posix" and age_s < _UNLOCKED_AGE_S):
            return
        if os.name == "posix":
            with path.open("rb") as file:
                lock_file(file)
                path.unlink()
        else:
            path.unlink()
