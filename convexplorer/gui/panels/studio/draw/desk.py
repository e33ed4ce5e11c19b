"""The desk on which a kernel is painted."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.gui.panels.studio.desk import Desk
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.widgets.note import Note, Words

HINT = "Drag to paint; right button or Ctrl for the other sign, Shift for 0. Type a number over a cell."


class DrawDesk(Desk):
    """Says how cells are painted, which the kernel itself does."""

    key, title, tip = "draw", "Draw", "Paint the kernel by hand."

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        note = Note(3, self)
        note.say_soon(lambda: Words(HINT, HINT))
        layout.addWidget(note)
        layout.addStretch(1)
