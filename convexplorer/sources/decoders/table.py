"""Tables of numbers as text, `.csv`, `.tsv` and `.txt`: the cells are the values of a picture and are not rescaled."""

from pathlib import Path

import numpy as np

from convexplorer.kernels.matrix import parse_numbers
from convexplorer.sources.decoders.pages import Page, SinglePage
from convexplorer.sources.decoders.pixels import channel_names, samples_of
from convexplorer.sources.frame import SourceError
from convexplorer.sources.paths import refusal

MOST_NUMBERS = 1 << 20
_MOST_BYTES = 32 * MOST_NUMBERS


def open_table(path: Path) -> SinglePage:
    """Read a table; `SourceError` names line and column of what is no number."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SourceError(
                f"{path.name} is too large for a table: at most {MOST_NUMBERS} numbers are read from text."
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SourceError(refusal(path, error)) from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path.name} is no table of numbers: byte {error.start + 1} is no UTF-8 text.") from None
    try:
        numbers = parse_numbers(text, MOST_NUMBERS, row_word="line")
    except ValueError as error:
        raise SourceError(f"{path.name} is no table of numbers: {str(error).rstrip('.')}.") from error
    return SinglePage(page_of(with_channels_first(numbers)))


def page_of(grid: np.ndarray) -> Page:
    """Return numbers (channels, rows, columns) as a page."""
    with np.errstate(over="ignore"):  # a number beyond the range of float32 becomes infinite
        image = grid.astype(np.float32)
    image.flags.writeable = False
    return Page(image, channel_names(len(image)), samples=samples_of(np.dtype(np.float64)))


def with_channels_first(numbers: np.ndarray) -> np.ndarray:
    """Return numbers with 2 or 3 axes as (channels, rows, columns): channels are the shorter of first and last axis."""
    if numbers.ndim == 2:
        return numbers[np.newaxis]
    return numbers if numbers.shape[0] <= numbers.shape[2] else np.ascontiguousarray(np.moveaxis(numbers, 2, 0))
