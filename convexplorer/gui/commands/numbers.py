"""Commands on typed numbers: a new grid, editing, and operations on all of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from convexplorer.gui.commands.shell import Shell
from convexplorer.model import edits
from convexplorer.sources import SourceError
from convexplorer.sources.numbers import check_grid

NO_NUMBERS = "The input is a picture: “Edit the numbers” turns a small one into numbers."
FIRST_SIZE = (8, 8)


def type_numbers(window: Shell) -> None:
    """Begin a new grid of zeros and edit it."""
    if window.context.commit(edits.set_grid, np.zeros(FIRST_SIZE)):
        window.numbers_panel.set_editing(True)


def toggle_editing(window: Shell) -> None:
    """Edit the numbers of the input over its picture, or end it; a small picture becomes numbers first."""
    panel = window.numbers_panel
    if panel.is_editing:
        panel.set_editing(False)
    elif window.store.state.source.kind == "numbers" or _take_picture(window):
        panel.set_editing(True)


def is_editing(window: Shell) -> bool:
    """Return True while the numbers are edited."""
    return window.numbers_panel.is_editing


def why_not_edit(window: Shell) -> str:
    """Return the reason why the input cannot be edited as numbers, or ""."""
    picture = window.bridge.picture
    if window.store.state.source.kind == "numbers":
        return ""
    if picture is None:
        return "There is no picture yet."
    if picture.input.ndim != 3:
        return "Only pictures can be edited as numbers."
    try:
        check_grid(picture.input.shape)
    except SourceError as error:
        return str(error)
    return ""


def why_not_change(window: Shell) -> str:
    """Return the reason why there are no numbers to change, or ""."""
    return "" if window.store.state.source.kind == "numbers" else NO_NUMBERS


def fill(window: Shell) -> None:
    """Set all numbers to the painted one."""
    window.context.commit(edits.fill_grid, window.numbers_panel.channel, window.numbers_panel.value)


def transform(operation: str) -> Callable[[Shell], None]:
    """Return the command that applies an operation of `edits.GRID_OPERATIONS`."""
    return lambda window: _transform(window, operation)


def _transform(window: Shell, operation: str) -> None:
    window.context.commit(edits.transform_grid, window.numbers_panel.channel, operation)


def _take_picture(window: Shell) -> bool:
    """Make the numbers of the input the source, with the digits that tell them apart."""
    picture = window.exact_picture()
    assert picture is not None  # `why_not_edit` has said so
    values = [float(str(value)) for value in picture.input.ravel()]
    grid = np.reshape(values, picture.input.shape)
    return window.context.commit(edits.set_grid, grid)
