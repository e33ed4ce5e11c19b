"""What the selected unit looks for: the patches that excite it most and the numbers of its bank, of many pictures."""

import logging
from pathlib import Path

from PySide6.QtCore import QByteArray, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from convexplorer.export.files import dialog_filters, reason_of
from convexplorer.export.patches import PATCH_FORMATS, STATISTICS_FORMATS, save_patches, save_statistics
from convexplorer.gui.look import theme
from convexplorer.gui.panels.unit_window.ascent_page import AscentPage
from convexplorer.gui.panels.unit_window.patch_list import PatchList
from convexplorer.gui.panels.unit_window.search_form import SearchForm
from convexplorer.gui.panels.unit_window.statistics_table import StatisticsTable
from convexplorer.gui.session.beat import Beat
from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.panel import Context
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.session.task import Task
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.ending import Ending
from convexplorer.model.project import Project
from convexplorer.results.picture import Picture
from convexplorer.results.unit.found_words import bank_words, failure_words, patch_words, progress_words
from convexplorer.results.unit.searching import Found, Unit, search, search_picture, unit_of
from convexplorer.sources.frame import Source
from convexplorer.words import failure, plain

logger = logging.getLogger(__name__)
SIZE = (880, 640)  # design pixels
FOLLOW_MS = 250  # between two pictures that are searched while frames flow
_GEOMETRY = "unit_window"


