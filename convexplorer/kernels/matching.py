"""A part of a picture as a kernel, and where a picture is like it: by correlation, plain or normalised."""

import math
from typing import Literal

import numpy as np

from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import MAX_KERNEL_SIZE
from convexplorer.words import times

Measure = Literal["correlation", "normalised"]

# Windows whose deviation is below this share of the picture's are flat: what is in them is noise, and like nothing.
FLAT = 0.02
SMALLEST = 2  # cells of a patch; one alone has no pattern


@dataclass(frozen=True)
class Peak:
    """A window of a picture that is like a patch.

    Attributes
    ----------
    score : in the unit of the measure; of normalised correlation −1…1.
    start : (row, column), its first cell in the picture.
    size : (rows, columns)
    """

    score: float
    start: tuple[int, int]
    size: tuple[int, int]

    @property
    def middle(self) -> tuple[float, float]:
        """The place of its middle in the picture."""
        return self.start[0] + self.size[0] / 2, self.start[1] + self.size[1] / 2


def patch_kernel(patch: np.ndarray, *, is_centred: bool = True, has_norm_1: bool = True) -> np.ndarray:
    """Return a part of a picture as the planes of a kernel, (P, rows, columns) float64.

    Parameters
    ----------
    patch : (P, rows, columns)
    is_centred : take the mean off each channel, so that the kernel answers to the pattern and not to brightness.
    has_norm_1 : divide by the Euclidean norm, so that kernels of patches of any contrast answer alike.

    Raises
    ------
    ValueError : the patch is too small or too large, not finite, or nothing is left of it; a sentence.

    Examples
    --------
    >>> patch_kernel(np.array([[[1.0, 1, 1], [1, 5, 1]]]))
    array([[[-0.18257419, -0.18257419, -0.18257419],
            [-0.18257419,  0.91287093, -0.18257419]]])
    """
    size = patch.shape[1:]
    if math.prod(size) < SMALLEST or max(size) > MAX_KERNEL_SIZE:
        raise ValueError(
            f"A kernel has {SMALLEST} to {times((MAX_KERNEL_SIZE,) * 2)} cells; the marked part has {times(size)}."
        )
    planes = patch.astype(np.float64)
    if not np.isfinite(planes).all():
        raise ValueError("The marked part holds values that are not finite.")
    largest = np.abs(planes).max()
    if is_centred:
        planes = planes - planes.mean(axis=(1, 2), keepdims=True)
        planes[np.abs(planes) <= largest * 1e-12] = 0.0  # of equal values, the mean may differ from them by rounding
    highest = np.abs(planes).max()
    if highest == 0:
        left = "without its mean, nothing is left of it" if is_centred else "all of it is 0"
        raise ValueError(f"The marked part is flat: {left}.")
    if has_norm_1:
        planes = planes / highest  # squares neither overflow nor vanish
        planes = planes / np.sqrt(np.square(planes).sum())
    return planes


def reduced_picture(image: np.ndarray, longest: int) -> np.ndarray:
    """Return a picture (P, rows, columns) as float64, its longer side reduced to at most `longest` cells.

    Each new cell is the mean of those that it covers.

    Examples
    --------
    >>> reduced_picture(np.arange(8.0).reshape(1, 2, 4), 2)
    array([[[2.5, 4.5]]])
    """
    factor = longest / max(image.shape[1:])
    if factor >= 1:
        return image.astype(np.float64)
    rows, columns = (max(1, round(n * factor)) for n in image.shape[1:])
    planes = [cv2.resize(plane.astype(np.float64), (columns, rows), interpolation=cv2.INTER_AREA) for plane in image]
    return np.stack(planes)


