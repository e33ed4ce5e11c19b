"""The selected layer as matrices: as one product with its windows as columns (im2col), or beside a dense layer."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from convexplorer.gui.canvas.explanation.dense_view import DenseView
from convexplorer.gui.canvas.explanation.matrix_view import MatrixView
from convexplorer.gui.panels.explanation_panel.page import Page, is_flat
from convexplorer.gui.session.panel import Context
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.results.dense_comparison import DenseSheet, sheet_of, why_no_comparison
from convexplorer.results.explanation import Explanation, place_of_cell
from convexplorer.results.matrix_product import MatrixProduct, product_of, why_no_product
from convexplorer.results.picture import Picture

FORMS = {
    "columns": (
        "Windows as columns",
        "im2col: filters × windows; the explained value stands where its row and its column meet",
    ),
    "dense": (
        "Against dense",
        "What a dense layer between the same values would need, and which of its weights would be 0",
    ),
}
_WORDS = {
    "columns": "The input is copied so that each window is a column; then the layer is one product of matrices.",
    "dense": "The picture stays a column, and the kernel becomes a matrix of all outputs × all inputs.",
}


class MatrixPage(Page):
    """Shows one of two matrices that a layer can be written as."""

    print_size = (1280, 480)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._picture: Picture | None = None
        self._explanation: Explanation | None = None
        self._product: MatrixProduct | None = None
        self._sheet: tuple[tuple[object, ...], DenseSheet | None] = ((), None)  # with what it depends on
        self._form = "columns"
        self._views: list[MatrixView] = []
        self._dense_views: list[DenseView] = []
        self._build()

    @property
    def design_height(self) -> int:
        """The height that the panel should have, in design pixels."""
        return 410

    @property
    def form(self) -> str:
        """Which matrix is shown, a key of `FORMS`."""
        return self._form

    @property
    def product(self) -> MatrixProduct | None:
        """What is shown; None where the layer is no product of matrices."""
        return self._product

    @property
    def sheet(self) -> DenseSheet | None:
        """The comparison with a dense layer; None where there is none."""
        return self._sheet[1]

    def show_form(self, form: str) -> None:
        """Show the other matrix, a key of `FORMS`."""
        self._form = form
        self._choice.set_value(form)
        self._words.setText(_WORDS[form])
        self._stack.setCurrentWidget(self.view if form == "columns" else self.dense_view)
        self._find()

    def show_explanation(self, picture: Picture, explanation: Explanation | None, *, is_held: bool) -> None:  # noqa: ARG002
        """Show the matrices of the layer of an explained value."""
        self._picture, self._explanation = picture, explanation
        self._find()

    def forget(self) -> None:
        """Let go of the picture."""
        self._picture = self._explanation = self._product = None
        self._sheet = ((), None)
        self.view.set_product(None)
        self.dense_view.set_sheet(None)

    def make_large(self, parent: QWidget) -> QWidget:
        """Return the same, for a projector."""
        if self._form == "columns":
            view = self._make_view(parent, is_large=True)
            view.destroyed.connect(lambda: self._views.remove(view))
        else:
            dense = self._make_dense_view(parent, is_large=True)
            dense.destroyed.connect(lambda: self._dense_views.remove(dense))
        self._find()
        return view if self._form == "columns" else dense

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool) -> None:
        """Paint the matrices."""
        view = self.view if self._form == "columns" else self.dense_view
        view.paint_into(painter, width, height, is_dark=is_dark)

    def _build(self) -> None:
        options = [(key, *words) for key, words in FORMS.items()]
        self._choice = Segmented(options, self, name="Which matrix is shown")
        self._choice.chosen.connect(self.show_form)
        self._words = ElidedLabel(_WORDS[self._form], self)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._choice)
        row.addWidget(self._words, 1)
        self.view = self._make_view(self)
        self.dense_view = self._make_dense_view(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.dense_view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._stack, 1)

    def _make_view(self, parent: QWidget, *, is_large: bool = False) -> MatrixView:
        view = MatrixView(parent, is_large=is_large)
        view.tap_pointed.connect(self.context.selection.mark_tap)
        view.stepped.connect(self.stepped)
        view.chosen.connect(self._on_chosen)
        self._views.append(view)
        return view

    def _make_dense_view(self, parent: QWidget, *, is_large: bool = False) -> DenseView:
        view = DenseView(parent, is_large=is_large)
        self._dense_views.append(view)
        return view

    def _find(self) -> None:
        """Find out what the form needs that is shown, and show it in its views."""
        picture = self._picture
        if picture is None:
            return
        explanation = self._explanation if is_flat(picture) else None
        index = picture.project.position(self.context.selection.view.layer)
        if self._form == "columns":
            self._product = None if explanation is None else product_of(picture, explanation)
            hint = "" if self._product is not None else why_no_product(picture, index)
            for view in self._views:
                view.set_product(self._product, hint)
        else:
            sheet = None if explanation is None else self._sheet_of(picture, explanation)
            hint = "" if sheet is not None else why_no_comparison(picture, index)
            for dense in self._dense_views:
                dense.set_sheet(sheet, hint)

    def _sheet_of(self, picture: Picture, explanation: Explanation) -> DenseSheet | None:
        """Return the comparison; that of the last frame, for it depends on no pixel."""
        evaluation = picture.evaluation_of(explanation.layer)
        assert evaluation is not None  # a value of it is explained
        below = evaluation.shape_of(evaluation.graph.inputs[explanation.layer][0])
        key = (evaluation.layers[explanation.layer], below, explanation.trace.place[0], picture.input_names)
        if self._sheet[0] != key:
            self._sheet = (key, sheet_of(picture, explanation))
        return self._sheet[1]

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
