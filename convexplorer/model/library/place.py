"""Where the library is: a folder of the user's data, one that was chosen, or one that the environment names.

The command line reads the same library as the window, so this is found without Qt.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from convexplorer.model.storage.atomic import Replacement

VARIABLE = "CONVEXPLORER_LIBRARY"  # names a folder, before all others
_CHOICE = "library-folder.txt"
_MAX_CHARACTERS = 4096


def data_folder() -> Path:
    """Return the folder of this program's data, the same that Qt names; it need not exist."""
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Application Support"
    else:
        root = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(root) / "convexplorer"


def default_folder() -> Path:
    """Return the folder of the library where none was chosen."""
    return data_folder() / "library"


def library_folder() -> Path:
    """Return the folder of the library; it need not exist."""
    if named := os.environ.get(VARIABLE):
        return Path(named).expanduser()
    with suppress(OSError, ValueError):
        chosen = (data_folder() / _CHOICE).read_text(encoding="utf-8")[:_MAX_CHARACTERS].strip()
        if chosen:
            return Path(chosen)
    return default_folder()


def choose_folder(folder: Path | None) -> None:
    """Take another folder for the library from now on; None takes the default one. Raises OSError."""
    note = data_folder() / _CHOICE
    if folder is None or folder == default_folder():
        note.unlink(missing_ok=True)
        return
    note.parent.mkdir(parents=True, exist_ok=True)
    part = Replacement(note)
    try:
        part.path.write_text(f"{folder.absolute()}\n", encoding="utf-8")
        part.finish()
    except BaseException:
        part.discard()
        raise
