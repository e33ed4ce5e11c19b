"""How a value came about: every number against plain loops in float64, and against the map it explains."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer import core
from convexplorer.core.explain.trace import nearest_place, not_finite_origin, trace, trace_in
from convexplorer.core.layers import (
    LAYERS,
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    DepthwiseConv,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Identity,
    Layer,
    MaxPool,
    PlainLayer,
    SeparableConv,
    Upsample,
)
from convexplorer.core.network import evaluate
from tests.core import oracle
from tests.core.cases import cases, transposed_cases
from tests.core.operators.test_pool import poolings


def drawn_place(data, shape):
    return tuple(data.draw(st.integers(0, n - 1)) for n in shape)


def assert_close(traced, expected, terms):
    """Compare with the oracle; allowed is one rounding per term, of the sum of the absolute products."""
    largest = np.abs(traced.products).sum() + abs(traced.bias)
    allowed = (terms + 2) * np.finfo(traced.values.dtype).eps * largest

    assert abs(traced.linear - expected) <= allowed
    assert abs(traced.running[-1] + traced.bias - expected) <= allowed
    assert abs(traced.sums.sum() + traced.bias - expected) <= allowed
    np.testing.assert_allclose(traced.reference, expected, rtol=1e-12, atol=1e-12 * (1 + largest))


@given(case=cases(), data=st.data())
def test_every_convolution_is_explained_as_the_loops_compute_it(case, data):
    layer = Conv(case.kernel, case.bias, **case.settings)
    expected = oracle.conv(case.x, case.kernel, case.bias, **case.settings)
    place = drawn_place(data, expected.shape)

    traced = trace(layer, case.x, place)

    assert traced.values.dtype == traced.products.dtype == traced.running.dtype == case.x.dtype
    assert traced.values.shape == traced.weights.shape == case.kernel.shape[1:]
    assert np.array_equal(traced.products, traced.values * traced.weights)
    assert traced.counted.all()
    assert_close(traced, expected[place], case.terms)


@given(case=cases(), data=st.data())
def test_a_window_reads_what_the_loops_read(case, data):
    layer = Conv(case.kernel, case.bias, **case.settings)
    place = drawn_place(data, layer.output_shape(case.x.shape))
    amounts = oracle.amounts_of(case.x.shape[1:], case.kernel.shape[2:], *placed(case.settings))

    traced = trace(layer, case.x, place)

    for n, channel in enumerate(traced.channels):
        for tap in np.ndindex(*case.kernel.shape[2:]):
            cell = [
                i * s + k * d - a[0]
                for i, s, k, d, a in zip(
                    place[1:], case.settings["strides"], tap, case.settings["dilation_rate"], amounts, strict=True
                )
            ]
            is_inside = all(0 <= i < size for i, size in zip(cell, case.x.shape[1:], strict=True))
            assert [int(p[k]) for p, k in zip(traced.window.positions, tap, strict=True)] == cell
            assert traced.window.is_padding[tap] == (not is_inside)
            assert traced.values[(n, *tap)] == oracle.value_at(case.x[channel], cell, case.settings["border"])


def placed(settings):
    return settings["strides"], settings["padding"], settings["dilation_rate"]


@given(drawn=poolings(), data=st.data())
def test_a_maximum_names_the_tap_that_gave_it(drawn, data):
    x, size, arguments = drawn
    layer = MaxPool(size, **arguments)
    maps = layer(x)
    place = drawn_place(data, maps.shape)

    traced = trace(layer, x, place)

    assert traced.weights is traced.products is None
    assert np.array_equal([traced.value, traced.linear, traced.reference], [maps[place]] * 3, equal_nan=True)
    assert np.array_equal(traced.values[(0, *traced.winner)], maps[place], equal_nan=True)
    assert traced.counted[(0, *traced.winner)]
    assert np.array_equal(traced.counted[0], ~traced.window.is_padding)
    assert np.array_equal(traced.running[-1], maps[place], equal_nan=True)


@given(drawn=poolings(), data=st.data(), count_include_pad=st.booleans())
def test_a_mean_is_that_of_the_cells_it_counts(drawn, data, count_include_pad):
    x, size, arguments = drawn
    layer = AveragePool(size, **arguments, count_include_pad=count_include_pad)
    maps = layer(x)
    place = drawn_place(data, maps.shape)

    traced = trace(layer, x, place)

    assert traced.counted[0][~traced.window.is_padding].all()
    assert count_include_pad or not traced.counted[0][traced.window.is_padding].any()
    assert np.array_equal(traced.weights, traced.counted / traced.counted.sum())
    np.testing.assert_allclose([traced.value, traced.running[-1], traced.reference], [maps[place]] * 3, atol=1e-12)


@given(case=transposed_cases(), data=st.data())
def test_every_transposed_convolution_is_explained_from_its_outputs(case, data):
    layer = ConvTranspose(case.kernel, case.bias, **case.settings)
    expected = oracle.conv_transpose(case.x, case.kernel, case.bias, **case.settings)
    place = drawn_place(data, expected.shape)

    traced = trace(layer, case.x, place)

    assert traced.kind == "transpose"
    assert np.array_equal(traced.counted, np.broadcast_to(~traced.window.is_empty, traced.counted.shape))
    assert np.array_equal(traced.products, np.where(traced.counted, traced.values * traced.weights, 0))
    assert not traced.values[~traced.counted].any()
    assert_close(traced, expected[place], traced.values.size)


def test_a_transposed_tap_between_two_inputs_is_not_counted_even_if_its_weight_is_infinite():
    layer = ConvTranspose([[[[1.0, np.inf]]]], strides=(1, 2))

    traced = trace(layer, np.array([[[3.0, 4.0]]]), (0, 0, 2))

    assert traced.counted.tolist() == [[[True, False]]]
    assert traced.value == 4
    assert [position.tolist() for position in traced.window.positions] == [[0], [1, 0]]


@given(case=cases(), data=st.data())
def test_every_depthwise_convolution_reads_one_channel(case, data):
    layer, settings = depthwise(case)
    expected = oracle.depthwise_conv(case.x, layer.kernel, **settings)
    place = drawn_place(data, expected.shape)

    traced = trace(layer, case.x, place)

    assert traced.channels.tolist() == [place[0] // layer.kernel.shape[1]]
    assert_close(traced, expected[place], case.terms)


@given(case=cases(), data=st.data())
def test_a_separable_convolution_is_explained_in_two_steps(case, data):
    first, settings = depthwise(case)
    mixing = np.random.default_rng(0).normal(size=(2, first.kernel.shape[0] * first.kernel.shape[1]))
    mixing = mixing.reshape(*mixing.shape, *(1,) * (case.x.ndim - 1)).astype(np.float32)
    layer = SeparableConv(first.kernel, mixing, [0.5, -1], **settings)
    between = oracle.depthwise_conv(case.x, first.kernel, **settings)
    place = drawn_place(data, (2, *between.shape[1:]))

    traced = trace(layer, case.x, place)

    expected = [between[(i, *place[1:])] for i in range(len(between))]
    np.testing.assert_allclose([stage.reference for stage in traced.stages], expected, rtol=1e-9, atol=1e-9)
    assert traced.values.reshape(-1).tolist() == [stage.value for stage in traced.stages]
    exact = float(np.dot(expected, mixing[place[0]].reshape(-1).astype(np.float64))) + layer.bias[place[0]]
    np.testing.assert_allclose(traced.reference, exact, rtol=1e-9, atol=1e-9)
    assert abs(traced.value - exact) <= 1e-5 * case.terms * (1 + np.abs(traced.products).sum())


def depthwise(case):
    """Return a depthwise layer of a convolution's kernel, and its settings."""
    channels = len(case.x)
    kernel = np.random.default_rng(1).normal(size=(channels, 2, *case.kernel.shape[2:])).astype(np.float32)
    settings = {name: value for name, value in case.settings.items() if name != "groups"}
    return DepthwiseConv(kernel, **settings), settings


