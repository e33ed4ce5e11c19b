"""A picture that excites the unit: its choices, the climb with stop and go on, and what becomes of the picture."""

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from convexplorer.export.files import dialog_filters, reason_of
from convexplorer.gui.look import theme
from convexplorer.gui.panels.unit_window.ascent_view import ClimbCurve, ClimbPicture
from convexplorer.gui.session.beat import Beat
from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.session.task import Task
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.results.picture import Picture
from convexplorer.results.unit.ascent import GOALS, MOST_STEPS, STARTS, Ascent, AscentWish, Climb
from convexplorer.results.unit.searching import Unit
from convexplorer.words import failure, number, plain, times

logger = logging.getLogger(__name__)
FORMATS = {".png": "Picture", ".npy": "Numbers of the network"}
SHOW_MS = 40  # between two steps that are shown: small networks make a hundred in the meantime
FORM_WIDTH = 270  # design pixels


class AscentPage(QWidget):
    """Makes a picture in a thread of its own; a new start takes the unit and the picture of that moment.

    Signals
    -------
    used : (rows, columns, 3) uint8 RGB that shall be the picture of the window.
    """

    used = Signal(object)

    def __init__(self, errands: Errands, settings: Settings, home: QObject, parent: QWidget) -> None:
        super().__init__(parent)
        self._errands, self._settings, self._home = errands, settings, home
        self._picture: Picture | None = None
        self._unit: Unit | None = None
        self._climbed: Unit | None = None  # the unit of the climb that is shown
        self._ascent: Ascent | None = None
        self._task: Task[Climb] | None = None
        self._climb: Climb | None = None
        self._beat: Beat[Climb] = Beat(self._show, SHOW_MS, self)
        self._build()
        self._tell()

    @property
    def climb(self) -> Climb | None:
        """What is shown."""
        return self._climb

    @property
    def is_running(self) -> bool:
        """True while it climbs."""
        return self._task is not None

    @property
    def sentence(self) -> str:
        """What is said of it."""
        return self._sentence.text()

    def show_unit(self, picture: Picture, unit: Unit | None) -> None:
        """Take what the next start is of."""
        self._picture, self._unit = picture, unit
        self.goal.setEnabled(unit is not None and _has_places(picture))
        self._arrange()

    def stop(self) -> None:
        """Stop after this step; the picture stays, and can be gone on with."""
        if self._task is not None:
            self._task.stop()

    def leave(self) -> None:
        """Stop, and hear nothing more."""
        if self._task is not None:
            self._task.stop()
            self._task.told.disconnect(self._on_told)
            self._task.ended.disconnect(self._on_ended)
            self._task = None
            self._beat.drop()

    @property
    def wish(self) -> AscentWish:
        """What is chosen."""
        return AscentWish(
            channel=0 if self._unit is None else self._unit.channel,
            goal=self.goal.currentData(),
            start=self.begin.currentData(),
            steps=self.steps.value(),
            step=self.step.value() / 100,
            jitter=self.jitter.value(),
            decay=self.decay.value() / 100,
            blur=self.blur.value(),
            seed=self.seed.value(),
        )

    @Slot()
    def _on_start(self) -> None:
        """Begin anew, or stop what runs."""
        if self._task is not None:
            self.stop()
            return
        picture, unit, wish = self._picture, self._unit, self.wish
        if picture is None or unit is None:
            return
        self._climbed, self._ascent = unit, None

        def work(tell: Callable[[Climb], object]) -> None:
            ascent = Ascent(picture.project, unit.layer, wish, picture.frame)
            self._ascent = ascent  # before the first step, so that a stopped one can be gone on with
            for climb in ascent.climb():
                tell(climb)

        self._run(work)

    @Slot()
    def _on_go_on(self) -> None:
        ascent = self._ascent
        if ascent is None or self._task is not None:
            return

        def work(tell: Callable[[Climb], object]) -> None:
            for climb in ascent.climb():
                tell(climb)

        self._run(work)

    def _run(self, work: Callable[[Callable[[Climb], object]], object]) -> None:
        self._task = Task(work, self._errands, self._home)
        self._task.told.connect(self._on_told)
        self._task.ended.connect(self._on_ended)
        self._arrange()

    @Slot(object)
    def _on_told(self, climb: Climb) -> None:
        self._beat.put(climb)

    def _show(self, climb: Climb) -> None:
        self._climb = climb
        self.picture.show_pixels(climb.pixels)
        self.curve.show_climb(climb)
        self._tell()

    @Slot(object)
    def _on_ended(self, error: Exception | None) -> None:
        self._task = None
        self._beat.settle()
        self._arrange()
        if error is not None:
            if not isinstance(error, ValueError | MemoryError):
                logger.error("a picture could not be made", exc_info=error)
            self._ascent = None
            self._sentence.setText(str(error) or type(error).__name__)
            self._arrange()
        else:
            self._tell()

    def _tell(self) -> None:
        climb, unit = self._climb, self._climbed
        if climb is None or unit is None:
            self._sentence.setText("")
            return
        first, now = number(climb.values[0]), number(climb.values[-1])
        size = times(climb.numbers.shape[1:])
        blind = ""
        if climb.blind_steps:
            blind = f" In {climb.blind_steps} of them nothing changed the value itself, as behind a ReLU that is off."
        self._sentence.setText(
            f"{plain(unit.name)}, {size}: {now} after {climb.done} of {climb.total} steps, from {first}.{blind}"
        )

    def _arrange(self) -> None:
        """Enable what is possible now."""
        is_running, has_picture = self._task is not None, self._climb is not None
        self.start_button.setText("Stop" if is_running else "Start")
        self.start_button.setEnabled(is_running or self._unit is not None)
        self.go_on_button.setEnabled(not is_running and self._ascent is not None and has_picture)
        self.use_button.setEnabled(has_picture)
        self.save_button.setEnabled(has_picture)

    # What becomes of the picture

    @Slot()
    def _on_use(self) -> None:
        if self._climb is not None:
            self.stop()
            self.used.emit(self._climb.pixels)

    @Slot()
    def _on_save(self) -> None:
        climb = self._climb
        if climb is None:
            return
        start = str(Path(self._settings.last_folder) / "excites.png")
        text, chosen = QFileDialog.getSaveFileName(self, "Save", start, dialog_filters(FORMATS))
        if not text:
            return
        path = Path(text)
        path = path if path.suffix else path.with_suffix(chosen.rpartition("*")[2].rstrip(")"))
        self._settings.remember_folder(path)
        try:
            _save(path, climb)
        except (ValueError, OSError) as error:
            self._sentence.setText(failure(path.name, "was not saved", reason_of(error)))
        else:
            self._sentence.setText(f"Saved {path}")

    # Building

    def _build(self) -> None:
        self.goal = self._choice("Raise", GOALS)
        self.begin = self._choice("Start from", STARTS)
        usual = AscentWish(0)
        self.steps = self._spin("Steps", 1, MOST_STEPS, usual.steps)
        self.step = self._real("Step", 0.1, 100, 100 * usual.step, " %")
        self.step.setToolTip("How much the cell that counts most changes, in percent of black to white")
        self.jitter = self._spin("Jitter", 0, 64, usual.jitter, " cells")
        self.jitter.setToolTip("Shift the picture by up to so many cells before each step, and back behind it")
        self.decay = self._real("Decay", 0, 99, 100 * usual.decay, " %")
        self.decay.setToolTip("Draw every cell back to grey by this share of the distance, in each step")
        self.blur = self._real("Blur", 0, 10, usual.blur, " cells")
        self.blur.setToolTip("Deviation of a blur in every fourth step")
        self.seed = self._spin("Seed", 0, 9999, usual.seed)
        self.seed.setToolTip("The same seed gives the same picture")
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setVerticalSpacing(theme.px(5))
        for words, box in (
            ("Raise", self.goal),
            ("Start from", self.begin),
            ("Steps", self.steps),
            ("Step", self.step),
            ("Jitter", self.jitter),
            ("Decay", self.decay),
            ("Blur", self.blur),
            ("Seed", self.seed),
        ):
            form.addRow(words, box)
        self.start_button = self._button("Start", "Begin anew with the selected map or value", self._on_start)
        theme.set_role(self.start_button, "primary")
        self.go_on_button = self._button("Go on", "As many steps again from where it stopped", self._on_go_on)
        self.use_button = self._button(
            "Use as the picture", "Make it the picture of the window, to look at it in every layer", self._on_use
        )
        self.save_button = self._button(
            "Save…", "Save the picture, or the numbers that the network gets", self._on_save
        )
        buttons = QHBoxLayout()
        buttons.addWidget(self.start_button)
        buttons.addWidget(self.go_on_button)
        more = QHBoxLayout()
        more.addWidget(self.use_button)
        more.addWidget(self.save_button)
        self.picture, self.curve = ClimbPicture(self), ClimbCurve(self)
        side = QWidget(self)
        side.setFixedWidth(theme.px(FORM_WIDTH))
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(form)
        column.addLayout(buttons)
        column.addWidget(self.curve, 1)
        column.addLayout(more)
        self._sentence = ElidedLabel("", self)
        row = QHBoxLayout()
        row.setSpacing(theme.px(14))
        row.addWidget(self.picture, 1)
        row.addWidget(side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.px(8), 0, 0)
        layout.addLayout(row, 1)
        layout.addWidget(self._sentence)

    def _choice(self, name: str, options: dict[str, tuple[str, str]]) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        for key, (label, tip) in options.items():
            box.addItem(label, key)
            box.setItemData(box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        return box

    def _spin(self, name: str, low: int, high: int, value: int, suffix: str = "") -> QSpinBox:
        box = QSpinBox(self)
        box.setAccessibleName(name)
        box.setRange(low, high)
        box.setSuffix(suffix)
        box.setValue(value)
        return box

    def _real(self, name: str, low: float, high: float, value: float, suffix: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self)
        box.setAccessibleName(name)
        box.setDecimals(1)
        box.setRange(low, high)
        box.setSuffix(suffix)
        box.setValue(value)
        return box

    def _button(self, text: str, tip: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button


def _has_places(picture: Picture) -> bool:
    report = picture.layers[picture.position] if picture.layers else None
    return report is not None and len(report.output_shape or ()) > 1


def _save(path: Path, climb: Climb) -> None:
    if path.suffix.lower() == ".npy":
        from convexplorer.export.files import replacing

        with replacing(path, FORMATS) as part, part.open("wb") as file:
            np.save(file, climb.numbers, allow_pickle=False)
    else:
        from convexplorer.export.images import save_png

        save_png(path, climb.pixels)
