"""How many numbers a layer could learn, as a formula with today's numbers: one function for each way of counting."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from convexplorer._dataclass import dataclass


@dataclass(frozen=True)
class Sizes:
    """What a count of parameters depends on.

    Attributes
    ----------
    settings : of the layer, complete.
    filters : number of filters, 0 without any.
    kernel_size : cells per axis, () without filters.
    channels : of the input.
    """

    settings: Mapping[str, Any]
    filters: int
    kernel_size: Sequence[int]
    channels: int

    @property
    def area(self) -> int:
        """Cells of one plane of a kernel."""
        return math.prod(self.kernel_size)

    @property
    def size(self) -> str:
        """The kernel size as a product: "3 · 3"."""
        return " · ".join(map(str, self.kernel_size))

    @property
    def bias(self) -> int:
        """1 with a bias, else 0."""
        return int(self.settings["use_bias"])

    @property
    def plus_bias(self) -> str:
        """The bias as a term."""
        return " + 1" if self.bias else ""


@dataclass(frozen=True, eq=False)
class Count:
    """How the parameters of a kind are counted.

    Attributes
    ----------
    words : the formula in words.
    formula : with numbers, and the result.
    """

    words: str
    formula: Callable[[Sizes], str]


def _summed(of: Sizes) -> str:
    groups = of.settings["groups"]
    divided = f" / {groups}" if groups > 1 else ""
    total = of.filters * (of.area * of.channels // groups + of.bias)
    return f"{of.filters} · ({of.size} · {of.channels}{divided}{of.plus_bias}) = {total}"


def _depthwise(of: Sizes) -> str:
    return (
        f"{of.channels} · {of.filters} · ({of.size}{of.plus_bias}) = {of.channels * of.filters * (of.area + of.bias)}"
    )


def _separable(of: Sizes) -> str:
    total = of.channels * of.filters * of.area + of.filters * (of.channels * of.filters + of.bias)
    mixing = f"{of.filters} · ({of.channels} · {of.filters}{of.plus_bias})"
    return f"{of.channels} · {of.filters} · {of.size} + {mixing} = {total}"


def _dense(of: Sizes) -> str:
    units = of.settings["units"]
    return f"{units} · ({of.channels}{of.plus_bias}) = {units * (of.channels + of.bias)}"


def _norm(of: Sizes) -> str:
    return f"2 · {of.channels} = {2 * of.channels}, and {2 * of.channels} measured"


def _slopes(of: Sizes) -> str:
    return f"1 · {of.channels} = {of.channels}"


def _pairs(of: Sizes) -> str:
    return f"2 · {of.channels} = {2 * of.channels}"


SUMMED = Count("filters · (kernel rows · kernel columns · channels / groups + bias)", _summed)
DEPTHWISE = Count("channels · filters · (kernel rows · kernel columns + bias)", _depthwise)
SEPARABLE = Count(
    "channels · filters · kernel rows · kernel columns, then filters · (channels · filters + bias)", _separable
)
DENSE = Count("units · (inputs + bias)", _dense)
NORM = Count("gamma and beta of each channel; mean and variance are measured, not learned", _norm)
SLOPES = Count("a slope for each channel", _slopes)
PAIRS = Count("a factor and a summand for each channel", _pairs)
