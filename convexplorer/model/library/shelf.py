"""What a folder of the library holds, as far as it can be read: one bad file leaves out itself, and says so."""

import stat
from collections.abc import Mapping
from pathlib import Path

from convexplorer._dataclass import dataclass
from convexplorer.model.library.entry import Entry
from convexplorer.model.library.text import Fault, read_entries
from convexplorer.model.storage.atomic import is_part, reason_of
from convexplorer.sources.paths import special_kind
from convexplorer.words import plain

SUFFIX = ".toml"
MAX_FILES = 2000
MAX_BYTES = 4 * 1024 * 1024  # of a file: a kernel of the largest size in full precision takes 1.3 MB
MAX_ALL_BYTES = 64 * 1024 * 1024

_State = tuple[int, int, int]  # size, time of change, inode


@dataclass(frozen=True, eq=False)
class ShelfFile:
    """A file of the library as it was read.

    Attributes
    ----------
    state : size, time and inode by which a change is noticed without reading.
    text : None if it could not be read.
    """

    name: str
    state: _State
    text: str | None
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, eq=False)
class Shelf:
    """The library as it was read last.

    Attributes
    ----------
    files : by name.
    faults : of all files, and of the folder itself.
    """

    folder: Path
    files: Mapping[str, ShelfFile]
    faults: tuple[Fault, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, by file and place in it."""
        return tuple(entry for file in self.files.values() for entry in file.entries)


def read_shelf(folder: Path, before: Shelf | None = None) -> Shelf:
    """Read a folder; never raises, and a folder that does not exist is empty.

    Parameters
    ----------
    before : what was read last: files that have not changed since are not read again.
    """
    known = before.files if before is not None and before.folder == folder else {}
    try:
        names = sorted(path.name for path in folder.iterdir() if _is_ours(path.name))
    except FileNotFoundError:
        return Shelf(folder, {})
    except OSError as error:
        return Shelf(folder, {}, (Fault(plain(folder.name), 0, f"the folder cannot be read: {reason_of(error)}"),))
    faults: list[Fault] = []
    if len(names) > MAX_FILES:
        faults.append(Fault(plain(folder.name), 0, f"only the first {MAX_FILES} of {len(names)} files are read"))
    files: dict[str, ShelfFile] = {}
    left = MAX_ALL_BYTES
    for name in names[:MAX_FILES]:
        file = _read_file(folder / name, known.get(name), left)
        left -= file.state[0]
        files[name] = file
        faults += file.faults
    return Shelf(folder, files, tuple(faults))


def read_text(path: Path) -> str:
    """Return the text of a file of the library; ValueError or OSError if there is none."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):  # opening a pipe would block
        raise ValueError(f"it is no ordinary file but {special_kind(found.st_mode)}")
    if found.st_size > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES // 1024**2} MB")
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES // 1024**2} MB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValueError(f"it is no text in UTF-8, from line {line} on") from None


def _read_file(path: Path, known: ShelfFile | None, left: int) -> ShelfFile:
    name = path.name
    state: _State = (0, 0, 0)
    try:
        found = path.stat()
        state = (found.st_size, found.st_mtime_ns, found.st_ino)
        if known is not None and known.state == state:
            return known
        if found.st_size > left:
            raise ValueError(f"the library has more than {MAX_ALL_BYTES // 1024**2} MB, this file is left out")
        text = read_text(path)
    except (OSError, ValueError) as error:
        return ShelfFile(name, (0, *state[1:]), None, (), (Fault(plain(name), 0, reason_of(error)),))
    return ShelfFile(name, state, text, *read_entries(text, name))


def _is_ours(name: str) -> bool:
    return name.endswith(SUFFIX) and not name.startswith(".") and not is_part(name)
