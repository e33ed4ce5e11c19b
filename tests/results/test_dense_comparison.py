"""The dense layer between the same values is counted as if its matrix were written out."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core import MaxPool
from convexplorer.core.layers import Conv, ConvTranspose, Dense, DepthwiseConv, SeparableConv
from convexplorer.results.dense_comparison import compare_with_dense, dense_example


def ones(*shape):
    return np.ones(shape, np.float32)


@st.composite
def layers(draw):
    """Return a convolution whose weights are all 1, and the shape of an input."""
    size = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    placing = {
        "strides": draw(st.tuples(st.integers(1, 2), st.integers(1, 2))),
        "padding": draw(st.sampled_from(["valid", "same"])),
        "dilation_rate": draw(st.tuples(st.integers(1, 2), st.integers(1, 2))),
        "border": draw(st.sampled_from(["zeros", "edge", "wrap"])),
    }
    kind = draw(st.sampled_from(["conv", "groups", "depthwise", "separable", "transpose"]))
    made = {
        "conv": lambda: Conv(ones(3, 4, *size), **placing),
        "groups": lambda: Conv(ones(6, 2, *size), groups=2, **placing),
        "depthwise": lambda: DepthwiseConv(ones(4, 2, *size), **placing),
        "separable": lambda: SeparableConv(ones(4, 1, *size), ones(3, 4, 1, 1), **placing),
        "transpose": lambda: ConvTranspose(ones(4, 3, *size), strides=placing["strides"], padding="valid"),
    }
    return made[kind](), (4, draw(st.integers(5, 6)), draw(st.integers(5, 6)))


def written_out(layer, shape) -> np.ndarray:
    """Return the matrix of the dense layer that gives the same outputs, (outputs, inputs)."""
    count = math.prod(shape)
    cells = np.eye(count, dtype=np.float32).reshape(count, *shape)
    return np.stack([layer(cell).reshape(-1) for cell in cells], axis=1)


@given(layers())
def test_connections_are_the_entries_that_are_not_0(case):
    layer, shape = case
    matrix, found = written_out(layer, shape), compare_with_dense(layer, shape)

    assert (found.outputs, found.inputs) == matrix.shape
    assert found.dense_weights == matrix.size
    assert found.connections == np.count_nonzero(matrix)
    assert found.weights == layer.parameter_count
    assert found.products == layer.multiply_adds(shape)


@given(st.integers(0, 2), st.integers(0, 2), layers())
def test_a_weight_is_used_where_it_meets_a_cell(row, column, case):
    layer, shape = case
    if not isinstance(layer, Conv) or layer.border != "zeros":
        return
    i, j = row % layer.kernel.shape[2], column % layer.kernel.shape[3]
    kernel = np.zeros_like(layer.kernel)
    kernel[0, 0, i, j] = 1
    alone = Conv(kernel, groups=layer.groups, **layer.placing)

    uses = np.count_nonzero(written_out(alone, shape))

    least, most = compare_with_dense(layer, shape).uses
    assert least <= uses <= most


def test_the_extremes_of_the_uses_are_reached():
    layer = Conv(ones(1, 1, 3, 3), padding="same")

    assert compare_with_dense(layer, (1, 6, 7)).uses == (5 * 6, 6 * 7)


def test_a_dense_layer_uses_every_weight_once():
    found = compare_with_dense(Dense(ones(10, 400)), (400,))

    assert (found.weights, found.dense_weights, found.connections, found.uses) == (4000, 4000, 4000, (1, 1))


def test_a_1x1_convolution_is_a_dense_layer_in_every_place():
    found = compare_with_dense(Conv(ones(8, 3, 1, 1)), (3, 5, 4))

    assert found.uses == (20, 20)
    assert found.connections == 8 * 3 * 20


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_the_example_is_the_kernel_on_diagonals(padding):
    kernel = np.arange(1, 10, dtype=np.float32).reshape(1, 1, 3, 3)
    x = np.random.default_rng(1).normal(size=(1, 5, 5)).astype(np.float32)
    layer = Conv(kernel, np.array([2.0]), padding=padding, activation="relu")

    example = dense_example(layer, 0)

    assert example.spatial == (5, 5)
    assert set(np.unique(example.matrix)) == {0, *range(1, 10)}
    np.testing.assert_allclose(
        example.matrix @ x.reshape(-1), Conv(kernel, padding=padding)(x).reshape(-1), rtol=1e-5, atol=1e-5
    )
    # The same weights stand in each row, one cell further; at a border some of them are left out.
    inner = example.matrix[example.matrix.shape[0] // 2]
    assert sorted(inner[inner != 0]) == list(range(1, 10))


def test_a_window_too_large_for_an_example_has_none():
    assert dense_example(Conv(ones(1, 1, 15, 15), padding="same"), 0) is None
    assert compare_with_dense(MaxPool(2), (1, 4, 4)) is None
