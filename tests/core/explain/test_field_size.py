"""How many cells an output sees: counted by what moves it, behind layers that spread values and beside branches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core import Evaluation, evaluate, field_of, field_size, input_gradient, receptive_field
from convexplorer.core.layers import (
    Add,
    AveragePool,
    Concatenate,
    Conv,
    ConvTranspose,
    Dense,
    DepthToSpace,
    Flatten,
    MaxPool,
    Resize,
    Upsample,
)
from convexplorer.core.network import Graph

N = 72  # divisible by every factor below, and larger than any field


def ones(size: int) -> np.ndarray:
    return np.ones((1, 1, size))


@st.composite
def networks(draw: st.DrawFn) -> Graph:
    """Draw a U: a convolution, a pool, a convolution, something that enlarges, the skip, and what comes behind it."""
    factor = draw(st.sampled_from([2, 3, 4]))
    taps = draw(st.integers(1, 6))
    larger = draw(
        st.sampled_from(
            [
                Upsample(factor),
                Upsample(factor, interpolation="bilinear"),
                Resize(scale=factor, interpolation="nearest"),
                ConvTranspose(ones(max(taps, factor)), strides=factor, padding="same"),
                ConvTranspose(ones(1), strides=factor, padding="same", output_padding=factor - 1),
            ]
        )
    )
    sizes = st.sampled_from([1, 2, 3, 5])
    layers = [
        Conv(ones(draw(sizes)), padding="same"),
        AveragePool(factor),
        Conv(ones(draw(sizes)), padding="same"),
        larger,
        draw(st.sampled_from([Add(), Concatenate()])),
    ]
    channels = 1 if isinstance(layers[4], Add) else 2
    last = draw(st.sampled_from([AveragePool(2), AveragePool(3, strides=1), Upsample(2), Upsample(3)]))
    layers += [Conv(np.ones((1, channels, draw(sizes))), padding="same"), last]
    skip = draw(st.integers(-1, 0))
    return Graph(layers, [(-1,), (0,), (1,), (2,), (3, skip), (4,), (5,)])


def largest_support(evaluation: Evaluation, index: int) -> int:
    """Return how many cells lie between the first and the last that move an output, of the one that sees most."""
    largest = 0
    for cell in range(evaluation[index].shape[1]):
        one = np.zeros(evaluation[index].shape)
        one[0, cell] = 1
        (moving,) = np.nonzero(input_gradient(evaluation, one, index)[0])
        largest = max(largest, int(np.ptp(moving)) + 1 if moving.size else 0)
    return largest


@settings(max_examples=15, deadline=None)
@given(graph=networks())
def test_it_is_the_largest_part_of_the_picture_that_moves_an_output(graph: Graph):
    evaluation = evaluate(graph, np.random.default_rng(0).normal(size=(1, N)))

    sizes = [field_size(graph, (1, N), index) for index in range(len(graph))]

    assert sizes == [(largest_support(evaluation, index),) for index in range(len(graph))]


@settings(max_examples=25, deadline=None)
@given(graph=networks())
def test_it_is_the_largest_box_that_an_output_sees(graph: Graph):
    evaluation = evaluate(graph, np.zeros((1, N)))

    for index, maps in enumerate(evaluation):
        boxes = [field_of(graph, (1, N), index, (cell,)) for cell in range(maps.shape[1])]

        assert field_size(graph, (1, N), index) == (max(stop - first for ((first, stop),) in boxes),)


@settings(max_examples=25, deadline=None)
@given(graph=networks())
def test_where_the_arithmetic_of_strides_is_exact_it_is_that(graph: Graph):
    fields = receptive_field(graph, (1, N))

    sizes = [field_size(graph, (1, N), index) for index in range(len(graph))]

    assert [field.is_regular for field in fields[:4]] == [True, True, True, False]
    for field, size in zip(fields, sizes, strict=True):
        assert field.size >= size
        assert field.size == size or not field.is_regular


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([MaxPool(4), Upsample(4)], [(4, 4), (4, 4)]),
        ([Upsample(2), MaxPool(2)], [(1, 1), (1, 1)]),
        ([Upsample(2), Flatten(), Dense(np.ones((1, 256)))], [(1, 1), (8, 8), (8, 8)]),
        ([ConvTranspose(np.ones((1, 1, 2, 2)), strides=2)], [(1, 1)]),
        ([ConvTranspose(np.ones((1, 1, 3, 3)), strides=2)], [(2, 2)]),
        ([Conv(np.ones((4, 1, 3, 3)), padding="same"), DepthToSpace(2)], [(3, 3), (3, 3)]),
        ([Resize(scale=0.5, interpolation="nearest"), Conv(np.ones((1, 1, 3, 3)), padding="same")], [(1, 1), (5, 5)]),
    ],
)
def test_known_sizes(layers, expected):
    assert [field_size(layers, (1, 8, 8), index) for index in range(len(layers))] == expected


def test_a_window_at_the_rim_of_resized_maps_sees_the_outermost_cells():
    layers = [Resize(scale=0.5, interpolation="nearest"), Conv(np.ones((1, 1, 3)), padding="same")]

    assert field_of(layers, (1, 8), 1, (0,))[0][1] == 3
    assert field_of(layers, (1, 8), 0, (3,)) == ((6, 7),)