@pytest.mark.parametrize(
    "layer",
    [
        Upsample(3),
        Upsample((2, 3), interpolation="bilinear"),
        Upsample(4, interpolation="bilinear", align_corners=True),
        BatchNorm([1, 2, -3], None, [100, 0, 0.5], [1, 2, 3]),
        BatchNorm(None, [1, 2, 3], [1, 0, 0.5], [1, 2, 3]),
        GlobalMaxPool(),
        GlobalMaxPool(keepdims=True),
        GlobalAveragePool(),
        GlobalAveragePool(keepdims=True),
        Flatten(),
        Flatten(channels_last=True),
        Dense(np.random.default_rng(0).normal(size=(5, 3)), np.arange(5), activation="relu"),
        Dense(np.random.default_rng(0).normal(size=(5, 3)), activation="softmax"),
    ],
    ids=repr,
)
def test_every_place_of_the_other_layers_is_explained(layer):
    x = np.random.default_rng(1).normal(size=(3, 4, 5)).astype(np.float32)
    maps, exact = layer(x), layer(x.astype(np.float64))

    for place in np.ndindex(*maps.shape):
        traced = trace(layer, x, place)

        np.testing.assert_allclose(traced.value, maps[place], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(traced.reference, exact[place], rtol=1e-5, atol=1e-6)
        for n, channel in enumerate(traced.channels):
            for tap in zip(*np.nonzero(traced.counted[n]), strict=True):
                cell = tuple(int(source[k]) for source, k in zip(traced.window.sources, tap, strict=True))
                assert traced.values[(n, *tap)] == x[(channel, *cell)]


def test_a_dense_layer_is_explained_without_a_place():
    layer = Dense([[1.0, 2.0], [3.0, 4.0]], [0.5, 0], activation="relu")

    traced = trace(layer, np.array([10.0, 20.0]), (0,))

    assert (traced.value, traced.products.tolist(), traced.window.positions) == (50.5, [10, 40], ())


def test_every_layer_of_the_table_can_be_traced():
    assert all(kind.trace is not Layer.trace for kind in LAYERS.values())


def test_equal_values_are_won_by_the_first_and_nan_wins_over_all():
    x = np.array([[[1.0, 3.0], [3.0, 0.0]], [[1.0, 9.0], [np.nan, 0.0]]])

    assert trace(MaxPool(2), x, (0, 0, 0)).winner == (0, 1)
    assert trace(MaxPool(2), x, (1, 0, 0)).winner == (1, 0)


def test_padding_never_wins_a_maximum_even_of_minus_infinity():
    traced = trace(MaxPool(3, padding="same", strides=1), np.full((1, 2, 2), -np.inf), (0, 0, 0))

    assert traced.winner == (1, 1)
    assert traced.value == -np.inf


@pytest.mark.parametrize("name", core.ACTIVATIONS)
def test_every_activation_is_explained_from_the_number_before_it(name):
    x = np.linspace(-3, 3, 48, dtype=np.float32).reshape(4, 3, 4)
    layer = Activation(name)

    traced = trace(layer, x, (1, 1, 2))

    assert traced.linear == x[1, 1, 2]
    np.testing.assert_allclose(traced.value, layer(x)[1, 1, 2], rtol=1e-6)
    np.testing.assert_allclose(traced.reference, layer(x.astype(np.float64))[1, 1, 2], rtol=1e-14)
    assert len(traced.channels) == (4 if layer.is_over_channels else 1)
    assert np.array_equal(traced.values[:, 0, 0], x[traced.channels, 1, 2])
    assert traced.activation == layer


def test_a_layer_that_is_off_passes_the_value_on():
    traced = trace(Identity(), np.arange(6.0).reshape(1, 2, 3), (0, 1, 2))

    assert (traced.kind, traced.value, traced.linear, traced.reference) == ("identity", 5, 5, 5)
    assert [position.tolist() for position in traced.window.positions] == [[1], [2]]


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "sparsemax"])
@given(case=cases(), data=st.data())
def test_an_activation_over_channels_takes_in_the_other_filters(name, case, data):
    layer = Conv(case.kernel, case.bias, **case.settings, activation=name)
    linear = layer.linear(case.x)
    place = drawn_place(data, linear.shape)

    traced = trace(layer, case.x, place)
    known = trace(layer, case.x, place, linear=linear)

    exact = oracle.conv(case.x, case.kernel, case.bias, **case.settings)
    expected = core.ACTIVATIONS[name](exact)[place]
    np.testing.assert_allclose(traced.reference, expected, rtol=1e-9, atol=1e-9)
    allowed = 1e-5 * max(1, np.abs(exact).max()) * case.terms
    np.testing.assert_allclose([traced.value, known.value], [expected] * 2, atol=allowed)
    assert known.linear == linear[place]


