"""A picture that excites a unit, made by climbing its gradient step by step from noise, grey or a picture.

All of it happens in the numbers that the first layer gets; `Climb.pixels` leads back to the colours of a picture.
"""

import math
from collections.abc import Iterator
from dataclasses import field

import numpy as np

from convexplorer import _threads, core
from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.field import Field
from convexplorer.core.layers import Activation
from convexplorer.core.network import Evaluation, Graph
from convexplorer.model.build import build, choose_input, white_of
from convexplorer.model.fitting import light_from, numbers_of
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.project import Project
from convexplorer.results.preview import Preview, plan_preview
from convexplorer.sources.frame import Frame

STARTS = {
    "noise": ("noise", "Faint noise around grey; the seed decides which"),
    "grey": ("grey", "Halfway between black and white"),
    "picture": ("this picture", "The picture that the window shows"),
}
GOALS = {
    "middle": ("the value in the middle", "One value of the map; the picture is as large as what it sees"),
    "map": ("all of its map", "The mean of the map: what it looks for, again and again"),
}
MOST_STEPS = 10_000
SIDE = 128  # cells: a larger picture shows no more of what a map looks for
_NOISE = 0.05  # deviation of the noise to begin with, as a share of what lies between black and white
_BLUR_EACH = 4  # steps


@dataclass(frozen=True)
class AscentWish:
    """How it is climbed.

    Attributes
    ----------
    channel : index of the map, or of the value without place.
    goal : key of `GOALS`; a value without place is its own goal.
    start : key of `STARTS`.
    steps : so many.
    step : by how much the cell that counts most changes in a step, as a share of what lies between black and white.
    jitter : before each step the picture is shifted by up to so many cells, and back behind it: what is seen does not
        hang on the grid of strides and pools. Not of one value in the middle, whose field would be somewhere else.
    decay : share of the distance to grey that is taken back in each step.
    blur : deviation in cells of a blur in every fourth step; 0 for none.
    seed : of noise and jitter.
    """

    channel: int
    goal: str = "middle"
    start: str = "noise"
    steps: int = 200
    step: float = 0.05
    jitter: int = 2
    decay: float = 0.0
    blur: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.goal not in GOALS or self.start not in STARTS:
            raise ValueError(f"goal and start must be of {', '.join(GOALS)} and {', '.join(STARTS)}")
        if not (1 <= self.steps <= MOST_STEPS and 0 < self.step <= 1):
            raise ValueError(f"steps must be 1 to {MOST_STEPS} and step above 0, at most 1")
        if self.jitter < 0 or not 0 <= self.decay < 1 or self.blur < 0:
            raise ValueError("jitter and blur must be ≥ 0, decay at least 0 and below 1")


@dataclass(frozen=True, eq=False)
class Climb:
    """How far it has come.

    Attributes
    ----------
    done, total : steps.
    values : the goal before the first step and after each; (done + 1).
    numbers : the picture as the first layer gets it, (channels, rows, columns) float32.
    pixels : the same in colours, (rows, columns, 3) uint8 RGB.
    blind_steps : steps in which no cell changed the goal, as behind a ReLU that is off: then what is before the
        activation was climbed, or where nothing changes that either, noise was tried.
    """

    done: int
    total: int
    values: tuple[float, ...]
    numbers: np.ndarray
    pixels: np.ndarray
    blind_steps: int = 0


