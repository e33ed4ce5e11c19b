"""The inverse of a kernel at a size of one's choice: a Wiener filter, solved in the cells it may have.

A kernel's inverse reaches far, and a crop of it inverts nothing. So the weights of just these cells are solved for that
leave the least error of all pictures of a kind: those whose spectrum falls as that of photographs, with noise added.
"""

from functools import cached_property
from typing import Literal

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.analysis import norm
from convexplorer.kernels.composition import series
from convexplorer.kernels.design.least_squares import solve
from convexplorer.kernels.design.spectrum import Grid, flipped, frequencies, mirrored, responses_on
from convexplorer.kernels.planes import centre

Prior = Literal["natural", "flat"]
# What is known of the picture before it is blurred: key → sentence.
PRIORS: dict[str, str] = {
    "natural": "Power falls with the square of the frequency (1/f²), as in photographs.",
    "flat": "Equal power at all frequencies, as in noise; most tools assume this, and it makes photographs worse.",
}
MAX_INVERSE_SIZE = 63  # cells; unless the kernel is symmetric, more than 45 × 45 are too many to solve for
_LEAST_GRID = 256


@dataclass(frozen=True, eq=False)
class Inverse:
    """A kernel that undoes another as well as its size and the noise allow.

    Attributes
    ----------
    plane : (rows, columns) float64
    blur : (rows, columns), the kernel that is undone.
    error, error_before : root mean square error that remains with and without this kernel, in units of the picture,
        of pictures of the prior's kind.
    """

    plane: np.ndarray
    blur: np.ndarray
    error: float
    error_before: float

    @property
    def noise_gain(self) -> float:
        """The factor by which this kernel amplifies independent noise of the pixels: its Euclidean norm."""
        return norm(self.plane)

    @cached_property
    def reached(self) -> np.ndarray:
        """What kernel and inverse do together, (rows, columns): the nearer to the identity the better."""
        together: np.ndarray = series(self.blur[np.newaxis], self.plane[np.newaxis])[0]
        return together


def inverse(
    planes: np.ndarray,
    size: int | tuple[int, int],
    *,
    noise: float = 0.002,
    deviation: float = 0.2,
    prior: Prior = "natural",
) -> Inverse:
    """Return the kernel of a size that best undoes another on noisy pictures.

    Parameters
    ----------
    planes : ([planes,] rows, columns) of finite weights, as applied. Planes that differ mix channels, which no single
        map can undo.
    size : cells along each axis, 1…63; with an odd size beside an odd kernel the picture stays in its place.
    noise : standard deviation of the noise in the blurred picture, in units of the picture; more than 0.
    deviation : standard deviation of the picture itself.
    prior : key of `PRIORS`.

    Notes
    -----
    Minimises the mean square error, Σ S |G H − 1|² + n² |G|² over all frequencies, where S is the power that the prior
    gives the picture and G, H are the responses of both kernels: `design.least_squares.solve`.

    Examples
    --------
    >>> found = inverse(np.full((1, 3), 1 / 3), 9, noise=0.01)
    >>> found.plane.shape, found.error < found.error_before
    ((9, 9), True)
    """
    blur = _shared_plane(planes)
    rows, columns = (size, size) if isinstance(size, int) else size
    for n in (rows, columns):
        if not 1 <= n <= MAX_INVERSE_SIZE:
            raise ValueError(f"the size of an inverse must be 1…{MAX_INVERSE_SIZE}; got {n}")
    if not (np.isfinite(noise) and noise > 0):
        raise ValueError(f"noise must be > 0, without noise an inverse has no bound; got {noise:g}")
    if not (np.isfinite(deviation) and deviation > 0):
        raise ValueError(f"deviation must be > 0; got {deviation:g}")
    if prior not in PRIORS:
        raise ValueError(f"prior must be one of {', '.join(PRIORS)}; got {prior!r}")
    # Odd, so that every frequency has its opposite on the grid.
    grid = 1 + max(_LEAST_GRID, 2 * max(map(sum, zip(blur.shape, (rows, columns), strict=True))))
    # Scaled, so that squares of very large or small weights neither overflow nor vanish.
    scale = float(np.abs(blur).max())
    answer = _response(blur / scale, (rows, columns), grid)
    power = _power(grid, deviation, prior)
    level = (noise / scale) ** 2
    plane = solve(power * np.abs(answer) ** 2 + level, power * np.conj(answer), (rows, columns))
    reached = responses_on(plane, grid) * answer
    error = np.mean(power * np.abs(reached - 1) ** 2) + level * float(np.square(plane).sum())
    with np.errstate(over="ignore"):
        before = np.mean(power * np.abs(answer * scale - 1) ** 2) + np.square(noise)
    return Inverse(plane / scale, blur, float(np.sqrt(error)), float(np.sqrt(before)))


def _shared_plane(planes: np.ndarray) -> np.ndarray:
    array = np.array(planes, dtype=np.float64, ndmin=3)
    if array.ndim != 3 or array.size == 0:
        raise ValueError(f"planes must have the shape ([planes,] rows, columns); got {np.shape(planes)}")
    if not np.isfinite(array).all():
        raise ValueError("a weight is not finite, so the kernel has no inverse")
    if not (array == array[:1]).all():
        raise ValueError(
            "the planes differ: a kernel that mixes channels has no inverse, since its map is a single one"
        )
    if not array.any():
        raise ValueError("all weights are 0: what the kernel takes away, no kernel brings back")
    return np.asarray(array[0])


def _response(blur: np.ndarray, size: tuple[int, int], grid: int) -> Grid:
    """Return the response of the blur to which that of an inverse, about its own middle, is the other factor.

    Both are applied about their centre cells, which lie half a cell before the middles of even sizes. Symmetries of the
    blur are those of the result to the last digit, so that `solve` finds them.
    """
    answer = responses_on(blur, grid)
    aside = [sum((n - 1) / 2 - centre(n) for n in lengths) for lengths in zip(blur.shape, size, strict=True)]
    if any(aside):
        down, across = (np.exp(2j * np.pi * frequencies(grid) * by) for by in aside)
        return np.asarray(answer * np.outer(down, across))
    if not np.array_equal(blur, blur[::-1, ::-1]):
        return answer
    real = (answer.real + mirrored(answer.real)) / 2
    if np.array_equal(blur, blur[::-1]):
        real = (real + flipped(real, 0)) / 2
    if blur.shape[0] == blur.shape[1] and np.array_equal(blur, blur.T):
        real = (real + real.T) / 2
    return np.asarray(real)


def _power(grid: int, deviation: float, prior: Prior) -> np.ndarray:
    """Return the power of the pictures at each frequency of the grid; its mean is their variance."""
    if prior == "flat":
        return np.full((grid, grid), deviation**2)
    along = frequencies(grid)
    square = along[:, np.newaxis] ** 2 + along**2
    square[grid // 2, grid // 2] = 1 / grid**2  # flat areas have no less power than the widest wave
    power: np.ndarray = 1 / square
    power *= deviation**2 / power.mean()
    return power
