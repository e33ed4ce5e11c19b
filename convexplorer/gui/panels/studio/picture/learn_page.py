"""A bank that is learned from pictures, and forms before one's eyes."""

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from convexplorer.core.parameter import Parameter
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.panels.studio.picture.learned_bank import LearnedBank
from convexplorer.gui.panels.studio.picture.live_frames import LIVE_PICTURES, LiveFrames
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.session.task import Task
from convexplorer.gui.widgets.parameter_form import ParameterForm
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.kernels.learning.methods import METHODS, MOST_FILTERS
from convexplorer.kernels.learning.patches import LARGEST, SMALLEST
from convexplorer.kernels.learning.shipped import SHIPPED
from convexplorer.results.learning import Learned, Learning, LearnWish
from convexplorer.results.picture import Picture
from convexplorer.sources import from_paths
from convexplorer.sources.frame import Source, SourceError
from convexplorer.words import as_sentence, plain

_Tell = Callable[[Learned], None]
_Act = Callable[[], object]

logger = logging.getLogger(__name__)
HERE, LIVE, FOLDER = "here", "live", "folder"
_FORM = (
    Parameter("size", 9, SMALLEST, LARGEST, 1, "Size", "Rows and columns; odd sizes have a middle", "px", True),
    Parameter("count", 32, 1, MOST_FILTERS, 1, "Filters", "How many filters are learned", "", True),
    Parameter("seed", 0, 0, 999, 1, "Seed", "Decides patches and beginning: the same learns the same", "", True),
)
_WHERE = (
    (HERE, "This picture", "The picture that the window shows"),
    (LIVE, f"Next {LIVE_PICTURES} frames", "Of the camera or film that runs: each gives as many patches"),
    (FOLDER, "A folder…", "All pictures of a folder: each gives as many patches"),
)


