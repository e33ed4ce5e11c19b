"""Filters that leave as text: their weights as applied, and what the layer around them does."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.numbers import number_text
from convexplorer.model.layer import Layer
from convexplorer.words import number, plain, times

CHANNELS_ADDED = "Each channel is filtered by itself; the layer adds them."


@dataclass(frozen=True, eq=False)
class Leaving:
    """Filters with what is done to a picture around them.

    Attributes
    ----------
    filters : planes as a cross-correlation applies them: a layer that turns kernels has turned them already.
    border : key of `BORDERS`.
    white : the number of white in the layer's input, 1 or 255.
    strides, dilation, padding : as in the layer, rows and columns.
    extras : sentences on what the layer does beyond, which no target carries.
    """

    filters: tuple[Filter, ...]
    border: str = "zeros"
    white: float = 1.0
    strides: tuple[int, ...] = (1, 1)
    dilation: tuple[int, ...] = (1, 1)
    padding: object = "same"
    extras: tuple[str, ...] = ()

    @property
    def is_one(self) -> bool:
        """True for a single filter."""
        return len(self.filters) == 1

    def of_border(self, own: str, sentence: str) -> tuple[str, ...]:
        """Return how the border of a tool that has one border only differs from the layer's; () where it does not.

        Parameters
        ----------
        own : key of `BORDERS`.
        sentence : the tool's border, in words: "Its border is edge".
        """
        return () if self.border == own else (f"{sentence}; the layer's is {self.border}.",)

    @property
    def unusual(self) -> tuple[str, ...]:
        """Sentences on strides, dilation and padding, for targets that have none."""
        found = []
        if set(self.strides) != {1}:
            found.append(f"The layer's strides, {times(self.strides)}, are left out.")
        if set(self.dilation) != {1}:
            found.append(f"The layer's dilation, {times(self.dilation)}, is left out.")
        if self.padding != "same":
            found.append(f"The layer's padding, {self.padding}, is left out: the size stays.")
        return (*found, *self.extras)


def leaving_of(layer: Layer, indexes: Sequence[int] = (), white: float = 1.0) -> Leaving:
    """Return filters of a layer as they leave.

    Parameters
    ----------
    indexes : of the filters; all of them by default.
    white : the number of white in the layer's input.

    Raises
    ------
    ValueError : the layer's kernels do not have rows and columns.
    """
    if layer.rank != 2:
        raise ValueError(f"kernels of rows and columns leave as code; these have {layer.rank} axes")
    chosen = [layer.filters[i] for i in indexes] or list(layer.filters)
    settings = layer.settings
    if settings.get("is_flipped", False):
        chosen = [replace(one, planes=one.planes[:, ::-1, ::-1]) for one in chosen]
    activation = getattr(settings.get("activation"), "name", settings.get("activation", "linear"))
    extras = () if activation in ("linear", None) else (f"The layer's activation, {activation}, is left out.",)
    return Leaving(
        tuple(chosen),
        border=settings.get("border", "zeros"),
        white=white,
        strides=tuple(settings.get("strides", (1, 1))),
        dilation=tuple(settings.get("dilation_rate", (1, 1))),
        padding=settings.get("padding", "same"),
        extras=extras,
    )


def of_filters(filters: Sequence[Filter]) -> Leaving:
    """Return filters without a layer as they leave."""
    return Leaving(tuple(filters))


def one_plane(one: Filter, tool: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the plane that a tool with one kernel for all channels gets, and sentences on what it is.

    An even size gets a row or a column of zeros in front, so that its middle is the same everywhere.
    """
    plane, notes = one.planes[0], list[str]()
    if len(one.planes) > 1:
        same = all(np.array_equal(other, plane, equal_nan=True) for other in one.planes)
        if not same:
            notes.append(f"{tool} has one plane for all channels; this is the mean of {len(one.planes)}.")
            plane = one.planes.mean(axis=0)
    front = [(1 - n % 2, 0) for n in plane.shape]
    if any(pair[0] for pair in front):
        notes.append("Zeros stand in front of an even side, so that the middle is the same everywhere.")
        plane = np.pad(plane, front)
    return plane, tuple(notes)


def finite_plane(one: Filter, tool: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the plane as in `one_plane`; ValueError if the tool cannot be given its numbers."""
    plane, notes = one_plane(one, tool)
    if not np.isfinite(plane).all():
        raise ValueError(f"{tool} has no word for a weight that is not finite")
    return plane, notes


def rows_of(plane: np.ndarray, *, cell: str = " ", row: str = "\n") -> str:
    """Return numbers in full precision, with separators between cells and rows."""
    return row.join(cell.join(map(number_text, line)) for line in plane)


def title_of(one: Filter) -> str:
    """Return the name of a filter with its size, for a comment."""
    return f"{plain(one.name)}, {times(one.size)}"


def commented(mark: str, sentences: Sequence[str], end: str = "") -> str:
    """Return sentences as lines of comments."""
    return "".join(f"{mark} {sentence}{end}\n" for sentence in sentences if sentence)


def bias_note(one: Filter, tool: str) -> tuple[str, ...]:
    """Return the sentence on a bias that a tool cannot carry."""
    return (f"{tool} adds no bias; that of the filter, {number(one.bias)}, is left out.",) if one.bias else ()


def identifier(name: str, taken: Sequence[str] = (), usual: str = "kernel") -> str:
    """Return a name as one that programs accept and that is not taken."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name).strip("_").lower()
    base = words if words and not words[0].isdigit() else usual
    base = f"{base}_" if base in _RESERVED else base
    found, i = base, 2
    while found in taken:
        found, i = f"{base}_{i}", i + 1
    return found


_RESERVED = frozenset(
    {"for", "if", "in", "is", "or", "and", "not", "x", "y", "float", "const", "return", "lambda", "c"}
)
