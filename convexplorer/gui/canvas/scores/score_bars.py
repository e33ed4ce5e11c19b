"""The pane of named bars: hundreds scroll, the highest stand above all, one stays selected while the numbers change."""

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QToolTip, QWidget

from convexplorer.core.display.coloring import nice_ceiling
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.canvas.scores.score_layout import ScoreLayout, arranged
from convexplorer.gui.canvas.scores.score_painter import Axis, RowLook, ScorePainter
from convexplorer.gui.look import theme
from convexplorer.results.scores import Scores

HEAD_PX, GAP_PX, BAR_PX = 26, 9, 12
ROWS_PX = (22, 34)  # the least and the largest height of a row
_SHRINKS_BELOW = 0.4  # of the scale: as long as values reach more, it stays
_NOTHING = Scores(np.zeros(0, np.float32), (), are_shares=False)


class ScoreBars(PicturePane):
    """The values of a layer without places as bars; the mouse and the keys mean a value as they mean a map elsewhere.

    The scale widens at once and narrows only when much of it is empty, so that bars can be followed while frames flow.

    Signals
    -------
    selected : number of the map that a click or a key has chosen.
    entered : number of the map under the mouse, −1 beside the bars.
    """

    selected = Signal(int)
    entered = Signal(int)

    def __init__(self, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(viewport, parent)
        self._scores = _NOTHING
        self._subject: Hashable = None
        self._axis = Axis()
        self._is_sorted = False
        self._chosen: int | None = None
        self._hovered: int | None = None
        self._painter = ScorePainter()
        self._buttons: list[QWidget] = []
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.setCursor(Qt.CursorShape.ArrowCursor)
        self._bar.hide()
        self._bar.valueChanged.connect(self.update)
        theme.notifier().changed.connect(self._on_theme_changed)
        self.setMinimumSize(200, 140)
        self._layout = self._arranged()
        self._describe()

    @property
    def scores(self) -> Scores:
        """What is shown."""
        return self._scores

    @property
    def axis(self) -> Axis:
        """The scale of the bars."""
        return self._axis

    @property
    def layout_now(self) -> ScoreLayout:
        """Where the rows lie."""
        return self._layout

    @property
    def scrolled(self) -> int:
        """How far the list is scrolled."""
        return self._bar.value()

    @property
    def is_sorted(self) -> bool:
        """True if values stand from the highest to the lowest."""
        return self._is_sorted

    @property
    def chosen(self) -> int | None:
        """The number of the selected value."""
        return self._chosen

    def set_scores(self, scores: Scores, subject: Hashable) -> None:
        """Show values; rows move only if they are sorted, or if their number has changed.

        Parameters
        ----------
        subject : what the values are of; those of another one begin with a scale and a place of their own.
        """
        if scores is self._scores:
            return
        before, self._scores = self._scores, scores
        is_new = subject != self._subject or scores.count != before.count
        self._subject = subject
        self._axis = self._fitting_axis(None if is_new else self._axis)
        self._painter.measure(scores.names)
        self._rearrange()
        if is_new:
            self._bar.setValue(0)
            self._reveal()
        self._describe()
        self.update()

    def set_sorted(self, is_sorted: bool) -> None:
        """Let values stand from the highest to the lowest, or in their order below the highest."""
        if is_sorted != self._is_sorted:
            self._is_sorted = is_sorted
            self._rearrange()
            self._bar.setValue(0)
            self._reveal()
            self.update()

    def set_chosen(self, index: int | None) -> None:
        """Mark a value as the selected one, and scroll to it if it has changed."""
        if index != self._chosen:
            self._chosen = index
            self._reveal()
            self._describe()
            self.update()

    def set_pinned(self, is_pinned: bool) -> None:
        """Set whether the selected value is pinned."""
        super().set_pinned(is_pinned)
        self._describe()
        self.update()

    def add_button(self, button: QWidget) -> None:
        """Put a small button of a command above the numbers."""
        button.setParent(self)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        self._buttons.append(button)
        self._place_buttons()

    def row_rect(self, index: int) -> QRectF | None:
        """Return where a value is in sight: its row in the list, else that among the highest; None if it is in none."""
        for rows in (self._layout.rows(self.scrolled), self._layout.highest_rows()):
            found = next((rect for number, rect in rows if number == index), None)
            if found is not None and found.top() >= 0 and found.bottom() <= self.height():
                return found
        return None

    def index_at(self, position: QPointF) -> int | None:
        """Return the value at a position of the widget."""
        return self._layout.index_at(position, self.scrolled)

    def projection_at(self, position: QPointF) -> Projection | None:  # noqa: ARG002
        """Return None: no place of a picture lies here."""
        return None

    def main_projection(self) -> Projection:
        """Return how a picture would lie here; none does."""
        return self.projected(self._pane_of_widget())

    @Slot()
    def _on_theme_changed(self) -> None:
        self._painter.refresh()
        self._painter.measure(self._scores.names)
        self._rearrange()
        self.update()

    def event(self, event: QEvent) -> bool:
        """Show the full text of a cut name as a tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def tip_at(self, position: QPointF) -> str:
        """Return name and number of the value at a position if its name is cut, else ""."""
        index = self.index_at(position)
        row = None if index is None else self.row_rect(index)
        if index is None or row is None or not self._painter.is_cut(self._scores, index, row):
            return ""
        return f"{self._scores.names[index]}\n{self._scores.text(index)}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the rows out anew."""
        self._rearrange()
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the value under the mouse and pin it: a bar has nothing that could be panned or framed."""
        index = self.index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._hover(index)
            self._choose(index, is_pinned=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Do nothing: the press has chosen."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at the value under the mouse."""
        self._hover(self.index_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Do nothing: the first press has chosen."""

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        super().leaveEvent(event)
        if self.isVisible():
            self._hover(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        self._bar.setValue(round(self._bar.value() - delta / 120 * 3 * self._layout.row))
        self._hover(self.index_at(event.position()))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu where the mouse is, or at the selected value."""
        event.accept()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.menu_asked.emit(event.globalPos())
            return
        row = None if self._chosen is None else self.row_rect(self._chosen)
        at = self.rect().center() if row is None else row.center().toPoint()
        self.menu_asked.emit(self.mapToGlobal(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select another value by arrow keys, pages and ends of the list; Enter pins it."""
        key, target = Qt.Key(event.key()), self._walk_target(Qt.Key(event.key()))
        if target is not None:
            self._shows_focus = True
            self._choose(target, is_pinned=self._has_pin)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen is not None:
            self._choose(self._chosen, is_pinned=True)
        else:
            event.ignore()  # no picture lies here that keys could zoom or walk through

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight."""
        painter, layout = QPainter(self), self._layout
        painter.fillRect(event.rect(), theme.colors().panel)
        if self._scores.count:
            self._painter.paint_scale(painter, QRectF(0, 0, layout.width, layout.head), self._scores, self._axis)
            for index, rect in layout.highest_rows():
                self._painter.paint_row(painter, rect, self._scores, index, self._axis, self._look_of(index))
            if layout.highest:
                middle = layout.list_top - layout.gap / 2
                painter.fillRect(QRectF(0, round(middle), layout.width, 1), theme.colors().border)
            painter.setClipRect(QRectF(0, layout.list_top, self.width(), layout.list_height))
            for index, rect in layout.rows(self.scrolled):
                self._painter.paint_row(painter, rect, self._scores, index, self._axis, self._look_of(index))
            painter.setClipping(False)
        self._paint_focus(painter)
        painter.end()

    def _look_of(self, index: int) -> RowLook:
        is_chosen = index == self._chosen
        return RowLook(index == self._hovered, is_chosen, is_chosen and self._has_pin)

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self.entered.emit(-1 if index is None else self._scores.map_of(index))
            self.pointed.emit(None if index is None else self._scores.place_of(index))
            self.update()

    def _choose(self, index: int, *, is_pinned: bool) -> None:
        self.selected.emit(self._scores.map_of(index))
        self.set_chosen(index)
        if is_pinned:
            self.clicked.emit(*self._scores.place_of(index))

    def _walk_target(self, key: Qt.Key) -> int | None:
        """Return the value that a key selects; None if it selects none."""
        order, count = self._layout.order, self._scores.count
        page = max(int(self._layout.list_height // self._layout.row) - 1, 1)
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: count - 1}
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
        }
        if not count or (key not in ends and key not in steps):
            return None
        if key in ends:
            return int(order[ends[key]])
        if self._chosen is None:
            return int(order[0])
        at = int(np.flatnonzero(order == self._chosen)[0]) + steps[key]
        return int(order[min(max(at, 0), count - 1)])

    def _fitting_axis(self, before: Axis | None) -> Axis:
        scores = self._scores
        if scores.are_shares:
            return Axis()
        largest, is_signed = nice_ceiling(scores.largest) or 1.0, scores.is_signed
        if before is None:
            return Axis(largest, is_signed)
        keeps = before.largest * _SHRINKS_BELOW <= largest <= before.largest
        return Axis(before.largest if keeps else largest, is_signed or before.is_signed)

    def _arranged(self) -> ScoreLayout:
        scores = self._scores
        return arranged(
            scores.order,
            (self.width(), self.height()),
            head=theme.px(HEAD_PX),
            rows=(theme.px(ROWS_PX[0]), theme.px(ROWS_PX[1])),
            gap=theme.px(GAP_PX),
            bar=theme.px(BAR_PX),
            is_sorted=self._is_sorted,
        )

    def _rearrange(self) -> None:
        self._layout = layout = self._arranged()
        top, width = round(layout.list_top), theme.px(BAR_PX)
        self._bar.setGeometry(self.width() - width, top, width, max(self.height() - top, 0))
        self._bar.setRange(0, layout.hidden)
        self._bar.setPageStep(max(int(layout.list_height), 1))
        self._bar.setSingleStep(int(layout.row))
        self._bar.setVisible(layout.hidden > 0)
        self._place_buttons()

    def _place_buttons(self) -> None:
        right = self.width()
        for button in reversed(self._buttons):
            size = button.sizeHint()
            right -= size.width()
            button.setGeometry(right, 0, size.width(), theme.px(HEAD_PX))

    def _reveal(self) -> None:
        """Scroll to the selected value."""
        if self._chosen is not None and self._chosen < self._scores.count:
            self._bar.setValue(round(self._layout.scroll_to(self._chosen, self.scrolled)))

    def _describe(self) -> None:
        """Describe the selection to assistive technology."""
        scores, index = self._scores, self._chosen
        if index is None or index >= scores.count:
            self.setAccessibleName("Scores")
            self.setAccessibleDescription("")
            return
        self.setAccessibleName(f"Scores: {scores.names[index]}, {index + 1} of {scores.count}")
        self.setAccessibleDescription(f"{scores.text(index)}{', pinned' if self._has_pin else ''}")

    def _update_reduction(self) -> None:
        """Do nothing: no picture is drawn here."""
