"""How near a kernel comes to a wanted response, at which wave it is worst, and what a larger one could do."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from convexplorer import _threads
from convexplorer._dataclass import dataclass
from convexplorer.kernels.design.filter_design import GRID, FilterDesign
from convexplorer.kernels.design.shape import Point, angle, folded, wavelength
from convexplorer.kernels.design.spectrum import Size, frequencies, responses_on
from convexplorer.kernels.design.target import Target, draw
from convexplorer.words import number, times

NEAR = 0.1  # an error, as a share of the largest wanted response, that reads as reached
LARGEST_TRIED = 63


@dataclass(frozen=True)
class Verdict:
    """How near a kernel comes to a target, outside of its free bands.

    Attributes
    ----------
    largest : the largest error, |H − D|.
    typical : its root mean square, weighted.
    worst : the frequency (row, column) of the largest error, on the side with positive columns.
    passing : the largest error where something is to pass; None if nothing is.
    stopping : the largest response where 0 is wanted, in dB of the largest wanted one; None if nothing is to stop,
        −∞ if all is stopped.
    """

    largest: float
    typical: float
    worst: Point
    passing: float | None
    stopping: float | None


def judge(target: Target, kernel: NDArray[np.float64], count: int = GRID) -> Verdict:
    """Compare the response of a kernel, any kernel, with a target.

    Examples
    --------
    >>> from convexplorer.kernels.design.shapes import Disc
    >>> verdict = judge(Target((Disc(radius=0.1),)), np.ones((1, 1)))
    >>> verdict.largest, verdict.passing, verdict.stopping
    (1.0, 0.0, 0.0)
    """
    wanted, weights = draw(target, count, count)
    reached = responses_on(kernel, count)
    errors = np.where(weights > 0, np.abs(reached - wanted), 0.0)
    at = np.unravel_index(int(np.argmax(errors)), errors.shape)
    row, column = (float(frequencies(count)[i]) for i in at)
    stops, passes = (weights > 0) & (wanted == 0), (weights > 0) & (wanted != 0)
    sides = 1 if column > 0 or (column == 0 and row >= 0) else -1
    with np.errstate(divide="ignore", over="ignore"):
        typical = float(np.sqrt(np.sum(weights * errors**2) / max(weights.sum(), 1e-300)))
        stopping = 20 * np.log10(np.abs(reached[stops]).max() / target.span) if stops.any() else None
    return Verdict(
        largest=float(errors[at]),
        typical=typical,
        worst=(sides * row + 0.0, sides * column + 0.0),
        passing=float(errors[passes].max()) if passes.any() else None,
        stopping=None if stopping is None else float(stopping),
    )


def larger(design: FilterDesign, most: int = LARGEST_TRIED) -> Iterator[tuple[Size, Verdict]]:
    """Yield the next sizes and how near they would come, until one is near or the largest was tried.

    Each step goes to the next odd size and takes from a millisecond to, at 63 × 63, a few tenths of a second. A
    computation inside `_threads.stoppable` can be stopped between two of them.
    """
    size = design.size
    while max(size) + 2 <= most:
        _threads.check()
        # To the next odd sizes: even ones answer nothing to the finest waves, and get no nearer by growing.
        size = (size[0] + 2 - (size[0] + 1) % 2, size[1] + 2 - (size[1] + 1) % 2)
        verdict = judge(design.target, replace(design, size=size).kernel())
        yield size, verdict
        if verdict.largest <= NEAR * design.target.span:
            return


def verdict_sentence(design: FilterDesign, verdict: Verdict, others: Sequence[tuple[Size, Verdict]] = ()) -> str:
    """Return what this size cannot do, and what the next ones, if known, could."""
    size, span = times(design.size), design.target.span
    if verdict.largest <= NEAR * span:
        return f"{size} comes as near as {number(verdict.largest, 2)} everywhere."
    sentence = (
        f"{size} misses what is wanted by up to {number(verdict.largest, 2)}, worst at {wave_words(verdict.worst)}."
    )
    if not others:
        return sentence
    (next_size, next_verdict), (last_size, last_verdict) = others[0], others[-1]
    if last_verdict.largest <= NEAR * span:
        is_first = len(others) == 1
        near = f"{'would come' if is_first else 'is the first that comes'} as near as {number(last_verdict.largest, 2)}"
        # The largest error does not fall with every step; a size that is no nearer is not worth a word.
        is_nearer = not is_first and next_verdict.largest < verdict.largest
        between = f"{times(next_size)} would miss it by {number(next_verdict.largest, 2)}; " if is_nearer else ""
        return f"{sentence} {between}{times(last_size)} {near}."
    best_size, best = min(others, key=lambda found: found[1].largest)
    if best.largest >= 0.8 * verdict.largest:
        return f"{sentence} Larger kernels up to {times(last_size)} do hardly better: a wider free band would."
    return f"{sentence} {times(best_size)} would still miss it by {number(best.largest, 2)}."


def foreign_sentence(verdict: Verdict) -> str:
    """Return how far a kernel is from what is wanted, if it was made another way or painted since."""
    worst = f"{number(verdict.largest, 2)}, worst at {wave_words(verdict.worst)}"
    return f"This kernel is not the one of this response, which it misses by up to {worst}. “Make” designs it."


def wave_words(frequency: Point) -> str:
    """Return a frequency as its wave.

    Examples
    --------
    >>> wave_words((0.0, 0.25)), wave_words((0.0, 0.0))
    ('waves of 4 px along 0°', 'flat areas')
    """
    length = float(np.hypot(*frequency))
    if length < 1e-9:
        return "flat areas"
    return f"waves of {wavelength(length)} along {number(round(folded(angle(frequency)), 1), 3)}°"
