"""Worked examples: small grids of numbers with kernels and settings, to be computed by hand and looked up.

All numbers follow from a rule that can be said in a sentence, and results are whole numbers or simple fractions.
"""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import make_layer
from convexplorer.model.project import Display, Project
from convexplorer.sources.numbers import numbers_source

PREFIX = "example:"  # of an example's address on the command line


@dataclass(frozen=True)
class Example:
    """A worked example: its words for menus, and the function that makes its project."""

    title: str
    explanation: str
    make: Callable[[], Project]


def find_example(name: str) -> Example:
    """Return the example of this name; ValueError lists the names."""
    if name in EXAMPLES:
        return EXAMPLES[name]
    near = get_close_matches(name, EXAMPLES, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(EXAMPLES)}."
    raise ValueError(f"there is no worked example “{name}”; {hint}")


def bump() -> Project:
    """Return eight numbers with a bump, and three kernels of three numbers: slope, mean, curvature."""
    numbers = np.array([[0, 0, 2, 4, 4, 2, 0, 0]], float)
    filters = [
        Filter("slope", np.array([[[-1, 0, 1]]], float)),
        Filter("mean of two neighbours", np.array([[[0.5, 0, 0.5]]])),
        Filter("curvature", np.array([[[1, -2, 1]]], float)),
    ]
    return _project(numbers, filters, padding="valid")


def line() -> Project:
    """Return an 8×8 picture with a vertical line, and the detectors of a vertical and a horizontal one."""
    picture = np.zeros((8, 8))
    picture[:, 3] = 1
    upright = np.tile([-1.0, 2.0, -1.0], (3, 1))
    return _project(picture, [Filter("vertical line", upright), Filter("horizontal line", upright.T)], padding="valid")


def vertical_edge() -> Project:
    """Return a 6×6 picture of a bright and a dark half, 10 and 0; the edge between them becomes 30."""
    picture = np.repeat([[10.0, 0.0]], 6, axis=0).repeat(3, axis=1)
    return _project(picture, [Filter("vertical edge", np.tile([1.0, 0.0, -1.0], (3, 1)))], padding="valid")


def cross() -> Project:
    """Return a 9×9 cross of 1 on −1, and detectors of its parts, whose perfect match is 1; then ReLU and pooling."""
    picture = -np.ones((9, 9))
    inner = np.arange(1, 8)
    picture[inner, inner] = picture[inner, 8 - inner] = 1
    falling = 2 * np.eye(3) - 1
    both = np.maximum(falling, falling[:, ::-1])
    filters = [
        Filter("falling diagonal", falling / 9),
        Filter("crossing", both / 9),
        Filter("rising diagonal", falling[:, ::-1] / 9),
    ]
    project = _project(picture, filters, padding="valid")
    more = (make_layer("activation", activation="relu"), make_layer("max_pool", pool_size=2, strides=2, padding="same"))
    return Project(project.source, (*project.layers, *more), display=project.display)


def two_filters() -> Project:
    """Return a 7×7 picture of three channels, and two filters 3×3×3 with stride 2, padding 1, and biases 1 and 0."""
    rows, columns, channels = np.arange(7)[:, None], np.arange(7), np.arange(3)[:, None, None]
    picture = ((rows * columns + channels) % 4).astype(float)
    edge, center = np.tile([-1.0, 0.0, 1.0], (3, 1)), np.pad([[1.0]], 1)
    first = np.stack([edge, edge.T, center])
    second = np.stack([center, np.eye(3), -np.eye(3)[:, ::-1]])
    filters = [Filter("first filter", first, bias=1.0), Filter("second filter", second)]
    return _project(picture, filters, padding=((1, 1), (1, 1)), strides=2)


EXAMPLES: dict[str, Example] = {
    "bump": Example(
        "Eight numbers with a bump",
        "A row of 8 numbers and three kernels of 3: where it rises, its mean, where it bends.",
        bump,
    ),
    "line": Example(
        "A line in an 8×8 picture",
        "Zeros with a vertical line of ones: one detector finds it, the other one stays at 0 along it.",
        line,
    ),
    "vertical-edge": Example(
        "The edge between 10 and 0",
        "A 6×6 picture, half 10 and half 0, and the kernel 1 0 −1: the edge becomes a stripe of 30.",
        vertical_edge,
    ),
    "cross": Example(
        "The X and its parts",
        "A 9×9 cross of 1 on −1: detectors of its diagonals and its middle, then ReLU and max pooling.",
        cross,
    ),
    "two-filters": Example(
        "Two filters over three channels",
        "A 7×7×3 input, two filters 3×3×3, stride 2, padding 1 and biases: the sum over channels by hand.",
        two_filters,
    ),
}


def _project(numbers: np.ndarray, filters: list[Filter], **settings: Any) -> Project:
    display = Display(coverage=1.0)  # of few numbers none is an outlier
    return Project(numbers_source(numbers), (make_layer("conv", filters, **settings),), display=display)
