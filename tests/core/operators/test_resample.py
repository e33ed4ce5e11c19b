"""Upsampling against plain loops, and the two conventions of corners."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.convolution.transpose import conv_transpose
from convexplorer.core.operators.resample import INTERPOLATIONS, upsample
from tests.core import oracle

WAYS = pytest.mark.parametrize(
    ("interpolation", "align_corners"), [("nearest", False), ("bilinear", False), ("bilinear", True)]
)


@WAYS
@settings(max_examples=40)
@given(data=st.data())
def test_it_agrees_with_plain_loops(interpolation, align_corners, data):
    rank = data.draw(st.integers(1, 3))
    spatial = data.draw(st.lists(st.integers(1, 5), min_size=rank, max_size=rank))
    factors = tuple(data.draw(st.lists(st.integers(1, 4), min_size=rank, max_size=rank)))
    x = np.random.default_rng(0).normal(size=(2, *spatial)).astype(np.float32)

    y = upsample(x, factors, interpolation=interpolation, align_corners=align_corners)

    expected = oracle.upsample(x, factors, interpolation, align_corners)
    assert y.dtype == np.float32
    assert y.shape == expected.shape
    assert np.abs(y - expected).max() <= 4 * rank * np.finfo(np.float32).eps * np.abs(x).max()


@WAYS
def test_a_flat_map_stays_flat(interpolation, align_corners):
    y = upsample(np.full((1, 3, 4), 0.7), 3, interpolation=interpolation, align_corners=align_corners)

    np.testing.assert_allclose(y, 0.7, rtol=1e-15)


def test_nearest_is_a_transposed_convolution_with_ones():
    x = np.random.default_rng(1).normal(size=(1, 4, 5))

    assert np.array_equal(upsample(x, (2, 3)), conv_transpose(x, np.ones((1, 1, 2, 3)), strides=(2, 3)))


def test_keras_keeps_edges_and_pytorch_can_keep_centres():
    x = np.array([[0.0, 10.0]])

    assert upsample(x, 2, interpolation="bilinear").tolist() == [[0, 2.5, 7.5, 10]]
    aligned = upsample(x, 2, interpolation="bilinear", align_corners=True)
    np.testing.assert_allclose(aligned, [[0, 10 / 3, 20 / 3, 10]])


@WAYS
def test_nan_reaches_only_the_outputs_between_its_neighbours(interpolation, align_corners):
    x = np.zeros((1, 9))
    x[0, 4] = np.nan

    y = upsample(x, 3, interpolation=interpolation, align_corners=align_corners)

    # Neighbouring centres lie 3 outputs apart, or 26 / 8 when the outermost are aligned.
    center, reach = (4 * 26 / 8, 26 / 8) if align_corners else (13, 2 if interpolation == "nearest" else 3)
    assert np.array_equal(np.isnan(y[0]), np.abs(np.arange(27) - center) < reach)


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
def test_a_factor_of_one_gives_a_new_array(interpolation):
    x = np.ones((1, 3, 3))

    y = upsample(x, 1, interpolation=interpolation)

    assert np.array_equal(y, x)
    assert not np.shares_memory(y, x)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": np.ones(3)}, r"x must have the shape \(channels, \*spatial\)"),
        ({"size": 0}, "size must be ≥ 1; got 0"),
        ({"size": 1.5}, "size must be a whole number or one per axis"),
        ({"interpolation": "cubic"}, "interpolation must be one of nearest, bilinear; got 'cubic'"),
        ({"align_corners": True}, 'align_corners must be False with interpolation "nearest"; got True'),
    ],
)
def test_a_wrong_argument_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        upsample(**{"x": np.ones((1, 3, 3)), **arguments})
