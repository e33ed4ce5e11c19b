"""The kernels that ImageMagick has by name, as its manual defines them."""

import re

import numpy as np

from convexplorer.kernels.filter import MAX_KERNEL_SIZE

_NAMED: dict[str, list[list[float]]] = {
    "unity": [[1]],
    "sobel": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    "prewitt": [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
    "roberts": [[0, 0, 0], [1, -1, 0], [0, 0, 0]],
    "compass": [[1, 1, -1], [1, -2, -1], [1, 1, -1]],
    "kirsch": [[5, -3, -3], [5, 0, -3], [5, -3, -3]],
}
_LAPLACIANS = {
    0: [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    1: [[0, -1, 0], [-1, 4, -1], [0, -1, 0]],
    2: [[-2, 1, -2], [1, 4, 1], [-2, 1, -2]],
    3: [[1, -2, 1], [-2, 4, -2], [1, -2, 1]],
    5: [[-4, -1, 0, -1, -4], [-1, 2, 3, 2, -1], [0, 3, 4, 3, 0], [-1, 2, 3, 2, -1], [-4, -1, 0, -1, -4]],
}
_RING = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))  # around the middle of 3 × 3, clockwise
_SMALLEST = 1 / 65535  # of 16 bits: a Gaussian ends where its weights are below


def named_kernel(text: str) -> np.ndarray | None:
    """Return a kernel by its name, as in "Sobel:90", "Laplacian:1", "Gaussian:0x1"; None if it is not known here."""
    name, _, arguments = text.strip().partition(":")
    numbers = [float(one) for one in re.findall(r"-?\d+\.?\d*", arguments)[:3]]
    key = name.lower()
    if key in _NAMED:
        return _turned(np.array(_NAMED[key], np.float64), numbers[0] if numbers else 0.0)
    if key == "laplacian":
        plane = _LAPLACIANS.get(int(numbers[0]) if numbers else 0)
        return None if plane is None else np.array(plane, np.float64)
    if key == "gaussian" and len(numbers) > 1 and 0 < numbers[1] <= MAX_KERNEL_SIZE:
        return _gaussian(numbers[0], numbers[1])
    return None


def _turned(plane: np.ndarray, angle: float) -> np.ndarray | None:
    """Turn 3 × 3 clockwise by a multiple of 45°, as ImageMagick does; None for other angles."""
    steps = round(angle / 45)
    if steps * 45 != angle or plane.shape != (3, 3):
        return plane if angle == 0 else None
    result = plane.copy()
    for i, place in enumerate(_RING):
        result[_RING[(i + steps) % 8]] = plane[place]
    return result


def _gaussian(radius: float, sigma: float) -> np.ndarray | None:
    """Return a Gaussian with the sum 1; radius 0 makes it as wide as 16 bits can tell."""
    width = 2 * int(np.ceil(radius)) + 1
    if radius == 0:
        width = 5
        while width <= MAX_KERNEL_SIZE and _rim(width, sigma) >= _SMALLEST:
            width += 2
        width -= 2
    if width > MAX_KERNEL_SIZE:
        return None
    plane = _sampled(width, sigma)
    return np.asarray(plane / plane.sum())


def _rim(width: int, sigma: float) -> float:
    """Return the weight in the middle of the last column, of a kernel whose sum is 1."""
    plane = _sampled(width, sigma)
    return float(plane[width // 2, -1] / plane.sum())


def _sampled(width: int, sigma: float) -> np.ndarray:
    squared = np.square(np.arange(width) - width // 2)
    return np.asarray(np.exp(-(squared[:, np.newaxis] + squared) / (2 * sigma * sigma)))
