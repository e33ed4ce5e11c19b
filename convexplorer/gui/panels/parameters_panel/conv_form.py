"""The settings of a convolution."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from convexplorer.core.geometry.windows import BORDERS
from convexplorer.core.layers import Activation
from convexplorer.gui.look import theme
from convexplorer.gui.panels.parameters_panel.activation_choice import ActivationChoice
from convexplorer.gui.panels.parameters_panel.padding_choice import PaddingChoice
from convexplorer.gui.panels.parameters_panel.rows import add_row, limit_pair, make_combo, make_grid
from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.kernels.filter import Filter
from convexplorer.model.limits import Limit
from convexplorer.model.project import ConvLayer

BORDER_TIPS = {
    "zeros": "Zeros lie outside the picture",
    "edge": "The outermost pixels are repeated outside",
    "reflect": "Outside is a mirror image; the outermost pixel stands once: c b | a b c",
    "symmetric": "Outside is a mirror image; the outermost pixel stands twice: b a | a b c",
    "wrap": "The opposite side follows outside, as if the picture were tiled",
}


class ConvForm(QWidget):
    """Shows a convolution layer and tells what a person wants changed; it changes nothing itself."""

    edited = Signal(dict, str)  # fields of the layer, merge key
    size_edited = Signal(int, int)
    bias_edited = Signal(float)
    explicit_chosen = Signal()
    editing_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()

    def show_layer(self, layer: ConvLayer, limits: Mapping[str, Limit]) -> None:
        """Show the settings, and how far each can go."""
        limit_pair(self.kernel, "kernel", limits)
        limit_pair(self.strides, "stride", limits)
        limit_pair(self.dilation, "dilation", limits)
        self.padding.set_limits(limits)
        self.kernel.set_value(*layer.kernel_size)
        self.strides.set_value(*layer.strides)
        self.dilation.set_value(*layer.dilation_rate)
        self.padding.set_value(layer.padding)
        self.border.setCurrentIndex(max(self.border.findText(layer.border), 0))
        self.border.setToolTip(f"Border: {BORDER_TIPS.get(layer.border, layer.border).lower()}")
        # Only what is beside the picture can be filled; without padding the choice has no effect.
        self.border.setEnabled(layer.padding != "valid" and layer.kind != "conv_transpose")
        self.flip.setChecked(layer.is_flipped)
        self.activation.set_value(layer.activation)

    def show_filter(self, chosen: Filter) -> None:
        """Show the selected filter's bias."""
        self.bias.set_value(chosen.bias)

    @Slot(object, bool)
    def _on_activation_edited(self, activation: Activation, is_parameter: bool) -> None:
        self.edited.emit({"activation": activation}, "activation" if is_parameter else "")

    def _build(self) -> None:
        grid = make_grid(self)
        self.kernel = PairSpin("Kernel", self, value=(3, 3), tip="rows × columns of every filter of the layer")
        self.kernel.value_changed.connect(self.size_edited)
        add_row(grid, "Kernel", self.kernel)
        self.strides = PairSpin("Stride", self, tip="how far the kernel moves from one output to the next")
        self.strides.value_changed.connect(lambda r, c: self.edited.emit({"strides": (r, c)}, "strides"))
        add_row(grid, "Stride", self.strides)
        self.dilation = PairSpin("Dilation", self, tip="how far apart the kernel's cells lie on the input")
        self.dilation.value_changed.connect(lambda r, c: self.edited.emit({"dilation_rate": (r, c)}, "dilation"))
        add_row(grid, "Dilation", self.dilation)
        for pair in (self.kernel, self.strides, self.dilation):
            pair.editing_ended.connect(self.editing_ended)
        self._build_padding()
        add_row(grid, "Padding", self.padding)
        add_row(grid, "Bias", self._bias_row())
        self.activation = ActivationChoice(self)
        self.activation.edited.connect(self._on_activation_edited)
        self.activation.editing_ended.connect(self.editing_ended)
        add_row(grid, "Activation", self.activation)
        grid.setRowStretch(grid.rowCount(), 1)

    def _build_padding(self) -> None:
        self.padding = PaddingChoice(self)
        self.padding.edited.connect(lambda value: self.edited.emit({"padding": value}, "padding"))
        self.padding.explicit_chosen.connect(self.explicit_chosen)
        self.padding.editing_ended.connect(self.editing_ended)
        self.border = make_combo("Border", self)
        for border in BORDERS:
            self.border.addItem(border)
            self.border.setItemData(
                self.border.count() - 1, BORDER_TIPS.get(border, border), Qt.ItemDataRole.ToolTipRole
            )
        self.border.activated.connect(lambda row: self.edited.emit({"border": self.border.itemText(row)}, ""))
        self.padding.add_beside(self.border)

    def _bias_row(self) -> QHBoxLayout:
        self.bias = NumberField("Bias", self, tip="Bias: added to the selected filter's sum")
        self.bias.value_changed.connect(self.bias_edited)
        self.bias.editing_ended.connect(self.editing_ended)
        self.flip = QCheckBox("true convolution", self)
        self.flip.setAccessibleName("True convolution")
        self.flip.setToolTip(
            "Turn the kernel by 180° before it is applied, as mathematics has it.\n"
            "Off: cross-correlation, as in every deep-learning library."
        )
        self.flip.clicked.connect(lambda is_on: self.edited.emit({"is_flipped": is_on}, ""))
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.bias, 1)
        row.addWidget(self.flip)
        return row
