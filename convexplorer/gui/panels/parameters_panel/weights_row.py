"""What a layer learned: a button for each array that opens it as a table."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from convexplorer.core.kinds import Kind, Weight
from convexplorer.gui.look import theme

COLUMNS = 2  # of buttons: the column of controls is narrow


class WeightsRow(QWidget):
    """Buttons in rows of two; each shows what its array is and opens it."""

    open_asked = Signal(str)  # name of the array
    measure_asked = Signal()

    def __init__(self, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.px(3))
        for weight in kind.weights:
            button = QToolButton(self)
            button.setText(weight.label)
            button.setAccessibleName(f"{weight.label}: {weight.explanation}")
            button.clicked.connect(lambda _checked=False, name=weight.name: self.open_asked.emit(name))
            self.buttons[weight.name] = button
        if any(weight.name == "moving_mean" for weight in kind.weights):
            measure = QToolButton(self)
            measure.setText("Measure")
            measure.setToolTip("Set mean and variance to those of the maps on this picture, as training would")
            measure.clicked.connect(lambda _checked=False: self.measure_asked.emit())
            self.buttons["measure"] = measure
        for i, button in enumerate(self.buttons.values()):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            grid.addWidget(button, *divmod(i, COLUMNS))

    def set_arrays(
        self, weights: tuple[Weight, ...], arrays: Mapping[str, np.ndarray], kept: Mapping[str, np.ndarray]
    ) -> None:
        """Take the arrays that are in force; those that are kept were edited or loaded."""
        for weight in weights:
            button, array = self.buttons[weight.name], arrays.get(weight.name)
            button.setEnabled(array is not None)
            size = "?" if array is None else " × ".join(map(str, array.shape))
            state = "edited or learned" if weight.name in kept else "as it begins"
            button.setToolTip(f"{weight.label}: {weight.explanation}\n{size} numbers, {state}. Click to open them.")
