"""The library as a whole: read, save, change, remove. Nothing is overwritten that was not seen."""

import os
from dataclasses import replace
from pathlib import Path

from convexplorer._dataclass import dataclass
from convexplorer.model.library.entry import Entry, LibraryError, free_name, slug
from convexplorer.model.library.place import library_folder
from convexplorer.model.library.rewriting import with_changes, without_entry
from convexplorer.model.library.shelf import SUFFIX, Shelf, ShelfFile, read_shelf, read_text
from convexplorer.model.library.text import file_text, read_entries
from convexplorer.model.storage.atomic import Replacement, reason_of
from convexplorer.words import plain


@dataclass(frozen=True)
class Removed:
    """What was taken out of the library, to be put back.

    Attributes
    ----------
    text, rest : of its file, before and since; `rest` is None if the file went with its last entry.
    """

    entry: Entry
    text: str
    rest: str | None


class Library:
    """The kernels and banks of a folder.

    Parameters
    ----------
    folder : by default the one that was chosen, or that of the user's data.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._given = folder
        self._shelf = Shelf(self.folder, {})

    @property
    def folder(self) -> Path:
        """The folder with the files; it is made when something is saved."""
        return self._given or library_folder()

    def read(self) -> Shelf:
        """Return what the folder holds now; only files that have changed are read."""
        self._shelf = read_shelf(self.folder, self._shelf)
        return self._shelf

    def save(self, entry: Entry) -> Entry:
        """Add an entry in a file of its own, and return it as it is found there.

        Its name gets a number if another entry, or a file, has it. LibraryError says why it is impossible.
        """
        shelf = self.read()
        taken = [other.name for other in shelf.entries] + [name.removesuffix(SUFFIX) for name in shelf.files]
        name = free_name(entry.name, taken)
        while (self.folder / f"{name}{SUFFIX}").exists():  # one that could not be read
            name = free_name(entry.name, taken := [*taken, name])
        named = replace(entry, name=name, file=f"{name}{SUFFIX}", line=0)
        self._write(named.file, file_text(named), is_new=True)
        return self._found(named.file, name)

    def change(self, entry: Entry, **changes: object) -> Entry:
        """Change an entry in its file: any of label, explanation, tags, notes, filters; or its name.

        Everything else in the file stays as it is, comments too; a file of the entry's name, with no other in it, is
        renamed with it. LibraryError: the file was changed by others since it was read, another entry has the name, or
        it cannot be written.
        """
        if "name" in changes and entry.label == entry.name:  # an entry without a label is called by its name
            changes = {"label": changes["name"], **changes}
        new = replace(entry, **changes)  # type: ignore[arg-type]
        if new.name != entry.name and any(other.name == new.name for other in self.read().entries):
            raise LibraryError(f"the library has a “{new.name}” already")
        text = with_changes(self._unchanged(entry), entry, new)
        file = self._file_for(entry, new)
        self._write(file, text, is_new=file != entry.file)
        if file != entry.file:
            with _told(entry.file, "removed"):
                (self.folder / entry.file).unlink()
        return self._found(file, new.name)

    def remove(self, entry: Entry) -> Removed:
        """Take an entry out of its file, and its file away with the last one; return what brings it back."""
        text = self._unchanged(entry)
        rest = without_entry(text, entry)
        entries, faults = read_entries(rest, entry.file)
        if entries or any(fault.line for fault in faults):
            self._write(entry.file, rest)
            self.read()
            return Removed(entry, text, rest)
        with _told(entry.file, "removed"):
            (self.folder / entry.file).unlink()
        self.read()
        return Removed(entry, text, None)

    def restore(self, removed: Removed) -> Entry:
        """Put back what was removed; where its file has changed since, in a file of its own."""
        entry = removed.entry
        file = self.read().files.get(entry.file)
        now = None if file is None else file.text
        is_untouched = now == removed.rest and (file is not None or not (self.folder / entry.file).exists())
        if not is_untouched:
            return self.save(entry)
        self._write(entry.file, removed.text, is_new=removed.rest is None)
        return self._found(entry.file, entry.name)

    def take_file(self, path: Path) -> tuple[Entry, ...]:
        """Copy a file from elsewhere into the library, unchanged, and return its entries.

        LibraryError: it is none, all its entries are in the library already, or some are under these names.
        """
        name = plain(path.name)
        try:
            text = read_text(path)
        except (OSError, ValueError) as error:
            raise LibraryError(f"the file {name} could not be read: {reason_of(error)}") from None
        entries, faults = read_entries(text, name)
        if not entries:
            raise LibraryError(f"the file {faults[0].sentence}".rstrip("."))
        shelf = self.read()
        for file in shelf.files.values():
            if file.text == text:
                raise LibraryError(f"the library has this file already, as {file.name}")
        mine = {entry.name: entry for entry in shelf.entries}
        if same := [entry.name for entry in entries if entry.name in mine]:
            raise LibraryError(
                f"the library has a “{same[0]}” already, in {mine[same[0]].file}; rename one of them, then take {name}"
            )
        there = os.listdir(self.folder) if self.folder.is_dir() else []
        stem = free_name(slug(path.name.removesuffix(SUFFIX)), [file.removesuffix(SUFFIX) for file in there])
        target = f"{stem}{SUFFIX}"
        self._write(target, text, is_new=True)
        return self._read_file(target).entries

    def _file_for(self, entry: Entry, new: Entry) -> str:
        """Return the file of a changed entry: one that holds it alone and has its name is called as the new one is."""
        file = f"{new.name}{SUFFIX}"
        is_its_own = entry.file == f"{entry.name}{SUFFIX}" and len(self._shelf.files[entry.file].entries) == 1
        return file if is_its_own and not (self.folder / file).exists() else entry.file

    def _unchanged(self, entry: Entry) -> str:
        """Return the text of an entry's file; LibraryError if it is not the one that the entry was read from."""
        now = self.read().files.get(entry.file)
        if now is None or now.text is None:
            raise LibraryError(f"the file {entry.file} is no longer in the library's folder, or cannot be read")
        with _told(entry.file, "read"):
            is_same = read_text(self.folder / entry.file) == now.text
        # A file that has not changed keeps the entries that were read from it.
        if not is_same or not any(entry is other for other in now.entries):
            raise LibraryError(
                f"the file {entry.file} was changed by another program since it was read; it has been read anew, so "
                f"look at it before you change it"
            )
        return now.text

    def _write(self, name: str, text: str, *, is_new: bool = False) -> None:
        path = self.folder / name
        with _told(name, "saved"):
            self.folder.mkdir(parents=True, exist_ok=True)
            part = Replacement(path)
            try:
                part.path.write_text(text, encoding="utf-8", newline="")
                if is_new and path.exists():
                    raise FileExistsError(f"there is a {name} already")
                part.finish()
            except BaseException:
                part.discard()
                raise

    def _found(self, file: str, name: str) -> Entry:
        for entry in self._read_file(file).entries:
            if entry.name == name:
                return entry
        raise LibraryError(f"the file {file} was written, but “{name}” is not found in it")

    def _read_file(self, name: str) -> ShelfFile:
        return self.read().files[name]


class _told:
    """Turns an OSError into a LibraryError that names the file."""

    def __init__(self, name: str, what: str) -> None:
        self._name, self._what = name, what

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError):
            raise LibraryError(f"the file {self._name} cannot be {self._what}: {reason_of(error)}") from None
