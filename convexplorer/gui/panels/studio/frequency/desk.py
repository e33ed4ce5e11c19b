"""The desk on which a wanted response is drawn, and the kernel follows."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize, QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from convexplorer.gui.canvas.studio.frequency.hand import with_shape
from convexplorer.gui.canvas.studio.frequency.target_plot import TargetPlot
from convexplorer.gui.look import theme
from convexplorer.gui.panels.studio.desk import Desk
from convexplorer.gui.panels.studio.frequency.area_form import AreaForm
from convexplorer.gui.panels.studio.frequency.area_list import AreaList
from convexplorer.gui.panels.studio.frequency.judge import Judge
from convexplorer.gui.panels.studio.frequency.method_form import MethodForm
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.session.task import Task
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.gui.widgets.note import Note
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.kernels.design.filter_design import FilterDesign, read_design
from convexplorer.kernels.design.shapes import SHAPES, Stroke
from convexplorer.kernels.design.starts import STARTS
from convexplorer.kernels.design.target import MAX_SHAPES, Target
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.response.frequency import wave
from convexplorer.results.picture import Picture
from convexplorer.results.spectrum import spectrum
from convexplorer.results.target_image import Side
from convexplorer.words import as_sentence

_MERGE = "frequency"  # changes of one drag are one step of Undo
_QUICK_CELLS = 33 * 33  # a kernel of so many cells follows the hand; a larger one is made when the hand lets go
_LONGEST_WAVE = 1000.0  # pixels, for the test bench, which has no flat areas
# Design pixels: the least width; where plane and areas, all words, and short words fit side by side.
_LEAST_WIDTH_PX, _WIDE_PX, _SPELLED_PX, _SHORTENED_PX = 200, 384, 340, 285
_SIDES = (
    ("wanted", "Wanted", "What is to become of each wave. R shows what is reached while it is held."),
    ("reached", "Reached", "What this kernel does to each wave."),
    ("difference", "Difference", "Reached minus wanted: too much and too little in two colours."),
    ("picture", "Picture", "Which waves the picture holds, in decibels: pull an area onto one to keep or remove it."),
)
_SHORT_SIDES = tuple((key, label if len(label) < 9 else "Diff.", tip) for key, label, tip in _SIDES)
_SIDE_LETTERS = tuple((key, label[0], f"{label}: {tip}") for key, label, tip in _SIDES)
_SPECTRUM_MS = 250  # between two spectra of a running camera


class FrequencyDesk(Desk):
    """The wanted response as a plane, its areas and the method; below, what this size of kernel cannot do."""

    key, title, tip = "frequency", "Frequency", "Draw which waves pass; the kernel follows."
    stage_share = 0.3

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._design = FilterDesign(STARTS["band-pass"].target)
        self._chosen = 0
        self._solver: Task[np.ndarray] | None = None
        self._awaited: FilterDesign | None = None  # what the task is to make, unless something else was done meanwhile
        self._judging = Judge(work.errands, self)
        self._is_foreign = True
        self._options: Sequence[tuple[str, ...]] = _SIDES
        self._picture: Picture | None = None  # the newest one whose waves were not shown yet
        self._pause = QTimer(self, singleShot=True, interval=_SPECTRUM_MS)
        self._pause.timeout.connect(self._show_spectrum)
        self._build()
        self._show_design()

    @property
    def design(self) -> FilterDesign:
        """What is wanted, and how it is made."""
        return self._design

    @property
    def chosen(self) -> int:
        """The place of the chosen area, −1 for elsewhere."""
        return self._chosen

    def end(self) -> None:
        """Stop what is computed beside."""
        self._judging.stop()
        self._stop_solving()

    def minimumSizeHint(self) -> QSize:
        """Return the width of a narrow column, for which all stands one below the other."""
        return QSize(theme.px(_LEAST_WIDTH_PX), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put plane and areas side by side where the column is wide enough for both."""
        super().resizeEvent(event)
        is_wide = self.width() >= theme.px(_WIDE_PX)
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        self._plane.setDirection(direction)
        self.areas.set_low(not is_wide)
        self.note.set_lines(3 if is_wide else 5)
        are_short = self.width() < theme.px(_SHORTENED_PX)
        are_spelled = self.width() >= theme.px(_SPELLED_PX)
        options = _SIDES if are_spelled else _SIDE_LETTERS if are_short else _SHORT_SIDES
        if options is not self._options:
            self._options = options
            self.sides.set_options(options)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop what is computed beside, for the closing of the window."""
        super().hideEvent(event)
        self.end()

    def show_kernel(self) -> None:
        """Show what the kernel reaches; of one that was made here, its design, too."""
        self._stop_solving()  # what is on its way is for the kernel of before
        self.note.accept()
        chosen = self.work.chosen
        recipe = None if chosen is None else chosen.recipe
        found = None if recipe is None else _design_of(recipe)
        if found is not None and found != self._design:
            self._take(found)
        self.plot.set_kernel(self.work.plane)
        self._is_foreign = found is None or recipe is None or bool(recipe.steps)
        self.make_button.setVisible(self._is_foreign)
        self._judge()

    def show_picture(self, picture: Picture) -> None:
        """Take the newest result, whose waves are shown while they are looked at."""
        self._picture = picture
        if self.plot.side == "picture" and not self._pause.isActive():
            self._show_spectrum()

    @Slot(str)
    def _on_side(self, side: Side) -> None:
        self.plot.set_side(side)
        if side == "picture":
            self._show_spectrum()

    @Slot()
    def _show_spectrum(self) -> None:
        """Show the waves of the newest picture, then pause."""
        picture, self._picture = self._picture, None
        if picture is not None and self.plot.side == "picture":
            seen = picture.input.mean(axis=0, dtype=np.float32)
            self.plot.set_spectrum(spectrum(seen) if seen.ndim == 2 else None)
            self._pause.start()
        elif picture is not None:
            self._picture = picture

    @Slot(object)
    def _on_target(self, target: Target) -> None:
        self._change(replace(self._design, target=target))

    @Slot(object)
    def _change(self, design: FilterDesign) -> None:
        """Take another design, and let the kernel follow."""
        self._take(design)
        if self._is_slow or not self._solve():  # a kernel that was made is judged when it is shown
            self._judge()

    @Slot()
    def _finish(self) -> None:
        """End a step of Undo; a large kernel is made now."""
        if self._is_slow:
            self._solve_beside()
        self.work.settle()

    def _take(self, design: FilterDesign) -> None:
        self._awaited = None
        self._design = design
        self._chosen = min(self._chosen, len(design.target.shapes) - 1)
        self._show_design()

    @property
    def _is_slow(self) -> bool:
        rows, columns = self._design.size
        return self._design.method == "least-squares" and rows * columns > _QUICK_CELLS

    def _solve(self) -> bool:
        """Make the kernel of the design, or say why there is none; return whether it was made."""
        try:
            kernel = self._design.kernel()
        except ValueError as error:
            self._refuse(str(error))
            return False
        return self._commit(self._design, kernel)

    def _solve_beside(self) -> None:
        self._stop_solving()
        design = self._awaited = self._design
        self._solver = Task(lambda tell: tell(design.kernel()), self.work.errands, self)
        self._solver.told.connect(lambda kernel: self._take_late(design, kernel))
        self._solver.ended.connect(lambda error: None if error is None else self._refuse(str(error)))

    def _stop_solving(self) -> None:
        self._awaited = None
        if self._solver is not None:
            self._solver.stop()
            self._solver = None

    def _take_late(self, design: FilterDesign, kernel: np.ndarray) -> None:
        if design is self._awaited:
            self._commit(design, kernel)
            self.work.settle()

    def _commit(self, design: FilterDesign, kernel: np.ndarray) -> bool:
        self.note.accept()
        return self.work.make(kernel, Recipe("response", design.settings()), _MERGE)

    def _refuse(self, sentence: str) -> None:
        self.note.refuse(as_sentence(sentence))

    @Slot()
    def _make_now(self) -> None:
        if self._is_slow:
            self._solve_beside()
        else:
            self._solve()
        self.work.settle()

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        self._chosen = index
        self._show_design()

    @Slot(str)
    def _on_added(self, kind: str) -> None:
        target = self._design.target
        if len(target.shapes) >= MAX_SHAPES:
            self._refuse(f"there are {MAX_SHAPES} areas, as many as there may be: remove one first")
            return
        # What stands out from elsewhere: a notch among what passes, a pass among what is stopped.
        shape = SHAPES[kind](level=0.0 if target.level else 1.0)
        self._chosen = len(target.shapes)
        self._on_target(replace(target, shapes=(*target.shapes, shape)))
        self._finish()

    @Slot()
    def _on_removal(self) -> None:
        if self._chosen >= 0:
            target = with_shape(self._design.target, self._chosen, None)
            self._chosen = min(self._chosen, len(target.shapes) - 1)
            self._on_target(target)
            self._finish()

    @Slot(bool)
    def _on_brush(self, is_on: bool) -> None:
        brush = Stroke(level=0.0 if self._design.target.level else 1.0, points=((0.0, 0.0),))
        self.plot.set_brush(brush if is_on else None)

    def _begin_with(self, key: str) -> None:
        self._chosen = 0
        self._on_target(STARTS[key].target)
        self._finish()

    @Slot()
    def _ask_for_worst(self) -> None:
        verdict = self._judging.verdict
        if verdict is not None:
            length, direction = wave(*verdict.worst)
            self.work.grating_asked.emit(min(length, _LONGEST_WAVE), direction)

    def _judge(self) -> None:
        self._judging.judge(self._design, self.work.plane, is_foreign=self._is_foreign)
        verdict = self._judging.verdict
        self.plot.set_worst(verdict.worst if verdict is not None and verdict.largest > 0 else None)

    def _show_design(self) -> None:
        target = self._design.target
        self.plot.set_target(target, self._chosen)
        self.areas.show_target(target, self._chosen)
        self.form.show_area(target, self._chosen)
        self.method.show_design(self._design)
        shape = target.shapes[self._chosen] if self._chosen >= 0 else None
        if self.areas.brush.isChecked() and isinstance(shape, Stroke):  # the next stroke is like the chosen one
            self.plot.set_brush(shape)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        self.sides = Segmented(_SIDES, self, name="What is shown")
        self.sides.chosen.connect(self._on_side)
        layout.addWidget(self.sides)
        self._plane = self._build_plane()
        layout.addLayout(self._plane, 1)
        layout.addLayout(self._build_verdict())
        self.form = AreaForm(self)
        self.form.changed.connect(self._on_target)
        self.form.finished.connect(self._finish)
        self.method = MethodForm(self._design, self)
        self.method.changed.connect(self._change)
        self.method.finished.connect(self._finish)
        layout.addWidget(self.form)
        layout.addWidget(self.method)

    def _build_starts(self) -> QHBoxLayout:
        begin = QToolButton(self)
        begin.setText("Begin with")
        begin.setToolTip("Begin with a usual response in place of all areas.")
        begin.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.begin_menu = QMenu("Begin with", begin)
        self.begin_menu.setToolTipsVisible(True)
        for key, start in STARTS.items():
            action = self.begin_menu.addAction(start.label)
            action.setToolTip(start.tip)
            action.triggered.connect(lambda _=False, key=key: self._begin_with(key))
        begin.setMenu(self.begin_menu)
        self.make_button = QToolButton(self)
        self.make_button.setText("Make")
        self.make_button.setToolTip("Replace the kernel, which was made another way, by the one of this response.")
        self.make_button.clicked.connect(self._make_now)
        row = QHBoxLayout()
        row.setSpacing(theme.px(4))
        row.addWidget(begin)
        row.addWidget(self.make_button)
        row.addStretch(1)
        return row

    def _build_plane(self) -> QHBoxLayout:
        self.plot = TargetPlot(self)
        self.plot.edited.connect(self._on_target)
        self.plot.finished.connect(self._finish)
        self.plot.chosen.connect(self._on_chosen)
        self.plot.worst_clicked.connect(self._ask_for_worst)
        self.plot.removal_asked.connect(self._on_removal)
        self.plot.refused.connect(self._refuse)
        self.areas = AreaList(self)
        self.areas.chosen.connect(self._on_chosen)
        self.areas.added.connect(self._on_added)
        self.areas.removal_asked.connect(self._on_removal)
        self.areas.brush_toggled.connect(self._on_brush)
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(self.plot, 1)
        column = QVBoxLayout()
        column.addWidget(self.areas, 1)
        column.addLayout(self._build_starts())
        row.addLayout(column)
        return row

    def _build_verdict(self) -> QVBoxLayout:
        self._reading = ElidedLabel("", self)
        theme.set_role(self._reading, "muted")
        self.plot.pointed.connect(self._reading.setText)
        self.note = Note(3, self)
        self._judging.said.connect(self.note.set_text)
        self.worst_button = IconButton("crosshair", "Look at the worst wave in the test bench", self)
        self.worst_button.clicked.connect(self._ask_for_worst)
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        row.addWidget(self.worst_button)
        column = QVBoxLayout()
        column.setSpacing(theme.px(2))
        column.addWidget(self._reading)
        column.addLayout(row)
        return column


def _design_of(recipe: Recipe) -> FilterDesign | None:
    """Return the design that a recipe holds; None if it is of another kind, or a file has spoilt it."""
    if recipe.kind != "response":
        return None
    try:
        return read_design(recipe.settings)
    except ValueError:
        return None
