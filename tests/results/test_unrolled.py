"""A layer written as one product of matrices gives its maps, and the columns are its windows."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer import core
from convexplorer.core.layers import Conv, Dense, DepthwiseConv, SeparableConv
from convexplorer.results.unrolled import unroll

BORDERS = ("zeros", "edge", "reflect", "symmetric", "wrap")


@st.composite
def layers(draw):
    """Return a layer that is a product of matrices, and an input for it."""
    rng = np.random.default_rng(draw(st.integers(0, 99)))

    def normal(*shape):
        return rng.normal(size=shape).astype(np.float32)

    size = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    amounts = st.tuples(st.integers(0, 2), st.integers(0, 2))
    placing = {
        "strides": draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
        "padding": draw(st.sampled_from(["valid", "same"]) | st.tuples(amounts, amounts)),
        "dilation_rate": draw(st.tuples(st.integers(1, 2), st.integers(1, 2))),
        "border": draw(st.sampled_from(BORDERS)),
        "activation": draw(st.sampled_from(["linear", "relu"])),
    }
    x = normal(4, draw(st.integers(6, 9)), draw(st.integers(6, 9)))
    kind = draw(st.sampled_from(["conv", "groups", "depthwise", "separable", "dense", "flat"]))
    made = {
        "conv": lambda: Conv(normal(3, 4, *size), normal(3), **placing),
        "groups": lambda: Conv(normal(6, 2, *size), normal(6), groups=2, **placing),
        "depthwise": lambda: DepthwiseConv(normal(4, 2, *size), normal(8), **placing),
        "separable": lambda: SeparableConv(normal(4, 2, *size), normal(3, 8, 1, 1), normal(3), **placing),
        "dense": lambda: Dense(normal(5, 4), normal(5)),
        "flat": lambda: Dense(normal(5, x.size), normal(5)),
    }
    return made[kind](), x.reshape(-1) if kind == "flat" else x


@given(layers())
def test_the_product_of_the_matrices_is_the_map(case):
    layer, x = case
    maps = layer.linear(x)
    for channel in range(len(maps)):
        found = unroll(layer, x, channel)
        row, every = np.array([channel - found.filters.start]), np.arange(found.patches.shape[1])

        np.testing.assert_allclose(found.sums(row, every)[0], maps[channel].reshape(-1), rtol=2e-5, atol=2e-5)
        whole = found.kernel[row] @ found.patches.part(np.arange(found.patches.shape[0]), every)
        bias = 0 if found.bias is None else found.bias[row]
        np.testing.assert_allclose(whole[0] + bias, maps[channel].reshape(-1), rtol=2e-5, atol=2e-5)


@given(layers(), st.data())
def test_a_column_is_what_a_window_reads(case, data):
    layer, x = case
    shape = layer.output_shape(x.shape)
    place = tuple(data.draw(st.integers(0, n - 1)) for n in shape)
    trace = core.trace(layer, x, place)

    found = unroll(layer, x, place[0])
    column = np.array([found.patches.column_of(place[1:])])
    rows = np.arange(found.patches.shape[0])

    assert found.patches.cell_of(int(column[0])) == place[1:]
    np.testing.assert_allclose(found.patches.part(rows, column)[:, 0], trace.values.reshape(-1), rtol=1e-5, atol=1e-5)
    if not trace.stages:
        padding = np.broadcast_to(trace.window.is_padding, trace.values.shape).reshape(-1)
        np.testing.assert_array_equal(found.patches.is_padding(rows, column)[:, 0], padding)
    np.testing.assert_array_equal(found.kernel[place[0] - found.filters.start], trace.weights.reshape(-1))


@given(layers())
def test_entries_are_repeated_cells_and_padded_zeros(case):
    layer, x = case
    found = unroll(layer, np.arange(1, x.size + 1, dtype=np.float32).reshape(x.shape), 0).patches
    if found.mixing is not None:
        return
    entries = found.part(np.arange(found.shape[0]), np.arange(found.shape[1]))
    counts = np.array([(entries == value).sum() for value in found.x.reshape(-1)])

    assert (entries == 0).sum() == found.padded_count
    assert (counts.min(), counts.max()) == found.repeats
    assert math.prod(found.shape) == entries.size


def test_the_rows_of_a_group_read_its_channels_alone():
    x = np.arange(4 * 9, dtype=np.float32).reshape(4, 3, 3)
    layer = Conv(np.ones((6, 2, 3, 3), np.float32), groups=2)

    found = unroll(layer, x, 4)

    assert found.filters == range(3, 6)
    np.testing.assert_array_equal(found.patches.part(np.arange(18), np.array([0]))[:, 0], x[2:].reshape(-1))


@pytest.mark.parametrize("layer", [core.MaxPool(2), core.ConvTranspose(np.ones((1, 1, 2, 2)))])
def test_other_layers_are_no_product(layer):
    assert unroll(layer, np.zeros((1, 4, 4), np.float32), 0) is None
