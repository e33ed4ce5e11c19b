"""A sentence that floats over the lower edge of the window, with what can be done about it."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.icon_button import IconButton

Kind = Literal["info", "good", "warning", "error"]
Action = tuple[str, Callable[[], None]]
INFO_MS = 6000  # an information goes by itself; what went wrong stays until it is closed
WIDTH, RISE = 860, 42  # design pixels; it stands clear of a status line


class MessageBar(QFrame):
    """One sentence with icon, buttons and a cross. It lies over its parent, so nothing moves when it comes."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self._kind: Kind = "info"
        self._buttons: list[QPushButton] = []
        self._actions: tuple[Action, ...] = ()
        self._undecided: tuple[str, Kind, tuple[Action, ...]] | None = None  # a question that another sentence covers
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
        """The sentence; empty when nothing is shown."""
        return self._text.text()

    def show_message(
        self, text: str, *, kind: Kind = "info", actions: Sequence[tuple[str, Callable[[], None]]] = ()
    ) -> None:
        """Say a sentence in place of the last one; a question that was not answered comes back after it.

        Parameters
        ----------
        text : one sentence.
        kind : "info" without actions goes by itself; the others stay until closed or replaced.
        actions : (label, function) each; a click does it and closes the bar.

        """
        if self.text and self._actions and not actions:
            self._undecided = (self.text, self._kind, self._actions)
        elif actions:
            self._undecided = None
        self._kind, self._actions = kind, tuple(actions)
        self._text.setText(text)
        self.setAccessibleName(text)
        # A sentence that tells progress comes often, and a button is not to go away under a finger.
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
        """Take the sentence away."""
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
        """Lie centred over the lower edge of the parent."""
        parent = self._ground
        self.setFixedWidth(max(1, min(self._wanted_width(), parent.width() - theme.px(24))))
        self.setFixedHeight(max(self.heightForWidth(self.width()), self.minimumSizeHint().height()))
        self.move((parent.width() - self.width()) // 2, max(0, parent.height() - self.height() - theme.px(RISE)))

    @Slot()
    def _on_theme_changed(self) -> None:
        """Draw icon and edge in the colours of the moment."""
        color = {"good": theme.colors().good, "warning": theme.colors().warning, "error": theme.colors().error}.get(
            self._kind, theme.colors().accent
        )
        self._icon.setPixmap(theme.pixmap(self._kind, theme.px(18), color, self.devicePixelRatioF()))
        self.setProperty("kind", self._kind)
        theme.set_role(self, "message")
        if self.text:
            self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep its place when the parent changes its size."""
        if event.type() == QEvent.Type.Resize and self.text:
            self.place()
        return super().eventFilter(watched, event)

    def _replace_buttons(self, actions: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Make a button of each action."""
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
        # Tab goes as the eye does: what can be done comes before the cross.
        for before, after in pairwise([*self._buttons, self._close]):
            self.setTabOrder(before, after)

    def _runner(self, index: int) -> Callable[[], None]:
        """Return what a click does: close, then act, for the action may have a message of its own."""

        def run() -> None:
            _, callback = self._actions[index]
            self.clear()
            callback()

        return run

    def _wanted_width(self) -> int:
        """Return the width of the sentence on one line, within reason."""
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
