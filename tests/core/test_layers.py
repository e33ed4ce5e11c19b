"""Layers: normalised and checked when made, and saying in advance what they give."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings

from convexplorer.core.convolution.conv import conv
from convexplorer.core.explain.trace import trace
from convexplorer.core.layers import (
    LAYERS,
    OPERATIONS,
    Activation,
    Add,
    Average,
    AveragePool,
    BatchNorm,
    CombineMaps,
    Concatenate,
    Conv,
    ConvTranspose,
    Crop,
    Dense,
    DepthToSpace,
    DepthwiseConv,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    GroupNorm,
    Identity,
    LayerNorm,
    LocalResponseNorm,
    Maximum,
    MaxPool,
    Minimum,
    Multiply,
    Pad,
    Permute,
    PRelu,
    Rescaling,
    Reshape,
    Resize,
    ScaleShift,
    SelectMaps,
    SeparableConv,
    SpaceToDepth,
    Subtract,
    Unpool,
    Upsample,
    ZeroPad,
)
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.operators.pool import average_pool, max_pool
from tests.core.cases import cases

RNG = np.random.default_rng(0)


def weights(*shape):
    return RNG.normal(size=shape)


# Each takes maps of shape (2, 7, 9); a table may have several examples of a layer.
EXAMPLES = {
    "conv": [
        Conv(weights(4, 2, 3, 3), weights(4), strides=2, padding="same", activation="relu"),
        Conv(weights(4, 1, 3, 2), groups=2, dilation_rate=2, padding=1, border="reflect", activation="softmax"),
        Conv(weights(4, 2, 1, 1), activation="glu"),
    ],
    "conv_transpose": [
        ConvTranspose(weights(2, 3, 3, 3), weights(3), strides=2, padding="same", activation="tanh"),
        ConvTranspose(weights(2, 3, 2, 4), weights(6), strides=3, groups=2, padding=1, output_padding=2, border="edge"),
    ],
    "depthwise_conv": [DepthwiseConv(weights(2, 3, 3, 3), weights(6), strides=(1, 2), padding="same")],
    "separable_conv": [
        SeparableConv(weights(2, 2, 3, 3), weights(5, 4, 1, 1), weights(5), padding="same", activation="elu")
    ],
    "max_pool": [MaxPool((2, 3), strides=(2, 2)), MaxPool(2, dilation_rate=2, strides=1, ceil_mode=True)],
    "average_pool": [AveragePool(2, padding="same"), AveragePool(3, strides=2, padding=1, count_include_pad=True)],
    "global_max_pool": [GlobalMaxPool(), GlobalMaxPool(keepdims=True)],
    "global_average_pool": [GlobalAveragePool(), GlobalAveragePool(keepdims=True)],
    "upsample": [
        Upsample((2, 3)),
        Upsample(2, interpolation="bilinear"),
        Upsample(2, interpolation="bilinear", align_corners=True),
    ],
    "batch_norm": [BatchNorm([2, 3], [1, -1], [0.5, 1], [1, 4]), BatchNorm(None, None, [0, 1], [1, 2], epsilon=1e-5)],
    "flatten": [Flatten(), Flatten(channels_last=True)],
    "dense": [Dense(weights(5, 2), weights(5), activation="sigmoid")],
    "activation": [Activation("leaky_relu"), Activation("log_softmax"), Activation("glu")],
    "identity": [Identity()],
    "zero_pad": [ZeroPad(), ZeroPad(((1, 2), (0, 3)))],
    "crop": [Crop(), Crop(((1, 2), (0, 3)))],
    "unpool": [Unpool(2), Unpool(3, strides=2, padding="same")],
    "local_response_norm": [LocalResponseNorm(1, bias=2, alpha=0.5, beta=0.75), LocalResponseNorm(0)],
    "rescaling": [Rescaling(1 / 255), Rescaling(-2, offset=0.5)],
    "prelu": [PRelu([0.25, -2])],
    "scale_shift": [ScaleShift([2, -0.5], [1, 0])],
    "select_maps": [SelectMaps([1]), SelectMaps([1, 0, 1])],
    "pad": [
        Pad(value=0.5),
        Pad(((1, 2), (0, 3)), border="reflect"),
        Pad(2, border="wrap"),
        Pad(((0, 1), (3, 0)), border="edge"),
    ],
    "resize": [
        Resize((5, 17), interpolation="bilinear"),
        Resize((9, 1), interpolation="bilinear", coordinates="pytorch_half_pixel"),
        Resize((12, 4), interpolation="bilinear", coordinates="align_corners"),
        Resize(scale=1.5, coordinates="asymmetric", nearest="floor"),
        Resize(scale=0.6),
        Resize((3, 20), nearest="round_prefer_ceil"),
        Resize(scale=2.2, coordinates="align_corners", nearest="ceil"),
        Resize((5, 17), interpolation="bicubic"),
        Resize(scale=1.5, interpolation="bicubic", coordinates="asymmetric", cubic=-0.5),
        Resize((12, 4), interpolation="bicubic", coordinates="align_corners"),
    ],
    "group_norm": [GroupNorm([2, -1], [0.5, 1]), GroupNorm([1, 3], [0, 2], groups=2, epsilon=1e-5)],
    "layer_norm": [LayerNorm([2, -1], [0.5, 1]), LayerNorm([1, 3], [0, 0], epsilon=0.5)],
    "depth_to_space": [DepthToSpace(1)],
    "space_to_depth": [SpaceToDepth(1)],
    "reshape": [Reshape((9, 7, 2)), Reshape((-1, 3), channels_last=True), Reshape((126,))],
    "permute": [Permute((0, 2, 1)), Permute((1, 2, 0))],
    "add": [Add()],
    "subtract": [Subtract()],
    "multiply": [Multiply()],
    "average": [Average()],
    "maximum": [Maximum()],
    "minimum": [Minimum()],
    "concatenate": [Concatenate()],
    "combine_maps": [
        *(CombineMaps(operation, first=1, second=0) for operation in OPERATIONS),
        CombineMaps("multiply", first=1, second=1),
        CombineMaps("subtract", is_paired=True),
        CombineMaps("orientation", is_paired=True),
    ],
}
EVERY = pytest.mark.parametrize("layer", [layer for layers in EXAMPLES.values() for layer in layers])
SHAPE = (2, 7, 9)


def shapes_of(layer):
    """Return the shapes that an example takes: three where it takes any number of inputs."""
    if isinstance(layer, Unpool):
        return [MaxPool(layer.pool_size, strides=layer.strides, padding=layer.padding).output_shape(SHAPE), SHAPE]
    return [SHAPE] * (layer.input_count or 3)


def inputs_of(layer, rng, dtype=np.float64):
    """Return inputs whose values lie apart, and away from 0: no step changes a largest value or turns a corner."""
    shapes = shapes_of(layer)
    sizes = [int(np.prod(shape)) for shape in shapes]
    values = (rng.permutation(sum(sizes)) - sum(sizes) / 2 + 0.2) / 20
    parts = np.split(values, np.cumsum(sizes)[:-1])
    return [part.reshape(shape).astype(dtype) for part, shape in zip(parts, shapes, strict=True)]


def test_every_layer_has_an_example():
    assert set(EXAMPLES) == set(LAYERS)
    assert all(isinstance(layer, LAYERS[name]) for name, layers in EXAMPLES.items() for layer in layers)


@EVERY
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_output_shape_tells_what_a_call_gives(layer, dtype):
    xs = inputs_of(layer, np.random.default_rng(0), dtype)
    before = [x.copy() for x in xs]

    y = layer(*xs)

    assert y.shape == layer.output_shape(*(x.shape for x in xs))
    assert y.dtype == dtype
    assert all(map(np.array_equal, xs, before))
    assert isinstance(layer, Identity) or not any(np.shares_memory(x, y) for x in xs)


@EVERY
def test_gradients_are_those_of_finite_differences(layer):
    xs = inputs_of(layer, np.random.default_rng(1))
    y = layer(*xs)
    gradient = np.random.default_rng(2).normal(size=y.shape)

    computed = layer.input_gradients(gradient, *xs)

    assert len(computed) == len(xs)
    for which, (x, one) in enumerate(zip(xs, computed, strict=True)):
        assert (one.shape, one.dtype) == (x.shape, x.dtype)
        rows, columns = x.shape[1:]
        for place in [(0, 0, 0), (1, rows - 1, columns - 1), (0, rows // 2, columns // 2), (1, rows // 3, columns - 2)]:
            values = []
            for step in (1e-6, -1e-6):
                moved = [each.copy() for each in xs]
                moved[which][place] += step
                values.append(layer(*moved))
            expected = ((values[0] - values[1]) * gradient).sum() / 2e-6
            assert one[place] == pytest.approx(expected, rel=1e-6, abs=1e-7)


@EVERY
def test_magnitudes_bound_what_a_map_can_hold_before_activation(layer):
    xs = inputs_of(layer, np.random.default_rng(3))

    magnitudes = layer.magnitudes(*xs)

    if magnitudes is not None and getattr(layer, "border", "zeros") == "zeros":
        sums = layer.linear(*xs) if hasattr(layer, "linear") else layer(*xs)
        assert len(magnitudes) == len(sums)
        assert np.all(np.abs(sums).reshape(len(sums), -1).max(axis=1) <= np.array(magnitudes) * (1 + 1e-12))


@EVERY
def test_every_value_is_explained(layer):
    xs = inputs_of(layer, np.random.default_rng(4))
    y = layer(*xs)

    for place in np.ndindex(*y.shape):
        traced = trace(layer, tuple(xs), place)

        assert traced.value == pytest.approx(y[place], rel=1e-9, abs=1e-12)
        assert traced.reference == pytest.approx(y[place], rel=1e-9, abs=1e-12)
        if traced.kind != "separable":
            assert_read_from(traced, xs)


def assert_read_from(traced, xs):
    for n, channel in enumerate(traced.channels):
        x = xs[traced.inputs[n]] if traced.inputs else xs[0]
        for tap in np.ndindex(*traced.values.shape[1:]):
            cell = tuple(int(source[k]) for source, k in zip(traced.window.sources, tap, strict=True))
            if traced.counted[(n, *tap)] and min(cell, default=0) >= 0:
                assert traced.values[(n, *tap)] == x[(channel, *cell)]


@EVERY
def test_the_gradient_of_one_value_is_that_of_whole_maps_where_it_is_not_zero(layer):
    xs = inputs_of(layer, np.random.default_rng(5))
    y = layer(*xs)
    rng = np.random.default_rng(6)

    for _ in range(4):
        place = tuple(rng.integers(0, y.shape).tolist())
        gradient = np.zeros(y.shape)
        gradient[place] = 1
        one = np.zeros((len(y), *(1,) * (y.ndim - 1)))
        one[place[0]] = 1

        parts = layer.back(Part(place[1:], one), *xs)

        for part, expected in zip(parts, layer.input_gradients(gradient, *xs), strict=True):
            found = np.zeros(expected.shape)
            found[part.places] = part.gradient
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@EVERY
def test_outputs_depend_on_no_cell_outside_of_their_taps(layer):
    xs = inputs_of(layer, np.random.default_rng(7))
    if layer.sees_all:
        return
    spatials = [x.shape[1:] for x in xs]
    rng = np.random.default_rng(8)

    for which, x in enumerate(xs):
        cell = tuple(rng.integers(0, x.shape[1:]).tolist())
        moved = [each.copy() for each in xs]
        moved[which][(slice(None), *cell)] = 100
        changed = np.any(layer(*moved) != layer(*xs), axis=0)

        axes = layer.taps(*spatials, of=which)
        reached = [
            np.isin(np.arange(a.output), a.reached_from(np.array([i]))[0]) for a, i in zip(axes, cell, strict=True)
        ]
        assert not changed[~np.logical_and.outer(*reached)].any()


@EVERY
def test_costs_are_counted_without_computing(layer):
    weights = [
        getattr(layer, name, None)
        for name in ("kernel", "bias", "gamma", "beta", "pointwise_kernel", "slope", "scale", "shift")
    ]
    weights += [layer.depthwise.kernel] if isinstance(layer, SeparableConv) else []

    assert layer.parameter_count == sum(one.size for one in weights if isinstance(one, np.ndarray))
    assert (layer.multiply_adds(*shapes_of(layer)) > 0) == (
        layer.parameter_count > 0 or isinstance(layer, BatchNorm | Rescaling)
    )


@pytest.mark.parametrize("name", LAYERS)
def test_layers_are_frozen(name):
    with pytest.raises(dataclasses.FrozenInstanceError):
        EXAMPLES[name][0].padding = "valid"


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
        (lambda: MaxPool(2, dilation_rate=0), "dilation_rate must be ≥ 1; got 0"),
        (lambda: ConvTranspose(np.ones((3, 3))), "kernel must have the shape"),
        (lambda: ConvTranspose(np.ones((4, 2, 3)), [1], groups=2), r"bias must have the shape \(4,\)"),
        (lambda: ConvTranspose(np.ones((1, 1, 3)), output_padding=1), "output_padding must be smaller than strides"),
        (lambda: ConvTranspose(np.ones((1, 1, 3)), strides=2, output_padding=-1), "output_padding must be ≥ 0; got -1"),
        (lambda: DepthwiseConv(np.ones((3, 3))), r"kernel must have the shape \(channels, multiplier, \*size\)"),
        (
            lambda: SeparableConv(np.ones((3, 1, 3)), np.ones((4, 2, 1))),
            r"pointwise_kernel must have .* \(filters, 3, 1\)",
        ),
        (lambda: Upsample(0), "size must be ≥ 1; got 0"),
        (lambda: Upsample(2, interpolation="cubic"), "interpolation must be one of"),
        (lambda: BatchNorm([1], None, [0, 0], [1, 1]), r"gamma must have the shape \(2,\)"),
        (lambda: Dense(np.ones(3)), r"kernel must have the shape \(units, inputs\)"),
        (lambda: Dense(np.ones((2, 3)), [1]), r"bias must have the shape \(2,\)"),
        (lambda: Activation("softmax", {"axis": 1}), "Softmax has no parameter; got axis"),
        (lambda: Activation("relu", {"slope": 1}), "ReLU has no parameter; got slope"),
        (lambda: Activation("leaky_relu", {"slope": 1}), "Leaky ReLU has the parameter negative_slope; got slope"),
        (
            lambda: Activation("threshold", {"at": 1}),
            "Threshold has the parameters threshold and default_value; got at",
        ),
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
    with pytest.raises(ValueError, match="x must have 4 channels, as the kernel has; got 1"):
        ConvTranspose(np.ones((4, 1, 3, 3))).output_shape((1, 8, 8))
    with pytest.raises(ValueError, match="x must have 2 channels, as the mean has"):
        BatchNorm(None, None, [0, 0], [1, 1]).output_shape((1, 8, 8))
    with pytest.raises(ValueError, match="x must have 3 inputs along its first axis"):
        Dense(np.ones((1, 3))).output_shape((4,))
    with pytest.raises(ValueError, match=r"x must have the shape \(channels, \*spatial\); got \(4,\)"):
        GlobalMaxPool().output_shape((4,))
    with pytest.raises(ValueError, match=r"x must have the shape \(channels, \*spatial\); got \(4,\)"):
        Flatten().output_shape((4,))
    with pytest.raises(ValueError, match="x must have an even number of channels for glu; got 3"):
        Conv(np.ones((3, 1, 1, 1)), activation="glu").output_shape((1, 8, 8))


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
