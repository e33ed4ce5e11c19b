"""Numbers typed by the user, as a source: a small grid whose text is the source's address, so that projects hold it.

The text has blanks between numbers, "; " between rows and " | " between channels: "10 10 0; 10 10 0". Other texts that
`kernels.matrix.parse_numbers` reads are accepted and written in this form.
"""

import threading
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from convexplorer.kernels.matrix import parse_numbers
from convexplorer.kernels.numbers import number_text
from convexplorer.sources.decoders.pages import PageReader, SinglePage
from convexplorer.sources.decoders.table import page_of, with_channels_first
from convexplorer.sources.frame import Reader, Source, SourceError
from convexplorer.words import times

MAX_CELLS = 64 * 64  # of one channel
MAX_SIDE = 1024  # a long row has no more columns
MAX_CHANNELS = 3
_CHANNELS, _ROWS = "|", ";"
_MOST_KNOWN = 16
_known: dict[str, np.ndarray] = {}  # the last grids by their texts
_lock = threading.Lock()


def numbers_source(values: np.ndarray) -> Source:
    """Return the source of these numbers, (rows, columns) or (channels, rows, columns).

    Raises
    ------
    SourceError : there are too many; the text is a sentence for the user.
    """
    planes = values[np.newaxis] if values.ndim == 2 else values
    check_grid(planes.shape)
    rows = ((" ".join(map(number_text, row)) for row in plane) for plane in planes.tolist())
    text = f" {_CHANNELS} ".join(f"{_ROWS} ".join(plane) for plane in rows)
    _remember(text, np.array(planes, np.float64))
    return Source("numbers", text, MappingProxyType({}))


def source_of_text(text: str) -> Source:
    """Return the source of numbers in a text; `SourceError` names row and column of what is no number."""
    return numbers_source(grid_of(text))


def grid_of(text: str) -> np.ndarray:
    """Return the numbers in a text as (channels, rows, columns) float64, read-only.

    Raises
    ------
    SourceError : the text is no grid, or it is too large.

    Examples
    --------
    >>> grid_of("0 1; 2 3 | 4 5; 6 7").shape
    (2, 2, 2)
    """
    if (known := _known.get(text)) is not None:
        return known
    parts = text.split(_CHANNELS)
    try:
        planes = [_plane(part) for part in parts]
    except ValueError as error:
        raise SourceError(f"These are no numbers of a picture: {str(error).rstrip('.')}.") from error
    if len({plane.shape for plane in planes}) > 1 or (len(planes) > 1 and planes[0].ndim != 2):
        sizes = " and ".join(times(plane.shape) for plane in planes)
        raise SourceError(f"All channels must have rows and columns of one number; these have {sizes}.")
    grid = with_channels_first(planes[0]) if len(planes) == 1 else np.stack(planes)
    check_grid(grid.shape)
    return _remember(text, grid)


def check_grid(shape: Sequence[int]) -> None:
    """Raise `SourceError` if (channels, rows, columns) are more than can be typed."""
    channels, rows, columns = shape
    if channels > MAX_CHANNELS:
        raise SourceError(f"A grid of numbers has 1 to {MAX_CHANNELS} channels; this one has {channels}.")
    if rows * columns > MAX_CELLS or max(rows, columns) > MAX_SIDE:
        raise SourceError(
            f"A grid of numbers has at most {MAX_CELLS} of them in a channel, such as 64 × 64; {rows} × {columns} are "
            f"{rows * columns}. A file of that size can be opened as a picture (.csv, .npy)."
        )


def open_numbers(source: Source) -> Reader:
    """Open the grid in the address of a source; the numbers are not rescaled."""
    grid = grid_of(source.address)
    return PageReader(SinglePage(page_of(grid)), title_of(source))


def title_of(source: Source) -> str:
    """Return the size of a grid in words: "6 × 6 numbers", "7 × 7 × 3 numbers"."""
    try:
        channels, *size = grid_of(source.address).shape
    except SourceError:
        return "Numbers"
    return f"{times((*size, channels) if channels > 1 else size)} numbers"


def _remember(text: str, grid: np.ndarray) -> np.ndarray:
    """Keep the numbers of a text, so that an edit of one cell does not read all of them again."""
    grid.flags.writeable = False
    with _lock:
        _known.pop(text, None)
        _known[text] = grid
        while len(_known) > _MOST_KNOWN:
            del _known[next(iter(_known))]
    return grid


def _plane(text: str) -> np.ndarray:
    # A single row without semicolons is a row; `parse_numbers` would take a lonely "1,5" apart.
    rows = text.strip().strip(_ROWS)
    lines = rows if "[" in rows or "\n" in rows else rows.replace(_ROWS, "\n")
    return parse_numbers(lines, MAX_CHANNELS * MAX_CELLS)
