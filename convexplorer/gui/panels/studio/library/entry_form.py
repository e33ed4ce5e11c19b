"""The form of one entry of the library: its names, tags, notes, and how it was made."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QLabel, QPlainTextEdit, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.text_field import TextField
from convexplorer.kernels.filter import MAX_NAME_LENGTH
from convexplorer.kernels.recipes import made_by, sentence_of
from convexplorer.model.library.entry import MAX_SLUG, Entry, parse_tags
from convexplorer.model.library.one_list import size_words
from convexplorer.words import plain

NOTES_HEIGHT = 54  # design pixels
PAUSE_MS = 1000  # after which notes are kept while they are being written


class EntryForm(QWidget):
    """Shows an entry and reports what the user has changed of it, at the end of each change.

    Signals
    -------
    changed : the changes by field of `Entry`.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: Entry | None = None
        self.label, self.name, self.tags = TextField(self), TextField(self), TextField(self)
        self.notes = QPlainTextEdit(self)
        self.made = ElidedLabel("", self)
        self._build()
        self.label.editingFinished.connect(lambda: self._finish_field(self.label, "label", str.strip))
        self.name.editingFinished.connect(lambda: self._finish_field(self.name, "name", str.strip))
        self.tags.editingFinished.connect(lambda: self._finish_field(self.tags, "tags", parse_tags))
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.finish)
        self.notes.installEventFilter(self)
        self.notes.textChanged.connect(self._pause.start)

    @property
    def entry(self) -> Entry | None:
        """The entry that is shown."""
        return self._entry

    def show_entry(self, entry: Entry | None) -> None:
        """Show an entry; None empties the form. What is being typed is given up."""
        self._entry = None  # so that leaving a field tells nothing of the new one
        self._pause.stop()
        self.setEnabled(entry is not None)
        _set(self.label, "" if entry is None else entry.label)
        _set(self.name, "" if entry is None else entry.name)
        _set(self.tags, "" if entry is None else ", ".join(entry.tags))
        notes = "" if entry is None else entry.notes
        if notes != self.notes.toPlainText():  # else the cursor would leave what is being written
            self.notes.setPlainText(notes)
        self.notes.document().setModified(False)
        words = "" if entry is None else _made_words(entry)
        self.made.setText(words)
        self.made.setToolTip(words)
        self._entry = entry

    @Slot()
    def finish(self) -> None:
        """Report notes that are being written."""
        if self.notes.document().isModified():  # a file may hold what the field writes otherwise
            self._tell("notes", self.notes.toPlainText())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Report notes when their field is left."""
        if watched is self.notes and event.type() == QEvent.Type.FocusOut:
            self.finish()
        return super().eventFilter(watched, event)

    def _finish_field(self, field: TextField, name: str, read: Callable[[str], object]) -> None:
        if field.isModified():
            field.setModified(False)
            self._tell(name, read(field.text()))

    def _tell(self, field: str, value: object) -> None:
        entry = self._entry
        if entry is not None and value != getattr(entry, field):
            self.changed.emit({field: value})

    def _build(self) -> None:
        rows = (
            ("Label", self.label, MAX_NAME_LENGTH, "What the kernel is called here."),
            ("Name", self.name, MAX_SLUG, "What --kernel and files call it: small letters, digits and hyphens."),
            ("Tags", self.tags, 500, "Words to find it by, between commas."),
        )
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(3))
        for title, field, length, tip in rows:
            field.setMaxLength(length)
            field.setToolTip(tip)
            field.setAccessibleName(title)
            layout.addRow(_muted(title, self), field)
        self.notes.setAccessibleName("Notes")
        self.notes.setToolTip("Any text; it is kept as you write.")
        self.notes.setPlaceholderText("Notes")
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(theme.px(NOTES_HEIGHT))
        layout.addRow(_muted("Notes", self), self.notes)
        theme.set_role(self.made, "muted")
        layout.addRow(self.made)


def _set(field: TextField, text: str) -> None:
    if text != field.text():
        field.setText(text)
        field.setCursorPosition(0)


def _muted(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    theme.set_role(label, "muted")
    return label


def _made_words(entry: Entry) -> str:
    """Return how an entry was made, with its size and file."""
    recipes = [made_by(one) for one in entry.filters]
    first = recipes[0]
    made = "" if first is None else f", made by: {plain(sentence_of(first), 300)}"
    more = f" and {len(recipes) - 1} more" if first is not None and len(recipes) > 1 else ""
    return f"{size_words(entry)}, {entry.file}{made}{more}"
