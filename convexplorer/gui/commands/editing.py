"""Commands that change the project: undo, filters, the kernel as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication

from convexplorer.gui.commands import dropping, tables
from convexplorer.gui.commands.shell import Shell
from convexplorer.kernels import matrix, presets
from convexplorer.model import edits
from convexplorer.model.project import Project
from convexplorer.words import as_sentence

NO_FILTER = "There is no convolution, and so no filter."


def undo(window: Shell) -> None:
    """Undo the last change."""
    window.store.undo()


def why_not_undo(window: Shell) -> str:
    """Return the reason why nothing can be undone, or ""."""
    return "" if window.store.can_undo else "Nothing has been changed."


def redo(window: Shell) -> None:
    """Redo the last undone change."""
    window.store.redo()


def why_not_redo(window: Shell) -> str:
    """Return the reason why nothing can be redone, or ""."""
    return "" if window.store.can_redo else "Nothing has been taken back."


def reason_against(edit: Callable[[], object]) -> str:
    """Return the sentence of an edit's ValueError, or ""; edits have no side effects, so trying is harmless."""
    try:
        edit()
    except ValueError as error:
        return as_sentence(str(error))
    return ""


def choose_preset(window: Shell) -> None:
    """Open the list of presets beside the filter panel."""
    window.show_controls(True)
    window.filter_panel.choose_preset()


def preset_look(window: Shell) -> tuple[str, str]:
    """Return the icon and the tooltip of the choice of a preset, which names the present one."""
    chosen = window.choice()
    known = presets.preset_named(chosen.filter.preset or "") if chosen is not None else None
    now = "edited weights" if known is None else f"“{known.label}”"
    return "", f"Replace the filter, now {now}, by a preset."


def use_preset(window: Shell, name: str) -> None:
    """Replace the selected filter by a preset."""
    window.filter_panel.use_preset(name)


def add(window: Shell) -> None:
    """Add an identity kernel behind the selected filter, and select it."""
    if (chosen := window.choice()) and _commit(window, _added):
        window.selection.select(layer=chosen.layer.id, filter=chosen.filter_index + 1)


def why_not_add(window: Shell) -> str:
    """Return the reason why no filter can be added, or ""."""
    return _why_not(window, _added)


def duplicate(window: Shell) -> None:
    """Copy the selected filter and select the copy."""
    if (chosen := window.choice()) and _commit(window, edits.duplicate_filter):
        window.selection.select(layer=chosen.layer.id, filter=chosen.filter_index + 1)


def why_not_duplicate(window: Shell) -> str:
    """Return the reason why the filter cannot be copied, or ""."""
    return _why_not(window, edits.duplicate_filter)


def remove(window: Shell) -> None:
    """Remove the selected filter and select the next one; the only filter cannot be removed."""
    if (chosen := window.choice()) and _commit(window, edits.remove_filter):
        window.selection.select(filter=max(0, min(chosen.filter_index, len(chosen.layer.filters) - 2)))


def why_not_remove(window: Shell) -> str:
    """Return the reason why the filter cannot be removed, or ""."""
    return _why_not(window, edits.remove_filter)


def rename(window: Shell) -> None:
    """Move the text cursor into the name of the selected filter."""
    window.show_controls(True)
    window.filter_panel.edit_name()


def move(by: int) -> Callable[[Shell], None]:
    """Return the command that moves the selected filter by `by` positions."""

    def run(window: Shell) -> None:
        if chosen := window.choice():
            window.filter_panel.move_filter(chosen.filter_index, chosen.filter_index + by)

    return run


def why_not_move(by: int) -> Callable[[Shell], str]:
    """Return the function that gives the reason why the selected filter cannot be moved by `by` positions, or ""."""

    def ask(window: Shell) -> str:
        chosen = window.choice()
        if chosen is None:
            return NO_FILTER
        is_inside = 0 <= chosen.filter_index + by < len(chosen.layer.filters)
        return "" if is_inside else f"This is the {'first' if by < 0 else 'last'} filter."

    return ask


def transform(operation: str) -> Callable[[Shell], None]:
    """Return the command that applies an operation of `edits.TRANSFORMS` to the selected filter."""
    return lambda window: window.filter_panel.transform(operation)


def why_not_transform(operation: str) -> Callable[[Shell], str]:
    """Return the function that gives the reason why an operation of `edits.TRANSFORMS` is impossible, or ""."""

    def ask(window: Shell) -> str:
        return why_no_filter(window) or reason_against(lambda: window.filter_panel.check_transform(operation))

    return ask


def merge_planes(window: Shell) -> None:
    """Replace the planes of the selected filter by their mean, one plane for all channels."""
    if _commit(window, edits.merge_planes):
        window.filter_panel.choose_plane(None)


def why_not_merge(window: Shell) -> str:
    """Return the reason why there are no planes to merge, or ""."""
    chosen = window.choice()
    if chosen is None:
        return NO_FILTER
    return "" if len(chosen.filter.planes) > 1 else "The filter has one plane for all channels."


def why_no_filter(window: Shell) -> str:
    """Return the reason why there is no filter to edit, or ""."""
    return NO_FILTER if window.choice() is None else ""


def copy_kernel(window: Shell) -> None:
    """Copy the weights of the chosen planes as text, one row per line, separated by tabs."""
    _copy_kernel(window, "tab")


def copy_kernel_python(window: Shell) -> None:
    """Copy the kernel as Python code that makes a NumPy array of it."""
    _copy_kernel(window, "python")


def paste(window: Shell) -> None:
    """Paste numbers into kernel or input, where the hand is; or a picture, files or an address as the source."""
    data, hand = QGuiApplication.clipboard().mimeData(), window.hand()
    if data is not None and dropping.take(window, data, hand):
        return
    if text := QGuiApplication.clipboard().text().strip():
        tables.take(window, text, hand)
    else:
        window.say("There is neither a picture nor a matrix of numbers on the clipboard.", kind="warning")


def _copy_kernel(window: Shell, style: Literal["tab", "python"]) -> None:
    planes, what = window.filter_panel.chosen_planes()
    if what:
        axes = "(rows, columns)" if len(planes) == 1 else matrix.CHANNELS_FIRST
        sentence = f"{what[0].upper()}{what[1:]}, {axes}."
        data = QMimeData()
        data.setText(matrix.format_matrix(planes, style=style, comment=sentence))
        data.setData(tables.KERNEL_FORMAT, QByteArray(b"1"))
        QGuiApplication.clipboard().setMimeData(data)
        window.say(f"Copied {what}.", kind="info")


def _added(project: Project, layer: int, index: int) -> Project:
    return edits.add_filter(project, layer, presets.make_filter("identity"), index + 1)


def _commit(window: Shell, edit: Callable[[Project, int, int], Project]) -> bool:
    """Commit an edit of the selected filter."""
    chosen = window.choice()
    return chosen is not None and window.context.commit(edit, chosen.layer_index, chosen.filter_index)


def _why_not(window: Shell, edit: Callable[[Project, int, int], Project]) -> str:
    """Return the reason why an edit of the selected filter is impossible, or ""."""
    chosen = window.choice()
    if chosen is None:
        return NO_FILTER
    return reason_against(lambda: edit(window.store.state, chosen.layer_index, chosen.filter_index))
