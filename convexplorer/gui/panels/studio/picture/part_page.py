"""A part of the picture as the kernel, and the places of the picture that are like the kernel."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from convexplorer.core.geometry.places import Region
from convexplorer.core.parameter import Parameter
from convexplorer.gui.canvas.studio.bank_sheet import BankSheet
from convexplorer.gui.look import theme
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.session.beat import Beat
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.session.task import Task
from convexplorer.gui.widgets.parameter_form import ParameterForm
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.kernels.matching import patch_kernel, reduced_picture
from convexplorer.kernels.picture_recipes import patch_recipe
from convexplorer.results.part_search import Part, Parts, PartWish, find_parts, patch_of
from convexplorer.results.picture import Picture
from convexplorer.sources import IMAGE_SUFFIXES, open_reader
from convexplorer.sources.frame import Source
from convexplorer.words import as_sentence, number, times

FOLLOW_MS = 250  # between two pictures that are searched while frames flow
LONGEST = 31  # cells of a whole picture as a kernel, at first
HINT = "Drag with Shift on the picture: the part that you mark becomes the kernel."
MEASURES = (
    (
        "normalised",
        "Normalised",
        "Without means, divided by both norms: −1…1 whatever the light; flat parts 0",
    ),
    ("correlation", "Correlation", "The sum of products, as in the map: bright and hard parts answer more"),
)
_LEAST = Parameter(
    "least",
    0.6,
    0.05,
    1.0,
    0.01,
    "At least",
    "The least score; of plain correlation, a share of the best",
)
_COUNT = Parameter("count", 12, 1, 100, 1, "Places", "So many at most, the best first", is_integer=True)


class PartPage(QWidget):
    """The marked part becomes the kernel when the drag is over; the kernel is looked for in each picture.

    Attributes
    ----------
    found : what the list shows; None before anything was looked for.
    """

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.found: Parts | None = None
        self._is_shown = False
        self._wish: dict[str, float] = {each.name: each.default for each in (_LEAST, _COUNT)}
        self._task: Task[Parts] | None = None
        self._is_stale = False
        self._beat: Beat[Picture] = Beat(self._search, FOLLOW_MS, self)
        self._build()
        selection = work.context.selection
        selection.region_changed.connect(self._on_region)
        selection.region_finished.connect(self._on_region_finished)

    @property
    def sentence(self) -> str:
        """What is said of the places."""
        return self._sentence.text()

    @property
    def is_searching(self) -> bool:
        """True while the picture is looked through, or waits to be."""
        return self._task is not None or self._is_stale

    def set_shown(self, is_shown: bool) -> None:
        """Begin to look for the kernel, or mark nothing any more."""
        if is_shown == self._is_shown:
            return
        self._is_shown = is_shown
        if is_shown:
            self._show_region(self.work.context.selection.region)
            self._ask()
        else:
            self._beat.drop()
            self.work.context.selection.set_found(())

    def show_kernel(self) -> None:
        """Look for another kernel."""
        self._offer_colours()
        self._ask()

    def show_picture(self, picture: Picture) -> None:
        """Look in another picture."""
        self._offer_colours()
        if self._is_shown:
            self._beat.put(picture)

    def take_marked(self) -> None:
        """Let the marked part become the kernel."""
        picture, region = self.work.picture, self.work.context.selection.region
        if picture is None or region is None:
            self.work.context.refuse(HINT)
            return
        title = picture.frame.title or "the picture"
        size = (region.size[0], region.size[1])
        start = (region.start[0], region.start[1])
        self._make(lambda: patch_of(picture, region, is_grey=self.is_grey), title, start if size else None)

    def take_picture(self, path: Path) -> None:
        """Let all of a picture become the kernel, reduced so that its longer side has as many cells as are chosen."""

        def reduced() -> np.ndarray:
            reader = open_reader(Source("image", str(path)))
            try:
                frame = reader.read()
            finally:
                reader.close()
            if frame is None or len(frame.spatial) != 2:
                raise ValueError("A kernel is made of a picture of rows and columns.")
            target, image = self.work.target, frame.image
            fits = target is not None and len(image) == target.channel_count
            return reduced_picture(
                image if fits and not self.is_grey else image[:3].mean(axis=0, keepdims=True), self.longest.value()
            )

        self._make(reduced, path.name, None)

    @property
    def is_grey(self) -> bool:
        """True if one plane is made for all channels."""
        return self.grey.isChecked() or not self.grey.isEnabled()

    def _make(self, read: Callable[[], np.ndarray], title: str, start: tuple[int, int] | None) -> None:
        choices = {"is_centred": self.centred.isChecked(), "has_norm_1": self.norm.isChecked()}
        try:
            planes = patch_kernel(read(), **choices)
        except (ValueError, OSError) as error:
            self.work.context.refuse(as_sentence(str(error)))
            return
        size = (planes.shape[1], planes.shape[2])
        recipe = patch_recipe(title, size, start, is_grey=self.is_grey, **choices)
        self.work.settle()
        if self.work.make(planes, recipe, name="part" if start else "picture"):
            self._show_part(planes, size)

    # The marked part

    @Slot(object)
    def _on_region(self, region: Region | None) -> None:
        if self._is_shown:
            self._show_region(region)

    @Slot()
    def _on_region_finished(self) -> None:
        if self._is_shown and self.work.context.selection.region is not None:
            self.take_marked()

    @Slot()
    def _on_choice(self) -> None:
        """Make the kernel anew with other choices, if it is of the marked part."""
        chosen, region = self.work.chosen, self.work.context.selection.region
        recipe = None if chosen is None else chosen.recipe
        if recipe is None or region is None or recipe.kind != "patch" or recipe.steps:
            return
        if (recipe.settings.get("row"), recipe.settings.get("column")) == tuple(region.start):
            self.take_marked()

    def _show_region(self, region: Region | None) -> None:
        """Show what the marked part would be as a kernel."""
        picture = self.work.picture
        self.take.setEnabled(region is not None)
        if picture is None or region is None:
            self._size.setText(HINT)
            self._preview.hide()
            return
        try:
            planes = patch_kernel(patch_of(picture, region, is_grey=self.is_grey))
        except ValueError as error:
            self._size.setText(str(error))
            self._preview.hide()
            return
        self._show_part(planes, (region.size[0], region.size[1]))

    def _show_part(self, planes: np.ndarray, size: tuple[int, int]) -> None:
        even = [what for what, n in zip(("rows", "columns"), size, strict=True) if n % 2 == 0]
        lines = " and ".join(even)
        aside = f"; an even number of {lines} has no middle, the map lies half a cell aside" if even else ""
        self._size.setText(f"{times(size)} cells{aside}.")
        self._preview.set_bank(planes[np.newaxis], ("The marked part as a kernel",))
        self._preview.show()

    def _offer_colours(self) -> None:
        """Offer a plane for each channel where the layer reads the picture as it is."""
        picture, target, choice = self.work.picture, self.work.target, self.work.choice
        count = 0 if picture is None else len(picture.input)
        reads = choice is not None and choice.reads_picture and target is not None and target.plane is None
        can = bool(reads and target is not None and target.channel_count == count > 1)
        if can != self.grey.isEnabled():
            self.grey.setEnabled(can)
            tip = "Make one plane for all channels, of their mean, instead of one plane for each"
            self.grey.setToolTip(tip if can else "One plane is made for all channels that the layer reads")

    # The places that are like the kernel

    def _ask(self) -> None:
        picture = self.work.picture
        if self._is_shown and picture is not None:
            self._beat.put(picture, at_once=True)

    def _search(self, picture: Picture) -> None:
        chosen = self.work.chosen
        if chosen is None or not self._is_shown:
            return
        if self._task is not None:
            self._is_stale = True
            return
        wish = PartWish(
            "correlation" if self.measure.value == "correlation" else "normalised",
            int(self._wish["count"]),
            self._wish["least"],
        )
        planes = chosen.planes
        task: Task[Parts] = Task(lambda tell: tell(find_parts(picture, planes, wish)), self.work.errands, self.work)
        self._task = task
        task.told.connect(self._on_told)
        task.ended.connect(self._on_ended)

    @Slot(object)
    def _on_told(self, found: Parts) -> None:
        if isValid(self) and self._is_shown:
            self._show(found)

    @Slot(object)
    def _on_ended(self, error: Exception | None) -> None:
        if not isValid(self):
            return
        self._task = None
        if error is not None and self._is_shown:
            self._show(None)
            self._sentence.setText(as_sentence(str(error) or type(error).__name__))
        if self._is_stale:
            self._is_stale = False
            self._ask()

    def _show(self, found: Parts | None) -> None:
        self.found = found
        parts = () if found is None else found.found
        self._sentence.setText("" if found is None else found.sentence)
        self.work.context.selection.set_found([one.region for one in parts] if self.marks.isChecked() else ())
        with QSignalBlocker(self.places):
            while self.places.count() > len(parts):
                self.places.takeItem(self.places.count() - 1)
            while self.places.count() < len(parts):
                self.places.addItem(QListWidgetItem())
            for i, part in enumerate(parts):
                item = self.places.item(i)
                item.setText(_row(i, part))
                item.setData(Qt.ItemDataRole.UserRole, part.pin)

    @Slot(QListWidgetItem)
    def _on_place(self, item: QListWidgetItem) -> None:
        self.work.context.selection.hold(item.data(Qt.ItemDataRole.UserRole))

    @Slot(bool)
    def _on_marks(self, _is_on: bool) -> None:
        self._show(self.found)

    @Slot(str, float)
    def _on_wish(self, name: str, value: float) -> None:
        self._wish[name] = value
        self._ask()

    @Slot()
    def _on_picture(self) -> None:
        known = " ".join(f"*{suffix}" for suffix in sorted(IMAGE_SUFFIXES))
        settings = Settings()
        text, _ = QFileDialog.getOpenFileName(
            self, "A picture as the kernel", settings.last_folder, f"Pictures ({known});;All files (*)"
        )
        if text:
            settings.remember_folder(Path(text))
            self.take_picture(Path(text))

    # Building

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addLayout(self._build_part())
        layout.addLayout(self._build_choices())
        layout.addLayout(self._build_takes())
        self._build_places(layout)

    def _build_part(self) -> QHBoxLayout:
        self._preview = BankSheet(self)
        self._preview.setFixedSize(theme.px(44), theme.px(44))
        self._preview.hide()
        self._size = QLabel(HINT, self)
        self._size.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self._preview)
        row.addWidget(self._size, 1)
        return row

    def _build_choices(self) -> QHBoxLayout:
        self.centred = QCheckBox("Mean 0", self)
        self.centred.setToolTip("Take the mean off each channel: the kernel answers to the pattern, not to brightness")
        self.norm = QCheckBox("Norm 1", self)
        self.norm.setToolTip("Divide by the Euclidean norm: faint parts answer as much as hard ones")
        self.grey = QCheckBox("Grey", self)
        row = QHBoxLayout()
        row.setSpacing(theme.px(10))
        for box, is_on in ((self.centred, True), (self.norm, True), (self.grey, False)):
            box.setChecked(is_on)
            box.toggled.connect(self._on_choice)
            row.addWidget(box)
        row.addStretch(1)
        return row

    def _build_takes(self) -> QHBoxLayout:
        self.take = QPushButton("Take again", self)
        self.take.setToolTip("Let the marked part become the kernel again, of the picture that is shown now")
        self.take.setAutoDefault(False)
        self.take.setEnabled(False)
        self.take.clicked.connect(self.take_marked)
        self.file = QPushButton("All of a picture…", self)
        self.file.setToolTip("Let all of a picture become the kernel, reduced to the size beside this button")
        self.file.setAutoDefault(False)
        self.file.clicked.connect(self._on_picture)
        self.longest = QSpinBox(self)
        self.longest.setRange(2, 255)
        self.longest.setValue(LONGEST)
        self.longest.setSuffix(" cells")
        self.longest.setAccessibleName("Longer side of a whole picture as a kernel")
        self.longest.setToolTip("Rows or columns of the longer side, to which a whole picture is reduced")
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(self.take)
        row.addStretch(1)
        row.addWidget(self.file)
        row.addWidget(self.longest)
        return row

    def _build_places(self, layout: QVBoxLayout) -> None:
        self.measure = Segmented(MEASURES, self, name="How places like the kernel are found")
        self.measure.chosen.connect(lambda _: self._ask())
        self.marks = QCheckBox("Mark", self)
        self.marks.setToolTip("Outline the places on the picture, the best one with a thicker line")
        self.marks.setChecked(True)
        self.marks.toggled.connect(self._on_marks)
        row = QHBoxLayout()
        row.addWidget(self.measure)
        row.addStretch(1)
        row.addWidget(self.marks)
        layout.addLayout(row)
        self._sentence = QLabel("", self)
        self._sentence.setWordWrap(True)
        theme.set_role(self._sentence, "muted")
        layout.addWidget(self._sentence)
        self.places = QListWidget(self)
        self.places.setAccessibleName("Places like the kernel")
        self.places.setToolTip("Click a place: it is pinned and explained")
        self.places.setMinimumHeight(theme.px(110))
        self.places.itemClicked.connect(self._on_place)
        self.places.itemActivated.connect(self._on_place)
        layout.addWidget(self.places, 1)
        self.wish = ParameterForm(self)
        self.wish.show_parameters((_LEAST, _COUNT), self._wish)
        self.wish.changed.connect(self._on_wish)
        layout.addWidget(self.wish)


def _row(index: int, part: Part) -> str:
    row, column = part.region.start
    score = f"{part.score:.3f}" if abs(part.score) <= 1 else number(part.score)
    return f"{index + 1}   {score}   row {row}, column {column}"
