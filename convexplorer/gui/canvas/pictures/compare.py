"""Before and after in one picture with a draggable divider, and their difference beside it."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from convexplorer.gui.canvas.pictures.marks import paint_marks
from convexplorer.gui.canvas.pictures.painting import device_pixels, paint_cursor, paint_picture
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.canvas.pictures.tile import PlacedImage, TileView
from convexplorer.gui.canvas.pictures.tile_labels import TileLabels
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme

_HEADER_PX, _FOOTER_PX, _GAP_PX, _MARGIN_PX = 24, 20, 14, 4
_GRIP_PX, _REACH_PX = 11, 9
# Width of the difference relative to the divided picture, unless more room is left.
_SMALLER = 0.4
_STEP, _LARGE_STEP = 0.02, 0.1


class CompareView(PicturePane):
    """A pane with the picture before left of a divider, the picture after right of it, and their difference.

    Signals
    -------
    divider_moved : the divider's position, in 0…1 of the pane's width.
    """

    divider_moved = Signal(float)

    def __init__(self, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(viewport, parent)
        self._divider = 0.5
        self._is_dragging = False
        self._tiles: tuple[TileView, TileView, TileView] | None = None
        self._labels = TileLabels(self._cache)
        theme.notifier().changed.connect(self._on_theme_changed)
        self.setMinimumSize(200, 140)
        self.setAccessibleName("Comparison of before and after")

    @property
    def divider(self) -> float:
        """The divider's position, in 0…1 of the picture pane's width."""
        return self._divider

    def set_tiles(self, before: TileView, after: TileView, difference: TileView) -> None:
        """Set the three tiles; zoom, cursor and divider stay unchanged."""
        self._tiles = (before, after, difference)
        self._describe()
        self._update_reduction()
        self.update()

    def set_divider(self, share: float) -> None:
        """Move the divider."""
        share = min(max(share, 0.0), 1.0)
        if share != self._divider:
            self._divider = share
            self._describe()
            self.divider_moved.emit(share)
            self.update()

    def picture_rects(self) -> tuple[QRectF, QRectF]:
        """Return the rectangles of the divided picture and of the smaller difference.

        They are side by side or one below the other, whichever makes the divided picture larger.
        """
        extent_height, extent_width = self.seen_extent
        aspect = min(max(extent_width / extent_height, 0.1), 10.0)
        header, gap = theme.px(_HEADER_PX), theme.px(_GAP_PX)
        caption = header + theme.px(_FOOTER_PX)
        width, height = self.width() - 2 * _MARGIN_PX, self.height() - 2 * _MARGIN_PX
        beside = min((width - gap) / (1 + _SMALLER), (height - caption) * aspect)
        below = min(width, (height - gap - 2 * caption) / (1 + _SMALLER) * aspect)
        across, down = _size(max(beside, below), aspect)
        if beside >= below:
            # If the height is the limit, the difference grows into the remaining width; likewise below.
            small = _size(min(max(across * _SMALLER, width - gap - across), across), aspect)
            left = (self.width() - across - gap - small[0]) // 2
            first = QRectF(left, (self.height() - caption - down) // 2 + header, across, down)
            return first, QRectF(first.right() + gap, first.top(), *small)
        small = _size(min(max(across * _SMALLER, (height - gap - 2 * caption - down) * aspect), across), aspect)
        top = (self.height() - 2 * caption - gap - down - small[1]) // 2 + header
        first = QRectF((self.width() - across) // 2, top, across, down)
        return first, QRectF(first.left(), first.bottom() + gap + caption, *small)

    def projection_at(self, position: QPointF) -> Projection | None:
        """Return the projection of the picture under a position."""
        rects = self.picture_rects()
        return next((self.projected(rect) for rect in rects if rect.contains(position)), None)

    def main_projection(self) -> Projection:
        """Return the projection of the divided picture."""
        return self.projected(self.picture_rects()[0])

    @Slot()
    def _on_theme_changed(self) -> None:
        self._labels.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start dragging the divider, or a gesture common to all panes."""
        if event.button() == Qt.MouseButton.LeftButton and self._is_at_divider(event.position()):
            self._is_dragging = True
            self._drag_to(event.position())
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the divider, or continue a gesture common to all panes."""
        if self._is_dragging:
            self._drag_to(event.position())
            return
        super().mouseMoveEvent(event)
        if not event.buttons():
            shape = Qt.CursorShape.SplitHCursor if self._is_at_divider(event.position()) else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Release the divider."""
        if self._is_dragging:
            self._is_dragging = False
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Reset the divider to the middle."""
        if self._is_at_divider(event.position()):
            self.set_divider(0.5)
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the divider by arrow keys (Shift: farther); with Ctrl move the cursor as in other panes."""
        if self._step_pin(event):
            return
        step = _LARGE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
        shares = {
            Qt.Key.Key_Left: self._divider - step,
            Qt.Key.Key_Right: self._divider + step,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }
        share = shares.get(Qt.Key(event.key()))
        if share is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            self._shows_focus = True
            self.set_divider(round(share, 6))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the divided picture, the difference, and their texts."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colors().panel)
        if self._tiles is not None:
            before, after, difference = self._tiles
            first, second = self.picture_rects()
            self._paint_divided(painter, first, before, after)
            self._paint_pane(painter, second, difference, 2)
            self._write_around(painter, first, before, after)
            self._write_around(painter, second, difference, None)
        self._paint_focus(painter)
        painter.end()
        self._cache.forget_unused()

    def _paint_divided(self, painter: QPainter, rect: QRectF, before: TileView, after: TileView) -> None:
        """Paint before left of the divider, after right of it."""
        projection = self.projected(rect)
        x = self._divider_x(rect)
        painter.fillRect(rect, theme.colors().canvas)
        halves = (
            (before, QRectF(rect.left(), rect.top(), x - rect.left(), rect.height())),
            (after, QRectF(x, rect.top(), rect.right() - x, rect.height())),
        )
        for index, (tile, half) in enumerate(halves):
            painter.save()
            painter.setClipRect(half)
            paint_picture(painter, projection, tile, self._cache)
            paint_marks(painter, projection, self.marks_of(index))
            if self._cursor is not None:
                paint_cursor(painter, projection, tile, self._cursor)
            painter.restore()
        self._paint_border(painter, rect)
        _paint_divider(painter, rect, x)

    def _write_around(self, painter: QPainter, rect: QRectF, left: TileView, right: TileView | None) -> None:
        """Write names above and ranges below, the second tile's right-aligned."""
        header, footer = theme.px(_HEADER_PX), theme.px(_FOOTER_PX)
        width = rect.width() if right is None else rect.width() / 2 - theme.px(4)
        for tile, x, is_right in ((left, rect.left(), False), (right, rect.right() - width, True)):
            if tile is not None:
                above = QRectF(x, rect.top() - header, width, header)
                self._labels.write_fitting(painter, above, tile.title, is_bold=True, is_right=is_right)
                below = QRectF(x, rect.bottom() + theme.px(2), width, footer - theme.px(2))
                self._labels.write_range(painter, below, tile, is_right=is_right)

    def _divider_x(self, rect: QRectF) -> float:
        return round(rect.left() + self._divider * rect.width())

    def _is_at_divider(self, position: QPointF) -> bool:
        rect = self.picture_rects()[0]
        is_near = abs(position.x() - self._divider_x(rect)) <= theme.px(_REACH_PX)
        return self._tiles is not None and is_near and rect.top() <= position.y() <= rect.bottom()

    def _drag_to(self, position: QPointF) -> None:
        rect = self.picture_rects()[0]
        self.set_divider((position.x() - rect.left()) / rect.width())

    def _describe(self) -> None:
        """Describe the contents to assistive technology."""
        texts = [f"{tile.title}: {tile.subtitle}" for tile in self._tiles or ()]
        self.setAccessibleDescription("; ".join([*texts, f"divider at {self._divider:.0%}"]))

    def _pictures(self) -> Iterable[PlacedImage]:
        return self._tiles or ()

    def _smallest_jump(self) -> float:
        return min((min(tile.jump) for tile in self._tiles or ()), default=1.0)


