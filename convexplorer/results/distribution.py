"""How the values of one map are distributed, before and after its activation, over all cells of the map."""

import numpy as np

from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer.core.operators.activations import describe
from convexplorer.results.picture import Picture
from convexplorer.results.tile_words import tile_under
from convexplorer.results.vectors import as_maps

BINS = 200


@dataclass(frozen=True, eq=False)
class Distribution:
    """Counts of a map's finite values in bins of one width.

    Attributes
    ----------
    title : of the map.
    edges : (n + 1,) of the bins, rising; each bin holds its lower edge, the last one both.
    counts : (n,) of the map.
    before : (n,) the same of the map before its activation; None where that changes nothing.
    activation : name of the activation as it is written, "ReLU"; "" where it changes nothing.
    levels : the values of the first and the last colour.
    """

    title: str
    edges: np.ndarray
    counts: np.ndarray
    before: np.ndarray | None
    activation: str
    levels: tuple[float, float]

    def share_at(self, value: float) -> tuple[float, float, float] | None:
        """Return the lower and the upper edge of the bin that holds a value, and its share of all; None outside."""
        bin_ = int(np.searchsorted(self.edges, value, side="right")) - 1
        bin_ = min(bin_, len(self.counts) - 1) if value == self.edges[-1] else bin_
        total = self.counts.sum()
        if not (0 <= bin_ < len(self.counts) and total):
            return None
        return float(self.edges[bin_]), float(self.edges[bin_ + 1]), float(self.counts[bin_] / total)


def distribution(picture: Picture, index: int) -> Distribution | None:
    """Return how the values of map `index` of the selected layer are distributed; None if there is no finite value."""
    evaluation, tile = picture.evaluation, tile_under(picture, index)
    made = None if evaluation is None else evaluation.maps_of(picture.position)
    if evaluation is None or made is None or tile is None:
        return None
    result = evaluation.results[picture.position]
    index = min(max(index, 0), len(as_maps(made)) - 1)
    values = _finite(as_maps(made)[index])
    linear = evaluation.linear_of(picture.position)
    before = None if linear is None or linear is made else _finite(as_maps(linear)[index])
    if not values.size:
        return None
    ends = [float(end) for each in (values, before) if each is not None and each.size for end in _ends(each)]
    low, high = min(ends), max(ends)
    edges = np.linspace(low, high if high > low else low + max(1.0, abs(low)), BINS + 1)
    return Distribution(
        title=tile.title,
        edges=edges,
        counts=_counts(values, edges),
        before=None if before is None else _counts(before, edges),
        activation=describe(result.layer.activation.name).label if before is not None else "",
        levels=(tile.levels.low, tile.levels.high),
    )


def _finite(values: np.ndarray) -> np.ndarray:
    flat = values.reshape(-1)
    is_finite = np.isfinite(flat)
    return flat if is_finite.all() else flat[is_finite]


def _ends(values: np.ndarray) -> tuple[float, float]:
    low, high, _, _ = cv2.minMaxLoc(values.reshape(1, -1))
    return low, high


def _counts(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Count in bins of one width, as `numpy.histogram` does, which sorts them into edges one by one."""
    return np.histogram(values, bins=len(edges) - 1, range=(edges[0], edges[-1]))[0]
