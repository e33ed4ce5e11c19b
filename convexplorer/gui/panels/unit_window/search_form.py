"""Where a unit is searched for, and what: the choices above the patches."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from convexplorer.gui.look import theme
from convexplorer.gui.session.settings import Settings
from convexplorer.results.unit.patches import MOST_PATCHES, PatchWish
from convexplorer.sources import IMAGE_SUFFIXES, VIDEO_SUFFIXES, describe_source, from_paths
from convexplorer.sources.frame import Source, SourceError
from convexplorer.words import as_label

HERE, ALL, FOLDER, FILES = "here", "all", "folder", "files"


class SearchForm(QWidget):
    """Choices of a search.

    Attributes
    ----------
    source : all of whose frames are searched; None for the picture that is shown.

    Signals
    -------
    changed : another choice was made.
    started, stopped : the button was pressed.
    """

    changed = Signal()
    started = Signal()
    stopped = Signal()
    refused = Signal(str)  # why a file cannot be searched

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._own: Source | None = None
        self._chosen: Source | None = None
        self._is_running = False
        self._build()

    @property
    def source(self) -> Source | None:
        """What is searched; None for the picture that is shown."""
        key = self.where.currentData()
        return self._own if key == ALL else self._chosen if key == "chosen" else None

    def wish_for(self, channel: int) -> PatchWish:
        """Return which places of a map are wanted."""
        is_lowest = self.which.currentData() == "lowest"
        most_each = 1 if self.each.isChecked() else 0
        return PatchWish(channel, self.count.value(), is_lowest, most_each, is_whole=self.whole.isChecked())

    def offer(self, source: Source) -> None:
        """Offer all frames of the window's source, if it has several and an end."""
        own = source if source.kind in ("folder", "files", "video") else None
        if own == self._own:
            return
        was_own = self.where.currentData() == ALL
        self._own = own
        index = self.where.findData(ALL)
        if index >= 0:
            self.where.removeItem(index)
        if own is not None:
            self.where.insertItem(1, f"All of {as_label(describe_source(own))}", ALL)
        if was_own:
            self.where.setCurrentIndex(1 if own is not None else 0)
            self.changed.emit()

    def choose(self, source: Source) -> None:
        """Search all frames of a folder, a film or a list of pictures."""
        self._chosen = source
        index = self.where.findData("chosen")
        if index < 0:
            index = self.where.findData(FOLDER)
            self.where.insertItem(index, "", "chosen")
        self.where.setItemText(index, f"All of {as_label(describe_source(source))}")
        self.where.setCurrentIndex(index)
        self._settled = index
        self.changed.emit()

    def show_running(self, is_running: bool) -> None:
        """Let the button stop what runs, or start anew; the picture that is shown is searched by itself."""
        self._is_running = is_running
        self.button.setText("Stop" if is_running else "Search")
        self.button.setVisible(self.source is not None)

    def _build(self) -> None:
        self.where = QComboBox(self)
        self.where.setAccessibleName("Look in")
        self.where.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.where.setMaximumWidth(theme.px(420))
        self.where.addItem("This picture", HERE)
        self.where.addItem("A folder…", FOLDER)
        self.where.addItem("A film or pictures…", FILES)
        self.where.setItemData(0, "The picture that the window shows; it follows a camera", Qt.ItemDataRole.ToolTipRole)
        self._settled = 0
        self.which = QComboBox(self)
        self.which.setAccessibleName("Which values")
        self.which.addItem("largest", "largest")
        self.which.addItem("most negative", "lowest")
        self.count = QSpinBox(self)
        self.count.setAccessibleName("How many")
        self.count.setRange(1, MOST_PATCHES)
        self.count.setValue(24)
        self.count.setKeyboardTracking(False)  # a number is taken when it is whole
        self.each = QCheckBox("One of each", self)
        self.each.setToolTip("Show the strongest place of each picture or frame alone")
        self.whole = QCheckBox("Inside only", self)
        self.whole.setToolTip(
            "Leave out places that see something outside of the picture, if there are others: padding makes edges there"
        )
        self.whole.setChecked(True)
        self.button = QPushButton("Search", self)
        self.button.setAutoDefault(False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(6))
        first = self._row("Look in", self.where)
        first.addWidget(self.button)
        rows.addLayout(first)
        rows.addLayout(self._row("for the", self.count, self.which, "values.", self.each, self.whole))
        self.where.activated.connect(self._on_where)
        self.which.activated.connect(self.changed)
        self.count.valueChanged.connect(self.changed)
        self.each.toggled.connect(self.changed)
        self.whole.toggled.connect(self.changed)
        self.button.clicked.connect(self._on_button)
        self.show_running(False)

    def _row(self, *parts: str | QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        for part in parts:
            widget = QLabel(part, self) if isinstance(part, str) else part
            if isinstance(part, str):
                theme.set_role(widget, "muted")
            row.addWidget(widget)
        row.addStretch(1)
        return row

    @Slot()
    def _on_button(self) -> None:
        (self.stopped if self._is_running else self.started).emit()

    @Slot(int)
    def _on_where(self, index: int) -> None:
        """Take a choice; ask for files where it needs some, and go back if there are none."""
        key = self.where.itemData(index)
        paths = self._ask(key) if key in (FOLDER, FILES) else []
        if key in (FOLDER, FILES) and not paths:
            self.where.setCurrentIndex(self._settled)
            return
        if paths:
            self._settings.remember_folder(paths[0])
            try:
                self.choose(from_paths(paths))
            except SourceError as error:
                self.where.setCurrentIndex(self._settled)
                self.refused.emit(str(error))
            return
        self._settled = index
        self.changed.emit()

    def _ask(self, key: str) -> list[Path]:
        start = self._settings.last_folder
        if key == FOLDER:
            text = QFileDialog.getExistingDirectory(self, "Look in a folder", start)
            return [Path(text)] if text else []
        known = " ".join(f"*{suffix}" for suffix in sorted(IMAGE_SUFFIXES | VIDEO_SUFFIXES))
        texts, _ = QFileDialog.getOpenFileNames(
            self, "Look in a film or pictures", start, f"Films and pictures ({known});;All files (*)"
        )
        return [Path(text) for text in texts]
