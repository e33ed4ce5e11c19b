"""A searchable popup list of kernels with their pictures."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from convexplorer._dataclass import dataclass
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.fuzzy import best_matches
from convexplorer.gui.widgets.popup_keys import run_shortcut
from convexplorer.gui.widgets.popup_place import popup_place
from convexplorer.gui.widgets.search_list import Row, SearchList

WIDTH, HEIGHT = 320, 460  # design pixels
EXPLANATION_LINES = 3  # reserved, so that the list does not jump while the user moves through it


@dataclass(frozen=True)
class PresetEntry:
    """One kernel of the list: its name, shown title, search terms, explanation and picture."""

    name: str
    label: str
    group: str
    explanation: str = ""
    keywords: str = ""
    image: QImage | None = None


class PresetPicker(QFrame):
    """A popup list in groups. Typing searches, ↑ ↓ move, Enter chooses, Esc closes.

    Nothing changes before a choice. The lines at the bottom explain the current row.

    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._entries: tuple[PresetEntry, ...] = ()
        self._list = SearchList(self._search, self, name="Kernels", kind="kernel")
        self._list.set_placeholder("Search kernels")
        self._explanation = QLabel(self)
        self._build()
        self._list.picked.connect(self._choose)
        self._list.walked.connect(self._explain)
        self._list.left.connect(self.close)

    def set_entries(self, entries: Sequence[PresetEntry]) -> None:
        """Set the kernels; entries of one group must be consecutive."""
        self._entries = tuple(entries)
        self._list.refresh()

    def open_at(self, anchor: QWidget, current: str = "") -> None:
        """Open below a widget, or above it if there is no room, with the kernel named `current` selected."""
        self.setFixedSize(theme.px(WIDTH), theme.px(HEIGHT))
        self._explanation.setFixedHeight(EXPLANATION_LINES * self._explanation.fontMetrics().lineSpacing())
        self.move(popup_place(anchor, self.size()))
        self.show()
        self._list.start(next((entry for entry in self._entries if entry.name == current), None))

    def shown_names(self) -> list[str]:
        """Return the listed names, in their order."""
        return [row.value.name for row in self._list.rows() if isinstance(row.value, PresetEntry)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on a shortcut of the window that the search field does not know, and let it act."""
        if not run_shortcut(self, event):
            super().keyPressEvent(event)

    @Slot(object)
    def _choose(self, entry: PresetEntry) -> None:
        self.close()
        self.chosen.emit(entry.name)

    @Slot(object)
    def _explain(self, entry: PresetEntry | None) -> None:
        self._explanation.setText(entry.explanation if entry is not None else "")

    def _search(self, query: str) -> list[Row]:
        """Return all rows in groups for an empty query, else the matching rows, best first."""
        found = best_matches(query, self._entries, _searched_text)
        rows = []
        for i, entry in enumerate(found):
            if not query.strip() and (i == 0 or entry.group != found[i - 1].group):
                rows.append(Row(entry.group))
            rows.append(Row(entry.label, entry, picture=entry.image, tip=entry.explanation))
        return rows

    def _build(self) -> None:
        self._explanation.setWordWrap(True)
        self._explanation.setAlignment(Qt.AlignmentFlag.AlignTop)
        theme.set_role(self._explanation, "muted")
        theme.set_role(self, "menu")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(8),) * 4)
        layout.setSpacing(theme.px(6))
        layout.addWidget(self._list, 1)
        layout.addWidget(self._explanation)


def _searched_text(entry: PresetEntry) -> str:
    return f"{entry.label} {entry.name} {entry.group} {entry.keywords}"
