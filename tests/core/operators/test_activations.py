"""Every activation of the table: shape, precision, NaN, extremes, known values and slopes."""

import numpy as np
import pytest
from scipy import special

from convexplorer.core.operators.activation_gradients import DERIVATIVES, activation_gradient
from convexplorer.core.operators.activations import ACTIVATION_LABELS, ACTIVATIONS, MENU_ACTIVATIONS, describe

EVERY = pytest.mark.parametrize("name", ACTIVATIONS)
EACH_ALONE = pytest.mark.parametrize("name", [name for name in ACTIVATIONS if not describe(name).is_over_channels])
OVER_CHANNELS = pytest.mark.parametrize("name", [name for name in ACTIVATIONS if describe(name).is_over_channels])
X = np.linspace(-8, 8, 801)
LOGARITHM = np.select([X > 0, X == 0], [np.log(np.where(X > 0, X, 1)), -np.inf], np.nan)


@EVERY
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_precision_stay_and_the_input_too(name, dtype):
    x = X[:-1].astype(dtype).reshape(4, 10, -1)
    before = x.copy()
    x.setflags(write=False)

    y = ACTIVATIONS[name](x)

    assert (y.shape, y.dtype) == ((2, *x.shape[1:]) if name == "glu" else x.shape, dtype)
    assert not np.shares_memory(y, x)
    assert np.array_equal(x, before)


@EVERY
def test_integers_become_float32(name):
    assert ACTIVATIONS[name](np.array([-1, 0, 2, 3])).dtype == np.float32


@EACH_ALONE
def test_nan_stays_and_extreme_values_give_no_warning(name):
    y = ACTIVATIONS[name](np.array([np.nan, 3e38, -3e38, np.inf, -np.inf, 0.0], np.float32))

    assert np.isnan(y[0])
    assert not np.isnan(y[[1, 5]]).any()


@OVER_CHANNELS
def test_nan_reaches_only_its_own_place(name):
    x = np.random.default_rng(0).normal(size=(4, 3))
    x[2, 1] = np.nan

    y = ACTIVATIONS[name](x)

    assert np.isnan(y[:, 1]).any()
    assert np.isfinite(y[:, [0, 2]]).all()


@OVER_CHANNELS
@pytest.mark.parametrize("axis", [-4, 3, 1.5])
def test_an_axis_that_is_not_there_is_refused(name, axis):
    with pytest.raises(ValueError, match=f"axis must be a whole number of -3…2 for {name}; got {axis}"):
        ACTIVATIONS[name](np.ones((2, 2, 2)), axis=axis)


@OVER_CHANNELS
def test_any_axis_can_be_the_one(name):
    x = np.random.default_rng(1).normal(size=(2, 3, 4))

    y = ACTIVATIONS[name](x, axis=-1)

    np.testing.assert_allclose(y, np.moveaxis(ACTIVATIONS[name](np.moveaxis(x, 2, 0)), 0, 2), rtol=1e-14)


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
        (
            "relu",
            {"negative_slope": 0.1, "max_value": 6, "threshold": 2},
            np.where(X > 2, np.minimum(X, 6), (X - 2) / 10),
        ),
        ("relu", {"max_value": 5, "threshold": -2}, np.clip(X, 0, 5)),
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
        ("celu", {"alpha": 2}, np.where(X < 0, 2 * np.expm1(X / 2), X)),
        ("hard_silu", {}, X * np.clip(X / 6 + 0.5, 0, 1)),
        ("log_sigmoid", {}, np.log(special.expit(X))),
        ("tanh_shrink", {}, X - np.tanh(X)),
        ("sparse_plus", {}, np.where(X >= 1, X, np.where(X > -1, (X + 1) ** 2 / 4, 0))),
        ("sparse_sigmoid", {}, np.clip((X + 1) / 2, 0, 1)),
        ("squareplus", {}, (X + np.sqrt(X * X + 4)) / 2),
        ("squareplus", {"b": 0}, np.maximum(X, 0)),
        ("logarithm", {}, LOGARITHM),
        ("clip", {"min_value": -2, "max_value": 3}, np.clip(X, -2, 3)),
        ("negative", {}, -X),
        ("square_root", {}, np.where(X < 0, np.nan, np.sqrt(np.abs(X)))),
        ("power", {}, X * X),
        ("power", {"exponent": 3}, X**3),
        ("softmax", {}, special.softmax(X)),
        ("log_softmax", {}, special.log_softmax(X)),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_follow_the_formula(name, parameters, expected, dtype):
    rounding = np.finfo(dtype).eps

    y = ACTIVATIONS[name](X.astype(dtype), **parameters)

    np.testing.assert_allclose(y, expected, atol=16 * rounding, rtol=16 * rounding)


def test_sparsemax_is_the_nearest_point_of_all_shares():
    x = np.random.default_rng(2).normal(size=(6, 50))
    others = np.random.default_rng(3).dirichlet(np.full(6, 0.5), size=2000).T

    y = ACTIVATIONS["sparsemax"](x)

    np.testing.assert_allclose(y.sum(axis=0), 1)
    assert y.min() == 0
    distances = np.linalg.norm(others[:, np.newaxis] - x[:, :, np.newaxis], axis=0)
    assert np.all(np.linalg.norm(y - x, axis=0) <= distances.min(axis=1))


