"""Unsaved work that survives a crash: an autosaved copy for each running program.

Each program locks a file of its own for as long as it runs. The system gives the lock back when the program ends,
however it ends; so a copy whose lock is free was left behind by a crash. A process number alone could not tell: it is
given to another program soon after.
"""

import contextlib
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from convexplorer.model.project import Project
from convexplorer.model.storage.documents import Node, ProjectError, parse_document, write_document
from convexplorer.model.storage.files import opened, read_bytes, write_bytes
from convexplorer.model.storage.schema import project_from_node, project_to_document
from convexplorer.model.storage.tensors import Tensors, pack

if sys.platform == "win32":
    import msvcrt

    def _lock_file(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock_file(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


_PREFIX = "unsaved-"


@dataclass(frozen=True, eq=False)
class Recovery:
    """Work that a program could not save.

    Attributes
    ----------
    project : the last autosaved state.
    origin : the project file it belongs to, None if it never had one.
    saved_at : when it was autosaved, in UTC.
    path : the autosaved copy.
    """

    project: Project
    origin: Path | None
    saved_at: datetime
    path: Path


class Autosave:
    """Keeps a copy of unsaved work in a folder, and finds what crashed programs left there.

    Parameters
    ----------
    folder : made when first needed; several programs may share it.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self._path = self.folder / f"{_PREFIX}{os.getpid()}-{os.urandom(4).hex()}.json"
        # Held from the first copy to the end, and for found copies until they are discarded.
        self._locks: dict[Path, IO[bytes]] = {}

    def write(self, project: Project, origin_path: str | os.PathLike[str] | None = None) -> None:
        """Replace this program's copy; `ProjectError` with the reason if that fails."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ProjectError(f"{self.folder} cannot be made: {error.strerror}") from None
        if self._path not in self._locks:
            self._lock(self._path)
        tensors = Tensors()
        document = {
            "origin": None if origin_path is None else str(Path(origin_path).absolute()),
            "saved_at": datetime.now(UTC).isoformat(),
            "project": project_to_document(project, folder=self.folder.absolute(), tensors=tensors),
        }
        text = write_document(document)
        write_bytes(self._path, pack(text, tensors) if tensors.arrays else text.encode("utf-8"))

    def find(self) -> Recovery | None:
        """Return the newest copy that a crashed program left, None if there is none; never raises.

        From then on it is this program's to offer: another one started meanwhile does not find it.
        """
        found = [recovery for path in self._orphans() if (recovery := self._read(path)) is not None]
        newest = max(found, key=lambda recovery: recovery.saved_at, default=None)
        for recovery in found:
            if recovery is not newest:
                self._release(recovery.path)
        return newest

    def discard(self, recovery: Recovery | None = None) -> None:
        """Delete a found copy, or this program's own: after saving, and at a normal end."""
        path = self._path if recovery is None else recovery.path
        with contextlib.suppress(OSError):
            path.unlink()
        self._release(path)

    def close(self) -> None:
        """Give back all locks; copies that were not discarded are found at the next start."""
        for path in tuple(self._locks):
            self._release(path)

    def _orphans(self) -> list[Path]:
        """Return the copies nobody holds, now held by this program."""
        try:
            paths = sorted(self.folder.glob(f"{_PREFIX}*.json"))
        except OSError:
            return []
        return [path for path in paths if path != self._path and (path in self._locks or self._lock(path))]

    def _read(self, path: Path) -> Recovery | None:
        try:
            text, tensors = opened(read_bytes(path))
            known = parse_document(text).fields("origin", "saved_at", "project")
            missing = {"origin", "saved_at", "project"} - known.keys()
            if missing:
                raise ProjectError(f"{path.name} lacks {', '.join(sorted(missing))}")
            origin = None if known["origin"].value is None else Path(known["origin"].text())
            project = project_from_node(known["project"], folder=self.folder.absolute(), tensors=tensors)
            return Recovery(project, origin, _time(known["saved_at"]), path)
        except ProjectError:
            # Damaged or written by a newer version: nothing to offer, and nothing of ours to delete.
            self._release(path)
            return None

    def _lock(self, path: Path) -> bool:
        """Take a copy's lock; False if a running program has it, or the folder allows no locks."""
        try:
            file = path.with_suffix(".lock").open("ab")
        except OSError:
            return False
        try:
            _lock_file(file)
        except OSError:
            file.close()
            return False
        self._locks[path] = file
        return True

    def _release(self, path: Path) -> None:
        file = self._locks.pop(path, None)
        if file is None:
            return
        lock = path.with_suffix(".lock")
        if os.name == "posix" and not path.exists():
            # Before letting go, so that nobody locks a file that is about to vanish.
            with contextlib.suppress(OSError):
                lock.unlink()
        file.close()
        if os.name != "posix" and not path.exists():
            # Windows deletes no open file.
            with contextlib.suppress(OSError):
                lock.unlink()


def _time(node: Node) -> datetime:
    moment = node.make(lambda: datetime.fromisoformat(node.text()))
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
