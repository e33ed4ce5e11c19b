"""A kernel or a bank of the library, as a value."""

import re
import unicodedata
from collections.abc import Sequence

from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import MAX_NAME_LENGTH, Filter
from convexplorer.words import plain

GROUP = "Library"
MAX_SLUG = 60
MAX_NOTES = 20_000
MAX_TAGS, MAX_TAG = 40, 60
MOST_FILTERS = 4096  # of a bank
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class LibraryError(ValueError):
    """The library cannot do what was asked; the text is a sentence for the user."""


@dataclass(frozen=True, eq=False)
class Entry:
    """A kernel of the library, or a bank.

    Attributes
    ----------
    name : kebab case, as on the command line; unique within its file.
    label : its name for the user.
    filters : one for a kernel, any number for a bank. Each knows how it was made.
    is_bank : True if it is used as a whole layer of filters.
    explanation : one sentence on what it does; may be empty.
    tags, notes : words to find it by, and any text.
    group : that of its file.
    file : name of the file in the library's folder; "" if it is in none yet.
    line : where it begins in this file, from 1; 0 if that is not known.
    """

    name: str
    label: str
    filters: tuple[Filter, ...]
    is_bank: bool = False
    explanation: str = ""
    tags: tuple[str, ...] = ()
    notes: str = ""
    group: str = GROUP
    file: str = ""
    line: int = 0

    def __post_init__(self) -> None:
        if not is_slug(self.name):
            raise LibraryError(
                f"a name in the library has small letters, digits and hyphens, at most {MAX_SLUG}: "
                f"“{plain(self.name, MAX_SLUG)}” is none"
            )
        if not 1 <= len(self.filters) <= MOST_FILTERS or (len(self.filters) > 1 and not self.is_bank):
            raise LibraryError(f"a kernel has one filter and a bank 1 to {MOST_FILTERS}; got {len(self.filters)}")
        if len(self.notes) > MAX_NOTES:
            raise LibraryError(f"notes have at most {MAX_NOTES} characters; got {len(self.notes)}")
        label = plain(" ".join(self.label.split()), MAX_NAME_LENGTH) or self.name
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "tags", clean_tags(self.tags))

    @property
    def key(self) -> str:
        """The name that is unique in the whole library: "edges/soft-edge" for “soft-edge” of edges.toml."""
        return f"{self.file.removesuffix('.toml')}/{self.name}" if self.file else self.name

    @property
    def is_picture_kernel(self) -> bool:
        """True if all filters are kernels on pictures, of two spatial axes."""
        return all(one.rank == 2 for one in self.filters)


def is_slug(text: str) -> bool:
    """Return True for a name in kebab case that a file and the command line can have."""
    return len(text) <= MAX_SLUG and _SLUG.fullmatch(text) is not None


def slug(text: str) -> str:
    """Return a name in kebab case for any text.

    Examples
    --------
    >>> slug("Weiche Kante, 30°"), slug("Größe"), slug("核")
    ('weiche-kante-30', 'grosse', 'kernel')
    """
    letters = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", letters)
    return "-".join(words)[:MAX_SLUG].rstrip("-") or "kernel"


def free_name(wanted: str, taken: Sequence[str]) -> str:
    """Return a name that is not taken: the wanted one, or with the first number that makes it free."""
    name, number = wanted, 2
    while name in taken:
        end = f"-{number}"
        name, number = wanted[: MAX_SLUG - len(end)].rstrip("-") + end, number + 1
    return name


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Return tags without surrounding space, empty ones and repetitions."""
    found = (plain(" ".join(tag.split()), MAX_TAG) for tag in tags)
    return tuple(dict.fromkeys(tag for tag in found if tag))[:MAX_TAGS]


def parse_tags(text: str) -> tuple[str, ...]:
    """Return the tags of a line of text, between commas.

    Examples
    --------
    >>> parse_tags("edges,  my project , edges,")
    ('edges', 'my project')
    """
    return clean_tags(text.split(","))
