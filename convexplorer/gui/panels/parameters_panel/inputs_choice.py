"""Which layers a layer reads: a combo box for each input, and a button for one more where any number is joined."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from convexplorer.core.kinds import Kind
from convexplorer.gui.look import theme
from convexplorer.gui.panels.parameters_panel.rows import make_combo
from convexplorer.gui.widgets.icon_button import IconButton

NOUNS = ("first input", "second input")


class InputsChoice(QWidget):
    """Combo boxes of the layers before this one."""

    edited = Signal(tuple)  # ids

    def __init__(self, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._sources: tuple[tuple[str, str], ...] = ()
        self.combos: list[QComboBox] = []
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(theme.px(3))
        row = QHBoxLayout()
        row.setSpacing(theme.px(3))
        self.add_button = IconButton("add", "Join one more layer", self)
        self.add_button.clicked.connect(self._on_add)
        self.remove_button = IconButton("remove", "Join one layer less", self)
        self.remove_button.clicked.connect(self._on_remove)
        row.addStretch(1)
        row.addWidget(self.add_button)
        row.addWidget(self.remove_button)
        self._list.addLayout(row)
        for button in (self.add_button, self.remove_button):
            button.setVisible(kind.takes(3))

    def set_value(self, inputs: Sequence[str], sources: tuple[tuple[str, str], ...]) -> None:
        """Show which layers are read.

        Parameters
        ----------
        sources : (id, name) of all that can be read.
        """
        while len(self.combos) < len(inputs):
            self._add_combo()
        while len(self.combos) > len(inputs):
            combo = self.combos.pop()
            combo.hide()
            combo.deleteLater()
        for combo, chosen in zip(self.combos, inputs, strict=True):
            if sources != self._sources or not combo.count():
                combo.clear()
                for key, name in sources:
                    combo.addItem(name, key)
            combo.setCurrentIndex(combo.findData(chosen))
        self._sources = sources
        self.remove_button.setEnabled(self._kind.takes(len(inputs) - 1))

    @property
    def value(self) -> tuple[str, ...]:
        """The ids that are chosen."""
        return tuple(combo.currentData() for combo in self.combos)

    @Slot()
    def _on_add(self) -> None:
        self.edited.emit((*self.value, self.value[-1]))

    @Slot()
    def _on_remove(self) -> None:
        self.edited.emit(self.value[:-1])

    def _add_combo(self) -> None:
        at = len(self.combos)
        combo = make_combo(f"Input {at + 1}", self)
        combo.activated.connect(lambda _row: self.edited.emit(self.value))
        self.combos.append(combo)
        self._list.insertWidget(at, combo)
