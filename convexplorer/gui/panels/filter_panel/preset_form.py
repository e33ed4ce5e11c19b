"""A preset's explanation and its parameters as sliders, all of them in sight."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from convexplorer.core.parameter import Parameter
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.note import Note, Words
from convexplorer.gui.widgets.parameter_form import ParameterForm
from convexplorer.gui.widgets.parameter_slider import ParameterSlider

ROW_HEIGHT = 27
SENTENCE_HEIGHT = 32
SMALL_ROWS, LARGE_ROWS = 2, 7  # number of sliders that fit into the area


class PresetForm(QWidget):
    """A form with a sentence and sliders; in little room the sliders replace the sentence, otherwise they are below it.

    The height depends on the available room and not on the contents, so that choosing another filter moves nothing;
    only more sliders than it has room for make it higher.
    """

    changed = Signal(str, float)
    finished = Signal()
    more_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = SMALL_ROWS
        self._note = Note(3, self, is_clickable=True)
        self._note.clicked.connect(self.more_asked)
        self._note.found.connect(self._on_words_found)
        self._content = ParameterForm(self)
        self._content.changed.connect(self.changed)
        self._content.finished.connect(self.finished)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addWidget(self._note, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._content, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self._arrange)
        self._arrange()

    def say_soon(self, find: Callable[[], Words]) -> None:
        """Show a sentence, and others if they fit; if sliders replace the sentences, the tooltip has them."""
        self._note.say_soon(find)

    @Slot()
    def _on_words_found(self) -> None:
        self._content.setToolTip(self._note.toolTip())

    def show_parameters(self, parameters: tuple[Parameter, ...], values: Mapping[str, float]) -> None:
        """Show one slider per parameter; for unchanged parameters only set the values."""
        self._content.show_parameters(parameters, values)
        self._arrange()

    def slider(self, name: str) -> ParameterSlider:
        """Return the slider of a parameter."""
        return self._content.slider(name)

    def set_rows(self, rows: int) -> None:
        """Set the height of the form, in sliders."""
        if rows != self._rows:
            self._rows = rows
            self._arrange()

    def text(self) -> str:
        """Return the sentence."""
        return self._note.text()

    @Slot()
    def _arrange(self) -> None:
        """Divide the room between the sentence and the sliders."""
        has_sliders = not self._content.is_empty
        is_large = self._rows > SMALL_ROWS
        self._content.setVisible(has_sliders)
        self._note.setVisible(is_large or not has_sliders)
        self._note.set_lines(2 if has_sliders else 3 if not is_large else 3 + self._rows)
        rows = max(self._rows, self._content.count)
        self.setFixedHeight(theme.px(rows * ROW_HEIGHT + (SENTENCE_HEIGHT if is_large else 0)))


def rows_for(spare: float) -> int:
    """Return the number of sliders that fit into `spare` design pixels beyond the smallest form."""
    beyond = spare - SENTENCE_HEIGHT
    return min(SMALL_ROWS + int(beyond // ROW_HEIGHT), LARGE_ROWS) if beyond >= ROW_HEIGHT else SMALL_ROWS
