"""Kernels with a formula: each function returns the weights (rows, columns) as float64.

Positions are measured in cells from the middle of the kernel, rows downwards and columns to the right, so that even
sizes work too. A *direction* turns clockwise on the screen: at 0° brightness rises to the right, at 90° downwards. A
*slope* is that of a drawn line: 0° is horizontal, 45° rises to the right, 90° is vertical.
"""

import math

import numpy as np

from convexplorer.kernels import shapes
from convexplorer.kernels.shapes import Weights


def blank(size: int) -> Weights:
    """Return a kernel of zeros."""
    return np.zeros((size, size))


def shift(rows: int, columns: int) -> Weights:
    """Return the kernel that shifts a picture down and to the right.

    Examples
    --------
    >>> shift(0, 1)
    array([[0., 0., 0.],
           [1., 0., 0.],
           [0., 0., 0.]])
    """
    middle = max(abs(rows), abs(columns))
    kernel = blank(2 * middle + 1)
    # An output takes the value of the cell that the picture came from.
    kernel[middle - rows, middle - columns] = 1.0
    return kernel


def box(size: int) -> Weights:
    """Return equal weights that sum to 1."""
    return np.full((size, size), 1 / size**2)


def gaussian(sigma: float, size: int) -> Weights:
    """Return a Gaussian that sums to 1."""
    return shapes.sum_to_one(shapes.bell(sigma, size))


def binomial(size: int) -> Weights:
    """Return the outer product of a row of Pascal's triangle with itself, divided by its sum.

    Examples
    --------
    >>> binomial(3) * 16
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    row = np.array([math.comb(size - 1, k) for k in range(size)], dtype=np.float64) / 2.0 ** (size - 1)
    return np.outer(row, row)


def disc(radius: float) -> Weights:
    """Return an antialiased disc that sums to 1: the blur of a lens out of focus."""
    return shapes.sum_to_one(shapes.inside(radius - shapes.distance(shapes.reach(radius))))


def motion_blur(angle: float, length: float) -> Weights:
    """Return a line through the middle at a slope; the weights sum to 1."""
    along, across = shapes.line_axes(shapes.reach(length / 2), angle)
    return shapes.sum_to_one(shapes.inside(length / 2 - np.abs(along)) * shapes.inside(0.5 - np.abs(across)))


def line(angle: float, length: float, thickness: float) -> Weights:
    """Return a line at a slope minus its two neighbouring lines; positive weights sum to 1, negative ones to −1.

    Examples
    --------
    >>> (line(90, 3, 1) * 6).round(9)
    array([[-1.,  2., -1.],
           [-1.,  2., -1.],
           [-1.,  2., -1.]])
    """
    along, across = shapes.line_axes(shapes.reach(max(length / 2, 1.5 * thickness)), angle)
    ends = shapes.inside(length / 2 - np.abs(along))
    middle = ends * shapes.inside(thickness / 2 - np.abs(across))
    beside = ends * shapes.inside(thickness / 2 - np.abs(np.abs(across) - thickness))
    return shapes.halves_of_one(shapes.sum_to_one(middle) - shapes.sum_to_one(beside))


def step_edge(angle: float, size: int) -> Weights:
    """Return the mean of the half in a direction minus the mean of the other half."""
    ahead = shapes.ahead(size, angle)
    return shapes.sum_to_one(np.clip(ahead, 0, 1)) - shapes.sum_to_one(np.clip(-ahead, 0, 1))


def gaussian_derivative(angle: float, sigma: float, size: int) -> Weights:
    """Return a Gaussian's derivative in a direction; the response to a ramp rising by 1 per cell is 1."""
    rows, columns = shapes.places(size)
    bell = shapes.bell(sigma, size)
    return shapes.turned(bell * columns, columns, angle) + shapes.turned(bell * rows, rows, angle - 90)


def log(sigma: float, size: int) -> Weights:
    """Return the Laplacian of a Gaussian: negative in the middle, sum 0, and response 4 to r²."""
    square = shapes.distance(size) ** 2
    bell = shapes.bell(sigma, size)
    kernel = shapes.halves_of_one(shapes.without_mean(bell * (square - 2 * sigma**2), bell))
    return 4 * kernel / np.sum(kernel * square)


