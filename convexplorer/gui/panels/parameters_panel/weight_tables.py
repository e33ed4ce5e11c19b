"""The tables of weights that are open: each belongs to one layer, whichever is selected, and follows the project."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from convexplorer.core.kinds import Weight
from convexplorer.gui.widgets.array_table import ArrayTable
from convexplorer.kernels.weight_axes import KERAS, PYTORCH
from convexplorer.model.layer import Layer

Key = tuple[str, str]  # id of the layer, name of the array


class WeightTables(QObject):
    """Opens an array as a table, shows what undo and pictures make of it, and closes it when its layer has gone."""

    edited = Signal(str, str, object)  # id of the layer, name of the array, the array; None for the initial values

    def __init__(self, panel: QWidget, actions: Mapping[str, QAction]) -> None:
        super().__init__(panel)
        self._panel = panel
        self._actions = [actions[name] for name in ("undo", "redo") if name in actions]
        self._tables: dict[Key, ArrayTable] = {}

    @property
    def layers(self) -> set[str]:
        """The ids of the layers with an open table."""
        return {layer for layer, _name in self._tables}

    def open(self, layer: Layer, weight: Weight, array: np.ndarray) -> ArrayTable:
        """Open an array, or bring its table to the front."""
        key = (layer.id, weight.name)
        table = self._tables.get(key)
        if table is None:
            title = f"{weight.label} of {layer.title}"
            table = ArrayTable(title, weight.axes, array, self._panel.window(), origins=(PYTORCH, KERAS))
            table.setToolTip(weight.explanation)
            table.addActions(self._actions)  # keys of the main window do not reach another window
            table.edited.connect(lambda values: self.edited.emit(*key, values))
            table.reset_asked.connect(lambda: self.edited.emit(*key, None))
            table.finished.connect(lambda _result: self._tables.pop(key, None))
            self._tables[key] = table
        table.show()
        table.raise_()
        table.activateWindow()
        return table

    def show_arrays(self, layer: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Show the arrays of a layer as they are now; a table whose array cannot be shown any more closes."""
        for (owner, name), table in list(self._tables.items()):
            if owner == layer and name in arrays:
                table.show_array(arrays[name])
            elif owner == layer:
                table.close()
