"""What the program remembers between two starts: how the window looks and where the person works.

Apart from the project, because none of it belongs into a file that is handed to somebody else.
"""

import json
import math
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings, QStandardPaths

MAX_RECENT = 12


def state_folder() -> Path:
    """Return the folder for what must survive a crash; made when it is missing."""
    root = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    folder = Path(root) / "convexplorer"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Settings:
    """A small file of remembered values; a damaged or missing one means the defaults."""

    def __init__(self) -> None:
        root = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
        # Each value is one JSON text, because the ini format forgets types.
        self._file = QSettings(str(Path(root) / "convexplorer" / "settings.ini"), QSettings.Format.IniFormat)

    def read(self, name: str, default: Any) -> Any:
        """Return a remembered value, or `default` when there is none of the same type."""
        try:
            value = json.loads(str(self._file.value(name, "")))
        except ValueError:
            return default
        return value if default is None or isinstance(value, type(default)) else default

    def read_number(self, name: str, default: float, low: float, high: float) -> float:
        """Return a remembered number within its limits, or `default` when it is none."""
        value = self.read(name, default)
        return min(max(float(value), low), high) if math.isfinite(value) else default

    def write(self, name: str, value: Any) -> None:
        """Remember a value that JSON can hold."""
        self._file.setValue(name, json.dumps(value))

    @property
    def recent(self) -> list[str]:
        """Files, folders and addresses opened last, newest first."""
        return [text for text in self.read("recent", []) if isinstance(text, str)]

    def add_recent(self, text: str) -> None:
        """Put an entry at the head of the recent ones."""
        self.write("recent", [text, *(other for other in self.recent if other != text)][:MAX_RECENT])

    @property
    def last_folder(self) -> str:
        """Folder that file dialogs open in."""
        return str(self.read("last_folder", str(Path.home())))

    def remember_folder(self, path: Path) -> None:
        """Let the next file dialog open beside `path`."""
        self.write("last_folder", str(path if path.is_dir() else path.parent))

    def sync(self) -> None:
        """Write the file now."""
        self._file.sync()
