"""Handles that turn and shift the kernel as a whole."""

import math

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from convexplorer.gui.canvas.studio.handles import nearest_handle, paint_handle, paint_line
from convexplorer.gui.canvas.studio.overlay import Point, Stage
from convexplorer.words import number

ARM = 0.42  # length of the arm, as a share of the kernel
_STEPS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
_SHIFT_DIGITS = 1  # of a dragged shift, in cells
_RIM = QColor(128, 128, 128, 150)


class TurnOverlay(QObject):
    """An arm that is turned around the middle of the kernel, which is itself a handle for the shift.

    Attributes
    ----------
    angle : degrees clockwise; at 0 the arm points to the right.
    shift : down and to the right, in cells.
    shape : rows and columns of the kernel.

    Signals
    -------
    changed : angle, rows and columns of the shift, while they are dragged or typed.
    ended : the drag is over.
    """

    changed = Signal(float, float, float)
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.angle = 0.0
        self.shift = (0.0, 0.0)
        self.shape = (3, 3)
        self._stage: Stage | None = None
        self._held = ""
        self._from: Point = (0.0, 0.0)
        self._before = (0.0, 0.0, 0.0)

    @property
    def handles(self) -> dict[str, Point]:
        """The places of the handles."""
        row, column = self._middle
        turn, arm = math.radians(self.angle), self._arm
        return {
            "shift": (row, column),
            "turn": (row + math.sin(turn) * arm, column + math.cos(turn) * arm),
        }

    def paint(self, painter: QPainter, stage: Stage) -> None:
        """Paint the arm, the circle on which it turns, and its angle."""
        self._stage = stage
        places = {name: stage.to_screen(*place) for name, place in self.handles.items()}
        (row, column), arm = self._middle, self._arm
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_RIM, 1.5, Qt.PenStyle.DashLine))
        painter.drawEllipse(QRectF(stage.to_screen(row - arm, column - arm), stage.to_screen(row + arm, column + arm)))
        paint_line(painter, places["shift"], places["turn"])
        for name, place in places.items():
            paint_handle(painter, place, is_held=name == self._held)

    def press(self, point: Point, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> bool:  # noqa: ARG002
        """Take the middle to shift, anything else to turn."""
        if button != Qt.MouseButton.LeftButton:
            return False
        held = "" if self._stage is None else nearest_handle(self._stage, point, self.handles)
        self._held, self._from = held or "turn", point
        self._before = (self.angle, *self.shift)
        return True

    def drag(self, point: Point) -> None:
        """Turn or shift as far as the mouse has moved since the press."""
        angle, rows, columns = self._before
        if self._held == "shift":
            rows = round(rows + point[0] - self._from[0], _SHIFT_DIGITS)
            columns = round(columns + point[1] - self._from[1], _SHIFT_DIGITS)
        else:
            turned = math.degrees(self._direction(point) - self._direction(self._from))
            angle = math.remainder(round(angle + turned), 360)
        self._change(angle, rows, columns)

    def release(self) -> None:
        """Let go."""
        self._held = ""
        self.ended.emit()

    def double_click(self, point: Point, at: QPointF) -> bool:
        """Let the angle be typed."""
        if self._stage is None or nearest_handle(self._stage, point, self.handles) != "turn":
            return True
        self._stage.type_value(at, "Angle", self.angle, "°", self.turn_to)
        return True

    def turn_to(self, angle: float) -> None:
        """Turn to an angle; ValueError if it is not finite."""
        if not math.isfinite(angle):
            raise ValueError("an angle must be finite")
        self._change(math.remainder(angle, 360), *self.shift)
        self.ended.emit()

    def tip_at(self, point: Point) -> str:
        """Return what the handle is."""
        held = "" if self._stage is None else nearest_handle(self._stage, point, self.handles)
        rows, columns = self.shift
        return {
            "": "",
            "turn": f"Turned by {number(self.angle)}° clockwise: drag, or type the angle by a double click",
            "shift": f"Shifted by {number(rows)} px down, {number(columns)} px to the right: drag",
        }[held]

    def hover(self, point: Point | None) -> None:
        """Know where the mouse is; the arm needs it only while it is held."""

    def key(self, event: QKeyEvent, cell: tuple[int, int]) -> bool:  # noqa: ARG002  # of the protocol
        """Turn by Alt with left and right, in steps of 5°, with Shift of 1°; shift by Ctrl and the arrow keys."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            return False
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._change(self.angle, self.shift[0] + step[0] / 2, self.shift[1] + step[1] / 2)
        elif modifiers & Qt.KeyboardModifier.AltModifier and step[1]:
            by = step[1] * (1 if modifiers & Qt.KeyboardModifier.ShiftModifier else 5)
            self._change(math.remainder(self.angle + by, 360), *self.shift)
        else:
            return False
        self.ended.emit()
        return True

    @property
    def _middle(self) -> Point:
        return self.shape[0] / 2 + self.shift[0], self.shape[1] / 2 + self.shift[1]

    @property
    def _arm(self) -> float:
        return max(min(self.shape) * ARM, 0.4)

    def _direction(self, point: Point) -> float:
        row, column = self._middle
        return math.atan2(point[0] - row, point[1] - column)

    def _change(self, angle: float, rows: float, columns: float) -> None:
        self.angle, self.shift = angle, (rows, columns)
        self.changed.emit(angle, rows, columns)
