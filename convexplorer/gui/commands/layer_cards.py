"""Commands on the cards of the layers: group and fold several layers into one card, and show what the cards cost."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QInputDialog

from convexplorer.gui.commands.editing import reason_against
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session.choice import chosen_layer, layer_index
from convexplorer.model import edits
from convexplorer.model.folds import Fold, folds, folds_at

STANDS_ALONE = (
    "The selected layer stands alone: groups fold, and a convolution with what norms, activates and pools it."
)


def toggle(window: Shell) -> None:
    """Fold the selected layer with those that belong to it into one card, or show them again."""
    found = _folds(window)
    closed = next((fold for fold in found if not window.ribbon_look.is_open(fold)), None)
    if found:
        window.ribbon_look.toggle(found[-1] if closed is None else closed)


def is_folded(window: Shell) -> bool:
    """Return True if the selected layer is one of those that one card stands for."""
    return any(not window.ribbon_look.is_open(fold) for fold in _folds(window))


def why_not(window: Shell) -> str:
    """Return the reason why the selected layer cannot be folded, or ""."""
    return "" if _folds(window) else STANDS_ALONE


def fold_all(window: Shell) -> None:
    """Show one card for each convolution with what belongs to it."""
    window.ribbon_look.set_folded(True)


def open_all(window: Shell) -> None:
    """Show a card for each layer."""
    window.ribbon_look.set_folded(False)


def show_bars(measure: str) -> Callable[[Shell], None]:
    """Return the command that lets the bars on the cards show a measure; "" takes the bars away."""
    return lambda window: window.ribbon_look.set_bars(measure)


def are_bars(measure: str) -> Callable[[Shell], bool]:
    """Return the function that tests whether the bars on the cards show a measure."""
    return lambda window: window.ribbon_look.bars == measure


def group(window: Shell) -> None:
    """Ask for a name, and put the marked layers under it."""
    state, span = window.store.state, _marked(window)
    if span is None:
        return
    name = _asked_name(window, "Group the layers", edits.free_group_name(state))
    if name is not None and window.context.commit(edits.group_layers, *span, name):
        window.ribbon_look.mark(())


def why_not_group(window: Shell) -> str:
    """Return the reason why there are no layers to group, or ""."""
    span = _marked(window)
    if span is None:
        return "There is no layer."
    return reason_against(
        lambda: edits.group_layers(window.store.state, *span, edits.free_group_name(window.store.state))
    )


def rename_group(window: Shell) -> None:
    """Ask for another name of the selected layer's group."""
    old = _group(window)
    name = _asked_name(window, "Rename the group", old)
    if name is not None:
        window.context.commit(edits.rename_group, old, name)


def ungroup(window: Shell) -> None:
    """Let the layers of the selected layer's group stand for themselves."""
    window.context.commit(edits.ungroup, _group(window))


def why_no_group(window: Shell) -> str:
    """Return the reason why there is no group to change, or ""."""
    return "" if _group(window) else "The selected layer is in no group; “Group the layers” makes one."


def _marked(window: Shell) -> tuple[int, int] | None:
    """Return the first and the last of the marked layers: those of a closed card, or the selected one, if none is."""
    state, marked = window.store.state, window.ribbon_look.marked
    if marked:
        places = [state.position(layer_id) for layer_id in marked]
        return min(places), max(places)
    index = layer_index(state, window.selection.view)
    if index is None:
        return None
    closed = next((fold for fold in _folds(window) if not window.ribbon_look.is_open(fold)), None)
    return (index, index) if closed is None else (closed.first, closed.last)


def _group(window: Shell) -> str:
    layer = chosen_layer(window.store.state, window.selection.view)
    return "" if layer is None else layer.group


def _asked_name(window: Shell, title: str, name: str) -> str | None:
    text, accepted = QInputDialog.getText(window, title, "Name of the group", text=name)
    return text if accepted else None


def _folds(window: Shell) -> tuple[Fold, ...]:
    index = layer_index(window.store.state, window.selection.view)
    return () if index is None else folds_at(folds(window.store.state.layers), index)
