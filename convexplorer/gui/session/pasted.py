"""Pictures from the clipboard and from drops: kept as files, so that a project can name them, and cleaned up.

A file is kept while something refers to it: the list of recent sources, a copy of unsaved work, or a project that was
saved with it and still names it. Others go after a week, or if there are very many.
"""

import json
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from PySide6.QtGui import QImage

from convexplorer.gui.session.settings import state_folder

KEPT_S = 7 * 24 * 3600.0  # of a file to which nothing refers
YOUNG_S = 3600.0  # until then another window may be about to refer to a file
MOST_FILES = 100
_USES = "uses.json"  # the projects in which each file was saved


def keep(image: QImage) -> Path:
    """Write a picture to a new file; OSError if it cannot be written."""
    path = _new_file()
    if not image.save(str(path)):
        path.unlink()
        raise OSError(f"{path.name} cannot be written to {path.parent}: is the disk full?")
    return path


def keep_file(content: bytes) -> Path:
    """Write the contents of a picture's file, of whatever format, to a new file; OSError if it cannot be written."""
    path = _new_file()
    path.write_bytes(content)
    return path


def _new_file() -> Path:
    folder = _folder()
    folder.mkdir(exist_ok=True)
    number = 1
    while True:
        path = folder / f"pasted-{number}.png"
        try:
            path.open("xb").close()  # another window may look for a name at the same moment
        except FileExistsError:
            number += 1
        else:
            return path


def note_use(source_address: str, project: Path) -> None:
    """Remember that a project was saved with a kept picture as its source."""
    folder = _folder()
    name = Path(source_address).name
    if Path(source_address).parent != folder or not (folder / name).exists():
        return
    uses = _uses(folder)
    if str(project) not in uses.setdefault(name, []):
        uses[name].append(str(project))
        _write_uses(folder, uses)


def clean(folder: Path, recent: Iterable[str], copies: Path, now_s: float) -> list[str]:
    """Delete kept pictures to which nothing refers any more; return their names.

    Parameters
    ----------
    folder : of the kept pictures.
    recent : the addresses in the list of recent sources.
    copies : the folder of copies of unsaved work.
    now_s : the time, in seconds since the epoch.
    """
    found = sorted(((_age_s(path, now_s), path) for path in folder.glob("pasted-*.png")), reverse=True)
    if not found:
        return []
    uses, named, deleted = _uses(folder), {Path(text).name for text in recent}, []
    files = [*copies.glob("*.json"), *(Path(text) for text in recent if text.endswith(".json"))]
    left = len(found)
    for age_s, path in found:
        is_old = age_s > KEPT_S or (left > MOST_FILES and age_s > YOUNG_S)
        projects = [*files, *map(Path, uses.get(path.name, ()))]
        if not is_old or path.name in named or any(_names(one, path.name) for one in projects):
            continue
        with suppress(OSError):
            path.unlink()
            deleted.append(path.name)
            left -= 1
    if deleted and uses.keys() & set(deleted):
        _write_uses(folder, {name: projects for name, projects in uses.items() if name not in deleted})
    return deleted


def clean_up(recent: Iterable[str]) -> None:
    """Delete the kept pictures of this user to which nothing refers any more."""
    clean(_folder(), list(recent), state_folder() / "recovery", time.time())


def _folder() -> Path:
    return state_folder() / "pasted"


def _age_s(path: Path, now_s: float) -> float:
    try:
        return now_s - path.stat().st_mtime
    except OSError:
        return 0.0


def _names(project: Path, name: str) -> bool:
    """Return True if a project or a copy contains the name of a picture, or cannot be read at the moment."""
    try:
        return name.encode() in project.read_bytes() if project.is_file() else False
    except OSError:
        return True


def _uses(folder: Path) -> dict[str, list[str]]:
    try:
        found = json.loads((folder / _USES).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: [str(one) for one in paths] for name, paths in found.items() if isinstance(paths, list)}


def _write_uses(folder: Path, uses: dict[str, list[str]]) -> None:
    temporary = folder / f"{_USES}.{os.getpid()}"
    with suppress(OSError):  # a project that is not noted still keeps its picture for a week
        temporary.write_text(json.dumps(uses), "utf-8")
        temporary.replace(folder / _USES)
