"""A layer as a product of matrices, as a widget: the hand marks a tap, the arrows go to another column."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from convexplorer.gui.canvas.explanation.matrix_layout import MatrixLayout, arrange_matrices
from convexplorer.gui.canvas.explanation.matrix_painter import MatrixPainter
from convexplorer.gui.canvas.explanation.page_view import SteppedView
from convexplorer.gui.look import theme
from convexplorer.results.matrix_product import MatrixPart, MatrixProduct, sentences


class MatrixView(SteppedView):
    """Shows a product of matrices.

    Signals
    -------
    tap_pointed : (channel, row, column) of the kernel under the mouse, or None.
    chosen : (filter, output) that was clicked, None for the one that is not meant.
    """

    tap_pointed = Signal(object)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, is_large: bool = False) -> None:
        super().__init__("The layer as a product of matrices", parent, is_large=is_large)
        self._product: MatrixProduct | None = None
        self._part: tuple[tuple[MatrixProduct, tuple[int, int, int]], MatrixPart] | None = None
        self._tap: int | None = None

    @property
    def product(self) -> MatrixProduct | None:
        """What is shown."""
        return self._product

    @property
    def is_empty(self) -> bool:
        """True if there is no product."""
        return self._product is None

    @property
    def layout_now(self) -> MatrixLayout | None:
        """Where everything lies, None if there is nothing."""
        return None if self._product is None else self._arranged(self._product, self.width(), self.height())

    def set_product(self, product: MatrixProduct | None, hint: str = "") -> None:
        """Show a product, or a sentence on why there is none."""
        self._product, self._hint = product, hint
        self.setAccessibleDescription(hint if product is None else " ".join(sentences(product)))
        self.update()

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool | None = None) -> None:
        """Paint what is shown into any device of this size, as for a print."""
        product = self._product
        if product is not None:
            layout = self._arranged(product, width, height)
            part = self._part_for(product, layout.counts)
            scale = self._scale_in(width, height)
            tap = self._tap if is_dark is None else None
            MatrixPainter(product, part, layout, theme.colors(is_dark), tap=tap, scale=scale).paint(painter)

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
