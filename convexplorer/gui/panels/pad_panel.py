"""The drawing pad below the input: pens, and the square that lies over the picture while the user draws."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from convexplorer.gui.canvas.pad_canvas import PadCanvas
from convexplorer.gui.look import theme
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.cover import Cover
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.model.project import Project
from convexplorer.sources.pad import PAD, PEN, Stroke, drawing, side_of

PENS = (
    ("0.06", "Thin", "A pen of 6 % of the side"),
    (f"{PEN:g}", "Medium", "A pen of 10 % of the side, about that of the digits a reader has learned"),
    ("0.16", "Thick", "A pen of 16 % of the side"),
)


class PadPanel(Panel):
    """The controls of the pad; hidden for other sources. Strokes are of the pad: the project does not change.

    Attributes
    ----------
    editor : the square to draw on, which is laid over the picture of the input.
    """

    drawing_changed = Signal(bool)
    drawn = Signal()  # there are other strokes

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._is_drawing = False
        self._side = 0  # of the pad's picture; 0 for other sources
        self._build()
        self.hide()

    @property
    def is_drawing(self) -> bool:
        """True while the square lies over the picture."""
        return self._is_drawing

    def set_drawing(self, is_drawing: bool) -> None:
        """Lay the square over the picture, or take it away."""
        if is_drawing == self._is_drawing:
            return
        self._is_drawing = is_drawing
        self.editor.setVisible(is_drawing)
        if is_drawing:
            self.editor.raise_()
            self._show_strokes()
        self.drawing_changed.emit(is_drawing)

    def apply(self, new: Project, old: Project | None) -> None:
        """Begin to draw where the source becomes a pad, and hide for a source of another kind."""
        if old is not None and new.source == old.source:
            return
        is_pad = new.source.kind == "pad"
        self._side = side_of(new.source) if is_pad else 0
        self.setVisible(is_pad)
        if not is_pad:
            self.set_drawing(False)
        elif old is None or old.source.kind != "pad":
            self.set_drawing(True)
        if self._is_drawing:
            self._show_strokes()

    @Slot(str)
    def set_pen(self, key: str) -> None:
        """Take a pen of `PENS`, by its key."""
        self._pens.set_value(key)
        self.canvas.pen = float(key)

    @Slot()
    def undo_stroke(self) -> None:
        """Take the newest stroke back."""
        PAD.undo()
        self._show_strokes()

    @Slot()
    def clear(self) -> None:
        """Take all strokes back."""
        PAD.clear()
        self._show_strokes()

    def show_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        """Put other strokes on the pad."""
        PAD.replace(strokes)
        self._show_strokes()

    def _build(self) -> None:
        self.editor = Cover(self)
        self.canvas = PadCanvas(self.editor)
        self.editor.fill(self.canvas)
        self.canvas.pen_put.connect(self._on_pen_put)
        self.canvas.pen_moved.connect(self._on_pen_moved)
        self.canvas.undo_asked.connect(self.undo_stroke)
        self.canvas.clear_asked.connect(self.clear)
        self._pens = Segmented(PENS, self, name="Pen")
        self._pens.chosen.connect(self.set_pen)
        self.set_pen(f"{PEN:g}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        row.addWidget(ActionButton(self.context.actions["draw"], self, text="Draw"))
        row.addWidget(self._pens)
        row.addWidget(ActionButton(self.context.actions["undo-stroke"], self))
        row.addWidget(ActionButton(self.context.actions["clear-pad"], self))
        row.addStretch(1)

    def _show_strokes(self) -> None:
        if self._side:
            self.canvas.show_drawing(drawing(PAD.strokes, self._side)[0])
        self.drawn.emit()

    @Slot(object)
    def _on_pen_put(self, at: tuple[float, float]) -> None:
        PAD.begin(at, self.canvas.pen)
        self._show_strokes()

    @Slot(object)
    def _on_pen_moved(self, at: tuple[float, float]) -> None:
        PAD.draw_to(at)
        self._show_strokes()
