"""A shape diagram as a widget: hovering a window tells which."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.canvas.explanation.reading import reading_scale
from convexplorer.gui.canvas.explanation.shape_painter import ShapeLayout, ShapePainter, arrange_shapes
from convexplorer.gui.canvas.pictures.painting import write
from convexplorer.gui.look import theme
from convexplorer.results.shape_diagram import ShapeDiagram

_CENTER = Qt.AlignmentFlag.AlignCenter


class ShapeView(QWidget):
    """Shows the arithmetic of shapes.

    Parameters
    ----------
    is_large : it wants all the room there is, as for a projector.

    Signals
    -------
    stop_pointed : (axis, output) of the window under the mouse, or None.
    """

    stop_pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, is_large: bool = False) -> None:
        super().__init__(parent)
        self._is_large = is_large
        self._diagram: ShapeDiagram | None = None
        self._sentence = ""
        self._arranged: tuple[tuple[object, ...], ShapeLayout] | None = None  # as it was painted last
        self._pointed: tuple[int, int] | None = None
        # Around these an extract stays while the mouse is here: what it points at must not run away from it.
        self._focus: tuple[int, ...] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setAccessibleName("Arithmetic of shapes")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.update)

    @property
    def diagram(self) -> ShapeDiagram | None:
        """What is shown."""
        return self._diagram

    @property
    def sentence(self) -> str:
        """What is said where there is no diagram."""
        return self._sentence

    @property
    def layout_now(self) -> ShapeLayout | None:
        """Where everything lies, None if there is nothing."""
        if self._diagram is None:
            return None
        return self._layout_for(self._diagram, self.width(), self.height())

    def set_diagram(self, diagram: ShapeDiagram | None, sentence: str = "") -> None:
        """Show a diagram, or why there is none."""
        if (diagram, sentence) != (self._diagram, self._sentence):
            self._diagram, self._sentence = diagram, sentence
            if diagram is not None:
                self.setAccessibleDescription("; ".join(f"{one.name} {one.formula}" for one in diagram.axes))
            self.update()

    def sizeHint(self) -> QSize:
        """Return room for both axes with three windows below each other."""
        return QSize(theme.px(2400), theme.px(1600)) if self._is_large else QSize(theme.px(900), theme.px(140))

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which anything can be read."""
        return QSize(theme.px(420), theme.px(110))

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool | None = None) -> None:
        """Paint what is shown into any device of this size, as for a print."""
        diagram = self._diagram
        if diagram is not None:
            layout, colors = self._layout_for(diagram, width, height), theme.colors(is_dark)
            scale = self._scale_in(width, height)
            ShapePainter(diagram, layout, colors, pointed=self._pointed, scale=scale, is_large=self._is_large).paint(
                painter
            )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the diagram, or why there is none."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colors().panel)
        if self._diagram is None:
            write(painter, self.rect().toRectF(), self._sentence, theme.text_font(13), theme.colors().muted, _CENTER)
        else:
            self.paint_into(painter, self.width(), self.height())
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which window is under the mouse, and explain a line of the table."""
        layout = self.layout_now
        if layout is None or self._diagram is None:
            return
        if self._focus is None:
            self._focus = tuple(axis.current for axis in self._diagram.axes)
        self._point(layout.stop_at(event.position()))
        row = layout.row_at(event.position())
        self.setToolTip("" if row is None else self._tip(row))

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        super().leaveEvent(event)
        self._focus = None
        self._point(None)

    def _layout_for(self, diagram: ShapeDiagram, width: float, height: float) -> ShapeLayout:
        """Return the arrangement of the last time, if it was for the same room."""
        scale = self._scale_in(width, height)
        key = (diagram, width, height, scale, self._focus)
        if self._arranged is None or self._arranged[0] != key:
            layout = arrange_shapes(diagram, width, height, focus=self._focus, scale=scale, is_large=self._is_large)
            self._arranged = (key, layout)
        return self._arranged[1]

    def _scale_in(self, width: float, height: float) -> float:
        return reading_scale(width, height) if self._is_large else theme.scale()

    def _tip(self, index: int) -> str:
        assert self._diagram is not None
        row = self._diagram.rows[index]
        parts = (f"{row.name}: {row.output}" if row.output else row.name, row.difference)
        return "\n".join(part for part in parts if part)

    def _point(self, pointed: tuple[int, int] | None) -> None:
        if pointed != self._pointed:
            self._pointed = pointed
            self.stop_pointed.emit(pointed)
            self.update()
