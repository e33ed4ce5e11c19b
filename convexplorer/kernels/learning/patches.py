"""Patches of pictures to learn from: taken at random places that a seed decides, and brought to one contrast.

A patch is taken off its mean and divided by its deviation, so that dark and faint parts of a picture count as much as
bright and hard ones. What is nearly flat is left out: there the division would make patterns of noise.
"""

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.words import times

# Deviations are measured by that of all patches taken: below this share a patch is flat, and of this share is the
# floor that keeps faint patches fainter than the others.
FLAT = 0.3
FLOOR = 0.3
SMALLEST, LARGEST = 3, 21  # cells of a side
FEWEST = 200  # patches: below that, filters are the patches themselves


@dataclass(frozen=True, eq=False)
class Patches:
    """Patches of one contrast.

    Attributes
    ----------
    values : (N, P * size * size) float64, each with mean 0.
    shape : (P, size, size) of one patch.
    flat : how many were left out because they are nearly flat or not finite.
    """

    values: np.ndarray
    shape: tuple[int, int, int]
    flat: int = 0

    def as_planes(self, vectors: np.ndarray) -> np.ndarray:
        """Return vectors (N, P * size * size) as kernels, (N, P, size, size)."""
        return vectors.reshape(-1, *self.shape)


class PatchPool:
    """Patches of any number of pictures: each picture offers equally many, and chance keeps `capacity` of all.

    Parameters
    ----------
    size : rows and columns of a patch.
    capacity : so many patches at most.
    seed : decides the places; the same pictures in the same order give the same patches.

    Examples
    --------
    >>> pool = PatchPool(5, capacity=300)
    >>> pool.add(np.random.default_rng(1).random((3, 40, 50)))
    >>> pool.patches().values.shape
    (300, 75)
    """

    def __init__(self, size: int, capacity: int = 20_000, seed: int = 0) -> None:
        if not SMALLEST <= size <= LARGEST:
            raise ValueError(f"a patch has {SMALLEST} to {LARGEST} cells along a side; got {size}")
        if capacity < FEWEST:
            raise ValueError(f"at least {FEWEST} patches are needed; got {capacity}")
        self.size, self.capacity = size, capacity
        self.pictures = 0
        self._rng = np.random.default_rng(seed)
        self._taken: np.ndarray | None = None  # (N, P, size, size) as they are in the pictures
        self._keys = np.empty(0)  # of all patches offered, those with the smallest keys are kept

    def add(self, image: np.ndarray) -> None:
        """Offer patches of one more picture, (P, rows, columns); ValueError, a sentence, if it has none or others."""
        rows, columns = (n - self.size + 1 for n in image.shape[1:])
        if rows < 1 or columns < 1:
            side = times((self.size, self.size))
            raise ValueError(f"A picture of {times(image.shape[1:])} has no patch of {side}.")
        if self._taken is not None and self._taken.shape[1] != len(image):
            raise ValueError(f"A picture has {len(image)} channels, those before it {self._taken.shape[1]}.")
        keys = self._rng.random(self.capacity)
        places = self._rng.integers((rows, columns), size=(self.capacity, 2))
        if len(self._keys) == self.capacity:  # what cannot stay is not even cut out
            wanted = keys < self._keys[-1]
            keys, places = keys[wanted], places[wanted]
        windows = np.lib.stride_tricks.sliding_window_view(image, (self.size, self.size), axis=(1, 2))
        taken = np.moveaxis(windows[:, places[:, 0], places[:, 1]], 1, 0).astype(np.float64)
        if self._taken is not None:
            taken, keys = np.concatenate([self._taken, taken]), np.concatenate([self._keys, keys])
        order = np.argsort(keys, kind="stable")[: self.capacity]
        self._taken, self._keys = taken[order], keys[order]
        self.pictures += 1

    def patches(self) -> Patches:
        """Return the patches at one contrast.

        Raises
        ------
        ValueError : fewer than `FEWEST` are not flat; a sentence.
        """
        if self._taken is None:
            raise ValueError("There is no picture to learn from.")
        shape = (self._taken.shape[1], self.size, self.size)
        values, flat = of_one_contrast(self._taken.reshape(len(self._taken), -1))
        if len(values) < FEWEST:
            raise ValueError(
                f"Of {len(self._taken)} patches of {times(shape[1:])}, {len(values)} have contrast enough to learn "
                f"from; {FEWEST} are needed."
            )
        return Patches(values, shape, flat)


def of_one_contrast(patches: np.ndarray) -> tuple[np.ndarray, int]:
    """Return patches (N, cells) without their means, divided by their deviations; and how many flat ones are left out.

    Notes
    -----
    `(x − mean) / √(deviation² + (FLOOR · d)²)`, where d is the deviation of all patches together: the result does not
    depend on the range of the numbers.

    Examples
    --------
    >>> values, flat = of_one_contrast(np.array([[0.0, 2, 0, 2], [10, 14, 10, 14], [7, 7, 7, 7]]))
    >>> values.round(2), flat
    (array([[-0.93,  0.93, -0.93,  0.93],
           [-0.98,  0.98, -0.98,  0.98]]), 1)
    """
    finite = patches[np.isfinite(patches).all(axis=1)]
    largest = np.abs(finite).max(initial=0.0)
    scaled = finite / largest if largest > 0 else finite  # squares neither overflow nor vanish
    centred = scaled - scaled.mean(axis=1, keepdims=True)
    variances = np.square(centred).mean(axis=1)
    usual = variances.mean() if len(variances) else 0.0
    keeps = (variances > FLAT**2 * usual) & (variances > np.finfo(np.float64).eps ** 1.5)
    kept = centred[keeps] / np.sqrt(variances[keeps] + FLOOR**2 * usual)[:, np.newaxis]
    return kept, len(patches) - len(kept)
