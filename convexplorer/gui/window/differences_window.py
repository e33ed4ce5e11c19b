"""The window beside the main one with the differences of all layers from the reference, while sources go on."""

from PySide6.QtCore import QByteArray, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.look import theme
from convexplorer.gui.session.beat import Beat
from convexplorer.gui.widgets.difference_table import DifferenceTable
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.ending import Ending
from convexplorer.model.view import View
from convexplorer.results.differences.difference_text import FORMATS
from convexplorer.results.differences.difference_words import score_lines, summary_sentences, value_sentence
from convexplorer.results.differences.network_difference import LayerDifference, NetworkDifference
from convexplorer.results.explanation import cell_under, place_of_cell
from convexplorer.results.picture import Picture

REFRESH_MS = 200
_GEOMETRY = "differences_geometry"
_SIZE = (1080, 460)  # design pixels
_MARGIN, _GAP = 8, 6
_COPIES = {
    "text": ("Text", "Copy the table as text"),
    "csv": ("CSV", "Copy the rows for a spreadsheet, with plain numbers"),
    "markdown": ("Markdown", "Copy the table for a page in Markdown"),
}
_COPY = "Copy as"
NO_REFERENCE = "There is no reference: Compare keeps one, or reads one from a file."
HINT = "Click a row to select its layer, its place to pin it, a head to sort."


class DifferencesWindow(Ending, QWidget):
    """A tool window with the table, what it comes to, and buttons that copy it; closed by Esc.

    Attributes
    ----------
    difference : what is shown, or None.

    Signals
    -------
    closed : the window is not there any more.
    """

    closed = Signal()

    def __init__(self, window: Shell) -> None:
        super().__init__(window, Qt.WindowType.Tool)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._shell = window
        self._picture: Picture | None = None
        self.difference: NetworkDifference | None = None
        self._build()
        self._beat: Beat[Picture] = Beat(self._show, REFRESH_MS, self)
        for ready in (window.bridge.picture_ready, window.bridge.survey_ready):
            ready.connect(self._on_picture)
        window.selection.view_changed.connect(self._on_view)
        window.selection.pin_changed.connect(self._on_pin)
        theme.notifier().changed.connect(self.update)
        geometry = window.settings.read(_GEOMETRY, "")
        if not (geometry and self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))):
            self.resize(*(theme.px(n) for n in _SIZE))
        self._on_view(window.selection.view)
        if window.bridge.picture is not None:
            self._show(window.bridge.picture)

    def _build(self) -> None:
        self.sentence = ElidedLabel(NO_REFERENCE, self)
        self.table = DifferenceTable(self)
        self.table.chosen.connect(self._on_chosen)
        self.table.pinned.connect(self._on_pinned)
        self.scores = QLabel(self)
        self.pinned = ElidedLabel(HINT, self)
        theme.set_role(self.pinned, "muted")
        self._copied = QLabel(_COPY, self)
        theme.set_role(self._copied, "muted")
        self.copy_buttons = {name: self._copy_button(name) for name in _COPIES}
        foot = QHBoxLayout()
        foot.addWidget(self.pinned, 1)
        foot.addWidget(self._copied)
        for button in self.copy_buttons.values():
            foot.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(_MARGIN),) * 4)
        layout.setSpacing(theme.px(_GAP))
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.scores)
        layout.addLayout(foot)

    def _copy_button(self, name: str) -> QPushButton:
        text, tip = _COPIES[name]
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.setProperty("format", name)
        button.setEnabled(False)
        button.clicked.connect(self._on_copied)
        return button

    @Slot(object)
    def _on_picture(self, picture: Picture) -> None:
        if picture.difference is not None:
            self._beat.put(picture)

    def _show(self, picture: Picture) -> None:
        found = picture.difference
        if found is None or self._shell.selection.view.reference is None:
            return
        self._picture, self.difference = picture, found
        self.sentence.setText(" ".join(summary_sentences(found)))
        self.scores.setText("\n".join(score_lines(found)))
        self.scores.setVisible(found.scores is not None)
        self.table.show_difference(found)
        self.table.mark_layer(picture.project.position(self._shell.selection.view.layer))
        for button in self.copy_buttons.values():
            button.setEnabled(True)
        self._tell_pinned()

    @Slot(object)
    def _on_view(self, view: View) -> None:
        reference = view.reference
        name = "the reference" if reference is None else reference.title or "what was kept"
        self.setWindowTitle(f"Differences from {name}")
        if reference is None:
            self.close()
        elif self._picture is not None:
            self.table.mark_layer(self._picture.project.position(view.layer))
            self._tell_pinned()

    @Slot(object)
    def _on_pin(self, _pin: object) -> None:
        self._tell_pinned()

    def _tell_pinned(self) -> None:
        """Say both values of the pinned place in the selected map."""
        picture, selection, difference = self._picture, self._shell.selection, self.difference
        sentence = ""
        if picture is not None and difference is not None and selection.pin is not None:
            index = picture.project.position(selection.view.layer)
            cell = cell_under(picture, index, selection.pin)
            sentence = "" if cell is None else value_sentence(difference, index, (selection.view.filter, *cell))
        self.pinned.setText(sentence or HINT)

    @Slot(object)
    def _on_chosen(self, one: LayerDifference) -> None:
        if one.pair.own is not None and self.difference is not None:
            layer = self.difference.own.project.layers[one.pair.own.layer].id
            if self._shell.store.state.index_of(layer) is not None:
                self._shell.selection.select(layer=layer)

    @Slot(object)
    def _on_pinned(self, one: LayerDifference) -> None:
        """Pin the place of a layer's largest difference, in its map."""
        self._on_chosen(one)
        if one.values is None or one.pair.own is None or self._picture is None:
            return
        number, *cell = one.values.place
        index = one.pair.own.layer
        self._shell.selection.select(filter=number)
        if cell and self._picture.evaluation_of(index) is not None:
            self._shell.selection.hold(place_of_cell(self._picture, index, tuple(cell)))

    @Slot()
    def _on_copied(self) -> None:
        name = self.sender().property("format")
        if self.difference is not None:
            QGuiApplication.clipboard().setText(FORMATS[name](self.difference))
            self._copied.setText(f"Copied as {_COPIES[name][0]}. {_COPY}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember where the window was, and cost nothing any more."""
        super().closeEvent(event)
        geometry = self.saveGeometry().toBase64().data()
        self._shell.settings.write(_GEOMETRY, bytes(geometry).decode())
        self.closed.emit()
