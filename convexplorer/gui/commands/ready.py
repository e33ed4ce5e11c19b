"""Commands that show and open the ready networks."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage
from shiboken6 import isValid

from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.look import theme
from convexplorer.model.store import Document

if TYPE_CHECKING:
    from convexplorer.gui.widgets.gallery import Gallery
    from convexplorer.results.ready_card import ReadyCard

# By name and theme, as long as the program runs; None for one that could not be computed.
_cards: dict[tuple[str, bool], ReadyCard | None] = {}

logger = logging.getLogger(__name__)


def show_gallery(window: Shell) -> None:
    """Show the ready networks; their pictures are computed beside, one after the other, and kept."""
    from convexplorer.gui.widgets.gallery import Gallery, GalleryEntry
    from convexplorer.model.ready.table import READY

    entries = [GalleryEntry(name, row.title, row.group, row.explanation) for name, row in READY.items()]
    gallery = Gallery(entries, window, title="Ready networks", kind="network")
    gallery.picked.connect(partial(_open_picked, window))
    gallery.open()
    _show_cards(window, gallery)


def open_ready(window: Shell, name: str, *, has_own_source: bool = False) -> None:
    """Open a ready network as untitled work, in one step of undo.

    Parameters
    ----------
    has_own_source : True to open the network's sample as well; otherwise the source stays unless the network needs one.
    """
    from convexplorer.model.ready.table import READY, ready_project
    from convexplorer.sources import parse

    row = READY[name]
    project = ready_project(row, window.store.state)
    if has_own_source:
        project = replace(project, source=parse(row.source))
    window.store.open(project, Document(saved=project))
    window.selection.select(layer=project.layers[-1].id, filter=0)
    window.viewport.fit()
    window.say(row.explanation)


def _open_picked(window: Shell, name: str, has_own_source: bool) -> None:
    open_ready(window, name, has_own_source=has_own_source)


def _show_cards(window: Shell, gallery: Gallery) -> None:
    """Show the cards that are known, and compute the next one beside, as long as the gallery is open."""
    if not isValid(gallery) or not gallery.isVisible():
        return
    is_dark, missing = theme.is_dark(), ""
    for name in gallery.listed():
        if (name, is_dark) not in _cards:
            missing = missing or name
        elif name not in gallery.facts:
            _show_card(gallery, name, _cards[name, is_dark])
    if missing:
        work = partial(_compute_card, missing, is_dark=is_dark)
        window.errands.run(work, lambda error: _on_computed(window, gallery, error))


def _compute_card(name: str, *, is_dark: bool) -> None:
    from convexplorer.model.ready.table import READY
    from convexplorer.results.ready_card import ready_card

    _cards[name, is_dark] = None
    _cards[name, is_dark] = ready_card(READY[name], is_dark=is_dark)


def _on_computed(window: Shell, gallery: Gallery, error: Exception | None) -> None:
    if error is not None:
        logger.warning("the card of a ready network could not be computed: %s", error)
    _show_cards(window, gallery)


def _show_card(gallery: Gallery, name: str, card: ReadyCard | None) -> None:
    if card is None:
        gallery.show_card(name, (), "Its sample could not be computed.")
        return
    facts = f"{card.layer_count} layers · {card.parameter_count:,} parameters"
    gallery.show_card(name, [_image(picture) for picture in card.pictures], facts)


def _image(picture: np.ndarray) -> QImage:
    rows, columns, _ = picture.shape
    return QImage(picture.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
