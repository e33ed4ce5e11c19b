"""The lens: an enlarged explanation over the dimmed window, while live sources continue."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from convexplorer.gui.canvas.explanation.computation import Computation
from convexplorer.gui.canvas.explanation.computation_view import ComputationView
from convexplorer.gui.canvas.explanation.reading import reading_scale
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.overlay import Overlay

_MARGIN = 6  # design pixels of the window that stay beside it
_TITLE = 13


class Lens(Overlay):
    """A card with a computation, all its channels and the running sum; closed by Esc or a click outside.

    Parameters
    ----------
    make : returns other contents in place of a computation, as a child of the given widget, or None.

    Attributes
    ----------
    view : the contents.
    """

    keeps_keys = False

    def __init__(self, window: QWidget, make: Callable[[QWidget], QWidget | None] = lambda _parent: None) -> None:
        super().__init__(window)
        self._title = QLabel(self.card)
        theme.set_role(self._title, "title")
        row = QHBoxLayout()  # beside each other: the height is the contents'
        row.setSpacing(theme.px(24))
        row.addWidget(self._title)
        self._sentence = ElidedLabel("", self.card)
        row.addWidget(self._sentence, 1)
        self.card_layout.addLayout(row)
        self.view = make(self.card) or ComputationView(self.card, size="large")
        self.card_layout.addWidget(self.view, 1)
        if isinstance(self.view, ComputationView):
            self.view.resized.connect(self._tell)

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
        self.view.set_computation(computation)
        self._tell()

    @Slot()
    def _tell(self) -> None:
        """Say beside the title why the value is what it is, where the view has no room for it."""
        if isinstance(self.view, ComputationView):
            computation = self.view.computation
            is_told = computation is None or self.view.tells_sentence
            self._sentence.setText("" if computation is None or is_told else computation.sentence)

    def place_card(self) -> None:
        """Fill the window but for a margin, by which one sees that it lies over it."""
        margin = theme.px(_MARGIN)
        self.card.setGeometry(self.rect().adjusted(margin, margin, -margin, -margin))
        size = _TITLE * reading_scale(self.card.width(), self.card.height())
        for label in (self._title, self._sentence):
            label.setStyleSheet(f"font-size: {round(size)}px")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc or Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        super().keyPressEvent(event)
