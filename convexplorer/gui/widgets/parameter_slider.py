"""A slider and a number field for one parameter; a double click on the label restores the default."""

from typing import Self

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from convexplorer.core.parameter import Parameter
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.jump_slider import JumpSlider
from convexplorer.gui.widgets.number_field import NumberField

PAUSE_MS = 700  # keys and wheel clicks with shorter pauses form one change
LABEL_WIDTH, FIELD_WIDTH, UNIT_WIDTH = 92, 60, 16  # design pixels
LEAST_SLIDER_WIDTH = 28  # of a narrow column: the number can be typed


class ParameterSlider(QWidget):
    """A label, slider, number and unit in a row. A double click on the label restores the default.

    The slider moves in steps; the number accepts any value between the limits.

    Parameters
    ----------
    label : name of the parameter.
    minimum, maximum, step, default : of the parameter.
    unit : written after the number, e.g. "px" or "°".
    explanation : a sentence for the tooltips.

    """

    changed = Signal(float)  # by the user, also during a drag
    finished = Signal()  # the end of a drag, a series of steps, or typing: one undo step

    def __init__(
        self,
        label: str,
        parent: QWidget | None = None,
        *,
        minimum: float,
        maximum: float,
        step: float,
        default: float,
        value: float | None = None,
        unit: str = "",
        explanation: str = "",
        is_integer: bool = False,
    ) -> None:
        super().__init__(parent)
        self._minimum, self._step, self._default = minimum, step, default
        name = f"{label} ({unit})" if unit else label
        tip = explanation or name
        self._label = _Label(label, self)
        self._unit = QLabel(unit, self)
        self._slider = JumpSlider(Qt.Orientation.Horizontal, self)
        self._slider.setRange(0, round((maximum - minimum) / step))
        self._slider.setPageStep(max(1, self._slider.maximum() // 10))
        self._slider.setAccessibleName(name)
        self._slider.setToolTip(tip)
        self._field = NumberField(
            name, self, step=step, minimum=minimum, maximum=maximum, is_integer=is_integer, tip=tip
        )
        self._label.set_tip(f"{tip}\nDouble click: back to {default:g}")
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._build()
        self._slider.valueChanged.connect(self._on_slider_moved)
        self._slider.sliderReleased.connect(self._finish)
        self._field.value_changed.connect(self._on_field_changed)
        self._field.editing_ended.connect(self._finish_pending)
        self._label.double_clicked.connect(self.reset)
        self._pause.timeout.connect(self._finish)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.set_value(default if value is None else value)

    @classmethod
    def of(cls, parameter: Parameter, parent: QWidget) -> Self:
        """Return the slider of a parameter, at its default."""
        return cls(
            parameter.label,
            parent,
            minimum=parameter.minimum,
            maximum=parameter.maximum,
            step=parameter.step,
            default=parameter.default,
            unit=parameter.unit,
            explanation=parameter.explanation,
            is_integer=parameter.is_integer,
        )

    @property
    def value(self) -> float:
        """The exact value, which may lie between two steps of the slider."""
        return self._field.value

    def set_value(self, value: float) -> None:
        """Set the value without a signal."""
        self._field.set_value(value)
        with QSignalBlocker(self._slider):
            self._slider.setValue(round((value - self._minimum) / self._step))

    @Slot()
    def reset(self) -> None:
        """Restore the default, as a change by the user."""
        if self.value != self._default:
            self.set_value(self._default)
            self.changed.emit(self._default)
            self._finish()

    @Slot(int)
    def _on_slider_moved(self, steps: int) -> None:
        """Set the number to the slider's value, rounded so that 3 · 0.1 is 0.3."""
        value = round(self._minimum + steps * self._step, 9)
        self._field.set_value(value)
        self._tell(value)

    @Slot(float)
    def _on_field_changed(self, value: float) -> None:
        self.set_value(value)
        self._tell(value)

    @Slot()
    def _finish_pending(self) -> None:
        """End a pending series of steps when the field loses the focus."""
        if self._pause.isActive():
            self._finish()

    @Slot()
    def _finish(self) -> None:
        self._pause.stop()
        self.finished.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._label.setFixedWidth(theme.px(LABEL_WIDTH))
        self._field.setFixedWidth(theme.px(FIELD_WIDTH))
        self._unit.setFixedWidth(theme.px(UNIT_WIDTH))
        self._slider.setMinimumWidth(theme.px(LEAST_SLIDER_WIDTH))

    def _tell(self, value: float) -> None:
        """Emit a change; unless the mouse holds the slider, a pause ends the series."""
        self.changed.emit(value)
        if not self._slider.isSliderDown():
            self._pause.start()

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        theme.set_role(self._label, "muted")
        theme.set_role(self._unit, "muted")
        layout.addWidget(self._label)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._field)
        layout.addWidget(self._unit)
        self.setFocusProxy(self._slider)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


class _Label(ElidedLabel):
    """A label that reports double clicks."""

    double_clicked = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.double_clicked.emit()
