"""The values along the row and the column through the place, of the input and of the map."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.core.geometry.places import Place
from convexplorer.gui.canvas.explanation.profile_view import ProfileView
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.page import Page, is_flat
from convexplorer.gui.session.panel import Context
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.results.explanation import Explanation
from convexplorer.results.picture import Picture
from convexplorer.results.profile import profiles_of
from convexplorer.results.region import region_numbers, region_text


class ProfilePage(Page):
    """Shows the profiles through the pinned place, or the one under the mouse."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._picture: Picture | None = None
        self._explanation: Explanation | None = None
        self._is_held = False
        self._views: list[ProfileView] = []
        self.view = self._make_view(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.addWidget(self.view, 1)
        self._note = ElidedLabel("", self)  # the numbers of the region, live
        theme.set_role(self._note, "muted")
        self._note.hide()
        layout.addWidget(self._note)
        context.selection.region_changed.connect(self._on_region)

    def show_explanation(self, picture: Picture, explanation: Explanation | None, *, is_held: bool) -> None:
        """Show the profiles through the place of a value."""
        self._picture, self._explanation, self._is_held = picture, explanation, is_held
        self._show()

    def forget(self) -> None:
        """Let go of the picture."""
        self._picture = self._explanation = None

    def make_large(self, parent: QWidget) -> ProfileView:
        """Return the same, for a projector."""
        view = self._make_view(parent, is_large=True)
        view.destroyed.connect(lambda: self._views.remove(view))
        self._show()
        return view

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool) -> None:
        """Paint both profiles."""
        self.view.paint_into(painter, width, height, is_dark=is_dark)

    def _make_view(self, parent: QWidget, *, is_large: bool = False) -> ProfileView:
        view = ProfileView(parent, is_large=is_large)
        view.pointed.connect(self._on_pointed)
        self._views.append(view)
        return view

    def _show(self) -> None:
        picture, place = self._picture, self._place()
        if picture is None:
            return
        profiles = None
        if place is not None and is_flat(picture):
            explanation, view = self._explanation, self.context.selection.view
            profiles = profiles_of(picture, view.filter if explanation is None else explanation.trace.place[0], place)
        why = "" if profiles is not None else "Profiles are drawn over rows and columns; this source has other axes."
        for one in self._views:
            one.set_profiles(profiles, why, is_faded=not self._is_held)

        self._on_region()

    @Slot()
    def _on_region(self, _region: object = None) -> None:
        """Say the numbers of the region in the picture that is shown."""
        picture, region = self._picture, self.context.selection.region
        self._note.setVisible(region is not None)
        if picture is not None and region is not None:
            numbers = region_numbers(picture, self.context.selection.view.filter, region)
            self._note.setText(f"{region_text(region)}  ·  {'  ·  '.join(one.text for one in numbers)}")

    def _place(self) -> Place | None:
        """Return the place under the mouse, unless one is pinned; else that of the explained value, which may slide."""
        selection, explanation = self.context.selection, self._explanation
        if selection.pin is None and selection.cursor is not None:
            return selection.cursor
        return None if explanation is None else explanation.grid.place_of(explanation.cell)

    @Slot(object)
    def _on_pointed(self, pointed: tuple[int, float] | None) -> None:
        """Move the cursor along a profile; a pin stays."""
        place = self._place()
        if pointed is None or place is None:
            self.context.selection.point_at(None)
            return
        axis, position = pointed
        moved = tuple(position if i == axis else at for i, at in enumerate(place))
        explanation = self._explanation
        channel = None if explanation is None else explanation.trace.place[0]
        self.context.selection.point_at(moved, pointed_filter=channel)
