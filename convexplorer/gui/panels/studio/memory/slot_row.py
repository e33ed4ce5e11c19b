"""Four places that keep kernels: put one in, look at it with a key held down, take it out, compare."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from convexplorer.gui.canvas.pictures.tile_views import filter_image
from convexplorer.gui.canvas.studio.chips import NONE, Chip, KernelChips
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.recipes import made_by, sentence_of
from convexplorer.words import plain, times

LETTERS = "ABCD"


class SlotRow(KernelChips):
    """Memory slots. They hold kernels of any layer, for as long as the window is open.

    Signals
    -------
    stored : a slot holds another kernel.
    """

    stored = Signal()

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__("Memory slots", parent)
        self._work = work
        self.kernels: list[Filter | None] = [None] * len(LETTERS)
        work.slots = self.kernels
        self.hovered.connect(self.look_at)
        self.clicked.connect(self._on_clicked)
        self.menu_asked.connect(self._on_menu_asked)
        self.refresh()

    @Slot(int)
    def look_at(self, index: int) -> None:
        """Show what a kernel in a slot does, without taking it; −1 looks away."""
        self._work.peek(None if index == NONE else self.kernels[index])

    def store(self, index: int) -> None:
        """Put the selected kernel into a slot."""
        self.kernels[index] = self._work.chosen
        self.refresh()
        self.stored.emit()

    def empty(self, index: int) -> None:
        """Forget the kernel in a slot."""
        self.kernels[index] = None
        self.look_at(NONE)
        self.refresh()
        self.stored.emit()

    def take(self, index: int) -> None:
        """Put the kernel of a slot in place of the selected one, as one step of Undo."""
        one = self.kernels[index]
        if one is None:
            self._work.context.refuse(f"Slot {LETTERS[index]} is empty: Shift+{LETTERS[index]} puts this kernel in.")
        else:
            self._work.take_back(one)

    @Slot()
    def refresh(self) -> None:
        """Show what the slots hold."""
        pairs = zip(LETTERS, self.kernels, strict=True)
        self.set_chips(
            [
                Chip(None if one is None else filter_image(one), letter, partial(_tip, letter, one))
                for letter, one in pairs
            ]
        )

    @Slot(int)
    def _on_clicked(self, index: int) -> None:
        if self.kernels[index] is None:
            self.store(index)
        else:
            self.take(index)

    @Slot(int, QPoint)
    def _on_menu_asked(self, index: int, at: QPoint) -> None:
        letter, is_full = LETTERS[index], self.kernels[index] is not None
        menu = QMenu(f"Slot {letter}", self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rows = (
            (f"Put the kernel in ({'Shift+' + letter})", lambda: self.store(index), True),
            ("Take it", lambda: self.take(index), is_full),
            ("Compare with it in a divided picture", lambda: self._work.compare_with(self.kernels[index]), is_full),
            ("Empty the slot", lambda: self.empty(index), is_full),
        )
        for text, run, is_possible in rows:
            action = menu.addAction(text)
            action.setEnabled(is_possible)
            action.triggered.connect(run)
        menu.popup(at)


def _tip(letter: str, one: Filter | None) -> str:
    if one is None:
        return f"Slot {letter} is empty. A click, or Shift+{letter}, puts the kernel in."
    made = made_by(one)
    told = f"Slot {letter}: “{plain(one.name)}”, {times(one.size)}"
    told += "" if made is None else f", {sentence_of(made)}"
    return f"{told}\nHold {letter} to look at it; a click takes it."
