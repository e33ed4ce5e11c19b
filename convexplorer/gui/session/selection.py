"""The selection: the selected layer and filter, the view mode, and the cursor shared by all panes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from convexplorer.core.geometry.places import Crop, Place, Region
from convexplorer.model.view import View

Tap = tuple[int, int, int]


class Selection(QObject):
    """The window's shared selection; not part of the project, and so not undoable.

    Attributes
    ----------
    cursor : the point under the mouse.
    is_on_input : True if the cursor is on the input picture, False if on a map.
    pointed_filter : index of the filter whose map is under the mouse, or None.
    pin : the place of the input that stays explained while the mouse moves, or None. Which value of it is explained say
        the selected layer and filter: one pin, one kernel, one map and one title.
    overlays : names of the overlays drawn over the pictures: "field", "reads", "ghost", "loupe".
    crop : the studied part of the selected layer's input; None for its centre.
    region : a rectangle of the input that is looked at, whose numbers are shown, or None.
    found : rectangles of the input that are like what is looked for, the best first.
    is_input_shown : True while the card of the picture is chosen instead of that of the selected layer, and the form is
        that of its preprocessing.
    is_in_studio : True while kernels are designed beside the pictures.
    tap : (channel, row, column) of the window's tap under the mouse, marked in all views, or None.

    Signals
    -------
    region_finished : the drag that marks a region is over.
    cursor_moving : emitted before `cursor_moved`, for the one view that answers a hand first: the explanation.

    Cursor and pin are places of the input, along all its axes; the cursor is None when the mouse is over no picture. A
    pane of rows and columns shows two of the axes: the picture's `look` translates.
    """

    view_changed = Signal(object)
    cursor_moving = Signal(object)
    cursor_moved = Signal(object)
    pin_changed = Signal(object)
    tap_changed = Signal(object)
    overlays_changed = Signal(object)
    crop_changed = Signal(object)
    region_changed = Signal(object)
    region_finished = Signal()
    found_changed = Signal(object)
    input_shown = Signal(bool)
    studio_entered = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = View()
        self.cursor: Place | None = None
        self.is_on_input = False
        self.pointed_filter: int | None = None
        self.pin: Place | None = None
        self.tap: Tap | None = None
        self.overlays: frozenset[str] = frozenset()
        self.crop: Crop | None = None
        self.region: Region | None = None
        self.found: tuple[Region, ...] = ()
        self.is_input_shown = False
        self.is_in_studio = False

    def select(self, **changes: Any) -> None:
        """Change fields of the view: `select(filter=3)`, `select(mode="compare")`."""
        is_other_layer = changes.get("layer", self.view.layer) != self.view.layer
        if is_other_layer:
            changes.setdefault("partner", None)  # which was a map of the other layer
        view = replace(self.view, **changes)
        if view != self.view:
            self.view = view
            self.view_changed.emit(view)
        if is_other_layer:
            self.show_input(False)

    def show_input(self, is_shown: bool) -> None:
        """Choose the card of the picture, or that of the selected layer again."""
        if is_shown != self.is_input_shown:
            self.is_input_shown = is_shown
            self.input_shown.emit(is_shown)

    def enter_studio(self, is_in_studio: bool) -> None:
        """Design kernels beside the pictures, or no longer."""
        if is_in_studio != self.is_in_studio:
            self.is_in_studio = is_in_studio
            self.studio_entered.emit(is_in_studio)

    def point_at(self, cursor: Place | None, *, is_on_input: bool = False, pointed_filter: int | None = None) -> None:
        """Move the cursor of all panes; None when the mouse left."""
        pointed = (cursor, is_on_input and cursor is not None, pointed_filter)
        if pointed != (self.cursor, self.is_on_input, self.pointed_filter):
            self.cursor, self.is_on_input, self.pointed_filter = pointed
            self.cursor_moving.emit(cursor)
            self.cursor_moved.emit(cursor)

    def hold(self, pin: Place | None) -> None:
        """Pin a place of the input; None unpins."""
        if pin != self.pin:
            self.pin = pin
            self.pin_changed.emit(pin)

    def mark_tap(self, tap: Tap | None) -> None:
        """Mark a tap of the window in all views."""
        if tap != self.tap:
            self.tap = tap
            self.tap_changed.emit(tap)

    def set_crop(self, crop: Crop | None) -> None:
        """Set the studied part of the input."""
        if crop != self.crop:
            self.crop = crop
            self.crop_changed.emit(crop)

    def set_region(self, region: Region | None) -> None:
        """Mark a rectangle of the input; None removes it."""
        if region != self.region:
            self.region = region
            self.region_changed.emit(region)

    def set_found(self, found: Sequence[Region]) -> None:
        """Mark the rectangles of the input that were found, the best first."""
        if tuple(found) != self.found:
            self.found = tuple(found)
            self.found_changed.emit(self.found)

    def toggle_overlay(self, name: str) -> None:
        """Show or hide an overlay."""
        self.overlays ^= {name}
        self.overlays_changed.emit(self.overlays)
