"""Crash recovery: an autosaved copy of the unsaved work of each running program.

Each program locks its own file while it runs. The operating system releases the lock when the program ends, by a crash
as well; so a copy whose lock is free was left behind by a crash. A process id alone could not show this, because ids
are reused.
"""

import contextlib
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from convexplorer._dataclass import dataclass
from convexplorer.model.project import Project
from convexplorer.model.storage.documents import Node, ProjectError, parse_document, write_document
from convexplorer.model.storage.files import opened, read_bytes, write_bytes
from convexplorer.model.storage.locks import Claims
from convexplorer.model.storage.schema import project_from_node, project_to_document
from convexplorer.model.storage.stamp import Stamp
from convexplorer.model.storage.tensors import Tensors, pack

_PREFIX = "unsaved-"


@dataclass(frozen=True, eq=False)
class Recovery:
    """Unsaved work left behind by a crashed program.

    Attributes
    ----------
    project : the last autosaved state.
    origin : the project file of this work; None if there was none.
    stamp : the state of that file when it was opened or saved; None if unknown.
    saved_at : the time of the autosave, in UTC.
    path : of the autosaved copy.
    """

    project: Project
    origin: Path | None
    saved_at: datetime
    path: Path
    stamp: Stamp | None = None


class Autosave:
    """Keeps a copy of unsaved work in a folder, and finds the copies of crashed programs there.

    Parameters
    ----------
    folder : created on first use; several programs may share the folder.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self._path = self.folder / f"{_PREFIX}{os.getpid()}-{os.urandom(4).hex()}.json"
        # Our own lock is held from the first copy until the end; those of found copies until they are discarded.
        self._claims = Claims()

    def write(
        self, project: Project, origin_path: str | os.PathLike[str] | None = None, stamp: Stamp | None = None
    ) -> None:
        """Replace this program's copy; `ProjectError` with the reason on failure."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ProjectError(f"{self.folder} cannot be made: {error.strerror}") from None
        self._claims.take(self._path)
        tensors = Tensors()
        document = {
            "origin": None if origin_path is None else str(Path(origin_path).absolute()),
            "stamp": None if stamp is None else asdict(stamp),
            "saved_at": datetime.now(UTC).isoformat(),
            "project": project_to_document(project, folder=self.folder.absolute(), tensors=tensors),
        }
        text = write_document(document)
        write_bytes(self._path, pack(text, tensors) if tensors.arrays else text.encode("utf-8"))

    def find(self) -> Recovery | None:
        """Return the newest copy of a crashed program, or None; never raises.

        The copy is then reserved for this program: other running programs no longer find it.
        """
        found = [recovery for path in self._orphans() if (recovery := self._read(path)) is not None]
        newest = max(found, key=lambda recovery: recovery.saved_at, default=None)
        for recovery in found:
            if recovery is not newest:
                self._claims.release(recovery.path)
        return newest

    def discard(self, recovery: Recovery | None = None) -> None:
        """Delete a found copy, or by default this program's own: after saving, and at a normal end."""
        path = self._path if recovery is None else recovery.path
        with contextlib.suppress(OSError):
            path.unlink()
        self._claims.release(path)

    def close(self) -> None:
        """Release all locks; copies that were not discarded are found at the next start."""
        self._claims.close()

    def _orphans(self) -> list[Path]:
        """Lock and return the copies that no running program holds."""
        try:
            paths = sorted(self.folder.glob(f"{_PREFIX}*.json"))
        except OSError:
            return []
        return [path for path in paths if path != self._path and self._claims.take(path)]

    def _read(self, path: Path) -> Recovery | None:
        try:
            text, tensors = opened(read_bytes(path))
            known = parse_document(text).fields("origin", "stamp", "saved_at", "project")
            missing = {"origin", "saved_at", "project"} - known.keys()
            if missing:
                raise ProjectError(f"{path.name} lacks {', '.join(sorted(missing))}")
            origin = None if known["origin"].value is None else Path(known["origin"].text())
            project = project_from_node(known["project"], folder=self.folder.absolute(), tensors=tensors)
            return Recovery(project, origin, _time(known["saved_at"]), path, _stamp(known.get("stamp")))
        except ProjectError:
            # Damaged or written by a newer version: neither offered nor deleted.
            self._claims.release(path)
            return None


def _time(node: Node) -> datetime:
    moment = node.make(lambda: datetime.fromisoformat(node.text()))
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _stamp(node: Node | None) -> Stamp | None:
    if node is None or node.value is None:
        return None
    known = node.fields("size", "time_ns", "inode", "digest")
    if len(known) < 4:
        raise node.error("must be complete")
    return Stamp(known["size"].whole(), known["time_ns"].whole(), known["inode"].whole(), known["digest"].text())
