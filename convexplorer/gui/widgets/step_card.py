"""One step of the ribbon: a card of two lines that can be selected and switched off, and that shows its error."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolButton, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.words import SENTENCE_LIMIT, plain

HEIGHT = 40
_MARGIN = 10
_EYE = 20
BAR_HEIGHT = 3
_PORT = 8
_LINES, _LINES_OVER_BAR = (0.42, 0.80), (0.38, 0.74)  # where the lines of text stand, of the height
_MAX_TITLE_WIDTH = 220  # a longer name is elided in the middle: names differ at their ends
_MAX_DETAIL_WIDTH = 330  # a longer error is elided; the tooltip has the full text


class StepCard(QAbstractButton):
    """Two lines of text on a rounded card.

    The card grows with its text up to a limit, and shrinks only by `forget_width`, so that the following cards stay in
    place while sizes change.

    Attributes
    ----------
    ask_tip : returns the newest tip when it is about to be shown; None to keep the one that was set.

    Signals
    -------
    switched : the step is to take part, or not to.
    opened : the step is to be opened, or closed.
    reached : clicked with Shift: all steps up to this one are meant.
    stretched : Shift and an arrow key: one step more is meant, to the left (−1) or to the right (1).
    pulled : a connection is drawn from the port; where the mouse is on the screen.
    let_go : the same where it ends; None if it was given up.
    """

    switched = Signal(bool)
    opened = Signal()
    reached = Signal()
    stretched = Signal(int)
    pulled = Signal(QPoint)
    let_go = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, is_ghost: bool = False) -> None:
        super().__init__(parent)
        self._title = ""
        self._detail = ""
        self._error = ""
        self._is_ghost = is_ghost
        self._is_on = True
        self._widest = 0.0
        self._bar: float | None = None
        self._is_marked = False
        self._has_port, self._is_pulling = False, False
        self._aim: bool | None = None
        self._eye: QToolButton | None = None
        self._opener: QToolButton | None = None
        self._is_open, self._name = False, ""
        self.ask_tip: Callable[[], str] | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.notifier().changed.connect(self._on_theme_changed)

    def set_text(self, title: str, detail: str, *, error: str = "", tip: str = "") -> None:
        """Show the step's title and detail; an error replaces the detail. Both may hold names, see `words.plain`."""
        title, error = plain(title, SENTENCE_LIMIT), plain(error, SENTENCE_LIMIT)
        if (title, detail, error) != (self._title, self._detail, self._error):
            self._title, self._detail, self._error = title, detail, error
            self.setAccessibleName(f"{title}, {error or detail}")
            self._grow()
        self._set_tip(tip)

    def forget_width(self) -> None:
        """Shrink to the present text: the texts before belonged to something else."""
        self._widest = 0.0
        self._grow()
        self.updateGeometry()

    def error(self) -> str:
        """Return the error's sentence, or ""."""
        return self._error

    def title(self) -> str:
        """Return the first line, not elided."""
        return self._title

    def detail(self) -> str:
        """Return the second line, not elided."""
        return self._error or self._detail

    def set_ghost(self, is_ghost: bool) -> None:
        """Draw the card as an outline only, for a step without effect."""
        if is_ghost != self._is_ghost:
            self._is_ghost = is_ghost
            self.update()

    def set_bar(self, length: float | None) -> None:
        """Show a bar below the text, of this share of the card's width, 0…1; None for no bar."""
        # In hundredths: a time that trembles paints nothing anew.
        length = None if length is None else round(length, 2)
        if length != self._bar:
            self._bar = length
            self.update()

    def set_marked(self, is_marked: bool) -> None:
        """Show whether the step is one of several that are marked."""
        if is_marked != self._is_marked:
            self._is_marked = is_marked
            self.update()

    def is_marked(self) -> bool:
        """Return True if the step is one of several that are marked."""
        return self._is_marked

    def bar(self) -> float | None:
        """Return the length of the bar, 0…1; None without one."""
        return self._bar

    def add_eye(self) -> None:
        """Add a switch that disables the step."""
        self._eye = QToolButton(self)
        self._eye.setAutoRaise(True)
        theme.set_role(self._eye, "corner")
        self._eye.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._eye.clicked.connect(self._on_eye_clicked)
        self._refresh_eye()
        self._grow()
        self.updateGeometry()

    def add_port(self) -> None:
        """Add a point at the right edge from which a connection can be drawn."""
        self._has_port = True
        self.setMouseTracking(True)

    def port_rect(self) -> QRectF:
        """Return where the port is."""
        side = theme.px(_PORT)
        return QRectF(self.width() - side - 1, self.height() * 0.7 - side / 2, side, side)

    def set_aimed_at(self, is_possible: bool | None) -> None:
        """Show that a connection would end here, or cannot; None for no connection."""
        if is_possible is not self._aim:
            self._aim = is_possible
            self.update()

    def add_opener(self) -> None:
        """Add a button, in the corner where other steps have their switch, that asks to open or close the step."""
        self._opener = QToolButton(self)
        self._opener.setAutoRaise(True)
        theme.set_role(self._opener, "corner")
        self._opener.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._opener.clicked.connect(self.opened)
        self._refresh_opener()
        self._grow()
        self.updateGeometry()

    def set_open(self, is_open: bool, name: str) -> None:
        """Show whether the step is open; `name` says of what, where an open one has no text."""
        if self._opener is not None and (is_open, name) != (self._is_open, self._name):
            self._is_open, self._name = is_open, name
            self._refresh_opener()
            self.forget_width()

    def set_on(self, is_on: bool) -> None:
        """Show whether the step is enabled."""
        if is_on != self._is_on:
            self._is_on = is_on
            self._refresh_eye()
            self.update()

    def is_on(self) -> bool:
        """Return True if the step is enabled."""
        return self._is_on

    @property
    def eye(self) -> QToolButton | None:
        """The switch, if the card has one."""
        return self._eye

    @property
    def opener(self) -> QToolButton | None:
        """The button that opens and closes, if the card has one."""
        return self._opener

    @property
    def _corner(self) -> QToolButton | None:
        return self._eye or self._opener

    @Slot()
    def _on_eye_clicked(self) -> None:
        self.switched.emit(not self._is_on)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._refresh_eye()
        self._refresh_opener()
        self.forget_width()

    def event(self, event: QEvent) -> bool:
        """Ask for the newest tip before it is shown."""
        if event.type() == QEvent.Type.ToolTip and self.ask_tip is not None:
            self._set_tip(self.ask_tip())
        return super().event(event)

    def sizeHint(self) -> QSize:
        """Return the size of the widest text so far."""
        if self._is_open and not self._widest:
            return QSize(theme.px(_EYE + 8), theme.px(HEIGHT))
        corner = _EYE + 4 if self._corner is not None else 0
        return QSize(round(self._widest) + theme.px(2 * _MARGIN + corner), theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the size hint, because cards are not squeezed: the ribbon scrolls."""
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a connection at the port, else press."""
        if self._has_port and event.button() == Qt.MouseButton.LeftButton and self._is_at_port(event.position()):
            self._is_pulling = True
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw a connection further."""
        if self._is_pulling:
            self.pulled.emit(event.globalPosition().toPoint())
            return
        if self._has_port:
            is_at_port = self._is_at_port(event.position())
            self.setCursor(Qt.CursorShape.CrossCursor if is_at_port else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def _is_at_port(self, position: QPointF) -> bool:
        return not self._is_open and self.port_rect().adjusted(-3, -3, 3, 3).contains(position)

    def _end_pulling(self, at: QPoint | None) -> None:
        self._is_pulling = False
        self.update()
        self.let_go.emit(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a connection; with Shift, mean all steps up to this one instead of choosing it."""
        if self._is_pulling:
            self._end_pulling(event.globalPosition().toPoint())
        elif self.isDown() and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.setDown(False)
            self.reached.emit()
            event.accept()
        else:
            super().mouseReleaseEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Give a connection up: a card that was scrolled far away gets no mouse."""
        super().hideEvent(event)
        if self._is_pulling:
            self._end_pulling(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """With Shift and an arrow key, mean one step more or less; Esc gives a connection up."""
        if self._is_pulling and event.key() == Qt.Key.Key_Escape:
            self._end_pulling(None)
            return
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.stretched.emit(step)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the step, if it can be opened."""
        if self._opener is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit()
            event.accept()
        else:
            super().mouseDoubleClickEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card and its two lines."""
        colors = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        left = theme.px(_MARGIN)
        room = self.width() - 2 * left - (theme.px(_EYE) if self._corner is not None else 0)
        ink = colors.text if self._is_on and not self._is_ghost else colors.muted
        first, second = _LINES if self._bar is None else _LINES_OVER_BAR
        self._paint_line(painter, self._title, 13, ink, first, room, Qt.TextElideMode.ElideMiddle)
        detail, ink = (self._error, colors.error) if self._error else (self._detail, colors.muted)
        self._paint_line(painter, detail, 12, ink, second, self.width() - 2 * left)
        if self._has_port and not self._is_open and (self._is_pulling or self.underMouse()):
            painter.setPen(QPen(colors.accent, theme.px(1.5)))
            painter.setBrush(colors.panel)
            painter.drawEllipse(self.port_rect())
        if self._bar is not None:
            self._paint_bar(painter, left, self._bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the eye in its corner."""
        super().resizeEvent(event)
        if self._corner is not None:
            side = theme.px(_EYE)
            self._corner.setGeometry(self.width() - side - theme.px(4), theme.px(3), side, side)

    def _paint_frame(self, painter: QPainter) -> None:
        colors = theme.colors()
        width = theme.px(2) if self.isChecked() else 1
        edge: QColor = colors.error if self._error else colors.accent if self.isChecked() else colors.outline
        if self._aim is not None:
            edge, width = colors.accent if self._aim else colors.error, theme.px(2)
        pen = QPen(edge, width)
        if self._is_ghost:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        if self.isDown():
            fill = colors.pressed
        elif self.underMouse():
            fill = colors.hovered
        elif self._is_marked:
            fill = colors.selected
        else:
            fill = colors.window if self._is_ghost or not self._is_on else colors.panel
        painter.setBrush(fill)
        inset = width / 2
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, theme.px(5), theme.px(5))
        if self.hasFocus():
            painter.setPen(QPen(colors.muted, 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), theme.px(3), theme.px(3))

    def _paint_bar(self, painter: QPainter, left: int, length: float) -> None:
        colors, height = theme.colors(), theme.px(BAR_HEIGHT)
        room = QRectF(left, self.height() - height - theme.px(2), self.width() - 2 * left, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.border)
        painter.drawRoundedRect(room, height / 2, height / 2)
        if length > 0:
            room.setWidth(max(room.width() * length, height))  # little is not nothing
            painter.setBrush(colors.accent)
            painter.drawRoundedRect(room, height / 2, height / 2)

    def _paint_line(
        self,
        painter: QPainter,
        text: str,
        size: float,
        ink: QColor,
        at: float,
        room: float,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        font = theme.digits_font(size)
        painter.setFont(font)
        painter.setPen(ink)
        shown = QFontMetricsF(font).elidedText(text, mode, room + 1)
        painter.drawText(QPointF(theme.px(_MARGIN), self.height() * at), shown)

    def _refresh_eye(self) -> None:
        if self._eye is not None:
            theme.set_icon(self._eye, "eye" if self._is_on else "eye-off")
            self._eye.setIconSize(QSize(theme.px(14), theme.px(14)))
            text = "Leave this step out" if self._is_on else "Let this step take part again"
            self._eye.setToolTip(text)
            self._eye.setAccessibleName(text)

    def _refresh_opener(self) -> None:
        if self._opener is not None:
            theme.set_icon(self._opener, "chevron-down" if self._is_open else "chevron-right")
            self._opener.setIconSize(QSize(theme.px(16), theme.px(16)))
            text = "Fold these layers into one card" if self._is_open else "Show the layers"
            self._opener.setToolTip(text)
            self._opener.setAccessibleName(f"{text}: {self._name}")

    def _set_tip(self, tip: str) -> None:
        name = self._title if _title_width(self._title) > theme.px(_MAX_TITLE_WIDTH) else ""
        set_tip(self, "\n".join(filter(None, (name, self._error or tip))))

    def _grow(self) -> None:
        title = min(_title_width(self._title), theme.px(_MAX_TITLE_WIDTH))
        second = QFontMetricsF(theme.digits_font(12)).horizontalAdvance(self.detail())
        detail = min(second, theme.px(_MAX_DETAIL_WIDTH))
        widest = max(self._widest, title, detail - (theme.px(_EYE) if self._corner is not None else 0))
        if widest != self._widest:
            self._widest = widest
            self.updateGeometry()
        self.update()


def _title_width(title: str) -> float:
    return QFontMetricsF(theme.digits_font(13)).horizontalAdvance(title)