@given(case=cases(ranks=(2,)), data=st.data())
def test_a_trace_in_a_stack_repeats_its_maps_to_the_last_bit(case, data):
    layers = [
        Conv(case.kernel, case.bias, **case.settings, activation="tanh"),
        Activation("sigmoid"),
        MaxPool(2, strides=1, padding="same"),
        AveragePool(2, strides=1, padding="same"),
        Identity(),
    ]
    evaluation = evaluate(layers, case.x)
    place = drawn_place(data, evaluation[0].shape)

    for depth, result in enumerate(evaluation.results):
        traced = trace_in(evaluation, depth, place)

        assert traced.value == result.maps[place]
        before = evaluation[0][place] if depth == 1 else result.linear[place]
        assert traced.linear == before


def test_the_maps_before_activation_alone_are_enough():
    x = np.random.default_rng(0).normal(size=(2, 6, 6)).astype(np.float32)
    layer = Conv(np.ones((1, 2, 3, 3)), activation="relu")
    linear = layer.linear(x)

    traced = trace(layer, x, (0, 1, 1), linear=linear)

    assert (traced.linear, traced.value) == (linear[0, 1, 1], max(linear[0, 1, 1], 0))


def test_float32_is_explained_in_float32_with_a_reference_beside_it():
    x = np.full((1, 3, 3), 0.1, np.float32)
    traced = trace(Conv(np.full((1, 1, 3, 3), 1 / 9)), x, (0, 0, 0))

    exact = 9 * float(np.float32(0.1)) * float(np.float32(1 / 9))
    assert traced.weights.dtype == np.float32
    assert traced.value == np.float32(traced.value)
    np.testing.assert_allclose(traced.reference, exact, rtol=1e-15)