class UnitWindow(Ending, QDialog):
    """A window beside the main window; nothing stands still while it is open.

    The picture that is shown is searched anew with each result, edit and selection. A folder or a film is searched when
    the button is pressed: the list fills while it runs, and stays until the next search.

    Parameters
    ----------
    errands : of the main window, which waits for them when it closes.
    parent : the main window.

    Signals
    -------
    opened : (unit, patch, source) of a patch whose picture is wanted; the source is None for the picture shown.
    used : (rows, columns, 3) uint8 RGB of a picture that was made, and shall be that of the main window.
    """

    opened = Signal(object, object, object)
    used = Signal(object)

    def __init__(self, context: Context, errands: Errands, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._errands, self._settings = context, errands, settings
        self._home = parent  # of tasks, which may end after this window
        self._picture: Picture | None = None
        self._unit: Unit | None = None
        self._task: Task[Found] | None = None
        self._found: Found | None = None
        self._searched: tuple[Project, Source | None] | None = None  # what `_found` is of
        self._is_stale = False  # another picture has come while one was searched
        self._trouble = ""
        self._beat: Beat[Picture] = Beat(self._search_here, FOLLOW_MS, self)
        self.setWindowTitle("What it looks for")
        self._build()
        for changed in (context.selection.view_changed, context.selection.pin_changed):
            changed.connect(self._on_selection)
        geometry = settings.read(_GEOMETRY, "")
        if not (geometry and self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))):
            self.resize(theme.px(SIZE[0]), theme.px(SIZE[1]))
        self.form.offer(context.store.state.source)

    @property
    def found(self) -> Found | None:
        """What is shown."""
        return self._found

    @property
    def sentence(self) -> str:
        """What is said of it."""
        return self._sentence.text()

    @property
    def is_running(self) -> bool:
        """True while something is searched."""
        return self._task is not None

    @Slot(object)
    def show_picture(self, picture: Picture) -> None:
        """Take a new result of the main window."""
        self._picture = picture
        self.form.offer(picture.project.source)
        self._find_unit()
        self._tell()
        if self.form.source is None:
            self._beat.put(picture)

    def start(self) -> None:
        """Search all of the chosen source for the selected unit."""
        source, unit, project = self.form.source, self._unit, self._context.store.state
        if source is None or unit is None:
            return
        self.stop()
        wish = self.form.wish_for(unit.channel)
        task: Task[Found] = Task(lambda tell: search(project, unit, wish, source, tell), self._errands, self._home)
        self._begin(project, source, task)
        self._show(Found(unit))

    def stop(self) -> None:
        """Stop what runs; what was found stays."""
        if self._task is not None:
            self._task.stop()
            self._task.told.disconnect(self._on_told)
            self._task.ended.disconnect(self._on_ended)
            self._end()

    def done(self, result: int) -> None:
        """Stop what runs, and remember the place of the window."""
        self.stop()
        self.ascent.leave()
        self._settings.write(_GEOMETRY, bytes(self.saveGeometry().toBase64().data()).decode())
        super().done(result)
        self.deleteLater()

    # Searching

    def _search_here(self, picture: Picture) -> None:
        """Search the picture that is shown, unless the one before is still being searched."""
        unit = self._unit
        if unit is None or self.form.source is not None or picture.project is not self._context.store.state:
            return
        if self._task is not None:
            self._is_stale = True
            return
        wish = self.form.wish_for(unit.channel)
        task: Task[Found] = Task(lambda tell: tell(search_picture(picture, unit, wish)), self._errands, self._home)
        self._begin(picture.project, None, task)

    def _begin(self, project: Project, source: Source | None, task: Task[Found]) -> None:
        self._task, self._trouble = task, ""
        self._searched = project, source
        task.told.connect(self._on_told)
        task.ended.connect(self._on_ended)
        self.form.show_running(source is not None)
        self.progress.setVisible(source is not None)
        self.progress.setRange(0, 0)

    def _end(self) -> None:
        self._task = None
        self.form.show_running(False)
        self.progress.hide()
        self._tell()

    @Slot(object)
    def _on_told(self, found: Found) -> None:
        self._show(found)

    @Slot(object)
    def _on_ended(self, error: Exception | None) -> None:
        if error is not None:
            self._trouble = str(error) or type(error).__name__
            if not isinstance(error, ValueError | OSError | MemoryError):
                logger.error("a search has failed", exc_info=error)
            if self._searched is not None and self._searched[1] is None:
                self._show(None)
        self._end()
        if self._is_stale and self._picture is not None:
            self._is_stale = False
            self._beat.put(self._picture)

    def _show(self, found: Found | None) -> None:
        self._found = found
        self.patches.set_patches(found.patches if found else ())
        self.table.set_rows(found.rows if found else ())
        self.save_button.setEnabled(bool(found and found.patches))
        if found and found.progress.total:
            self.progress.setRange(0, found.progress.total)
            self.progress.setValue(min(found.progress.done, found.progress.total))
        self._tell()

    def _tell(self) -> None:
        """Say of what the list and the table are."""
        self._sentence.setText(self._words())
        self._failures.setText(self._trouble or (failure_words(self._found) if self._found else ""))
        self._failures.setVisible(bool(self._failures.text()))

    def _words(self) -> str:
        found, searched = self._found, self._searched
        if found is None or searched is None:
            return "" if self._trouble else "Choose a map: its strongest places in the picture are shown here."
        project, source = searched
        if self._task is not None and source is not None:
            return progress_words(found)
        is_changed = project.layers is not self._context.store.state.layers
        words = bank_words(found) if self.tabs.currentWidget() is self.table else patch_words(found)
        return f"{words} The layers have changed since." if is_changed else words

    # What the main window shows

    def _find_unit(self) -> None:
        picture = self._picture
        selection = self._context.selection
        self._unit = unit = None if picture is None else unit_of(picture, selection.view.filter, selection.pin)
        self._title.setText("No map is selected" if unit is None else plain(unit.name))
        if picture is not None:
            self.ascent.show_unit(picture, unit)
        self._layer.setText("" if unit is None else f"layer {plain(unit.layer_title)}")

    @Slot()
    def _on_selection(self) -> None:
        """Follow another map of the same picture; one of another layer comes with its own result."""
        picture, view = self._picture, self._context.selection.view
        if picture is None or picture.view.layer != view.layer:
            return
        before = self._unit
        self._find_unit()
        if self._unit != before and self.form.source is None:
            self._beat.put(picture, at_once=True)

    @Slot()
    def _on_choice(self) -> None:
        self.form.show_running(False)
        if self.form.source is None:
            if self._task is not None and self._searched is not None and self._searched[1] is not None:
                self.stop()
            if self._picture is not None:
                self._is_stale = self._task is not None
                self._beat.put(self._picture, at_once=True)
        else:
            self.start()

    @Slot(object)
    def _on_opened(self, patch: object) -> None:
        if self._found is not None:
            self.opened.emit(self._found.unit, patch, self._searched[1] if self._searched else None)

    @Slot(int)
    def _on_picked(self, index: int) -> None:
        if self._found is not None and self._context.selection.view.layer == self._found.unit.layer:
            self._context.selection.select(filter=index)

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self._trouble = sentence
        self._tell()

    # Saving

    @Slot()
    def _on_save(self) -> None:
        found, is_table = self._found, self.tabs.currentWidget() is self.table
        if found is None:
            return
        formats = STATISTICS_FORMATS if is_table else PATCH_FORMATS
        stem = "bank" if is_table else "patches"
        start = str(Path(self._settings.last_folder) / f"{stem}{next(iter(formats))}")
        text, chosen = QFileDialog.getSaveFileName(self, "Save", start, dialog_filters(formats))
        if not text:
            return
        path = Path(text)
        path = path if path.suffix else path.with_suffix(chosen.rpartition("*")[2].rstrip(")"))
        self._settings.remember_folder(path)
        is_dark = theme.is_dark()

        def save() -> None:
            if is_table:
                save_statistics(path, found.rows)
            else:
                save_patches(path, found.patches, is_dark=is_dark)

        task: Task[None] = Task(lambda _: save(), self._errands, self._home)
        task.ended.connect(lambda error: self._on_saved(path, error) if isValid(self) else None)

    def _on_saved(self, path: Path, error: Exception | None) -> None:
        if error is None:
            self._sentence.setText(f"Saved {path}")
        else:
            self._on_refused(failure(path.name, "was not saved", reason_of(error)))

    # Building

    def _build(self) -> None:
        self._title = ElidedLabel("", self)
        theme.set_role(self._title, "heading")
        self._layer = QLabel(self)
        theme.set_role(self._layer, "muted")
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        head.addWidget(self._title, 1)
        head.addWidget(self._layer)
        self.form = SearchForm(self._settings, self)
        self.form.changed.connect(self._on_choice)
        self.form.started.connect(self.start)
        self.form.stopped.connect(self.stop)
        self.form.refused.connect(self._on_refused)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.patches = PatchList(self)
        self.patches.opened.connect(self._on_opened)
        self.table = StatisticsTable(self)
        self.table.picked.connect(self._on_picked)
        self.tabs = QTabWidget(self)
        self.tabs.addTab(self.patches, "Patches")
        self.tabs.addTab(self.table, "Bank in numbers")
        self.ascent = AscentPage(self._errands, self._settings, self._home, self)
        self.ascent.used.connect(self.used)
        self.tabs.addTab(self.ascent, "A picture that excites it")
        self.tabs.currentChanged.connect(self._on_tab)
        self._sentence = ElidedLabel("", self)
        self._failures = QLabel(self)
        self._failures.setWordWrap(True)
        theme.set_role(self._failures, "warning")
        self._failures.hide()
        self.save_button = QPushButton("Save…", self)
        self.save_button.setToolTip("Save a picture of all patches, or a table of them")
        self.save_button.setAutoDefault(False)
        self.save_button.clicked.connect(self._on_save)
        self.save_button.setEnabled(False)
        foot = QHBoxLayout()
        foot.addWidget(self._sentence, 1)
        foot.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.px(8))
        layout.addLayout(head)
        layout.addWidget(self.form)
        layout.addWidget(self.progress)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self._failures)
        layout.addLayout(foot)
        self._tell()

    @Slot()
    def _on_tab(self) -> None:
        is_table = self.tabs.currentWidget() is self.table
        tip = "Save the numbers as a table" if is_table else "Save a picture of all patches, or a table of them"
        self.save_button.setToolTip(tip)
        for part in (self.form, self._sentence, self.save_button):  # of a search
            part.setVisible(self.tabs.currentWidget() is not self.ascent)
        self._tell()
