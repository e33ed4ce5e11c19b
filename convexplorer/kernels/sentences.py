"""Sentences about the effect of a kernel, derived from its weights: valid for presets and edited kernels alike.

Each function returns one sentence, or "" if the sentence does not hold; they are in reading order.
"""

from collections.abc import Callable, Collection

import numpy as np

from convexplorer.kernels.analysis import Analysis, flip_distance
from convexplorer.words import number

Sentence = Callable[[Analysis], str]

_LONGEST_FACTOR = 7  # longer columns and rows, and decimals, are told by their lengths
_DIRECTIONS = ("right", "lower right", "bottom", "lower left", "left", "upper left", "top", "upper right")


def describe_kernel(kernel: Analysis, *, without: Collection[str] = ()) -> tuple[str, ...]:
    """Return all sentences that hold for a kernel, the most informative ones first.

    Parameters
    ----------
    without : keys of `SENTENCES` that are said already.

    Examples
    --------
    >>> from convexplorer.kernels.analysis import analyze
    >>> for sentence in describe_kernel(analyze([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]))[:3]:
    ...     print(sentence)
    The weights add up to 0: flat areas vanish.
    Odd across the columns: answers to vertical edges, positive where brightness rises to the right.
    Rank one: a column (1 2 1) times a row (−1 0 1); 6 products do instead of 9.
    """
    if not np.isfinite(kernel.norm):  # weights beyond all measure
        return ()
    return tuple(filter(None, (sentence(kernel) for key, sentence in SENTENCES.items() if key not in without)))


def describe_flip(kernel: Analysis) -> str:
    """Describe the effect of a turn by 180°, the difference of convolution and correlation.

    Examples
    --------
    >>> from convexplorer.kernels.analysis import analyze
    >>> describe_flip(analyze([[1, 2, 1]]))
    'Half a turn leaves this kernel as it is: convolution and correlation give the same map.'
    """
    if kernel.is_zero or kernel.half_turn == "even":
        return "Half a turn leaves this kernel as it is: convolution and correlation give the same map."
    if kernel.half_turn == "odd":
        return "Odd under half a turn: convolution gives correlation's sums with the opposite sign."
    largest = number(flip_distance(kernel.planes))
    return f"Convolution and correlation differ: on a picture in 0…1 by up to {largest}, before the activation."


def zeros(kernel: Analysis) -> str:
    """Return a sentence for a kernel whose weights are all 0."""
    return "All weights are 0: the map is the bias everywhere." if kernel.is_zero else ""


def single_weight(kernel: Analysis) -> str:
    """Return a sentence for a kernel that only shifts and scales."""
    if not _is_single(kernel) or kernel.center is None:
        return ""
    row, column = kernel.center
    channel = int(np.flatnonzero(kernel.plane_sums)[0])
    weight = kernel.plane_sums[channel]
    times = "" if weight == 1 else f"{number(weight)} times "
    count = len(kernel.planes)
    what = "the picture" if count == 1 else f"the sum of the {count} channels"
    if not kernel.is_shared:
        what = f"channel {channel + 1} of {count}"
    if row == column == 0:
        return f"A single weight of {number(weight)} in the middle: {times}{what}, where it is."
    return f"A single weight of {number(weight)}: {times}{what}, moved {_moved(-row, -column)}."


def weighted_mean(kernel: Analysis) -> str:
    """Describe what follows from the sums of the planes beyond the sum: a mean, or a balance of colours."""
    if kernel.is_zero or _is_single(kernel) or not any(kernel.plane_sums):
        return ""
    if kernel.sum == 0:
        return "The planes add up to 0 only together: flat grey vanishes, flat colours need not."
    count = len(kernel.planes)
    if kernel.is_non_negative and _is_one(kernel.sum):
        return "No weight is negative and they add up to 1: a weighted mean, never outside the values that it reads."
    if count > 1 and kernel.is_shared and kernel.is_non_negative and _is_one(kernel.plane_sums[0]):
        return f"In each channel no weight is negative and the sum is 1: {count} weighted means, added."
    return ""


def plain_sum(kernel: Analysis) -> str:
    """Return the sum of the weights and what becomes of areas of one value, where `weighted_mean` says no more."""
    if kernel.is_zero or _is_single(kernel) or weighted_mean(kernel):
        return ""
    if not any(kernel.plane_sums):
        return "The weights add up to 0: flat areas vanish."
    count = len(kernel.planes)
    grey = "areas" if count == 1 else "grey areas"
    if _is_one(kernel.sum):
        return f"The weights add up to 1: flat {grey} keep their value."
    each = f", {number(kernel.plane_sums[0])} in each channel" if count > 1 and kernel.is_shared else ""
    total = number(kernel.sum)
    return f"The weights add up to {total}{each}: flat {grey} become {total} times their value."


def edges(kernel: Analysis) -> str:
    """Describe the edges that an odd kernel responds to, and the side with the positive response."""
    if not kernel.is_shared:
        return ""
    is_odd = (kernel.across_columns == "odd", kernel.across_rows == "odd")
    if all(is_odd):
        return "Odd across rows and columns: straight vertical and horizontal edges vanish."
    if is_odd[0]:
        return _edge_sentence(kernel, axis=2)
    return _edge_sentence(kernel, axis=1) if is_odd[1] else ""