def test_groups_read_only_their_channels():
    x = np.arange(4.0).reshape(4, 1, 1)
    layer = Conv(np.ones((2, 2, 1, 1)), groups=2)

    traced = trace(layer, x, (1, 0, 0))

    assert traced.channels.tolist() == [2, 3]
    assert traced.sums.tolist() == [2, 3]
    assert traced.value == 5


def test_a_kernel_larger_than_the_picture_reads_padding_around_it():
    x = np.full((1, 1, 1), 2.0)
    layer = Conv(np.ones((1, 1, 5, 7)), [1.0], padding="same")

    traced = trace(layer, x, (0, 0, 0))

    assert traced.window.is_padding.sum() == 34
    assert not traced.window.is_padding[2, 3]
    assert traced.value == 3


def test_only_the_cells_under_the_window_are_read():
    x = np.lib.stride_tricks.as_strided(np.ones(1, np.float32), (3, 1 << 20, 1 << 20), (0, 0, 0))

    traced = trace(Conv(np.ones((1, 3, 63, 63)), padding="same"), x, (0, 1 << 19, (1 << 20) - 1))

    assert traced.value == 3 * 63 * 32


def test_a_place_outside_is_an_error_and_moves_to_the_nearest():
    layer, x = MaxPool(2), np.zeros((3, 8, 8))

    with pytest.raises(ValueError, match=r"place must lie in maps of shape \(3, 4, 4\); got \(0, 4, 0\)"):
        trace(layer, x, (0, 4, 0))
    with pytest.raises(ValueError, match="place must be"):
        trace(layer, x, (0, 4))
    assert nearest_place((3, 4, 4), (0, 4, -2)) == (0, 3, 0)


def test_what_cannot_be_traced_says_so():
    class Unknown(PlainLayer):
        pass

    with pytest.raises(ValueError, match="layer must be one whose values can be traced; got Unknown"):
        trace(Unknown(), np.zeros((1, 2, 2)), (0, 0, 0))
    with pytest.raises(ValueError, match="index must be that of one of 1 layers, counted from 0; got 1"):
        trace_in(evaluate([Identity()], np.zeros((1, 2, 2))), 1, (0, 0, 0))


def test_a_layer_that_failed_gives_its_error():
    evaluation = evaluate([Conv(np.ones((1, 3, 2, 2)))], np.zeros((1, 4, 4)))

    with pytest.raises(ValueError, match="channels"):
        trace_in(evaluation, 0, (0, 0, 0))


