"""What is selected after an edit: what exists, and where undo or redo brought something back, that."""

from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session.choice import remaining
from convexplorer.model.project import Project
from convexplorer.words import plain


def select_existing(window: Shell, new: Project, old: Project | None) -> None:
    """Select what exists: where undo or redo changed what can be selected, what was selected in that state."""
    selection, store = window.selection, window.store
    before = selection.view.layer
    lost = None if old is None or new.index_of(before) is not None else old.index_of(before)
    if old is not None and store.selected is not None and _selectable(new) != _selectable(old):
        layer_id, index = store.selected
        selection.select(layer=layer_id, filter=index)
    if not new.layers:
        return
    view = selection.view
    layer = new.index_of(view.layer)
    if layer is None:
        layer = 0 if old is None or lost is None else remaining(old, lost, new)
    chosen = new.layers[layer]
    # Each filter of a depthwise layer makes one map per channel, and the picture determines the channels.
    is_bank = chosen.has_filters and not chosen.has_map_per_channel
    count = len(chosen.filters) if is_bank else view.filter + 1
    selection.select(layer=chosen.id, filter=min(view.filter, count - 1))
    store.note_selected(selection.view.layer, selection.view.filter)
    if lost is not None and old is not None and selection.pin is not None:
        gone = plain(old.layers[lost].title)
        window.say(f"{gone} is gone; the pinned place is explained in {plain(chosen.title)} now.")


def _selectable(project: Project) -> tuple[object, ...]:
    """Return the layers and their filters, in their order."""
    return tuple((layer.id, *(one.name for one in layer.filters)) for layer in project.layers)
