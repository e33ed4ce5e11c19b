"""Sliding windows: per-axis arguments, padding and output-size arithmetic, and views of all windows.

Every convolution and pooling of the program uses these functions, so that sizes agree everywhere.
"""

import operator
from collections.abc import Sequence
from functools import cached_property
from typing import overload

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.arrays import as_maps
from convexplorer.core.geometry.borders import BORDERS, Amounts, check_amounts, padded_axis

__all__ = [
    "BORDERS",
    "Amounts",
    "Padding",
    "PerAxis",
    "WindowFrame",
    "normal_padding",
    "output_size",
    "pad",
    "pad_amounts",
    "per_axis",
    "sliding_windows",
    "span",
    "window_frame",
]

PerAxis = int | Sequence[int]
Padding = str | int | Sequence[int] | Sequence[Sequence[int]]


def per_axis(value: PerAxis, rank: int, name: str, minimum: int = 1) -> tuple[int, ...]:
    """Return one whole number per axis, from one number or a sequence.

    Parameters
    ----------
    name : of the argument, for messages.
    minimum : smallest value allowed; smaller ones, and another length than `rank`, raise ValueError.

    Examples
    --------
    >>> per_axis(2, 3, "strides")
    (2, 2, 2)
    """
    expected = f"{name} must be a whole number or one per axis ({rank})"
    try:
        numbers = (operator.index(value),) * rank  # type: ignore[arg-type]  # a sequence is answered below
    except TypeError:
        try:
            numbers = tuple(operator.index(number) for number in value)  # type: ignore[union-attr]
        except TypeError:
            raise ValueError(f"{expected}; got {value!r}") from None
    if len(numbers) != rank:
        raise ValueError(f"{expected}; got {value!r}")
    if min(numbers) < minimum:
        raise ValueError(f"{name} must be ≥ {minimum}; got {value!r}")
    return numbers


def span(size: int, dilation: int) -> int:
    """Return the number of cells that a dilated window covers, from its first to its last tap.

    Examples
    --------
    >>> span(3, 2)
    5
    """
    return dilation * (size - 1) + 1