def match(image: np.ndarray, planes: np.ndarray, measure: Measure = "normalised") -> np.ndarray:
    """Return how far each window of a picture is like a kernel, (rows, columns) float64 of the windows inside it.

    Parameters
    ----------
    image : (P, rows, columns)
    planes : (P, rows, columns) of the kernel, or (1, rows, columns) for the same plane on every channel.
    measure : "correlation" is the sum of products, as in a map. "normalised" takes the mean of each channel off window
        and kernel, and divides by both norms: 1 for a window that is the kernel in another brightness and contrast, −1
        for its negative; 0 where the window is flat or not finite.

    Raises
    ------
    ValueError : the kernel is larger than the picture, has another number of planes, or is flat or not finite.
    """
    count, size = len(image), planes.shape[1:]
    if len(planes) not in (1, count):
        raise ValueError(f"The kernel has {len(planes)} planes, the picture {count} channels.")
    if any(n > m for n, m in zip(size, image.shape[1:], strict=True)):
        raise ValueError(f"The kernel, {times(size)}, is larger than the picture, {times(image.shape[1:])}.")
    if not np.isfinite(planes).all():
        raise ValueError("The kernel holds weights that are not finite.")
    planes = np.broadcast_to(planes, (count, *size)).astype(np.float64)
    holes = ~np.isfinite(image).all(axis=0)
    pixels = np.where(holes, 0.0, image).astype(np.float64)
    with np.errstate(all="ignore"):
        scores = _correlated(pixels, planes) if measure == "correlation" else _normalised(pixels, planes)
    if holes.any():
        scores[_sums(holes.astype(np.float64), size) > 0.5] = 0.0
    return scores


def peaks(scores: np.ndarray, size: tuple[int, int], count: int = 20, least: float = -math.inf) -> tuple[Peak, ...]:
    """Return the largest of the scores that are the largest around them, the best first.

    Parameters
    ----------
    scores : of `match`.
    size : (rows, columns) of the kernel. A window is left out if its middle lies in a better one.
    count : so many at most.
    least : only scores above it.

    Examples
    --------
    >>> peaks(np.array([[0.1, 0.9, 0.8, 0.1, 0.5]]), (1, 3), least=0.3)
    (Peak(score=0.9, start=(0, 1), size=(1, 3)), Peak(score=0.5, start=(0, 4), size=(1, 3)))
    """
    reach = [n // 2 for n in size]
    around = np.ones([2 * n + 1 for n in reach], np.uint8)
    usable = np.where(np.isfinite(scores), scores, -np.inf)
    is_top = (usable == cv2.dilate(usable, around)) & (usable > least)
    rows, columns = np.nonzero(is_top)
    order = np.argsort(-usable[rows, columns], kind="stable")
    found: list[Peak] = []
    for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        if len(found) == count:
            break
        # Equal scores side by side are all the largest around them.
        is_near = any(abs(row - one.start[0]) <= reach[0] and abs(column - one.start[1]) <= reach[1] for one in found)
        if not is_near:
            found.append(Peak(float(scores[row, column]), (row, column), size))
    return tuple(found)


def _correlated(pixels: np.ndarray, planes: np.ndarray) -> np.ndarray:
    """Return the sums of products of all windows inside the picture."""
    rows, columns = (m - n + 1 for n, m in zip(planes.shape[1:], pixels.shape[1:], strict=True))
    total = np.zeros((rows, columns))
    for channel, plane in zip(pixels, planes, strict=True):
        whole = cv2.filter2D(channel, cv2.CV_64F, plane, anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
        total += whole[:rows, :columns]
    return total


def _normalised(pixels: np.ndarray, planes: np.ndarray) -> np.ndarray:
    size = planes.shape[1:]
    pattern = planes - planes.mean(axis=(1, 2), keepdims=True)
    highest = np.abs(pattern).max()
    if not highest > np.abs(planes).max() * 1e-12:
        raise ValueError("The kernel is flat: it has no pattern to be found.")
    pattern = pattern / highest
    # Around the mean of the picture, little is lost when squares of sums are taken off sums of squares.
    centred = pixels - pixels.mean(axis=(1, 2), keepdims=True)
    scale = np.abs(centred).max()
    if scale == 0:
        return np.zeros([m - n + 1 for n, m in zip(size, pixels.shape[1:], strict=True)])
    centred = centred / scale
    cells = math.prod(size)
    energies = sum(_sums(np.square(channel), size) - np.square(_sums(channel, size)) / cells for channel in centred)
    is_flat = energies <= FLAT**2 * np.square(centred).mean() * cells * len(centred)
    lengths = np.sqrt(np.maximum(energies, np.finfo(np.float64).tiny))
    scores = _correlated(centred, pattern) / (lengths * np.sqrt(np.square(pattern).sum()))
    return np.where(is_flat, 0.0, np.clip(scores, -1.0, 1.0))


def _sums(channel: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Return the sum of each window inside a channel."""
    rows, columns = size
    reached = cv2.integral(channel, sdepth=cv2.CV_64F)
    sums: np.ndarray = (
        reached[rows:, columns:] - reached[:-rows, columns:] - reached[rows:, :-columns] + reached[:-rows, :-columns]
    )
    return sums
