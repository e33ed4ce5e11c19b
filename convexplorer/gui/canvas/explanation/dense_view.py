"""A layer beside the dense layer between the same values, as a widget."""

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from convexplorer.gui.canvas.explanation.dense_painter import DensePainter
from convexplorer.gui.canvas.explanation.page_view import PageView
from convexplorer.gui.canvas.explanation.reading import SMALLEST
from convexplorer.gui.look import theme
from convexplorer.results.dense_comparison import DenseSheet

_SMALLEST_NEAR = 7.0


class DenseView(PageView):
    """Shows a comparison with a dense layer."""

    def __init__(self, parent: QWidget | None = None, *, is_large: bool = False) -> None:
        super().__init__("The layer beside a dense layer", parent, is_large=is_large)
        self._sheet: DenseSheet | None = None

    @property
    def sheet(self) -> DenseSheet | None:
        """What is shown."""
        return self._sheet

    @property
    def is_empty(self) -> bool:
        """True if there is no comparison."""
        return self._sheet is None

    def set_sheet(self, sheet: DenseSheet | None, hint: str = "") -> None:
        """Show a comparison, or a sentence on why there is none."""
        if (sheet, hint) != (self._sheet, self._hint):
            self._sheet, self._hint = sheet, hint
            self.setAccessibleDescription(hint if sheet is None else " ".join(sheet.sentences))
            self.update()

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool | None = None) -> None:
        """Paint what is shown into any device of this size, as for a print."""
        if self._sheet is not None:
            smallest = SMALLEST if self._is_large else _SMALLEST_NEAR
            scale = self._scale_in(width, height)
            own = DensePainter(self._sheet, theme.colors(is_dark), scale=scale, smallest=smallest)
            own.paint(painter, width, height)