def _size(width: float, aspect: float) -> tuple[int, int]:
    """Return the size (width, height) in whole pixels of a picture of this width."""
    across = max(int(width), 1)
    return across, max(int(across / aspect), 1)


def _paint_divider(painter: QPainter, rect: QRectF, x: float) -> None:
    """Draw a line that is visible on any picture, and a grip."""
    with device_pixels(painter) as ratio:
        thin, middle = max(1, round(ratio)), round(x * ratio)
        top, height = round(rect.top() * ratio), round(rect.height() * ratio)
        painter.fillRect(middle - 2 * thin, top, 4 * thin, height, QColor(0, 0, 0, 110))
        painter.fillRect(middle - thin, top, 2 * thin, height, QColor(255, 255, 255))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    center, radius = QPointF(x, rect.center().y()), theme.px(_GRIP_PX)
    painter.setPen(QColor(0, 0, 0, 120))
    painter.setBrush(QColor(255, 255, 255))
    painter.drawEllipse(center, radius, radius)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(40, 46, 56))
    for side in (-1, 1):
        tip, foot = radius * 0.68 * side, radius * 0.24 * side
        corners = [QPointF(tip, 0), QPointF(foot, -radius * 0.36), QPointF(foot, radius * 0.36)]
        painter.drawPolygon(QPolygonF([center + corner for corner in corners]))
    painter.restore()
