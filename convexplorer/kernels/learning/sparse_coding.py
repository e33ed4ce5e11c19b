"""Sparse coding: filters of which every patch is a sum of few."""

from collections.abc import Iterator

import numpy as np

from convexplorer.kernels.learning.round import Round, of_norm_1, shares_of

SPARSITY = 1.2  # weight of the sum of the magnitudes of a code, of whitened patches: about four filters make one
STEPS = 30  # of one coding
BATCH = 300  # patches a round


def sparse_coding(values: np.ndarray, count: int, seed: int = 0, *, sparsity: float = SPARSITY) -> Iterator[Round]:
    """Yield the bank after each round of dictionary learning on `BATCH` patches.

    Parameters
    ----------
    values : (N, cells), whitened patches.
    count : number of filters.
    seed : decides what the filters begin with, and the order of the patches.
    sparsity : the larger, the fewer filters make up a patch.

    Notes
    -----
    The idea is that of B. Olshausen and D. Field, "Emergence of simple-cell receptive field properties by learning a
    sparse code for natural images" (1996); the filters follow the patches as in J. Mairal and others, "Online learning
    for matrix factorization and sparse coding" (2010). The energy, `½ |x − D s|² + sparsity · Σ |s|`, is that of the
    first `BATCH` patches, in all rounds.
    """
    if not 1 <= count <= len(values):
        raise ValueError(f"count must be 1 to {len(values)}, the number of patches; got {count}")
    rng = np.random.default_rng(seed)
    filters = of_norm_1(rng.standard_normal((count, values.shape[1])))
    judged = values[:BATCH]
    products, targets = np.zeros((count, count)), np.zeros((count, values.shape[1]))
    number = 0
    while True:
        codes = sparse_codes(judged, filters, sparsity)
        left = judged - codes @ filters
        energy = 0.5 * np.square(left).sum(axis=1) + sparsity * np.abs(codes).sum(axis=1)
        yield Round(number, filters, shares_of(np.abs(codes).sum(axis=0)), float(energy.mean()))
        number += 1
        batch = values[rng.integers(len(values), size=BATCH)]
        codes = sparse_codes(batch, filters, sparsity)
        kept = 1 - 1 / (1 + number / 8)  # of what was learned before: early rounds, of poor filters, are forgotten
        products = kept * products + codes.T @ codes / BATCH
        targets = kept * targets + codes.T @ batch / BATCH
        filters = _followed(filters, products, targets, batch)


def sparse_codes(values: np.ndarray, filters: np.ndarray, sparsity: float = SPARSITY, steps: int = STEPS) -> np.ndarray:
    """Return the codes (N, count) whose `½ |x − D s|² + sparsity · Σ |s|` is smallest, by FISTA.

    Parameters
    ----------
    values : (N, cells)
    filters : (count, cells)

    Examples
    --------
    >>> sparse_codes(np.array([[3.0, -1.0, 0.1]]), np.eye(3), sparsity=0.5)
    array([[ 2.5, -0.5,  0. ]])
    """
    gram = filters @ filters.T
    rate = 1 / max(float(np.linalg.eigvalsh(gram)[-1]), np.finfo(np.float64).tiny)
    wanted = values @ filters.T
    codes = np.zeros_like(wanted)
    ahead, momentum = codes, 1.0
    for _ in range(steps):
        moved = ahead - rate * (ahead @ gram - wanted)
        new = np.sign(moved) * np.maximum(np.abs(moved) - rate * sparsity, 0.0)
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = new + (momentum - 1) / following * (new - codes)
        codes, momentum = new, following
    found: np.ndarray = codes + 0.0  # adding 0 turns −0 into 0
    return found


def _followed(filters: np.ndarray, products: np.ndarray, targets: np.ndarray, batch: np.ndarray) -> np.ndarray:
    """Return the filters, each in turn moved to where it explains most beside the others."""
    new = filters.copy()
    for i in range(len(new)):
        own = products[i, i]
        if own < 1e-10:  # no patch uses it: it begins again at a patch
            new[i] = batch[i % len(batch)]
        else:
            new[i] += (targets[i] - products[i] @ new) / own
        new[i : i + 1] = of_norm_1(new[i : i + 1])
    return new
