"""Handling of dropped or pasted data: files, an address, or a picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDropEvent, QImage

from convexplorer.gui.commands import files, sourcing
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session.settings import state_folder
from convexplorer.sources.address import STREAM_SCHEMES


def offer_copy(event: QDropEvent) -> bool:
    """Accept a drag or drop as a copy, or ignore it; return True if it is accepted.

    The proposed action is never taken: after a move the source deletes the user's file. A source that offers nothing
    but a move or a link is refused.
    """
    can_copy = bool(event.possibleActions() & Qt.DropAction.CopyAction)
    if can_copy and (event.mimeData().hasUrls() or event.mimeData().hasImage()):
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        return True
    event.ignore()
    return False


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
