"""Two maps in one picture with a draggable divider, and their difference beside it."""

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QComboBox, QWidget

from convexplorer.gui.canvas.comparison.compare_layout import CompareLayout, Measures, arranged
from convexplorer.gui.canvas.comparison.kernel_trio import paint_kernels
from convexplorer.gui.canvas.comparison.side_choice import SideChoice
from convexplorer.gui.canvas.pictures.marks import paint_marks
from convexplorer.gui.canvas.pictures.painting import device_pixels, paint_cursor, paint_picture
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.canvas.pictures.tile import PlacedImage, TileView
from convexplorer.gui.canvas.pictures.tile_labels import TileLabels
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip

_HEADER_PX, _CHOICE_PX, _FOOTER_PX, _SENTENCE_PX, _GAP_PX = 24, 32, 20, 12, 14
_LETTER_PX = 16
_GRIP_PX, _REACH_PX = 11, 9
_STEP, _LARGE_STEP = 0.02, 0.1
_WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_NAMES_OF_DIFFERENCE = ("difference B − A", "B − A")  # the longest that fits
_SIDES = {Qt.Key.Key_A: 0, Qt.Key.Key_B: 1}


class CompareView(PicturePane):
    """A pane with one map left of a divider, another right of it, and their difference.

    While A is held down, the first map fills the picture, while B is, the second: pressed in turn, they blink.

    Signals
    -------
    divider_moved : the divider's position, in 0…1 of the pane's width.
    side_chosen : the side, 0 or 1, and the key of what the user chose for it.
    """

    divider_moved = Signal(float)
    side_chosen = Signal(int, object)

    def __init__(self, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(viewport, parent)
        self._divider = 0.5
        self._is_dragging = False
        self._tiles: tuple[TileView, TileView] | None = None
        self._difference: TileView | None = None
        self._sentence = ""
        self._kernels: tuple[np.ndarray, ...] = ()
        self._held: int | None = None  # the side whose key is held down
        self._options: tuple[tuple[str, object], ...] = ()
        self._choices = (self._make_choice(0), self._make_choice(1))
        self._buttons: list[QWidget] = []
        self._labels = TileLabels(self._cache)
        theme.notifier().changed.connect(self._on_theme_changed)
        self.setMinimumSize(200, 140)
        self.setAccessibleName("Comparison")

    @property
    def divider(self) -> float:
        """The divider's position, in 0…1 of the picture pane's width."""
        return self._divider

    @property
    def choices(self) -> tuple[QComboBox, QComboBox]:
        """The lists above the picture, by which each side is chosen."""
        return self._choices

    def set_tiles(
        self,
        before: TileView,
        after: TileView,
        difference: TileView | None,
        *,
        sentence: str = "",
        kernels: Sequence[np.ndarray] = (),
    ) -> None:
        """Set the tiles; zoom, cursor and divider stay unchanged.

        Parameters
        ----------
        difference : None where there is none; the sentence then says why.
        sentence : how far both differ.
        kernels : (rows, columns) of both sides and of their difference, or ().
        """
        self._tiles, self._difference = (before, after), difference
        self._sentence, self._kernels = sentence, tuple(kernels)
        self._describe()
        self._place_choices()
        self._update_reduction()
        self.update()

    def add_button(self, button: QWidget) -> None:
        """Put a small square button of a command beside the difference, behind those that are there."""
        button.setParent(self)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        self._buttons.append(button)
        self._place_choices()

    def set_choices(self, options: Sequence[tuple[str, object]], chosen: tuple[object, object]) -> None:
        """Offer what each side can be, (text, key) each; without options the names are written instead."""
        for combo, key in zip(self._choices, chosen, strict=True):
            if tuple(options) != self._options:
                combo.clear()
                for text, one in options:
                    combo.addItem(text, one)
            combo.setCurrentIndex(next((i for i, (_, one) in enumerate(options) if one == key), -1))
            set_tip(combo, f"{combo.accessibleName()}: {combo.currentText()}")
            combo.setVisible(bool(options))
        self._options = tuple(options)
        self._place_choices()

    def blink(self) -> None:
        """Show all of one map, and with the next call all of the other."""
        self.set_divider(1.0 if self._divider < 1.0 else 0.0)

    def set_divider(self, share: float) -> None:
        """Move the divider."""
        share = min(max(share, 0.0), 1.0)
        if share != self._divider:
            self._divider = share
            self._describe()
            self.divider_moved.emit(share)
            self.update()

    @property
    def arrangement(self) -> CompareLayout:
        """Where everything lies."""
        extent_height, extent_width = self.seen_extent
        aspect = min(max(extent_width / extent_height, 0.1), 10.0)
        header = _CHOICE_PX if self._options else _HEADER_PX
        above, second_above, below, gap = (theme.px(size) for size in (header, _HEADER_PX, _FOOTER_PX, _GAP_PX))
        measures = Measures(
            above,
            second_above,
            below,
            gap,
            self._sentence_height,
            has_kernels=bool(self._kernels),
            has_second=self._difference is not None or self._tiles is None,
        )
        return arranged(self.width(), self.height(), aspect, measures)

    def picture_rects(self) -> tuple[QRectF, QRectF]:
        """Return the rectangles of the divided picture and of the smaller difference, which may be empty."""
        found = self.arrangement
        return found.first, found.second

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the choices above the picture."""
        super().resizeEvent(event)
        self._place_choices()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let go of the key that is held down."""
        super().focusOutEvent(event)
        self._hold(None)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Show both sides again."""
        if event.key() in _SIDES and not event.isAutoRepeat():
            self._hold(None)
        else:
            super().keyReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the divider by arrow keys (Shift: farther); with Ctrl move the cursor as in other panes.

        A and B show all of one side while they are held down.
        """
        if event.key() in _SIDES and not event.modifiers():
            self._hold(_SIDES[Qt.Key(event.key())])
            return
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
            found = self.arrangement
            self._paint_divided(painter, found.first, *self._tiles)
            self._write_around(painter, found.first, *self._tiles)
            if self._options:
                self._write_letters(painter)
            if self._difference is not None:
                self._paint_pane(painter, found.second, self._difference, 2)
                self._write_around(painter, found.second, self._difference, None)
            if self._sentence:
                painter.setFont(theme.text_font(_SENTENCE_PX))
                painter.setPen(theme.colors().text)
                painter.drawText(found.sentence, _WRAPPED, self._sentence)
            if self._kernels:
                paint_kernels(painter, found.kernels, self._kernels, self._labels)
        self._paint_loupe(painter)
        self._paint_focus(painter)
        painter.end()
        self._cache.forget_unused()

    def _paint_divided(self, painter: QPainter, rect: QRectF, before: TileView, after: TileView) -> None:
        """Paint before left of the divider, after right of it."""
        projection = self.projected(rect)
        x = self._divider_x(rect) if self._held is None else rect.right() if self._held == 0 else rect.left()
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
        if self._held is None:
            _paint_divider(painter, rect, x)

    def _write_around(self, painter: QPainter, rect: QRectF, left: TileView, right: TileView | None) -> None:
        """Write names above and ranges below, the second tile's right-aligned."""
        header, footer = theme.px(_HEADER_PX), theme.px(_FOOTER_PX)
        width = rect.width() if right is None else rect.width() / 2 - theme.px(4)
        for tile, x, is_right in ((left, rect.left(), False), (right, rect.right() - width, True)):
            if tile is not None:
                above = QRectF(x, rect.top() - header, width, header)
                if not self._options:
                    self._labels.write_fitting(painter, above, tile.title, is_bold=True, is_right=is_right)
                elif right is None:
                    above.setWidth(above.width() - len(self._buttons) * theme.px(_HEADER_PX))
                    self._labels.write_fitting(painter, above, *_NAMES_OF_DIFFERENCE, is_bold=True)
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
        texts = [f"{tile.title}: {tile.subtitle}" for tile in self._all_tiles()]
        said = [self._sentence] if self._sentence else []
        self.setAccessibleDescription("; ".join([*texts, *said, f"divider at {self._divider:.0%}"]))

    def _all_tiles(self) -> tuple[TileView, ...]:
        return (*(self._tiles or ()), *(() if self._difference is None else (self._difference,)))

    def _hold(self, side: int | None) -> None:
        if side != self._held:
            self._held = side
            self.update()

    def _make_choice(self, side: int) -> QComboBox:
        combo = SideChoice(self)
        combo.setAccessibleName(f"Side {'AB'[side]}")
        combo.setMinimumContentsLength(2)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setCursor(Qt.CursorShape.ArrowCursor)
        combo.activated.connect(lambda at: self.side_chosen.emit(side, self._options[at][1]))
        combo.hide()
        return combo

    def _place_choices(self) -> None:
        """Put a list above each half of the divided picture."""
        rect, header = self.arrangement.first, theme.px(_CHOICE_PX)
        width = int(rect.width() / 2 - theme.px(3))
        top = int(rect.top()) - header
        letter = theme.px(_LETTER_PX)
        for combo, left in zip(self._choices, (rect.left(), rect.right() - width), strict=True):
            combo.setGeometry(int(left) + letter, top, max(width - letter, 0), header - theme.px(4))
        found, side = self.arrangement, theme.px(_HEADER_PX)
        right = found.second.right() if not found.second.isEmpty() else found.sentence.right()
        for i, button in enumerate(reversed(self._buttons), 1):
            button.setGeometry(int(right) - i * side, int(found.second.top()) - side, side, side)

    def _write_letters(self, painter: QPainter) -> None:
        """Write A and B before the lists, as the keys and the kernels name both sides."""
        for title, combo in zip("AB", self._choices, strict=True):
            place = combo.geometry()
            rect = QRectF(place.left() - theme.px(_LETTER_PX), place.top(), theme.px(_LETTER_PX), place.height())
            self._labels.write_fitting(painter, rect, title, is_bold=True)

    def _sentence_height(self, width: float) -> int:
        """Return the height of the sentence in lines of this width, with a gap above."""
        if not self._sentence:
            return 0
        metrics = QFontMetricsF(theme.text_font(_SENTENCE_PX))
        room = QRectF(0, 0, max(width, 1), 1e4)
        return int(metrics.boundingRect(room, _WRAPPED, self._sentence).height()) + theme.px(4)

    def _pictures(self) -> Iterable[PlacedImage]:
        return self._all_tiles()

    def _smallest_jump(self) -> float:
        return min((min(tile.jump) for tile in self._all_tiles()), default=1.0)


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
