"""A layer as a product of matrices, as a widget: the hand marks a tap, the arrows go to another column."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.canvas.explanation.matrix_layout import MatrixLayout, arrange_matrices
from convexplorer.gui.canvas.explanation.matrix_painter import MatrixPainter
from convexplorer.gui.canvas.explanation.reading import reading_scale
from convexplorer.gui.canvas.pictures.pane import arrow_step
from convexplorer.gui.look import fonts, theme
from convexplorer.results.matrix_product import MatrixPart, MatrixProduct, sentences

_HINT = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


class MatrixView(QWidget):
    """Shows a product of matrices.

    Parameters
    ----------
    is_large : it wants all the room there is, as for a projector.

    Signals
    -------
    tap_pointed : (channel, row, column) of the kernel under the mouse, or None.
    stepped : (rows, columns) by which the arrow keys move the value.
    chosen : (filter, output) that was clicked, None for the one that is not meant.
    """

    tap_pointed = Signal(object)
    stepped = Signal(int, int)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, is_large: bool = False) -> None:
        super().__init__(parent)
        self._is_large = is_large
        self._product: MatrixProduct | None = None
        self._part: tuple[tuple[MatrixProduct, tuple[int, int, int]], MatrixPart] | None = None
        self._hint = ""
        self._tap: int | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("The layer as a product of matrices")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.update)

    @property
    def product(self) -> MatrixProduct | None:
        """What is shown."""
        return self._product

    @property
    def hint(self) -> str:
        """What is said where there is no product."""
        return self._hint

    @property
    def layout_now(self) -> MatrixLayout | None:
        """Where everything lies, None if there is nothing."""
        return None if self._product is None else self._arranged(self._product, self.width(), self.height())

    def set_product(self, product: MatrixProduct | None, hint: str = "") -> None:
        """Show a product, or a sentence on why there is none."""
        self._product, self._hint = product, hint
        self.setAccessibleDescription(hint if product is None else " ".join(sentences(product)))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the matrices of a 3 × 3 kernel on three channels."""
        return QSize(theme.px(2400), theme.px(1600)) if self._is_large else QSize(theme.px(900), theme.px(360))

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which anything can be read."""
        return QSize(theme.px(420), theme.px(110))

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool | None = None) -> None:
        """Paint what is shown into any device of this size, as for a print."""
        product = self._product
        if product is not None:
            layout = self._arranged(product, width, height)
            part = self._part_for(product, layout.counts)
            scale = self._scale_in(width, height)
            tap = self._tap if is_dark is None else None
            MatrixPainter(product, part, layout, theme.colors(is_dark), tap=tap, scale=scale).paint(painter)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the product, or why there is none."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colors().panel)
        if self._product is None:
            painter.setPen(theme.colors().muted)
            painter.setFont(fonts.text_font(13 * self._scale_in(self.width(), self.height())))
            painter.drawText(self.rect().adjusted(24, 0, -24, 0), _HINT, self._hint)
        else:
            self.paint_into(painter, self.width(), self.height())
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the tap under the mouse in all views."""
        layout = self.layout_now
        self._point(None if layout is None else layout.tap_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Mark no tap."""
        super().leaveEvent(event)
        self._point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Explain the value whose row or column is clicked."""
        layout, product = self.layout_now, self._product
        if layout is None or product is None or event.button() != Qt.MouseButton.LeftButton:
            return
        filter_, output = layout.filter_at(event.position()), layout.output_at(event.position())
        if filter_ is None and output is None:
            return
        part = self._part_for(product, layout.counts)
        self.chosen.emit(
            (
                None if filter_ is None else int(part.filters[filter_]),
                None if output is None else int(part.outputs[output]),
            )
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by outputs with the arrows (Shift: ten)."""
        step = arrow_step(event)
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(*step)

    def _point(self, tap: int | None) -> None:
        if tap != self._tap:
            self._tap = tap
            product = self._product
            place = None if product is None or tap is None else product.patches.tap_of(tap)
            self.tap_pointed.emit(place if place is not None and len(place) == 3 else None)
            self.update()

    def _arranged(self, product: MatrixProduct, width: float, height: float) -> MatrixLayout:
        scale = self._scale_in(width, height)
        return arrange_matrices(product.sizes, product.per_channel, width, height, scale, is_large=self._is_large)

    def _part_for(self, product: MatrixProduct, counts: tuple[int, int, int]) -> MatrixPart:
        """Return the part of the last time, if it is the same."""
        key = (product, counts)
        if self._part is None or self._part[0] != key:
            self._part = (key, product.part(*counts))
        return self._part[1]

    def _scale_in(self, width: float, height: float) -> float:
        return reading_scale(width, height) if self._is_large else theme.scale()
