"""Handling of dropped or pasted data: files, an address, or a picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from convexplorer.gui.commands import files, sourcing
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session.settings import state_folder
from convexplorer.sources.address import STREAM_SCHEMES


def take(window: Shell, data: QMimeData) -> bool:
    """Open the data's files, address or picture; return False if there are none."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    addresses = [url.toString() for url in data.urls() if url.scheme() in STREAM_SCHEMES]
    image = QImage(data.imageData()) if data.hasImage() else QImage()
    if paths:
        files.open_paths(window, paths)
    elif addresses:
        sourcing.open_text(window, addresses[0])
    elif not image.isNull():
        _open_image(window, image)
    else:
        return False
    return True


def _open_image(window: Shell, image: QImage) -> None:
    try:
        sourcing.open_text(window, str(_kept(image)))
    except OSError as error:
        window.say(f"The picture cannot be kept: {error}", kind="error")


def _kept(image: QImage) -> Path:
    """Write a picture to a new file, so that a project with this source can be reopened."""
    folder = state_folder() / "pasted"
    folder.mkdir(exist_ok=True)
    number = 1
    while (path := folder / f"pasted-{number}.png").exists():
        number += 1
    image.save(str(path))
    return path
