"""The meaning of the axes of an array of weights, which no file tells: Keras and PyTorch order them differently.

One rule for arrays of every origin. An array is read without a question only if exactly one reading has square kernels,
and that reading fits the channels of the input; readings that give the same filters count once. All other arrays are
ambiguous, and the user says which axis is which.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import MAX_KERNEL_SIZE
from convexplorer.words import times

#: How a layer uses its filters: a map of all channels each, a map for every channel, or spread over the output.
Use = Literal["conv", "depthwise", "transposed"]

NAMES = {
    "O": "filters",
    "I": "channels in",
    "H": "rows",
    "W": "columns",
    "N": "channels × filters",
    "1": "1",
}
KERAS, PYTORCH = "as Keras keeps them", "as PyTorch keeps them"
_OWN = "as this program exports them"

# Letters of the axes in order, and the origin of the order. "N" counts the filters of each channel, channel by channel.
_FEW_AXES = dict.fromkeys(("HW", "IHW", "HWI", "OHW", "HWO"), "")
LAYOUTS: dict[Use, dict[str, str]] = {
    "conv": _FEW_AXES | {"OIHW": PYTORCH, "HWIO": KERAS},
    "depthwise": _FEW_AXES | {"N1HW": PYTORCH, "HWIO": KERAS, "OIHW": _OWN},
    "transposed": _FEW_AXES | {"IOHW": PYTORCH, "HWOI": KERAS, "OIHW": _OWN},
}


@dataclass(frozen=True)
class Reading:
    """One reading of an array of weights.

    Attributes
    ----------
    axes : a letter for each axis of the array: O filters, I channels in, H rows, W columns; "N1HW" is PyTorch's order
        of a depthwise convolution.
    origin : words for where this order comes from, or "".
    filters, planes, rows, columns : the bank that this reading gives.
    fits : True if the bank meets `channels` of the input by the rules of `model.build.effective_planes`.
    """

    axes: str
    origin: str
    filters: int
    planes: int
    rows: int
    columns: int
    fits: bool = True

    @property
    def is_square(self) -> bool:
        """True if its kernels have as many rows as columns, as nearly all have."""
        return self.rows == self.columns

    @property
    def order(self) -> str:
        """The order of the axes in words: "(rows, columns, channels in, filters)"."""
        return f"({', '.join(NAMES[letter] for letter in self.axes)})"

    @property
    def result(self) -> str:
        """The bank in words: "8 filters 3×3 over 3 channels"."""
        many = f"{self.filters} filters" if self.filters > 1 else "1 filter"
        over = f" over {self.planes} channels" if self.planes > 1 else ", one plane for every channel"
        return f"{many} {self.rows}×{self.columns}{over}"

    @property
    def sentence(self) -> str:
        """The reading in words, to be told when it was not asked for."""
        origin = f", {self.origin}" if self.origin else ""
        return f"read as {self.order}{origin}: {self.result}"

    def bank(self, array: np.ndarray) -> np.ndarray:
        """Return the weights as (filters, planes, rows, columns) float64."""
        numbers = np.asarray(array, np.float64)
        if self.axes == "N1HW":
            split = numbers.reshape(self.planes, self.filters, self.rows, self.columns)
            return np.ascontiguousarray(split.transpose(1, 0, 2, 3))
        present = [letter for letter in "OIHW" if letter in self.axes]
        ordered = numbers.transpose([self.axes.index(letter) for letter in present])
        return np.ascontiguousarray(ordered).reshape(self.filters, self.planes, self.rows, self.columns)


def readings(shape: Sequence[int], use: Use = "conv", channels: int | None = None) -> tuple[Reading, ...]:
    """Return the possible readings of an array of weights, those that fit the input first.

    Parameters
    ----------
    shape : of the array, 2 to 4 axes.
    channels : that meet a filter's planes; None if unknown, and then every reading fits.

    Raises
    ------
    ValueError : no order of the axes makes kernels of it.

    Examples
    --------
    >>> [one.result for one in readings((2, 3, 3), channels=3)][:2]
    ['2 filters 3×3, one plane for every channel', '1 filter 2×3 over 3 channels']
    """
    _check(shape)
    found: dict[object, Reading] = {}
    for axes, origin in LAYOUTS[use].items():
        reading = _reading(shape, axes, origin, channels) if len(axes) == len(shape) else None
        if reading is not None and max(reading.rows, reading.columns) <= MAX_KERNEL_SIZE:
            found.setdefault(_identity(reading), reading)
    if not found:
        most = f"{MAX_KERNEL_SIZE} × {MAX_KERNEL_SIZE}"
        raise ValueError(f"a kernel has at most {most} cells; this array has {times(shape)}")
    return tuple(sorted(found.values(), key=lambda one: (not one.fits, not one.is_square)))


def plain_reading(found: Sequence[Reading]) -> Reading | None:
    """Return the reading that needs no question, or None: the only one, or the only square one if it fits."""
    if len(found) == 1:
        return found[0]
    square = [one for one in found if one.is_square]
    return square[0] if len(square) == 1 and square[0].fits else None


def named_reading(shape: Sequence[int], axes: str, use: Use = "conv", channels: int | None = None) -> Reading:
    """Return the reading with axes in the order that the user has named, e.g. "HWIO"; any order is allowed.

    Raises
    ------
    ValueError : the letters are no order of axes, or their number is not that of the array's axes.
    """
    _check(shape)
    letters = axes.strip().upper()
    is_order = len(set(letters)) == len(letters) and {"H", "W"} <= set(letters) <= set("OIHW")
    if not is_order and letters != "N1HW":
        raise ValueError(
            f"axes are named by the letters O (filters), I (channels in), H (rows) and W (columns), each once, as in "
            f"HWIO; got {axes!r}"
        )
    if len(letters) != len(shape):
        raise ValueError(f"{letters} names {len(letters)} axes, and the array has {len(shape)}: {times(shape)}")
    reading = _reading(shape, letters, LAYOUTS[use].get(letters, ""), channels)
    if reading is None:
        raise ValueError(
            f"{letters} is (channels × filters, 1, rows, columns) of a depthwise convolution; "
            f"{times(shape)} does not divide into {channels or 'an unknown number of'} channels so"
        )
    return reading


def _check(shape: Sequence[int]) -> None:
    if not 2 <= len(shape) <= 4 or min(shape) < 1:
        raise ValueError(f"an array of numbers with 2 to 4 axes is expected; got shape {tuple(shape)}")


def _reading(shape: Sequence[int], axes: str, origin: str, channels: int | None) -> Reading | None:
    """Return the reading of a shape with these axes, or None if that is impossible."""
    size = dict(zip(axes, shape, strict=True))
    filters, planes = size.get("O", 1), size.get("I", 1)
    if "N" in size:
        # Without known channels, one filter each: PyTorch's usual depthwise convolution.
        planes = size["N"] if channels is None else channels
        if size["1"] != 1 or size["N"] % planes:
            return None
        filters = size["N"] // planes
    fits = channels is None or channels == 1 or planes in (1, channels)
    return Reading(axes, origin, filters, planes, size["H"], size["W"], fits)


def _identity(reading: Reading) -> object:
    """Return a key that is equal for readings that give the same filters from an array."""
    size = {"O": reading.filters, "I": reading.planes, "H": reading.rows, "W": reading.columns}
    order = "IOHW" if "N" in reading.axes else reading.axes
    return tuple(size.values()), tuple(letter for letter in order if size[letter] > 1)
