"""A crop beside its output as matrices of numbers that follow the hand."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.canvas.explanation.reading import reading_scale
from convexplorer.gui.canvas.explanation.study_painter import Look, StudyPainter
from convexplorer.gui.canvas.explanation.study_sheet import StudyLayout, StudySheet, arrange
from convexplorer.gui.canvas.pictures.pane import arrow_step
from convexplorer.gui.look import theme

_MARGIN = 4


class StudyView(QWidget):
    """Shows a study; the hand on one side marks what belongs to it on the other.

    Parameters
    ----------
    is_large : it wants all the room there is, as for a projector.

    Signals
    -------
    looked : the `Look` under the mouse.
    stepped : (rows, columns) by which the arrow keys move the window.
    """

    looked = Signal(object)
    stepped = Signal(int, int)

    def __init__(self, parent: QWidget | None = None, *, is_large: bool = False) -> None:
        super().__init__(parent)
        self._is_large = is_large
        self._sheet: StudySheet | None = None
        self._look = Look()
        self._hint = ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("A part of the input beside its output, in numbers")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.update)

    @property
    def sheet(self) -> StudySheet | None:
        """What is shown."""
        return self._sheet

    @property
    def look(self) -> Look:
        """What is looked at."""
        return self._look

    @property
    def layout_now(self) -> StudyLayout | None:
        """Where everything lies, None if there is nothing."""
        if self._sheet is None:
            return None
        width, height = self.width() - _MARGIN, self.height()
        return arrange(self._sheet, width, height, self._scale_in(width, height))

    def set_sheet(self, sheet: StudySheet | None, look: Look, hint: str = "") -> None:
        """Show a study, or a sentence on why there is none."""
        self._sheet, self._look, self._hint = sheet, look, hint
        self.setAccessibleDescription(hint or ("" if sheet is None else self._painter(sheet, 100, 100).sentences()[-1]))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room in which 8 × 8 numbers can be read from afar."""
        return QSize(theme.px(2400), theme.px(1600)) if self._is_large else QSize(theme.px(900), theme.px(360))

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which anything can be seen."""
        return QSize(theme.px(240), theme.px(96))

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool | None = None) -> None:
        """Paint what is shown into any device of this size, as for a print."""
        if self._sheet is not None:
            self._painter(self._sheet, width, height, is_dark=is_dark).paint(painter)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the study, or why there is none."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colors().panel)
        if self._sheet is None:
            painter.setPen(theme.colors().muted)
            painter.setFont(theme.text_font(13))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(12, 0, -12, 0), flags, self._hint)
        else:
            self.paint_into(painter, self.width() - _MARGIN, self.height())
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look at what is under the mouse."""
        layout = self.layout_now
        found = None if layout is None else layout.part_at(event.position())
        if found is None:
            self._look_at(replace(self._look, part=None, reached=None))
            return
        part, place = found
        cell = place if part == "output" else self._look.cell
        self._look_at(Look(cell, part, place))

    def leaveEvent(self, event: QEvent) -> None:
        """Look at the last output again."""
        super().leaveEvent(event)
        if self._look.part is not None:
            self._look_at(replace(self._look, part=None))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by outputs with the arrows (Shift: ten)."""
        step = arrow_step(event)
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(*step)

    def _look_at(self, look: Look) -> None:
        if look != self._look and self._sheet is not None:
            self._look = look
            self.update()
            self.looked.emit(look)

    def _scale_in(self, width: float, height: float) -> float:
        return reading_scale(width, height) if self._is_large else theme.scale()

    def _painter(self, sheet: StudySheet, width: float, height: float, *, is_dark: bool | None = None) -> StudyPainter:
        scale = self._scale_in(width, height)
        layout = arrange(sheet, width, height, scale)
        return StudyPainter(sheet, layout, theme.colors(is_dark), self._look, scale=scale, is_large=self._is_large)
