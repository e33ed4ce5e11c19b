"""All maps of a layer in numbers, over any number of pictures: moments, zeros, and which filter wins where.

Frames are added one by one, and none is kept: counts, means and sums of squared distances are joined as Chan, Golub and
LeVeque do it ("Updating formulae", 1979), in float64, which loses no digits where the mean is large.
"""

import math
from collections.abc import Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import noise_in, rounding_noise
from convexplorer.core.layers.tracing.trace import activated
from convexplorer.results.reading import roundings_of
from convexplorer.results.stage import activated_magnitudes, fitting_magnitudes
from convexplorer.results.unit.computing import LayerMaps
from convexplorer.words import percent

_AT_ONCE = 1_000_000  # values that are counted at once: more would take memory for nothing

# Small values of a picture that are judged by their own terms. Of more, evenly spaced ones stand for all.
_MOST_JUDGED = 1 << 15


@dataclass(frozen=True)
class FilterNumbers:
    """What is known of one map over all pictures.

    Attributes
    ----------
    name : of the map or value.
    count : number of its finite values.
    mean, deviation, minimum, maximum : of these; NaN without one.
    zeros : share of values that are 0 within rounding: those that their own terms, and what these are made of, leave
        nothing of. Where a picture has very many small values, some of them stand for the others.
    wins : share of the cells in which its value is larger than that of every other map of the layer. Where several
        are equally large, as behind a ReLU that is off, none wins.
    is_dead : nothing but zeros in all pictures.
    """

    name: str
    count: int
    mean: float
    deviation: float
    minimum: float
    maximum: float
    zeros: float
    wins: float
    is_dead: bool


