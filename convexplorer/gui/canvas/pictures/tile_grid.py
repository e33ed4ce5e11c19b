"""The grid of maps: all tiles in one widget, painted together."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QToolTip, QWidget

from convexplorer._dataclass import dataclass
from convexplorer.gui.canvas.pictures.marks import NO_MARKS
from convexplorer.gui.canvas.pictures.painting import GRID_FROM_PX, device_pixels, has_lines, image_rect, on_pixels
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.canvas.pictures.stamps import Stamp
from convexplorer.gui.canvas.pictures.tile import PlacedImage, TileView
from convexplorer.gui.canvas.pictures.tile_labels import STRIP_PX, TileLabels
from convexplorer.gui.canvas.pictures.tile_layout import TileLayout, arrange
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme

SMALLEST_TILE_PX = 110
GAP_PX = 5
MARGIN_PX = 2  # room for the frame of the selected tile
BAR_PX = 12


class TileGrid(PicturePane):
    """The grid of the bank's maps; a click selects, a double click opens, keys move the selection.

    Signals
    -------
    selected : index of the tile selected by mouse or key.
    opened : index of the tile opened by a double click or Enter.
    entered : index of the tile entered by the mouse, −1 between tiles.
    partnered : index of the tile clicked with Ctrl, a second one beside the selected.
    """

    selected = Signal(int)
    opened = Signal(int)
    entered = Signal(int)
    partnered = Signal(int)

    def __init__(self, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(viewport, parent)
        self._tiles: tuple[TileView, ...] = ()
        self._placed: tuple[TileView, ...] = ()  # one of each place and size
        self._arranged_for: tuple[object, ...] = ()
        self._selected = 0
        self._partner: int | None = None
        self._has_control = False  # Ctrl is held down while the mouse is released
        self._entered = -1
        self._corner = (0, 0)
        self._labels = TileLabels(self._cache)
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.setCursor(Qt.CursorShape.ArrowCursor)
        self._bar.hide()
        self._bar.valueChanged.connect(self._on_scrolled)
        theme.notifier().changed.connect(self._on_theme_changed)
        self.setMinimumSize(SMALLEST_TILE_PX + 2 * MARGIN_PX, 96)
        self._layout = self._arranged()
        self._exchanged = QRegion()
        self._spots: _Spots | None = None  # where images are, until anything moves
        self._stamps: dict[int, list[Stamp]] = {}  # the labels over tiles as they were painted last
        self._relabelled: set[int] = set()  # tiles whose strips wait to be painted
        self._describe()

    @property
    def tiles(self) -> tuple[TileView, ...]:
        """The shown tiles."""
        return self._tiles

    @property
    def layout_now(self) -> TileLayout:
        """The current arrangement of the tiles."""
        return self._layout

    def set_corner(self, size: QSize) -> None:
        """Keep the upper left corner free of tiles, because something lies over it; (0, 0) for the whole widget."""
        corner = (max(size.width(), 0), max(size.height(), 0))
        if corner != self._corner:
            self._corner = corner
            self._rearrange()

    def set_tiles(self, tiles: Sequence[TileView]) -> None:
        """Show these tiles; zoom, cursor, scroll position and selection stay."""
        known, self._tiles = self._tiles, tuple(tiles)
        if len(known) == len(tiles) and all(map(_have_same_place, known, tiles)):
            self._show_exchanged(known)
            return
        before = self._arranged_for
        places = {(tile.grid, tile.shape): tile for tile in tiles}
        self._arranged_for = (len(tiles), frozenset(places))
        if self._arranged_for != before:
            self._placed = tuple(places.values())
            self._rearrange()
        self._describe()
        self.update()

    def exchange(self, images: Sequence[QImage | TileView | None]) -> None:
        """Show other images of the same cells, whose values are not known.

        Parameters
        ----------
        images : one per tile; a tile in the same place if its labels change as well; None leaves a tile as it is.
        """
        known = self._tiles
        self._tiles = tuple(_exchanged(tile, image) for tile, image in zip(known, images, strict=True))
        self._show_exchanged(known)

    def _show_exchanged(self, known: Sequence[TileView]) -> None:
        """Paint the pictures of tiles in the places of others, and labels that differ; nothing around them."""
        relabelled = [i for i, tile in enumerate(self._tiles) if not tile.has_labels_of(known[i])]
        changed = [i for i, tile in enumerate(self._tiles) if not _have_same_pixels(known[i], tile)]
        if not relabelled and not changed:
            return
        if self._selected in relabelled or self._partner in relabelled:
            self._describe()
        is_wider = bool(relabelled) and self._layout.is_overlaid and self._reserve()
        if is_wider:  # all labels have one width
            self.update()
            return
        for index in relabelled:
            self._stamps.pop(index, None)
        self._relabelled.update(relabelled)
        self._update_some(changed)

    def _update_pictures(self) -> None:
        """Paint all pictures, and the labels that wait for it."""
        self._update_some(range(len(self._tiles)))

    def _update_some(self, changed: Iterable[int]) -> None:
        """Paint some pictures, and the labels that wait for it."""
        if self._has_loupe or not self._tiles:  # the loupe lies over all
            self.update()
            return
        spots, strips = self._found_spots(), QRegion()
        if not self._layout.is_overlaid:
            for index in self._relabelled.intersection(spots.shown):  # others are painted when they come into sight
                strips += self._caption_rect(index).toAlignedRect()
        self._exchanged = spots.region + strips
        over = self._relabelled if self._layout.is_overlaid else set()
        for index in over.union(changed).intersection(spots.shown):
            strips += spots.shown[index]
        self.update(strips)

    @property
    def visible(self) -> tuple[int, ...] | None:
        """The tiles in sight; None if all are."""
        seen = self._seen(0, self.height())
        is_all = not seen or len(seen) == len(self._tiles)
        return None if is_all else tuple(seen)

    def set_selected(self, index: int) -> None:
        """Mark a tile as selected and scroll it into view."""
        if index == self._selected:
            return
        self._selected = index
        self._scroll_to(index)
        self._describe()
        self.update()

    def scroll_to_first(self) -> None:
        """Show the beginning of the bank, where the tiles have been put in another order."""
        self._bar.setValue(0)

    def set_partner(self, index: int | None) -> None:
        """Mark a second tile beside the selected one; None marks none."""
        if index != self._partner:
            self._partner = index
            self._describe()
            self.update()

    def picture_rect(self, index: int) -> QRectF:
        """Return the rectangle of a tile's picture in widget coordinates: whole device pixels, as many for each."""
        return on_pixels(self._layout.picture_rect(index).translated(0, -self._bar.value()), self.devicePixelRatioF())

    def index_at(self, position: QPointF) -> int | None:
        """Return the tile at a position of the widget."""
        if not self._tiles:
            return None
        return self._layout.index_at(position.x(), position.y() + self._bar.value())

    def tip_at(self, position: QPointF) -> str:
        """Return what is told of the tile at a position, below all of its labels if some are cut; else ""."""
        index = self.index_at(position)
        if index is None:
            return ""
        tile = self._tiles[index]
        width, is_overlaid = self._layout.picture_width, self._layout.is_overlaid
        is_cut = self._labels.fitted(tile, width, is_overlaid=is_overlaid).is_cut
        labels = (tile.title, tile.subtitle, tile.loss) if is_cut or tile.tip else ()
        return "\n".join(text for text in (*labels, tile.tip) if text)

    def projection_at(self, position: QPointF) -> Projection | None:
        """Return the projection of the tile under a position."""
        index = self.index_at(position)
        if index is None or not self.picture_rect(index).contains(position):
            return None
        return self.projected(self.picture_rect(index))

    def main_projection(self) -> Projection:
        """Return the projection of the selected tile."""
        return self.projected(self.picture_rect(min(self._selected, self._layout.count - 1)))

    @Slot()
    def _on_scrolled(self) -> None:
        self._spots, self._exchanged = None, QRegion()
        self.sight_changed.emit()
        self.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._labels.refresh()
        self._rearrange()

    @Slot()
    def _on_view_changed(self) -> None:
        self._rearrange()

    def event(self, event: QEvent) -> bool:
        """Show the full text of cut labels as tooltips."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rearrange the tiles."""
        self._rearrange()
        super().resizeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report the tile under the mouse before the position in it."""
        index = self.index_at(event.position())
        self._enter(-1 if index is None else index)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Remember whether Ctrl makes the click one on a second tile."""
        self._has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        super().mouseReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the mouse has left the tile, then clear the cursor."""
        self._enter(-1)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom over pictures; scroll over captions and gaps, and with Shift."""
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self._bar.isVisible() and (is_shifted or self.projection_at(event.position()) is None):
            delta = event.angleDelta().y() or event.angleDelta().x()
            self._bar.setValue(round(self._bar.value() - delta / 120 * self._layout.row_height / 2))
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the selection; with Ctrl the arrow keys move the cursor as in other panes."""
        target = self._walk_target(Qt.Key(event.key()))
        if self._step_pin(event):
            return
        if _moves_cursor(event) or not self._tiles:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self._selected)
        elif target is None:
            super().keyPressEvent(event)
        elif target != self._selected:
            self._shows_focus = True
            self.set_selected(target)
            self.selected.emit(target)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the visible tiles, or only the images that have been exchanged."""
        painter = QPainter(self)
        if not self._exchanged.isEmpty() and event.region().subtracted(self._exchanged).isEmpty():
            self._paint_images(painter, event.region())
            painter.end()
            return
        painter.fillRect(event.rect(), theme.colors().panel)
        if self._tiles:
            if self._layout.is_overlaid:
                self._reserve()
            for index in self._seen(event.rect().top(), event.rect().bottom() + 1):
                self._paint_tile(painter, index)
        self._paint_loupe(painter)
        self._paint_focus(painter)
        painter.end()
        self._relabelled.clear()
        if event.rect().contains(self.rect()):
            self._cache.forget_unused()
            self._labels.forget_unused()

    def _paint_images(self, painter: QPainter, region: QRegion) -> None:
        """Paint the pictures in a region with what lies over them, and the labels that wait; all around is there."""
        spots = self._found_spots()
        asked = [index for index, shown in spots.shown.items() if region.intersects(shown)]
        is_free = self._cursor is None and self._region is None and spots.are_bare
        covered = []
        with device_pixels(painter):
            for index in asked:
                image, target = self._tiles[index].image, spots.targets[index]
                if is_free and image.size() == target.size() and self.marks_of(index) == NO_MARKS:
                    painter.drawImage(target.topLeft(), image)
                else:
                    covered.append(index)
        for index in covered:
            self._paint_pane(painter, self.picture_rect(index), self._tiles[index], index)
            self._paint_frame(painter, index)
        anew = self._relabelled.intersection(spots.targets)
        for index in asked if self._layout.is_overlaid else anew:
            if index in self._stamps:  # as it is over a picture, unless the labels are other ones
                for place, pixmap in self._stamps[index]:
                    painter.drawPixmap(place, pixmap)
            else:
                self._paint_labels(painter, index)
        if len(anew) == len(spots.targets):
            self._labels.forget_unused()
        self._relabelled.clear()
        self._exchanged = spots.region  # whoever asks for a strip from now on gets it as any other part
        if covered:
            self._cache.forget_unused()

    def _found_spots(self) -> "_Spots":
        """Return where the images of the tiles in sight are."""
        if self._spots is None:
            ratio, region, are_bare = self.devicePixelRatioF(), QRegion(), self.viewport.zoom <= 1
            targets, rects = {}, {}
            for index in self._seen(0, self.height()):
                tile, pane = self._tiles[index], self.picture_rect(index)
                projection = self.projected(pane)
                target = targets[index] = image_rect(projection, tile, ratio)
                shown = QRectF(target.x() / ratio, target.y() / ratio, target.width() / ratio, target.height() / ratio)
                rects[index] = (shown & pane).toAlignedRect()
                region += rects[index]
                are_bare = are_bare and not has_lines(projection, tile)
            self._spots = _Spots(targets, rects, region, are_bare)
        return self._spots

    def _seen(self, top: float, bottom: float) -> Sequence[int]:
        """Return the tiles that a horizontal band of the widget shows."""
        above = self._bar.value()
        return tuple(self._layout.visible(above + top, above + bottom)) if self._tiles else ()

    def _paint_tile(self, painter: QPainter, index: int) -> None:
        """Paint one tile with its labels, frame and cursor."""
        self._paint_pane(painter, self.picture_rect(index), self._tiles[index], index)
        self._paint_frame(painter, index)
        self._paint_labels(painter, index)

    def _paint_frame(self, painter: QPainter, index: int) -> None:
        """Paint the frame of a tile that is selected, or marked as the second."""
        if index == self._selected:
            self._paint_border(painter, self.picture_rect(index), theme.colors().accent, 2)
        elif index == self._partner:
            self._paint_border(painter, self.picture_rect(index), theme.colors().cursor, 2)

    def _paint_labels(self, painter: QPainter, index: int) -> None:
        tile, is_selected = self._tiles[index], index == self._selected
        if self._layout.is_overlaid:
            rect = self.picture_rect(index)
            self._stamps[index] = self._labels.paint_chips(painter, rect, tile, is_selected=is_selected)
        else:
            self._labels.paint_strip(painter, self._caption_rect(index), tile, is_selected=is_selected)

    def _caption_rect(self, index: int) -> QRectF:
        """Return the rectangle of a tile's labels above its picture, in widget coordinates."""
        picture, height = self.picture_rect(index), self._layout.caption_height
        return QRectF(picture.left(), picture.top() - height, picture.width(), height)

    def _reserve(self) -> bool:
        """Make room for the widest label; return True if there was too little."""
        return self._labels.reserve(self._tiles, self._layout.picture_width)

    def _click(self, position: QPointF) -> None:
        """Select the tile; with Ctrl mark it as a second one."""
        index = self.index_at(position)
        if index is not None and self._has_control:
            self.partnered.emit(index)
        elif index is not None:
            self.set_selected(index)
            self.selected.emit(index)
            super()._click(position)

    def _double_click(self, position: QPointF) -> None:
        """Open the tile."""
        index = self.index_at(position)
        if index is not None:
            self.opened.emit(index)

    def _enter(self, index: int) -> None:
        if index != self._entered:
            self._entered = index
            self.entered.emit(index)

    def _walk_target(self, key: Qt.Key) -> int | None:
        """Return the index of the tile selected by a key; None if the key selects no tile."""
        last = len(self._tiles) - 1
        page = max(self.height() // self._layout.row_height, 1)
        targets = {
            Qt.Key.Key_Left: max(self._selected - 1, 0),
            Qt.Key.Key_Right: min(self._selected + 1, last),
            Qt.Key.Key_Up: self._layout.neighbour(self._selected, -1),
            Qt.Key.Key_Down: self._layout.neighbour(self._selected, 1),
            Qt.Key.Key_PageUp: self._layout.neighbour(self._selected, -page),
            Qt.Key.Key_PageDown: self._layout.neighbour(self._selected, page),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        return targets.get(key)

    def arranged(
        self, count: int, aspect: float, width: int, height: int, corner: tuple[int, int] = (0, 0)
    ) -> TileLayout:
        """Compute the arrangement of `count` tiles for a size of the widget and of its taken corner.

        A map whose cells are seen one by one is too small to be covered by its own labels.
        """
        arranged = partial(
            arrange,
            count,
            # The aspect ratio is limited: an extremely long picture would leave no room for its tile.
            min(max(aspect, 0.1), 10.0),
            width,
            height,
            caption=theme.px(STRIP_PX),
            gap=theme.px(GAP_PX),
            margin=MARGIN_PX,
            smallest=theme.px(SMALLEST_TILE_PX),
            bar=theme.px(BAR_PX),
            corner=corner,
        )
        layout = arranged()
        cell = self._smallest_jump() * layout.picture_width / self.seen_extent[1]
        has_cells = bool(self._tiles) and cell >= theme.px(GRID_FROM_PX)
        return arranged(may_cover=False) if layout.is_overlaid and has_cells else layout

    def _arranged(self) -> TileLayout:
        rows, columns = self.seen_extent
        return self.arranged(len(self._tiles), columns / rows, self.width(), self.height(), self._corner)

    def _rearrange(self) -> None:
        """Rearrange the tiles, and show a scroll bar if needed."""
        self._layout = self._arranged()
        self._spots, self._exchanged = None, QRegion()
        hidden = self._layout.content_height - self.height()
        width = theme.px(BAR_PX)
        self._bar.setGeometry(self.width() - width, 0, width, self.height())
        self._bar.setRange(0, max(hidden, 0))
        self._bar.setPageStep(self.height())
        self._bar.setSingleStep(max(self._layout.row_height // 4, 1))
        self._bar.setVisible(hidden > 0)
        self._update_reduction()
        self.sight_changed.emit()
        self.update()

    def _scroll_to(self, index: int) -> None:
        """Scroll just far enough to make a tile visible."""
        if 0 <= index < self._layout.count:
            rect = self._layout.tile_rect(index)
            low = round(rect.bottom()) + MARGIN_PX - self.height()
            self._bar.setValue(min(max(self._bar.value(), low), round(rect.top()) - MARGIN_PX))

    def _describe(self) -> None:
        """Describe the selection to assistive technology."""
        if not 0 <= self._selected < len(self._tiles):
            self.setAccessibleName("Feature maps")
            return
        tile = self._tiles[self._selected]
        self.setAccessibleName(f"Feature maps: {tile.title}, {self._selected + 1} of {len(self._tiles)}")
        partner = self._partner if self._partner is not None and self._partner < len(self._tiles) else None
        marked = "" if partner is None else f"with {self._tiles[partner].title} marked as the second"
        self.setAccessibleDescription(", ".join(text for text in (tile.subtitle, tile.loss, marked) if text))

    def _pictures(self) -> Iterable[PlacedImage]:
        return self._placed

    def _room_for_loupe(self) -> QRectF:
        """Return what is beside the taken corner or below it, whichever has room for a larger square."""
        width, height = self._corner
        parts = (QRectF(self.rect()).adjusted(width, 0, 0, 0), QRectF(self.rect()).adjusted(0, height, 0, 0))
        return max(parts, key=lambda part: min(part.width(), part.height()))

    def _picture_under_loupe(self) -> PlacedImage | None:
        index = self._entered if 0 <= self._entered < len(self._tiles) else self._selected
        return self._tiles[index] if 0 <= index < len(self._tiles) else None

    def _smallest_jump(self) -> float:
        return min((min(tile.jump) for tile in self._tiles), default=1.0)


def _have_same_place(tile: TileView, other: TileView) -> bool:
    return (tile.grid, tile.shape) == (other.grid, other.shape)


def _have_same_pixels(tile: TileView, other: TileView) -> bool:
    return tile.image.cacheKey() == other.image.cacheKey() and tile.values is other.values


def _exchanged(tile: TileView, image: QImage | TileView | None) -> TileView:
    """Return a tile with another image."""
    if image is None:
        return tile
    return image if isinstance(image, TileView) else replace(tile, image=image)


@dataclass(frozen=True)
class _Spots:
    """Where the images of the tiles in sight are.

    Attributes
    ----------
    targets : in device pixels, by index.
    shown : the parts of the widget that show them, by index.
    region : all of these parts.
    are_bare : no lines lie between their cells, and each is seen whole.
    """

    targets: dict[int, QRect]
    shown: dict[int, QRect]
    region: QRegion
    are_bare: bool


def _moves_cursor(event: QKeyEvent) -> bool:
    """Return True if a key moves the cursor; arrow keys without Ctrl move the selection."""
    is_arrow = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
    return is_arrow and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
