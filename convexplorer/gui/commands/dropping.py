"""Handling of dropped or pasted data: files, a table of numbers, a picture, or a text that names one of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDropEvent, QImage

from convexplorer.gui.commands import files, naming, sourcing, tables
from convexplorer.gui.commands.shell import Hand, Shell
from convexplorer.gui.session import pasted

KERNEL_SUFFIXES = (".npy", ".npz", ".csv", ".tsv", ".txt")  # of files that may hold a kernel or a picture


def offer_copy(event: QDropEvent) -> bool:
    """Accept a drag or drop as a copy, or ignore it; return True if it is accepted.

    The proposed action is never taken: after a move the source deletes the user's file. A source that offers nothing
    but a move or a link is refused.
    """
    can_copy = bool(event.possibleActions() & Qt.DropAction.CopyAction)
    data = event.mimeData()
    if can_copy and (data.hasUrls() or data.hasImage() or data.hasText()):
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        return True
    event.ignore()
    return False


def take(window: Shell, data: QMimeData, hand: Hand) -> bool:
    """Open the data's files, table, picture or address; return False if there are none.

    A table, or a file of numbers, goes where the hand is: into the kernel or the input.

    A spreadsheet offers its cells also as a picture, and a browser a picture with its address: the cells are what is
    meant, and the picture needs no network.
    """
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    text = data.text()
    if len(paths) == 1 and hand == "kernel" and paths[0].suffix.lower() in KERNEL_SUFFIXES:
        files.import_bank_of(window, paths[0])
    elif paths:
        files.open_paths(window, paths)
    elif naming.is_table(text) or _is_spreadsheet(data):
        is_own_kernel = data.hasFormat(tables.KERNEL_FORMAT) and hand != "input"
        tables.take(window, text, "kernel" if is_own_kernel else hand)
    elif data.hasImage() and not (image := QImage(data.imageData())).isNull():
        _open_image(window, image)
    elif named := _named(data, text):
        files.open_named(window, named)
    else:
        return False
    return True


def _is_spreadsheet(data: QMimeData) -> bool:
    return data.hasText() and data.hasHtml() and "<td" in data.html().lower()


def _named(data: QMimeData, text: str) -> str:
    """Return the first address in the data, or its text if that names something; else ""."""
    urls = [url.toString() for url in data.urls() if not url.isLocalFile()]
    texts = (*urls, text)
    return next((one for one in texts if naming.is_address(one) or naming.named_paths(one)), "")


def _open_image(window: Shell, image: QImage) -> None:
    try:
        sourcing.open_path(window, pasted.keep(image))
    except OSError as error:
        window.say(f"The picture cannot be kept: {error.strerror or error}", kind="error")
