"""Commands on layers: add any kind, disable, move, set the activation; the ribbon offers the same by mouse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from convexplorer.core.layers import Activation
from convexplorer.gui.commands.editing import NO_FILTER, reason_against
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session.choice import layer_index
from convexplorer.model import edits
from convexplorer.model.default import new_layer
from convexplorer.model.layer import Layer

NO_LAYER = "There is no layer."


def add(kind: str) -> Callable[[Shell], None]:
    """Return the command that adds a layer of a kind behind the selected one, and selects it."""

    def run(window: Shell) -> None:
        index = _selected(window)
        at = 0 if index is None else index + 1
        picture = window.bridge.picture
        shapes = {} if picture is None else {report.id: report.output_shape for report in picture.layers}
        new = new_layer(kind, window.store.state, at, shapes)
        if window.context.commit(edits.add_layer, new, at):
            _select(window, at)

    return run


def toggle(window: Shell) -> None:
    """Disable or enable the selected layer."""
    index = _selected(window)
    if index is not None:
        is_enabled = not window.store.state.layers[index].is_enabled
        window.context.commit(lambda project: edits.set_layer(project, index, is_enabled=is_enabled))


def is_left_out(window: Shell) -> bool:
    """Return True if the selected layer is disabled."""
    layer = _layer(window)
    return layer is not None and not layer.is_enabled


def remove(window: Shell) -> None:
    """Remove the selected layer and select the one before it; the only layer cannot be removed."""
    index = _selected(window)
    if index is None:
        return
    state = window.store.state
    neighbour = state.layers[index - 1] if index else state.layers[1] if len(state.layers) > 1 else state.layers[0]
    if window.context.commit(edits.remove_layer, index):
        window.selection.select(layer=neighbour.id)


def why_not_remove(window: Shell) -> str:
    """Return the reason why the selected layer cannot be removed, or ""."""
    index = _selected(window)
    return NO_LAYER if index is None else reason_against(lambda: edits.remove_layer(window.store.state, index))


def duplicate(window: Shell) -> None:
    """Insert a copy of the selected layer behind it, and select the copy."""
    index = _selected(window)
    if index is not None and window.context.commit(edits.duplicate_layer, index):
        _select(window, index + 1)


def why_not_duplicate(window: Shell) -> str:
    """Return the reason why the selected layer cannot be copied, or ""."""
    index = _selected(window)
    return NO_LAYER if index is None else reason_against(lambda: edits.duplicate_layer(window.store.state, index))


def why_not_toggle(window: Shell) -> str:
    """Return the reason why there is no layer to leave out, or ""."""
    return NO_LAYER if _selected(window) is None else ""


def move(by: int) -> Callable[[Shell], None]:
    """Return the command that moves the selected layer by `by` positions."""

    def run(window: Shell) -> None:
        index = _selected(window)
        if index is not None:
            window.context.commit(edits.move_layer, index, index + by)

    return run


def why_not_move(by: int) -> Callable[[Shell], str]:
    """Return the function that gives the reason why the selected layer cannot be moved by `by` positions, or ""."""

    def ask(window: Shell) -> str:
        index = _selected(window)
        if index is None:
            return NO_LAYER
        if not 0 <= index + by < len(window.store.state.layers):
            return f"This is the {'first' if by < 0 else 'last'} layer."
        return reason_against(lambda: edits.move_layer(window.store.state, index, index + by))

    return ask


def set_kind(kind: str) -> Callable[[Shell], None]:
    """Return the command that changes the selected layer to another kind of the same family."""

    def run(window: Shell) -> None:
        index = _selected(window)
        if index is not None:
            window.context.commit(lambda project: edits.set_layer(project, index, kind=kind))

    return run


def is_kind(kind: str) -> Callable[[Shell], bool]:
    """Return the function that tests whether the selected layer is of a kind."""
    return lambda window: (layer := _layer(window)) is not None and layer.kind == kind


def why_not_kind(kind: str) -> Callable[[Shell], str]:
    """Return the function that gives the reason why the selected layer cannot become a kind, or ""."""

    def ask(window: Shell) -> str:
        index = _selected(window)
        if index is None:
            return NO_LAYER
        return reason_against(lambda: edits.set_layer(window.store.state, index, kind=kind))

    return ask


def initialize(name: str) -> Callable[[Shell], None]:
    """Return the command that draws new weights for the selected convolution's filters from an initializer.

    Each call draws different weights. The project stores the numbers, so undo and files reproduce them exactly.
    """

    def run(window: Shell) -> None:
        chosen, picture = window.choice(), window.bridge.picture
        if chosen is None:
            return
        report = None if picture is None else picture.report_of(chosen.layer.id)
        channels = report.input_shape[0] if report is not None and report.input_shape else 1
        seed = int(np.random.default_rng().integers(1 << 31))
        window.context.commit(
            lambda project: edits.initialize_layer(project, chosen.layer_index, name, channels=channels, seed=seed)
        )

    return run


def why_not_initialize(window: Shell) -> str:
    """Return the reason why there are no filters to initialize, or ""."""
    return "" if window.choice() is not None else NO_FILTER


def use_activation(window: Shell, name: str) -> None:
    """Set the activation of the selected layer, or of the first layer that has one."""
    state, index = window.store.state, _selected(window)
    if index is None:
        return
    order = (index, *range(len(state.layers)))
    found = next((i for i in order if state.layers[i].row.has("activation")), None)
    if found is not None:
        window.context.commit(lambda project: edits.set_layer(project, found, activation=Activation(name)))


def _select(window: Shell, at: int) -> None:
    window.selection.select(layer=window.store.state.layers[at].id, filter=0)


def _selected(window: Shell) -> int | None:
    return layer_index(window.store.state, window.selection.view)


def _layer(window: Shell) -> Layer | None:
    index = _selected(window)
    return None if index is None else window.store.state.layers[index]