def pad_amounts(
    spatial: Sequence[int],
    size: PerAxis,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
) -> Amounts:
    """Return the padding of each axis in cells, as (before, after) pairs.

    Parameters
    ----------
    spatial : size of the input, without channels.
    size, strides, dilation_rate : of the window, a number or one per spatial axis.
    padding : "valid", "same" (output `ceil(n / stride)`, the surplus at the end as in Keras), "causal"
        (one axis: all before), a number, one number per axis, or a (before, after) pair per axis.

    Examples
    --------
    >>> pad_amounts((5, 8), 3, padding="same", strides=2)
    ((1, 1), (0, 1))
    """
    rank = len(spatial)
    padding = normal_padding(padding, rank)
    if not isinstance(padding, str):
        return padding
    if padding == "valid":
        return ((0, 0),) * rank
    sizes = per_axis(size, rank, "size")
    spans = tuple(map(span, sizes, per_axis(dilation_rate, rank, "dilation_rate")))
    if padding == "causal":
        return ((spans[0] - 1, 0),)
    steps = per_axis(strides, rank, "strides")
    totals = [max((-(-n // s) - 1) * s + covered - n, 0) for n, s, covered in zip(spatial, steps, spans, strict=True)]
    return tuple((total // 2, total - total // 2) for total in totals)


def normal_padding(padding: Padding, rank: int) -> str | Amounts:
    """Return padding in normal form: "valid", "same", "causal", or one (before, after) pair per axis.

    Examples
    --------
    >>> normal_padding((1, 2), 2)
    ((1, 1), (2, 2))
    """
    expected = (
        'padding must be "valid", "same", "causal", '
        f"a number, a number per axis ({rank}), or a (before, after) pair per axis"
    )
    if isinstance(padding, str):
        if padding not in ("valid", "same", "causal"):
            raise ValueError(f"{expected}; got {padding!r}")
        if padding == "causal" and rank != 1:
            raise ValueError(f'padding "causal" is for one spatial axis; got {rank}')
        return padding
    items = (padding,) * rank if isinstance(padding, int | np.integer) else padding
    try:
        pairs = [per_axis(item, 2, "padding", minimum=0) for item in items]
    except TypeError:
        raise ValueError(f"{expected}; got {padding!r}") from None
    if len(pairs) != rank:
        raise ValueError(f"{expected}; got {padding!r}")
    return tuple((before, after) for before, after in pairs)


@overload
def output_size(
    n: int,
    size: int,
    *,
    strides: int = ...,
    padding: Padding = ...,
    dilation_rate: int = ...,
    ceil_mode: bool = ...,
) -> int: ...


@overload
def output_size(
    n: Sequence[int],
    size: PerAxis,
    *,
    strides: PerAxis = ...,
    padding: Padding = ...,
    dilation_rate: PerAxis = ...,
    ceil_mode: bool = ...,
) -> tuple[int, ...]: ...


def output_size(
    n: PerAxis,
    size: PerAxis,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    ceil_mode: bool = False,
) -> PerAxis:
    """Return the number of windows along an axis: a number if `n` is a number, one per axis if it is a sequence.

    Parameters
    ----------
    n : size of the input: of one axis, or of all spatial axes.
    size, strides, dilation_rate : of the window, a number or one per spatial axis.
    padding : as in `pad_amounts`.
    ceil_mode : also count a last window that extends beyond the end, if it begins inside the input or the padding
        before it (PyTorch's rule).

    Examples
    --------
    >>> output_size(512, 3, strides=2, padding="same")
    256
    >>> output_size((6, 7), 3, dilation_rate=(1, 2))
    (4, 3)
    """
    spatial = (n,) if isinstance(n, int | np.integer) else tuple(n)
    frame = window_frame(
        spatial, size, strides=strides, padding=padding, dilation_rate=dilation_rate, ceil_mode=ceil_mode
    )
    return frame.output[0] if isinstance(n, int | np.integer) else frame.output


@dataclass(frozen=True)
class WindowFrame:
    """The geometry of all windows over one input, with every argument resolved to one number per axis.

    Output cell `i` of an axis reads the padded cells `i * stride + k * dilation` for `k < size`.

    Attributes
    ----------
    spatial, output : size of the input and of the output, without channels.
    size, strides, dilation_rate : of the window, one number per axis.
    amounts : padding (before, after) of each axis; negative numbers crop.
    border : key of `BORDERS`.
    """

    spatial: tuple[int, ...]
    size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation_rate: tuple[int, ...]
    amounts: Amounts
    output: tuple[int, ...]
    border: str = "zeros"

    def __hash__(self) -> int:
        return self._hash

    @property
    def rank(self) -> int:
        """Number of spatial axes."""
        return len(self.spatial)

    @cached_property
    def spans(self) -> tuple[int, ...]:
        """Number of cells that one window covers along each axis, gaps included."""
        return tuple(map(span, self.size, self.dilation_rate))

    @cached_property
    def padding_range(self) -> tuple[int, int]:
        """Smallest and largest padding of any side; negative padding crops."""
        amounts = [amount for pair in self.amounts for amount in pair]
        return min(amounts), max(amounts)

    @cached_property
    def padded(self) -> tuple[int, ...]:
        """Size of the padded input."""
        return tuple(before + n + after for n, (before, after) in zip(self.spatial, self.amounts, strict=True))

    @cached_property
    def inside(self) -> tuple[slice, ...]:
        """Slices that select the input from the padded input, channels included."""
        own = (slice(before, before + n) for n, (before, _) in zip(self.spatial, self.amounts, strict=True))
        return (slice(None), *own)

    @cached_property
    def _hash(self) -> int:
        # Kept, because what is looked up by a frame takes no longer than this would.
        return hash((self.spatial, self.size, self.strides, self.dilation_rate, self.amounts, self.output, self.border))

    def block(self, x: np.ndarray, places: Sequence[slice]) -> np.ndarray:
        """Return the part of the padded input that a block of outputs reads; a view if it contains no padding.

        Parameters
        ----------
        x : (channels, *spatial)
        places : the block, a slice (start, stop) of output cells per spatial axis.
        """
        for axis, place in enumerate(places):
            start = place.start * self.strides[axis]
            stop = (place.stop - 1) * self.strides[axis] + self.spans[axis]
            x = padded_axis(x, axis + 1, self.amounts[axis], self.border, start, stop)
        return x


def window_frame(
    spatial: Sequence[int],
    size: PerAxis,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    ceil_mode: bool = False,
    border: str = "zeros",
    name: str = "kernel size",
    argument: str = "size",
) -> WindowFrame:
    """Resolve and check the arguments of sliding windows.

    Messages call the window `name` if it does not fit, and name the `argument` of its size if that is not a valid size.

    Raises
    ------
    ValueError : an argument is wrong, the window does not fit the padded input, or the border mode cannot fill the
        padding.
    """
    rank = len(spatial)
    spatial = per_axis(spatial, rank, "input size")
    size = per_axis(size, rank, argument)
    strides = per_axis(strides, rank, "strides")
    dilation_rate = per_axis(dilation_rate, rank, "dilation_rate")
    amounts = pad_amounts(spatial, size, strides=strides, padding=padding, dilation_rate=dilation_rate)
    output = []
    for axis in range(rank):
        (before, after), stride = amounts[axis], strides[axis]
        covered = span(size[axis], dilation_rate[axis])
        rest = spatial[axis] + before + after - covered
        if rest < 0:
            raise ValueError(
                _too_large(name, size[axis], dilation_rate[axis], spatial[axis], before + after, axis, rank)
            )
        count = rest // stride + 1
        if ceil_mode and rest % stride and count * stride < spatial[axis] + before:
            count += 1
            amounts = _grown(amounts, axis, (count - 1) * stride - rest)
        output.append(count)
    check_amounts(spatial, amounts, border)
    return WindowFrame(spatial, size, strides, dilation_rate, amounts, tuple(output), border)


def pad(x: np.ndarray, amounts: Amounts, border: str = "zeros", value: float = 0.0) -> np.ndarray:
    """Return `x` with cells added before and after each spatial axis, a new array.

    Parameters
    ----------
    x : (channels, *spatial)
    amounts : (before, after) per spatial axis.
    border : the padded values: `value` ("zeros"), the nearest cell ("edge"), the mirror image without
        ("reflect") or with ("symmetric") the edge cell, or the opposite side ("wrap").

    Examples
    --------
    >>> pad(np.array([[1.0, 2.0, 3.0]]), ((1, 2),), "wrap")
    array([[3., 1., 2., 3., 1., 2.]])
    """
    x = as_maps(x)
    amounts = pad_amounts(x.shape[1:], 1, padding=amounts)
    check_amounts(x.shape[1:], amounts, border)
    y = x
    for axis, (before, after) in enumerate(amounts, start=1):
        y = padded_axis(y, axis, (before, after), border, 0, before + y.shape[axis] + after, value)
    return y.copy() if y.base is not None or y is x else y


def sliding_windows(x: np.ndarray, size: PerAxis, strides: PerAxis = 1, dilation_rate: PerAxis = 1) -> np.ndarray:
    """Return all windows of `x` as a read-only view.

    Parameters
    ----------
    x : (channels, *spatial)
    size, strides, dilation_rate : of the window, a number or one per spatial axis.

    Returns
    -------
    (channels, *output, *size) view

    Examples
    --------
    >>> sliding_windows(np.arange(5.0)[np.newaxis], 2, strides=2)
    array([[[0., 1.],
            [2., 3.]]])
    """
    x = as_maps(x)
    frame = window_frame(x.shape[1:], size, strides=strides, dilation_rate=dilation_rate)
    axes = tuple(range(1, x.ndim))
    windows = np.lib.stride_tricks.sliding_window_view(x, frame.spans, axis=axes)
    places = tuple(slice(None, None, stride) for stride in frame.strides)
    taps = tuple(slice(None, None, dilation) for dilation in frame.dilation_rate)
    return windows[(slice(None), *places, *taps)]


def _grown(amounts: Amounts, axis: int, extra: int) -> Amounts:
    before, after = amounts[axis]
    return (*amounts[:axis], (before, after + extra), *amounts[axis + 1 :])


def _too_large(name: str, size: int, dilation: int, n: int, padding: int, axis: int, rank: int) -> str:
    spanned = f"{name} {size}" + (f" with dilation {dilation} spans {span(size, dilation)}" if dilation > 1 else "")
    where = "" if rank == 1 else (" in rows", " in columns")[axis] if rank == 2 else f" along spatial axis {axis}"
    padded = f" with {padding} padding" if padding else ""
    return f"{spanned}{' and' if dilation > 1 else ''} must fit the input{where}; got {n} cells{padded}"
