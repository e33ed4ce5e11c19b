"""A message that floats over the lower edge of the window, with buttons for actions."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from time import monotonic
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from convexplorer._dataclass import dataclass
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.words import SENTENCE_LIMIT, as_label, plain

Kind = Literal["info", "good", "warning", "error"]
Action = tuple[str, Callable[[], None]]
INFO_MS = 6000  # duration of "info" and "good" messages; a warning or error stays until closed
OFFER_MS = 12_000  # duration of an offer, whose buttons take time to choose from
READ_S = 3.0  # time that a warning or error is shown before it counts as read
MOST_UNREAD = 20
BUTTON_LIMIT = 40  # characters of a button's label; the tooltip has the full one
WIDTH, RISE = 860, 42  # design pixels; the distance to the lower edge leaves the status line visible
LEAST_TEXT = 260  # design pixels; with less room beside them the buttons stand below the sentence
_AROUND = 92  # design pixels: icon, close button, margins


@dataclass(frozen=True)
class Message:
    """A sentence with its kind and its buttons; those of an offer can be done elsewhere too."""

    text: str
    kind: Kind
    actions: tuple[Action, ...]
    is_offer: bool = False

    @property
    def is_failure(self) -> bool:
        """True if the message stays until it is closed, and counts as unread at first."""
        return self.kind in ("warning", "error")

    @property
    def is_passing(self) -> bool:
        """True if the message disappears by itself."""
        return not self.is_failure and not self.is_question

    @property
    def is_question(self) -> bool:
        """True if the message waits for an answer."""
        return bool(self.actions) and not self.is_offer


class MessageBar(QFrame):
    """One sentence with an icon, buttons and a close button, over other widgets, so that the layout does not move.

    A failure that is replaced before it could be read stays reachable by the button “1 more”; a message that passes by
    itself waits until the failure under it could be read.

    Parameters
    ----------
    over : the widget over whose lower edge the bar floats, the parent or one inside it; others may lie over it.
    """

    closed = Signal()

    def __init__(self, parent: QWidget, over: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parent = parent
        self._ground = parent if over is None else over
        self._shown: Message | None = None
        self._shown_at_s = 0.0
        self._next: Message | None = None  # waits until the shown failure could be read
        self._unread: list[Message] = []  # failures that were replaced before they could be read
        self._undecided: Message | None = None  # a question covered by another message
        self._is_outdated = False  # True if the shown failure goes as soon as it could be read
        self._buttons: list[QPushButton] = []
        self._icon = QLabel(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._choices = QWidget(self)  # the buttons, and “1 more”
        self._more = QToolButton(self._choices)
        self._more.setToolTip("Show the message before")
        self._more.setAccessibleName("Messages before")
        self._close = IconButton("close", "Close this message", self)
        self._timer = QTimer(self, singleShot=True)
        self._reading = QTimer(self, singleShot=True)
        self._build()
        self._timer.timeout.connect(self._on_time_over)
        self._reading.timeout.connect(self._on_read)
        self._more.clicked.connect(self._on_more)
        self._close.clicked.connect(self.clear)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._ground.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence; "" if none is shown."""
        return self._text.text()

    @property
    def has_question(self) -> bool:
        """True if buttons are shown or will return when the sentence that covers them is gone."""
        return bool(self._shown and self._shown.actions) or self._undecided is not None

    def show_message(
        self,
        text: str,
        *,
        kind: Kind = "info",
        actions: Sequence[tuple[str, Callable[[], None]]] = (),
        replaces: str = "",
        is_offer: bool = False,
    ) -> None:
        """Show a sentence in place of the last one; an unanswered question and unread failures return afterwards.

        Parameters
        ----------
        text : one sentence; it and the labels may hold names from files, see `words.plain`.
        kind : "info" and "good" disappear by themselves without actions; others stay until closed or replaced.
        actions : (label, function) each; a click closes the bar and calls the function.
        replaces : the text of a message that this one continues, and that is not kept.
        is_offer : True if the actions can be done elsewhere too, so that the message disappears by itself with them.
        """
        new = Message(plain(text, SENTENCE_LIMIT), kind, tuple(actions), is_offer)
        continued = (new.text, plain(replaces, SENTENCE_LIMIT))
        self._unread = [one for one in self._unread if one.text not in continued]
        if self._undecided is not None and self._undecided.text in continued:
            self._undecided = None
        if new.is_passing and self._is_unread():
            self._next = new
            self._read_on()
            return
        old = self._shown
        if old is not None and old.text not in continued:
            self._put_away(old, new)
        self._show(new)

    def retire(self, text: str) -> None:
        """Remove a failure that is no longer true, as soon as it could be read."""
        if self._shown is None or self._shown.text != plain(text, SENTENCE_LIMIT):
            return
        if self._is_unread():
            self._is_outdated = True
            self._read_on()
        else:
            self.clear()

    @Slot()
    def clear(self) -> None:
        """Remove the sentence, and show what has waited for its end."""
        if self._shown is None:
            return
        self._timer.stop()
        self._reading.stop()
        self._shown = None
        self._text.clear()
        self.hide()
        self.closed.emit()
        waiting, self._next = self._next, None
        if waiting is None and self._unread:
            waiting = self._unread.pop()
        if waiting is None:
            waiting, self._undecided = self._undecided, None
        if waiting is not None and self._shown is None:
            self._show(waiting)

    @Slot()
    def _on_time_over(self) -> None:
        """Remove a passing message, unless a hand is on it."""
        focus = QApplication.focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            self._timer.start()
        else:
            self.clear()

    @Slot()
    def _on_more(self) -> None:
        """Show the unread failure before, and put the shown one at the end of the row."""
        old, new = self._shown, self._unread.pop()
        if old is not None and old.is_failure:
            self._unread.insert(0, old)
        elif old is not None and old.is_question:
            self._undecided = old
        self._show(new)

    @Slot()
    def _on_read(self) -> None:
        """Go on to the message that has waited for the failure to be read."""
        waiting, self._next = self._next, None
        if waiting is not None:
            self.show_message(waiting.text, kind=waiting.kind, actions=waiting.actions, is_offer=waiting.is_offer)
        elif self._is_outdated:
            self.clear()

    def _is_unread(self) -> bool:
        return self._shown is not None and self._shown.is_failure and monotonic() - self._shown_at_s < READ_S

    def _read_on(self) -> None:
        left_s = READ_S - (monotonic() - self._shown_at_s)
        self._reading.start(max(0, round(left_s * 1000)))

    def _put_away(self, old: Message, new: Message) -> None:
        """Keep what a new message covers: a question until it is answered, a failure until it was read."""
        if old.is_failure and self._is_unread() and not self._is_outdated:
            self._unread = [*self._unread, old][-MOST_UNREAD:]
        elif old.is_question and not new.is_question:
            self._undecided = old
        elif new.is_question:
            self._undecided = None

    def _show(self, message: Message) -> None:
        # Progress messages are frequent, and their button must not be replaced during a click.
        labels = [as_label(label, BUTTON_LIMIT) for label, _ in message.actions]
        if [button.text() for button in self._buttons] != labels:
            self._replace_buttons(message.actions)
        self._shown, self._shown_at_s, self._is_outdated = message, monotonic(), False
        self._text.setText(message.text)
        self.setAccessibleName(message.text)
        self._more.setText(f"{len(self._unread)} more")
        self._more.setVisible(bool(self._unread))
        self._on_theme_changed()
        self.show()
        self.raise_()
        self.place()
        self._reading.stop()
        if message.is_passing:
            self._timer.start(OFFER_MS if message.is_offer else INFO_MS)
        else:
            self._timer.stop()

    def place(self) -> None:
        """Centre the bar over the lower edge of what it floats over, in front of everything."""
        ground = self._ground
        room, others = ground.width() - theme.px(24), self._choices_width()
        text = self.fontMetrics().horizontalAdvance(self.text) + theme.px(_AROUND)
        is_below = others > 0 and room - others < min(text, theme.px(LEAST_TEXT + _AROUND))
        self._arrange(is_below=is_below, is_column=others > room - theme.px(_AROUND))
        wanted = max(text, others + theme.px(_AROUND)) if is_below else text + others
        self.setFixedWidth(max(1, min(wanted, theme.px(WIDTH), room)))
        self.setFixedHeight(max(self.heightForWidth(self.width()), self.minimumSizeHint().height()))
        left = (ground.width() - self.width()) // 2
        top = max(0, ground.height() - self.height() - theme.px(RISE))
        self.move(ground.mapTo(self._parent, QPoint(left, top)))
        self.raise_()

    @Slot()
    def _on_theme_changed(self) -> None:
        """Redraw icon and edge in the current colours."""
        kind: Kind = "info" if self._shown is None else self._shown.kind
        color = {"good": theme.colors().good, "warning": theme.colors().warning, "error": theme.colors().error}.get(
            kind, theme.colors().accent
        )
        self._icon.setPixmap(theme.pixmap(kind, theme.px(18), color, self.devicePixelRatioF()))
        self.setProperty("kind", kind)
        theme.set_role(self, "message")
        if self.text:
            self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the bar in its place when what is below it moves or is resized."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.text:
            self.place()
        return super().eventFilter(watched, event)

    def _replace_buttons(self, actions: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Create a button for each action."""
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = []
        layout = self._choices.layout()
        assert isinstance(layout, QHBoxLayout)
        for i, (label, _) in enumerate(actions):
            button = QPushButton(as_label(label, BUTTON_LIMIT), self._choices)
            button.setToolTip(plain(label))
            button.setAccessibleName(plain(label))
            button.clicked.connect(self._runner(i))
            layout.insertWidget(i, button)
            button.show()
            self._buttons.append(button)
        # Tab order as on screen: the actions come before the close button.
        for before, after in pairwise([*self._buttons, self._more, self._close]):
            self.setTabOrder(before, after)

    def _runner(self, index: int) -> Callable[[], None]:
        """Return the click handler: close first, then act, because the action may show a message of its own."""

        def run() -> None:
            assert self._shown is not None
            _, callback = self._shown.actions[index]
            self.clear()
            callback()

        return run

    def _choices_width(self) -> int:
        buttons = [*self._buttons, *([self._more] if self._unread else [])]
        return sum(button.sizeHint().width() + theme.px(8) for button in buttons)

    def _arrange(self, *, is_below: bool, is_column: bool) -> None:
        """Put the buttons beside the sentence, or below it; in a column where a row has no room."""
        layout, choices = self.layout(), self._choices.layout()
        assert isinstance(layout, QGridLayout)
        assert isinstance(choices, QHBoxLayout)
        directions = QHBoxLayout.Direction
        choices.setDirection(directions.TopToBottom if is_column else directions.LeftToRight)
        layout.removeWidget(self._choices)
        if is_below:
            layout.addWidget(self._choices, 1, 1, 1, 3, Qt.AlignmentFlag.AlignLeft)
        else:
            layout.addWidget(self._choices, 0, 2)
        self._choices.setVisible(bool(self._buttons or self._unread))
        layout.activate()

    def _build(self) -> None:
        choices = QHBoxLayout(self._choices)
        choices.setContentsMargins(0, 0, 0, 0)
        choices.setSpacing(theme.px(8))
        choices.addWidget(self._more)
        layout = QGridLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(5), theme.px(6), theme.px(5))
        layout.setSpacing(theme.px(8))
        layout.setColumnStretch(1, 1)
        layout.addWidget(self._icon, 0, 0)
        layout.addWidget(self._text, 0, 1)
        layout.addWidget(self._close, 0, 3)
