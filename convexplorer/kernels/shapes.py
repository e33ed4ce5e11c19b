"""The places of a kernel's cells, shapes with a soft rim on them, and their scales: what formulas are made of."""

import math

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]


def places(size: int) -> tuple[Weights, Weights]:
    """Return the row and column of each cell, from the middle."""
    steps = np.arange(size) - (size - 1) / 2
    rows, columns = np.meshgrid(steps, steps, indexing="ij")
    return rows, columns


def distance(size: int) -> Weights:
    """Return each cell's distance from the middle."""
    return np.hypot(*places(size))


def direction_axes(size: int, angle: float) -> tuple[Weights, Weights]:
    """Return each cell's coordinate along a direction, clockwise from the right, and across the direction."""
    rows, columns = places(size)
    cosine, sine = cosine_sine(angle)
    return columns * cosine + rows * sine, rows * cosine - columns * sine


def line_axes(size: int, angle: float) -> tuple[Weights, Weights]:
    """Return each cell's coordinate along a line of this slope, counter-clockwise from horizontal, and across it."""
    return direction_axes(size, -angle)


def cosine_sine(angle: float) -> tuple[float, float]:
    """Return cosine and sine, exactly 0 and ±1 at the quarter turns."""
    quarters, rest = divmod(angle, 90)
    cosine, sine = math.cos(math.radians(rest)), math.sin(math.radians(rest))
    return ((cosine, sine), (-sine, cosine), (-cosine, -sine), (sine, -cosine))[int(quarters) % 4]


def ahead(size: int, angle: float) -> Weights:
    """Return a step in a direction: −1 behind the middle, 1 ahead, with a ramp of one cell between."""
    return np.clip(2 * direction_axes(size, angle)[0], -1, 1)


def turned(weights: Weights, places: Weights, angle: float) -> Weights:
    """Return weights times positions, scaled to respond with the direction's cosine to a unit ramp on their axis."""
    return weights / np.sum(weights * places) * cosine_sine(angle)[0]


def reach(distance: float) -> int:
    """Return the smallest odd size that covers a distance from the middle to both sides."""
    return 2 * math.ceil(distance - 0.5) + 1


def inside(depth: Weights) -> Weights:
    """Return 1 inside a shape, 0 outside, with a ramp of one cell at its rim; `depth` is the distance to the rim."""
    return np.clip(depth + 0.5, 0, 1)


def bell(sigma: float, size: int) -> Weights:
    """Return a Gaussian that is 1 in the middle."""
    weights: Weights = np.exp(-(distance(size) ** 2) / (2 * sigma**2))
    return weights


def impulse(size: int) -> Weights:
    """Return 1 in the middle; an even size grows by one, so that there is a middle cell."""
    kernel = np.zeros((size | 1, size | 1))
    kernel[size // 2, size // 2] = 1.0
    return kernel


def sum_to_one(weights: Weights) -> Weights:
    """Return weights divided by their sum."""
    kernel: Weights = weights / weights.sum()
    return kernel


def without_mean(weights: Weights, bell: Weights) -> Weights:
    """Return weights with sum 0, by subtracting a bell of the same width instead of a constant."""
    kernel: Weights = weights - bell * (weights.sum() / bell.sum())
    return kernel


def halves_of_one(weights: Weights) -> Weights:
    """Return weights scaled so that the positive ones sum to 1, the negative ones to −1.

    Each sign is scaled on its own, so that rounding leaves no sum.
    """
    return sum_to_one(np.maximum(weights, 0)) - sum_to_one(np.maximum(-weights, 0))
