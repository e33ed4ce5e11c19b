"""Presets and the library as one list: what a name means, and what a search finds."""

import difflib
from collections.abc import Mapping, Sequence

from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import Preset, make_filter, preset_named, presets
from convexplorer.model.library.entry import Entry, LibraryError
from convexplorer.model.library.library import Library
from convexplorer.words import plain, times

PRESET = "preset/"  # before a name that the library has, too


def named_filters(name: str, parameters: Mapping[str, float], library: Library | None = None) -> tuple[Filter, ...]:
    """Return what a name of the command line means: a preset's filter, or the filters of the library's entry.

    Parameters
    ----------
    name : of a preset or an entry, as "sobel-x" or "soft-edge"; "preset/…" is a preset, "edges/soft-edge" the entry of
        the library's file edges.toml.
    parameters : of the preset; the library's kernels have none.

    Raises
    ------
    ValueError : there is no such name, or there are several; the text says which.
    """
    if name.startswith(PRESET):
        return (make_filter(name.removeprefix(PRESET), **parameters),)
    preset = None if "/" in name else preset_named(name)
    found = entries_named(name, library or Library())
    if preset is not None and not found:
        return (make_filter(name, **parameters),)
    if len(found) + (preset is not None) > 1:
        ways = [f"{PRESET}{name}"] if preset is not None else []
        raise LibraryError(
            f"“{plain(name)}” is the name of several kernels: write {' or '.join([*ways, *(one.key for one in found)])}"
        )
    if not found:
        raise _unknown(name, library or Library())
    (entry,) = found
    if parameters:
        raise LibraryError(f"{entry.key} is a kernel of the library, with fixed numbers: it has no parameters")
    return entry.filters


def entries_named(name: str, library: Library) -> tuple[Entry, ...]:
    """Return the entries of the library that a name may mean."""
    entries = library.read().entries
    if "/" in name:
        return tuple(entry for entry in entries if entry.key == name)
    return tuple(entry for entry in entries if entry.name == name)


def entry_matches(entry: Entry, query: str) -> bool:
    """Return True if the name, label, tags, notes or explanation of an entry have all words of a query.

    A word that begins with # is the beginning of a tag.
    """
    return _matches(query, entry.tags, (entry.key, entry.label, entry.explanation, entry.notes, entry.group))


def preset_matches(preset: Preset, query: str) -> bool:
    """Return True if the name, label, keywords or explanation of a preset have all words of a query, as above."""
    return _matches(query, preset.keywords, (preset.name, preset.label, preset.explanation, preset.group))


def entry_line(entry: Entry) -> str:
    """Return one line about an entry: what it does, else its label; its size, and its tags.

    Examples
    --------
    >>> entry_line(Entry("a", "Mean of three", (make_filter("box"),), tags=("blur",)))
    'Mean of three. 3 × 3 #blur'
    """
    what = (entry.explanation or entry.label).rstrip(".")
    return " ".join((f"{what}. {size_words(entry)}", *(f"#{tag}" for tag in entry.tags)))


def size_words(entry: Entry) -> str:
    """Return the size of a kernel, "3 × 3", or of a bank, "8 filters of 5 × 5"."""
    sizes = sorted({one.size for one in entry.filters})
    size = times(sizes[0]) if len(sizes) == 1 else f"{times(sizes[0])} to {times(sizes[-1])}"
    count = len(entry.filters)
    return f"{count} filter{'s' if count != 1 else ''} of {size}" if entry.is_bank else size


def _matches(query: str, tags: Sequence[str], texts: Sequence[str]) -> bool:
    text = " ".join((*texts, *tags)).casefold()
    return all(
        any(tag.casefold().startswith(word[1:]) for tag in tags) if word.startswith("#") else word in text
        for word in query.casefold().split()
    )


def _unknown(name: str, library: Library) -> ValueError:
    known = [*presets(), *(entry.name for entry in library.read().entries)]
    known += [entry.key for entry in library.read().entries] if "/" in name else []
    near = difflib.get_close_matches(name.strip().lower().replace(" ", "-").replace("_", "-"), known, n=3)
    near = list(dict.fromkeys(near))
    hint = f"did you mean {' or '.join(near)}?" if near else "`convexplorer kernels` lists them all"
    return LibraryError(f"there is no kernel named {name!r}; {hint}")
