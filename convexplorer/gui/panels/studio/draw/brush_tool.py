"""Round brushes of the desk “Draw”: strokes on every edited plane, each one step of Undo."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QObject, Slot

from convexplorer.core.parameter import Parameter
from convexplorer.gui.canvas.studio.brush_overlay import BrushOverlay
from convexplorer.gui.canvas.studio.overlay import Point
from convexplorer.gui.panels.studio.draw.hand_tool import HandTool, value_parameter
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.kernels.brushes import BRUSHES, LARGEST_BRUSH, Brush, Stroke
from convexplorer.kernels.recipe import Recipe
from convexplorer.model.edits.planes import brush_of

_SIZE = Parameter("size", 1, 1, LARGEST_BRUSH, 1, "Size", "Diameter of the brush. [ and ] change it.", "px")
_WIDTH = Parameter(
    "size", 3, 1, LARGEST_BRUSH, 0.5, "Size", "Two standard deviations of the bell. [ and ] change it.", "px"
)
_HARDNESS = Parameter("hardness", 1, 0, 1, 0.05, "Hardness", "Which share of the radius is painted fully: 1 is hard.")
_KEYS = "Right button or Ctrl: the other sign; Shift: 0; P: the cell in the frame."


class BrushTool(HandTool):
    """A brush of `BRUSHES`, with its own size, hardness and value."""

    overlay: BrushOverlay

    def __init__(self, kind: str, work: Workbench, parent: QObject) -> None:
        super().__init__(work, parent)
        self.kind = kind
        self.overlay = BrushOverlay(self)
        size = _SIZE if BRUSHES[kind].has_hardness else _WIDTH
        self._values = {"value": 1.0, "size": size.default, "hardness": _HARDNESS.default}
        self._others = (size, _HARDNESS) if BRUSHES[kind].has_hardness else (size,)
        self.parameters = self._others
        self._strokes: list[Stroke] = []
        self._recipe: Recipe | None = None
        self._count = 0
        self.overlay.size = size.default
        self.overlay.started.connect(self._on_started)
        self.overlay.moved.connect(self._on_moved)
        self.overlay.ended.connect(self._on_ended)
        self.overlay.hovered.connect(self.changed)
        self.overlay.size_asked.connect(lambda steps: self.set_value("size", self._values["size"] + steps))

    @property
    def values(self) -> Mapping[str, float]:
        """The numbers of the form."""
        return self._values

    @property
    def words(self) -> str:
        """What the brush does."""
        return f"{BRUSHES[self.kind].explanation} {_KEYS if BRUSHES[self.kind].has_value else ''}".strip()

    def set_value(self, name: str, value: float) -> None:
        """Take a number from the form or from a key."""
        limits = next((each for each in self.parameters if each.name == name), None)
        if limits is None:
            return
        self._values[name] = min(max(value, limits.minimum), limits.maximum)
        self.overlay.size = self._values["size"]
        self.changed.emit()

    def show_kernel(self, *, is_other: bool) -> None:
        """Take the scale of another kernel's weights, which stays while it is painted."""
        planes = self.work.planes
        self.overlay.shape = planes.shape[1:]
        if is_other and BRUSHES[self.kind].has_value:
            value = value_parameter(brush_of(planes)[0], "The weight that is set, or added.")
            self._values["value"] = value.default
            self.parameters = (value, *self._others)

    @Slot(object, int)
    def _on_started(self, point: Point, sign: int) -> None:
        self._count += 1
        self._recipe = self.made()
        kind = self.kind if sign else "value"  # Shift wipes, whichever brush it is
        brush = Brush(kind, self._values["value"] * sign, self._values["size"], self._values["hardness"])
        self._strokes = [Stroke(plane, brush, point, self.work.locks) for plane in self.work.planes]
        self.work.settle()
        self._on_moved(point)

    @Slot(object)
    def _on_moved(self, point: Point) -> None:
        if not self._strokes:
            return
        recipe = None if self._recipe is None else self._recipe.then("painted")
        strokes = self._strokes
        if not self.make(
            lambda: np.stack([stroke.to(point) for stroke in strokes]), lambda: recipe, f"stroke {self._count}"
        ):
            self._strokes = []  # one sentence for a stroke is enough

    @Slot()
    def _on_ended(self) -> None:
        self._strokes = []
        self.work.settle()
