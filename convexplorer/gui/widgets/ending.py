"""The end of a widget with all its children: what they hold in Python is let go at once, in the main thread.

Qt deletes a window's children, but their Python halves often hold each other: a panel its context, the context the
window, the window its panels. Only Python's garbage collector would find such a ring, in whichever thread happens to
allocate. It would empty widgets whose methods Qt still calls while it deletes them, and destroy icons and pictures
outside of the main thread.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    _Base = QWidget
else:
    _Base = object  # Python classes cannot have two of Qt's as their bases


class Ending(_Base):
    """What makes a widget one whose children hold nothing once they are deleted with it, by `deleteLater`."""

    def event(self, event: QEvent) -> bool:
        """Delete the widget when its time has come, and empty what was part of it."""
        if event.type() != QEvent.Type.DeferredDelete:
            return super().event(event)
        # Held until all are deleted: as soon as Qt begins, the widget lets go of its children, and a collection in
        # another thread would find their rings.
        parts: list[QObject] = [self, *self.findChildren(QObject)]
        is_done = super().event(event)
        for part in parts:
            vars(part).clear()
        return is_done
