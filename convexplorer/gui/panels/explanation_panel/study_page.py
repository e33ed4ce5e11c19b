"""A small part of the layer's input beside its output, as matrices of numbers: what one puts on a projector."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from convexplorer.core.explain.trace import Trace
from convexplorer.core.geometry.places import Cell, Crop, Region, nearest_cell
from convexplorer.gui.canvas.explanation.study_painter import Look
from convexplorer.gui.canvas.explanation.study_sheet import StudySheet
from convexplorer.gui.canvas.explanation.study_view import StudyView
from convexplorer.gui.film.scene import FilmScene
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.page import Page, is_flat
from convexplorer.gui.panels.explanation_panel.study_coloring import sheet_of
from convexplorer.gui.session.panel import Context
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.note import Note
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.results.explanation import Explanation
from convexplorer.results.picture import Picture
from convexplorer.results.study import ALL, FIRST, LARGEST, LUMINANCE, SMALLEST, Study, source_choices, study
from convexplorer.results.vectors import is_vector
from convexplorer.words import cell_words, times

_SIDE = 178  # design pixels of the column of controls
_SCENE = (1200, 600)  # design pixels of a film
_NO_PICTURE = "There is no picture to study here: this layer reads values without places, or has no input."
_BORDERS = ("true neighbours", "its own border")
_WHY = ("fewer numbers show no pattern", "more numbers cannot be read from afar")


class StudyPage(Page):
    """Shows a crop of the selected layer's input, its kernel and its output: around the explained place, at first.

    A pin outside the crop moves the crop there; inside, its output is looked at.
    """

    design_height = 372

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._picture: Picture | None = None
        self._explanation: Explanation | None = None
        self._study: Study | None = None
        self._sheet: StudySheet | None = None
        self._look = Look()
        self._source = ""
        self._is_alone = False  # whether the crop is computed without its neighbours
        self._around: Cell | None = None  # of the layer's input: the middle of a crop that nobody has dragged
        self._followed: tuple[object, ...] = ()  # pin, layer and size for which that cell was found
        self._key: tuple[object, ...] = ()  # what is shown depends on this
        self._views: list[StudyView] = []
        self._build()
        context.selection.crop_changed.connect(self._refresh)

    @property
    def study(self) -> Study | None:
        """What is shown."""
        return self._study

    @property
    def film_shape(self) -> Cell | None:
        """The outputs of the crop: the film runs through them while this page is shown."""
        output = None if self._study is None else self._study.output
        return None if output is None else (output.shape[0], output.shape[1])

    @property
    def trace(self) -> Trace | None:
        """How the output that is looked at came about; None without one."""
        return None if self._study is None or self._study.output is None else self._study.trace(self._look.cell)

    @property
    def cell(self) -> Cell:
        """The output that is looked at."""
        return self._look.cell

    def show_explanation(self, picture: Picture, explanation: Explanation | None, *, is_held: bool) -> None:  # noqa: ARG002 a crop does not follow the mouse
        """Show the crop of this picture; around what has been pinned since the last time."""
        self._picture, self._explanation = picture, explanation
        if not self._is_followed():
            self._refresh()
            return
        assert explanation is not None
        cell = middle_of(explanation)
        known = self.context.selection.crop or (None if self._around is None else self.crop_around(self._around))
        if known is None or not all(a <= i < b for a, i, b in zip(known.start, cell, known.stop, strict=True)):
            self._around = cell
            self.context.selection.set_crop(None)
        self._refresh()
        if self._study is not None and self._study.output is not None:
            row, column = self._study.output_near(cell)
            self._show_look(Look((row, column)))

    def forget(self) -> None:
        """Let go of the picture, which may be large."""
        self._picture = self._explanation = self._study = self._sheet = self._around = None
        self._key = self._followed = ()
        self._look = Look()

    def set_alone(self, is_alone: bool) -> None:
        """Compute the crop with its own border, or among its neighbours."""
        self._is_alone = is_alone
        self._border.setCurrentIndex(int(is_alone))
        self._refresh()

    def show_film(self, cell: Cell | None) -> None:
        """Show the window on an output, and only the outputs up to it; None shows all."""
        shape = self.film_shape
        if shape is None:
            return
        reached = None if cell is None else Region.of(shape).position(cell)
        row, column = cell or self._look.cell
        self._show_look(replace(self._look, cell=(row, column), part=None, reached=reached))

    def move_cell(self, rows: int, columns: int) -> None:
        """Look at another output."""
        shape = self.film_shape
        if shape is not None:
            row, column = self._look.cell
            row, column = nearest_cell((row + rows, column + columns), shape)
            self._show_look(replace(self._look, cell=(row, column), part=None))

    def study_around(self, cell: Cell) -> None:
        """Study the part around a cell of the layer's input, and look at its output."""
        self.context.selection.set_crop(self.crop_around(cell))
        if self._study is not None and self._study.output is not None:
            row, column = self._study.output_near(cell)
            self._show_look(Look((row, column)))

    def make_large(self, parent: QWidget) -> StudyView:
        """Return the same, for a projector."""
        view = self._make_view(parent, is_large=True)
        view.destroyed.connect(lambda: self._views.remove(view))
        self._show_look(self._look)
        return view

    def scene(self, *, is_dark: bool) -> FilmScene | None:
        """Return the film of the outputs, as it can be drawn apart from the window."""
        sheet, shape = self._colored(is_dark=is_dark), self.film_shape
        if sheet is None or shape is None or self._study is None:
            return None
        view = StudyView()

        def paint(painter: QPainter, width: float, height: float, cell: Cell) -> None:
            row, column = cell
            view.set_sheet(sheet, Look((row, column), reached=Region.of(shape).position(cell)))
            view.paint_into(painter, width, height, is_dark=is_dark)

        title = sheet.titles[1]
        return FilmScene(Region.of(shape), theme.px(_SCENE[0]), theme.px(_SCENE[1]), lambda _: title, paint, is_dark)

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool) -> None:
        """Paint the study."""
        sheet = self._colored(is_dark=is_dark)
        if sheet is not None:
            view = StudyView()
            view.set_sheet(sheet, self._look)
            view.paint_into(painter, width, height, is_dark=is_dark)

    def _build(self) -> None:
        self._size = PairSpin("Crop", self, value=(FIRST, FIRST), tip="Rows and columns of the crop.")
        self._size.set_limits((LARGEST, LARGEST), (_WHY[1], _WHY[1]), (SMALLEST, SMALLEST))
        self._size.value_changed.connect(self._on_size)
        self._channels = QComboBox(self)
        self._channels.setAccessibleName("Channels of the crop")
        self._channels.setToolTip("What is computed: all channels, their luminance, or one alone with its own plane")
        self._channels.activated.connect(self._on_channel)
        self._border = QComboBox(self)
        self._border.addItems(_BORDERS)
        self._border.setAccessibleName("What lies beyond the crop")
        self._border.setToolTip(
            "Whether the windows at the crop's border read the cells beyond it, as in the map, or padding at the border"
        )
        self._border.activated.connect(lambda index: self.set_alone(bool(index)))
        here = ActionButton(self.context.actions["study"], self, text="here")
        self._note = Note(5, self, most_lines=9)
        side = QVBoxLayout()
        side.setSpacing(theme.px(6))
        side.addWidget(self._size)
        side.addWidget(self._channels)
        side.addWidget(self._border)
        side.addWidget(here)
        side.addWidget(self._note)
        side.addStretch(1)
        self._side = QWidget(self)
        self._side.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.addWidget(self._side)
        layout.addWidget(self._make_view(self), 1)
        theme.notifier().changed.connect(self._on_theme)
        self._on_theme()

    def _make_view(self, parent: QWidget, *, is_large: bool = False) -> StudyView:
        view = StudyView(parent, is_large=is_large)
        view.looked.connect(self._on_looked)
        view.stepped.connect(self.stepped)
        self._views.append(view)
        return view

    @Slot()
    def _refresh(self, _what: object = None) -> None:
        """Compute the crop anew."""
        picture, selection = self._picture, self.context.selection
        if picture is None:
            return
        layer = picture.project.position(selection.view.layer)
        channel = self._explanation.trace.place[0] if self._explanation is not None else selection.view.filter
        crop = selection.crop or (None if self._around is None else self.crop_around(self._around))
        key = (picture, layer, channel, crop, self._source, self._is_alone, theme.is_dark(), theme.scale())
        if key == self._key:
            return  # only the mouse has moved
        self._key = key
        flat, source, is_alone = is_flat(picture), self._source, self._is_alone
        self._study = study(picture, layer, channel, crop, source, is_alone=is_alone) if flat else None
        self._sheet = self._colored(is_dark=theme.is_dark())
        self._offer(picture, layer)
        self._describe()
        self._show_look(self._look)

    def _colored(self, *, is_dark: bool) -> StudySheet | None:
        picture = self._picture
        if picture is None or self._study is None:
            return None
        layer = picture.project.position(self.context.selection.view.layer)
        levels = picture.input_tile.levels if layer == 0 else None
        title = "output" if self._explanation is None else self._explanation.title
        return sheet_of(self._study, levels, title, is_dark=is_dark)

    def _offer(self, picture: Picture, layer: int) -> None:
        """Offer the channels that there are, and show the size."""
        choices = source_choices(picture, layer)
        if [self._channels.itemData(i) for i in range(self._channels.count())] != [key for key, _ in choices]:
            self._channels.clear()
            for key, label in choices:
                self._channels.addItem(label, key)
            self._source = self._source if self._channels.findData(self._source) >= 0 else ""
        self._channels.setCurrentIndex(max(self._channels.findData(self._source), 0))
        self._channels.setEnabled(len(choices) > 1)
        if self._study is not None:
            self._size.set_value(*self._study.crop.size)

    def _describe(self) -> None:
        found = self._study
        if found is None:
            self._note.set_text("")
            return
        crop, names = found.crop, " ".join(found.names[i] for i in found.sources)
        text = f"{times(crop.size)} of {names} from {cell_words(crop.start)}"
        if found.output is None:
            self._note.set_text(f"{text}.")
            return
        if self._channels.currentData() == LUMINANCE:
            text += ", as if Y were chosen for the input"
        elif self._channels.currentData() not in (ALL, None):
            text += f", {names} with its own plane only"
        self._note.set_text(f"{text}. {self._border_words(found)}")

    def _border_words(self, found: Study) -> str:
        """Return what the windows at the border of the crop read."""
        assert self._picture is not None
        evaluation = self._picture.evaluation
        below = None if evaluation is None else evaluation.input_of(self._layer())
        is_whole = below is not None and found.crop.size == below.shape[1:]
        if is_whole:
            return "This is the whole input: padding stands at its border." if found.has_padding else ""
        if found.first is None and found.has_padding:
            return "Computed alone: padding stands at the crop’s own border; the outer outputs differ from the map’s."
        if found.first is None:
            return "Computed alone."
        where = "the faded cells beside it" if found.region != found.crop else "no cell beside it"
        if found.has_padding:
            where += ", and padding where the input ends"
        return f"Its windows read {where}, as in the map."

    def _show_look(self, look: Look) -> None:
        """Look at an output that there is, in all views."""
        shape = self.film_shape
        if shape is not None:
            row, column = nearest_cell(look.cell, shape)
            look = replace(look, cell=(row, column))
        self._look = look
        failure = _NO_PICTURE if self._study is None else self._study.error
        for view in self._views:
            view.set_sheet(self._sheet, look, failure)

    @Slot(object)
    def _on_looked(self, look: Look) -> None:
        self.touched.emit()
        self._show_look(replace(look, reached=None))

    @Slot(int, int)
    def _on_size(self, rows: int, columns: int) -> None:
        if self._study is not None:
            self.context.selection.set_crop(replace(self._study.crop, size=(rows, columns)))

    @Slot(int)
    def _on_channel(self, index: int) -> None:
        self._source = str(self._channels.itemData(index))
        self._refresh()

    @Slot()
    def _on_theme(self) -> None:
        self._side.setFixedWidth(theme.px(_SIDE))
        self._refresh()

    def _layer(self) -> int:
        """Return the position of the selected layer in the picture's project."""
        assert self._picture is not None
        return self._picture.project.position(self.context.selection.view.layer)

    def _is_followed(self) -> bool:
        """Whether the explained place is to be studied: it was pinned, or is another one in another input."""
        picture, explanation, selection = self._picture, self._explanation, self.context.selection
        if picture is None or explanation is None or not is_flat(picture) or len(explanation.trace.place) < 2:
            return False
        evaluation = picture.evaluation
        below = None if evaluation is None else evaluation.input_of(explanation.layer)
        if below is None or is_vector(below):
            return False
        found = (selection.view.layer, below.shape[1:], selection.pin, explanation.cell)
        if found == self._followed or (found[:2] == self._followed[:2] and selection.pin is None):
            return False
        self._followed = found
        return True

    def crop_around(self, cell: Cell) -> Crop:
        """Return the crop of the present size around a cell of the layer's input."""
        return Crop.around(cell, self._size.value)


def middle_of(explanation: Explanation) -> Cell:
    """Return the cell of the layer's input in the middle of a value's window."""
    return tuple(int(np.sort(axis)[(len(axis) - 1) // 2]) for axis in explanation.trace.window.positions)
