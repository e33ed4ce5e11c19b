"""Patch times kernel, the products, their sums, the activation and the value."""

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.gui.canvas.explanation.computation import Computation
from convexplorer.gui.canvas.explanation.computation_view import ComputationView
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.coloring import computation_of
from convexplorer.gui.panels.explanation_panel.page import Page
from convexplorer.gui.session.panel import Context
from convexplorer.gui.widgets.steady_label import SteadyLabel
from convexplorer.results.explanation import Explanation, why_not_explained
from convexplorer.results.picture import Picture

# In design pixels: header, names and sentence; a cell whose number is easy to read; one where it just can be read.
_AROUND, _CELL, _SMALL_CELL = 78, 26, 25
_MOST_ROWS = 5  # with a number in each cell; larger kernels have smaller cells, and a list of their largest products
_LARGE_FROM = 300  # design pixels of height from which on a print has all channels


class ArithmeticPage(Page):
    """Shows the computation of the value; the tap under the mouse is marked everywhere."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._shown: tuple[Picture | None, Explanation | None] = (None, None)
        self.view = ComputationView(self)
        self.view.tap_pointed.connect(context.selection.mark_tap)
        self.view.stepped.connect(self.stepped)
        context.selection.tap_changed.connect(self.view.set_tap)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        self._sentence = SteadyLabel("", self)
        layout.addWidget(self._sentence)

    @property
    def design_height(self) -> int:
        """The height at which the numbers of the shown kernel can be read."""
        computation = self.view.computation
        rows = min(max(3 if computation is None else computation.kernel_size[0], 3), _MOST_ROWS)
        return _AROUND + max(3 * _CELL, rows * _SMALL_CELL)

    @property
    def computation(self) -> Computation | None:
        """What is shown."""
        return self.view.computation

    @property
    def sentence(self) -> str:
        """Why the value is what it is, in words."""
        return self._sentence.text()

    def show_explanation(self, picture: Picture, explanation: Explanation | None, *, is_held: bool) -> None:  # noqa: ARG002 the last one stays
        """Show the computation of a value."""
        self._shown = (picture, explanation)
        computation = None if explanation is None else computation_of(picture, explanation)
        self.view.set_computation(computation)
        words = why_not_explained(picture) if explanation is None else explanation.sentence
        self._sentence.setText(" ".join(filter(None, (_beside_reference(picture, explanation), words))))

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool) -> None:
        """Paint the computation; with all channels, where there is room."""
        picture, explanation = self._shown
        if picture is not None and explanation is not None:
            view = ComputationView(size="large" if height >= theme.px(_LARGE_FROM) else "strip")
            view.set_computation(computation_of(picture, explanation, is_dark=is_dark))
            view.show_row(self.view.shown_row)
            view.set_tap(self.context.selection.tap)
            view.paint_into(painter, width, height, is_dark=is_dark)


def _beside_reference(picture: Picture, explanation: Explanation | None) -> str:
    """Return what the reference gives in the place of the value; "" where none is kept, or not computed yet."""
    if explanation is None or picture.difference is None:
        return ""
    from convexplorer.results.differences.difference_words import beside_sentence

    return beside_sentence(picture.difference, explanation.layer, tuple(explanation.trace.place))
