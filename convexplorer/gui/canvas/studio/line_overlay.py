"""A line over the kernel, drawn by dragging, with handles for its ends, its place and its width."""

import math

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter

from convexplorer.gui.canvas.studio.handles import nearest_handle, paint_handle, paint_line
from convexplorer.gui.canvas.studio.overlay import Point, Stage
from convexplorer.kernels.lines import LONGEST_LINE, Line
from convexplorer.words import number

_NEGATIVE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_TYPED = {"start": ("length", "Length", "px"), "end": ("slope", "Slope", "°"), "side": ("width", "Width", "px")}
_STEPS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class LineOverlay(QObject):
    """A line that tells what becomes of it and changes no number itself.

    Attributes
    ----------
    line : that has handles; None before one was drawn.
    width : of the next line.
    shape : rows and columns of the kernel.

    Signals
    -------
    begun : a new line, and the sign of its value, as of a brush.
    changed : the line after a handle was dragged or typed.
    ended : the drag is over.
    """

    begun = Signal(object, int)
    changed = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.line: Line | None = None
        self.width = 1.0
        self.shape = (3, 3)
        self._stage: Stage | None = None
        self._held = ""
        self._from: Point = (0.0, 0.0)

    @property
    def handles(self) -> dict[str, Point]:
        """The places of the handles; the one that is nearest to the mouse is taken."""
        line = self.line
        if line is None:
            return {}
        start, end = line.ends
        return {"middle": (line.row, line.column), "side": line.side, "start": start, "end": end}

    def paint(self, painter: QPainter, stage: Stage) -> None:
        """Paint the line and its handles."""
        self._stage = stage
        if self.line is None:
            return
        places = {name: stage.to_screen(*place) for name, place in self.handles.items()}
        paint_line(painter, places["start"], places["end"])
        paint_line(painter, places["middle"], places["side"])
        for name, place in places.items():
            paint_handle(painter, place, is_held=name == self._held)

    def press(self, point: Point, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> bool:
        """Take a handle, or begin another line inside the kernel."""
        if button not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return False
        held = "" if self._stage is None else nearest_handle(self._stage, point, self.handles)
        if held and button == Qt.MouseButton.LeftButton:
            self._held, self._from = held, point
            return True
        if not all(0 <= at < n for at, n in zip(point, self.shape, strict=True)):
            return False
        is_negative = button == Qt.MouseButton.RightButton or bool(modifiers & _NEGATIVE)
        sign = 0 if modifiers & Qt.KeyboardModifier.ShiftModifier else -1 if is_negative else 1
        self._held, self._from = "new", _middle(point)
        self.line = Line.between(self._from, self._from, self.width)
        self.begun.emit(self.line, sign)
        return True

    def drag(self, point: Point) -> None:
        """Move what is held."""
        line = self.line
        if line is None or not self._held:
            return
        start, end = line.ends
        if self._held == "new":
            self._change(Line.between(self._from, _middle(point), line.width))
        elif self._held == "start":
            self._change(Line.between(point, end, line.width))
        elif self._held == "end":
            self._change(Line.between(start, point, line.width))
        elif self._held == "side":
            self._change(Line(line.row, line.column, line.slope, line.length, round(line.width_to(point), 1)))
        else:
            down, right = point[0] - self._from[0], point[1] - self._from[1]
            self._from = point
            self._change(Line(line.row + down, line.column + right, line.slope, line.length, line.width))

    def release(self) -> None:
        """Let go."""
        self._held = ""
        self.ended.emit()

    def double_click(self, point: Point, at: QPointF) -> bool:
        """Let the number of a handle be typed."""
        if self._stage is None or self.line is None:
            return False
        name = nearest_handle(self._stage, point, self.handles)
        if name not in _TYPED:
            return bool(name)
        field, title, unit = _TYPED[name]
        self._stage.type_value(at, title, getattr(self.line, field), unit, lambda value: self.set(field, value))
        return True

    def set(self, field: str, value: float) -> None:
        """Set a number of the line: its slope, length or width; ValueError if that is impossible."""
        if self.line is not None:
            self._change(with_field(self.line, field, value))
            self.ended.emit()

    def tip_at(self, point: Point) -> str:
        """Return what the handle is."""
        line = self.line
        if self._stage is None or line is None:
            return ""
        return {
            "": "",
            "start": f"Length {number(line.length)} px: drag an end; a double click types the length",
            "end": f"Slope {number(line.slope)}°, 0° lies flat: drag an end; a double click types the slope",
            "side": f"Width {number(line.width)} px: drag, or type it by a double click",
            "middle": "The middle of the line: drag to move it",
        }[nearest_handle(self._stage, point, self.handles)]

    def hover(self, point: Point | None) -> None:
        """Know where the mouse is; a line needs it only while it is held."""

    def key(self, event: QKeyEvent, cell: tuple[int, int]) -> bool:  # noqa: ARG002  # of the protocol
        """Move the line by Alt and the arrow keys, a cell at a time."""
        step = _STEPS.get(Qt.Key(event.key()))
        line = self.line
        if step is None or line is None or not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return False
        self._change(Line(line.row + step[0], line.column + step[1], line.slope, line.length, line.width))
        self.ended.emit()
        return True

    def _change(self, line: Line) -> None:
        self.line = line
        self.changed.emit(line)


def with_field(line: Line, field: str, value: float) -> Line:
    """Return a line with another slope, length or width."""
    fields = {"slope": line.slope, "length": line.length, "width": line.width}
    limit = LONGEST_LINE if field != "slope" else math.inf
    return Line(line.row, line.column, **{**fields, field: min(value, limit)})


def _middle(point: Point) -> Point:
    """Return the middle of the cell that a point lies in."""
    return math.floor(point[0]) + 0.5, math.floor(point[1]) + 0.5
