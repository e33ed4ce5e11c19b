"""Every activation of the table: shape, precision, NaN, extremes, and known values."""

import numpy as np
import pytest
from scipy import special

from convexplorer.core.activations import ACTIVATION_LABELS, ACTIVATIONS, describe

EVERY = pytest.mark.parametrize("name", ACTIVATIONS)
X = np.linspace(-8, 8, 801)


@EVERY
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_precision_stay_and_the_input_too(name, dtype):
    x = X.astype(dtype).reshape(1, 3, -1)
    before = x.copy()
    x.setflags(write=False)

    y = ACTIVATIONS[name](x)

    assert (y.shape, y.dtype) == (x.shape, dtype)
    assert not np.shares_memory(y, x)
    assert np.array_equal(x, before)


@EVERY
def test_integers_become_float32(name):
    assert ACTIVATIONS[name](np.array([-1, 0, 2])).dtype == np.float32


@EVERY
def test_nan_stays_and_extreme_values_give_no_warning(name):
    y = ACTIVATIONS[name](np.array([np.nan, 3e38, -3e38, np.inf, -np.inf, 0.0], np.float32))

    assert np.isnan(y[0])
    assert not np.isnan(y[[1, 5]]).any()


@EVERY
def test_each_tells_what_it_is(name):
    info = describe(name)

    assert info.function is ACTIVATIONS[name]
    assert info.label == ACTIVATION_LABELS[name]
    assert info.formula
    assert info.explanation.endswith(".")


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("linear", {}, X),
        ("relu", {}, np.maximum(X, 0)),
        ("leaky_relu", {}, np.where(X < 0, 0.2 * X, X)),
        ("leaky_relu", {"negative_slope": 0.5}, np.where(X < 0, 0.5 * X, X)),
        ("absolute", {}, np.abs(X)),
        ("sigmoid", {}, special.expit(X)),
        ("softplus", {}, np.logaddexp(0, X)),
        ("threshold", {"threshold": 1, "default_value": -3}, np.where(X > 1, X, -3)),
        ("relu6", {}, np.clip(X, 0, 6)),
        ("elu", {"alpha": 2}, np.where(X < 0, 2 * np.expm1(X), X)),
        ("silu", {}, X * special.expit(X)),
        ("gelu", {}, X * special.ndtr(X)),
        ("softsign", {}, X / (1 + np.abs(X))),
        ("hard_sigmoid", {}, np.clip(X / 6 + 0.5, 0, 1)),
        ("mish", {}, X * np.tanh(np.logaddexp(0, X))),
        ("soft_shrink", {"threshold": 2}, np.sign(X) * np.maximum(np.abs(X) - 2, 0)),
        ("hard_shrink", {"threshold": 2}, np.where(np.abs(X) > 2, X, 0)),
        ("exponential", {}, np.exp(X)),
    ],
)
def test_values_follow_the_formula(name, parameters, expected):
    np.testing.assert_allclose(ACTIVATIONS[name](X, **parameters), expected, atol=1e-6, rtol=1e-6)


def test_the_approximate_gelu_is_near_the_exact_one():
    np.testing.assert_allclose(ACTIVATIONS["gelu"](X, approximate=True), ACTIVATIONS["gelu"](X), atol=1e-3)


def test_selu_keeps_mean_and_deviation_of_normal_values():
    y = ACTIVATIONS["selu"](np.random.default_rng(0).normal(size=200_000))

    assert abs(y.mean()) < 0.02
    assert abs(y.std() - 1) < 0.02


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"activation must be one of linear, relu, .*; got 'swoosh'"):
        describe("swoosh")
