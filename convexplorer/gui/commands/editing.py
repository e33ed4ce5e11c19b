"""Commands that change the project: undo, filters, the kernel as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtGui import QGuiApplication

from convexplorer.gui.commands import dropping
from convexplorer.gui.commands.shell import Shell
from convexplorer.kernels import matrix, presets
from convexplorer.model import edits
from convexplorer.model.project import Project


def commit(window: Shell, edit: Callable[..., Project], *arguments: object) -> bool:
    """Commit one edit of the store's project; an impossible one becomes a sentence in the window."""
    try:
        window.store.commit(edit(window.store.state, *arguments))
    except ValueError as error:
        window.say(str(error), kind="warning")
        return False
    return True


def undo(window: Shell) -> None:
    """Take back the last change."""
    window.store.undo()


def redo(window: Shell) -> None:
    """Do again what was taken back."""
    window.store.redo()


def choose_preset(window: Shell) -> None:
    """Open the list of presets at the filter panel."""
    window.show_controls(True)
    window.filter_panel.choose_preset()


def use_preset(window: Shell, name: str) -> None:
    """Replace the selected filter by a preset."""
    if chosen := window.choice():
        commit(window, edits.replace_filter, chosen.layer_index, chosen.filter_index, presets.make_filter(name))


def add(window: Shell) -> None:
    """Add a filter behind the selected one, an identity kernel to begin with, and select it."""
    chosen = window.choice()
    at = chosen.filter_index + 1 if chosen else 0
    if chosen and commit(window, edits.add_filter, chosen.layer_index, presets.make_filter("identity"), at):
        window.selection.select(layer=chosen.layer_index, filter=at)


def duplicate(window: Shell) -> None:
    """Copy the selected filter and select the copy."""
    chosen = window.choice()
    if chosen and commit(window, edits.duplicate_filter, chosen.layer_index, chosen.filter_index):
        window.selection.select(layer=chosen.layer_index, filter=chosen.filter_index + 1)


def remove(window: Shell) -> None:
    """Remove the selected filter; the last one stays."""
    if chosen := window.choice():
        commit(window, edits.remove_filter, chosen.layer_index, chosen.filter_index)


def rename(window: Shell) -> None:
    """Put the caret into the name of the selected filter."""
    window.show_controls(True)
    window.filter_panel.edit_name()


def move_back(window: Shell) -> None:
    """Move the selected filter one place to the front."""
    _move(window, -1)


def move_on(window: Shell) -> None:
    """Move the selected filter one place to the back."""
    _move(window, +1)


def set_kind(kind: str) -> Callable[[Shell], None]:
    """Return the command that makes the selected convolution one of another kind."""

    def run(window: Shell) -> None:
        if chosen := window.choice():
            commit(window, lambda state, layer: edits.set_layer(state, layer, kind=kind), chosen.layer_index)

    return run


def is_kind(kind: str) -> Callable[[Shell], bool]:
    """Return the question whether the selected convolution is of a kind."""
    return lambda window: (chosen := window.choice()) is not None and chosen.layer.kind == kind


def transform(operation: str) -> Callable[[Shell], None]:
    """Return the command that applies one row of `edits.TRANSFORMS` to the selected filter."""
    return lambda window: window.filter_panel.transform(operation)


def copy_kernel(window: Shell) -> None:
    """Copy the kernel's numbers, one row a line, separated by tabs."""
    _copy_kernel(window, "tab")


def copy_kernel_python(window: Shell) -> None:
    """Copy the kernel as the text of a NumPy array."""
    _copy_kernel(window, "python")


def paste(window: Shell) -> None:
    """Paste a matrix of numbers into the kernel, or a picture, files or an address as the source."""
    data = QGuiApplication.clipboard().mimeData()
    text = QGuiApplication.clipboard().text()
    # A spreadsheet offers its numbers as a picture too, and means the numbers.
    if not _is_matrix(text) and data is not None and dropping.take(window, data):
        return
    if text.strip():
        window.show_controls(True)
        window.filter_panel.paste_matrix(text)
    else:
        window.say("There is neither a picture nor a matrix of numbers on the clipboard.", kind="warning")


def _is_matrix(text: str) -> bool:
    try:
        matrix.parse_matrix(text)
    except ValueError:
        return False
    return True


def _copy_kernel(window: Shell, style: Literal["tab", "python"]) -> None:
    if chosen := window.choice():
        one = chosen.filter
        QGuiApplication.clipboard().setText(matrix.format_matrix(one.planes, style=style))
        window.say(f"Copied the {one.size[0]}×{one.size[1]} kernel “{one.name}”.", kind="info")


def _move(window: Shell, by: int) -> None:
    if chosen := window.choice():
        there = min(max(chosen.filter_index + by, 0), len(chosen.layer.filters) - 1)
        if commit(window, edits.move_filter, chosen.layer_index, chosen.filter_index, there):
            window.selection.select(layer=chosen.layer_index, filter=there)
