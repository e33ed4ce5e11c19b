"""The right pane: the feature maps as a bank, as an equation of channels, or as two maps compared."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from convexplorer.core.geometry.places import Place
from convexplorer.gui.canvas.comparison.compare import CompareView
from convexplorer.gui.canvas.pictures.equation import EquationView
from convexplorer.gui.canvas.pictures.marks import NO_MARKS, Marks
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.tile import TileView
from convexplorer.gui.canvas.pictures.tile_grid import GAP_PX, MARGIN_PX, SMALLEST_TILE_PX, TileGrid
from convexplorer.gui.canvas.pictures.tile_labels import STRIP_PX
from convexplorer.gui.canvas.pictures.tile_layout import TileLayout
from convexplorer.gui.canvas.pictures.tile_views import plane_images, thumbnail_of, tile_view
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.action_menu import REGION, open_menu
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.model.layer import Layer
from convexplorer.model.project import INPUT
from convexplorer.model.view import Side, View
from convexplorer.results.exhibit import side_choices
from convexplorer.results.picture import Contrast, Picture
from convexplorer.words import number

MODES = {"bank": "Bank", "channels": "Per channel", "compare": "Compare"}  # each mode is also a command of this name

# The context menu of a map: names of commands, None for a separator, submenus.
MENU = (
    *("pin", "unpin", "explanation", "lens", "profile", "study", None),
    *("copy-map", "copy-map-values", "export-map", "export-values", None),
    *("enlarge", "channels", "compare", "compare-two", "combine-two", "keep-reference", None),
    *("zoom-in", "zoom-out", "zoom-fit", "zoom-actual", "loupe", REGION, None),
    *("copy-kernel", "duplicate-filter", "remove-filter"),
)


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
    """

    pinned = Signal(object)
    scale_changed = Signal()
    stepped = Signal(int, int)
    pane_changed = Signal()

    def __init__(
        self, context: Context, viewport: Viewport, heads: Sequence[QWidget] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(context, parent)
        self._picture: Picture | None = None
        self._is_enlarged = False
        self._marks: Mapping[int, Marks] = {}
        self._pointed_filter: int | None = None
        self._build(viewport, heads)
        context.selection.view_changed.connect(self._on_view)
        context.selection.cursor_moved.connect(self._on_cursor)
        context.selection.pin_changed.connect(self._on_pin)

    def show_picture(self, picture: Picture) -> None:
        """Show the tiles of a result."""
        self._picture = picture
        self._show_errors(picture)
        self._show_tiles()

    def set_marks(self, marks: Mapping[int, Marks]) -> None:
        """Mark cells in the maps, given by the index of the map's filter."""
        self._marks = marks
        self._show_marks()

    def take_focus(self) -> None:
        """Move the keyboard focus to the maps."""
        self.pane.setFocus()

    def blink(self) -> None:
        """Show all of one side of a comparison, and with the next call all of the other."""
        self._compare.blink()

    def toggle_enlarged(self) -> None:
        """Show only the selected tile, or all tiles again; of an equation the one under the mouse."""
        if self.pane is self._equation:
            self._equation.toggle_alone()
            return
        self._is_enlarged = not self._is_enlarged
        self._show_tiles()

    @property
    def can_surround(self) -> bool:
        """True if the maps can lie around something in the upper left corner; an equation needs a rectangle."""
        return self.pane is self._grid

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

    def set_corner(self, size: QSize) -> None:
        """Keep the upper left corner free, because something lies over it; (0, 0) for the whole panel."""
        layout = self.layout()
        assert layout is not None
        margins, frame = layout.contentsMargins(), self.frame_size
        beside = QSize(margins.left(), frame.height() - margins.bottom())  # from the panel's corner to the grid's
        self._header.setContentsMargins(size.width(), 0, 0, 0)
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
        self._mode = Segmented(options, self, name="How the maps are shown")
        self._mode.chosen.connect(lambda mode: actions[mode].give())
        header.addWidget(self._mode)
        layout.addLayout(header)
        self._grid = TileGrid(viewport, self)
        self._grid.setAccessibleName("Feature maps")
        self._equation = EquationView(viewport, self)
        self._equation.setAccessibleName("The selected filter as an equation of pictures")
        self._compare = CompareView(viewport, self)
        self._compare.setAccessibleName("Two maps and their difference")
        self._stack = QStackedWidget(self)
        for pane in (self._grid, self._equation, self._compare):
            self._stack.addWidget(pane)
            pane.pointed.connect(self._on_pointed)
            pane.clicked.connect(self._on_clicked)
            pane.stepped.connect(self.stepped)
            pane.menu_asked.connect(self._on_menu_asked)
            pane.scale_changed.connect(self.scale_changed)
            pane.reduction_changed.connect(self._update_reduction)
        self._grid.selected.connect(self._on_selected)
        self._grid.entered.connect(self._on_entered)
        self._grid.opened.connect(self._on_opened)
        self._grid.partnered.connect(self._on_partnered)
        for name in ("keep-reference", "swap-sides"):
            self._compare.add_button(ActionButton(actions[name], self._compare))
        self._compare.side_chosen.connect(self._on_side_chosen)
        layout.addWidget(self._stack, 1)

    @property
    def _cursor(self) -> tuple[float, float] | None:
        """The cursor of all panes as (row, column) of what is looked at."""
        cursor, picture = self.context.selection.cursor, self._picture
        return None if cursor is None or picture is None else picture.look.seen(cursor)

    @property
    def panes(self) -> tuple[PicturePane, ...]:
        """The panes of all ways to show maps."""
        return self._grid, self._equation, self._compare

    @property
    def pane(self) -> PicturePane:
        """The pane that is shown."""
        pane = self._stack.currentWidget()
        assert isinstance(pane, PicturePane)
        return pane

    def _show_tiles(self) -> None:
        picture = self._picture
        if picture is None or picture.view.mode != self.context.selection.view.mode:
            return  # a result for another way of looking: the right one is on its way
        cursor = self._cursor
        views = [tile_view(tile, thumbnail=thumbnail_of(picture, tile), cursor=cursor) for tile in picture.tiles]
        layer = self._layer(picture)
        roles = {tile.role for tile in picture.tiles}
        if "sum" in roles and layer is not None:
            self._show_equation(picture, layer, views)
        elif picture.view.mode == "compare" and views:
            self._show_comparison(picture, views)
        else:  # a pool has no sum over channels
            self._show_in(self._grid)
            self._show_bank(picture, views)

        self._show_marks()

    def _show_marks(self) -> None:
        picture = self._picture
        if picture is not None:
            self.pane.set_marks([self._marks.get(index, NO_MARKS) for index in self._shown_maps(picture)])

    def _shown_maps(self, picture: Picture) -> list[int]:
        """Return for each tile on screen the index of its map; −1 for the picture before, and for a difference."""
        chosen, pane = self.context.selection.view.filter, self.pane
        if pane is self._equation:
            return [chosen] * len(picture.tiles)
        if pane is self._compare:
            first = picture.view.sides[0]
            is_map = not first.is_before and first.layer != INPUT
            return [
                chosen if tile.role == "after" or (is_map and tile.role == "before") else -1 for tile in picture.tiles
            ]
        return [chosen] if self._is_enlarged and self._is_shown(chosen) else list(range(len(picture.tiles)))

    def _is_shown(self, index: int) -> bool:
        """Whether there is a tile of this map."""
        return self._picture is not None and index < len(self._picture.tiles)

    def _show_in(self, pane: PicturePane) -> None:
        if self._stack.currentWidget() is not pane:
            had_focus = self.pane.hasFocus()
            self._stack.setCurrentWidget(pane)
            if had_focus:  # not a list in the new pane: the keys are those of the pictures
                pane.setFocus()
            selection, self._pointed_filter = self.context.selection, None  # another pane has another map there
            selection.point_at(selection.cursor, is_on_input=selection.is_on_input)
            pane.set_cursor(self._cursor)
            self._update_reduction()
            self.pane_changed.emit()

    def _show_comparison(self, picture: Picture, views: list[TileView]) -> None:
        contrast, view = picture.contrast, picture.view
        kernels = contrast.kernels if contrast is not None else None
        self._show_in(self._compare)
        self._compare.set_choices([(name, side) for side, name in side_choices(picture)], view.sides)
        self._compare.set_tiles(
            views[0],
            views[min(1, len(views) - 1)],
            views[2] if len(views) > 2 else None,
            sentence=_sentence(contrast) if contrast is not None else picture.note,
            kernels=() if kernels is None else (kernels.first, kernels.second, kernels.difference),
        )

    def _show_bank(self, picture: Picture, views: list[TileView]) -> None:
        chosen = self.context.selection.view.filter
        views = _with_largest_named(picture, views)
        is_alone = self._is_enlarged and self._is_shown(chosen)
        self._grid.set_tiles(views[chosen : chosen + 1] if is_alone else views)
        self._grid.set_selected(0 if is_alone else chosen)
        self._grid.set_partner(None if is_alone else self.context.selection.view.partner)

    def _show_equation(self, picture: Picture, layer: Layer, views: list[TileView]) -> None:
        chosen = layer.filters[min(picture.view.filter, len(layer.filters) - 1)]
        roles = [tile.role for tile in picture.tiles]
        count = roles.count("part")
        planes = plane_images(chosen, count)
        operands = [replace(view, thumbnail=plane) for view, plane in zip(views, planes, strict=False)]
        self._show_in(self._equation)
        self._equation.set_tiles(
            [*operands, *views[count:]],
            count,
            bias=f"+ {number(chosen.bias)}" if chosen.bias >= 0 else number(chosen.bias),
            activation=picture.tiles[roles.index("activation")].title if "activation" in roles else "",
        )

    def _layer(self, picture: Picture) -> Layer | None:
        layers = picture.project.layers
        layer = layers[picture.position] if layers else None
        return layer if layer is not None and layer.has_filters else None

    def _show_errors(self, picture: Picture) -> None:
        errors = [report.error for report in picture.layers if report.error]
        note = picture.note if picture.contrast is None else picture.note.replace(picture.contrast.note, "").strip()
        text = errors[0] if errors else note  # what is said of a comparison stands beside it
        self._note.setText(text)
        self._title.setVisible(not text)  # a sentence takes precedence over the title

    @Slot(object)
    def _on_view(self, view: View) -> None:
        self._mode.set_value(view.mode)
        self._show_tiles()
        self._update_reduction()

    @Slot(object)
    def _on_cursor(self, _cursor: Place | None) -> None:
        self.pane.set_cursor(self._cursor)
        self._show_tiles()

    @Slot(object)
    def _on_pointed(self, seen: tuple[float, float] | None) -> None:
        picture = self._picture
        place = None if picture is None or seen is None else picture.look.place_of(seen)
        self.context.selection.point_at(place, pointed_filter=self._pointed_filter)

    @Slot(int)
    def _on_entered(self, index: int) -> None:
        picture = self._picture
        maps = [] if picture is None else self._shown_maps(picture)
        self._pointed_filter = maps[index] if 0 <= index < len(maps) else None

    @Slot(float, float)
    def _on_clicked(self, row: float, column: float) -> None:
        if self._picture is not None:
            self.pinned.emit(self._picture.look.place_of((row, column)))

    @Slot(object)
    def _on_pin(self, pin: Place | None) -> None:
        for pane in (self._grid, self._equation, self._compare):
            pane.set_pinned(pin is not None)

    @Slot(int)
    def _on_selected(self, index: int) -> None:
        picture = self._picture
        if picture is not None and not self._is_enlarged and 0 <= index < len(picture.tiles):
            own = picture.tiles[index].filter
            self.context.selection.select(filter=own if own >= 0 else index)

    @Slot(QPoint)
    def _on_menu_asked(self, at: QPoint) -> None:
        """Open the menu of a map; the one under the mouse becomes the selected one, which commands work on."""
        if self._pointed_filter is not None and self._pointed_filter >= 0 and self._picture is not None:
            self.context.selection.select(filter=self._pointed_filter)
        open_menu(self.context.actions, MENU, self, at, "Map")

    @Slot(int)
    def _on_partnered(self, index: int) -> None:
        view = self.context.selection.view
        if not self._is_enlarged:
            self.context.selection.select(partner=None if index in (view.partner, view.filter) else index)

    @Slot(int, object)
    def _on_side_chosen(self, which: int, side: Side) -> None:
        first, second = self.context.selection.view.sides
        self.context.selection.select(sides=(side, second) if which == 0 else (first, side))

    @Slot(int)
    def _on_opened(self, index: int) -> None:
        self._on_selected(index)
        self.toggle_enlarged()

    @Slot()
    def _update_reduction(self, _reduction: int = 1) -> None:
        self.context.selection.select(reduction=self.pane.reduction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return from one map to all maps on Escape."""
        has_pin = self.context.selection.pin is not None
        if event.key() == Qt.Key.Key_Escape and self._is_enlarged and not has_pin:
            self.toggle_enlarged()
        else:
            super().keyPressEvent(event)


def _sentence(contrast: Contrast) -> str:
    """Return how far two maps differ, and how they were brought to common cells."""
    return contrast.sentence if contrast.note == contrast.sentence else f"{contrast.sentence} {contrast.note}".strip()


def _with_largest_named(picture: Picture, views: list[TileView]) -> list[TileView]:
    """Return the views with the largest value named where each map is one number, as the scores of classes are."""
    numbers = [tile.maximum for tile in picture.tiles if tile.values.size == 1 and not tile.not_finite]
    if len(numbers) < max(len(picture.tiles), 2) or numbers.count(max(numbers)) > 1:
        return views
    largest = numbers.index(max(numbers))
    named = replace(views[largest], subtitle=f"{views[largest].subtitle} · the largest")
    return [*views[:largest], named, *views[largest + 1 :]]