class BankStatistics:
    """The running numbers of a layer's maps."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self.frames = 0
        self._cells = 0
        self._counts = self._means = self._squares = self._zeros = self._wins = np.zeros(0)
        self._lows = self._highs = np.zeros(0)

    def add(self, made: LayerMaps) -> None:
        """Add the maps of one more picture.

        Raises
        ------
        ValueError : the layer gives another number of maps than of the pictures before.
        """
        maps = made.maps.reshape(len(made.maps), -1)
        if not self.frames:
            self.names = made.names
            self._begin(len(maps))
        elif len(maps) != len(self._counts):
            raise ValueError(f"The layer has {len(maps)} maps here, and {len(self._counts)} in the pictures before.")
        step = max(1, _AT_ONCE // max(maps.shape[1], 1))
        for first in range(0, len(maps), step):
            some = slice(first, first + step)
            self._add_maps(some, maps[some])
        self._zeros += _zeros_of(made)
        self._wins += _wins_of(maps)
        self._cells += maps.shape[1]
        self.frames += 1

    def numbers(self) -> tuple[FilterNumbers, ...]:
        """Return what is known now, a row for each map."""
        found = []
        for i, name in enumerate(self.names):
            count = int(self._counts[i])
            found.append(
                FilterNumbers(
                    name=name,
                    count=count,
                    mean=float(self._means[i]) if count else math.nan,
                    deviation=math.sqrt(self._squares[i] / count) if count else math.nan,
                    minimum=float(self._lows[i]) if count else math.nan,
                    maximum=float(self._highs[i]) if count else math.nan,
                    zeros=float(self._zeros[i] / count) if count else 0.0,
                    wins=float(self._wins[i] / self._cells) if self._cells else 0.0,
                    is_dead=bool(count and self._zeros[i] == count),
                )
            )
        return tuple(found)

    def _begin(self, count: int) -> None:
        self._counts, self._means, self._squares, self._zeros, self._wins = np.zeros((5, count))
        self._lows, self._highs = np.full(count, np.inf), np.full(count, -np.inf)

    def _add_maps(self, some: slice, maps: np.ndarray) -> None:
        """Add values (maps, cells) to the numbers of some maps."""
        is_finite = np.isfinite(maps)
        n = is_finite.sum(axis=1)
        values = np.where(is_finite, maps, 0).astype(np.float64)
        means = values.sum(axis=1) / np.maximum(n, 1)
        squares = np.square(np.where(is_finite, values - means[:, None], 0)).sum(axis=1)
        before, total = self._counts[some], self._counts[some] + n
        share = n / np.maximum(total, 1)
        apart = means - self._means[some]
        self._squares[some] += squares + np.square(apart) * before * share
        self._means[some] += apart * share
        self._counts[some] = total
        self._lows[some] = np.minimum(self._lows[some], np.where(is_finite, values, np.inf).min(axis=1))
        self._highs[some] = np.maximum(self._highs[some], np.where(is_finite, values, -np.inf).max(axis=1))


def sentence_of(rows: Sequence[FilterNumbers]) -> str:
    """Return in words what stands out: filters that are dead, and the one that wins most often."""
    if not rows:
        return ""
    dead = [row.name for row in rows if row.is_dead]
    parts = []
    if dead:
        names = ", ".join(dead[:3]) + (f" and {len(dead) - 3} more" if len(dead) > 3 else "")
        parts.append(f"{len(dead)} of {len(rows)} give nothing but 0 in all pictures: {names}.")
    first = max(rows, key=lambda row: row.wins)
    if len(rows) > 1 and first.wins:
        parts.append(f"{first.name} is the largest in {percent(first.wins)} of the cells.")
    return " ".join(parts)


def _zeros_of(made: LayerMaps) -> np.ndarray:
    """Return how many values of each map are 0 within rounding, (F,) float64.

    The largest terms of a layer tell which values are suspect; the terms of each of these tell whether it is rounding.
    """
    sizes, noise = np.abs(made.maps.reshape(len(made.maps), -1)), _noise_of(made)[:, np.newaxis]
    zeros: np.ndarray = np.count_nonzero(sizes == 0, axis=1).astype(np.float64)
    if not made.has_all:
        zeros += np.count_nonzero((sizes > 0) & (sizes <= noise), axis=1)
        return zeros
    largest = np.maximum(noise, roundings_of(made.evaluation).largest_suspect(made.layer))
    suspects = np.flatnonzero((sizes > 0) & (sizes <= largest))
    if not suspects.size:
        return zeros
    # As many suspects of each map as of the others: `owners` are the maps of the cells.
    asked = suspects[:: -(-suspects.size // _MOST_JUDGED)]
    owners = [cells // sizes.shape[1] for cells in (suspects, asked)]
    are_zero, are_values = roundings_of(made.evaluation).decided(made.layer, asked)
    is_small = sizes.reshape(-1)[asked] <= noise[owners[1], 0]

    def counted(cells: np.ndarray, which: np.ndarray | None = None) -> np.ndarray:
        return np.bincount(cells, which, minlength=len(zeros)).astype(np.float64)

    found, decided = counted(owners[1], are_zero), counted(owners[1], are_zero | are_values)
    # Of a map none of whose suspects was decided, the largest terms tell, as without the layers below.
    found, decided = np.where(decided, (found, decided), (counted(owners[1], is_small), counted(owners[1])))
    counts: np.ndarray = zeros + counted(owners[0]) * found / np.maximum(decided, 1)
    return counts


def _noise_of(made: LayerMaps) -> np.ndarray:
    """Return what no value of each map exceeds that is nothing but rounding, by the largest terms of the map."""
    result, count = made.evaluation.results[made.layer], len(made.maps)
    magnitudes = fitting_magnitudes(made.evaluation.magnitudes(made.layer), count)
    function = result.layer.activation
    if function.is_over_channels or activated(function, 0.0) != 0:
        return np.zeros(count)
    linear = made.maps if result.linear is None else result.linear
    shown = activated_magnitudes(result.layer, magnitudes)
    sums = zip(linear, magnitudes, shown, strict=True)
    return np.array([min(noise_in(np.asarray(one), before), rounding_noise(after)) for one, before, after in sums])


def _wins_of(maps: np.ndarray) -> np.ndarray:
    """Return in how many cells each of the maps, (F, cells), is larger than all others; of one map in none."""
    won = np.zeros(len(maps))
    step = max(1, _AT_ONCE // len(maps))
    for first in range(0, maps.shape[1] if len(maps) > 1 else 0, step):
        part = maps[:, first : first + step]
        ranked = np.where(np.isnan(part), -np.inf, part)
        largest = ranked.max(axis=0)
        is_largest = ranked == largest
        is_alone = (is_largest.sum(axis=0) == 1) & (largest > -np.inf)
        won += (is_largest & is_alone).sum(axis=1)
    return won
