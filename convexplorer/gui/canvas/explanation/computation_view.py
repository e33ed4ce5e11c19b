"""The arithmetic of one value as a picture that follows the hand."""

from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.canvas.explanation.column_layout import arrange_columns
from convexplorer.gui.canvas.explanation.computation import Computation, Tap, tap_sentence
from convexplorer.gui.canvas.explanation.computation_layout import ComputationLayout, arrange
from convexplorer.gui.canvas.explanation.computation_painter import ComputationPainter
from convexplorer.gui.canvas.explanation.reading import reading_scale
from convexplorer.gui.canvas.pictures.painting import write
from convexplorer.gui.canvas.pictures.pane import arrow_step
from convexplorer.gui.look import theme

_CENTER = Qt.AlignmentFlag.AlignCenter
_MARGIN = 4


class ComputationView(QWidget):
    """Shows patch ⊙ kernel = products, the sums, the activation and the value.

    Parameters
    ----------
    size : "strip" for one channel in a low panel, "large" for all channels and the running sum.

    Signals
    -------
    tap_pointed : (channel, row, column) of the cell under the mouse, or None.
    stepped : (rows, columns) by which the arrow keys move the explained value.
    resized : there is more room, or less.
    """

    tap_pointed = Signal(object)
    stepped = Signal(int, int)
    resized = Signal()

    def __init__(self, parent: QWidget | None = None, *, size: Literal["strip", "large"] = "strip") -> None:
        super().__init__(parent)
        self._size = size
        self._computation: Computation | None = None
        self._tap: Tap | None = None
        self._row = 0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("How this value is computed")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.update)

    @property
    def computation(self) -> Computation | None:
        """What is shown."""
        return self._computation

    @property
    def shown_row(self) -> int:
        """The channel that is shown, where there is room for one."""
        return self._row

    @property
    def layout_now(self) -> ComputationLayout | None:
        """Where everything lies, None if there is nothing."""
        return None if self._computation is None else self._arranged(self.width(), self.height(), self._computation)

    def set_computation(self, computation: Computation | None) -> None:
        """Show a computation, or nothing."""
        self._computation = computation
        if computation is not None:
            self._row = min(self._row, len(computation.names) - 1)
            trace = computation.trace
            self.setAccessibleDescription(f"value {trace.value:g} at {trace.place}")
        self.update()

    def set_tap(self, tap: Tap | None) -> None:
        """Mark a tap, and show its channel."""
        if tap == self._tap:
            return
        self._tap = tap
        self.update()

    def show_row(self, row: int) -> None:
        """Show another channel, where there is room for one only."""
        if self._computation is not None:
            self._row = row % len(self._computation.names)
            self.update()

    def sizeHint(self) -> QSize:
        """Return room for a 3×3 kernel with large digits; all the room there is, where it fills a window."""
        return QSize(theme.px(2400), theme.px(1600)) if self._size == "large" else QSize(theme.px(900), theme.px(140))

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which anything can be read."""
        return QSize(theme.px(420), theme.px(96))

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool | None = None) -> None:
        """Paint what is shown into any device of this size, as for a print."""
        if self._computation is not None:
            self._painter_of(self._computation, width, height, is_dark=is_dark).paint(painter)

    @property
    def tells_sentence(self) -> bool:
        """True if there is room for the whole sentence on the value."""
        computation, width = self._computation, self.width() - _MARGIN
        if computation is None:
            return False
        return self._painter_of(computation, width, self.height()).sentence_rect() is not None

    def _painter_of(
        self, computation: Computation, width: float, height: float, *, is_dark: bool | None = None
    ) -> ComputationPainter:
        return ComputationPainter(
            computation,
            self._arranged(width, height, computation),
            theme.colors(is_dark),
            tap=self._tap,
            scale=self._scale_in(width, height),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell that there is another room."""
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the computation, or what to do to get one."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colors().panel)
        if self._computation is None:
            hint = "Point at a map or the input: every value opens into its numbers. A click pins it."
            write(painter, self.rect().toRectF(), hint, theme.text_font(13), theme.colors().muted, _CENTER)
        else:
            self.paint_into(painter, self.width() - _MARGIN, self.height())
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which tap is under the mouse."""
        self._point(self._tap_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show the channel whose sum was clicked."""
        layout = self.layout_now
        if layout is not None and layout.sums.contains(event.position()) and self._computation is not None:
            self.show_row(self._row + 1)

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        super().leaveEvent(event)
        self._point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by outputs with the arrows (Shift: ten); walk through the channels by Page Up and Page Down."""
        steps = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
        step, arrow = steps.get(Qt.Key(event.key())), arrow_step(event)
        if step is not None:
            self.show_row(self._row + step)
        elif arrow is not None:
            self.stepped.emit(*arrow)
        else:
            super().keyPressEvent(event)

    def _point(self, tap: Tap | None) -> None:
        self.setToolTip("" if tap is None or self._computation is None else tap_sentence(self._computation, tap))
        if tap != self._tap:
            self.set_tap(tap)
            self.tap_pointed.emit(tap)

    def _tap_at(self, position: QPointF) -> Tap | None:
        layout = self.layout_now
        return None if layout is None else layout.tap_at(position)

    def _scale_in(self, width: float, height: float) -> float:
        return reading_scale(width, height) if self._size == "large" else theme.scale()

    def _arranged(self, width: float, height: float, computation: Computation) -> ComputationLayout:
        if computation.has_columns:
            return arrange_columns(
                width,
                height,
                order=computation.order.tolist(),
                parts=computation.parts,
                joint=computation.words.joint,
                has_plot=computation.shares is not None or computation.course is not None,
                scale=self._scale_in(width, height),
                is_large=self._size == "large",
            )
        return arrange(
            width,
            height,
            channels=len(computation.names),
            kernel=computation.kernel_size,
            parts=computation.parts,
            first_row=self._row,
            scale=self._scale_in(width, height),
            is_large=self._size == "large",
        )
