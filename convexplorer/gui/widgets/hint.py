"""A short-lived sentence beside a control, such as the reason why an entry was refused."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget
from shiboken6 import isValid

from convexplorer.gui.look import theme
from convexplorer.words import SENTENCE_LIMIT, plain

SHOWN_MS = 4000
WIDTH = 300  # design pixels; a longer sentence wraps


class Hint(QLabel):
    """The hint bubble of a window; takes neither focus nor clicks, and does not move other widgets."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setWordWrap(True)
        theme.set_role(self, "hint")
        self._anchor: QWidget | None = None
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        theme.notifier().changed.connect(self.hide)  # the control has moved

    def show_at(self, anchor: QWidget, sentence: str) -> None:
        """Show a sentence just below a widget, or above it if there is no room."""
        # The control may have been deleted meanwhile, when its form was rebuilt.
        if self._anchor is not None and isValid(self._anchor):
            self._anchor.removeEventFilter(self)
        self._anchor = anchor
        anchor.installEventFilter(self)
        self.setText(plain(sentence, SENTENCE_LIMIT))
        self._place(anchor)
        self.show()
        self.raise_()
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hide the hint when the control loses the focus or is hidden."""
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.hide()
        return super().eventFilter(watched, event)

    def _place(self, anchor: QWidget) -> None:
        """Fit the bubble to its sentence and into the window."""
        window = self._window
        self.setMargin(theme.px(6))
        self.setFixedWidth(min(theme.px(WIDTH), window.width() - theme.px(8), self._one_line_width()))
        self.setFixedHeight(self.heightForWidth(self.width()))
        gap = theme.px(4)
        below = anchor.mapTo(window, QPoint(0, anchor.height() + gap))
        above = anchor.mapTo(window, QPoint(0, -gap - self.height()))
        top = below.y() if below.y() + self.height() <= window.height() else max(0, above.y())
        self.move(min(max(gap, below.x()), max(0, window.width() - self.width() - gap)), top)

    def _one_line_width(self) -> int:
        """Return the width of the sentence on one line, including margins."""
        return self.fontMetrics().horizontalAdvance(self.text()) + 2 * self.margin() + 2


def show_hint(anchor: QWidget, sentence: str) -> Hint:
    """Show a sentence beside a control for a few seconds; a window shows one hint at a time."""
    window = anchor.window()
    hint = window.findChild(Hint, options=Qt.FindChildOption.FindDirectChildrenOnly) or Hint(window)
    hint.show_at(anchor, sentence)
    return hint
