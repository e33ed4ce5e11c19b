"""The form of a layer, made from the rows of its kind: one control for each setting."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from convexplorer.core.kinds import Kind
from convexplorer.core.kinds.settings import Channel, Setting
from convexplorer.gui.look import theme
from convexplorer.gui.panels.parameters_panel.controls import CONTROLS, Control
from convexplorer.gui.panels.parameters_panel.inputs_choice import InputsChoice
from convexplorer.gui.panels.parameters_panel.padding_choice import PaddingChoice
from convexplorer.gui.panels.parameters_panel.rows import add_row, add_whole_row, fit_grid, make_grid
from convexplorer.gui.panels.parameters_panel.side_fields import SideFields
from convexplorer.gui.panels.parameters_panel.weights_row import WeightsRow
from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.model.layer import Layer
from convexplorer.model.limits import Limit

# What stands in the row of another setting, because both speak of one thing.
BESIDE = {"border": "padding", "use_bias": "", "is_flipped": "", "groups": "", "seed": "kernel_initializer"}
FLIP_TEXT = "true convolution"
FLIP_TIP = (
    "Turn the kernel by 180° before it is applied, as mathematics has it.\n"
    "Off: cross-correlation, as in every deep-learning library."
)


class LayerForm(QWidget):
    """Shows a layer and tells what the user wants changed; it changes nothing itself."""

    edited = Signal(dict, str)  # settings, merge key
    size_edited = Signal(int, int)
    bias_edited = Signal(float)
    inputs_edited = Signal(tuple)
    explicit_chosen = Signal()
    editing_ended = Signal()
    weight_asked = Signal(str)  # name of the array that is to be opened
    measure_asked = Signal()

    def __init__(self, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self._rank = 2  # of the layer that is shown
        self.controls: dict[str, Control] = {}
        self.kernel: PairSpin | None = None
        self.bias: NumberField | None = None
        self.inputs: InputsChoice | None = None
        self.weights: WeightsRow | None = None
        self._build()

    def control(self, name: str) -> Any:
        """Return the widget of a setting."""
        return self.controls[name].widget

    @property
    def has_channels(self) -> bool:
        """True if a setting is a channel of the input, which is chosen by its name."""
        return any(isinstance(row, Channel) for row in self.kind.settings)

    def show_layer(
        self, layer: Layer, limits: Mapping[str, Sequence[Limit]], channel_names: Sequence[str] = ()
    ) -> None:
        """Show the settings, how far each can go, and what the channels of the input are called."""
        self._rank = layer.rank
        for name, control in self.controls.items():
            control.set_channels(channel_names)
            if name in limits:
                control.set_limits(limits[name])
            control.set_value(layer.settings[name])
        if self.kernel is not None:
            if "kernel_size" in limits and len(limits["kernel_size"]) == 2:
                first, second = limits["kernel_size"]
                reasons, least = (first.reason, second.reason), (first.minimum, second.minimum)
                self.kernel.set_limits((first.maximum, second.maximum), reasons, least)
            rows, columns = layer.kernel_size
            self.kernel.set_value(rows, columns)
        if "border" in self.controls:
            # Only what is beside the picture can be filled; without padding the choice has no effect.
            self.control("border").setEnabled(layer["padding"] != "valid")
        if self.bias is not None:
            self.bias.setEnabled(layer["use_bias"])
        if "groups" in self.controls:
            # Where nothing else fits the input there is nothing to choose, and the room is needed.
            has_choice = layer["groups"] != 1 or any(limit.maximum > 1 for limit in limits.get("groups", ()))
            self._groups_label.setVisible(has_choice)
            self.control("groups").setVisible(has_choice)

    def show_bias(self, layer: Layer, index: int) -> None:
        """Show the bias of a map of the layer, given by its index: that of its filter, or its own one."""
        if self.bias is not None:
            self.bias.set_value(layer.bias_of(index))
            whose = "this map alone" if layer.has_map_biases else "the selected filter's sum"
            self.bias.setToolTip(f"Bias: added to {whose}")

    def _build(self) -> None:
        self._grid = grid = make_grid(self)
        theme.notifier().changed.connect(self._on_theme_changed)
        if self.kind.input_count != 1:
            self.inputs = InputsChoice(self.kind, self)
            self.inputs.edited.connect(self.inputs_edited)
            add_row(grid, "Inputs", self.inputs)
        if self.kind.has_filters:
            self.kernel = PairSpin("Kernel", self, value=(3, 3), tip="rows × columns of every filter of the layer")
            self.kernel.value_changed.connect(self.size_edited)
            self.kernel.editing_ended.connect(self.editing_ended)
            add_row(grid, "Kernel", self.kernel)
        for row in self.kind.settings:
            control = self._add_control(row)
            if row.name not in BESIDE or self._is_full(BESIDE[row.name]):
                add_row(grid, row.label, control.widget).offer_default(partial(self._restore, row.name))
            elif BESIDE[row.name]:
                self._put_beside(self.control(BESIDE[row.name]), control.widget, grid)
            if row.name == "padding" and self.kind.has_filters:
                self._add_bias_row(grid)
        self._add_lonely(grid)
        if self.kind.weights:
            self.weights = WeightsRow(self.kind, self)
            self.weights.open_asked.connect(self.weight_asked)
            self.weights.measure_asked.connect(self.measure_asked)
            add_row(grid, "Weights", self.weights)
        grid.setRowStretch(grid.rowCount(), 1)

    def _is_full(self, name: str) -> bool:
        """Whether the row of a setting has no room for another one: a number for each side fills it."""
        return name in self.controls and isinstance(self.control(name), SideFields)

    @Slot()
    def _on_theme_changed(self) -> None:
        fit_grid(self._grid)

    def _restore(self, name: str) -> None:
        """Ask for the default of a setting, as a new layer has it."""
        self.edited.emit({name: self.kind.complete({}, self._rank)[name]}, "")

    def _restore_bias(self) -> None:
        """Ask for no bias of the selected filter, and for whether the layer has biases as a new one has them."""
        self.bias_edited.emit(0.0)
        if "use_bias" in self.controls:
            self._restore("use_bias")

    def _add_control(self, row: Setting) -> Control:
        control = CONTROLS[type(row)](row, self)
        control.edited.connect(lambda value, is_step: self.edited.emit({row.name: value}, row.name if is_step else ""))
        control.editing_ended.connect(self.editing_ended)
        control.explicit_chosen.connect(self.explicit_chosen)
        self.controls[row.name] = control
        return control

    def _put_beside(self, control: QWidget, other: QWidget, grid: QGridLayout) -> None:
        if isinstance(control, PaddingChoice):
            control.add_beside(other)
            return
        place: Any = grid.getItemPosition(grid.indexOf(control))
        row, column = place[:2]
        both = QHBoxLayout()
        both.setSpacing(theme.px(4))
        both.addWidget(control, 3)  # a name needs more room than a number
        both.addWidget(other, 1)
        grid.addLayout(both, row, column)

    def _add_bias_row(self, grid: QGridLayout) -> None:
        """Put the bias of the selected filter, and whether there is one, in one row; the flip belongs to it, too."""
        self.bias = NumberField("Bias", self, tip="Bias: added to the selected filter's sum")
        self.bias.value_changed.connect(self.bias_edited)
        self.bias.editing_ended.connect(self.editing_ended)
        self._bias_row = QHBoxLayout()
        self._bias_row.setSpacing(theme.px(6))
        self._bias_row.addWidget(self.bias, 1)
        add_whole_row(grid, "Bias", self._bias_row).offer_default(self._restore_bias)

    def _add_lonely(self, grid: QGridLayout) -> None:
        """Place check boxes and groups: in the row of the bias where there is one, else in rows of their own."""
        use_bias, flip, groups = (self.controls.get(name) for name in ("use_bias", "is_flipped", "groups"))
        if use_bias is not None:
            if self.bias is not None:
                self._bias_row.insertWidget(1, use_bias.widget)
            else:
                add_row(grid, use_bias.row.label, use_bias.widget).offer_default(partial(self._restore, "use_bias"))
        if flip is not None:
            assert isinstance(flip.widget, QCheckBox)
            flip.widget.setText(FLIP_TEXT)
            flip.widget.setAccessibleName("True convolution")
            flip.widget.setToolTip(FLIP_TIP)
            self._bias_row.addWidget(flip.widget)
        if groups is not None:
            self._groups_label = add_row(grid, groups.row.label, groups.widget)
            self._groups_label.offer_default(partial(self._restore, "groups"))
