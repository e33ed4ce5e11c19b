"""The row over the network at a glance beside a reference: what the differences come to, and whose maps show."""

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout, QWidget

from convexplorer.gui.session.command_action import CommandAction
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.model.view import View
from convexplorer.results.picture import Picture

# Each is also a command: "shown-own" and so on.
SHOWN = {"own": "This", "reference": "Reference", "difference": "Difference"}


class ReferenceRow(QWidget):
    """A sentence about the differences, a button for their table, and the choice between both networks."""

    def __init__(self, actions: Mapping[str, CommandAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.sentence = ElidedLabel("", self)
        options = [(name, label, actions[f"shown-{name}"].tip) for name, label in SHOWN.items()]
        self.segments = Segmented(options, self, name="Whose maps are shown")
        self.segments.chosen.connect(lambda name: actions[f"shown-{name}"].give())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.sentence, 1)
        layout.addWidget(ActionButton(actions["differences"], self, text="Table"))
        layout.addWidget(self.segments)
        self.hide()  # until there is a reference

    def show_view(self, view: View) -> None:
        """Show what is chosen, if there is a choice."""
        self.segments.set_value(view.shown)
        self.setVisible(view.mode == "network" and view.reference is not None)
        if view.shown == "own" or view.reference is None:
            self.sentence.setText("")

    def take(self, picture: Picture) -> None:
        """Say what the differences of a frame come to; nothing where its own maps are looked at."""
        if picture.difference is None or picture.view.shown == "own":
            return
        from convexplorer.results.differences.difference_words import summary_sentences

        self.sentence.setText(" ".join(summary_sentences(picture.difference)))
