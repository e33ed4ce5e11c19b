"""The right pane: the feature maps as a bank, an equation of channels, two compared, those of all layers, or scores."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from convexplorer.core.geometry.places import Cell, Place
from convexplorer.gui.canvas.comparison.compare import CompareView
from convexplorer.gui.canvas.pictures.equation import EquationView
from convexplorer.gui.canvas.pictures.marks import NO_MARKS, Marks
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.tile import TileView
from convexplorer.gui.canvas.pictures.tile_grid import GAP_PX, MARGIN_PX, SMALLEST_TILE_PX, TileGrid
from convexplorer.gui.canvas.pictures.tile_labels import STRIP_PX
from convexplorer.gui.canvas.pictures.tile_layout import TileLayout
from convexplorer.gui.canvas.pictures.tile_views import thumbnail_of, tile_view
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme
from convexplorer.gui.panels.maps_panel.bank import Bank
from convexplorer.gui.panels.maps_panel.failure_room import FailureRoom
from convexplorer.gui.panels.maps_panel.favourite_row import FavouriteRow
from convexplorer.gui.panels.maps_panel.glanced_tiles import are_alike
from convexplorer.gui.panels.maps_panel.head import MapsHead
from convexplorer.gui.panels.maps_panel.menu import NETWORK_MENU
from convexplorer.gui.panels.maps_panel.network_room import NetworkRoom
from convexplorer.gui.panels.maps_panel.newest import Newest
from convexplorer.gui.panels.maps_panel.pictured_tiles import (
    layer_of,
    show_comparison,
    show_equation,
    with_largest_named,
)
from convexplorer.gui.panels.maps_panel.pointing import Pointing
from convexplorer.gui.panels.maps_panel.reference_row import ReferenceRow
from convexplorer.gui.panels.maps_panel.score_room import ScoreRoom
from convexplorer.gui.session.connecting import unlink
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.action_menu import open_menu
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.model.project import INPUT, Project
from convexplorer.model.view import Side, View
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture

if TYPE_CHECKING:
    from convexplorer.gui.canvas.network.network_view import NetworkView
    from convexplorer.gui.canvas.scores.score_bars import ScoreBars
    from convexplorer.results.overview import Overview
    from convexplorer.results.scores import Scores

SHARE_BESIDE_OTHERS = 0.38  # of the width, for the input: an equation and a comparison show more than their maps
SHARE_BESIDE_NETWORK = 0.2  # whose first card is the picture


class MapsPanel(Panel):
    """The panel of the newest result's tiles in the chosen view mode.

    Parameters
    ----------
    heads : panels of the maps' colours, shown above them.

    Signals
    -------
    pinned : the clicked point of a map, in input coordinates.
    stepped : the step (rows, columns) of a pinned value by an arrow key.
    pane_changed : another way to show the maps, which may be able to surround the input or not.
    sight_changed : other maps, or maps of another size, may be in sight.
    opened : the cell that was clicked in a map of the network, which is the selected one now; None without one.
    """

    pinned = Signal(object)
    scale_changed = Signal()
    stepped = Signal(int, int)
    pane_changed = Signal()
    sight_changed = Signal()
    opened = Signal(object)

    def __init__(
        self, context: Context, viewport: Viewport, heads: Sequence[QWidget] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(context, parent)
        self._newest = Newest()
        self._marks: Mapping[int, Marks] = {}
        self._build(viewport, heads)
        context.selection.view_changed.connect(self._on_view)
        context.selection.cursor_moved.connect(self._on_cursor)
        context.selection.pin_changed.connect(self._on_pin)

    def apply(self, new: Project, old: Project | None) -> None:  # noqa: ARG002 for the store
        """Show the layers of a network without maps, as long as the source has shown nothing."""
        self._favourites.refresh()
        if self.shown is None and self.network is not None:
            self._show_network(None)

    def show_picture(self, picture: Picture) -> None:
        """Show the tiles of a result."""
        is_reordered = self._take(picture)
        self._newest.glance = None
        self._show_errors(picture)
        self._show_tiles()
        self._favourites.show_sights(picture.favourites)
        if is_reordered:
            self._begin_order()

    def show_survey(self, picture: Picture) -> None:
        """Show what is said of all maps; those on screen are newer."""
        is_reordered = self._take(picture)
        self._show_errors(picture)
        if is_reordered or self._failures.failure is not None:  # no glance shows it
            self._show_tiles()
            if is_reordered:
                self._begin_order()
        elif self._stack.currentWidget() is self._grid:
            self._bank.relabel()

    def show_glance(self, glance: Glance) -> None:
        """Show the maps of a frame, whose numbers are not known: only their images, if all else is as before."""
        before = self._newest.glance
        kept = self._bank.kept(glance) if self.pane is self._grid else ()
        self._newest.glance = glance
        self._favourites.show_sights(glance.favourites)
        if glance.overview is not None and self.context.selection.view.mode == "network":
            self._show_network(glance.overview)
        elif glance.scores is not None:
            self._score_room.take_newer(glance.scores)
            self._show_tiles()
        elif before is None or self._bank.alone != self._bank.chosen_alone or not are_alike(before, glance):
            self._show_tiles(kept)
        elif glance.job.view.mode == self.context.selection.view.mode:
            self._bank.exchange(before, glance)

    def set_marks(self, marks: Mapping[int, Marks]) -> None:
        """Mark cells in the maps, given by the index of the map's filter."""
        self._marks = marks
        self._show_marks()

    def take_focus(self) -> None:
        """Move the keyboard focus to the maps."""
        (self.network or self.pane).setFocus()

    def blink(self) -> None:
        """Show all of one side of a comparison, and with the next call all of the other."""
        self._compare.blink()

    def toggle_enlarged(self) -> None:
        """Show only the selected tile, or all tiles again; of an equation the one under the mouse."""
        if self.pane is self._equation:
            self._equation.toggle_alone()
            return
        if self.network is not None:
            self._on_unit_opened(None)
            return
        self._bank.is_enlarged = not self._bank.is_enlarged
        self._show_tiles()
        self.sight_changed.emit()

    def show_alone(self, is_alone: bool) -> None:
        """Show only the selected map of the bank, or all."""
        if is_alone != self._bank.is_enlarged:
            self._bank.is_enlarged = is_alone
            self._show_tiles()
            self.sight_changed.emit()

    def toggle_bars(self) -> None:
        """Show scores as bars, or as the cells of pictures."""
        self._score_room.toggle_bars()
        self._show_tiles()
        self.sight_changed.emit()

    def toggle_sorted(self) -> None:
        """Let scores stand from the highest to the lowest, or in their order."""
        self._score_room.toggle_sorted()

    def select_next_fault(self) -> None:
        """Select the next map with a fault in the order in which maps lie; after the last one the first."""
        index = self._bank.next_fault
        if index is not None:
            self.context.selection.select(filter=index)

    @property
    def favourite_edge(self) -> int | None:
        """The longer side of a favourite in device pixels; None while none is shown."""
        return self._favourites.edge

    @property
    def has_faults(self) -> bool:
        """True if something is the matter with a map of the bank."""
        picture = self._newest.picture
        return picture is not None and any(picture.faults)

    @property
    def has_scores(self) -> bool:
        """True if the values of the selected layer have no places, and are not those of flattened maps."""
        return self._score_room.scores is not None

    @property
    def shows_bars(self) -> bool:
        """True if scores are shown as bars wherever there are any."""
        return self._score_room.shows_bars

    @property
    def are_sorted(self) -> bool:
        """True if bars stand from the highest to the lowest."""
        return self._score_room.are_sorted

    @property
    def is_enlarged(self) -> bool:
        """True if the selected map of the bank is shown alone."""
        return self._bank.is_enlarged

    @property
    def magnification(self) -> float | None:
        """How many pixels of the screen one pixel of the input takes in the maps; None where it differs, or without."""
        is_of_maps = self._stack.currentWidget() in self.panes
        return self.pane.magnification if is_of_maps else None

    @property
    def tile_size(self) -> tuple[int, int] | None:
        """(height, width) of each map of the bank in pixels of the screen; None unless all of it is seen."""
        return self._grid.picture_size if self.can_surround else None

    @property
    def visible(self) -> tuple[int, ...] | None:
        """The maps of the bank in sight; None if all are."""
        return self._bank.visible if self.can_surround else None

    @property
    def can_surround(self) -> bool:
        """True if the maps can lie around something in the upper left corner; an equation needs a rectangle."""
        return self._stack.currentWidget() is self._grid

    @property
    def input_share(self) -> float:
        """The share of the width that suits the input beside what is shown; 0 to divide by the sizes of the maps."""
        if self.can_surround:
            return 0.0
        return SHARE_BESIDE_NETWORK if self.network is not None else SHARE_BESIDE_OTHERS

    @property
    def network(self) -> NetworkView | None:
        """The network at a glance, if it is what is shown."""
        view = self._network_room.view
        return view if view is not None and self._stack.currentWidget() is view else None

    @property
    def frame_size(self) -> QSize:
        """The size needed around the pictures."""
        return self.room_beside(self._stack)

    @property
    def tile_frames(self) -> dict[str, int]:
        """What surrounds each tile, and its smallest width, as `mosaic.Frames` has them."""
        return {
            "strip": theme.px(STRIP_PX),
            "tile_gap": theme.px(GAP_PX),
            "tile_margin": MARGIN_PX,
            "smallest": theme.px(SMALLEST_TILE_PX),
        }

    def minimumSizeHint(self) -> QSize:
        """Return the least size of the panel without a taken corner."""
        layout = self.layout()
        assert layout is not None
        margins = layout.contentsMargins()
        width = max(self._head.least_width, self._stack.minimumSizeHint().width()) + margins.left() + margins.right()
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the head say what it has room for."""
        super().resizeEvent(event)
        self._head.set_room(self.width())

    def set_corner(self, size: QSize) -> None:
        """Keep the upper left corner free, because something lies over it; (0, 0) for the whole panel."""
        layout = self.layout()
        assert layout is not None
        margins, frame = layout.contentsMargins(), self.frame_size
        row = self._favourites.height
        below = row + layout.spacing() if row else 0
        beside = QSize(
            margins.left(), frame.height() - below - margins.bottom()
        )  # from the panel's corner to the grid's
        self._head.set_room(self.width(), size.width())
        self._grid.set_corner(QSize(0, 0) if size.isEmpty() else size - beside)

    def arranged(self, count: int, aspect: float, width: int, height: int, corner: tuple[int, int]) -> TileLayout:
        """Return how a bank would lie in a room of this size."""
        return self._grid.arranged(count, aspect, width, height, corner)

    def _build(self, viewport: Viewport, heads: Sequence[QWidget]) -> None:
        theme.set_role(self, "card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 3, 4, 4)
        layout.setSpacing(4)
        actions = self.context.actions
        self._head = MapsHead(actions, heads, self)
        layout.addLayout(self._head)
        self._reference = ReferenceRow(actions, self)
        layout.addWidget(self._reference)
        self._grid = TileGrid(viewport, self)
        self._grid.setAccessibleName("Feature maps")
        self._equation = EquationView(viewport, self)
        self._equation.setAccessibleName("The selected filter as an equation of pictures")
        self._compare = CompareView(viewport, self)
        self._compare.setAccessibleName("Two maps and their difference")
        self._bank = Bank(self._grid, self.context.selection, self._newest)
        self._pointing = Pointing(self.context, self._newest, self._bank, lambda: self.shown_maps, self)
        self._pointing.pinned.connect(self.pinned)
        self._pointing.opened.connect(self.toggle_enlarged)
        self._pointing.follow_grid(self._grid)
        self._stack = QStackedWidget(self)
        self._failures = FailureRoom(self._stack, actions["preprocessing"].give)
        self._score_room = ScoreRoom(self.context, viewport, self, self._on_bars_made)
        self._network_room = NetworkRoom(self._stack, self.context.selection, self.context.ribbon_look)
        self._network_room.unlinked.connect(lambda arc: unlink(self.context, arc))
        self._network_room.sight_changed.connect(self.sight_changed)
        self._network_room.opened.connect(self._on_unit_opened)
        self._network_room.menu_asked.connect(
            lambda at: open_menu(self.context.actions, NETWORK_MENU, self, at, "Layer")
        )
        for pane in self.panes:
            self._add_pane(pane)
            pane.stepped.connect(self.stepped)
            pane.scale_changed.connect(self.scale_changed)
            pane.reduction_changed.connect(self._update_reduction)
        self._grid.sight_changed.connect(self.sight_changed)
        for name in ("keep-reference", "swap-sides"):
            self._compare.add_button(ActionButton(actions[name], self._compare))
        self._compare.side_chosen.connect(self._on_side_chosen)
        layout.addWidget(self._stack, 1)
        self._favourites = FavouriteRow(self.context, self)
        self._favourites.toggled.connect(self.pane_changed)
        layout.addWidget(self._favourites.strip)

    def _add_pane(self, pane: PicturePane) -> None:
        self._stack.addWidget(pane)
        self._pointing.follow(pane)

    def _on_bars_made(self, bars: ScoreBars) -> None:
        bars.selected.connect(self._pointing.select)
        bars.entered.connect(self._pointing.enter)
        self._add_pane(bars)

    @property
    def _cursor(self) -> tuple[float, float] | None:
        """The cursor of all panes as (row, column) of what is looked at."""
        return self._newest.seen(self.context.selection.cursor)

    @property
    def shown(self) -> Glance | Picture | None:
        """What the maps on screen are of; None before the first."""
        return self._newest.shown

    @property
    def panes(self) -> tuple[PicturePane, ...]:
        """The panes of all ways to show pictures of maps."""
        return self._grid, self._equation, self._compare

    @property
    def pane(self) -> PicturePane:
        """The pane that is shown; that of the bank, hidden, behind the network at a glance."""
        pane = self._stack.currentWidget()
        return pane if isinstance(pane, PicturePane) else self._grid

    @property
    def shown_maps(self) -> Sequence[int]:
        """For each tile on screen the index of its map; −1 for the picture before, and for a difference."""
        chosen, pane, picture = self.context.selection.view.filter, self.pane, self._newest.picture
        if pane is self._equation:
            return [chosen] * self._newest.count
        if pane is self._compare and picture is not None:
            first = picture.view.sides[0]
            is_map = not first.is_before and first.layer != INPUT
            return [
                chosen if tile.role == "after" or (is_map and tile.role == "before") else -1 for tile in picture.tiles
            ]
        return self._bank.maps if pane is self._grid else range(self._newest.count)

    def _take(self, picture: Picture) -> bool:
        """Take the numbers of a result, and offer bars where they are scores; return True if maps lie otherwise now."""
        self._newest.picture = picture
        for room in (self._network_room, self._failures, self._score_room, self._reference):
            room.take(picture)
        self._head.take(picture, has_scores=self.has_scores)
        return self._bank.take(picture)

    def _show_tiles(self, kept: Container[int] = ()) -> None:
        """Show what has come last; of a glance only the images of maps that are not kept."""
        picture, glance, mode = self._newest.picture, self._newest.glance, self.context.selection.view.mode
        if mode == "network":
            self._show_network(None if picture is None or glance is not None else picture.overview)
            return
        failure, scores = self._failures.failure, self._score_room.scores
        if failure is not None and (glance is None or not (glance.maps or glance.scores)):
            self._bank.alone = None
            self._show_in(self._failures.filled_card(failure))
            return
        if glance is not None and (glance.scores is None or self.shows_bars):
            if glance.job.view.mode == mode:
                self._show_newer(glance, kept)
            return
        # Cells instead of bars are those of the newest numbers, until a full picture comes.
        if glance is not None and picture is not None and picture.view.layer != glance.view.layer:
            return
        if picture is None or picture.view.mode != mode:
            return  # a result for another way of looking: the right one is on its way
        if scores is not None and self.shows_bars:
            self._show_scores(scores)
            return
        self._show_result(picture)

    def _show_newer(self, glance: Glance, kept: Container[int]) -> None:
        """Show the maps of a frame by their colours, or its scores."""
        if glance.scores is not None:
            self._show_scores(glance.scores)
            return
        views = self._bank.views_of(glance, kept)
        if views is not None:
            self._show_bank(views)
            self._show_marks()

    def _show_result(self, picture: Picture) -> None:
        """Show the tiles of a result, as an equation, a comparison or a bank."""
        cursor, project, view = self._cursor, picture.project, picture.view
        views = [
            tile_view(tile, thumbnail=thumbnail_of(project, view, tile.filter), cursor=cursor) for tile in picture.tiles
        ]
        layer = layer_of(picture)
        roles = {tile.role for tile in picture.tiles}
        if "sum" in roles and layer is not None:
            self._show_in(self._equation)
            show_equation(self._equation, picture, layer, views)
        elif picture.view.mode == "compare" and views:
            self._show_in(self._compare)
            show_comparison(self._compare, picture, views)
        else:  # a pool has no sum over channels
            self._show_bank(with_largest_named(picture, views))
        self._show_marks()

    def _show_network(self, overview: Overview | None) -> None:
        """Show all layers at a glance; those of before until the next ones come, without maps before the first."""
        project = self.context.store.state if self.shown is None else None
        self._show_in(self._network_room.filled_view(overview, project))

    def _show_marks(self) -> None:
        if self._newest.look is not None:
            self.pane.set_marks([self._marks.get(index, NO_MARKS) for index in self.shown_maps])

    def _show_in(self, pane: QWidget) -> None:
        if self._stack.currentWidget() is not pane:
            had_focus = any(
                one is not None and one.hasFocus() for one in (self.network or self.pane, self._failures.card)
            )
            self._stack.setCurrentWidget(pane)
            if had_focus:  # not a list in the new pane: the keys are those of the pictures
                pane.setFocus()
            self._pointing.point_again()
            self.pane.set_cursor(self._cursor)
            self._update_reduction()
            self.pane_changed.emit()

    def _show_bank(self, views: list[TileView]) -> None:
        self._bank.choose_alone()
        self._show_in(self._grid)
        self._bank.show(views)

    def _begin_order(self) -> None:
        """Show the maps that another order has put first, and tell that others are in sight."""
        self._bank.scroll_to_first()
        self.sight_changed.emit()

    def _show_scores(self, scores: Scores) -> None:
        self._bank.alone = None
        bars = self._score_room.ready_pane()
        self._show_in(bars)
        bars.set_scores(scores, self.context.selection.view.layer)
        self._choose_score()

    def _choose_score(self) -> None:
        if self.pane is self._score_room.pane:
            self._score_room.choose()

    def _show_errors(self, picture: Picture) -> None:
        errors = [report.error for report in picture.layers if report.error and self._failures.failure is None]
        note = picture.note if picture.contrast is None else picture.note.replace(picture.contrast.note, "").strip()
        text = errors[0] if errors else note  # what is said of a comparison stands beside it
        self._head.say(text)

    @Slot(object)
    def _on_view(self, view: View) -> None:
        self._head.show_view(view)
        self._reference.show_view(view)
        self._favourites.refresh()
        self._network_room.show_selected(view)
        self._show_tiles()
        self._update_reduction()

    @Slot(object)
    def _on_cursor(self, _cursor: Place | None) -> None:
        self.pane.set_cursor(self._cursor)
        self._show_tiles()

    @Slot(object)
    def _on_pin(self, pin: Place | None) -> None:
        for pane in self.panes:
            pane.set_pinned(pin is not None)
        self._score_room.set_pin(pin)
        self._choose_score()

    @Slot(int, object)
    def _on_side_chosen(self, which: int, side: Side) -> None:
        first, second = self.context.selection.view.sides
        self.context.selection.select(sides=(side, second) if which == 0 else (first, side))

    @Slot(object)
    def _on_unit_opened(self, cell: Cell | None) -> None:
        """Show the maps of the selected layer instead of the network, and how the clicked value is computed."""
        self.context.selection.select(mode="bank")
        self._network_room.is_inside = True
        self.opened.emit(cell)

    @Slot()
    def _update_reduction(self, _reduction: int = 1) -> None:
        self.context.selection.select(reduction=self.pane.reduction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return from one map to all maps on Escape, and from there to the network if that is where one came from."""
        has_pin = self.context.selection.pin is not None
        if event.key() == Qt.Key.Key_Escape and self._bank.is_enlarged and not has_pin:
            self.toggle_enlarged()
        elif self._network_room.is_inside and (
            event.key() == Qt.Key.Key_Backspace or (event.key() == Qt.Key.Key_Escape and not has_pin)
        ):
            self.context.selection.select(mode="network")
        else:
            super().keyPressEvent(event)
