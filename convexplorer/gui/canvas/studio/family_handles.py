"""Handles over a kernel for the parameters of its family: a direction, and distances from the middle."""

import math
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from convexplorer._dataclass import dataclass
from convexplorer.core.parameter import Parameter
from convexplorer.gui.canvas.studio.handle_editor import HandleEditor
from convexplorer.gui.canvas.studio.overlay import Point, Stage
from convexplorer.gui.look import theme
from convexplorer.words import number

RADIUS_PX, GRAB_PX = 6.0, 12.0
_AHEAD, _BACK, _SIDE, _BETWEEN = 0.0, 180.0, 90.0, 45.0
# The handle of an angle stands at this share of the kernel's half; distances stand wherever they are.
_ANGLE_AT = 0.92


@dataclass(frozen=True)
class Distance:
    """Where the handle of a length stands.

    Attributes
    ----------
    side : in degrees from the angle of the kernel.
    share : of the length that is its distance from the middle.
    beyond : the length that it begins at, or "".
    """

    side: float
    share: float = 1.0
    beyond: str = ""


DISTANCES: dict[str, Distance] = {
    "sigma": Distance(_BACK),
    "across": Distance(_SIDE),
    "wavelength": Distance(_AHEAD),
    "radius": Distance(_SIDE),
    "length": Distance(_BACK, 0.5),
    "thickness": Distance(_SIDE, 0.5, "radius"),
    "spacing": Distance(-_SIDE, 0.5),
    "opening": Distance(_BETWEEN),  # an angle of its own; see `_place_of`
}


