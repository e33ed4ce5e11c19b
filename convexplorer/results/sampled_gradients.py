"""What changes a value, found by changing the picture many times: covered part by part, or with noise over it.

Both give their result in steps, each with all that is known until then, so that it can be seen as it forms.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from convexplorer import _threads, core
from convexplorer._dataclass import dataclass
from convexplorer.core.network import Graph
from convexplorer.model.fitting import numbers_of
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.results.gradient_subject import FILLS, Subject, gradient_of, raw_gradient
from convexplorer.words import number

_PARTS = 8  # a part that is covered by default is so many times smaller than what the value sees
_LEAST_STEPS_TOLD = 20

Part = tuple[slice, slice]


@dataclass(frozen=True, eq=False)
class Step:
    """What is known after some of the changes.

    Attributes
    ----------
    done, total : how many changes have been tried, and will be.
    values : as `gradient_of` returns them.
    """

    done: int
    total: int
    values: np.ndarray


def steps_of(subject: Subject) -> Iterator[Step]:
    """Compute what is wished of a subject; the last step is the result."""
    how = subject.wish.how
    if how == "smooth":
        yield from smoothed(subject)
    elif how == "occlusion":
        yield from occluded(subject)
    else:
        yield Step(1, 1, gradient_of(subject))


def smoothed(subject: Subject) -> Iterator[Step]:
    """Take the mean of the gradients of noisy copies of the picture (Smilkov and others, "SmoothGrad", 2017).

    The noise is normal and drawn from the seed; its deviation is a share of what lies between black and white.
    """
    sampling, graph = subject.wish.sampling, _graph_of(subject)
    rng = np.random.default_rng(sampling.seed)
    image = subject.evaluation.image
    deviation = np.float32(sampling.noise * subject.range)
    mean: np.ndarray | None = None
    for i in range(sampling.samples):
        _threads.check()
        noisy = image + deviation * rng.standard_normal(image.shape, np.float32)
        there = replace(subject, evaluation=core.evaluate(graph, noisy))
        gradient = raw_gradient(there)
        # A running mean of equal gradients is that gradient, to the last digit.
        mean = gradient if mean is None else mean + (gradient - mean) / (i + 1)
        yield Step(i + 1, sampling.samples, mean)


def occluded(subject: Subject) -> Iterator[Step]:
    """Cover the picture part by part, and note by how much that lowers the value (Zeiler and Fergus, 2014).

    A cell gets the mean of all parts that cover it, (1, rows, columns). A part of which the value sees nothing counts
    as one that changes nothing, and is not tried.
    """
    evaluation, graph = subject.evaluation, _graph_of(subject)
    image, value = evaluation.image, _value(subject, evaluation[subject.layer])
    cover, stride = cover_and_stride(subject)
    fill = _fill(subject)
    sums, counts = np.zeros(image.shape[1:]), np.zeros(image.shape[1:])
    parts, unseen = _parts(subject, cover, stride)
    for part in unseen:
        counts[part] += 1
    often = max(1, len(parts) // _LEAST_STEPS_TOLD)
    for done, part in enumerate(parts, start=1):
        _threads.check()
        covered = image.copy()
        covered[:, *part] = fill
        made = core.evaluate(graph, covered, keep={subject.layer})[subject.layer]
        sums[part] += value - _value(subject, made)
        counts[part] += 1
        if done % often == 0 or done == len(parts):
            yield Step(done, len(parts), (sums / np.maximum(counts, 1))[np.newaxis])


def cover_and_stride(subject: Subject) -> tuple[int, int]:
    """Return the side of a part that is covered, and the step to the next one; both suit what the value sees."""
    sampling = subject.wish.sampling
    (top, bottom), (left, right) = _seen(subject)
    side = min(bottom - top, right - left)
    cover = min(sampling.cover or max(1, round(side / _PARTS)), *subject.evaluation.image.shape[1:])
    return cover, sampling.stride or max(1, cover // 2)


def _parts(subject: Subject, cover: int, stride: int) -> tuple[list[Part], list[Part]]:
    """Return the parts that cover something of what the value sees, row by row, and all others."""
    (top, bottom), (left, right) = _seen(subject)
    rows, columns = subject.evaluation.image.shape[1:]
    seen: list[Part] = []
    unseen: list[Part] = []
    for row in _starts(rows, cover, stride):
        for column in _starts(columns, cover, stride):
            is_seen = row < bottom and row + cover > top and column < right and column + cover > left
            part = slice(row, row + cover), slice(column, column + cover)
            (seen if is_seen else unseen).append(part)
    return seen, unseen


def _starts(count: int, cover: int, stride: int) -> list[int]:
    """Return where parts begin along an axis; the last one ends with the picture."""
    last = max(count - cover, 0)
    return sorted({*range(0, last + 1, stride), last})


def _seen(subject: Subject) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the rows and columns that the value may depend on.

    A field that reaches outside may read the other end of the picture, by a border that repeats it.
    """
    evaluation = subject.evaluation
    rows, columns = evaluation.image.shape[1:]
    whole = (0, rows), (0, columns)
    if subject.wish.of != "value":
        return whole
    first, second = core.field_of(evaluation.graph, evaluation.image.shape, subject.layer, subject.place[1:])
    is_inside = first[0] >= 0 and first[1] <= rows and second[0] >= 0 and second[1] <= columns
    return (first, second) if is_inside else whole


def _value(subject: Subject, maps: np.ndarray) -> float:
    if subject.wish.of == "value":
        return float(maps[subject.place])
    return float(maps[subject.place[0]].mean(dtype=np.float64))


def _fill(subject: Subject) -> np.ndarray:
    """Return the numbers that cover a part, (channels, 1, 1)."""
    image, fill = subject.evaluation.image, subject.wish.sampling.fill
    if fill == "mean":
        mean: np.ndarray = image.mean(axis=(1, 2), keepdims=True, dtype=np.float64).astype(image.dtype)
        return mean
    if fill == "zero":
        return np.zeros((len(image), 1, 1), image.dtype)
    return grey_of(len(image), subject.preprocessing, subject.range)


def grey_of(channels: int, preprocessing: Preprocessing | None, white: float) -> np.ndarray:
    """Return the numbers halfway between black and white in the input of a network, (channels, 1, 1) float32."""
    if preprocessing is not None:
        return numbers_of(np.full((channels, 1, 1), 0.5, np.float32), preprocessing)
    return np.full((channels, 1, 1), white / 2, np.float32)


def _graph_of(subject: Subject) -> Graph:
    graph = subject.evaluation.graph
    return Graph(graph.layers[: subject.layer + 1], graph.inputs[: subject.layer + 1])


def sampling_words(subject: Subject) -> str:
    """Return in a sentence how the picture was changed; "" where it was not."""
    sampling = subject.wish.sampling
    if subject.wish.how == "smooth":
        deviation = number(sampling.noise * subject.range)
        copies = f"{sampling.samples} noisy cop{'y' if sampling.samples == 1 else 'ies'}"
        return f"Mean of {copies} with deviation {deviation}, seed {sampling.seed}."
    if subject.wish.how == "occlusion":
        cover, stride = cover_and_stride(subject)
        return f"Parts of {cover} × {cover} cells, {stride} apart, covered with {FILLS[sampling.fill][0]}."
    return ""
