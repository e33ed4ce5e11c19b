"""Layers: normalised and checked when made, and saying in advance what they give."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings

from convexplorer.core.conv import conv
from convexplorer.core.layers import LAYERS, Activation, AveragePool, Conv, Identity, MaxPool
from convexplorer.core.pool import average_pool, max_pool
from tests.core.cases import cases

EXAMPLES = {
    "conv": Conv(np.ones((4, 2, 3, 3)), np.ones(4), strides=2, padding="same", activation="relu"),
    "max_pool": MaxPool((2, 3), strides=(2, 2)),
    "average_pool": AveragePool(2, padding="same"),
    "activation": Activation("leaky_relu"),
    "identity": Identity(),
}


@pytest.mark.parametrize("name", LAYERS)
def test_output_shape_tells_what_a_call_gives(name):
    x = np.random.default_rng(0).normal(size=(2, 7, 9)).astype(np.float32)

    y = EXAMPLES[name](x)

    assert isinstance(EXAMPLES[name], LAYERS[name])
    assert y.shape == EXAMPLES[name].output_shape(x.shape)
    assert y.dtype == np.float32


@pytest.mark.parametrize("name", LAYERS)
def test_layers_are_frozen(name):
    with pytest.raises(dataclasses.FrozenInstanceError):
        EXAMPLES[name].padding = "valid"


@settings(max_examples=40, deadline=None)
@given(case=cases())
def test_conv_layer_is_conv_with_its_arguments_remembered(case):
    layer = Conv(case.kernel, case.bias, **case.settings, activation="absolute")

    linear = layer.linear(case.x)

    assert np.array_equal(linear, conv(case.x, case.kernel, case.bias, **case.settings))
    assert np.array_equal(layer(case.x), np.abs(linear))
    assert layer.output_shape(case.x.shape) == linear.shape


def test_conv_layer_brings_its_arguments_into_one_form():
    layer = Conv(np.ones((8, 3, 3, 5), int), [0] * 8, strides=2, padding=(1, 2), dilation_rate=(1, 2))

    assert layer.kernel.dtype == np.float32
    assert layer.strides == (2, 2)
    assert layer.padding == ((1, 1), (2, 2))
    assert layer.dilation_rate == (1, 2)
    assert layer.activation == Activation("linear")
    assert layer.parameter_count == 8 * 3 * 3 * 5 + 8


def test_conv_layer_keeps_its_own_read_only_kernel():
    kernel = np.ones((1, 1, 3, 3))
    layer = Conv(kernel)

    kernel[:] = 7

    assert layer.kernel.max() == 1
    assert not layer.kernel.flags.writeable


def test_linear_conv_computes_no_second_array():
    layer = Conv(np.ones((1, 1, 1, 1)))
    linear = layer.linear(np.ones((1, 2, 2)))

    assert layer.activate(linear) is linear


def test_pool_layers_pool():
    x = np.random.default_rng(1).normal(size=(2, 6, 8))

    assert np.array_equal(MaxPool(2)(x), max_pool(x, 2))
    assert np.array_equal(AveragePool((3, 2), strides=1)(x), average_pool(x, (3, 2), strides=1))


def test_pool_sizes_given_as_one_number_fit_any_rank():
    assert MaxPool(2).output_shape((1, 8)) == (1, 4)
    assert MaxPool(2).output_shape((1, 8, 8, 8)) == (1, 4, 4, 4)


def test_activations_are_equal_and_hashable_by_value():
    given_twice = {Activation("elu"), Activation("elu", {"alpha": 1.0}), Activation("elu", {"alpha": 2})}

    assert len(given_twice) == 2
    assert Activation("relu") != "relu"


def test_parameters_of_an_activation_cannot_be_changed():
    with pytest.raises(TypeError):
        Activation("elu").parameters["alpha"] = 3


def test_identity_passes_the_array_itself():
    x = np.ones((1, 2, 2))

    assert Identity()(x) is x


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Conv(np.ones((3, 3))), "kernel must have the shape"),
        (lambda: Conv(np.ones((2, 1, 3, 3)), [1]), r"bias must have the shape \(2,\)"),
        (lambda: Conv(np.ones((2, 1, 3, 3)), strides=0), "strides must be ≥ 1; got 0"),
        (lambda: Conv(np.ones((2, 1, 3, 3)), padding="some"), "padding must be .* got 'some'"),
        (lambda: Conv(np.ones((2, 1, 3, 3)), groups=3), "groups must be ≥ 1 and divide 2 filters; got 3"),
        (lambda: Conv(np.ones((2, 1, 3, 3)), groups=1.0), r"groups must be a whole number; got 1\.0"),
        (lambda: Conv(np.ones((2, 1, 3, 3)), border="far"), "border must be one of .* got 'far'"),
        (lambda: Conv(np.ones((2, 1, 3, 3)), activation="swoosh"), "activation must be one of .* got 'swoosh'"),
        (lambda: MaxPool(0), "pool_size must be ≥ 1; got 0"),
        (lambda: MaxPool(2, strides=(1, 0)), r"strides must be ≥ 1; got \(1, 0\)"),
        (lambda: MaxPool((2, 2), strides=(1, 2, 3)), "strides must be a whole number or one per axis"),
        (lambda: AveragePool(2, padding="some"), "padding must be .* got 'some'"),
        (lambda: Activation("relu", {"slope": 1}), "ReLU has no parameter; got slope"),
        (lambda: Activation("elu", {"alpha": -1}), "alpha must lie in 0…10; got -1"),
    ],
)
def test_a_wrong_argument_is_refused_when_the_layer_is_made(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_layer_says_which_input_it_cannot_take():
    with pytest.raises(ValueError, match="x must have 3 channels, as the kernel has; got 1"):
        Conv(np.ones((1, 3, 3, 3))).output_shape((1, 8, 8))
    with pytest.raises(ValueError, match="kernel size 3 must fit the input in rows; got 2 cells"):
        Conv(np.ones((1, 1, 3, 3))).output_shape((1, 2, 8))


def test_magnitudes_bound_what_a_filter_can_answer():
    rng = np.random.default_rng(0)
    x, layer = rng.normal(size=(2, 9, 9)), Conv(rng.normal(size=(4, 1, 3, 3)), rng.normal(size=4), groups=2)

    magnitudes = layer.magnitudes(x)

    assert np.all(np.abs(layer.linear(x)).max(axis=(1, 2)) <= magnitudes)
    assert Conv(np.ones((1, 1, 3, 3)), [-1]).magnitudes(np.full((1, 5, 5), -2.0)) == (19,)


@pytest.mark.parametrize("value", [np.nan, np.inf, 3e38])
def test_what_is_not_finite_has_no_magnitude(value):
    assert Conv(np.full((1, 1, 1, 1), 1e38)).magnitudes(np.full((1, 2, 2), np.inf)) == (0,)
    assert Conv(np.full((2, 1, 1, 1), np.nan)).magnitudes(np.full((1, 2, 2), value)) == (0, 0)