@dataclass(frozen=True, eq=False)
class _Space:
    """The numbers of black, grey and white in the input of the first layer, (channels, 1, 1) each."""

    black: np.ndarray
    white: np.ndarray
    preprocessing: Preprocessing | None = field(default=None)

    @property
    def grey(self) -> np.ndarray:
        grey: np.ndarray = (self.black + self.white) / 2
        return grey

    @property
    def range(self) -> np.ndarray:
        distance: np.ndarray = self.white - self.black
        return distance

    def clipped(self, numbers: np.ndarray) -> np.ndarray:
        low, high = np.minimum(self.black, self.white), np.maximum(self.black, self.white)
        found: np.ndarray = np.clip(numbers, low, high)
        return found

    def pixels(self, numbers: np.ndarray) -> np.ndarray:
        """Return (rows, columns, 3) uint8 RGB; channels that are no colours as the grey of their mean."""
        light = (numbers - self.black) / self.range
        if self.preprocessing is not None:
            light = light_from(numbers, self.preprocessing)
            light = light[::-1] if self.preprocessing.order == "bgr" else light
        if len(light) != 3:
            light = light.mean(axis=0, keepdims=True).repeat(3, axis=0)
        rgb: np.ndarray = np.rint(np.clip(light, 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)
        return np.ascontiguousarray(rgb)


class Ascent:
    """One climb, which can be gone on with.

    Raises
    ------
    ValueError : the picture has other axes than rows and columns, or a layer cannot be computed; a sentence.
    """

    def __init__(self, project: Project, layer_id: str, wish: AscentWish, frame: Frame) -> None:
        if len(frame.spatial) != 2:
            raise ValueError("Only pictures of rows and columns are made.")
        self.wish = wish
        self._layer = project.position(layer_id)
        self._rng = np.random.default_rng(wish.seed)
        given, _ = choose_input(frame, project.channels, project.numbers, project.preprocessing)
        self._space = _space_of(project, frame, len(given))
        shape = given.shape
        if wish.start != "picture" or wish.goal == "middle":
            shape = shape_for(project, self._layer, shape, wish.goal)
        built = build(project.layers[: self._layer + 1], shape).graph
        self._graph = built
        if plan_preview(built, shape) != Preview():  # each step computes all maps and the way back
            raise ValueError("The picture is too large for these layers; start from noise, which makes a small one.")
        self._sums = _before_activation(project, self._layer, self._graph, shape)
        self._numbers = self._begun(given, shape)
        self._values: list[float] = []
        self._blind_steps = 0
        self._total = 0
        self._is_of_one_place = False

    def climb(self) -> Iterator[Climb]:
        """Go all steps of the wish, again if this was called before; each gives what is reached then."""
        if not self._values:
            self._values.append(self._value(self._numbers))
        self._total += self.wish.steps
        yield self._reached()
        for _ in range(self.wish.steps):
            _threads.check()
            self._step()
            yield self._reached()

    def _reached(self) -> Climb:
        numbers = self._numbers
        done = len(self._values) - 1
        pixels = self._space.pixels(numbers)
        return Climb(done, self._total, tuple(self._values), numbers, pixels, self._blind_steps)

    def _step(self) -> None:
        wish, space = self.wish, self._space
        jitter = 0 if self._is_of_one_place else wish.jitter
        shift = tuple(int(i) for i in self._rng.integers(-jitter, jitter + 1, 2))
        gradient, largest = self._slope(np.roll(self._numbers, shift, (1, 2)))
        gradient = np.roll(gradient, (-shift[0], -shift[1]), (1, 2))
        numbers = self._numbers + wish.step * np.abs(space.range) * (gradient / largest)
        numbers = space.grey + (numbers - space.grey) * (1 - wish.decay)
        if wish.blur and len(self._values) % _BLUR_EACH == 0:
            numbers = np.stack([cv2.GaussianBlur(plane, (0, 0), wish.blur) for plane in numbers])
        self._numbers = space.clipped(numbers).astype(np.float32)
        self._values.append(self._value(self._numbers))

    def _slope(self, numbers: np.ndarray) -> tuple[np.ndarray, float]:
        """Return which way the goal rises, (channels, rows, columns) float64, and the largest slope."""
        for graph in (self._graph, self._sums):
            if graph is None:
                continue
            gradient = self._gradient(graph, numbers)
            largest = float(np.abs(gradient).max())
            if np.isfinite(largest) and largest > 0:
                self._blind_steps += graph is not self._graph
                return gradient, largest
        self._blind_steps += 1
        return self._rng.uniform(-1, 1, numbers.shape), 1.0

    def _value(self, numbers: np.ndarray) -> float:
        evaluation = _evaluated(self._graph, numbers, keep={self._layer})
        maps, channel = evaluation[self._layer], self.wish.channel
        if channel >= len(maps):
            raise ValueError(f"The layer has {len(maps)} maps here; there is no map {channel + 1}.")
        self._is_of_one_place = maps.ndim > 1 and self.wish.goal == "middle"
        return float(np.mean(maps[self._where(maps)], dtype=np.float64))

    def _gradient(self, graph: Graph, numbers: np.ndarray) -> np.ndarray:
        evaluation = _evaluated(graph, numbers)
        maps = evaluation[len(graph) - 1]
        start, where = np.zeros_like(maps), self._where(maps)
        start[where] = 1 / max(1, np.size(maps[where]))
        with np.errstate(all="ignore"):
            return core.input_gradient(evaluation, start).astype(np.float64)

    def _where(self, maps: np.ndarray) -> tuple[int, ...]:
        """Return the part of the maps that is the goal."""
        channel = self.wish.channel
        return (channel,) if self.wish.goal == "map" else (channel, *(n // 2 for n in maps.shape[1:]))

    def _begun(self, given: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        if self.wish.start == "picture":  # its middle, if only that counts
            top, left = ((n - wanted) // 2 for n, wanted in zip(given.shape[1:], shape[1:], strict=True))
            return np.array(given[:, top : top + shape[1], left : left + shape[2]], np.float32)
        begun = np.broadcast_to(self._space.grey, shape).astype(np.float32)
        if self.wish.start == "noise":
            begun = begun + _NOISE * np.abs(self._space.range) * self._rng.standard_normal(shape)
        return self._space.clipped(begun).astype(np.float32)


def _evaluated(graph: Graph, numbers: np.ndarray, keep: set[int] | None = None) -> Evaluation:
    evaluation = core.evaluate(graph, numbers, keep=keep)
    failed = next((result.error for result in evaluation.results if result.error), "")
    if failed:
        raise ValueError(failed)
    return evaluation


def _before_activation(project: Project, layer: int, graph: Graph, shape: tuple[int, ...]) -> Graph | None:
    """Return the graph whose last layer gives the sums that a layer activates value by value; None if it does not."""
    below = layer
    while isinstance(one := graph.layers[below], Activation) and not one.is_over_channels:
        below = graph.inputs[below][0]
        if below < 0:
            return None
    row = project.layers[below]
    activation = graph.layers[below].activation
    if graph.layers[below].is_summing and not activation.is_linear and not activation.is_over_channels:
        row = row.with_settings(activation="linear")
    elif below == layer:
        return None
    return build((*project.layers[:below], row), shape).graph


def shape_for(project: Project, layer: int, shape: tuple[int, ...], goal: str) -> tuple[int, ...]:
    """Return the shape of the picture that is made, no larger than the window's and as small as shows all of it.

    Of one value it is its receptive field with a little around; of a map so many cells that it is seen again and again.
    A network whose preprocessing or whose dense layers want a size gets that.
    """
    prepared = project.preprocessing
    if prepared is not None and prepared.size is not None:
        return shape
    smaller = (shape[0], *(min(n, SIDE) for n in shape[1:]))
    for wanted in (_field_shape(project, layer, shape) if goal == "middle" else None, smaller):
        if wanted is not None and _field_in(project, layer, wanted) is not None:
            return wanted
    return shape


def _field_shape(project: Project, layer: int, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the shape of what one value of a map sees, with a step around it; None where it sees everything."""
    field = _field_in(project, layer, shape)
    if field is None or not all(field.jump):
        return None
    sides = (
        min(n, math.ceil(size) + 2 * max(1, math.ceil(jump)))
        for size, jump, n in zip(field.size, field.jump, shape[1:], strict=True)
    )
    return (shape[0], *sides)


def _field_in(project: Project, layer: int, shape: tuple[int, ...]) -> Field | None:
    """Return what the values of a layer see of a picture of this shape; None if the layers cannot take it."""
    try:
        graph = build(project.layers[: layer + 1], shape).graph
        return core.receptive_field(graph.leading_to(layer), shape)[-1]
    except ValueError:  # a dense layer behind flattened maps has as many weights as the picture has cells
        return None


def _space_of(project: Project, frame: Frame, channels: int) -> _Space:
    prepared = project.preprocessing
    if prepared is None:
        white = white_of(frame, project.numbers)
        return _Space(np.zeros((channels, 1, 1), np.float32), np.full((channels, 1, 1), white, np.float32))
    ends = numbers_of(np.broadcast_to(np.array([0, 1], np.float32), (channels, 1, 2)), prepared)
    return _Space(ends[:, :, :1], ends[:, :, 1:], prepared)
