"""What the kernel does: its response, curves, figures, kernels near it, and its answers on a test bench."""

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convexplorer.gui.canvas.studio.bench_strip import BenchStrip
from convexplorer.gui.canvas.studio.figure_table import FigureTable
from convexplorer.gui.canvas.studio.frequency_units import UNITS
from convexplorer.gui.canvas.studio.line_plot import LinePlot, PlotContent
from convexplorer.gui.canvas.studio.polar_plot import PolarPlot
from convexplorer.gui.canvas.studio.response_plot import ResponsePlot
from convexplorer.gui.look import theme
from convexplorer.gui.panels.studio.effects import curves
from convexplorer.gui.panels.studio.effects.spectra import Spectra
from convexplorer.gui.panels.studio.effects.variation_form import VariationForm
from convexplorer.gui.panels.studio.effects.varying import Varying
from convexplorer.gui.panels.studio.effects.wave_fields import WaveFields
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.kernels.response.frequency import frequency, rim, wave
from convexplorer.results.bench import Wave
from convexplorer.results.effects import Effects, as_applied
from convexplorer.results.figure_words import value_text
from convexplorer.results.picture import Picture

KINDS = (
    ("magnitude", "|H|", "How much waves are multiplied by, from 0 to the largest."),
    ("decibels", "dB", "The magnitude in decibels, from 80 dB below the largest; 0 dB leaves a wave as it is."),
    (
        "phase",
        "Phase",
        "How far waves are moved, as a hue, as bright as the magnitude; an even size adds half a pixel.",
    ),
)
VIEWS = (
    ("cut", "Cut", "The response along the direction of the wave; the dashed line is half of the largest magnitude."),
    ("angle", "Angle", "The response to waves of this length in all directions; the dashed circle is half of the rim."),
    ("wavelength", "Length", "The response over the length of waves: mean, least and largest direction."),
    ("step", "Edge", "The answer across an edge from 0 to 1 in the direction of the wave."),
    ("spectra", "Spectra", "The waves in the picture and in its map, renewed a few times a second."),
)
PAUSE_MS = 80  # between two sets of figures and answers, however quickly kernels come
_PACED_FROM_CELLS = 31  # along an axis; larger kernels take longer in proportion
_NARROW_PX = 400  # width below which rows become columns
_PLOTS_PX = (190, 330)  # least and largest height


