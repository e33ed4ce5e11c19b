"""A form of sliders for the parameters of a formula, such as a kernel's or a test pattern's."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.core.parameter import Parameter
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.parameter_slider import ParameterSlider


class ParameterForm(QWidget):
    """A column of sliders; showing the same parameters again only sets new values.

    Signals
    -------
    changed : name and value, while the user moves a slider.
    finished : the user has released a slider.
    """

    changed = Signal(str, float)
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameters: Sequence[Parameter] = ()
        self._sliders: dict[str, ParameterSlider] = {}
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(theme.px(2))
        self._list.addStretch(1)

    @property
    def is_empty(self) -> bool:
        """True if there are no parameters."""
        return not self._sliders

    @property
    def count(self) -> int:
        """The number of sliders."""
        return len(self._sliders)

    def show_parameters(self, parameters: Sequence[Parameter], values: Mapping[str, float]) -> None:
        """Show one slider per parameter, set to its value."""
        if parameters is not self._parameters:
            self._rebuild(parameters)
        for name, slider in self._sliders.items():
            if name in values:
                slider.set_value(float(values[name]))

    def slider(self, name: str) -> ParameterSlider:
        """Return the slider of a parameter."""
        return self._sliders[name]

    def _rebuild(self, parameters: Sequence[Parameter]) -> None:
        self._parameters = parameters
        for slider in self._sliders.values():
            slider.hide()
            slider.deleteLater()
        self._sliders = {parameter.name: self._make_slider(parameter) for parameter in parameters}
        for i, slider in enumerate(self._sliders.values()):
            self._list.insertWidget(i, slider)

    def _make_slider(self, parameter: Parameter) -> ParameterSlider:
        slider = ParameterSlider.of(parameter, self)
        slider.changed.connect(lambda value: self.changed.emit(parameter.name, value))
        slider.finished.connect(self.finished)
        return slider
