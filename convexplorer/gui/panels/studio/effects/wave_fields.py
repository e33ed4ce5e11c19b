"""The length and the angle of the wave, to be typed; and the response to it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.number_field import NumberField

_FIELD_PX = 58


class WaveFields(QWidget):
    """Two fields.

    Signals
    -------
    wave_set : (length in pixels, angle in degrees), typed or stepped.
    """

    wave_set = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.length = NumberField(
            "Length of the wave", self, value=8.0, step=0.5, minimum=1.5, maximum=1000.0, characters=5,
            limit_reason="the finest wave is 2 px long, 1.41 px along a diagonal",
            tip="Length of the wave in pixels: of the grating, and of what is marked in the response",
        )  # fmt: skip
        self.angle = NumberField(
            "Direction of the wave", self, step=5.0, minimum=-360.0, maximum=360.0, characters=5,
            tip="Direction in degrees, clockwise from the right: of the cut, the edge and the grating",
        )  # fmt: skip
        self._build()
        for field in (self.length, self.angle):
            field.value_changed.connect(self._on_changed)
        theme.notifier().changed.connect(self._on_theme)
        self._on_theme()

    def set_wave(self, length: float, angle: float) -> None:
        """Show a wave, without a signal."""
        self.length.set_value(float(f"{length:.4g}"))
        self.angle.set_value(round(angle, 1))

    @Slot(float)
    def _on_changed(self, _value: float) -> None:
        self.wave_set.emit(self.length.value, self.angle.value)

    @Slot()
    def _on_theme(self) -> None:
        for field in (self.length, self.angle):
            field.setFixedWidth(theme.px(_FIELD_PX))

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        for text, field in (("Wave", self.length), ("px at", self.angle)):
            label = QLabel(text, self)
            theme.set_role(label, "muted")
            layout.addWidget(label)
            layout.addWidget(field, 0, Qt.AlignmentFlag.AlignVCenter)
        unit = QLabel("°", self)
        theme.set_role(unit, "muted")
        layout.addWidget(unit)
