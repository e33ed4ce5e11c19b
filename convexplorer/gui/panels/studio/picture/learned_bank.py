"""The bank that is learned, as it forms, and what becomes of it."""

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from convexplorer.gui.canvas.studio.bank_sheet import BankSheet
from convexplorer.gui.look import theme
from convexplorer.gui.panels.studio.naming import name_for
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.learning.shipped import SHIPPED, shipped_bank
from convexplorer.kernels.likeness import likenesses
from convexplorer.kernels.recipes import made_by
from convexplorer.model.nearest import cosine_text
from convexplorer.results.learning import Learned
from convexplorer.words import percent

_WORDS = "Press “Learn”: from noise, or from single patches, the filters form that the picture is made of."


class LearnedBank(QWidget):
    """A sheet of filters with a sentence; the filters become the bank of the layer, or one of them the kernel.

    Attributes
    ----------
    learned : what the sheet shows; None before anything was learned, and while a bank that ships is shown.
    """

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.learned: Learned | None = None
        self._shipped: tuple[Filter, ...] = ()
        self._is_forming = False
        self._build()
        self._tell()

    @property
    def sentence(self) -> str:
        """How far it is."""
        return self._sentence.text()

    def clear(self) -> None:
        """Show nothing: another bank will form."""
        self.learned, self._shipped, self._is_forming = None, (), True
        self.sheet.set_bank(None)
        self._tell()

    def say(self, sentence: str) -> None:
        """Say how far it is, or why it came to nothing."""
        self._sentence.setText(sentence)

    def show_learned(self, learned: Learned) -> None:
        """Show a bank as it forms, in an order that stays."""
        self._is_forming = True
        self._show(learned)

    def settle(self) -> None:
        """Show the filters in the order of the bank: nothing forms any more."""
        self._is_forming = False
        if self.learned is not None:
            self._show(self.learned.ranked())
        self._tell()

    def show_shipped(self, key: str) -> None:
        """Show a learned bank that comes with the program; a key of `SHIPPED`."""
        self.clear()
        self._is_forming = False
        self._shipped, row = shipped_bank(key), SHIPPED[key]
        names = [one.name for one in self._shipped]
        self.sheet.set_bank(np.stack([one.planes for one in self._shipped]), names)
        pictures = ", ".join(row.pictures)
        self.say(f"Learned of {len(row.pictures)} sample pictures by {row.label}: {pictures}.")
        self._tell()

    def bank(self) -> tuple[Filter, ...]:
        """Return what would become the bank of the layer."""
        return self._shipped or (() if self.learned is None else self.learned.bank())

    @Slot()
    def use(self, *, is_added: bool = False) -> None:
        """Let the bank become that of the layer, or stand behind it: one step of Undo."""
        if bank := self.bank():
            self.work.make_bank(bank, is_added=is_added)

    @Slot(int)
    def take(self, index: int) -> None:
        """Let one of the filters become the kernel; while they form, none can be taken."""
        bank = self.bank()
        if not self._is_forming and index < len(bank):
            one = bank[index]
            self.work.settle()
            self.work.make(one.planes, made_by(one), name=name_for(self.work.chosen, one.name))

    def mark_nearest(self) -> None:
        """Mark the filter that is most like the kernel, up to sign, and say how like."""
        chosen, bank = self.work.chosen, self.sheet.bank
        found = [] if chosen is None or bank is None or self._is_forming else likenesses(chosen.planes, bank)
        alike = [(abs(one.cosine), i) for i, one in enumerate(found) if one is not None]
        nearness, index = max(alike, default=(0.0, None))
        self.sheet.set_marked(index)
        told = "" if index is None else f"Nearest to the kernel: filter {index + 1}, cosine {cosine_text(nearness)}. "
        can_take = bank is not None and not self._is_forming
        self._nearest.setText(f"{told}A click on a filter puts it in place of the kernel." if can_take else "")

    def _show(self, learned: Learned) -> None:
        self.learned = learned
        self.sheet.set_bank(learned.planes, _tips(learned))
        self._tell()

    def _tell(self) -> None:
        self.mark_nearest()
        for button in (self.replace, self.append):
            button.setEnabled(bool(self._shipped) or self.learned is not None)

    def _build(self) -> None:
        self.sheet = BankSheet(self)
        self.sheet.set_words(_WORDS)
        self.sheet.picked.connect(self.take)
        self._sentence = QLabel("", self)
        self._sentence.setWordWrap(True)
        self._nearest = QLabel("", self)
        self._nearest.setWordWrap(True)
        theme.set_role(self._nearest, "muted")
        self.replace = QPushButton("Use as the bank", self)
        self.replace.setToolTip("Put these in place of all filters of the layer")
        self.append = QPushButton("Add to the bank", self)
        self.append.setToolTip("Put these behind the filters of the layer")
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        for button, is_added in ((self.replace, False), (self.append, True)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, is_added=is_added: self.use(is_added=is_added))
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addWidget(self.sheet)
        layout.addWidget(self._sentence)
        layout.addWidget(self._nearest)
        layout.addLayout(row)


def _tips(learned: Learned) -> list[str]:
    """Return what is said of each filter."""
    if learned.round is None:
        return []
    shares = [percent(float(share), ".2g") for share in learned.round.shares]
    return [f"Filter {i}: stands for {share} of the patches" for i, share in enumerate(shares, 1)]
