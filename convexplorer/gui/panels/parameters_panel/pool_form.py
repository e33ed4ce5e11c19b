"""The settings of a pooling layer."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from convexplorer.gui.panels.parameters_panel.padding_choice import PaddingChoice
from convexplorer.gui.panels.parameters_panel.rows import add_row, limit_pair, make_combo, make_grid
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.model.limits import Limit
from convexplorer.model.project import PoolLayer

KINDS = {
    "max": ("maximum", "Each output is the largest value under its window"),
    "average": ("average", "Each output is the mean of the values under its window"),
}


class PoolForm(QWidget):
    """Shows a pooling layer and tells what a person wants changed; it changes nothing itself."""

    edited = Signal(dict, str)  # fields of the layer, merge key
    explicit_chosen = Signal()
    editing_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = make_grid(self)
        self.kind = make_combo("Kind of pooling", self)
        for kind, (label, tip) in KINDS.items():
            self.kind.addItem(label, kind)
            self.kind.setItemData(self.kind.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.kind.setToolTip(KINDS["max"][1])
        self.kind.activated.connect(lambda row: self.edited.emit({"kind": self.kind.itemData(row)}, ""))
        add_row(grid, "Pooling", self.kind)
        self.pool_size = PairSpin("Window", self, value=(2, 2), tip="rows × columns that become one value")
        self.pool_size.value_changed.connect(lambda r, c: self.edited.emit({"pool_size": (r, c)}, "pool size"))
        add_row(grid, "Window", self.pool_size)
        self.strides = PairSpin(
            "Stride", self, value=(2, 2), tip="how far the window moves from one output to the next"
        )
        self.strides.value_changed.connect(lambda r, c: self.edited.emit({"strides": (r, c)}, "strides"))
        add_row(grid, "Stride", self.strides)
        self.padding = PaddingChoice(self)
        self.padding.edited.connect(lambda value: self.edited.emit({"padding": value}, "padding"))
        self.padding.explicit_chosen.connect(self.explicit_chosen)
        add_row(grid, "Padding", self.padding)
        grid.setRowStretch(grid.rowCount(), 1)
        for control in (self.pool_size, self.strides, self.padding):
            control.editing_ended.connect(self.editing_ended)

    def show_layer(self, layer: PoolLayer, limits: Mapping[str, Limit]) -> None:
        """Show the settings, and how far each can go."""
        limit_pair(self.pool_size, "pool", limits)
        limit_pair(self.strides, "stride", limits)
        self.padding.set_limits(limits)
        self.kind.setCurrentIndex(self.kind.findData(layer.kind))
        self.kind.setToolTip(KINDS[layer.kind][1])
        self.pool_size.set_value(*layer.pool_size)
        self.strides.set_value(*layer.strides)
        self.padding.set_value(layer.padding)
