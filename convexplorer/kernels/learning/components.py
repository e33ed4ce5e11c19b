"""Components of patches: principal ones, which are waves, and independent ones, which are edges and bars."""

from collections.abc import Iterator

import numpy as np

from convexplorer.kernels.learning.round import Round, of_norm_1, shares_of
from convexplorer.kernels.learning.whitening import principal_axes

# Of the principal axes of patches, the last ones are noise; independent components are looked for among the others.
MOST_KEPT = 0.65
_JUDGED = 2000  # patches of which the energy is told
_SETTLED = 1e-4  # no filter has turned by more: 1 − |cosine|


def pca(values: np.ndarray, count: int) -> Iterator[Round]:
    """Yield the principal axes of patches, in one round: exact, and the same for every seed.

    Parameters
    ----------
    values : (N, cells)
    count : number of filters, at most the number of cells.

    Notes
    -----
    Shares are those of the variance that the filters explain; the energy is the variance that they do not.
    """
    _check(count, values.shape[1])
    axes = principal_axes(values)
    left = float(axes.variances[count:].sum())
    yield Round(1, axes.vectors[:count], shares_of(axes.variances[:count]), left, is_settled=True)


def most_independent(cells: int) -> int:
    """Return how many independent components patches of so many cells have at most."""
    return max(1, int(cells * MOST_KEPT))


def fast_ica(values: np.ndarray, count: int, seed: int = 0) -> Iterator[Round]:
    """Yield the bank after each round of symmetric FastICA with tanh.

    Parameters
    ----------
    values : (N, cells)
    count : number of filters, at most `most_independent(cells)`.
    seed : decides what the components begin with.

    Notes
    -----
    The values are reduced to their `count` strongest principal axes and whitened there. The filters are the columns of
    the mixing matrix, the patterns that patches are made of; what separates them, its inverse, looks like noise. The
    energy is the mean of log cosh of the components of the first patches: smaller for sparser ones. After A. Hyvärinen,
    "Fast and robust fixed-point algorithms for independent component analysis" (1999).
    """
    _check(count, most_independent(values.shape[1]))
    axes = principal_axes(values)
    scales = np.sqrt(axes.variances[:count])
    if not axes.are_there[count - 1]:
        raise ValueError(f"The patches have fewer than {count} independent directions; fewer filters can be learned.")
    white = (values - axes.mean) @ (axes.vectors[:count].T / scales)
    mixing = axes.vectors[:count] * scales[:, np.newaxis]  # of the white values, (count, cells)
    separation = _orthonormal(np.random.default_rng(seed).standard_normal((count, count)))
    number, is_settled = 0, False
    while True:
        components = white @ separation.T
        answers = np.tanh(components)
        patterns = separation @ mixing
        judged = np.abs(components[:_JUDGED])
        energy = float((judged + np.log1p(np.exp(-2 * judged))).mean() - np.log(2))
        amounts = np.square(patterns).sum(axis=1)  # the variance that each explains: components have variance 1
        yield Round(number, of_norm_1(patterns), shares_of(amounts), energy, is_settled)
        if is_settled:
            return
        turned = answers.T @ white / len(white) - (1 - np.square(answers)).mean(axis=0)[:, np.newaxis] * separation
        turned = _orthonormal(turned)
        cosines = (turned * separation).sum(axis=1)
        separation = turned * np.where(cosines < 0, -1.0, 1.0)[:, np.newaxis]  # seen while it turns: signs do not jump
        is_settled = bool((1 - np.abs(cosines) < _SETTLED).all())
        number += 1


def _orthonormal(matrix: np.ndarray) -> np.ndarray:
    """Return the orthonormal matrix nearest to one: (M Mᵀ)^−½ M."""
    left, _, right = np.linalg.svd(matrix)
    nearest: np.ndarray = left @ right
    return nearest


def _check(count: int, most: int) -> None:
    if not 1 <= count <= most:
        raise ValueError(f"Patches of this size have 1 to {most} components; {count} are asked for.")
