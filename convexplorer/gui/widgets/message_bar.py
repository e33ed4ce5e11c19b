"""A message that floats over the lower edge of the window, with buttons for actions."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.icon_button import IconButton

Kind = Literal["info", "good", "warning", "error"]
Action = tuple[str, Callable[[], None]]
INFO_MS = 6000  # duration of "info" and "good" messages; a warning or error stays until closed
WIDTH, RISE = 860, 42  # design pixels; the distance to the lower edge leaves the status line visible


class MessageBar(QFrame):
    """One sentence with an icon, buttons and a close button, over its parent, so that the layout does not move."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self._kind: Kind = "info"
        self._buttons: list[QPushButton] = []
        self._actions: tuple[Action, ...] = ()
        self._undecided: tuple[str, Kind, tuple[Action, ...]] | None = None  # a question covered by another message
        self._icon = QLabel(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = IconButton("close", "Close this message", self)
        self._timer = QTimer(self, singleShot=True, interval=INFO_MS)
        self._build()
        self._timer.timeout.connect(self.clear)
        self._close.clicked.connect(self.clear)
        theme.notifier().changed.connect(self._on_theme_changed)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence; "" if none is shown."""
        return self._text.text()

    @property
    def has_question(self) -> bool:
        """True if buttons are shown or will return when the sentence that covers them is gone."""
        return bool(self._actions) or self._undecided is not None

    def show_message(
        self, text: str, *, kind: Kind = "info", actions: Sequence[tuple[str, Callable[[], None]]] = ()
    ) -> None:
        """Show a sentence in place of the last one; an unanswered question returns afterwards.

        Parameters
        ----------
        text : one sentence.
        kind : "info" and "good" disappear by themselves without actions; others stay until closed or replaced.
        actions : (label, function) each; a click closes the bar and calls the function.

        """
        if self.text and self._actions and not actions:
            self._undecided = (self.text, self._kind, self._actions)
        elif actions:
            self._undecided = None
        self._kind, self._actions = kind, tuple(actions)
        self._text.setText(text)
        self.setAccessibleName(text)
        # Progress messages are frequent, and their button must not be replaced during a click.
        if [button.text() for button in self._buttons] != [label for label, _ in actions]:
            self._replace_buttons(actions)
        self._on_theme_changed()
        self.show()
        self.raise_()
        self.place()
        if kind in ("info", "good") and not actions:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def clear(self) -> None:
        """Remove the sentence."""
        if not self.text:
            return
        self._timer.stop()
        self._text.clear()
        self._actions = ()
        self.hide()
        self.closed.emit()
        if self._undecided is not None:
            text, kind, actions = self._undecided
            self.show_message(text, kind=kind, actions=actions)

    def place(self) -> None:
        """Centre the bar over the lower edge of the parent."""
        parent = self._ground
        self.setFixedWidth(max(1, min(self._wanted_width(), parent.width() - theme.px(24))))
        self.setFixedHeight(max(self.heightForWidth(self.width()), self.minimumSizeHint().height()))
        self.move((parent.width() - self.width()) // 2, max(0, parent.height() - self.height() - theme.px(RISE)))

    @Slot()
    def _on_theme_changed(self) -> None:
        """Redraw icon and edge in the current colours."""
        color = {"good": theme.colors().good, "warning": theme.colors().warning, "error": theme.colors().error}.get(
            self._kind, theme.colors().accent
        )
        self._icon.setPixmap(theme.pixmap(self._kind, theme.px(18), color, self.devicePixelRatioF()))
        self.setProperty("kind", self._kind)
        theme.set_role(self, "message")
        if self.text:
            self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the bar in its place when the parent is resized."""
        if event.type() == QEvent.Type.Resize and self.text:
            self.place()
        return super().eventFilter(watched, event)

    def _replace_buttons(self, actions: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Create a button for each action."""
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = []
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        for i, (label, _) in enumerate(actions):
            button = QPushButton(label, self)
            button.setToolTip(label)
            button.setAccessibleName(label)
            button.clicked.connect(self._runner(i))
            layout.insertWidget(layout.count() - 1, button)
            button.show()
            self._buttons.append(button)
        # Tab order as on screen: the actions come before the close button.
        for before, after in pairwise([*self._buttons, self._close]):
            self.setTabOrder(before, after)

    def _runner(self, index: int) -> Callable[[], None]:
        """Return the click handler: close first, then act, because the action may show a message of its own."""

        def run() -> None:
            _, callback = self._actions[index]
            self.clear()
            callback()

        return run

    def _wanted_width(self) -> int:
        """Return the width of the sentence on one line, up to a maximum."""
        text = self.fontMetrics().horizontalAdvance(self.text)
        others = sum(button.sizeHint().width() + theme.px(8) for button in self._buttons)
        return min(text + others + theme.px(92), theme.px(WIDTH))

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(5), theme.px(6), theme.px(5))
        layout.setSpacing(theme.px(8))
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._close)
