"""Skip connections as arcs above the cards; one can be chosen, by mouse or keys, and taken away."""

from collections.abc import Callable, Sequence
from math import log2

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from convexplorer.gui.canvas.connection_menu import connection_menu, connection_tip
from convexplorer.gui.look import theme
from convexplorer.model.connections import Arc

HEIGHT = 14  # design pixels
_INSET, _HEAD, _REACH = 14, 4, 6

Span = tuple[int, int]


class ArcBand(QWidget):
    """The room above the cards.

    Parameters
    ----------
    content : the widget that holds the cards.
    span_of : returns the left and right end of a card, −1 being that of the picture.

    Signals
    -------
    removed : an `Arc` that is to be taken away.
    """

    removed = Signal(object)

    def __init__(self, content: QWidget, span_of: Callable[[int], Span]) -> None:
        super().__init__(content)
        self._span_of = span_of
        self._arcs: tuple[Arc, ...] = ()
        self._chosen: Arc | None = None
        self._pointed: Arc | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Skip connections")
        self.hide()
        content.installEventFilter(self)
        theme.notifier().changed.connect(self._place)

    @property
    def arcs(self) -> tuple[Arc, ...]:
        """The connections that are shown."""
        return self._arcs

    @property
    def chosen(self) -> Arc | None:
        """The connection that was chosen."""
        return self._chosen

    def show_arcs(self, arcs: Sequence[Arc]) -> None:
        """Show these connections; the chosen one stays chosen if it is still there."""
        if tuple(arcs) == self._arcs:
            return
        self._arcs, known = tuple(arcs), self._chosen
        self._pointed = None
        self._chosen = next(
            (arc for arc in arcs if known and (arc.source, arc.target) == (known.source, known.target)), None
        )
        self.setVisible(bool(self._arcs))
        self._place()
        self._describe()

    def arc_at(self, place: QPointF) -> Arc | None:
        """Return the connection at a place; of several, the shortest."""
        stroker = QPainterPathStroker()
        stroker.setWidth(theme.px(_REACH))
        near = [arc for arc in self._arcs if self._left(arc) - 4 <= place.x() <= self._right(arc) + 4]
        met = [arc for arc in near if stroker.createStroke(self.path_of(arc)).contains(place)]
        return min(met, key=lambda arc: arc.end - arc.start, default=None)

    def path_of(self, arc: Arc) -> QPainterPath:
        """Return the line of a connection, in pixels of this widget: the further it goes, the higher."""
        base, start, end = self.height() - 1.0, self._left(arc), self._right(arc)
        rise = min(theme.px(HEIGHT) - 3, theme.scale() * (5 + 2 * log2(max(arc.end - arc.start, 1))))
        path = QPainterPath(QPointF(start, base))
        bend = min(abs(end - start) / 2, theme.px(24))
        path.cubicTo(start + bend / 2, base - rise * 4 / 3, start + bend / 2, base - rise, start + bend, base - rise)
        path.lineTo(end - bend, base - rise)
        path.cubicTo(end - bend / 2, base - rise, end - bend / 2, base - rise * 4 / 3, end, base)
        return path

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the cards."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Tell which layers a connection joins."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            arc = self.arc_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if arc is None else connection_tip(arc), self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the connection under the mouse stand out."""
        self._point_at(self.arc_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Let none stand out."""
        super().leaveEvent(event)
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the connection under the mouse, or none."""
        self._choose(self.arc_at(event.position()))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to take the connection under the mouse away."""
        arc = self.arc_at(QPointF(event.pos())) if event.reason() == QContextMenuEvent.Reason.Mouse else self._chosen
        if arc is not None:
            self._choose(arc)
            menu = self.menu_of(arc)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

    def menu_of(self, arc: Arc) -> QMenu:
        """Return the menu of a connection."""
        return connection_menu(self, lambda: self.removed.emit(arc))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from connection to connection with arrow keys; Delete takes the chosen one away."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and self._arcs:
            at = -1 if self._chosen is None else self._arcs.index(self._chosen)
            self._choose(self._arcs[min(max(at + steps[Qt.Key(event.key())], 0), len(self._arcs) - 1)])
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._chosen is not None:
            self.removed.emit(self._chosen)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose a connection, so that keys have one to begin with."""
        super().focusInEvent(event)
        if self._chosen is None and self._arcs and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._choose(self._arcs[0])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the connections in sight."""
        colors, seen = theme.colors(), QRectF(event.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for arc in sorted(self._arcs, key=lambda one: (one == self._pointed) + 2 * (one == self._chosen)):
            if self._right(arc) < seen.left() or self._left(arc) > seen.right():
                continue
            is_chosen = arc == self._chosen
            color = colors.accent if is_chosen else colors.text if arc == self._pointed else colors.disabled
            painter.setPen(QPen(color, theme.scale() * (2 if is_chosen else 1.4)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(self.path_of(arc))
            tip, side = QPointF(self._right(arc), self.height()), theme.px(_HEAD)
            head = QPainterPath(tip)
            head.lineTo(tip + QPointF(-side * 0.75, -side))
            head.lineTo(tip + QPointF(side * 0.75, -side))
            painter.fillPath(head, color)

    def _left(self, arc: Arc) -> float:
        return self._span_of(arc.start)[1] - theme.px(_INSET)

    def _right(self, arc: Arc) -> float:
        return self._span_of(arc.end)[0] + theme.px(_INSET)

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None and self._arcs:
            self.setGeometry(0, 0, parent.width(), theme.px(HEIGHT))
            self.raise_()
            self.update()

    def _point_at(self, arc: Arc | None) -> None:
        if arc != self._pointed:
            self._pointed = arc
            self.setCursor(Qt.CursorShape.ArrowCursor if arc is None else Qt.CursorShape.PointingHandCursor)
            self.update()

    def _choose(self, arc: Arc | None) -> None:
        if arc != self._chosen:
            self._chosen = arc
            self._describe()
            self.update()
            if arc is not None and self.hasFocus():
                QToolTip.showText(self.mapToGlobal(QPoint(round(self._right(arc)), self.height())), arc.words, self)

    def _describe(self) -> None:
        self.setAccessibleDescription("" if self._chosen is None else self._chosen.words)
