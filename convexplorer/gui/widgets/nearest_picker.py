"""A searchable popup list of the kernels nearest to one, which are tried before one is chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from convexplorer._dataclass import dataclass
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.ending import Ending
from convexplorer.gui.widgets.fuzzy import best_matches
from convexplorer.gui.widgets.popup_keys import run_shortcut
from convexplorer.gui.widgets.popup_place import popup_place
from convexplorer.gui.widgets.search_list import Row, SearchList
from convexplorer.gui.widgets.segmented import Segmented

WIDTH, HEIGHT, SCORES_HEIGHT = 400, 500, 104  # design pixels
EXPLANATION_LINES = 2
MOST_SCORES = 5
REPLACE, SWAP = "replace", "swap"


@dataclass(frozen=True, eq=False)
class NearestEntry:
    """One kernel of the list.

    Attributes
    ----------
    title : its name, and how it is laid.
    detail : where it is from, and how near.
    explanation : a sentence.
    image : of the kernel as it would stand in place.
    value : handed back when the entry is tried or chosen.
    can_swap : True if the two can change places.
    """

    title: str
    detail: str
    explanation: str
    image: QImage
    value: object
    can_swap: bool = False


class NearestPicker(Ending, QFrame):
    """A popup list, the nearest kernel first. Typing searches, ↑ ↓ and the mouse try, Enter or a click chooses.

    Signals
    -------
    searched : other ways to be alike are wanted, and the kernels must be compared anew.
    tried : the value of the entry that the hand is on.
    chosen : the value of an entry.
    file_asked : kernels of a file are wanted as well.
    closed : nothing is tried any more.
    """

    searched = Signal()
    tried = Signal(object)
    chosen = Signal(object)
    file_asked = Signal()
    closed = Signal()

    def __init__(self, title: str, picture: QImage, parent: QWidget, *, has_scores: bool) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(title)
        self._has_scores = has_scores
        self._entries: tuple[NearestEntry, ...] = ()
        self._tried: NearestEntry | None = None
        self._title = ElidedLabel(title, self)
        self._image = QLabel(self)
        side = theme.px(22)
        self._image.setPixmap(_pixmap(picture, side))
        self._list = SearchList(self._search, self, name="Nearest filters", kind="filter")
        self._list.set_placeholder("Search by name or origin")
        self._action = Segmented(
            [
                (REPLACE, "Put in place", "A click puts the kernel in place of the weights; Ctrl+Z takes it back"),
                (SWAP, "Swap the two", "A click lets the two filters change places, of those that are in this project"),
            ],
            self,
            name="What a click does",
        )
        self._turns = _box("Turned", "Compare in all eight ways to turn and flip a kernel", self)
        self._shifts = _box("Moved", "Compare at the best place, up to half a kernel away", self)
        self._mean = _box("Without mean", "Take the mean off the weights of both before they are compared", self)
        self._scale = _box("Same length", "Give the kernel the norm |k| of the weights before", self)
        self._scale.setChecked(True)
        self._explanation = QLabel(self)
        self._scores = _Scores(self)
        self._build()
        self._connect()

    @property
    def options(self) -> dict[str, bool]:
        """Which ways to be alike are wanted, by the names of `model.nearest`."""
        return {
            "turns": self._turns.isChecked(),
            "shifts": self._shifts.isChecked(),
            "without_mean": self._mean.isChecked(),
        }

    @property
    def is_scaled(self) -> bool:
        """True if a kernel gets the norm of the weights before."""
        return self._scale.isChecked()

    @property
    def swaps(self) -> bool:
        """True if the two filters change places."""
        return self._action.value == SWAP

    def open_at(self, anchor: QWidget) -> None:
        """Open below a widget, or above it if there is no room."""
        height = HEIGHT + (SCORES_HEIGHT if self._has_scores else 0)
        screen = anchor.screen().availableGeometry()
        self.setFixedSize(theme.px(WIDTH), min(theme.px(height), screen.height()))
        self._explanation.setFixedHeight(EXPLANATION_LINES * self._explanation.fontMetrics().lineSpacing())
        self.move(popup_place(anchor, self.size()))
        self.show()
        self._list.start()

    def set_entries(self, entries: Sequence[NearestEntry]) -> None:
        """Set the kernels, the nearest first."""
        self._entries = tuple(entries)
        self._list.refresh()

    def show_scores(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Show name, score before and score after of a few classes."""
        self._scores.show_rows(rows)

    def explain(self, text: str) -> None:
        """Show a sentence below the list."""
        self._explanation.setText(text)

    def titles(self) -> list[str]:
        """Return the listed kernels, in their order."""
        return [row.value.title for row in self._list.rows() if isinstance(row.value, NearestEntry)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc, and on a shortcut of the window that the search field does not know, and let it act."""
        if not run_shortcut(self, event):
            super().keyPressEvent(event)

    def hideEvent(self, event: QEvent) -> None:
        """Tell that nothing is tried any more."""
        super().hideEvent(event)  # type: ignore[arg-type]  # it is a QHideEvent
        self.closed.emit()

    @Slot(object)
    def _on_tried(self, entry: NearestEntry) -> None:
        self._tried = entry
        self.explain(entry.explanation)
        self.tried.emit(entry.value)

    @Slot(object)
    def _on_picked(self, entry: NearestEntry) -> None:
        self.chosen.emit(entry.value)
        self.close()

    @Slot(object)
    def _on_walked(self, entry: NearestEntry | None) -> None:
        if isinstance(entry, NearestEntry):
            self.explain(entry.explanation)

    @Slot()
    def _on_effect_changed(self) -> None:
        """List what the chosen action is possible with, and try again what was tried."""
        self._scale.setEnabled(not self.swaps)
        before = self._tried
        self._list.refresh()
        if before is not None and (before.can_swap or not self.swaps):
            self.tried.emit(before.value)

    def _search(self, query: str) -> list[Row]:
        entries = [entry for entry in self._entries if entry.can_swap or not self.swaps]
        found = best_matches(query, entries, lambda entry: f"{entry.title} {entry.detail} {entry.explanation}")
        return [Row(e.title, e, detail=e.detail, picture=e.image) for e in found]

    def _connect(self) -> None:
        self._list.tried.connect(self._on_tried)
        self._list.walked.connect(self._on_walked)
        self._list.picked.connect(self._on_picked)
        self._list.left.connect(self.close)
        self._action.chosen.connect(self._on_effect_changed)
        self._scale.toggled.connect(self._on_effect_changed)
        for box in (self._turns, self._shifts, self._mean):
            box.toggled.connect(self.searched)
        self._file.clicked.connect(self.file_asked)

    def _build(self) -> None:
        theme.set_role(self._title, "heading")
        theme.set_role(self._explanation, "muted")
        theme.set_role(self, "menu")
        self._explanation.setWordWrap(True)
        self._explanation.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._file = QPushButton("From a file…", self)
        self._file.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._file.setToolTip("Compare with the filters of a trained network, or of a file of weights")
        head = _row(self._image, self._title, None, self._file)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(8),) * 4)
        layout.setSpacing(theme.px(6))
        layout.addLayout(head)
        layout.addWidget(self._list, 1)
        layout.addLayout(_row(self._turns, self._shifts, self._mean, None))
        layout.addLayout(_row(self._action, None, self._scale))
        layout.addWidget(self._explanation)
        layout.addWidget(self._scores)
        self._scores.setVisible(self._has_scores)


class _Scores(QWidget):
    """A few lines: the name of a class, its score before, and after."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Scores before and after")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(10))
        grid.setVerticalSpacing(theme.px(1))
        grid.setColumnStretch(0, 1)
        self._cells = [
            (ElidedLabel("", self), QLabel(self), QLabel("→", self), QLabel(self)) for _ in range(MOST_SCORES)
        ]
        for i, cells in enumerate(self._cells):
            for j, cell in enumerate(cells):
                if j:
                    cell.setFont(theme.digits_font(12))
                    cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                grid.addWidget(cell, i, j)
        self.show_rows(())

    def show_rows(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Show these lines, and empty ones below."""
        for cells, row in zip(self._cells, [*rows, *[("", "", "")] * MOST_SCORES], strict=False):
            name, before, after = row
            cells[0].setText(name)
            cells[1].setText(before)
            cells[2].setText("→" if after else "")
            cells[3].setText(after)


def _box(label: str, tip: str, parent: QWidget) -> QCheckBox:
    box = QCheckBox(label, parent)
    box.setToolTip(tip)
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the search field
    return box


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    """Return a row of widgets; None takes the room that is left."""
    row = QHBoxLayout()
    row.setContentsMargins(theme.px(2), 0, theme.px(2), 0)
    row.setSpacing(theme.px(10))
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    return row


def _pixmap(picture: QImage, side: int) -> QPixmap:
    """Return a kernel's picture enlarged, its weights as squares."""
    size = QSize(side, side)
    return QPixmap.fromImage(
        picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation)
    )
