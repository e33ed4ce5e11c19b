"""The question how something is to be read, such as which axis is which, with a preview of each reading."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from convexplorer._dataclass import dataclass
from convexplorer.gui.look import theme

MOST_SHOWN = 6  # filters in a preview
KERNEL, GAP, ROW, MARGIN = 40, 4, 52, 60  # design pixels


@dataclass(frozen=True, eq=False)
class ReadingRow:
    """A reading as the question shows it: two lines of text, and the kernels of its first filters."""

    title: str
    text: str
    kernels: Sequence[QImage]


class ReadingChoice(QDialog):
    """A window with one row for each reading; nothing is chosen but by hand, and nothing is remembered.

    Signals
    -------
    chosen : the index of the row.
    """

    chosen = Signal(int)

    def __init__(
        self,
        question: str,
        rows: Sequence[ReadingRow],
        parent: QWidget,
        *,
        title: str = "Which axis is which?",
        picture: int = KERNEL,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        label = QLabel(question, self)
        label.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Readings")
        row = picture + ROW - KERNEL
        shown = min(max(len(one.kernels) for one in rows), MOST_SHOWN)
        self.list.setIconSize(QSize(theme.px(shown * (picture + GAP)), theme.px(picture)))
        self.list.setStyleSheet(f"QListView::item {{ height: {theme.px(row)}px; }}")  # two lines instead of one
        for one in rows:
            QListWidgetItem(_strip(one.kernels[:shown], shown, picture), f"{one.title}\n{one.text}", self.list)
        self.list.setCurrentRow(0)
        self.list.itemDoubleClicked.connect(self._on_accepted)
        buttons = QDialogButtonBox(self)
        self.read_button = buttons.addButton("Read it so", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.read_button.setDefault(True)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(label)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        self.resize(self.list.sizeHintForColumn(0) + theme.px(MARGIN), theme.px(130 + row * len(rows)))
        self.list.setFocus()

    def ask_beside(self) -> None:
        """Show the question beside the window, which works on."""
        self.setModal(False)
        self.show()

    @Slot()
    def _on_accepted(self) -> None:
        row = self.list.currentRow()
        self.accept()
        self.chosen.emit(row)


def _strip(kernels: Sequence[QImage], count: int, side: int) -> QIcon:
    """Return kernels side by side, with room for `count`."""
    size, step = theme.px(side), theme.px(side + GAP)
    strip = QPixmap(count * step, size)
    strip.fill(Qt.GlobalColor.transparent)
    painter = QPainter(strip)
    for i, kernel in enumerate(kernels):
        scaled = kernel.scaled(size, size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation)
        painter.drawImage(i * step + (size - scaled.width()) // 2, (size - scaled.height()) // 2, scaled)
    painter.end()
    icon = QIcon(strip)
    icon.addPixmap(strip, QIcon.Mode.Selected)  # else the style would colour it
    return icon
