"""Figures of lines: several side by side, two that cross, the end of one, and a wedge; the sum of each is 0."""

import numpy as np

from convexplorer.kernels import shapes
from convexplorer.kernels.shapes import Weights


def parallel_lines(angle: float, count: int, spacing: float, length: float, thickness: float) -> Weights:
    """Return lines of a slope side by side, minus the gaps between and beside them; gaps are one cell or wider."""
    spacing = max(spacing, thickness + 1)
    half = count * spacing / 2
    along, across = shapes.line_axes(shapes.reach(max(length / 2, half)), angle)
    ends = shapes.inside(length / 2 - np.abs(along))
    places = (np.arange(count) - (count - 1) / 2) * spacing
    distance = np.abs(across - places[:, np.newaxis, np.newaxis]).min(axis=0)
    lines = ends * shapes.inside(thickness / 2 - distance)
    return _against(lines, ends * shapes.inside(half - np.abs(across)))


def cross(angle: float, opening: float, length: float, thickness: float) -> Weights:
    """Return two lines through the middle, the second turned by `opening` degrees, minus what lies beside them."""
    size = shapes.reach(max(length / 2, 1.5 * thickness))
    lines, wide = np.zeros((2, size, size))
    for slope in (angle, angle + opening):
        along, across = shapes.line_axes(size, slope)
        ends = shapes.inside(length / 2 - np.abs(along))
        lines = np.maximum(lines, ends * shapes.inside(thickness / 2 - np.abs(across)))
        wide = np.maximum(wide, ends * shapes.inside(1.5 * thickness - np.abs(across)))
    return _against(lines, wide)


def line_end(angle: float, length: float, thickness: float) -> Weights:
    """Return what finds a line before the middle, minus the same beyond it: edges and lines that go on give nothing."""
    size = shapes.reach(max(length / 2, 1.5 * thickness))
    along, across = shapes.direction_axes(size, angle)
    ends = shapes.inside(length / 2 - np.abs(along))
    line = ends * shapes.inside(thickness / 2 - np.abs(across))
    beside = ends * shapes.inside(1.5 * thickness - np.abs(across)) - line
    found = shapes.sum_to_one(line) - shapes.sum_to_one(np.maximum(beside, 0))
    return shapes.halves_of_one(-found * np.clip(2 * along, -1, 1))


def wedge(angle: float, opening: float, size: int) -> Weights:
    """Return the part of a disc within `opening` degrees around a direction, minus the rest of the disc."""
    along, across = shapes.direction_axes(size, angle)
    cosine, sine = shapes.cosine_sine(opening / 2)
    disc = shapes.inside(size / 2 - shapes.distance(size))
    return _against(disc * shapes.inside(along * sine - np.abs(across) * cosine), disc)


def _against(figure: Weights, ground: Weights) -> Weights:
    """Return the mean under a figure minus that of the rest of the ground around it."""
    rest = np.maximum(ground - figure, 0)
    return shapes.halves_of_one(shapes.sum_to_one(figure) - shapes.sum_to_one(rest))
