"""The selected layer as a product of matrices: its filters are rows, its windows on the input columns (im2col)."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.gui.canvas.explanation.matrix_view import MatrixView
from convexplorer.gui.panels.explanation_panel.page import Page, is_flat
from convexplorer.gui.session.panel import Context
from convexplorer.results.explanation import Explanation, place_of_cell
from convexplorer.results.matrix_product import MatrixProduct, product_of, why_no_product
from convexplorer.results.picture import Picture


class MatrixPage(Page):
    """Shows the row of the kernel matrix and the column of the patch matrix that meet in the explained value."""

    print_size = (1280, 480)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._picture: Picture | None = None
        self._explanation: Explanation | None = None
        self._product: MatrixProduct | None = None
        self._views: list[MatrixView] = []
        self.view = self._make_view(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.addWidget(self.view)

    @property
    def design_height(self) -> int:
        """The height that the panel should have, in design pixels."""
        return 396

    @property
    def product(self) -> MatrixProduct | None:
        """What is shown; None where the layer is no product of matrices."""
        return self._product

    def show_explanation(self, picture: Picture, explanation: Explanation | None, *, is_held: bool) -> None:  # noqa: ARG002
        """Show the product that the explained value is an entry of."""
        self._picture, self._explanation = picture, explanation
        is_drawn = explanation is not None and is_flat(picture)
        self._product = product_of(picture, explanation) if explanation is not None and is_drawn else None
        self._show()

    def forget(self) -> None:
        """Let go of the picture."""
        self._picture = self._explanation = self._product = None
        self.view.set_product(None)

    def make_large(self, parent: QWidget) -> MatrixView:
        """Return the same, for a projector."""
        view = self._make_view(parent, is_large=True)
        view.destroyed.connect(lambda: self._views.remove(view))
        self._show()
        return view

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool) -> None:
        """Paint the matrices."""
        self.view.paint_into(painter, width, height, is_dark=is_dark)

    def _make_view(self, parent: QWidget, *, is_large: bool = False) -> MatrixView:
        view = MatrixView(parent, is_large=is_large)
        view.tap_pointed.connect(self.context.selection.mark_tap)
        view.stepped.connect(self.stepped)
        view.chosen.connect(self._on_chosen)
        self._views.append(view)
        return view

    def _show(self) -> None:
        picture = self._picture
        if picture is None:
            return
        index = picture.project.position(self.context.selection.view.layer)
        hint = "" if self._product is not None else why_no_product(picture, index)
        for view in self._views:
            view.set_product(self._product, hint)

    @Slot(object)
    def _on_chosen(self, chosen: tuple[int | None, int | None]) -> None:
        """Explain the value of the row or the column that was clicked."""
        picture, product, explanation = self._picture, self._product, self._explanation
        if picture is None or product is None or explanation is None:
            return
        filter_, output = chosen
        if filter_ is not None:
            self.context.selection.select(filter=product.unrolled.filters[filter_])
        cell = () if output is None else product.patches.cell_of(output)
        if len(cell) == 2:  # values without places are chosen by their row alone
            self.context.selection.hold(place_of_cell(picture, explanation.layer, cell))