class LearnPage(QWidget):
    """What is learned, how and from what; it runs beside the window.

    Attributes
    ----------
    result : the bank, and what becomes of it.
    """

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self._values = {each.name: each.default for each in _FORM}
        self._learning: Learning | None = None
        self._task: Task[Learned] | None = None
        self._live: LiveFrames | None = None
        self._folder: Source | None = None
        self._settled = 0
        self._build()
        self._tell()

    @property
    def is_running(self) -> bool:
        """True while something is learned."""
        return self._task is not None

    @property
    def wish(self) -> LearnWish:
        """What is chosen."""
        count, size, seed = (int(self._values[name]) for name in ("count", "size", "seed"))
        return LearnWish(self.method.currentData(), size, count, seed, is_grey=self.is_grey)

    @property
    def is_grey(self) -> bool:
        """True if one plane is learned for all channels."""
        return self.colour.value == "grey" or not self.colour.isEnabled()

    def show_kernel(self) -> None:
        """Offer colours where the layer reads the picture as it is, and mark the filter nearest to the kernel."""
        self._offer_colours()
        self.result.mark_nearest()

    def show_picture(self, picture: Picture) -> None:
        """Learn from the picture, if the camera is learned from."""
        self._offer_colours()
        if self._live is not None:
            self._live.put(picture.frame)

    @Slot()
    def learn(self) -> None:
        """Begin anew with what is chosen."""
        picture = self.work.picture
        where = self.where.currentData()
        if picture is None or (where == FOLDER and self._folder is None):
            return
        self.stop()
        project = self.work.context.store.state
        learning, wish, frame, source = Learning(self.wish, project), self.wish, picture.frame, self._folder
        rounds = METHODS[wish.method].rounds
        live = LiveFrames()

        def work(tell: _Tell) -> None:
            if where == FOLDER and source is not None:
                learning.add_all(source, tell)
            elif where == LIVE:
                live.learn_from(learning, tell)
            else:
                learning.add(frame, plain(frame.title) or "the picture")
            learning.learn(rounds + 1, tell)

        if where == LIVE:
            self._live = live
            live.put(frame)
        self._learning = learning
        self.result.clear()
        self._begin(Task(work, self.work.errands, self.work))

    @Slot()
    def go_on(self) -> None:
        """Go on where it was stopped, or with more rounds."""
        learning = self._learning
        if learning is None or self._task is not None or self.result.learned is None:
            return
        rounds = METHODS[learning.wish.method].rounds
        self._begin(Task(lambda tell: learning.learn(rounds, tell), self.work.errands, self.work))

    @Slot()
    def stop(self) -> None:
        """Stop what runs; what was learned stays."""
        if self._task is not None:
            self._task.stop()

    def show_shipped(self, key: str) -> None:
        """Show a learned bank that comes with the program; a key of `SHIPPED`."""
        self.stop()
        self._task = self._live = self._learning = None
        self.result.show_shipped(key)
        self._tell()

    # While it runs

    def _begin(self, task: "Task[Learned]") -> None:
        self._task = task
        task.told.connect(lambda learned: self._on_told(task, learned) if isValid(self) else None)
        task.ended.connect(lambda error: self._on_ended(task, error) if isValid(self) else None)
        self._tell()

    def _on_told(self, task: "Task[Learned]", learned: Learned) -> None:
        if task is not self._task:
            return
        self.result.say(learned.sentence)
        if learned.planes is not None:
            self._live = None
            self.result.show_learned(learned)

    def _on_ended(self, task: "Task[Learned]", error: Exception | None) -> None:
        if task is not self._task:
            return
        self._task = self._live = None
        self.result.settle()
        if error is not None:
            if not isinstance(error, ValueError | OSError | MemoryError):
                logger.error("learning has failed", exc_info=error)
            self.result.say(as_sentence(str(error) or type(error).__name__))
        self._tell()

    def _tell(self) -> None:
        """Enable what can be done now."""
        is_running, learned = self._task is not None, self.result.learned
        self.start.setVisible(not is_running)
        self.halt.setVisible(is_running)
        self.more.setEnabled(not is_running and learned is not None and not learned.is_over)
        self._explanation.setText(METHODS[self.method.currentData()].explanation)

    def _offer_colours(self) -> None:
        picture, target, choice = self.work.picture, self.work.target, self.work.choice
        count = 0 if picture is None else len(picture.input)
        reads = choice is not None and choice.reads_picture and target is not None
        can = bool(reads and target is not None and target.channel_count == count > 1)
        if can != self.colour.isEnabled():
            self.colour.setEnabled(can)
            tip = "" if can else "One plane is learned for all channels that the layer reads"
            set_tip(self.colour, tip or "One plane for all channels, or one for each")

    @Slot(str, float)
    def _on_value(self, name: str, value: float) -> None:
        self._values[name] = value

    @Slot(int)
    def _on_where(self, index: int) -> None:
        if self.where.itemData(index) == FOLDER:
            settings = Settings()
            text = QFileDialog.getExistingDirectory(self, "Learn from a folder", settings.last_folder)
            if not text:
                self.where.setCurrentIndex(self._settled)
                return
            settings.remember_folder(Path(text))
            self.learn_from(Path(text))
        self._settled = self.where.currentIndex()

    def learn_from(self, folder: Path) -> None:
        """Choose the pictures of a folder."""
        try:
            self._folder = from_paths([folder])
        except SourceError as error:
            self.where.setCurrentIndex(self._settled)
            self.work.context.refuse(str(error))
            return
        index = self.where.findData(FOLDER)
        self.where.setItemText(index, f"All of {plain(folder.name, 30)}")
        self.where.setCurrentIndex(index)

    @Slot(int)
    def _on_shipped(self, index: int) -> None:
        key = self.shipped.itemData(index)
        if key:
            self.show_shipped(key)
            self.shipped.setCurrentIndex(0)

    # Building

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addLayout(self._build_method())
        layout.addLayout(self._build_run())
        self.result = LearnedBank(self.work, self)
        layout.addWidget(self.result)
        self.form = ParameterForm(self)
        self.form.show_parameters(_FORM, self._values)
        self.form.changed.connect(self._on_value)
        layout.addWidget(self.form)
        self._explanation = QLabel(self)
        self._explanation.setWordWrap(True)
        theme.set_role(self._explanation, "muted")
        layout.addWidget(self._explanation)
        layout.addLayout(self._build_shipped())
        layout.addStretch(1)

    def _build_method(self) -> QHBoxLayout:
        self.method = _narrow(QComboBox(self))
        self.method.setAccessibleName("Method of learning")
        for key, method in METHODS.items():
            self.method.addItem(method.label, key)
            self.method.setItemData(self.method.count() - 1, method.explanation, Qt.ItemDataRole.ToolTipRole)
        self.method.currentIndexChanged.connect(lambda _: self._tell())
        options = (
            ("grey", "Grey", "One plane for all channels, learned of their mean"),
            ("colour", "Colour", "One plane for each channel"),
        )
        self.colour = Segmented(options, self, name="Grey or colour")
        self.where = _narrow(QComboBox(self))
        self.where.setAccessibleName("Learn from")
        for key, label, tip in _WHERE:
            self.where.addItem(label, key)
            self.where.setItemData(self.where.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.where.activated.connect(self._on_where)
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(self.method, 6)
        row.addWidget(self.where, 5)
        return row

    def _build_run(self) -> QHBoxLayout:
        self.start = self._button("Learn", "Take patches, and let filters form", self.learn)
        theme.set_role(self.start, "primary")
        self.halt = self._button("Stop", "Stop after this round; what was learned stays", self.stop)
        self.more = self._button("Go on", "Go on with more rounds", self.go_on)
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(self.colour)
        row.addStretch(1)
        for part in (self.start, self.halt, self.more):
            row.addWidget(part)
        return row

    def _build_shipped(self) -> QHBoxLayout:
        self.shipped = _narrow(QComboBox(self))
        self.shipped.setAccessibleName("Learned banks that come with the program")
        self.shipped.addItem("Show a learned bank…", "")
        self.shipped.setToolTip("Banks learned of the sample pictures, which come with the program")
        for key, bank in SHIPPED.items():
            self.shipped.addItem(bank.label, key)
        self.shipped.activated.connect(self._on_shipped)
        row = QHBoxLayout()
        row.addWidget(self.shipped, 1)
        return row

    def _button(self, text: str, tip: str, act: _Act) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: act())
        return button


def _narrow(box: QComboBox) -> QComboBox:
    """Let a choice be no wider than the column of the kernel has room for."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    return box