class FamilyHandles:
    """A `KernelOverlay` for the parameters that have a place.

    Parameters
    ----------
    take : is called with name and value while a handle is dragged, and when a value was typed.
    begin, end : are called when a handle is taken, and let go.
    """

    def __init__(
        self, take: Callable[[str, float], object], begin: Callable[[], object], end: Callable[[], object]
    ) -> None:
        self._take, self._begin, self._end = take, begin, end
        self._parameters: dict[str, Parameter] = {}
        self._values: dict[str, float] = {}
        self._shape, self._middle = (1, 1), (0.5, 0.5)
        self._held = ""
        self._scale = 20.0  # pixels a cell, as it was painted last
        self._stage: QWidget | None = None  # on which it was painted last
        self._editor: HandleEditor | None = None

    def show_family(
        self, parameters: Sequence[Parameter], values: Mapping[str, float], shape: tuple[int, int], own: tuple[int, int]
    ) -> None:
        """Show the handles of a family.

        Parameters
        ----------
        shape : of the kernel that is shown.
        own : of the family's kernel, which may be smaller than those beside it in the bank, and lies around its centre.
        """
        self._parameters = {each.name: each for each in parameters if each.name == "angle" or each.name in DISTANCES}
        self._values = dict(values)
        self._shape = own
        row, column = ((n - 1) // 2 - (m - 1) // 2 + m / 2 for n, m in zip(shape, own, strict=True))
        self._middle = (row, column)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that have a handle."""
        return tuple(self._parameters)

    def place(self, name: str) -> Point:
        """Return where the handle of a parameter stands."""
        turn, distance = self._polar(name)
        radians = math.radians(turn)
        return self._middle[0] + distance * math.sin(radians), self._middle[1] + distance * math.cos(radians)

    def paint(self, painter: QPainter, stage: Stage) -> None:
        """Paint a line through the middle, and a dot for each parameter; the value of the one that is held."""
        self._scale = max(abs(stage.to_screen(0, 1).x() - stage.to_screen(0, 0).x()), 1e-6)
        self._stage = stage if isinstance(stage, QWidget) else None
        middle = stage.to_screen(*self._middle)
        for name in self._parameters:
            at = stage.to_screen(*self.place(name))
            if name == "angle":
                _line(painter, middle + (middle - at), at)
            elif DISTANCES[name].side in (_AHEAD, _BACK):
                _line(painter, middle, at)
            else:
                _line(painter, middle, at, is_dashed=True)
        for name in self._parameters:
            self._dot(painter, stage.to_screen(*self.place(name)), is_held=name == self._held, is_angle=name == "angle")
        if self._held in self._parameters:
            self._label(painter, stage.to_screen(*self.place(self._held)))

    def press(self, point: Point, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> bool:  # noqa: ARG002
        """Take the handle at a point."""
        name = self.handle_at(point) if button == Qt.MouseButton.LeftButton else ""
        if not name:
            return False
        self._held = name
        self._begin()
        return True

    def drag(self, point: Point) -> None:
        """Set the parameter so that its handle follows the mouse."""
        if self._held:
            self._set(self._held, self._value_at(self._held, point))

    def release(self) -> None:
        """Let go of the handle."""
        self._held = ""
        self._end()

    def double_click(self, point: Point, at: QPointF) -> bool:
        """Let the value of the handle be typed."""
        name = self.handle_at(point)
        if not name or self._stage is None:
            return False
        if self._editor is None or self._editor.parent() is not self._stage:
            self._editor = HandleEditor(self._stage)
        parameter = self._parameters[name]
        self._editor.open(
            at, parameter.label, self._values[name], parameter.unit, lambda value: self._type(name, value)
        )
        return True

    def tip_at(self, point: Point) -> str:
        """Return what the handle at a point is."""
        name = self.handle_at(point)
        if not name:
            return ""
        parameter = self._parameters[name]
        return f"{self._words(name)}. {parameter.explanation}\nDrag it, or double-click to type a value."

    def handle_at(self, point: Point) -> str:
        """Return the parameter whose handle is nearest to a point, within reach of the mouse; "" for none."""
        reach = GRAB_PX / self._scale
        found = [(math.dist(point, self.place(name)), name) for name in self._parameters]
        near = [one for one in found if one[0] <= reach]
        return min(near)[1] if near else ""

    def _polar(self, name: str) -> tuple[float, float]:
        """Return the direction of a handle in degrees, clockwise on the screen, and its distance in cells."""
        if name == "angle":
            return self._turn, _ANGLE_AT * min(self._shape) / 2
        if name == "opening":
            sign = self._sense
            return self._turn + sign * self._values[name] * self._opened, 0.7 * min(self._shape) / 2
        row = DISTANCES[name]
        return self._turn + self._sense * row.side, self._values.get(row.beyond, 0.0) + row.share * self._values[name]

    def _value_at(self, name: str, point: Point) -> float:
        """Return the value whose handle would stand at a point."""
        down, right = point[0] - self._middle[0], point[1] - self._middle[1]
        if name in ("angle", "opening"):
            turn = math.degrees(math.atan2(down, right)) * self._sense
            if name == "angle":
                return round(turn)
            apart = abs((turn - self._values.get("angle", 0.0) + 180) % 360 - 180)
            return round(apart / self._opened)
        row = DISTANCES[name]
        return (math.hypot(down, right) - self._values.get(row.beyond, 0.0)) / row.share

    @property
    def _sense(self) -> float:
        """1 where the angle turns clockwise, as a direction does, −1 for the slope of a line."""
        angle = self._parameters.get("angle")
        return -1.0 if angle is not None and angle.label == "Slope" else 1.0

    @property
    def _turn(self) -> float:
        return self._sense * self._values.get("angle", 0.0)

    @property
    def _opened(self) -> float:
        """How much of an opening lies on one side: all from line to line, half around a direction."""
        return 1.0 if self._sense < 0 else 0.5

    def _set(self, name: str, value: float) -> None:
        parameter = self._parameters[name]
        kept = min(max(value, parameter.minimum), parameter.maximum)
        digits = 0 if parameter.is_integer else max(0, math.ceil(-math.log10(parameter.step)))
        self._take(name, float(round(kept, digits)))

    def _type(self, name: str, value: float) -> None:
        """Take a typed value; ValueError if it is out of range."""
        checked = self._parameters[name].check(value)
        self._begin()
        self._take(name, checked)
        self._end()

    def _words(self, name: str) -> str:
        unit = self._parameters[name].unit
        return f"{self._parameters[name].label} {number(self._values[name])}{unit if unit == '°' else f' {unit}'}"

    def _dot(self, painter: QPainter, at: QPointF, *, is_held: bool, is_angle: bool) -> None:
        colors = theme.colors()
        radius = theme.px(RADIUS_PX)
        painter.setPen(QPen(colors.panel, theme.px(2)))
        painter.setBrush(colors.accent if is_held or is_angle else colors.text)
        painter.drawEllipse(at, radius, radius)

    def _label(self, painter: QPainter, at: QPointF) -> None:
        text, colors = self._words(self._held), theme.colors()
        font = theme.digits_font(12, is_bold=True)
        painter.setFont(font)
        box = painter.fontMetrics().boundingRect(text).adjusted(-6, -3, 6, 3)
        box.moveCenter(at.toPoint())
        box.translate(0, -theme.px(22))
        edge = painter.window()
        box.moveLeft(min(max(box.left(), 0), max(edge.width() - box.width(), 0)))
        box.moveTop(box.top() if box.top() >= 0 else box.top() + theme.px(44))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.tip)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(colors.on_tip)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _line(painter: QPainter, start: QPointF, end: QPointF, *, is_dashed: bool = False) -> None:
    """Draw a line that is seen on light and on dark cells."""
    colors = theme.colors()
    ground = QColor(colors.panel)
    ground.setAlphaF(0.7)
    style = Qt.PenStyle.DotLine if is_dashed else Qt.PenStyle.SolidLine
    for color, width in ((ground, 4), (colors.text, 1.5)):
        painter.setPen(QPen(color, theme.px(width), style))
        painter.drawLine(start, end)
