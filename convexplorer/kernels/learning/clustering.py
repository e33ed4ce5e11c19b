"""k-means on patches: each filter is the middle of the patches that are nearest to it."""

from collections.abc import Iterator

import numpy as np

from convexplorer.kernels.learning.round import Round, of_norm_1, shares_of


def kmeans(values: np.ndarray, count: int, seed: int = 0) -> Iterator[Round]:
    """Yield the bank after each round of Lloyd's k-means; the energy never rises.

    Parameters
    ----------
    values : (N, cells), patches of one contrast.
    count : number of filters, at most N.
    seed : chooses the patches to begin with.

    Notes
    -----
    It begins at patches that lie far from each other (k-means++ of D. Arthur and S. Vassilvitskii, 2007). A middle
    without patches moves to the patch that is farthest from its own.
    """
    _check(values, count)
    middles = values[_far_apart(values, count, np.random.default_rng(seed))]
    squares = np.square(values).sum(axis=1)
    before: np.ndarray | None = None
    number = 0
    while True:
        distances = squares[:, np.newaxis] - 2 * values @ middles.T + np.square(middles).sum(axis=1)
        owners = distances.argmin(axis=1)
        left = np.maximum(distances[np.arange(len(values)), owners], 0.0)
        members = np.bincount(owners, minlength=count)
        is_settled = before is not None and bool((owners == before).all())
        yield Round(number, of_norm_1(middles), shares_of(members.astype(float)), float(left.mean()), is_settled)
        if is_settled:
            return
        middles = _sums(values, owners, count) / np.maximum(members, 1)[:, np.newaxis]
        _refill(middles, members, values, left)
        before, number = owners, number + 1


def spherical_kmeans(values: np.ndarray, count: int, seed: int = 0) -> Iterator[Round]:
    """Yield the bank after each round of k-means by direction, where a patch and its negative are the same.

    Parameters
    ----------
    values : (N, cells), whitened patches.
    count : number of filters, at most N.
    seed : chooses the patches to begin with.

    Notes
    -----
    A patch belongs to the filter on which it is longest, and each filter turns to the sum of its patches, each as often
    as it is long; the energy never rises. After A. Coates and A. Y. Ng, "Learning feature representations with k-means"
    (2012), who add the filter itself to that sum: one without patches stays. Here it begins again at the patch that is
    explained least.
    """
    _check(values, count)
    filters = of_norm_1(values[np.random.default_rng(seed).choice(len(values), count, replace=False)])
    squares = np.square(values).sum(axis=1)
    before: np.ndarray | None = None
    number = 0
    while True:
        lengths = values @ filters.T
        owners = np.abs(lengths).argmax(axis=1)
        own = lengths[np.arange(len(values)), owners]
        left = np.maximum(squares - np.square(own), 0.0)
        members = np.bincount(owners, minlength=count)
        is_settled = before is not None and bool((owners == before).all())
        yield Round(number, filters, shares_of(members.astype(float)), float(left.mean()), is_settled)
        if is_settled:
            return
        turned = _sums(values * own[:, np.newaxis], owners, count)
        _refill(turned, members, values, left)
        filters, before, number = of_norm_1(turned), owners, number + 1


def _check(values: np.ndarray, count: int) -> None:
    if not 1 <= count <= len(values):
        raise ValueError(f"count must be 1 to {len(values)}, the number of patches; got {count}")


def _far_apart(values: np.ndarray, count: int, rng: np.random.Generator) -> list[int]:
    """Return the numbers of patches, each drawn the likelier the farther it is from those before it."""
    found = [int(rng.integers(len(values)))]
    nearest = np.square(values - values[found[0]]).sum(axis=1)
    for _ in range(count - 1):
        reached = np.cumsum(nearest)
        found.append(min(int(np.searchsorted(reached, rng.random() * reached[-1], "right")), len(values) - 1))
        nearest = np.minimum(nearest, np.square(values - values[found[-1]]).sum(axis=1))
    return found


def _sums(values: np.ndarray, owners: np.ndarray, count: int) -> np.ndarray:
    """Return the sum of the values of each owner, (count, cells)."""
    belongs = np.zeros((count, len(values)))
    belongs[owners, np.arange(len(values))] = 1.0
    sums: np.ndarray = belongs @ values
    return sums


def _refill(out: np.ndarray, members: np.ndarray, values: np.ndarray, left: np.ndarray) -> None:
    """Put the patches that are explained least where a filter has no patch."""
    empty = np.flatnonzero(members == 0)
    if empty.size:
        out[empty] = values[np.argsort(-left, kind="stable")[: empty.size]]
