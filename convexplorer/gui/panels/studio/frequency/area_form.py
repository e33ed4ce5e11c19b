"""The numbers of the chosen area of a wanted response, or of what is wanted elsewhere."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.core.parameter import Parameter
from convexplorer.gui.canvas.studio.frequency.hand import with_shape
from convexplorer.gui.widgets.parameter_form import ParameterForm
from convexplorer.kernels.design.shapes import SHAPES
from convexplorer.kernels.design.target import WIDEST_MARGIN, Target

_LEVEL = Parameter(
    "level", 1.0, -2.0, 2.0, 0.05, "Wanted", "What becomes of a wave: 1 passes, 0 stops, −1 changes its sign."
)
_WEIGHT = Parameter("weight", 1.0, 0.0, 20.0, 0.5, "Weight", "How much an error matters here; 0: not at all.")
_MARGIN = Parameter(
    "margin",
    0.08,
    0.0,
    WIDEST_MARGIN,
    0.005,
    "Free band, 1/px",
    "The band along every edge, in cycles per pixel, in which anything may come out: a response cannot jump.",
)
_ELSEWHERE = (_LEVEL, _WEIGHT, _MARGIN)
# One tuple for each kind: the form is built anew for another one only.
_ROWS = {kind: (_LEVEL, _WEIGHT, *shape.parameters) for kind, shape in SHAPES.items()}


class AreaForm(QWidget):
    """Sliders for one area.

    Signals
    -------
    changed : the target with another number.
    finished : the end of a series of changes.
    """

    changed = Signal(object)
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._target, self._chosen = Target(), -1
        self.form = ParameterForm(self)
        self.form.changed.connect(self._on_changed)
        self.form.finished.connect(self.finished)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form)

    def show_area(self, target: Target, chosen: int) -> None:
        """Show the numbers of an area, of −1 those of elsewhere."""
        self._target, self._chosen = target, chosen
        subject = target if chosen < 0 else target.shapes[chosen]
        rows = _ELSEWHERE if chosen < 0 else _ROWS[target.shapes[chosen].kind]
        self.form.show_parameters(rows, {row.name: getattr(subject, row.name) for row in rows})

    def _on_changed(self, name: str, value: float) -> None:
        target = self._with_number(name, value) if self._chosen >= 0 else replace(self._target, **{name: value})  # type: ignore[arg-type]
        self.show_area(target, self._chosen)
        self.changed.emit(target)

    def _with_number(self, name: str, value: float) -> Target:
        shape = self._target.shapes[self._chosen]
        if name in ("level", "weight"):
            return with_shape(self._target, self._chosen, replace(shape, **{name: value}))
        return with_shape(self._target, self._chosen, shape.with_number(name, value))