def steady_rise(kernel: Analysis) -> str:
    """Describe the response to brightness ramps, unless `edges` already implies it."""
    if kernel.is_zero or not kernel.is_shared or kernel.sum != 0:
        return ""
    direction = kernel.direction
    if direction is None:
        return "Steady rises of brightness vanish as well: bends, lines, spots and texture are left."
    if kernel.across_columns == "odd" or kernel.across_rows == "odd":
        return ""
    word = _DIRECTIONS[round(direction / 45) % 8]
    return f"A steady rise of brightness answers most if it goes to the {word} ({number(round(direction, 1))}°)."


def quarter_turns(kernel: Analysis) -> str:
    """Return a sentence for a kernel that a quarter turn leaves unchanged."""
    is_plain = kernel.is_zero or _is_single(kernel) or kernel.planes[0].size == 1
    if is_plain or not kernel.is_isotropic:
        return ""
    return "Unchanged by quarter turns: rows and columns are treated alike."


def column_times_row(kernel: Analysis) -> str:
    """Return a sentence for a rank-one kernel, with its column and row."""
    found, (rows, columns) = kernel.factors, kernel.planes.shape[1:]
    if found is None or min(rows, columns) == 1 or _is_single(kernel):
        return ""
    vectors = (found.column, found.row)
    if all(len(vector) <= _LONGEST_FACTOR and (vector == np.round(vector)).all() for vector in vectors):
        column, row = map(_vector, vectors)
        parts = f"a column {column} times a row {row}{_factor(found.factor)}"
    else:
        parts = f"a column of {rows} weights times a row of {columns}"
    return f"Rank one: {parts}; {rows + columns} products do instead of {rows * columns}."


def off_center(kernel: Analysis) -> str:
    """Return a sentence for a non-negative kernel whose centre of mass is off centre: a blur that shifts."""
    center = kernel.center
    if center is None or not kernel.is_non_negative or _is_single(kernel) or not any(center):
        return ""
    return f"The weights lie beside the middle: the picture moves {_moved(-center[0], -center[1])}."


def reached_values(kernel: Analysis) -> str:
    """Describe the range of the response to a picture in 0…1."""
    if kernel.is_zero:
        return ""
    return f"A picture in 0…1 gives sums in {number(kernel.lowest)} … {number(kernel.highest)}, before the bias."


def noise(kernel: Analysis) -> str:
    """Describe the gain for independent noise."""
    if kernel.is_zero:
        return ""
    if _is_one(kernel.norm):
        return "Noise of single pixels keeps its strength: the norm of the weights is 1."
    return f"Noise of single pixels comes out {number(kernel.norm)} times as strong: the norm of the weights."


SENTENCES: dict[str, Sentence] = {
    "zeros": zeros,
    "single weight": single_weight,
    "mean": weighted_mean,
    "sum": plain_sum,
    "edges": edges,
    "steady rise": steady_rise,
    "quarter turns": quarter_turns,
    "rank": column_times_row,
    "off center": off_center,
    "range": reached_values,
    "noise": noise,
}
# Those that are about a picture and its values in 0…1, and untrue or idle of the maps of another layer.
OF_PICTURES = frozenset({"single weight", "mean", "sum", "edges", "steady rise", "off center", "range", "noise"})


def _edge_sentence(kernel: Analysis, axis: int) -> str:
    """Describe the edges along an axis; the sign is unique if steps at all positions in the window agree in it."""
    across, name, other, ahead, back = (
        ("columns", "vertical", "horizontal", "to the right", "to the left")
        if axis == 2
        else ("rows", "horizontal", "vertical", "downwards", "upwards")
    )
    profile = kernel.planes.sum(axis=(0, 3 - axis))
    # The answer to a step that begins at cell i is the sum of the weights from there on.
    steps = np.cumsum(profile[::-1])
    rounding = 1e-12 * kernel.absolute_sum
    if np.abs(steps).max() <= rounding:
        return f"Odd across the {across}: straight vertical and horizontal edges vanish."
    if steps.min() >= -rounding or steps.max() <= rounding:
        where = ahead if steps.max() > rounding else back
        return f"Odd across the {across}: answers to {name} edges, positive where brightness rises {where}."
    return f"Odd across the {across}: {name} edges answer with both signs, {other} ones vanish."


def _is_single(kernel: Analysis) -> bool:
    """Return True if the kernel has one weight: in one channel, or in all channels at the same cell."""
    return int(np.count_nonzero(kernel.planes[0] if kernel.is_shared else kernel.planes)) == 1


def _is_one(value: float) -> bool:
    return abs(value - 1) <= 1e-12


def _moved(down: float, right: float) -> str:
    """Return a shift in words: "2 down and 1.5 to the left"."""
    parts = []
    if down:
        parts.append(f"{number(abs(down))} {'down' if down > 0 else 'up'}")
    if right:
        parts.append(f"{number(abs(right))} to the {'right' if right > 0 else 'left'}")
    return " and ".join(parts)


def _vector(vector: np.ndarray) -> str:
    return f"({' '.join(number(float(value)) for value in vector)})"


def _factor(factor: float) -> str:
    """Return a scale in words: "divided by 9" rather than "times 0.1111"."""
    divisor = round(1 / factor)
    if divisor == 1 and _is_one(factor):
        return ""
    if divisor > 1 and abs(factor * divisor - 1) <= 1e-12:
        return f", divided by {divisor}"
    return f", times {number(factor)}"
