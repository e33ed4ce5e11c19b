"""A crop beside its output as matrices of numbers that follow the hand."""

from dataclasses import replace

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from convexplorer.gui.canvas.explanation.page_view import SteppedView
from convexplorer.gui.canvas.explanation.study_painter import Look, StudyPainter
from convexplorer.gui.canvas.explanation.study_sheet import StudyLayout, StudySheet, arrange
from convexplorer.gui.look import theme

_MARGIN = 4


class StudyView(SteppedView):
    """Shows a study; the hand on one side marks what belongs to it on the other.

    Signals
    -------
    looked : the `Look` under the mouse.
    """

    looked = Signal(object)
    least_size = (240, 96)

    def __init__(self, parent: QWidget | None = None, *, is_large: bool = False) -> None:
        super().__init__("A part of the input beside its output, in numbers", parent, is_large=is_large)
        self._sheet: StudySheet | None = None
        self._look = Look()

    @property
    def sheet(self) -> StudySheet | None:
        """What is shown."""
        return self._sheet

    @property
    def is_empty(self) -> bool:
        """True if there is no study."""
        return self._sheet is None

    @property
    def look(self) -> Look:
        """What is looked at."""
        return self._look

    @property
    def layout_now(self) -> StudyLayout | None:
        """Where everything lies, None if there is nothing."""
        if self._sheet is None:
            return None
        width, height = self._room_width(), self.height()
        return arrange(self._sheet, width, height, self._scale_in(width, height))

    def set_sheet(self, sheet: StudySheet | None, look: Look, hint: str = "") -> None:
        """Show a study, or a sentence on why there is none."""
        self._sheet, self._look, self._hint = sheet, look, hint
        self.setAccessibleDescription(hint or ("" if sheet is None else self._painter(sheet, 100, 100).sentences()[-1]))
        self.update()

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool | None = None) -> None:
        """Paint what is shown into any device of this size, as for a print."""
        if self._sheet is not None:
            self._painter(self._sheet, width, height, is_dark=is_dark).paint(painter)

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

    def _look_at(self, look: Look) -> None:
        if look != self._look and self._sheet is not None:
            self._look = look
            self.update()
            self.looked.emit(look)

    def _room_width(self) -> int:
        return self.width() - _MARGIN

    def _painter(self, sheet: StudySheet, width: float, height: float, *, is_dark: bool | None = None) -> StudyPainter:
        scale = self._scale_in(width, height)
        layout = arrange(sheet, width, height, scale)
        return StudyPainter(sheet, layout, theme.colors(is_dark), self._look, scale=scale, is_large=self._is_large)
