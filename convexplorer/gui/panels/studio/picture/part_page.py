"""A part of the picture as the kernel, or all of one."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget
from shiboken6 import isValid

from convexplorer.core.geometry.places import Region
from convexplorer.gui.canvas.studio.bank_sheet import BankSheet
from convexplorer.gui.look import theme
from convexplorer.gui.panels.studio.naming import name_for
from convexplorer.gui.panels.studio.picture.place_search import PlaceSearch
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.session.settings import Settings
from convexplorer.kernels.matching import patch_kernel, reduced_picture
from convexplorer.kernels.picture_recipes import patch_recipe
from convexplorer.results.part_search import patch_of
from convexplorer.results.picture import Picture
from convexplorer.sources import IMAGE_SUFFIXES, open_reader
from convexplorer.sources.frame import Frame, Source
from convexplorer.words import as_sentence, failure, times

LONGEST = 31  # cells of a whole picture as a kernel, at first
HINT = "Drag with Shift on the picture: the part that you mark becomes the kernel."


class PartPage(QWidget):
    """The marked part becomes the kernel when the drag is over; the kernel is looked for in each picture.

    Attributes
    ----------
    search : finds the places that are like the kernel.
    """

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self._is_shown = False
        self._build()
        selection = work.context.selection
        selection.region_changed.connect(self._on_region)
        selection.region_finished.connect(self._on_region_finished)

    def set_shown(self, is_shown: bool) -> None:
        """Take what is marked from now on and look for the kernel, or no longer."""
        if is_shown == self._is_shown:
            return
        self._is_shown = is_shown
        if is_shown:
            self._show_region(self.work.context.selection.region)
        self.search.set_shown(is_shown)

    def show_kernel(self) -> None:
        """Look for another kernel."""
        self._offer_colours()
        self.search.ask()

    def show_picture(self, picture: Picture) -> None:
        """Look in another picture."""
        self._offer_colours()
        self.search.show_picture(picture)

    def take_marked(self) -> None:
        """Let the marked part become the kernel."""
        picture, region = self.work.picture, self.work.context.selection.region
        if picture is None or region is None:
            self.work.context.refuse(HINT)
            return
        title = picture.frame.title or "the picture"
        start = (region.start[0], region.start[1])
        self._make(lambda: patch_of(picture, region, is_grey=self.is_grey), title, start)

    def take_picture(self, path: Path) -> None:
        """Let all of a picture become the kernel, reduced so that its longer side has as many cells as are chosen."""
        found: list[Frame] = []

        def take(error: Exception | None) -> None:
            if not isValid(self):
                return
            if error is not None:
                self.work.context.refuse(failure(path.name, "makes no kernel", str(error) or type(error).__name__))
            else:
                self._make(lambda: self._reduced(found[0]), path.name, None)

        self.work.errands.run(lambda: found.append(_read(path)), take)

    def _reduced(self, frame: Frame) -> np.ndarray:
        target, image = self.work.target, frame.image
        fits = target is not None and len(image) == target.channel_count and not self.is_grey
        return reduced_picture(image if fits else image[:3].mean(axis=0, keepdims=True), self.longest.value())

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
        if self.work.make(planes, recipe, name=name_for(self.work.chosen, "part" if start else "picture")):
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
        self.search = PlaceSearch(self.work, self)
        layout.addWidget(self.search, 1)

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


def _read(path: Path) -> Frame:
    """Return the picture in a file; ValueError, a sentence, if it holds none of rows and columns."""
    reader = open_reader(Source("image", str(path)))
    try:
        frame = reader.read()
    finally:
        reader.close()
    if frame is None or len(frame.spatial) != 2:
        raise ValueError("A kernel is made of a picture of rows and columns.")
    return frame
