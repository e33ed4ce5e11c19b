"""The head of the maps: their title, or what is to be said of them, and how they are shown."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.panels.maps_panel.fault_button import FaultButton
from convexplorer.gui.panels.maps_panel.sort_button import SortButton
from convexplorer.gui.session.command_action import CommandAction
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.model.view import View
from convexplorer.results.picture import Picture

# Each mode is also a command of this name.
MODES = {"bank": "Bank", "channels": "Per channel", "compare": "Compare", "network": "Network"}


STUDIO_FROM_PX = 640  # the width of a head that has room for one more button


class MapsHead(QHBoxLayout):
    """A row of a title, the panels of the maps' colours, and buttons; something may lie over its left end.

    Parameters
    ----------
    actions : the window's commands by name.
    heads : panels shown between the title and the buttons.
    parent : of the widgets.
    """

    def __init__(self, actions: Mapping[str, CommandAction], heads: Sequence[QWidget], parent: QWidget) -> None:
        super().__init__()
        self._title = ElidedLabel("Feature maps", parent, may_vanish=True, shorter="Maps")
        theme.set_role(self._title, "title")
        self.addWidget(self._title)
        self._note = ElidedLabel("", parent)
        theme.set_role(self._note, "warning")
        self.addWidget(self._note, 1)
        for head in heads:
            self.addWidget(head, 3)
        options = [(name, label, actions[name].tip) for name, label in MODES.items()]
        self._as_bars = ActionButton(actions["score-bars"], parent, text="Bars")
        self._as_bars.hide()  # until there are scores
        self.addWidget(self._as_bars)
        self._faults = FaultButton(actions["next-fault"], parent)
        self.addWidget(self._faults)
        self._sort = SortButton(actions, parent)
        self.addWidget(self._sort)
        self._mode = Segmented(options, parent, name="How the maps are shown")
        self._mode.chosen.connect(lambda mode: actions[mode].give())
        self.addWidget(self._mode)
        self._studio = ActionButton(actions["studio"], parent, text="Studio")
        self._studio.setMinimumWidth(1)  # the head is as narrow as without it
        self.addWidget(self._studio)

    @property
    def least_width(self) -> int:
        """The least width in pixels without a taken corner."""
        return self.minimumSize().width() - self.contentsMargins().left()

    def say(self, text: str) -> None:
        """Show a sentence, which takes precedence over the title; "" for the title."""
        self._note.setText(text)
        self._title.setVisible(not text)

    def show_view(self, view: View) -> None:
        """Show how the maps are looked at, and in which order."""
        self._mode.set_value(view.mode)
        self._sort.show_sorting(view.sorting)
        self._sort.setVisible(view.mode == "bank")

    def take(self, picture: Picture, *, has_scores: bool) -> None:
        """Offer what there is in a result: bars of scores, maps with faults."""
        self._as_bars.setVisible(has_scores)
        for button in (self._faults, self._sort):
            button.show_faults(picture.faults)

    def set_room(self, width: int, corner: int | None = None) -> None:
        """Say what has room in this width, of which the left end may be taken.

        Parameters
        ----------
        corner : the width of what lies over the left end; by default that of before.
        """
        if corner is not None:
            self.setContentsMargins(corner, 0, 0, 0)
        room = width - self.contentsMargins().left()
        self._faults.set_room(room)
        self._studio.setVisible(room >= theme.px(STUDIO_FROM_PX))  # else the menu, a key and the palette have it
