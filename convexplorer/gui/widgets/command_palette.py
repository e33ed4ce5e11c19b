"""Everything one can do, found by typing a few letters of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.fuzzy import best_matches
from convexplorer.gui.widgets.overlay import Overlay
from convexplorer.gui.widgets.search_list import ROW_HEIGHT, Row, SearchList

WIDTH, ROWS = 560, 11  # design pixels; the list is never higher than so many rows
RECENT = 6


@dataclass(frozen=True)
class Entry:
    """One thing to do: how it is called, its keys in words, its icon, and the function that does it."""

    title: str
    shortcut: str
    icon: QIcon | None
    callback: Callable[[], None]
    is_enabled: bool = True


class CommandPalette(Overlay):
    """A search field over a list. ↑ ↓ walk, Enter runs, Esc leaves; what was run last stands first.

    Parameters
    ----------
    entries : in the order in which they are listed while nothing is typed.
    window : what it lies over.

    """

    recent: ClassVar[list[str]] = []  # titles, newest first; outlives the palette, not the program

    def __init__(self, entries: Sequence[Entry], window: QWidget) -> None:
        super().__init__(window)
        self._entries = sorted(entries, key=self._age)
        self._list = SearchList(self._search, self.card, name="Commands", kind="command")
        self._list.set_placeholder("What do you want to do?")
        self.card_layout.addWidget(self._list)
        self._list.picked.connect(self._run)
        self._list.left.connect(self.close)

    def open(self) -> None:
        """Lay it over the window, ready for typing."""
        super().open()
        self._list.start()

    def place_card(self) -> None:
        """Stand in the upper part, where the eye is, with room for the longest list."""
        room = (self.height() - theme.px(140)) // theme.px(ROW_HEIGHT)
        self._list.set_row_count(min(ROWS, max(3, room)))
        self.card.setFixedWidth(min(theme.px(WIDTH), self.width() - theme.px(24)))
        self.card.adjustSize()
        self.card.move((self.width() - self.card.width()) // 2, min(theme.px(72), self.height() // 10))

    def shown_titles(self) -> list[str]:
        """Return what is listed now, in its order."""
        return [row.title for row in self._list.rows() if isinstance(row.value, Entry)]

    @Slot(object)
    def _run(self, entry: Entry) -> None:
        """Leave, then do it: so that it acts on the window as it was."""
        recent = CommandPalette.recent
        recent[:] = [entry.title, *(title for title in recent if title != entry.title)][:RECENT]
        self.close()
        entry.callback()

    def _search(self, query: str) -> list[Row]:
        found = best_matches(query, self._entries, lambda entry: entry.title)
        return [Row(entry.title, entry, entry.shortcut, entry.icon, is_enabled=entry.is_enabled) for entry in found]

    def _age(self, entry: Entry) -> int:
        """Return the place among the recent ones; all others come after them."""
        return self.recent.index(entry.title) if entry.title in self.recent else RECENT
