"""The row that stretches or shrinks the kernel to another size, with what is lost by it."""

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.kernels.filter import MAX_KERNEL_SIZE
from convexplorer.kernels.recipes import made_by
from convexplorer.kernels.turning import resampled, resampling_error
from convexplorer.words import as_sentence, percent, times

_TIP = (
    "Stretches or shrinks the kernel to this size and keeps its sum. The size of the layer alone pads or crops: "
    "that is set in the form of the layer."
)
_EXACT = 1e-12
_LEAST_PX = 62


class Resampling(QWidget):
    """A size, a button, and the relative difference after the way there and back."""

    def __init__(self, work: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self._work = work
        self.size_box = PairSpin("New size", self, tip="rows and columns of the resampled kernel")
        self.size_box.set_limits((MAX_KERNEL_SIZE, MAX_KERNEL_SIZE), ("the largest kernel", "the largest kernel"))
        for box in self.size_box.findChildren(QSpinBox):
            box.setMinimumWidth(theme.px(_LEAST_PX))  # three digits: the column may be narrow
        self.size_box.value_changed.connect(self._say)
        self.button = QPushButton("Resample", self)
        self.button.setToolTip(_TIP)
        self.button.clicked.connect(self._on_clicked)
        self.note = ElidedLabel("", self)
        theme.set_role(self.note, "muted")
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(self.button)
        row.addWidget(self.note, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addWidget(self.size_box)
        layout.addLayout(row)

    def show_kernel(self) -> None:
        """Begin with the size of the kernel."""
        rows, columns = self._work.planes.shape[1:]
        if self.size_box.value != (rows, columns):
            self.size_box.set_value(rows, columns)
        self._say()

    @Slot()
    def _say(self) -> None:
        planes, size = self._work.planes, self.size_box.value
        is_other = size != planes.shape[1:]
        self.button.setEnabled(is_other and bool(np.isfinite(planes).all()))
        if not is_other:
            self.note.setText("")
            return
        try:
            error = max(resampling_error(plane, size) for plane in planes)
        except ValueError as reason:
            words = as_sentence(str(reason))
        else:
            words = "Nothing is lost" if error < _EXACT else f"Loses {percent(error)}"
        self.note.setText(words)
        set_tip(self.note, f"{words}: how far the kernel is from itself after the way to {times(size)} cells and back.")

    @Slot()
    def _on_clicked(self) -> None:
        work, size = self._work, self.size_box.value
        chosen, planes = work.chosen, work.planes
        made = None if chosen is None else made_by(chosen)
        recipe = None if made is None else made.then(f"resampled to {times(size)} cells")
        work.settle()
        work.make(np.stack([resampled(plane, size) for plane in planes]), recipe)
        work.settle()
