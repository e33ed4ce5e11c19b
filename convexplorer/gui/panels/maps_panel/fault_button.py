"""The button in the head of the maps that counts those with a fault, and steps to them."""

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.widgets.icon_button import FlatButton
from convexplorer.results.fault import Fault, count_text

WIDE_PX = 720  # a head that is narrower has no room: the button beside says it, and no picture is moved for it


class FaultButton(FlatButton):
    """A button that says "3 dead, 2 duplicates"; hidden while nothing is the matter with any map, or without room.

    Parameters
    ----------
    action : the command that steps to the next of them.
    """

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent, has_text=True)
        self._has_room = False
        self.setObjectName("faults")  # no button of the action, whose text is another one
        self.setMinimumWidth(1)  # the head is as narrow as without it
        theme.set_icon(self, "warning")
        self.clicked.connect(action.trigger)
        self.hide()

    def show_faults(self, faults: Sequence[Fault | None]) -> None:
        """Count the maps with a fault."""
        text = count_text(faults)
        self.setText(text)
        self.setAccessibleName(text)
        set_tip(self, f"{text} among these maps: select the next one")
        self._appear()

    def set_room(self, width: int) -> None:
        """Appear in a head that is wide enough."""
        self._has_room = width >= theme.px(WIDE_PX)
        self._appear()

    def _appear(self) -> None:
        self.setVisible(self._has_room and bool(self.text()))
