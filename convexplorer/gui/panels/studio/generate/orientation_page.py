"""The orientation map of the bank, computed beside the window from the maps that are there."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.gui.canvas.studio.orientation_view import OrientationView
from convexplorer.gui.look import theme
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.session.task import Task
from convexplorer.gui.widgets.note import Note
from convexplorer.results.orientation_picture import NO_BANK, OrientationPicture, orientation_picture, period_words
from convexplorer.results.picture import Picture

Found = OrientationPicture | str


class OrientationPage(QWidget):
    """A picture of the orientations, and a sentence on what it shows.

    While one result is computed, only the newest of those that come waits.
    """

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._task: Task[Found] | None = None
        self._waiting: Picture | None = None
        self._is_wanted = False
        self.view = OrientationView(self)
        self.view.pointed.connect(self._on_pointed)
        self.note = Note(3, self)
        self.note.set_text(NO_BANK)
        self.view.hide()  # until there is something to see
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self.view)
        layout.addWidget(self.note)
        layout.addStretch(1)

    def begin(self) -> None:
        """Compute from now on; the page is shown."""
        self._is_wanted = True
        if self._work.picture is not None:
            self.show_picture(self._work.picture)

    def end(self) -> None:
        """Compute nothing any more."""
        self._is_wanted = False
        self._waiting = None

    def show_picture(self, picture: Picture) -> None:
        """Compute the orientations of a result, after those that are computed now."""
        if not self._is_wanted:
            return
        if self._task is not None:
            self._waiting = picture
            return
        choice, evaluation = self._work.choice, picture.evaluation
        if (
            choice is None
            or evaluation is None
            or choice.layer_index >= min(len(evaluation), len(picture.project.layers))
        ):
            return
        index, layer = choice.layer_index, picture.project.layers[choice.layer_index]
        width = round(self.width() * self.view.devicePixelRatioF())
        filter_index = choice.filter_index

        def work(tell: object) -> None:
            found = orientation_picture(evaluation, layer, index, filter_index, width)
            tell(found)  # type: ignore[operator]  # it tells a result

        self._task = Task(work, self._work.errands, self)
        self._task.told.connect(self._on_told)
        self._task.ended.connect(self._on_ended)

    @Slot(object)
    def _on_told(self, found: Found) -> None:
        if isinstance(found, str):
            self.view.show_orientations(None)
            self.view.hide()  # the reason stands where the picture would be
            self.note.set_text(found)
            return
        self.view.show_orientations(found)
        self.view.show()
        self._say(found)

    @Slot(object)
    def _on_ended(self, error: Exception | None) -> None:
        self._task = None
        if error is not None:
            self.note.set_text(f"No orientations: {error}", is_error=True)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.show_picture(waiting)

    @Slot(str)
    def _on_pointed(self, sentence: str) -> None:
        if sentence:
            self.note.set_text(f"{sentence}.")
        elif self.view.shown is not None:
            self._say(self.view.shown)

    def _say(self, found: OrientationPicture) -> None:
        what = "slope" if found.is_slope else "direction"
        self.note.set_text(
            f"Hue: the {what} that answers most, of {found.title}, for {period_words(found.found)}. "
            "Brightness: how strongly."
        )
