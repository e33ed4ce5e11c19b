"""The table of methods that learn a bank from patches, and the bank that is made of a round."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.learning import clustering, components, sparse_coding
from convexplorer.kernels.learning.patches import Patches
from convexplorer.kernels.learning.round import Round
from convexplorer.kernels.learning.whitening import EPSILON, whiten
from convexplorer.words import percent

MOST_FILTERS = 128


@dataclass(frozen=True)
class Method:
    """A way to learn filters.

    Attributes
    ----------
    label, explanation : for the user.
    learn : `learn(values, count, seed)` yields a `Round` after another, until nothing changes or nobody asks.
    most : the number of filters that patches of so many cells give at most.
    is_whitened : True if the patches are whitened first.
    rounds : after so many the bank has formed, as far as it is seen.
    """

    label: str
    explanation: str
    learn: Callable[[np.ndarray, int, int], Iterator[Round]]
    most: Callable[[int], int]
    is_whitened: bool
    rounds: int


def _all(cells: int) -> int:
    return min(cells - 1, MOST_FILTERS)  # one direction, the mean, has been taken off


METHODS: dict[str, Method] = {
    "whitened-kmeans": Method(
        "k-means, whitened",
        "Each filter is the middle of the whitened patches that are most like it, or its negative: edges and bars.",
        clustering.spherical_kmeans,
        lambda _: MOST_FILTERS,
        is_whitened=True,
        rounds=25,
    ),
    "kmeans": Method(
        "k-means",
        "Each filter is the mean of the patches that are nearest to it: the parts that come again, soft edges first.",
        clustering.kmeans,
        lambda _: MOST_FILTERS,
        is_whitened=False,
        rounds=25,
    ),
    "ica": Method(
        "ICA",
        "Independent components: the patterns of which patches are made up, each seldom strong. Edges like Gabor's.",
        components.fast_ica,
        lambda cells: min(components.most_independent(cells), MOST_FILTERS),
        is_whitened=False,
        rounds=60,
    ),
    "sparse": Method(
        "Sparse coding",
        "Filters of which every patch is a sum of few: edges, bars and spots of many sizes.",
        sparse_coding.sparse_coding,
        lambda _: MOST_FILTERS,
        is_whitened=True,
        rounds=100,
    ),
    "pca": Method(
        "PCA",
        "Principal components: the waves that explain most of the patches, each at a right angle to all others.",
        lambda values, count, _: components.pca(values, count),
        _all,
        is_whitened=False,
        rounds=1,
    ),
}


def learn(patches: Patches, method: str, count: int, seed: int = 0, *, epsilon: float = EPSILON) -> Iterator[Round]:
    """Yield what a method has learned of patches after each of its rounds; the same for the same seed.

    Parameters
    ----------
    method : key of `METHODS`.
    count : number of filters.
    epsilon : of the whitening, where the method whitens.

    Raises
    ------
    ValueError : the method is unknown, or cannot give so many filters.

    Examples
    --------
    >>> from convexplorer.kernels.learning.patches import PatchPool
    >>> pool = PatchPool(5, capacity=500)
    >>> pool.add(np.random.default_rng(0).random((1, 60, 60)))
    >>> patches = pool.patches()
    >>> rounds = learn(patches, "kmeans", 4)
    >>> next(rounds).energy > next(rounds).energy
    True
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}")
    row, cells = METHODS[method], patches.values.shape[1]
    most = min(row.most(cells), len(patches.values))
    if not 1 <= count <= most:
        raise ValueError(f"{row.label} learns 1 to {most} filters of {cells} weights; got {count}")
    values = whiten(patches.values, epsilon) if row.is_whitened else patches.values
    return row.learn(values, count, seed)


def ranked(found: Round) -> np.ndarray:
    """Return the order of the filters, that which stands for most of the patches first."""
    return np.argsort(-found.shares, kind="stable")


def as_bank(found: Round, shape: Sequence[int], name: str = "learned") -> tuple[Filter, ...]:
    """Return the filters of a round as a bank: those that stand for most of the patches first.

    Parameters
    ----------
    shape : (P, rows, columns) of a filter.
    name : of the filters, before their numbers and shares.
    """
    return tuple(
        Filter(f"{name} {i} · {percent(float(found.shares[one]), '.2g')}", found.vectors[one].reshape(shape))
        for i, one in enumerate(ranked(found), 1)
    )
