"""The lens: an enlarged explanation over the dimmed window, while live sources continue."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QWidget

from convexplorer.gui.canvas.explanation.computation import Computation
from convexplorer.gui.canvas.explanation.computation_view import ComputationView
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.overlay import Overlay

_SHARE = (0.9, 0.84)


class Lens(Overlay):
    """A card with a computation, all its channels and the running sum; closed by Esc or a click outside.

    Parameters
    ----------
    make : returns other contents in place of a computation, as a child of the given widget, or None.

    Attributes
    ----------
    view : the contents.
    """

    def __init__(self, window: QWidget, make: Callable[[QWidget], QWidget | None] = lambda _parent: None) -> None:
        super().__init__(window)
        self._title = QLabel(self.card)
        theme.set_role(self._title, "title")
        self.card_layout.addWidget(self._title)
        self.view = make(self.card) or ComputationView(self.card, size="large")
        self.card_layout.addWidget(self.view, 1)

    def open(self) -> None:
        """Show the lens over the window, with the focus on its contents."""
        super().open()
        self.view.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot(object)
    def show_computation(self, computation: Computation | None, title: str = "") -> None:
        """Show the computation in the newest result."""
        self._title.setText(title)
        if not isinstance(self.view, ComputationView):
            return
        is_first = self.view.computation is None
        self.view.set_computation(computation)
        if is_first:
            self.view.updateGeometry()
            self.place_card()

    def place_card(self) -> None:
        """Centre the card in the size of its contents, with a margin of the window around it."""
        natural = self.card.sizeHint().expandedTo(self.card.minimumSizeHint())
        width, height = (
            min(round(room * share), wanted)
            for room, share, wanted in zip(
                (self.width(), self.height()), _SHARE, (natural.width(), natural.height()), strict=True
            )
        )
        self.card.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc or Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        super().keyPressEvent(event)
