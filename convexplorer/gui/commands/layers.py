"""Commands on the layers: pooling, leaving one out, the activation; what the ribbon offers by mouse."""

from __future__ import annotations

from collections.abc import Callable

from convexplorer.core.layers import Activation
from convexplorer.gui.commands.editing import reason_against
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session.choice import layer_index
from convexplorer.model import edits


def add_pool(kind: str) -> Callable[[Shell], None]:
    """Return the command that adds a pooling layer after the last one, and selects it."""

    def run(window: Shell) -> None:
        last = len(window.store.state.layers) - 1
        if window.context.commit(edits.add_pool, last, kind):
            window.selection.select(layer=last + 1)

    return run


def toggle(window: Shell) -> None:
    """Leave the selected layer out, or let it take part again."""
    index = _selected(window)
    if index is not None:
        is_enabled = not window.store.state.layers[index].is_enabled
        window.context.commit(lambda project: edits.set_layer(project, index, is_enabled=is_enabled))


def is_left_out(window: Shell) -> bool:
    """Tell whether the selected layer takes no part."""
    index = _selected(window)
    return index is not None and not window.store.state.layers[index].is_enabled


def remove(window: Shell) -> None:
    """Remove the selected layer and select the one before; the only convolution stays."""
    index = _selected(window)
    if index is not None and window.context.commit(edits.remove_layer, index):
        window.selection.select(layer=max(index - 1, 0))


def why_not_remove(window: Shell) -> str:
    """Return why the selected layer cannot be removed, or ""."""
    index = _selected(window)
    if index is None:
        return "There is no layer."
    return reason_against(lambda: edits.remove_layer(window.store.state, index))


def use_activation(window: Shell, name: str) -> None:
    """Give the selected convolution another activation."""
    if chosen := window.choice():
        activation = Activation(name)
        window.context.commit(lambda project: edits.set_layer(project, chosen.layer_index, activation=activation))


def _selected(window: Shell) -> int | None:
    return layer_index(window.store.state, window.selection.view)
