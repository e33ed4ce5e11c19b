"""The row of favourites below the maps: live pictures of maps of several layers, each leading to its own."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convexplorer.gui.canvas.pictures.painting import device_pixels, outline, snapped, write
from convexplorer.gui.canvas.pictures.tile import screen_image
from convexplorer.gui.look import theme
from convexplorer.model.view import Favourite
from convexplorer.results.favourite_sight import FavouriteSight
from convexplorer.words import plain

EDGE_PX = 56
_WIDTH_PX, _LINE_PX, _GAP_PX = 92, 14, 6
_TEXT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class FavouriteStrip(QWidget):
    """A row of small maps with the names of their layers; hidden while there is none.

    Signals
    -------
    chosen : the favourite that was clicked, or chosen by a key.
    menu_asked : the point for a context menu; the favourite under it has been chosen.
    """

    chosen = Signal(object)
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sights: tuple[FavouriteSight, ...] = ()
        self._current: Favourite | None = None
        self._offset = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Favourites")
        theme.notifier().changed.connect(self._on_theme_changed)
        self.hide()

    @property
    def sights(self) -> tuple[FavouriteSight, ...]:
        """What is shown, in order."""
        return self._sights

    def show_sights(self, sights: Sequence[FavouriteSight]) -> None:
        """Show these maps; where only their pixels are new, these alone are painted."""
        self._sights = tuple(sights)
        self._scroll(0)
        self.update()

    def set_current(self, favourite: Favourite) -> None:
        """Frame the selected map, if it is one of them."""
        if favourite != self._current:
            self._current = favourite
            self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a row, for any width."""
        return QSize(theme.px(_WIDTH_PX), theme.px(EDGE_PX + 2 * _LINE_PX) + 4)

    def minimumSizeHint(self) -> QSize:
        """Return the height of a row and the width of one favourite."""
        return self.sizeHint()

    def rect_of(self, number: int) -> QRectF:
        """Return where a favourite lies, with its names."""
        pitch = theme.px(_WIDTH_PX + _GAP_PX)
        return QRectF(2 + number * pitch - self._offset, 2, theme.px(_WIDTH_PX), self.height() - 4)

    def at(self, position: QPointF) -> FavouriteSight | None:
        """Return the favourite at a position."""
        return next((one for i, one in enumerate(self._sights) if self.rect_of(i).contains(position)), None)

    def event(self, event: QEvent) -> bool:
        """Name the favourite under the mouse in full."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            one = self.at(QPointF(event.pos()))
            missing = "" if one is None or one.pixels is not None else "\nThere is no such map now."
            text = "" if one is None else f"{plain(one.layer)} · {plain(one.name)}{missing}\nA click goes to its layer."
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a map."""
        one = self.at(event.position())
        if one is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(one.favourite)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of a favourite, which becomes the selected map."""
        event.accept()
        one = self.at(QPointF(event.pos()))
        if one is not None:
            self.chosen.emit(one.favourite)
            self.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the favourite before or after."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._sights:
            super().keyPressEvent(event)
            return
        places = [one.favourite for one in self._sights]
        at = places.index(self._current) if self._current in places else -1 if step > 0 else len(places)
        to = min(max(at + step, 0), len(places) - 1)
        self._reveal(to)
        self.chosen.emit(places[to])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll along the row."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        self._scroll(-delta * theme.px(_WIDTH_PX) // 120)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 few pictures: all are painted
        """Paint the maps in sight with their names below."""
        painter, colors, line = QPainter(self), theme.colors(), theme.px(_LINE_PX)
        font, ratio = theme.text_font(11), self.devicePixelRatioF()
        for number, one in enumerate(self._sights):
            rect = self.rect_of(number)
            if rect.right() < 0 or rect.left() > self.width():
                continue
            color = colors.accent if one.favourite == self._current else colors.text
            for row, text in enumerate((plain(one.name), plain(one.layer))):
                place = QRectF(rect.left(), rect.bottom() - (2 - row) * line, rect.width(), line)
                shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
                write(painter, place, shown, font, color if row == 0 else colors.muted, _TEXT)
            if one.pixels is None:
                continue
            image = screen_image(one.pixels)
            size = QRectF(rect.left(), rect.top(), image.width() / ratio, image.height() / ratio)
            with device_pixels(painter) as device:
                target = snapped(size, device)
                painter.drawImage(target, image)
                frame = colors.accent if one.favourite == self._current else colors.outline
                outline(painter, target, frame, max(1, round(device * (2 if frame is colors.accent else 1))))
        painter.end()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def _reveal(self, number: int) -> None:
        rect = self.rect_of(number)
        if rect.left() < 0:
            self._scroll(int(rect.left()))
        elif rect.right() > self.width():
            self._scroll(int(rect.right() - self.width()) + 1)

    def _scroll(self, by: int) -> None:
        last = len(self._sights) * theme.px(_WIDTH_PX + _GAP_PX) - self.width()
        self._offset = min(max(self._offset + by, 0), max(last, 0))
        self.update()
