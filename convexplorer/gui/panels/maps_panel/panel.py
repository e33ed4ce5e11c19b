"""The right pane: the feature maps as a bank, an equation of channels, two compared, those of all layers, or scores."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from convexplorer.core.geometry.places import Cell, Place
from convexplorer.gui.canvas.comparison.compare import CompareView
from convexplorer.gui.canvas.pictures.equation import EquationView
from convexplorer.gui.canvas.pictures.favourite_strip import EDGE_PX, FavouriteStrip
from convexplorer.gui.canvas.pictures.marks import NO_MARKS, Marks
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.tile import TileView
from convexplorer.gui.canvas.pictures.tile_grid import GAP_PX, MARGIN_PX, SMALLEST_TILE_PX, TileGrid
from convexplorer.gui.canvas.pictures.tile_labels import STRIP_PX
from convexplorer.gui.canvas.pictures.tile_layout import TileLayout
from convexplorer.gui.canvas.pictures.tile_views import thumbnail_of, tile_view
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme
from convexplorer.gui.panels.maps_panel.bank_order import BankOrder
from convexplorer.gui.panels.maps_panel.failure_room import FailureRoom
from convexplorer.gui.panels.maps_panel.fault_button import FaultButton
from convexplorer.gui.panels.maps_panel.fault_labels import with_fault
from convexplorer.gui.panels.maps_panel.glanced_tiles import are_alike, exchanged, tiles_of
from convexplorer.gui.panels.maps_panel.menu import FAVOURITE_MENU, MENU, NETWORK_MENU
from convexplorer.gui.panels.maps_panel.network_room import NetworkRoom
from convexplorer.gui.panels.maps_panel.pictured_tiles import (
    layer_of,
    show_comparison,
    show_equation,
    with_largest_named,
)
from convexplorer.gui.panels.maps_panel.reference_row import ReferenceRow
from convexplorer.gui.panels.maps_panel.score_room import ScoreRoom
from convexplorer.gui.panels.maps_panel.sort_button import SortButton
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.action_menu import open_menu
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.model.project import INPUT, Project
from convexplorer.model.view import Favourite, Side, View
from convexplorer.results.glance import Glance
from convexplorer.results.kept_maps import kept_maps
from convexplorer.results.look import ResolvedLook
from convexplorer.results.picture import Picture

if TYPE_CHECKING:
    from convexplorer.gui.canvas.network.network_view import NetworkView
    from convexplorer.gui.canvas.scores.score_bars import ScoreBars
    from convexplorer.results.overview import Overview
    from convexplorer.results.scores import Scores

# Each mode is also a command of this name.
MODES = {"bank": "Bank", "channels": "Per channel", "compare": "Compare", "network": "Network"}

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
        self._picture: Picture | None = None
        self._glance: Glance | None = None  # what is on screen; None if that is the picture
        self._is_enlarged = False
        self._alone: int | None = None  # the map that the bank shows alone; None if it shows all
        self._order = BankOrder()
        self._placed: Sequence[int] = ()  # the map in each place of the bank on screen
        self._marks: Mapping[int, Marks] = {}
        self._pointed_filter: int | None = None
        self._is_dark = theme.is_dark()  # when the tiles on screen were set
        self._build(viewport, heads)
        context.selection.view_changed.connect(self._on_view)
        context.selection.cursor_moved.connect(self._on_cursor)
        context.selection.pin_changed.connect(self._on_pin)

    def apply(self, new: Project, old: Project | None) -> None:  # noqa: ARG002 for the store
        """Show the layers of a network without maps, as long as the source has shown nothing."""
        self._show_favourites()
        if self.shown is None and self.network is not None:
            self._show_network(None)

    def show_picture(self, picture: Picture) -> None:
        """Show the tiles of a result."""
        is_reordered = self._take(picture)
        self._glance = None
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
            self._relabel()

    def show_glance(self, glance: Glance) -> None:
        """Show the maps of a frame, whose numbers are not known: only their images, if all else is as before."""
        before, still, self._glance = self._glance, self._kept_of(glance), glance
        self._favourites.show_sights(glance.favourites)
        if glance.overview is not None and self.context.selection.view.mode == "network":
            self._show_network(glance.overview)
        elif glance.scores is not None:
            self._score_room.take_newer(glance.scores)
            self._show_tiles()
        elif before is None or self._alone != self._chosen_alone or not are_alike(before, glance):
            self._show_tiles(still)
        elif glance.job.view.mode == self.context.selection.view.mode:
            maps = self._shown_maps()
            images = zip(maps, (exchanged(before, glance, index) for index in maps), strict=True)
            self._grid.exchange([self._labelled(new, i) if isinstance(new, TileView) else new for i, new in images])

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
        self._is_enlarged = not self._is_enlarged
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
        faults, order = () if self._picture is None else self._picture.faults, list(self._bank_order)
        chosen = [index for index in order if index < len(faults) and faults[index] is not None]
        if chosen:
            selected = self.context.selection.view.filter
            at = order.index(selected) if selected in order else -1
            later = [index for index in chosen if order.index(index) > at]
            self.context.selection.select(filter=(later or chosen)[0])

    @property
    def favourite_edge(self) -> int | None:
        """The longer side of a favourite in device pixels; None while none is shown."""
        return None if self._favourites.isHidden() else round(theme.px(EDGE_PX) * self.devicePixelRatioF())

    @property
    def has_faults(self) -> bool:
        """True if something is the matter with a map of the bank."""
        return self._picture is not None and any(self._picture.faults)

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
        if not self.can_surround:
            return None
        alone = self._chosen_alone
        if alone is not None and self._map_count > 1:
            return (alone,)
        seen, order = self._grid.visible, self._bank_order
        return None if seen is None else tuple(sorted(order[place] for place in seen if place < len(order)))

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
        header = self._header.minimumSize().width() - self._header.contentsMargins().left()
        width = max(header, self._stack.minimumSizeHint().width()) + margins.left() + margins.right()
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the head say what it has room for."""
        super().resizeEvent(event)
        self._faults.set_room(self.width() - self._header.contentsMargins().left())

    def set_corner(self, size: QSize) -> None:
        """Keep the upper left corner free, because something lies over it; (0, 0) for the whole panel."""
        layout = self.layout()
        assert layout is not None
        margins, frame = layout.contentsMargins(), self.frame_size
        below = 0 if self._favourites.isHidden() else self._favourites.sizeHint().height() + layout.spacing()
        beside = QSize(
            margins.left(), frame.height() - below - margins.bottom()
        )  # from the panel's corner to the grid's
        self._header.setContentsMargins(size.width(), 0, 0, 0)
        self._faults.set_room(self.width() - size.width())
        self._grid.set_corner(QSize(0, 0) if size.isEmpty() else size - beside)

    def arranged(self, count: int, aspect: float, width: int, height: int, corner: tuple[int, int]) -> TileLayout:
        """Return how a bank would lie in a room of this size."""
        return self._grid.arranged(count, aspect, width, height, corner)

    def _build(self, viewport: Viewport, heads: Sequence[QWidget]) -> None:
        theme.set_role(self, "card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 3, 4, 4)
        layout.setSpacing(4)
        self._header = header = QHBoxLayout()
        self._title = ElidedLabel("Feature maps", self, may_vanish=True)
        theme.set_role(self._title, "title")
        header.addWidget(self._title)
        self._note = ElidedLabel("", self)
        theme.set_role(self._note, "warning")
        header.addWidget(self._note, 1)
        for head in heads:
            header.addWidget(head, 3)
        actions = self.context.actions
        options = [(name, label, actions[name].tip) for name, label in MODES.items()]
        self._as_bars = ActionButton(actions["score-bars"], self, text="Bars")
        self._as_bars.hide()  # until there are scores
        header.addWidget(self._as_bars)
        self._faults = FaultButton(actions["next-fault"], self)
        header.addWidget(self._faults)
        self._sort = SortButton(actions, self)
        header.addWidget(self._sort)
        self._mode = Segmented(options, self, name="How the maps are shown")
        self._mode.chosen.connect(lambda mode: actions[mode].give())
        header.addWidget(self._mode)
        layout.addLayout(header)
        self._reference = ReferenceRow(actions, self)
        layout.addWidget(self._reference)
        self._grid = TileGrid(viewport, self)
        self._grid.setAccessibleName("Feature maps")
        self._equation = EquationView(viewport, self)
        self._equation.setAccessibleName("The selected filter as an equation of pictures")
        self._compare = CompareView(viewport, self)
        self._compare.setAccessibleName("Two maps and their difference")
        self._stack = QStackedWidget(self)
        self._failures = FailureRoom(self._stack, actions["preprocessing"].give)
        self._score_room = ScoreRoom(self.context, viewport, self, self._on_bars_made)
        self._network_room = NetworkRoom(self._stack, self.context.selection)
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
        self._grid.selected.connect(self._on_selected)
        self._grid.entered.connect(self._on_entered)
        self._grid.opened.connect(self._on_opened)
        self._grid.partnered.connect(self._on_partnered)
        self._grid.sight_changed.connect(self.sight_changed)
        for name in ("keep-reference", "swap-sides"):
            self._compare.add_button(ActionButton(actions[name], self._compare))
        self._compare.side_chosen.connect(self._on_side_chosen)
        layout.addWidget(self._stack, 1)
        self._favourites = FavouriteStrip(self)
        self._favourites.chosen.connect(self._on_favourite)
        self._favourites.menu_asked.connect(lambda at: open_menu(actions, FAVOURITE_MENU, self, at, "Favourite"))
        layout.addWidget(self._favourites)

    def _add_pane(self, pane: PicturePane) -> None:
        self._stack.addWidget(pane)
        pane.pointed.connect(self._on_pointed)
        pane.clicked.connect(self._on_clicked)
        pane.menu_asked.connect(self._on_menu_asked)

    def _on_bars_made(self, bars: ScoreBars) -> None:
        bars.selected.connect(self._on_selected)
        bars.entered.connect(self._on_entered)
        self._add_pane(bars)

    @property
    def _cursor(self) -> tuple[float, float] | None:
        """The cursor of all panes as (row, column) of what is looked at."""
        cursor, look = self.context.selection.cursor, self._look
        return None if cursor is None or look is None or len(cursor) != len(look.axes) else look.seen(cursor)

    @property
    def _look(self) -> ResolvedLook | None:
        """Which part of the data is on screen; None before anything is."""
        return None if self.shown is None else self.shown.look

    @property
    def _map_count(self) -> int:
        if self._glance is not None:
            scores = self._glance.scores
            return len(self._glance.maps) if scores is None else scores.map_of(scores.count - 1) + 1
        return 0 if self._picture is None else len(self._picture.tiles)

    @property
    def shown(self) -> Glance | Picture | None:
        """What the maps on screen are of; None before the first."""
        return self._glance or self._picture

    @property
    def panes(self) -> tuple[PicturePane, ...]:
        """The panes of all ways to show pictures of maps."""
        return self._grid, self._equation, self._compare

    @property
    def pane(self) -> PicturePane:
        """The pane that is shown; that of the bank, hidden, behind the network at a glance."""
        pane = self._stack.currentWidget()
        return pane if isinstance(pane, PicturePane) else self._grid

    def _take(self, picture: Picture) -> bool:
        """Take the numbers of a result, and offer bars where they are scores; return True if maps lie otherwise now."""
        self._picture = picture
        for room in (self._network_room, self._failures, self._score_room, self._reference):
            room.take(picture)
        self._as_bars.setVisible(self.has_scores)
        for button in (self._faults, self._sort):
            button.show_faults(picture.faults)
        return self._order.take(picture)

    def _kept_of(self, glance: Glance) -> Container[int]:
        """Return the tiles on screen that show the same maps of the same frame as a glance."""
        shown = self.shown
        if shown is None or shown.frame is not glance.frame or self.pane is not self._grid:
            return ()
        is_whole = self._alone is None and self._chosen_alone is None and len(self._grid.tiles) == len(glance.maps)
        if not is_whole or self._is_dark != glance.job.screen.is_dark:
            return ()
        return kept_maps((shown.project, shown.view), (glance.project, glance.view))

    def _show_tiles(self, kept: Container[int] = ()) -> None:
        """Show what has come last; of a glance only the images of maps that are not kept."""
        self._is_dark = theme.is_dark()
        picture, glance, mode = self._picture, self._glance, self.context.selection.view.mode
        if mode == "network":
            self._show_network(None if picture is None or glance is not None else picture.overview)
            return
        failure, scores = self._failures.failure, self._score_room.scores
        if failure is not None and (glance is None or not (glance.maps or glance.scores)):
            self._alone = None
            self._show_in(self._failures.filled_card(failure))
            return
        if glance is not None and glance.scores is None:
            if glance.job.view.mode == mode:
                self._show_sights(glance, kept)
            return
        if glance is not None and glance.scores is not None and self.shows_bars:
            if glance.job.view.mode == mode:
                self._show_scores(glance.scores)
            return
        # Cells instead of bars are those of the newest numbers, until a full picture comes.
        if glance is not None and picture is not None and picture.view.layer != glance.view.layer:
            return
        if picture is None or picture.view.mode != mode:
            return  # a result for another way of looking: the right one is on its way
        if scores is not None and self.shows_bars:
            self._show_scores(scores)
            return
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

    def _show_sights(self, glance: Glance, kept: Container[int]) -> None:
        """Show the maps of a frame by their colours.

        Where others are shown from now on than those in sight of the frame, they come with the next one.
        """
        first, alone = next((sight for sight in glance.maps if sight is not None), None), self._chosen_alone
        wanted = glance.maps if alone is None else (glance.maps[alone],)
        if first is None or (self._alone != alone and None in wanted):
            return
        known = dict(zip(self._placed, self._grid.tiles, strict=False))
        self._show_bank(tiles_of(glance, first, known, kept))
        self._show_marks()

    def _show_marks(self) -> None:
        if self._look is not None:
            self.pane.set_marks([self._marks.get(index, NO_MARKS) for index in self._shown_maps()])

    def _shown_maps(self) -> list[int]:
        """Return for each tile on screen the index of its map; −1 for the picture before, and for a difference."""
        chosen, pane, picture = self.context.selection.view.filter, self.pane, self._picture
        if pane is self._equation:
            return [chosen] * self._map_count
        if pane is self._compare and picture is not None:
            first = picture.view.sides[0]
            is_map = not first.is_before and first.layer != INPUT
            return [
                chosen if tile.role == "after" or (is_map and tile.role == "before") else -1 for tile in picture.tiles
            ]
        if self._alone is not None:
            return [self._alone]
        return list(self._bank_order if pane is self._grid else range(self._map_count))

    @property
    def _bank_order(self) -> Sequence[int]:
        """The map in each place of the bank."""
        return self._order.maps(self.shown, self.context.selection.view, self._map_count)

    @property
    def _chosen_alone(self) -> int | None:
        """The map that is to be shown alone; None if all are."""
        chosen = self.context.selection.view.filter
        return chosen if self._is_enlarged and chosen < self._map_count else None

    def _show_in(self, pane: QWidget) -> None:
        if self._stack.currentWidget() is not pane:
            had_focus = any(
                one is not None and one.hasFocus() for one in (self.network or self.pane, self._failures.card)
            )
            self._stack.setCurrentWidget(pane)
            if had_focus:  # not a list in the new pane: the keys are those of the pictures
                pane.setFocus()
            selection, self._pointed_filter = self.context.selection, None  # another pane has another map there
            selection.point_at(selection.cursor, is_on_input=selection.is_on_input)
            self.pane.set_cursor(self._cursor)
            self._update_reduction()
            self.pane_changed.emit()

    def _show_bank(self, views: list[TileView]) -> None:
        alone, view = self._chosen_alone, self.context.selection.view
        self._alone = alone
        self._show_in(self._grid)
        self._placed = self._bank_order if alone is None else (alone,)
        places = {index: place for place, index in enumerate(self._placed)}
        self._grid.set_tiles([self._labelled(views[index], index) for index in self._placed])
        self._grid.set_selected(places.get(view.filter, view.filter) if alone is None else 0)
        self._grid.set_partner(None if view.partner is None or alone is not None else places.get(view.partner))

    def _show_favourites(self) -> None:
        """Show the row of favourites while there is one whose layer exists, and frame the selected map in it."""
        view, project = self.context.selection.view, self.context.store.state
        if project.layers:
            self._favourites.set_current(Favourite(project.layers[project.position(view.layer)].id, view.filter))
        is_shown = any(project.index_of(one.layer) is not None for one in view.favourites)
        if is_shown == self._favourites.isHidden():
            self._favourites.show_sights(())
            self._favourites.setVisible(is_shown)
            self.pane_changed.emit()  # there is less room for the maps, or more

    @Slot(object)
    def _on_favourite(self, one: Favourite) -> None:
        """Go to a favourite."""
        view = self.context.selection.view
        self.context.selection.select(
            layer=one.layer, filter=one.map, mode="bank" if view.mode == "compare" else view.mode
        )

    def _begin_order(self) -> None:
        """Show the maps that another order has put first, and tell that others are in sight."""
        if self.context.selection.view.sorting is not None:
            self._grid.scroll_to_first()
        self.sight_changed.emit()

    def _relabel(self) -> None:
        """Write the newest numbers beside maps that are newer."""
        tiles = zip(self._placed, self._grid.tiles, strict=False)
        self._grid.set_tiles([self._labelled(tile, index) for index, tile in tiles])

    def _labelled(self, tile: TileView, index: int) -> TileView:
        """Return the tile of a map with what is told of it."""
        shown, judged = self.shown, self._picture
        tile = self._order.labelled(tile, index, shown, self.context.selection.view)
        is_of_them = judged is not None and shown is not None and judged.view.layer == shown.view.layer
        return with_fault(tile, index, judged if is_of_them else None, is_film=self._glance is not None)

    def _show_scores(self, scores: Scores) -> None:
        self._alone = None
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
        self._note.setText(text)
        self._title.setVisible(not text)  # a sentence takes precedence over the title

    @Slot(object)
    def _on_view(self, view: View) -> None:
        self._mode.set_value(view.mode)
        self._reference.show_view(view)
        self._sort.show_sorting(view.sorting)
        self._show_favourites()
        self._sort.setVisible(view.mode == "bank")
        self._network_room.show_selected(view)
        self._show_tiles()
        self._update_reduction()

    @Slot(object)
    def _on_cursor(self, _cursor: Place | None) -> None:
        self.pane.set_cursor(self._cursor)
        self._show_tiles()

    @Slot(object)
    def _on_pointed(self, seen: tuple[float, float] | None) -> None:
        look = self._look
        place = None if look is None or seen is None else look.place_of(seen)
        self.context.selection.point_at(place, pointed_filter=self._pointed_filter)

    @Slot(int)
    def _on_entered(self, index: int) -> None:
        maps = self._shown_maps()
        self._pointed_filter = maps[index] if 0 <= index < len(maps) else None

    @Slot(float, float)
    def _on_clicked(self, row: float, column: float) -> None:
        look = self._look
        if look is not None:
            self.pinned.emit(look.place_of((row, column)))

    @Slot(object)
    def _on_pin(self, pin: Place | None) -> None:
        for pane in self.panes:
            pane.set_pinned(pin is not None)
        self._score_room.set_pin(pin)
        self._choose_score()

    @Slot(int)
    def _on_selected(self, index: int) -> None:
        maps = self._shown_maps()
        if not self._is_enlarged and 0 <= index < len(maps):
            own = self._filter_at(maps[index])
            self.context.selection.select(filter=own if own >= 0 else maps[index])

    def _filter_at(self, index: int) -> int:
        """Return the filter that makes a map; −1 if none does."""
        if self._glance is not None:
            sight = None if self._glance.scores is not None else self._glance.maps[index]
            return -1 if sight is None else sight.filter
        return -1 if self._picture is None else self._picture.tiles[index].filter

    @Slot(QPoint)
    def _on_menu_asked(self, at: QPoint) -> None:
        """Open the menu of a map; the one under the mouse becomes the selected one, which commands work on."""
        if self._pointed_filter is not None and self._pointed_filter >= 0 and self._look is not None:
            self.context.selection.select(filter=self._pointed_filter)
        open_menu(self.context.actions, MENU, self, at, "Map")

    @Slot(int)
    def _on_partnered(self, index: int) -> None:
        view, maps = self.context.selection.view, self._shown_maps()
        if not self._is_enlarged and index < len(maps):
            chosen = maps[index]
            self.context.selection.select(partner=None if chosen in (view.partner, view.filter) else chosen)

    @Slot(int, object)
    def _on_side_chosen(self, which: int, side: Side) -> None:
        first, second = self.context.selection.view.sides
        self.context.selection.select(sides=(side, second) if which == 0 else (first, side))

    @Slot(int)
    def _on_opened(self, index: int) -> None:
        self._on_selected(index)
        self.toggle_enlarged()

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
        if event.key() == Qt.Key.Key_Escape and self._is_enlarged and not has_pin:
            self.toggle_enlarged()
        elif self._network_room.is_inside and (
            event.key() == Qt.Key.Key_Backspace or (event.key() == Qt.Key.Key_Escape and not has_pin)
        ):
            self.context.selection.select(mode="network")
        else:
            super().keyPressEvent(event)