def test_traces_compare_by_identity_and_are_frozen():
    traced = trace(Identity(), np.zeros((1, 1, 1)), (0, 0, 0))

    with pytest.raises(dataclasses.FrozenInstanceError):
        traced.value = 1.0
    assert traced != trace(Identity(), np.zeros((1, 1, 1)), (0, 0, 0))


ONES = np.ones((1, 2, 3, 3))


def changed(array, place, value):
    array = array.copy()
    array[place] = value
    return array


@pytest.mark.parametrize(
    ("layer", "x", "expected"),
    [
        (Conv(ONES), np.zeros((2, 3, 3)), ""),
        (
            Conv(ONES),
            changed(np.zeros((2, 3, 3)), (1, 0, 2), np.nan),
            "NaN in the input, at row 0, column 2 of channel 1.",
        ),
        (
            Conv(changed(ONES, (0, 0, 1, 1), 0)),
            changed(np.zeros((2, 3, 3)), (0, 1, 1), -np.inf),
            "−∞ in the input, at row 1, column 1 of channel 0, times a weight of 0.",
        ),
        (
            Conv(ONES),
            changed(changed(np.zeros((2, 3, 3)), (0, 0, 0), np.inf), (1, 0, 0), -np.inf),
            "∞ in the input, at row 0, column 0 of channel 0; the first of 2 such terms, and ∞ − ∞ is NaN.",
        ),
        (
            Conv(changed(ONES, (0, 1, 2, 0), np.inf)),
            np.ones((2, 3, 3)),
            "∞ in the kernel, at row 2, column 0 of the plane for channel 1.",
        ),
        (
            Conv(changed(ONES, (0, 1, 2, 0), np.inf)),
            np.zeros((2, 3, 3)),
            "∞ in the kernel, at row 2, column 0 of the plane for channel 1, times a value of 0.",
        ),
        (Conv(ONES, [np.nan]), np.zeros((2, 3, 3)), "The bias is NaN."),
        (Conv(ONES), np.full((2, 3, 3), 1e38, np.float32), "The sum is too large for float32."),
        (
            Conv(ONES * 1e30),
            np.full((2, 3, 3), 1e30, np.float32),
            "1e+30 × 1e+30 is too large for float32, at row 0, column 0 of the plane for channel 0; "
            "the first of 18 such terms.",
        ),
        (Activation("exponential"), np.full((1, 1, 1), 800.0), "The activation of 800 is too large for float64."),
        (MaxPool(2), np.array([[[1, np.inf], [2, 3]]]), "∞ in the input, at row 0, column 1 of channel 0."),
        (AveragePool(1), np.array([[[np.nan]]]), "NaN in the input, at row 0, column 0 of channel 0."),
        (
            AveragePool(2, strides=1, padding=1, dilation_rate=2),
            np.ones((1, 1, 1)),
            "The window meets no cell that counts, so there is no mean.",
        ),
        (
            MaxPool(2, strides=1, padding=1, dilation_rate=2),
            np.ones((1, 1, 1)),
            "The window meets no cell of the input, so the largest value is −∞.",
        ),
        (Dense([[1, np.nan]]), np.ones(2), "NaN in the kernel, at channel 1."),
        (Dense([[1, 1]]), np.array([1, -np.inf]), "−∞ in the input, at channel 1."),
        (BatchNorm([np.nan], None, [0], [1]), np.ones((1, 1, 1)), "NaN in the scale, at channel 0."),
        (
            SeparableConv(np.ones((1, 1, 2, 2)), np.ones((1, 1, 1, 1))),
            np.array([[[1, 1], [np.nan, 1]]]),
            "NaN in the input, at row 1, column 0 of channel 0.",
        ),
        (Identity(), np.array([[np.nan]]), "NaN in the input, at index 0 of channel 0."),
    ],
)
def test_what_is_not_a_number_names_its_origin(layer, x, expected):
    assert not_finite_origin(trace(layer, x, (0,) * x.ndim)) == expected


def test_an_origin_in_the_padding_is_named_where_its_value_stands():
    x = changed(np.zeros((1, 4, 4)), (0, 0, 3), np.nan)
    layer = Conv(np.ones((1, 1, 3, 3)), padding="same", border="wrap")

    assert not_finite_origin(trace(layer, x, (0, 0, 0))) == "NaN in the input, at row 0, column 3 of channel 0."