class EffectsPane(QWidget):
    """The right half of the studio. One wave is marked everywhere: in the response, the curves and on the bench.

    Attributes
    ----------
    work : the kernel that is shown and varied.
    effects : what the plane does; None before the first.
    """

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.effects: Effects | None = None
        self._ghost: Effects | None = None
        self._wave = (8.0, 0.0)
        self._wave_text = ""
        self._plots_px = 0
        self._shown: Effects | None = None  # in figures and answers
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.show_all)
        self._before: Effects | None = None  # the drag that is under way
        self._release = QTimer(self, interval=PAUSE_MS)
        self._release.timeout.connect(self._on_release_awaited)
        self._build()
        self._connect()
        self.varying = Varying(self.variation_form, work)
        self.set_wave(*self._wave)
        theme.notifier().changed.connect(self._on_theme)
        self._on_theme()

    @property
    def wave(self) -> tuple[float, float]:
        """Length in pixels and direction in degrees of the wave that is marked."""
        return self._wave

    def show_plane(self, plane: np.ndarray, ghost: np.ndarray | None = None) -> None:
        """Show what a plane does, (rows, columns); beside it a ghost, the plane before a drag, or None."""
        before, self.effects = self.effects, self._effects_of(plane)
        self._ghost = self._held_ghost(before) if ghost is None else self._effects_of(ghost)
        self.response.set_effects(self.effects)
        self.table.set_effects(self.effects)
        self.bench.set_effects(self.effects)
        self.varying.show_plane(plane, can_be_varied=not self.effects.why_not)
        self._show_curves()
        self._say_wave()
        self._say_what(plane)
        if not self._pause.isActive():
            self.show_all()

    def _held_ghost(self, before: Effects | None) -> Effects | None:
        """Return what was before the drag that is under way; None without one."""
        if QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton:
            return None
        if not self._release.isActive():
            self._before = before
            self._release.start()
        return self._before

    @Slot()
    def _on_release_awaited(self) -> None:
        """Let the ghost go with the mouse."""
        if QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self._release.stop()
            self._before = self._ghost = None
            self._show_curves()

    def _effects_of(self, plane: np.ndarray) -> Effects:
        """Return the effects of a plane as its layer applies it."""
        choice = self.work.choice
        return Effects(plane if choice is None else as_applied(plane, choice.layer)[0])

    def _say_what(self, plane: np.ndarray) -> None:
        """Say what is shown if it is not the very plane that is seen beside it."""
        choice, target = self.work.choice, self.work.target
        said = []
        if choice is not None and target is not None and target.plane is None and len(choice.filter.planes) > 1:
            said.append(f"Of the mean of {len(choice.filter.planes)} planes; choose a channel for what its own does.")
        if choice is not None:
            said.append(as_applied(plane, choice.layer)[1])
        self._what.setText(" ".join(filter(None, said)))
        self._what.setVisible(bool(self._what.text()))

    @Slot()
    def show_all(self) -> None:
        """Paint figures and answers: at once after a pause, else at its end, so that strokes are painted first."""
        if self._shown is not self.effects:
            self._shown = self.effects
            self.table.update()
            self.bench.update()
            cells = 1 if self.effects is None else max(self.effects.plane.shape)
            self._pause.start(round(PAUSE_MS * max(1.0, cells / _PACED_FROM_CELLS)))

    def show_picture(self, picture: Picture) -> None:
        """Show the spectra of the newest picture and map."""
        self.spectra.show_picture(picture)

    @Slot(float, float)
    def set_wave(self, length: float, angle: float) -> None:
        """Mark a wave everywhere.

        Parameters
        ----------
        length : in pixels; one that is too short for its direction becomes the shortest that is possible.
        angle : in degrees, clockwise from the right.
        """
        self._wave = (max(length, 1 / rim(angle)), angle)
        for marked in (self.response, self.spectra, self.polar, self.fields):
            marked.set_wave(*self._wave)
        self.bench.set_wave(Wave(max(self._wave[0], 2.0), angle))
        self._show_curves()
        self._say_wave()

    def _show_curves(self) -> None:
        """Let the curve in sight be drawn anew; the others are when they are looked at."""
        self.polar.set_effects(self.effects, self._ghost)
        self.lines.set_maker(self._content)

    def _content(self) -> PlotContent | str:
        if self.views.value == "wavelength":
            return curves.wavelength_content(self.effects, self._ghost, self._wave)
        if self.views.value == "step":
            return curves.step_content(self.effects, self._ghost, self._wave)
        is_in_decibels = self.kinds.value == "decibels"
        return curves.cut_content(
            self.effects, self._ghost, self._wave, unit=self.units.value, in_decibels=is_in_decibels
        )

    def _say_wave(self) -> None:
        """Tell the response to the wave, while nothing is under the mouse."""
        if self.effects is None or self.effects.why_not:
            self._wave_text = ""
        else:
            value = self.effects.at(*frequency(*self._wave))
            self._wave_text = value_text(value, self.effects.scale)
        self.reading.setText(self._wave_text)

    @Slot(str)
    def _on_pointed(self, sentence: str) -> None:
        self.reading.setText(sentence or self._wave_text)

    @Slot(str)
    def _on_kind(self, key: str) -> None:
        self.response.set_kind(key)  # type: ignore[arg-type]  # a key of KINDS
        self._show_curves()

    @Slot(str)
    def _on_unit(self, key: str) -> None:
        self.response.set_unit(key)
        self.spectra.set_unit(key)
        self._show_curves()

    @Slot(str)
    def _on_view(self, key: str) -> None:
        pages = {"angle": self.polar, "spectra": self.spectra}
        self._stack.setCurrentWidget(pages.get(key, self.lines))
        tip = next(tip for name, _, tip in VIEWS if name == key)
        self.lines.setAccessibleName(tip)
        self._stack.setToolTip(tip)
        self._show_curves()

    @Slot(float)
    def _on_line_dragged(self, at: float) -> None:
        """Set the length of the wave by a cut or by the plot over lengths; an edge has none."""
        length, angle = self._wave
        if self.views.value == "cut":
            length = 1 / at if at > 1e-3 else 1000.0
        elif self.views.value == "wavelength":
            length = at
        self.set_wave(float(f"{length:.4g}"), angle)

    @Slot(float)
    def _on_turned(self, angle: float) -> None:
        self.set_wave(self._wave[0], angle)

    @Slot()
    def _on_peak(self) -> None:
        """Mark the wave with the largest answer."""
        if self.effects is not None and not self.effects.why_not:
            length, angle = wave(*self.effects.figures.peak_frequency)
            self.set_wave(min(float(f"{length:.6g}"), 1000.0), round(angle, 2))

    def _connect(self) -> None:
        self.kinds.chosen.connect(self._on_kind)
        self.units.chosen.connect(self._on_unit)
        self.views.chosen.connect(self._on_view)
        self.lines.dragged.connect(self._on_line_dragged)
        self.polar.turned.connect(self._on_turned)
        for setting in (self.response, self.spectra, self.bench, self.fields):
            setting.wave_set.connect(self.set_wave)
        for pointing in (self.response, self.spectra, self.bench, self.lines, self.polar):
            pointing.pointed.connect(self._on_pointed)
        self.work.grating_asked.connect(self.set_wave)

    def _build(self) -> None:
        theme.set_role(self, "card")
        inside = QWidget(self)
        self._area = QScrollArea(self)
        self._area.setWidget(inside)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("What the kernel does")
        outside = QVBoxLayout(self)
        outside.setContentsMargins(6, 4, 2, 6)
        outside.addWidget(self._area)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(theme.px(6))
        self._column = column
        self._what = ElidedLabel("", inside)
        theme.set_role(self._what, "small")
        column.addWidget(self._what)
        self._rows = (self._build_head(inside), self._build_plots(inside), self._build_wave(inside))
        column.addLayout(self._rows[0])
        column.addLayout(self._rows[1])
        self.reading = ElidedLabel("", inside)
        column.addWidget(self.reading)
        column.addLayout(self._rows[2])
        self.table = FigureTable(inside)
        column.addWidget(self.table)
        self.variation_form = VariationForm(inside)
        column.addWidget(self.variation_form)
        self.bench = BenchStrip(inside)
        column.addWidget(self.bench)
        column.addStretch(1)

    def _build_head(self, parent: QWidget) -> QBoxLayout:
        self.kinds = Segmented(KINDS, parent, name="What of the response is shown", is_compact=True)
        self.views = Segmented(VIEWS, parent, name="What is beside the response", is_compact=True)
        head = QHBoxLayout()
        head.setSpacing(theme.px(6))
        head.addWidget(self.kinds, 0, Qt.AlignmentFlag.AlignLeft)
        head.addWidget(self.views, 0, Qt.AlignmentFlag.AlignRight)
        return head

    def _build_plots(self, parent: QWidget) -> QBoxLayout:
        self.response = ResponsePlot(parent)
        self.lines = LinePlot(VIEWS[0][2], parent)
        self.polar = PolarPlot(parent)
        self.spectra = Spectra(parent)
        self._stack = QStackedWidget(parent)
        for each in (self.lines, self.polar, self.spectra):
            self._stack.addWidget(each)
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(self.response, 1)
        row.addWidget(self._stack, 1)
        return row

    def _build_wave(self, parent: QWidget) -> QBoxLayout:
        self.fields = WaveFields(parent)
        self.peak = QToolButton(parent)
        self.peak.setText("Peak")
        self.peak.setToolTip("Mark the wave with the largest answer")
        self.peak.clicked.connect(self._on_peak)
        self.export = IconButton("export", "", parent)
        action = self.work.context.actions["export-response"]
        self.export.set_tip(action.toolTip())
        self.export.clicked.connect(action.trigger)
        units = [(key, unit.label, unit.explanation) for key, unit in UNITS.items()]
        self.units = Segmented(units, parent, name="Unit of frequencies", is_compact=True)
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addLayout(_joined(self.fields, self.peak, None))
        row.addLayout(_joined(None, self.export, self.units))
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the plots the height that the rest leaves."""
        super().resizeEvent(event)
        self._divide()

    def _divide(self) -> None:
        width = self._area.viewport().width()
        is_narrow = width < theme.px(_NARROW_PX)
        for row in self._rows:
            row.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight)
        inside = width - self._column.contentsMargins().right()
        for tall in (self.table, self.bench):
            tall.setFixedHeight(tall.heightForWidth(inside))
        plots = 2 if is_narrow else 1
        rest = self._column.heightForWidth(width) - plots * self._plots_px
        low, high = (theme.px(n) for n in _PLOTS_PX)
        self._plots_px = min(max((self._area.viewport().height() - rest) // plots, low), high)
        for each in (self.response, self._stack):
            each.setFixedHeight(self._plots_px)

    @Slot()
    def _on_theme(self) -> None:
        self._divide()


def _joined(*widgets: QWidget | None) -> QHBoxLayout:
    """Return a row of widgets; None is where it stretches."""
    row = QHBoxLayout()
    row.setSpacing(theme.px(6))
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    return row
