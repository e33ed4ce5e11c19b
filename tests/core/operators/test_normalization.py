"""Batch normalisation: the formula, what may be left out, and the two conventions of epsilon."""

import numpy as np
import pytest

from convexplorer.core.operators.normalization import batch_norm

RNG = np.random.default_rng(0)
GAMMA, BETA, MEAN, VARIANCE = RNG.normal(size=(4, 3)) ** 2


@pytest.mark.parametrize("shape", [(3,), (3, 5), (3, 4, 5), (3, 2, 2, 2)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_channel_is_shifted_and_scaled_by_its_own_numbers(shape, dtype):
    x = RNG.normal(size=shape).astype(dtype)

    y = batch_norm(x, GAMMA, BETA, MEAN, VARIANCE)

    assert y.dtype == dtype
    for c in range(3):
        expected = (x[c].astype(float) - MEAN[c]) / np.sqrt(VARIANCE[c] + 1e-3) * GAMMA[c] + BETA[c]
        size = (np.abs(x[c]) + MEAN[c]) / np.sqrt(VARIANCE[c] + 1e-3) * GAMMA[c] + BETA[c]
        assert np.all(np.abs(y[c] - expected) <= 4 * np.finfo(dtype).eps * size)


def test_scale_and_shift_may_be_left_out():
    x = RNG.normal(size=(3, 4))

    assert np.array_equal(batch_norm(x, None, None, MEAN, VARIANCE), batch_norm(x, [1] * 3, [0] * 3, MEAN, VARIANCE))


def test_keras_and_pytorch_take_another_epsilon():
    keras = batch_norm(np.ones((1, 1)), None, None, [0], [0])
    pytorch = batch_norm(np.ones((1, 1)), None, None, [0], [0], epsilon=1e-5)

    assert keras[0, 0] == pytest.approx(1e-3**-0.5)
    assert pytorch[0, 0] == pytest.approx(1e-5**-0.5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"gamma": [1, 2]}, r"gamma must have the shape \(3,\), one number a channel; got \(2,\)"),
        ({"beta": 1}, r"beta must have the shape \(3,\)"),
        ({"mean": [[1, 2, 3]]}, r"mean must have the shape \(3,\)"),
        ({"variance": [1, -2, 1]}, "variance must be ≥ 0; got -2"),
        ({"epsilon": -1}, "epsilon must be ≥ 0; got -1"),
        ({"x": 1.0}, r"gamma must have the shape \(0,\)"),
    ],
)
def test_a_wrong_argument_is_named(arguments, message):
    usual = {"x": np.ones((3, 2)), "gamma": GAMMA, "beta": BETA, "mean": MEAN, "variance": VARIANCE}
    with pytest.raises(ValueError, match=message):
        batch_norm(**usual | arguments)
