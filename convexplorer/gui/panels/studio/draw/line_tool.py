"""The line of the desk “Draw”: drawn by a drag, changed by its handles until another one is drawn."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QObject, Slot

from convexplorer.core.parameter import Parameter
from convexplorer.gui.canvas.studio.line_overlay import LineOverlay
from convexplorer.gui.panels.studio.draw.hand_tool import HandTool, value_parameter
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.kernels.brushes import with_line
from convexplorer.kernels.lines import Line
from convexplorer.kernels.planes import same_numbers
from convexplorer.kernels.recipe import Recipe
from convexplorer.model.edits.planes import brush_of
from convexplorer.words import number

_SLOPE = Parameter("slope", 45, -180, 180, 1, "Slope", "Of the line: 0° lies flat, 45° rises to the right.", "°")
_LENGTH = Parameter("length", 5, 1, 64, 0.5, "Length", "From end to end.", "px")
_WIDTH = Parameter("width", 1, 1, 32, 0.5, "Width", "Across the line.", "px")
_WORDS = (
    "Drag for a line, then drag its ends, its middle or the handle at its side; a double click on a handle types a "
    "number, Alt with an arrow key moves the line."
)


class LineTool(HandTool):
    """A line over the kernel as it was when the line was begun."""

    overlay: LineOverlay

    def __init__(self, work: Workbench, parent: QObject) -> None:
        super().__init__(work, parent)
        self.overlay = LineOverlay(self)
        self._value = 1.0
        self._fields = {"slope": _SLOPE.default, "length": _LENGTH.default, "width": _WIDTH.default}
        self.parameters = (_SLOPE, _LENGTH, _WIDTH)
        self._before = np.zeros((1, 3, 3))
        self._recipe: Recipe | None = None
        self._made: np.ndarray | None = None  # the planes with the line, while it is the last thing that was done
        self._sign = 1
        self._count = 0
        self.overlay.begun.connect(self._on_begun)
        self.overlay.changed.connect(self._on_changed)
        self.overlay.ended.connect(self.finish)

    @property
    def values(self) -> Mapping[str, float]:
        """The numbers of the form: those of the line, or of the next one."""
        line = self.overlay.line
        shown = self._fields if line is None else {name: getattr(line, name) for name in self._fields}
        return {"value": self._value, **shown}

    @property
    def words(self) -> str:
        """What the mouse does."""
        return _WORDS

    def set_value(self, name: str, value: float) -> None:
        """Change the line; without one, begin one in the middle."""
        if name == "value":
            self._value = value
        else:
            self._fields[name] = value
            self.overlay.width = self._fields["width"]
        line = self.overlay.line
        if line is not None:
            fields = {each: getattr(line, each) for each in self._fields} | ({name: value} if name != "value" else {})
            self.overlay.line = Line(line.row, line.column, **fields)
            self._draw(self.overlay.line)
        elif name != "value":
            rows, columns = self.work.planes.shape[1:]
            self.overlay.line = Line(rows / 2, columns / 2, **self._fields)
            self._on_begun(self.overlay.line, 1)

    def finish(self) -> None:
        """End a drag: the next one is another step of Undo, of the same line."""
        self._count += 1
        super().finish()

    def show_kernel(self, *, is_other: bool) -> None:
        """Leave the line for what it is if anything else was done to the kernel."""
        planes = self.work.planes
        self.overlay.shape = planes.shape[1:]
        if is_other:
            value = value_parameter(brush_of(planes)[0], "The weight that is set on the line.")
            self._value = value.default
            self.parameters = (value, _SLOPE, _LENGTH, _WIDTH)
        if self._made is not None and not same_numbers(self._made, planes):
            self._made = self.overlay.line = None

    @Slot(object, int)
    def _on_begun(self, line: Line, sign: int) -> None:
        self._before, self._recipe, self._sign = self.work.planes, self.made(), sign
        self.finish()
        self._draw(line)

    @Slot(object)
    def _on_changed(self, line: Line) -> None:
        self._fields["width"] = self.overlay.width = line.width
        self._draw(line)

    def _draw(self, line: Line) -> None:
        value, locks = self._value * self._sign, self.work.locks
        step = f"given a line of {number(line.slope, 3)}°, {number(line.length, 3)} px long"
        recipe = None if self._recipe is None else self._recipe.then(step)
        self._made = None  # what comes back meanwhile is this line
        is_done = self.make(
            lambda: np.stack([with_line(plane, line, value, locks) for plane in self._before]),
            lambda: recipe,
            f"line {self._count}",
        )
        self._made = self.work.planes if is_done else None
        if not is_done:
            self.overlay.line = None
        self.changed.emit()
