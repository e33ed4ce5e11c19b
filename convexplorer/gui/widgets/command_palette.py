"""The command palette: all commands, found by typing a few letters of their titles, or a word of their tips."""

import re
from collections.abc import Callable, Sequence
from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from convexplorer._dataclass import dataclass
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.fuzzy import best_matches
from convexplorer.gui.widgets.overlay import Overlay
from convexplorer.gui.widgets.search_list import ROW_HEIGHT, Row, SearchList

WIDTH, ROWS = 560, 11  # design pixels; maximum number of visible rows
RECENT = 6


@dataclass(frozen=True)
class Entry:
    """One entry: its title, its shortcut in words, its icon, the function it runs, and its tip.

    Attributes
    ----------
    completion : the text that Tab writes into the field for it, "" if there is none.
    """

    title: str
    shortcut: str
    icon: QIcon | None
    callback: Callable[[], None]
    is_enabled: bool = True
    tip: str = ""
    completion: str = ""


class CommandPalette(Overlay):
    """A search field over a list. ↑ ↓ move, Tab completes, Enter runs, Esc closes; recently run entries come first.

    Parameters
    ----------
    entries : in their order for an empty query.
    window : the window below the palette.
    entries_for : returns entries for a typed text that is no search but names something; they come first.
    question : the placeholder of the field.
    is_of_commands : False for a list of something else, whose order stays and of which nothing is remembered.

    """

    recent: ClassVar[list[str]] = []  # titles, newest first; shared by all palettes of one program run

    def __init__(
        self,
        entries: Sequence[Entry],
        window: QWidget,
        entries_for: Callable[[str], Sequence[Entry]] = lambda _: (),
        *,
        question: str = "What do you want to do?",
        is_of_commands: bool = True,
    ) -> None:
        super().__init__(window)
        self._entries_for, self._is_of_commands = entries_for, is_of_commands
        self._entries = sorted(entries, key=self._age) if is_of_commands else list(entries)
        words = ("Commands", "command") if is_of_commands else ("Layers", "layer")
        self._list = SearchList(self._search, self.card, name=words[0], kind=words[1])
        self._list.set_placeholder(question)
        self.card_layout.addWidget(self._list)
        self._list.picked.connect(self._run)
        self._list.left.connect(self.close)

    def open(self) -> None:
        """Show the palette over the window, with the focus in the search field."""
        super().open()
        self._list.start()

    def place_card(self) -> None:
        """Place the card in the upper part of the window, with room for the longest list."""
        room = (self.height() - theme.px(140)) // theme.px(ROW_HEIGHT)
        self._list.set_row_count(min(ROWS, max(3, room)))
        self.card.setFixedWidth(min(theme.px(WIDTH), self.width() - theme.px(24)))
        self.card.adjustSize()
        self.card.move((self.width() - self.card.width()) // 2, min(theme.px(72), self.height() // 10))

    def shown_titles(self) -> list[str]:
        """Return the titles of the listed entries, in their order."""
        return [row.title for row in self._list.rows() if isinstance(row.value, Entry)]

    @Slot(object)
    def _run(self, entry: Entry) -> None:
        """Close the palette, then run the entry, so that the entry finds the window's previous focus."""
        recent = CommandPalette.recent
        if self._is_of_commands and entry in self._entries:  # a typed text is no entry that could come again
            recent[:] = [entry.title, *(title for title in recent if title != entry.title)][:RECENT]
        self.close()
        entry.callback()

    def _search(self, query: str) -> list[Row]:
        found = list(best_matches(query, self._entries, lambda entry: entry.title))
        found += [entry for entry in self._entries if entry not in found and _tells_of(query, entry.tip)]
        named = self._entries_for(query)
        rows = (*named, *(one for one in found if one not in named))
        return [Row(one.title, one, one.shortcut, one.icon, one.tip, one.is_enabled, one.completion) for one in rows]

    def _age(self, entry: Entry) -> int:
        """Return the rank among the recent entries; all others rank after them."""
        return self.recent.index(entry.title) if entry.title in self.recent else RECENT


def _tells_of(query: str, tip: str) -> bool:
    """Tell whether each typed word begins a word of the tip: one may know what a command does, but not its title."""
    begun = [f" {word}" for word in query.casefold().split()]
    told = " ".join(("", *re.findall(r"[^\W_]+", tip.casefold())))
    return bool(begun) and all(word in told for word in begun)
