"""Commands that show what a unit looks for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

from convexplorer.gui.commands import sourcing
from convexplorer.gui.commands.exporting import NO_MAP
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session import pasted
from convexplorer.model import edits
from convexplorer.words import plain

if TYPE_CHECKING:
    from convexplorer.gui.panels.unit_window import UnitWindow
    from convexplorer.results.unit.patches import Patch
    from convexplorer.results.unit.searching import Unit
    from convexplorer.sources.frame import Source


def show_unit(window: Shell) -> None:
    """Show what the selected map looks for, in a window beside this one."""
    shown = unit_window(window)
    shown.show()
    shown.raise_()
    shown.activateWindow()


def unit_window(window: Shell) -> UnitWindow:
    """Return the window that is open, or a new one."""
    from convexplorer.gui.panels.unit_window import UnitWindow  # here: no start searches anything

    open_one = window.findChild(UnitWindow)
    if open_one is not None and open_one.isVisible():
        return open_one
    made = UnitWindow(window.context, window.errands, window.settings, window)
    made.opened.connect(partial(open_patch, window))
    made.used.connect(partial(use_picture, window))
    for ready in (window.bridge.picture_ready, window.bridge.survey_ready):
        ready.connect(made.show_picture)
    if window.bridge.picture is not None:
        made.show_picture(window.bridge.picture)
    return made


def why_not_unit(window: Shell) -> str:
    """Return the reason why there is nothing to search, or ""."""
    picture = window.bridge.picture
    if picture is None or not picture.tiles:
        return NO_MAP
    return "" if len(picture.frame.spatial) == 2 else "Only pictures of rows and columns are searched."


def use_picture(window: Shell, rgb: np.ndarray) -> None:
    """Make a picture that was made the source; it is kept as pasted ones are."""
    rows, columns, _ = rgb.shape
    image = QImage(rgb.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
    try:
        sourcing.open_path(window, pasted.keep(image))
    except OSError as error:
        window.say(f"The picture cannot be kept: {error.strerror or error}", kind="error")


def open_patch(window: Shell, unit: Unit, patch: Patch, source: Source | None) -> None:
    """Show the picture of a patch, and pin its value.

    Parameters
    ----------
    source : in which it was found; None for the picture that is shown.
    """
    project, player = window.store.state, window.bridge.player
    if project.index_of(unit.layer) is None:
        window.say(f"The layer {plain(unit.layer_title)} is gone.", kind="warning")
        return
    if source is not None:
        if source != project.source and not window.context.commit(edits.set_source, source):
            return
        player.pause()  # a film would leave the frame at once
        player.seek(patch.index)
    window.selection.select(layer=unit.layer, filter=unit.channel)
    window.selection.hold(patch.pin)
