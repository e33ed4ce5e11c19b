"""The choice of the algorithm for a convolution: one row per algorithm, one per rule.

These choices are the fixed plan: they depend on shapes alone. Within `records.using`, what raced on this machine goes
before them.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.convolution.algorithms import (
    flat,
    fourier,
    lanes,
    onnx,
    pairs,
    pointwise,
    rows,
    signals,
    volumes,
    windows,
)
from convexplorer.core.convolution.algorithms import opencv as planes
from convexplorer.core.geometry.borders import check_border
from convexplorer.core.geometry.windows import Padding, PerAxis, WindowFrame, normal_padding, per_axis, window_frame

Prepare = Callable[[np.ndarray, np.ndarray | None, np.ndarray, WindowFrame], Callable[[np.ndarray], None]]


@dataclass(frozen=True)
class Algorithm:
    """An algorithm that computes every convolution of the given ranks.

    Attributes
    ----------
    convolve : `convolve(x, kernel, bias, y, frame)` writes one group's result into `y`.
    workspace_bytes : `workspace_bytes(frame, kernel_shape, itemsize)`: memory needed beside input and output.
    ranks : supported numbers of spatial axes.
    label : the method in words that need no explanation, to follow "by".
    explanation : one sentence: the method, and the cases it is fast for.
    prepare : `prepare(kernel, bias, y, frame)` returns a faster function of `x` for repeated calls; `x` may alias `y`.
        None if preparing does not help.
    is_silent : True if the algorithm never raises floating-point warnings, so that the caller can skip `np.errstate`
        (about 1 µs).
    """

    convolve: Callable[[np.ndarray, np.ndarray, np.ndarray | None, np.ndarray, WindowFrame], None]
    workspace_bytes: Callable[[WindowFrame, tuple[int, ...], int], int]
    ranks: tuple[int, ...]
    label: str
    explanation: str
    prepare: Prepare | None = None
    is_silent: bool = False


#: The algorithms of `conv`. All give the same numbers within float32 rounding.
ALGORITHMS: dict[str, Algorithm] = {
    "flat": Algorithm(
        flat.convolve,
        flat.workspace_bytes,
        (1, 2, 3),
        "one matrix product of all windows",
        "All windows side by side, then one matrix product: fast for small inputs.",
        flat.prepare,
        is_silent=True,
    ),
    "windows": Algorithm(
        windows.convolve,
        windows.workspace_bytes,
        (1, 2, 3),
        "matrix products of blocks of windows",
        "Windows side by side in small blocks, then a matrix product: general.",
    ),
    "rows": Algorithm(
        rows.convolve,
        rows.workspace_bytes,
        (2,),
        "matrix products row by row",
        "Rows copied once per kernel column, then a matrix product a row: fast for several filters.",
    ),
    "wide": Algorithm(
        rows.convolve_wide,
        rows.wide_workspace_bytes,
        (2,),
        "a few large matrix products of many rows",
        "Rows as above in few large products: fast where matrix products pack their factors first.",
    ),
    "pairs": Algorithm(
        pairs.convolve,
        pairs.workspace_bytes,
        (2,),
        "matrix products of pairs of rows",
        "Rows in pairs that share products, three for four or less: fast for many terms and filters.",
    ),
    "pointwise": Algorithm(
        pointwise.convolve,
        pointwise.workspace_bytes,
        (1, 2, 3),
        "one matrix product of the channels",
        "The filters' matrix times the input as it lies: for kernels of one cell.",
    ),
    "lanes": Algorithm(
        lanes.convolve,
        lanes.workspace_bytes,
        (2,),
        "products of all channels at once",
        "The channels of a cell side by side: fast for many small channels that do not mix.",
    ),
    "signals": Algorithm(
        signals.convolve,
        signals.workspace_bytes,
        (1,),
        "matrix products of signals folded into rows",
        "Signals folded into rows of an image.",
    ),
    "fourier": Algorithm(
        fourier.convolve,
        fourier.workspace_bytes,
        (1,),
        "Fourier transforms",
        "Fourier transforms of overlapping blocks: fast for long kernels on signals.",
    ),
    "volumes": Algorithm(
        volumes.convolve,
        volumes.workspace_bytes,
        (3,),
        "convolutions of images, slice by slice",
        "Volumes slice by slice, the slices that a window sees as channels of an image.",
    ),
    "planes": Algorithm(
        planes.convolve,
        planes.workspace_bytes,
        (2,),
        "OpenCV, channel by channel",
        "OpenCV's filter2D plane by plane: fast for few planes and for large kernels.",
    ),
    "whole": Algorithm(
        planes.convolve_whole,
        planes.whole_workspace_bytes,
        (2,),
        "OpenCV, channel by channel in one thread",
        "OpenCV's filter2D on whole planes in one thread: fast where a second thread wakes slowly.",
    ),
    "onnxruntime": Algorithm(
        onnx.convolve,
        onnx.workspace_bytes,
        (1, 2, 3),
        "ONNX Runtime",
        "ONNX Runtime, if it is installed: fast for many channels and filters.",
    ),
}

_MANY_CHANNELS = 32
_SMALL_OUTPUT = 16 * 16
_UNKNOWN = f"algorithm must be auto or one of {', '.join(ALGORITHMS)}; got {{!r}}"


class Bank(NamedTuple):
    """The facts that rules decide on: windows, filters and channels per group, number of groups."""

    frame: WindowFrame
    filters: int
    channels: int
    groups: int = 1

    @property
    def area(self) -> int:
        """Number of cells of the kernel, without the gaps of a dilation."""
        return math.prod(self.frame.size)

    @property
    def terms(self) -> int:
        """Number of products summed for one output."""
        return self.channels * self.area

    @property
    def multiply_adds(self) -> int:
        """Multiply–accumulate count of a group."""
        return self.filters * self.terms * math.prod(self.frame.output)

    @property
    def spanned(self) -> int:
        """Number of cells of the kernel, with the gaps of a dilation."""
        return math.prod(self.frame.spans)


@dataclass(frozen=True)
class Rule:
    """A condition for an algorithm; the first rule whose `applies(bank)` is True decides."""

    algorithm: str
    applies: Callable[[Bank], bool]
    why: str


def _is_small(bank: Bank) -> bool:
    """Return True if copying all windows takes less time than the other algorithms' overhead.

    Microseconds by flat / by what comes next, least of 7, on 2 cores with AVX-512, NumPy 2.4 and OpenCV 5.0:
        images, 3×3:  1→1 64² 12 / 24, 112² 28 / 28   1→8 64² 21 / 34, 128² 58 / 66   3→16 64² 64 / 73, 96² 135 / 127
                      3→32 64² 98 / 112, 80² 151 / 150   16→16 28² 69 / 83   32→32 20² 117 / 134
        signals:      16 taps 1→1 16 000 49 / 170, 1→32 16 000 213 / 495   128 taps 1→32 2000 190 / 490
        volumes, 3³:  1→1 20³ 121 / 881   1→32 20³ 282 / 2541
        1×1:          16→16 28² 12 / 12, 40² 19 / 16
        32 groups:    3×3 48² 268 / 581, 64² 347 / 327, 80² 579 / 403
    """
    if pointwise.can_convolve(bank.frame):
        most = 1 << 13
    elif bank.groups > 1:
        most = 1 << 15
    else:
        most = 1 << (17 if bank.frame.rank == 2 else 18)
    # Wide strides leave few windows of a large input, each in cache lines of its own: 1000² by 30 takes 139 / 85.
    cells = max(math.prod(bank.frame.padded), bank.area * math.prod(bank.frame.output))
    return bank.channels * cells <= most


def _has_lanes(bank: Bank) -> bool:
    """Return True if the channels do not mix, are many, and small.

    Milliseconds of processor time by lanes / by what comes next, median of 9, one thread, AMD EPYC, NumPy 2.4:
        3×3:      960 7² 0.94 / 3.5   576 14² 1.1 / 2.7   384 14² 0.68 / 1.9   16 14² 0.08 / 0.08   192 28² 2.0 / 1.4
        stride 2: 576 14² 0.44 / 2.1   192 28² 0.62 / 1.4   144 56² 2.9 / 1.1   5×5 672 14² 1.1 / 3.1
    """
    return (
        bank.groups >= _MANY_CHANNELS
        and bank.channels == 1
        and bank.frame.rank == 2
        and math.prod(bank.frame.output) <= _SMALL_OUTPUT
    )


# Clock time by pairs / by rows, the 20th percentile of each, float32, 2 cores with AVX-512, NumPy 2.4:
#   3×3, 224×224:   16→64 1.17  24→64 1.04  32→32 1.08  32→48 1.02  32→64 0.91  48→48 0.92  64→32 0.94  64→64 0.89
#   5×5:            3→32 at 480p 1.11   3→64 at 480p, 720p, 1080p 1.03, 0.88, 1.00   16→64 0.95   32→64 0.99 at 224×224
#   7×7:            3→32 at 480p, 720p, 1080p 0.95, 1.03, 1.13   3→48 0.95, 0.92, —   3→64 0.90, 0.92, 0.92   16→64 0.96
#   small outputs:  3×3 at 112×112 64→64 0.90, 48→48 1.03   at 56×56 128→128 0.94   at 28×28 256→256 1.03
# With more terms, tiles become so small that too many rows are combined twice: 64→64 7×7 1.04, 24→64 9×9 1.04 of the
# processor time.
_WORTH_PAIRS = 300_000_000
_CELLS_WORTH_PAIRS = 3000

# Milliseconds of processor time by rows / by planes, float32, least of 9 (of 3 from 9×9 on), on 2 cores with AVX-512,
# NumPy 2.4 and OpenCV 5.0:
#   720p, 3×3:     1→1 1.4 / 0.5   1→2 1.5 / 1.0   1→4 2.3 / 1.8   3→1 4.3 / 2.1   3→2 5.1 / 4.6   3→3 5.6 / 7.6
#   720p, 5×5:     3→1 7.6 / 4.0   3→2 10 / 7.6    3→3 13 / 11
#   720p, 7×7:     3→1 12 / 6.3    3→2 15 / 12     3→3 20 / 18
#   480p:          11×11 3→1 9.4 / 4.8   3→2 8.4 / 9.1   3→3 13 / 14      13×13 3→1 13 / 15   3→2 16 / 30   3→4 17 / 60
#                  15×15 3→2 18 / 32   3→8 39 / 117   21×21 3→8 124 / 120   31×31 3→4 96 / 45   3→8 178 / 90
# A single filter goes to planes also from 12×12 to 13×13, because one that is a product (a Gaussian) takes a quarter.
RULES: tuple[Rule, ...] = (
    Rule("lanes", _has_lanes, "many small channels that do not mix"),
    Rule(
        "flat",
        _is_small,
        "a small input: all windows side by side",
    ),
    Rule("pointwise", lambda bank: pointwise.can_convolve(bank.frame), "one cell: the channels are only mixed"),
    Rule(
        "fourier",
        lambda bank: (
            bank.frame.rank == 1
            and bank.frame.strides == bank.frame.dilation_rate == (1,)
            and bank.area >= fourier.SHORTEST
        ),
        "a long kernel: Fourier transforms of overlapping blocks",
    ),
    Rule("signals", lambda bank: bank.frame.rank == 1, "a signal folded into rows, one matrix product each"),
    Rule("volumes", lambda bank: bank.frame.rank == 3, "one image a slice"),
    Rule("rows", lambda bank: bank.frame.strides != (1, 1), "with strides only the outputs that are kept are computed"),
    Rule(
        "planes",
        lambda bank: bank.filters == 1 and (bank.spanned < planes.FOURIER_AREA or bank.area >= planes.FOURIER_AREA),
        "a single filter: OpenCV",
    ),
    Rule(
        "planes",
        lambda bank: bank.filters <= (4 if bank.channels == 1 else 2) and bank.spanned < planes.FOURIER_AREA,
        "few planes and a small kernel: OpenCV's filter2D",
    ),
    Rule(
        "planes",
        lambda bank: bank.area >= 400,
        "a large kernel: OpenCV's filter2D by a Fourier transform",
    ),
    Rule(
        "pairs",
        lambda bank: (
            pairs.can_convolve(bank.frame)
            and bank.filters >= (32 if bank.frame.size[0] == 3 else 48)
            and bank.filters * bank.terms >= (16_000 if bank.frame.size[0] == 3 else 7_000)
            and bank.terms <= 24 * bank.filters
            and bank.multiply_adds >= _WORTH_PAIRS
            and math.prod(bank.frame.output) >= _CELLS_WORTH_PAIRS
        ),
        "many filters of many terms: two rows share products",
    ),
    Rule("rows", lambda _: True, "one matrix product a row for all filters"),
)


@dataclass(frozen=True)
class Plan:
    """The algorithm chosen for a convolution, and its cost.

    Attributes
    ----------
    algorithm : key of `ALGORITHMS`.
    why : the reason, in words.
    multiply_adds : multiply–accumulate count by definition, without the algorithm's savings.
    workspace_bytes : memory needed beside input and output.
    race : what a race on this machine says of the choice; "" for the fixed plan without one.
    """

    algorithm: str
    why: str
    multiply_adds: int
    workspace_bytes: int
    race: str = ""


def plan(
    x_shape: Sequence[int],
    kernel_shape: Sequence[int],
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    groups: int = 1,
    border: str = "zeros",
    algorithm: str = "auto",
) -> Plan:
    """Return the fixed plan of `conv` for these shapes (float32): its algorithm, the reason and the cost.

    Parameters
    ----------
    x_shape : (channels, *spatial)
    kernel_shape : (filters, channels // groups, *size)
    strides, padding, dilation_rate, groups, border, algorithm : as in `conv`

    Examples
    --------
    >>> plan((3, 480, 640), (8, 3, 3, 3), padding="same").algorithm
    'rows'
    """
    setting = Setting.of(len(kernel_shape) - 2, strides, padding, dilation_rate, groups, border, algorithm)
    frame, _ = resolve(tuple(x_shape), tuple(kernel_shape), setting)
    return plan_of(frame, kernel_shape, setting.groups, *choose(frame, kernel_shape[:2], setting.groups, algorithm))


def plan_of(frame: WindowFrame, kernel_shape: Sequence[int], groups: int, algorithm: str, why: str) -> Plan:
    """Return the plan by an algorithm that is chosen already."""
    shape_of_group = (kernel_shape[0] // groups, *kernel_shape[1:])
    return Plan(
        algorithm,
        why,
        math.prod(kernel_shape) * math.prod(frame.output),
        ALGORITHMS[algorithm].workspace_bytes(frame, shape_of_group, 4),
    )


class Setting(NamedTuple):
    """The arguments of a convolution in hashable form, for the cache of `resolve`."""

    strides: PerAxis
    padding: Padding
    dilation_rate: PerAxis
    groups: int
    border: str
    algorithm: str

    @classmethod
    def of(
        cls,
        rank: int,
        strides: PerAxis,
        padding: Padding,
        dilation_rate: PerAxis,
        groups: int,
        border: str,
        algorithm: str,
    ) -> "Setting":
        """Return the arguments in hashable form; `resolve` checks their values."""
        if type(strides) is not int and not _is_plain(strides):
            strides = per_axis(strides, rank, "strides")
        if type(dilation_rate) is not int and not _is_plain(dilation_rate):
            dilation_rate = per_axis(dilation_rate, rank, "dilation_rate")
        if type(padding) is not str and not _is_plain(padding):
            padding = normal_padding(padding, rank)
        if type(groups) is not int:
            groups = check_groups(groups)
        if type(border) is not str:
            check_border(border)
        if type(algorithm) is not str:
            raise ValueError(_UNKNOWN.format(algorithm))
        return cls(strides, padding, dilation_rate, groups, border, algorithm)


@lru_cache(maxsize=512)
def resolve(x_shape: tuple[int, ...], kernel_shape: tuple[int, ...], setting: Setting) -> tuple[WindowFrame, str]:
    """Return the window geometry and the algorithm's key; raise ValueError if an argument is wrong.

    Results are cached, because resolving takes longer than convolving a small picture.
    """
    check_shapes(x_shape, kernel_shape, setting.groups)
    frame = window_frame(
        x_shape[1:],
        kernel_shape[2:],
        strides=setting.strides,
        padding=setting.padding,
        dilation_rate=setting.dilation_rate,
        border=setting.border,
    )
    return frame, choose(frame, kernel_shape[:2], setting.groups, setting.algorithm)[0]


def choose(
    frame: WindowFrame, kernel_shape: Sequence[int], groups: int = 1, algorithm: str = "auto"
) -> tuple[str, str]:
    """Return (algorithm, reason) for a kernel (filters, channels // groups, …)."""
    if algorithm != "auto":
        return _asked_for(frame, algorithm)
    bank = Bank(frame, kernel_shape[0] // groups, kernel_shape[1], groups)
    return next((rule.algorithm, rule.why) for rule in RULES if rule.applies(bank))


def check_shapes(x_shape: Sequence[int] | None, kernel_shape: Sequence[int], groups: int) -> None:
    """Raise ValueError if the shapes of input (None if unknown) and kernel do not fit each other and the groups."""
    rank = len(kernel_shape) - 2
    if rank not in (1, 2, 3):
        raise ValueError(
            f"kernel must have the shape (filters, channels, *size) with 1 to 3 sizes; got {tuple(kernel_shape)}"
        )
    groups = check_groups(groups)
    filters, channels = kernel_shape[0], kernel_shape[1] * groups
    if groups < 1 or filters % groups:
        raise ValueError(f"groups must be ≥ 1 and divide {filters} filters; got {groups}")
    if x_shape is None:
        return
    if len(x_shape) != rank + 1:
        raise ValueError(
            f"x must have the shape (channels, *spatial) with {rank} spatial axes, as the kernel has; "
            f"got {tuple(x_shape)}"
        )
    if x_shape[0] != channels:
        in_groups = f" in {groups} groups" if groups > 1 else ""
        raise ValueError(f"x must have {channels} channels{in_groups}, as the kernel has; got {x_shape[0]}")


def check_groups(groups: int) -> int:
    """Return the number of groups as int; raise ValueError if it is not a whole number."""
    if not isinstance(groups, int | np.integer):
        raise ValueError(f"groups must be a whole number; got {groups!r}")
    return int(groups)


def _is_plain(value: object) -> bool:
    """Return True for an int or nested tuples of ints; the cache would confuse 1.0 with 1."""
    return type(value) is int or (type(value) is tuple and all(map(_is_plain, value)))


def _asked_for(frame: WindowFrame, algorithm: str) -> tuple[str, str]:
    if algorithm not in ALGORITHMS:
        raise ValueError(_UNKNOWN.format(algorithm))
    ranks = ALGORITHMS[algorithm].ranks
    if frame.rank not in ranks:
        able = ", ".join(map(str, ranks))
        raise ValueError(f'algorithm "{algorithm}" computes {able} spatial axes; got {frame.rank}')
    return algorithm, "asked for"
