"""Which maps of a frame an edit has left as they were: those of all other filters of the edited layer."""

from collections.abc import Container
from dataclasses import fields

from convexplorer.model.layer import Layer
from convexplorer.model.project import Project
from convexplorer.model.view import View

_NONE: frozenset[int] = frozenset()
Asked = tuple[Project, View]


def kept_maps(before: Asked, now: Asked) -> Container[int]:
    """Return the maps of the selected layer that two projects and views draw alike, of one and the same frame.

    These are the maps of filters that are the same objects, as an edit of a weight leaves all but one. None where
    anything else differs that maps or their colours may depend on.
    """
    (old, before_view), (new, view) = before, now
    if _way(before_view) != _way(view) or new.display.scope == "shared":
        return _NONE
    if not _are_equal_but_for("layers", old, new) or len(old.layers) != len(new.layers) or not new.layers:
        return _NONE
    selected = new.position(view.layer)
    if any(a is not b for i, (a, b) in enumerate(zip(old.layers, new.layers, strict=True)) if i != selected):
        return _NONE
    return _of_same_filters(old.layers[selected], new.layers[selected])


def _way(view: View) -> tuple[object, ...]:
    return view.layer, view.mode, view.look, view.reduction


def _of_same_filters(old: Layer, new: Layer) -> Container[int]:
    """Return the maps of filters that both layers have in the same place; one edited kernel changes no other map."""
    is_sum = new.kind == "conv" and not new.activation.is_over_channels
    if not is_sum or len(old.filters) != len(new.filters) or not _are_equal_but_for("filters", old, new):
        return _NONE
    return frozenset(i for i, (a, b) in enumerate(zip(old.filters, new.filters, strict=True)) if a is b)


def _are_equal_but_for(name: str, old: Project | Layer, new: Project | Layer) -> bool:
    return all(getattr(old, one.name) == getattr(new, one.name) for one in fields(new) if one.name != name)
