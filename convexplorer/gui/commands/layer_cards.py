"""Commands on the cards of the layers: fold several layers into one card, and show what the cards cost."""

from __future__ import annotations

from collections.abc import Callable

from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session.choice import layer_index
from convexplorer.model.folds import Fold, fold_at, folds

STANDS_ALONE = "The selected layer stands alone: a convolution folds with the norm, activation and pool behind it."


def toggle(window: Shell) -> None:
    """Fold the selected layer with those that belong to it into one card, or show them again."""
    fold = _fold(window)
    if fold is not None:
        window.ribbon_look.toggle(fold)


def is_folded(window: Shell) -> bool:
    """Return True if the selected layer is one of those that one card stands for."""
    fold = _fold(window)
    return fold is not None and not window.ribbon_look.is_open(fold)


def why_not(window: Shell) -> str:
    """Return the reason why the selected layer cannot be folded, or ""."""
    return "" if _fold(window) is not None else STANDS_ALONE


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


def _fold(window: Shell) -> Fold | None:
    index = layer_index(window.store.state, window.selection.view)
    return None if index is None else fold_at(folds(window.store.state.layers), index)
