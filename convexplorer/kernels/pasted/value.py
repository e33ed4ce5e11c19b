"""What a pasted text says: its numbers as a layer applies them, and what goes with them."""

from dataclasses import field, replace
from typing import Literal

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import check_kernel_size
from convexplorer.words import number, times

#: The scale of a bias: the values of the picture themselves, bytes (255 is white), or the full range (1 is white).
BiasUnit = Literal["values", "bytes", "full"]


@dataclass(frozen=True, eq=False)
class Pasted:
    """A kernel or a bank in a text, with what its tool says beside the numbers.

    Attributes
    ----------
    form : the tool or the notation, e.g. "OpenCV"; part of the recipe.
    array : 2 to 4 axes, float64, as a cross-correlation applies it: what the tool turns is turned here already, and
        what it divides is divided.
    axes : a letter for each axis of the array, as in `kernels.weight_axes`: "HW", "IHW", "OIHW", "HWIO"; "" if the
        text does not tell.
    biases : one for each filter, or one for all; () if the text has none.
    bias_unit : their scale.
    border : key of `BORDERS`, or None if the text does not tell.
    is_flipped : True if the tool turns kernels by 180°, which has been done here.
    divisor : by which the weights were divided here; 1 if there was none.
    names : of the filters of a bank, or ().
    notes : sentences on what the text says and a layer here cannot do, and on what was assumed.
    label : what distinguishes this reading among the alternatives.
    alternatives : all readings, this one first, if the text can be read in several ways; else ().
    """

    form: str
    array: np.ndarray
    axes: str = "HW"
    biases: tuple[float, ...] = ()
    bias_unit: BiasUnit = "values"
    border: str | None = None
    is_flipped: bool = False
    divisor: float = 1.0
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    label: str = ""
    alternatives: tuple["Pasted", ...] = field(default_factory=tuple)

    @property
    def is_bank(self) -> bool:
        """True if the array has, or may have, several filters."""
        return self.array.ndim > 2 and self.axes not in ("IHW", "HWI")

    @property
    def size(self) -> str:
        """The size in words: "3 × 3", or "2 × 3 × 3" with several planes."""
        return times(self.array.shape)

    @property
    def sentence(self) -> str:
        """What was read, in words."""
        return f"Read as {self.form}: {', '.join((self.size, *self.facts))}."

    @property
    def facts(self) -> tuple[str, ...]:
        """What the text says beside its numbers, in words."""
        found = []
        if self.is_flipped:
            found.append("turned by 180° as it turns kernels")
        if self.divisor != 1:
            found.append(f"divided by {number(self.divisor)}")
        if self.border is not None:
            found.append(f"border {self.border}")
        if any(self.biases):
            unit = {"values": "", "bytes": " of 255", "full": " of the full range"}[self.bias_unit]
            found.append(f"bias {', '.join(map(number, self.biases[:3]))}{', …' * (len(self.biases) > 3)}{unit}")
        return tuple(found)

    def bias_on_scale(self, white: float) -> tuple[float, ...]:
        """Return the biases on the scale of a picture in which `white` is white: 1, or 255."""
        scale = {"values": 1.0, "bytes": white / 255, "full": white}[self.bias_unit]
        return tuple(bias * scale for bias in self.biases)


def turned(array: np.ndarray, axes: str = "HW") -> np.ndarray:
    """Return weights turned by 180° in their rows and columns."""
    return np.ascontiguousarray(np.flip(array, (axes.index("H"), axes.index("W"))))


def asked(*readings: Pasted) -> Pasted:
    """Return the first of several readings, with those that differ as its alternatives."""
    different: list[Pasted] = []
    for one in readings:
        if not any(_is_same(one, other) for other in different):
            different.append(one)
    first = different[0]
    return first if len(different) == 1 else replace(first, alternatives=tuple(different))


def check_size(array: np.ndarray) -> None:
    """Raise ValueError for an array without numbers, or with more axes than weights have.

    A kernel that is too large raises KernelSizeError; of more axes, the question which is which finds it.
    """
    if array.size == 0:
        raise ValueError("there are no numbers in it")
    if array.ndim > 4:
        raise ValueError(f"weights have at most 4 axes; the text has {array.ndim}")
    if array.ndim == 2:
        check_kernel_size(array.shape, "this table")


def _is_same(one: Pasted, other: Pasted) -> bool:
    same = (one.axes, one.biases, one.border) == (other.axes, other.biases, other.border)
    return same and np.array_equal(one.array, other.array, equal_nan=True)
