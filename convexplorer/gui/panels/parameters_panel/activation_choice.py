"""The activation: its name, and its parameters with their labels."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from convexplorer.core.layers import Activation
from convexplorer.core.operators.activations import MENU_ACTIVATIONS, describe
from convexplorer.core.parameter import Parameter
from convexplorer.gui.look import theme
from convexplorer.gui.panels.parameters_panel.fold import Fold
from convexplorer.gui.panels.parameters_panel.rows import make_combo
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.number_field import NumberField

_FIELD_WIDTH = 42


class ActivationChoice(QWidget):
    """A combo box with the parameter beside it, which takes its room so that nothing moves; several stand below.

    Attributes
    ----------
    combo : the names; public, so that a form can label it.
    fields : the control of each parameter, in the order of the table of activations.

    """

    edited = Signal(object, bool)  # Activation; whether only a parameter of it has changed
    editing_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._labels: list[ElidedLabel] = []
        self.fields: list[NumberField | Switch] = []
        self._build()
        theme.notifier().changed.connect(self._on_theme_changed)

    def set_value(self, activation: Activation) -> None:
        """Show an activation; silent."""
        info = describe(activation.name)
        self.combo.setCurrentIndex(self.combo.findData(activation.name))
        self.combo.setToolTip(f"Activation: {info.formula}\n{info.explanation}")
        if activation.name != self._name:
            self._name = activation.name
            self._make_fields(info.parameters)
        for parameter, field in zip(info.parameters, self.fields, strict=True):
            field.set_value(float(activation.parameters[parameter.name]))

    @Slot(int)
    def _on_chosen(self, row: int) -> None:
        self.edited.emit(Activation(self.combo.itemData(row)), False)

    @Slot()
    def _on_parameter_changed(self) -> None:
        parameters = describe(self._name).parameters
        values = {p.name: field.value for p, field in zip(parameters, self.fields, strict=True)}
        self.edited.emit(Activation(self._name, values), True)

    @Slot()
    def _on_theme_changed(self) -> None:
        for field in self.fields:
            if isinstance(field, NumberField):
                field.setFixedWidth(theme.px(_FIELD_WIDTH))

    def _build(self) -> None:
        self.combo = make_combo("Activation", self)
        for name in MENU_ACTIVATIONS:
            info = describe(name)
            self.combo.addItem(info.label, name)
            row = self.combo.count() - 1
            self.combo.setItemData(row, f"{info.formula}\n{info.explanation}", Qt.ItemDataRole.ToolTipRole)
        self.combo.activated.connect(self._on_chosen)
        self._first = QHBoxLayout()
        self._first.setSpacing(theme.px(4))
        self._first.addWidget(self.combo, 1)
        self._below = Fold(self)
        self._second = QHBoxLayout(self._below)
        self._second.setContentsMargins(0, theme.px(3), 0, 0)
        self._second.setSpacing(theme.px(4))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._first)
        layout.addWidget(self._below)
        self.setFocusProxy(self.combo)

    def _make_fields(self, parameters: tuple[Parameter, ...]) -> None:
        for widget in (*self._labels, *self.fields):
            widget.hide()
            widget.deleteLater()
        is_beside = len(parameters) == 1
        parent, row = (self, self._first) if is_beside else (self._below, self._second)
        self._labels, self.fields = [], []
        for parameter in parameters:
            field = self._make_field(parameter, parent)
            if isinstance(field, NumberField):
                label = ElidedLabel(parameter.label, parent, tip=parameter.explanation)
                theme.set_role(label, "small")
                label.setBuddy(field)
                self._labels.append(label)
                row.addWidget(label)
            row.addWidget(field)
            self.fields.append(field)
        self._below.set_open(len(parameters) > 1)
        self._on_theme_changed()

    def _make_field(self, parameter: Parameter, parent: QWidget) -> "NumberField | Switch":
        tip = f"{parameter.label}: {parameter.explanation}"
        field: NumberField | Switch
        if parameter.is_integer and (parameter.minimum, parameter.maximum) == (0, 1):
            field = Switch(parameter.label, parent, tip=tip)
        else:
            field = NumberField(
                parameter.label,
                parent,
                step=parameter.step,
                minimum=parameter.minimum,
                maximum=parameter.maximum,
                is_integer=parameter.is_integer,
                tip=tip,
            )
            field.editing_ended.connect(self.editing_ended)
        field.value_changed.connect(self._on_parameter_changed)
        return field


class Switch(QCheckBox):
    """A check box for a number that is 0 or 1; it speaks as a `NumberField` does."""

    value_changed = Signal(float)

    def __init__(self, name: str, parent: QWidget, *, tip: str) -> None:
        super().__init__(name, parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.clicked.connect(lambda is_on: self.value_changed.emit(float(is_on)))

    @property
    def value(self) -> float:
        """1 while it is checked, else 0."""
        return float(self.isChecked())

    def set_value(self, value: float) -> None:
        """Check it or not; silent."""
        with QSignalBlocker(self):
            self.setChecked(bool(value))
