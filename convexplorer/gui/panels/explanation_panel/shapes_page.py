"""How the sizes come about: the windows along each axis, and how frameworks would pad the same setting."""

import logging
from contextlib import suppress

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QPainter, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer._threads import Stopped, stoppable
from convexplorer.gui.canvas.explanation.shape_view import ShapeView
from convexplorer.gui.panels.explanation_panel.page import Page, is_flat
from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.panel import Context
from convexplorer.model.layer import Layer
from convexplorer.results.comparison import Comparison, Subject, compare, subject_of
from convexplorer.results.explanation import Explanation
from convexplorer.results.picture import Picture
from convexplorer.results.shape_words import diagram_of, size_sentence

logger = logging.getLogger(__name__)

PAUSE_MS = 400  # between two comparisons, so that a camera does not keep a processor busy with them


class ShapesPage(Page):
    """Shows the arithmetic of shapes of a layer; what differs is computed in a thread of its own, while it is open."""

    print_size = (1280, 420)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._picture: Picture | None = None
        self._explanation: Explanation | None = None
        self._subject: Subject | None = None
        self._compared: Subject | None = None  # the last one that was computed, or is
        self._comparison: Comparison | None = None
        self._is_computing = False
        self._is_open = False  # read by the thread, which may not ask a widget
        self._errands = Errands(self)
        self._views: list[ShapeView] = []
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._compare)
        self.view = self._make_view(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)

    @property
    def comparison(self) -> Comparison | None:
        """What is known of the map that is shown; None while it is computed."""
        known, subject = self._comparison, self._subject
        return known if known is not None and subject is not None and known.key == subject.key else None

    def show_explanation(self, picture: Picture, explanation: Explanation | None, *, is_held: bool) -> None:  # noqa: ARG002
        """Show the windows of the layer of a value."""
        self._picture, self._explanation = picture, explanation
        subject = None if explanation is None else subject_of(picture, explanation.layer, explanation.trace.place[0])
        if subject is None or not subject.is_same(self._subject):
            self._subject = subject
        self._show()
        self._compare()

    def make_large(self, parent: QWidget) -> ShapeView:
        """Return the same, for a projector."""
        view = self._make_view(parent, is_large=True)
        view.destroyed.connect(lambda: self._views.remove(view))
        self._show()
        return view

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool) -> None:
        """Paint the diagram and the table."""
        self.view.paint_into(painter, width, height, is_dark=is_dark)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to compare."""
        super().showEvent(event)
        self._is_open = True
        self._compare()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop comparing: what nobody sees costs nothing."""
        super().hideEvent(event)
        self._is_open = False
        self._pause.stop()
        self._errands.wait()

    def _show(self) -> None:
        picture, explanation, subject = self._picture, self._explanation, self._subject
        if picture is None:
            return
        diagram = None if explanation is None else diagram_of(picture, explanation, subject, self.comparison)
        index = picture.project.position(self.context.selection.view.layer)
        index = index if explanation is None else explanation.layer
        for view in self._views:
            view.set_diagram(diagram, "" if diagram is not None else why_not(picture, index))

    def _make_view(self, parent: QWidget, *, is_large: bool = False) -> ShapeView:
        view = ShapeView(parent, is_large=is_large)
        view.stop_pointed.connect(self._on_stop_pointed)
        self._views.append(view)
        return view

    def _compare(self) -> None:
        """Compare the newest subject, if the last one is done and nobody has just compared."""
        subject = self._subject
        if subject is None or subject is self._compared or not self._is_open:
            return
        if self._is_computing or self._pause.isActive():
            return
        self._compared, self._is_computing = subject, True
        found: list[Comparison | None] = [None]

        def done(error: Exception | None) -> None:
            self._is_computing = False
            if error is not None:  # not tried again before something changes
                logger.error("paddings could not be compared", exc_info=error)
            elif found[0] is None:  # the page was left, and what was begun is wanted when it is opened again
                self._compared = None
            else:
                self._comparison = found[0]
                self._show()
            if self._is_open:
                self._pause.start()

        def work() -> None:
            """Run in the errand's thread."""
            with stoppable(lambda: not self._is_open), suppress(Stopped):
                found[0] = compare(subject, lambda: self._is_open)

        self._errands.run(work, done)

    @Slot(object)
    def _on_stop_pointed(self, pointed: tuple[int, int] | None) -> None:
        """Mark the window of a stop on the pictures: the cursor goes to the middle of its output."""
        explanation, picture, diagram = self._explanation, self._picture, self.view.diagram
        if pointed is None or explanation is None or picture is None or diagram is None:
            self.context.selection.point_at(None)
            return
        number, stop = pointed
        cell = [stop if i == number else axis.current for i, axis in enumerate(diagram.axes)]
        layer = picture.project.layers[explanation.layer]
        is_transposed = layer.is_transposed  # its stops are inputs
        grid = explanation.input_grid if is_transposed else explanation.grid
        self.context.selection.point_at(
            grid.place_of(cell), is_on_input=is_transposed, pointed_filter=explanation.trace.place[0]
        )


def why_not(picture: Picture, index: int) -> str:
    """Return why a layer has no windows to show."""
    if not is_flat(picture):
        names = ", ".join(axis.name for axis in picture.look.axes)
        return f"Windows are drawn over rows and columns; this source has {names}."
    layers = picture.project.layers
    layer: Layer | None = layers[index] if 0 <= index < len(layers) else None
    if layer is None:
        return "There is no layer whose windows could be shown."
    if not layer.is_enabled:
        return "This layer is switched off: every value passes through as it is."
    error = picture.layers[index].error if index < len(picture.layers) else ""
    return error or size_sentence(picture, index)