def test_glu_needs_two_halves():
    with pytest.raises(ValueError, match="x must have an even size along axis 0 for glu; got 3"):
        ACTIVATIONS["glu"](np.ones((3, 4)))


def test_where_keras_and_pytorch_differ_both_can_be_said():
    x = np.array([-1.0])

    assert ACTIVATIONS["leaky_relu"](x)[0] == -0.2  # Keras; PyTorch's slope is 0.01
    assert ACTIVATIONS["leaky_relu"](x, negative_slope=0.01)[0] == -0.01
    # PyTorch's Softmax2d goes over the channels as ours does, Keras's default is its last axis, the channels too.
    assert ACTIVATIONS["softmax"](np.zeros((4, 2, 2))).max() == 0.25
    assert ACTIVATIONS["softmax"](np.zeros((4, 2, 2)), axis=-1).max() == 0.5
    assert ACTIVATIONS["glu"](np.zeros((4, 2))).shape == (2, 2)  # Keras's and PyTorch's defaults are the last axis
    assert ACTIVATIONS["glu"](np.zeros((4, 2)), axis=-1).shape == (4, 1)


def test_only_what_keeps_the_maps_is_in_the_menu():
    assert set(ACTIVATIONS) - set(MENU_ACTIVATIONS) == {"glu"}


PARAMETERS = [(name, {}) for name in ACTIVATIONS] + [
    ("relu", {"negative_slope": 0.1, "max_value": 1.4, "threshold": 0.5}),
    ("relu", {"max_value": 1.4, "threshold": -0.5}),
    ("leaky_relu", {"negative_slope": -0.3}),
    ("threshold", {"threshold": -0.4, "default_value": 2}),
    ("elu", {"alpha": 0.3}),
    ("celu", {"alpha": 0.3}),
    ("gelu", {"approximate": True}),
    ("soft_shrink", {"threshold": 1}),
    ("squareplus", {"b": 0.1}),
    ("clip", {"min_value": -0.4, "max_value": 2}),
    ("power", {"exponent": 3}),
    ("power", {"exponent": 0.5}),
]


def test_every_activation_has_its_slope():
    assert set(DERIVATIVES) == set(ACTIVATIONS)


@pytest.mark.parametrize(("name", "parameters"), PARAMETERS)
def test_gradients_are_those_of_finite_differences(name, parameters):
    rng = np.random.default_rng(4)
    # Values stay away from the corners, which lie at multiples of 0.1.
    x = (rng.integers(-45, 45, (4, 200)) + rng.uniform(0.2, 0.8, (4, 200))) / 10
    gradient = rng.normal(size=ACTIVATIONS[name](x).shape)

    computed = activation_gradient(gradient, x, name, **parameters)

    step = 1e-5
    for channel in range(len(x)):
        change = np.zeros_like(x)
        change[channel] = step
        difference = ACTIVATIONS[name](x + change, **parameters) - ACTIVATIONS[name](x - change, **parameters)
        expected = (gradient * difference / (2 * step)).sum(axis=0) if describe(name).is_over_channels else None
        if expected is None:
            expected = (gradient * difference / (2 * step))[channel]
        np.testing.assert_allclose(computed[channel], expected, atol=1e-8, rtol=1e-7)


@EVERY
def test_gradients_keep_shape_and_precision(name):
    x = X[:-1].astype(np.float32).reshape(4, -1)
    gradient = np.ones(ACTIVATIONS[name](x).shape)

    computed = activation_gradient(gradient, x, name)

    assert (computed.shape, computed.dtype) == (x.shape, np.float32)


@EACH_ALONE
def test_the_slope_at_nan_is_nan(name):
    computed = activation_gradient([1, 1], [np.nan, 0.3], name)

    assert np.isnan(computed).tolist() == [True, False]


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"gradient must have the shape of x, \(2,\); got \(3,\)"):
        activation_gradient([1, 2, 3], [1, 2], "relu")


def test_the_approximate_gelu_is_near_the_exact_one():
    np.testing.assert_allclose(ACTIVATIONS["gelu"](X, approximate=True), ACTIVATIONS["gelu"](X), atol=1e-3)


def test_selu_keeps_mean_and_deviation_of_normal_values():
    y = ACTIVATIONS["selu"](np.random.default_rng(0).normal(size=200_000))

    assert abs(y.mean()) < 0.02
    assert abs(y.std() - 1) < 0.02


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"activation must be one of linear, relu, .*; got 'swoosh'"):
        describe("swoosh")


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_parameter_that_an_activation_does_not_have_is_refused(name):
    with pytest.raises(ValueError, match=f"{name} has .*parameter.*; got slope"):
        ACTIVATIONS[name](np.ones((2, 2)), slope=1)
    with pytest.raises(ValueError, match=r"has .*parameter.*; got slope"):
        activation_gradient(np.ones((2, 2)), np.ones((2, 2)), name, slope=1)


def test_the_parameters_that_there_are_are_named():
    with pytest.raises(ValueError, match="leaky_relu has the parameter negative_slope; got slope"):
        ACTIVATIONS["leaky_relu"](np.ones(2), slope=1)
    with pytest.raises(ValueError, match="relu has the parameters negative_slope, max_value and threshold; got slope"):
        ACTIVATIONS["relu"](np.ones(2), slope=1)
