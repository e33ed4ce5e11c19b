"""The frequency plane in which a wanted response is drawn, pulled and painted, beside what the kernel reaches of it."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication, QWidget

from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.canvas.studio.frequency.hand import (
    Hold,
    begin_stroke,
    extend_stroke,
    quantity_of,
    take_hold,
    typed,
)
from convexplorer.gui.canvas.studio.frequency_plot import FrequencyPlot
from convexplorer.gui.canvas.studio.handle_editor import HandleEditor
from convexplorer.gui.look import theme
from convexplorer.kernels.design.shape import Point
from convexplorer.kernels.design.shapes import Stroke
from convexplorer.kernels.design.target import Target
from convexplorer.results.spectrum import Spectrum
from convexplorer.results.target_image import Side, draw_edges, draw_side, draw_spectrum, side_text
from convexplorer.words import number

_REACH_PX, _MARK_PX, _LEAST_PX, _NARROWEST_PX = 7, 6, 232, 190
_WHITE = (255, 255, 255)
_TIP = (
    "Waves by their length in pixels. Bright ones pass, dark ones stop, hatched ones are free to do either.\n"
    "Pull an area by its edge or its inside, double click to type, turn the wheel to zoom. The cross is the worst wave."
)
_NO_KERNEL = np.zeros((1, 1))


class TargetPlot(FrequencyPlot):
    """Wanted response, reached response, their difference, or the waves of a picture, under the edges of all areas.

    The left button pulls the area under the mouse, or paints if a brush is set. R, held, shows what is reached, of that
    what is wanted. Delete asks for the removal of the chosen area. A double click lets the
    number be typed that the mouse would pull.

    Signals
    -------
    edited : the target, while a hand pulls or paints.
    finished : the hand has let go.
    chosen : place of the area that was clicked, −1 beside all.
    worst_clicked : the mark of the worst wave was clicked, and not pulled.
    removal_asked : of the chosen area.
    refused : a sentence.
    """

    edited = Signal(object)
    finished = Signal()
    chosen = Signal(int)
    worst_clicked = Signal()
    removal_asked = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Wanted response of the kernel", parent)
        self.setToolTip(_TIP)
        self._target = Target()
        self._kernel = _NO_KERNEL
        self._spectrum: Spectrum | None = None
        self._side: Side = "wanted"
        self._is_peeking = False
        self._chosen = -1
        self._worst: Point | None = None
        self._brush: Stroke | None = None
        self._hold: Hold | None = None
        self._is_painting = False
        self._clicked_worst: QPointF | None = None
        self._editor = HandleEditor(self)

    @property
    def target(self) -> Target:
        """What is shown."""
        return self._target

    @property
    def side(self) -> Side:
        """Which side is seen now."""
        if not self._is_peeking:
            return self._side
        return "wanted" if self._side == "reached" else "reached"

    @property
    def is_held(self) -> bool:
        """True while a hand pulls or paints."""
        return self._hold is not None or self._is_painting

    def set_target(self, target: Target, chosen: int) -> None:
        """Show a wanted response; the edge of the chosen area is strong."""
        if (target, chosen) != (self._target, self._chosen):
            self._target, self._chosen = target, chosen
            self.setAccessibleDescription(target.words())
            self.redraw()

    def set_kernel(self, kernel: np.ndarray) -> None:
        """Show what another kernel reaches."""
        self._kernel = kernel
        if self.side in ("reached", "difference"):
            self.redraw()

    def set_spectrum(self, spectrum: Spectrum | None) -> None:
        """Show the waves of another picture; None for none."""
        self._spectrum = spectrum
        if self.side == "picture":
            self.redraw()

    def set_side(self, side: Side) -> None:
        """Show what is wanted, reached, their difference, or what the picture holds."""
        self._side = side
        self.redraw()

    def set_worst(self, frequency: Point | None) -> None:
        """Mark the wave with the largest error."""
        if frequency != self._worst:
            self._worst = frequency
            self.update()

    def set_brush(self, brush: Stroke | None) -> None:
        """Let the mouse paint strokes like this one; None lets it pull."""
        self._brush = brush

    @property
    def hint(self) -> str:
        """Empty: a wanted response can always be drawn."""
        return ""

    def draw(self) -> QImage:
        """Return the picture of the side in sight."""
        rows, columns = (axis.values for axis in self.axes)
        if self.side == "picture":
            rgb = draw_spectrum(self._spectrum, rows, columns)
        else:
            rgb = draw_side(self._target, self._kernel, self.side, rows, columns, is_dark=theme.is_dark())
        cursor = theme.colors().cursor
        strong = (cursor.red(), cursor.green(), cursor.blue())
        colors = [strong if index == self._chosen else _WHITE for index in range(len(self._target.shapes))]
        draw_edges(rgb, self._target.shapes, rows, columns, colors, width=1.6 * self.devicePixelRatioF())
        return to_qimage(rgb)

    def reading_of(self, row: float, column: float) -> str:
        """Return what is wanted and what is reached at a frequency."""
        text = side_text(self._target, self._kernel, row, column)
        if self.side == "picture" and self._spectrum is not None:
            text += f", {number(self._spectrum.at(row, column), 3)} dB in the picture"
        return text

    def minimumSizeHint(self) -> QSize:
        """Return the least size in which areas can be pulled."""
        return QSize(theme.px(_NARROWEST_PX), theme.px(_LEAST_PX))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of what is under the mouse, or begin a stroke."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        event.accept()
        if not self.area.adjusted(-_MARK_PX, -_MARK_PX, _MARK_PX, _MARK_PX).contains(event.position()):
            return
        point = self.to_frequency(event.position())
        if self._brush is not None:
            self._begin_stroke(self._brush, point)
        else:
            # The worst wave often lies where one wants to pull: a click asks for it, a drag does not.
            self._clicked_worst = event.position() if self._is_at_worst(event.position()) else None
            self._hold = take_hold(self._target, point, self._reach(), self._chosen)
            self.chosen.emit(-1 if self._hold is None else self._hold.index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull or paint; without a button, tell what is under the mouse."""
        point = self.to_frequency(event.position())
        if self._clicked_worst is not None:
            if (event.position() - self._clicked_worst).manhattanLength() <= QApplication.startDragDistance() / 2:
                return
            self._clicked_worst = None
        if self._is_painting:
            self._edit(extend_stroke(self._target, point))
        elif self._hold is not None:
            self._edit(self._hold.pulled(point))
        elif not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            self._show_cursor(event.position())
            return
        self.pointed.emit(self.sentence_at(*point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._let_go()
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Let the number be typed that a hand would hold here; elsewhere show all frequencies."""
        hold = take_hold(self._target, self.to_frequency(event.position()), self._reach(), self._chosen)
        quantity = None if hold is None or self._brush is not None else quantity_of(hold)
        if hold is None or quantity is None:
            super().mouseDoubleClickEvent(event)
            return

        def take(value: float) -> None:
            self._edit(typed(hold, quantity, value))
            self.finished.emit()

        self._editor.open(event.position(), quantity.label, round(quantity.value, 4), quantity.unit, take)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show what is reached while R is held; remove the chosen area by Delete; Home shows all."""
        key = event.key()
        if key == Qt.Key.Key_R and not event.modifiers():
            self._peek(True)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._chosen >= 0:
            self.removal_asked.emit()
        elif key == Qt.Key.Key_Home:
            self.show_all()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Show the chosen side again."""
        if event.key() == Qt.Key.Key_R and not event.isAutoRepeat():
            self._peek(False)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the chosen side again: the release of a key may not come any more."""
        self._peek(False)
        super().focusOutEvent(event)

    def paint_marks(self, painter: QPainter) -> None:
        """Mark the worst wave, on both sides, by crosses that are seen on every colour."""
        if self._worst is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.area.adjusted(-_MARK_PX, -_MARK_PX, _MARK_PX, _MARK_PX))
        for place, size in ((self._worst, theme.px(_MARK_PX)), (_opposite(self._worst), theme.px(_MARK_PX) / 2)):
            at = self.to_screen(*place)
            for color, width in ((QColor(0, 0, 0, 170), 4.0), (theme.colors().error, 1.8)):
                painter.setPen(QPen(color, width))
                painter.drawLine(at - QPointF(size, size), at + QPointF(size, size))
                painter.drawLine(at - QPointF(size, -size), at + QPointF(size, -size))
        painter.restore()

    def _begin_stroke(self, brush: Stroke, point: Point) -> None:
        begun = begin_stroke(self._target, brush, point)
        if begun is None:
            self.refused.emit(f"There are {len(self._target.shapes)} areas, as many as there may be: remove one first.")
            return
        self._is_painting = True
        self._edit(begun)
        self.chosen.emit(len(begun.shapes) - 1)

    def _edit(self, target: Target) -> None:
        if target != self._target:
            self._target = target
            self.edited.emit(target)  # first: what follows may paint, before it shows what is reached
            self.redraw()

    def _let_go(self) -> None:
        was_held, self._hold, self._is_painting = self.is_held, None, False
        asks_for_worst, self._clicked_worst = self._clicked_worst is not None, None
        if asks_for_worst:
            self.worst_clicked.emit()
        elif was_held:
            self.finished.emit()

    def _peek(self, is_peeking: bool) -> None:
        if is_peeking != self._is_peeking:
            self._is_peeking = is_peeking
            self.redraw()

    def _reach(self) -> float:
        """Return how far from an edge a hand still holds it, in cycles per pixel."""
        axis = self.axes[1]
        return theme.px(_REACH_PX) / self.area.width() * (axis.high - axis.low)

    def _is_at_worst(self, position: QPointF) -> bool:
        if self._worst is None:
            return False
        ends = (self.to_screen(*place) for place in (self._worst, _opposite(self._worst)))
        return any(math.hypot(*(position - end).toTuple()) <= theme.px(_REACH_PX) for end in ends)

    def _show_cursor(self, position: QPointF) -> None:
        """Show by the form of the cursor what a press would do."""
        shape = Qt.CursorShape.CrossCursor
        if self._brush is None and self.area.contains(position):
            if self._is_at_worst(position):
                shape = Qt.CursorShape.PointingHandCursor
            elif (
                hold := take_hold(self._target, self.to_frequency(position), self._reach(), self._chosen)
            ) is not None:
                is_inside = hold.grip == "inside"
                shape = Qt.CursorShape.OpenHandCursor if is_inside else Qt.CursorShape.SizeAllCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)


def _opposite(point: Point) -> Point:
    return -point[0], -point[1]