def dog(sigma: float, ratio: float, size: int) -> Weights:
    """Return a Gaussian minus one `ratio` times as wide: positive in the middle, sum 0."""
    return gaussian(sigma, size) - gaussian(sigma * ratio, size)


def ridge(angle: float, sigma: float, size: int) -> Weights:
    """Return the negative second derivative of a Gaussian across a slope: positive on bright lines, sum 0."""
    _, across = shapes.line_axes(size, angle)
    bell = shapes.bell(sigma, size)
    return shapes.halves_of_one(shapes.without_mean(bell * (sigma**2 - across**2), bell))


def sharpen(amount: float) -> Weights:
    """Return the identity plus `amount` times the differences to the four neighbours; the sum is 1."""
    neighbours = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=np.float64)
    return shapes.impulse(3) * (1 + 4 * amount) - amount * neighbours


def unsharp(sigma: float, amount: float, size: int) -> Weights:
    """Return the identity plus `amount` times the difference to a Gaussian blur; the sum is 1."""
    return (1 + amount) * shapes.impulse(size) - amount * gaussian(sigma, size | 1)


def emboss(angle: float, depth: float) -> Weights:
    """Return the identity plus `depth` times the derivative in a direction; the sum is 1."""
    return shapes.impulse(3) + depth * gaussian_derivative(angle, 1.0, 3)


def center_surround(radius: float, surround: float) -> Weights:
    """Return a disc minus the ring out to `surround` radii; positive weights sum to 1, negative ones to −1."""
    outer = max(radius * surround, radius + 1)
    distance = shapes.distance(shapes.reach(outer))
    center = shapes.inside(radius - distance)
    return shapes.halves_of_one(shapes.sum_to_one(center) - shapes.sum_to_one(shapes.inside(outer - distance) - center))


def ring(radius: float, thickness: float) -> Weights:
    """Return a ring minus its inner and outer neighbourhood; positive weights sum to 1, negative ones to −1."""
    distance = shapes.distance(shapes.reach(radius + 1.5 * thickness))
    middle = shapes.inside(thickness / 2 - np.abs(distance - radius))
    wide = shapes.inside(1.5 * thickness - np.abs(distance - radius))
    return shapes.halves_of_one(shapes.sum_to_one(middle) - shapes.sum_to_one(wide - middle))


def corner(angle: float, size: int) -> Weights:
    """Return the quadrant in a direction minus the other three; positive weights sum to 1, negative ones to −1."""
    quarter = np.clip(shapes.ahead(size, angle - 45) / 2 + 0.5, 0, 1) * np.clip(
        shapes.ahead(size, angle + 45) / 2 + 0.5, 0, 1
    )
    return shapes.halves_of_one(shapes.sum_to_one(quarter) - shapes.sum_to_one(1 - quarter))


def gabor(wavelength: float, angle: float, sigma: float, phase: float, aspect: float, size: int) -> Weights:
    """Return a wave in a direction times a Gaussian; the sum is 0, positive weights sum to 1."""
    along, across = shapes.direction_axes(size, angle)
    bell = np.exp(-(along**2 + (aspect * across) ** 2) / (2 * sigma**2))
    wave = np.cos(2 * np.pi * along / wavelength + np.radians(phase))
    return shapes.halves_of_one(shapes.without_mean(bell * wave, bell))


def checker(cell: int, size: int) -> Weights:
    """Return the mean of a chessboard's squares of one colour minus that of the other; at least two squares."""
    cell = min(cell, size - 1)
    rows, columns = np.indices((size, size)) // cell
    is_white = (rows + columns) % 2 == 0
    return shapes.sum_to_one(is_white * 1.0) - shapes.sum_to_one(~is_white * 1.0)


def random(seed: int, size: int) -> Weights:
    """Return normally distributed weights with sum 0 and norm 1."""
    weights = np.random.default_rng(seed).normal(size=(size, size))
    weights -= weights.mean()
    return weights / np.linalg.norm(weights)
