"""Commands that compare two maps, keep a result to compare with, and combine two maps to one."""

from __future__ import annotations

from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session.choice import layer_index
from convexplorer.model import edits
from convexplorer.model.default import new_layer
from convexplorer.model.view import BEFORE, SELECTED, Mode, Side
from convexplorer.results.exhibit import reference_of

NO_SECOND = "Hold Ctrl and click a second map of the bank first."
NOTHING_KEPT = "Nothing was kept yet."
COMBINED = "combine_maps"


def keep_reference(window: Shell) -> None:
    """Keep picture and settings of now, and compare what is shown with it: all layers, or else the selected map."""
    picture = window.exact_picture()
    reference = None if picture is None else reference_of(picture)
    if reference is not None:
        mode: Mode = "network" if window.selection.view.mode == "network" else "compare"
        window.selection.select(reference=reference, mode=mode, sides=(Side("settings"), SELECTED))
    window.maps_panel.take_focus()


def why_not_keep(window: Shell) -> str:
    """Return the reason why there is nothing to keep, or ""."""
    picture = window.bridge.picture
    return "There is no result to keep yet." if picture is None or picture.evaluation is None else ""


def forget_reference(window: Shell) -> None:
    """Let go of what was kept."""
    view = window.selection.view
    sides = tuple(BEFORE if side.result != "now" else side for side in view.sides)
    sides = sides if len(set(sides)) == 2 else (BEFORE, SELECTED)
    window.selection.select(reference=None, sides=sides, shown="own")


def why_not_forget(window: Shell) -> str:
    """Return the reason why there is nothing to let go of, or ""."""
    return "" if window.selection.view.reference is not None else NOTHING_KEPT


def compare_two(window: Shell) -> None:
    """Compare the marked map with the selected one."""
    view = window.selection.view
    if view.partner is not None:
        layer = window.store.state.layers[window.store.state.position(view.layer)].id
        window.selection.select(mode="compare", sides=(Side(layer=layer, map=view.partner), SELECTED))
        window.maps_panel.take_focus()


def why_not_compare_two(window: Shell) -> str:
    """Return the reason why there are no two maps, or ""."""
    return "" if window.selection.view.partner is not None else NO_SECOND


def compare_before(window: Shell) -> None:
    """Compare the selected map with what goes into its layer."""
    window.selection.select(mode="compare", sides=(BEFORE, SELECTED))
    window.maps_panel.take_focus()


def swap_sides(window: Shell) -> None:
    """Exchange both sides of the comparison."""
    first, second = window.selection.view.sides
    window.selection.select(sides=(second, first))


def blink(window: Shell) -> None:
    """Show all of one side of the comparison, and again all of the other."""
    window.maps_panel.blink()


def why_not_comparing(window: Shell) -> str:
    """Return the reason why no comparison is shown, or ""."""
    return "" if window.selection.view.mode == "compare" else "No comparison is shown: Compare shows one."


def combine_two(window: Shell) -> None:
    """Add a layer behind the selected one that combines the selected map with the marked one, or with the next."""
    state, view = window.store.state, window.selection.view
    index = layer_index(state, view)
    count = _map_count(window)
    if index is None or count < 2:
        return
    first = min(view.filter, count - 1)
    second = view.partner if view.partner is not None and view.partner < count else None
    if second is None:
        first, second = min(first, count - 2), min(first, count - 2) + 1
    elif second < first:  # as they stand in the bank
        first, second = second, first
    new = new_layer(COMBINED, state, index + 1).with_settings(first=first, second=second)
    if window.context.commit(edits.add_layer, new, index + 1):
        window.selection.select(layer=window.store.state.layers[index + 1].id, filter=0, mode="bank")


def why_not_combine(window: Shell) -> str:
    """Return the reason why there are no two maps to combine, or ""."""
    return "" if _map_count(window) > 1 else "The selected layer has no two maps."


def _map_count(window: Shell) -> int:
    """Return how many maps the selected layer has, 0 where it is not known."""
    picture, state = window.bridge.picture, window.store.state
    index = layer_index(state, window.selection.view)
    report = None if picture is None or index is None else picture.report_of(state.layers[index].id)
    return 0 if report is None or not report.output_shape else report.output_shape[0]
