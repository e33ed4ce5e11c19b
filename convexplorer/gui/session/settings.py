"""Settings remembered between two starts: the look of the window and the user's folders.

They are separate from the project, because they do not belong into a file shared with other users.
"""

import json
import math
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings, QStandardPaths

from convexplorer.sources.passwords import without_password

MAX_RECENT = 12


def state_folder() -> Path:
    """Return the folder for data that must survive a crash; it is created if missing."""
    root = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    folder = Path(root) / "convexplorer"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cache_folder() -> Path:
    """Return the folder for what can be found out again; it need not exist."""
    root = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
    return Path(root) / "convexplorer"


class Settings:
    """A small file of remembered values; if damaged or missing, defaults apply."""

    def __init__(self) -> None:
        root = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
        # Each value is stored as JSON text, because the ini format loses types.
        self._file = QSettings(str(Path(root) / "convexplorer" / "settings.ini"), QSettings.Format.IniFormat)

    def read(self, name: str, default: Any) -> Any:
        """Return a remembered value, or `default` if there is no value of the same type."""
        try:
            value = json.loads(str(self._file.value(name, "")))
        except ValueError:
            return default
        return value if default is None or isinstance(value, type(default)) else default

    def read_number(self, name: str, default: float, low: float, high: float) -> float:
        """Return a remembered number clamped to its limits, or `default` if it is not a number."""
        value = self.read(name, default)
        return min(max(float(value), low), high) if math.isfinite(value) else default

    def write(self, name: str, value: Any) -> None:
        """Remember a JSON-compatible value."""
        self._file.setValue(name, json.dumps(value))

    @property
    def recent(self) -> list[str]:
        """Recently opened files, folders and addresses, newest first."""
        return [without_password(text) for text in self.read("recent", []) if isinstance(text, str)]

    def add_recent(self, text: str) -> None:
        """Add an entry to the front of the recent ones."""
        self.write("recent", [text, *(other for other in self.recent if other != text)][:MAX_RECENT])

    def forget_passwords(self) -> None:
        """Remove the passwords of addresses that an older version has stored."""
        if any(text != without_password(text) for text in self.read("recent", []) if isinstance(text, str)):
            self.write("recent", self.recent)
        stream = self.read("stream", "")
        if stream != without_password(stream):
            self.write("stream", without_password(stream))

    @property
    def last_folder(self) -> str:
        """The initial folder of file dialogs."""
        return str(self.read("last_folder", str(Path.home())))

    def remember_folder(self, path: Path) -> None:
        """Remember the folder of `path` for the next file dialog."""
        self.write("last_folder", str(path if path.is_dir() else path.parent))

    def sync(self) -> None:
        """Write the file now."""
        self._file.sync()
