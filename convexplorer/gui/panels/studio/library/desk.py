"""The desk with the user's own kernels and banks: found, used, kept, described, removed and put back."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from convexplorer.core.display.coloring import PALETTES
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.canvas.pictures.tile_views import filter_image
from convexplorer.gui.canvas.studio.entry_list import EntryList, ListedKernel
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.panels.studio.desk import Desk
from convexplorer.gui.panels.studio.library.entry_form import EntryForm
from convexplorer.gui.panels.studio.library.folder_row import FolderRow
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.session.kernel_library import kernel_library
from convexplorer.gui.widgets.note import Note
from convexplorer.gui.widgets.text_field import TextField
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.planes import same_numbers
from convexplorer.model.library.entry import Entry, LibraryError, slug
from convexplorer.model.library.library import Removed
from convexplorer.model.library.one_list import entry_matches, size_words
from convexplorer.model.library.place import choose_folder
from convexplorer.model.storage.atomic import reason_of
from convexplorer.results.effect_thumbnail import effect_thumbnail, part_of
from convexplorer.results.picture import Picture
from convexplorer.words import as_sentence, plain

_T = TypeVar("_T")
EMPTY = "Nothing is kept yet. “Keep kernel” puts the selected kernel here, as a text file to version and to share."
LIST_HEIGHT = 132  # design pixels, at least


class LibraryDesk(Desk):
    """A search over the list of entries, the form of the current one, and what can be done with it."""

    key, title, tip = "library", "Library", "Your own kernels and banks, with tags and notes."

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._library = kernel_library()
        self._entries: dict[str, Entry] = {}
        self._effects: dict[str, QImage | None] = {}
        self._removed: Removed | None = None
        self._build()
        self.search.textChanged.connect(lambda _text: self._list())
        self.list.selected.connect(self._on_selected)
        self.list.used.connect(lambda _key: self.use())
        self.form.changed.connect(self._on_changed)
        theme.notifier().changed.connect(self._on_theme)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._on_application_state)

    @property
    def entry(self) -> Entry | None:
        """The current entry."""
        return self._entries.get(self.list.current)

    def begin(self) -> None:
        """Read the folder anew."""
        self.refresh()

    def end(self) -> None:
        """Keep notes that are being written."""
        self.form.finish()

    def show_kernel(self) -> None:
        """Offer to keep the kernel, under its name."""
        chosen = self.work.chosen
        name = "" if chosen is None else f"\nNow: “{plain(chosen.name)}”."
        set_tip(self.keep_button, f"Keep the selected kernel in the library, with how it was made.{name}")

    def show_picture(self, picture: Picture) -> None:  # noqa: ARG002 the workbench has it
        """Show what the kernels do to the new picture."""
        self._effects = {}
        self.list.viewport().update()

    @Slot()
    def refresh(self, current: str = "") -> None:
        """Read what has changed in the folder, and show it."""
        shelf = self._library.read()
        self._entries = {entry.key: entry for entry in shelf.entries}
        self._effects = {}
        self.folder.show_folder(self._library.folder)
        faults = [fault.sentence for fault in shelf.faults]
        if faults:
            more = f" And {len(faults) - 1} more, see the tip." if len(faults) > 1 else ""
            self.faults.set_text(f"Cannot be read: {faults[0]}{more}", "\n".join(faults[:30]), is_error=True)
        self.faults.setVisible(bool(faults))
        self._list(current or self.list.current)

    @Slot()
    def keep(self) -> None:
        """Keep the selected kernel, and show it in the list with its form; one that is kept already is shown."""
        chosen = self.work.chosen
        if chosen is None:
            self.work.context.refuse("No kernel is selected.")
            return
        self._keep((chosen,), is_bank=False, label=chosen.name)

    @Slot()
    def keep_bank(self) -> None:
        """Keep all filters of the layer as a bank."""
        choice = self.work.choice
        if choice is None:
            self.work.context.refuse("No kernel is selected.")
            return
        self._keep(choice.layer.filters, is_bank=True, label=f"Bank of {len(choice.layer.filters)}")

    @Slot()
    def use(self) -> None:
        """Put the current entry in place: a kernel in that of the selected one, a bank in that of the layer."""
        entry = self.entry
        if entry is None:
            return
        if not entry.is_picture_kernel:
            self.work.context.refuse(f"“{entry.label}” is no kernel of rows and columns.")
        elif entry.is_bank:
            self.work.make_bank(entry.filters)
        else:
            self.work.take_back(entry.filters[0])

    @Slot()
    def add(self) -> None:
        """Put the filters of the current entry behind those of the layer."""
        if (entry := self.entry) is not None:
            self.work.make_bank(entry.filters, is_added=True)

    @Slot()
    def remove(self) -> None:
        """Take the current entry out of the library; “Put back” brings it back."""
        entry = self.entry
        if entry is None:
            return
        place = self.list.currentRow()
        removed = self._try(lambda: self._library.remove(entry))
        if removed is not None:
            self._removed = removed
            self.refresh()
            self.list.setCurrentRow(min(place, self.list.count() - 1))
            self._say(f"“{entry.label}” was removed.")
        self._show_buttons()

    @Slot()
    def put_back(self) -> None:
        """Bring back what was removed last."""
        removed = self._removed
        if removed is None:
            return
        back = self._try(lambda: self._library.restore(removed))
        if back is not None:
            self._removed = None
            self.refresh(back.key)
            self._say("")
        self._show_buttons()

    @Slot(object)
    def take_file(self, path: Path) -> None:
        """Copy a file from elsewhere into the library, and show its first entry."""
        taken = self._try(lambda: self._library.take_file(path))
        if taken is not None:
            self.search.clear()
            self.refresh(taken[0].key)
            count = f"{len(taken)} entries" if len(taken) != 1 else "1 entry"
            self._say(f"{plain(path.name)} is in the library now, with {count}.")

    @Slot(object)
    def use_folder(self, folder: Path | None) -> None:
        """Take another folder for the library; None for the usual one."""
        try:
            choose_folder(folder)
        except OSError as error:
            self._say(f"The choice of the folder cannot be kept: {reason_of(error)}.", is_error=True)
            return
        self.refresh()

    def _keep(self, filters: tuple[Filter, ...], *, is_bank: bool, label: str) -> None:
        self.refresh()
        for entry in self._entries.values():
            if entry.is_bank == is_bank and entry.label == label and _are_same(entry.filters, filters):
                self._show_kept(entry, "It is in the library already.")
                return
        kept = self._try(lambda: self._library.save(Entry(slug(label), label, filters, is_bank)))
        if kept is not None:
            self._show_kept(kept, f"Kept as {kept.file}.")

    def _show_kept(self, entry: Entry, words: str) -> None:
        self.search.clear()
        self.refresh(entry.key)
        self.list.go_to(entry.key)
        self._say(words)
        self.form.label.setFocus(Qt.FocusReason.OtherFocusReason)
        self.form.label.selectAll()
        QTimer.singleShot(0, self, self._reveal_form)  # once the list has its new height

    def _reveal_form(self) -> None:
        """Scroll to the form, which lies below the list in a low window."""
        parent = self.parentWidget()
        while parent is not None and not isinstance(parent, QScrollArea):
            parent = parent.parentWidget()
        if parent is not None:
            parent.ensureWidgetVisible(self.form.notes)

    def _try(self, act: Callable[[], _T]) -> _T | None:
        """Do something to the library; say why where it is impossible, and show what is there then."""
        try:
            return act()
        except LibraryError as error:
            self.refresh()
            self._say(as_sentence(str(error)), is_error=True)
        return None

    @Slot(object)
    def _on_changed(self, changes: dict[str, object]) -> None:
        entry = self.form.entry
        if entry is None:
            return
        new = self._try(lambda: self._library.change(entry, **changes))
        if new is None:
            self.form.show_entry(self.entry)
        else:
            self.refresh(new.key)
            self._say("")

    @Slot(str)
    def _on_selected(self, key: str) -> None:
        self.form.finish()
        self.form.show_entry(self._entries.get(key))
        self._show_buttons()

    @Slot()
    def _on_theme(self) -> None:
        self._effects = {}
        self._list(self.list.current)

    @Slot(Qt.ApplicationState)
    def _on_application_state(self, state: Qt.ApplicationState) -> None:
        """Read the folder when the user comes back, perhaps from an editor."""
        if state == Qt.ApplicationState.ApplicationActive and self.isVisible():
            self.refresh()

    def _list(self, current: str = "") -> None:
        found = [entry for entry in self._entries.values() if entry_matches(entry, self.search.text())]
        self.list.show_rows([_listed(entry) for entry in found], current or self.list.current)
        shown = self.entry
        if shown is not self.form.entry:
            self.form.show_entry(shown)
        if not self._entries:
            self._say(EMPTY)
        elif not found:
            self._say("No kernel of the library has all these words.")
        elif self.note.text() == EMPTY:
            self._say("")
        self._show_buttons()

    def _effect(self, key: str) -> QImage | None:
        """Return what a kernel does to the picture, from memory if the picture is the same."""
        picture = self.work.picture
        if key not in self._effects and picture is not None and picture.frame.image.ndim == 3:
            found = effect_thumbnail(part_of(picture.frame.image), self._entries[key].filters[0])
            self._effects[key] = (
                None if found is None else to_qimage(found[0], PALETTES[found[1]].colors(theme.is_dark()))
            )
        return self._effects.get(key)

    def _show_buttons(self) -> None:
        entry = self.entry
        for button in (self.use_button, self.add_button, self.remove_button):
            button.setEnabled(entry is not None)
        self.use_button.setText("Use bank" if entry is not None and entry.is_bank else "Use")
        self.back_button.setVisible(self._removed is not None)
        for part in (self.list, self.form):
            part.setVisible(bool(self._entries))

    def _say(self, sentence: str, *, is_error: bool = False) -> None:
        self.note.set_text(sentence, is_error=is_error)
        self.note.setVisible(bool(sentence))

    def _build(self) -> None:
        self.search = TextField(self)
        self.search.setPlaceholderText("Search names, #tags, notes")
        self.search.setAccessibleName("Search the library")
        self.search.setClearButtonEnabled(True)
        self.list = EntryList(self._effect, self)
        self.list.setMinimumHeight(theme.px(LIST_HEIGHT))
        self.form = EntryForm(self)
        self.note, self.faults = Note(1, self, most_lines=3), Note(1, self, most_lines=3)
        self.folder = FolderRow(self)
        self.folder.file_chosen.connect(self.take_file)
        self.folder.folder_chosen.connect(self.use_folder)
        self.folder.reading_asked.connect(self.refresh)
        self.keep_button = _button("Keep kernel", "", self.keep, self)
        bank_tip = "Keep all filters of the layer as one entry."
        self.keep_bank_button = _button("Keep bank", bank_tip, self.keep_bank, self)
        self.use_button = _button("Use", "Put it in place of the selected kernel, or of the bank.", self.use, self)
        self.add_button = _button("Add", "Put it behind the filters of the layer.", self.add, self)
        remove_tip = "Take it out of the library; “Put back” brings it back."
        self.remove_button = _button("Remove", remove_tip, self.remove, self)
        self.back_button = _button("Put back", "Bring back what was removed last.", self.put_back, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addLayout(_row(self.keep_button, self.keep_bank_button))
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addLayout(_row(self.note, self.back_button))
        layout.addLayout(_row(self.use_button, self.add_button, self.remove_button))
        layout.addWidget(self.form)
        layout.addWidget(self.faults)
        layout.addWidget(self.folder)
        layout.addStretch(0)  # takes the room of the list as long as there is none


def _listed(entry: Entry) -> ListedKernel:
    tags = " ".join(f"#{tag}" for tag in entry.tags)
    tip = "\n".join(filter(None, (entry.label, entry.explanation, plain(entry.notes, 300), entry.key)))
    return ListedKernel(
        entry.key, entry.label, " · ".join(filter(None, (size_words(entry), tags))), tip, filter_image(entry.filters[0])
    )


def _are_same(some: tuple[Filter, ...], others: tuple[Filter, ...]) -> bool:
    return len(some) == len(others) and all(
        same_numbers(one.planes, other.planes) and one.bias == other.bias
        for one, other in zip(some, others, strict=True)
    )


def _button(text: str, tip: str, run: Callable[[], None], parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    set_tip(button, tip)
    button.clicked.connect(lambda _on=False: run())
    return button


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.px(4))
    for i, widget in enumerate(widgets):
        row.addWidget(widget, 1 if i == 0 else 0)
    return row
