"""The places of the picture that are like the kernel: found on every frame, outlined and listed."""

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from shiboken6 import isValid

from convexplorer.core.parameter import Parameter
from convexplorer.gui.look import theme
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.session.beat import Beat
from convexplorer.gui.session.task import Task
from convexplorer.gui.widgets.parameter_form import ParameterForm
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.results.part_search import Part, Parts, PartWish, find_parts
from convexplorer.results.picture import Picture
from convexplorer.words import as_sentence, number

FOLLOW_MS = 250  # between two pictures that are searched while frames flow
MEASURES = (
    ("normalised", "Normalised", "Without means, divided by both norms: −1…1 whatever the light; flat parts 0"),
    ("correlation", "Correlation", "The sum of products, as in the map: bright and hard parts answer more"),
)
_LEAST_TIP = "The least score; of plain correlation, a share of the best"
_LEAST = Parameter("least", 0.6, 0.05, 1.0, 0.01, "At least", _LEAST_TIP)
_COUNT = Parameter("count", 12, 1, 100, 1, "Places", "So many at most, the best first", is_integer=True)


class PlaceSearch(QWidget):
    """Looks for the selected kernel, however it was made, in the picture that is shown.

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
        self._is_shown = is_shown
        if is_shown:
            self.ask()
        else:
            self._beat.drop()
            self.work.context.selection.set_found(())

    def ask(self) -> None:
        """Look for what is now the kernel, at once."""
        picture = self.work.picture
        if self._is_shown and picture is not None:
            self._beat.put(picture, at_once=True)

    def show_picture(self, picture: Picture) -> None:
        """Look in another picture, a few times a second."""
        if self._is_shown:
            self._beat.put(picture)

    def _search(self, picture: Picture) -> None:
        chosen = self.work.chosen
        if chosen is None or not self._is_shown:
            return
        if self._task is not None:
            self._is_stale = True
            return
        measure, count, least = self.measure.value, int(self._wish["count"]), self._wish["least"]
        wish = PartWish("correlation" if measure == "correlation" else "normalised", count, least)
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
            self.ask()

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
        self.ask()

    def _build(self) -> None:
        self.measure = Segmented(MEASURES, self, name="How places like the kernel are found")
        self.measure.chosen.connect(lambda _: self.ask())
        self.marks = QCheckBox("Mark", self)
        self.marks.setToolTip("Outline the places on the picture, the best one with a thicker line")
        self.marks.setChecked(True)
        self.marks.toggled.connect(self._on_marks)
        row = QHBoxLayout()
        row.addWidget(self.measure)
        row.addStretch(1)
        row.addWidget(self.marks)
        self._sentence = QLabel("", self)
        self._sentence.setWordWrap(True)
        theme.set_role(self._sentence, "muted")
        self.places = QListWidget(self)
        self.places.setAccessibleName("Places like the kernel")
        self.places.setToolTip("Click a place: it is pinned and explained")
        self.places.setMinimumHeight(theme.px(110))
        self.places.itemClicked.connect(self._on_place)
        self.places.itemActivated.connect(self._on_place)
        self.wish = ParameterForm(self)
        self.wish.show_parameters((_LEAST, _COUNT), self._wish)
        self.wish.changed.connect(self._on_wish)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addLayout(row)
        layout.addWidget(self._sentence)
        layout.addWidget(self.places, 1)
        layout.addWidget(self.wish)


def _row(index: int, part: Part) -> str:
    row, column = part.region.start
    score = f"{part.score:.3f}" if abs(part.score) <= 1 else number(part.score)
    return f"{index + 1}   {score}   row {row}, column {column}"
