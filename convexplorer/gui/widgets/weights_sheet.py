"""The arrays of a file of weights: what each is, which layer takes it, and what is to be done with them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from convexplorer._dataclass import dataclass
from convexplorer.gui.look import theme
from convexplorer.words import plain

WIDTH, HEIGHT = 760, 520  # design pixels
MOST_CHANNELS = 1024  # that the list offers; nobody scrolls through more
COLUMNS = ("Array", "Shape", "What it is", "For")


@dataclass(frozen=True)
class WeightsRow:
    """One array.

    Attributes
    ----------
    name, shape, text : as they are read; `target` is the layer that takes it, or "".
    channels : that its filters look at; 0 if it is no kernel.
    """

    name: str
    shape: str
    text: str
    target: str
    channels: int


class WeightsSheet(QDialog):
    """A list of arrays; all that fit are taken by one button, one kernel as filters of a layer by another.

    Parameters
    ----------
    sentences : what fits and what is assumed.
    taken : number of arrays that fit.
    layer : title of the layer that a kernel would be filters of; "" if there is none.
    channels : of that layer's input; None if unknown.

    Signals
    -------
    given : the layers are to take what fits.
    picked : the row of a kernel, and the channel that is taken of it; −1 for all.
    """

    given = Signal()
    picked = Signal(int, int)

    def __init__(
        self,
        title: str,
        rows: Sequence[WeightsRow],
        sentences: Sequence[str],
        parent: QWidget,
        *,
        taken: int,
        layer: str,
        channels: int | None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._rows, self._channels = tuple(rows), channels
        self.note = QLabel("\n".join(sentences), self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.list = self._build_list()
        self.channel = QComboBox(self)
        self.channel.setAccessibleName("Channel of the kernel")
        self.pick_button = QPushButton("Use as filters", self)
        tip = f"Put the kernel in place of the filters of {layer}" if layer else "No layer with filters is selected"
        self.pick_button.setToolTip(tip)
        self.pick_button.clicked.connect(self._on_picked)
        self._has_layer = bool(layer)
        self.buttons = QDialogButtonBox(self)
        self.give_button = self.buttons.addButton(
            f"Give {taken} array{'s' if taken != 1 else ''} to the layers", QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.give_button.setVisible(taken > 0)
        (self.give_button if taken else self.pick_button).setDefault(True)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self._on_given)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        self.resize(theme.px(WIDTH), theme.px(HEIGHT))
        self.list.currentItemChanged.connect(self._on_current)
        first = next((i for i, row in enumerate(self._rows) if row.channels), 0)
        item = self.list.topLevelItem(first)
        if item is not None:
            self.list.setCurrentItem(item)
        self._on_current()
        self.list.setFocus()

    @property
    def row(self) -> int:
        """The number of the current row; −1 without one."""
        item = self.list.currentItem()
        return -1 if item is None else self.list.indexOfTopLevelItem(item)

    @Slot()
    def _on_given(self) -> None:
        self.accept()
        self.given.emit()

    @Slot()
    def _on_picked(self) -> None:
        row, channel = self.row, self.channel.currentData()
        self.accept()
        self.picked.emit(row, -1 if channel is None else channel)

    @Slot()
    def _on_current(self, *_items: object) -> None:
        """Offer the channels of the current kernel; the one that fits the layer's input first."""
        count = self._rows[self.row].channels if self.row >= 0 else 0
        self.channel.clear()
        self.channel.addItem("All channels", -1)
        for i in range(min(count, MOST_CHANNELS) if count > 1 else 0):
            self.channel.addItem(f"Channel {i + 1}", i)
        self.channel.setCurrentIndex(0 if count < 2 or self._channels in (None, count) else 1)
        self.channel.setEnabled(count > 1)
        self.pick_button.setEnabled(count > 0 and self._has_layer)

    def _build_list(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setAccessibleName("Arrays of the file")
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setHeaderLabels(list(COLUMNS))
        for row in self._rows:
            item = QTreeWidgetItem(tree, [plain(row.name), row.shape, row.text, plain(row.target) or "–"])
            item.setToolTip(0, plain(row.name))
        header = tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        return tree

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.addWidget(self.channel)
        below.addWidget(self.pick_button)
        below.addStretch(1)
        below.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.addWidget(self.note)
        layout.addWidget(self.list, 1)
        layout.addLayout(below)
