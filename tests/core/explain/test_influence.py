"""Receptive fields against what moves a value: by touching, and by differences in float64."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.explain.influence import EffectiveField, effective_field, field_of
from convexplorer.core.layers import (
    LAYERS,
    ActivatedLayer,
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
    SeparableConv,
    Upsample,
)
from convexplorer.core.network import evaluate, input_gradient, receptive_field
from tests.core.cases import cases, transposed_cases

STEP = 1e-6


@st.composite
def stacks(draw):
    """Draw a picture and three layers over it, the first two of them with any setting."""
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    first, x = draw(first_layers(rng))
    channels = first.output_shape(x.shape)[0]
    middle = draw(
        st.sampled_from(
            [
                Identity(),
                MaxPool(2, strides=1, padding="same"),
                AveragePool((2, 1), strides=1, padding="same", count_include_pad=True),
                MaxPool((1, 2), strides=(2, 1), padding="same"),
                Activation("softplus"),
                BatchNorm(None, None, rng.normal(size=channels), rng.uniform(1, 2, channels)),
                Upsample((1, 2), interpolation="bilinear"),
                Upsample(2),
                Dense(rng.normal(size=(channels, channels)), activation="tanh"),
                DepthwiseConv(rng.normal(size=(channels, 1, 2, 2)), padding="same", border="edge", activation="elu"),
                SeparableConv(
                    rng.normal(size=(channels, 2, 1, 2)),
                    rng.normal(size=(channels, 2 * channels, 1, 1)),
                    padding="same",
                ),
                ConvTranspose(rng.normal(size=(channels, channels, 2, 3)), strides=2, padding="same"),
            ]
        )
    )
    border = draw(st.sampled_from(["zeros", "edge", "symmetric", "wrap"]))
    strides = draw(st.integers(1, 2))
    last = Conv(rng.normal(size=(2, channels, 2, 2)), padding="same", strides=strides, border=border)
    return x, [first, middle, last]


@st.composite
def first_layers(draw, rng):
    """Draw a layer with a kernel and any setting, and its picture."""
    activation = draw(st.sampled_from(["relu", "tanh", "linear", "softmax"]))
    if draw(st.booleans()):
        case = draw(transposed_cases(ranks=(2,), dtype=np.float64))
        return ConvTranspose(case.kernel, case.bias, **case.settings, activation=activation), case.x
    case = draw(cases(ranks=(2,), dtype=np.float64))
    smaller = case.x[:, :12, :12]
    layer = Conv(case.kernel, case.bias, **case.settings, activation=activation)
    return layer, smaller if is_fitting(layer, smaller) else case.x


def is_fitting(layer, x):
    try:
        layer.output_shape(x.shape)
    except ValueError:
        return False
    return True


def influence_by_differences(layers, x, depth, place):
    """Return |d value / d image| summed over channels, one cell at a time."""
    influence = np.zeros(x.shape[1:])
    for cell in np.ndindex(*x.shape):
        values = []
        for step in (STEP, -STEP):
            moved = x.copy()
            moved[cell] += step
            values.append(evaluate(layers[: depth + 1], moved)[depth][place])
        influence[cell[1:]] += abs(values[0] - values[1]) / (2 * STEP)
    return influence


def in_the_image(field, shape):
    """Return the influence in all of the image."""
    whole = np.zeros(shape[1:])
    whole[tuple(slice(a, a + n) for a, n in zip(field.origin, field.influence.shape, strict=True))] = field.influence
    return whole


@settings(max_examples=20)
@given(drawn=stacks(), data=st.data())
def test_the_influence_is_what_moves_the_value(drawn, data):
    x, layers = drawn
    depth = data.draw(st.integers(0, 2))
    evaluation = evaluate(layers, x)
    place = tuple(data.draw(st.integers(0, n - 1)) for n in evaluation[depth].shape)

    field = effective_field(evaluation, depth, place)

    expected = influence_by_differences(layers, x, depth, place)
    assert field.influence.dtype == np.float32
    np.testing.assert_allclose(in_the_image(field, x.shape), expected, rtol=1e-5, atol=1e-6 * (1 + expected.max()))


@given(drawn=stacks(), data=st.data())
def test_the_influence_is_the_gradient_through_the_whole_maps(drawn, data):
    x, layers = drawn
    depth = data.draw(st.integers(0, 2))
    evaluation = evaluate(layers, x)
    place = tuple(data.draw(st.integers(0, n - 1)) for n in evaluation[depth].shape)

    field = effective_field(evaluation, depth, place)

    one = np.zeros_like(evaluation[depth])
    one[place] = 1
    expected = np.abs(input_gradient(evaluation, one, depth)).sum(axis=0)
    np.testing.assert_allclose(in_the_image(field, x.shape), expected, rtol=1e-5, atol=1e-6 * (1 + expected.max()))


@settings(max_examples=60)
@given(drawn=stacks(), data=st.data())
def test_without_a_border_that_repeats_nothing_outside_the_field_has_influence(drawn, data):
    x, layers = drawn
    layers = [with_zeros(layer) for layer in layers]
    depth = data.draw(st.integers(0, 2))
    evaluation = evaluate(layers, x)
    place = tuple(data.draw(st.integers(0, n - 1)) for n in evaluation[depth].shape)

    field = effective_field(evaluation, depth, place)

    seen = field_of(layers, x.shape, depth, place[1:])
    for (first, stop), n, start, size in zip(seen, x.shape[1:], field.origin, field.influence.shape, strict=True):
        assert size == 0 or max(first, 0) <= start <= start + size <= min(stop, n)


def with_zeros(layer):
    return replace(layer, border="zeros") if isinstance(layer, Conv | ConvTranspose | DepthwiseConv) else layer


@given(drawn=stacks(), data=st.data())
def test_a_field_is_that_of_the_arithmetic_of_strides_or_within_it(drawn, data):
    x, layers = drawn
    depth = data.draw(st.integers(0, 2))
    shape = evaluate(layers, x)[depth].shape
    cell = tuple(data.draw(st.integers(0, n - 1)) for n in shape[1:])

    field = field_of(layers, x.shape, depth, cell)

    known = receptive_field(layers, x.shape)[depth]
    is_spread = any(isinstance(layer, ConvTranspose | Upsample) for layer in layers[: depth + 1])
    for (first, stop), i, size, jump, start in zip(field, cell, known.size, known.jump, known.start, strict=True):
        limits = start + jump * i, start + jump * i + size
        # Spread values reach neighbours differently: there the arithmetic gives limits that hold them all.
        assert (first, stop) == limits if not is_spread else first == stop or limits[0] <= first < stop <= limits[1]


@pytest.mark.parametrize("last", [Flatten(), Flatten(channels_last=True), GlobalMaxPool(), GlobalAveragePool()])
def test_the_influence_on_what_sees_everything_is_what_moves_it(last):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1, 6, 5))
    layers = [Conv(rng.normal(size=(2, 1, 3, 3)), activation="tanh"), last]
    values = evaluate(layers, x)[1].size
    layers.append(Dense(rng.normal(size=(2, values)), activation="softplus"))

    field = effective_field(evaluate(layers, x), 2, (1,))

    expected = influence_by_differences(layers, x, 2, (1,))
    np.testing.assert_allclose(in_the_image(field, x.shape), expected, rtol=1e-5, atol=1e-6)
    assert field_of(layers, x.shape, 2, ()) == ((0, 6), (0, 5))


def test_every_layer_of_the_table_has_a_way_back():
    assert all(kind.back is not Layer.back or issubclass(kind, ActivatedLayer) for kind in LAYERS.values())


@given(
    influence=st.lists(st.lists(st.floats(0, 1e3, width=32), min_size=5, max_size=5), min_size=1, max_size=6),
    share=st.floats(0, 1),
)
def test_a_region_holds_its_share(influence, share):
    field = EffectiveField((3, -2), np.array(influence, np.float32))

    region = field.region(share)

    held = field.influence[tuple(slice(a - o, b - o) for (a, b), o in zip(region, field.origin, strict=True))]
    total = field.influence.sum(dtype=np.float64)
    assert held.sum(dtype=np.float64) >= share * total - 1e-9 * total


def test_a_region_of_everything_is_where_there_is_influence():
    influence = np.zeros((5, 6), np.float32)
    influence[1:4, 2] = 1

    assert EffectiveField((10, 20), influence).region(1) == ((11, 14), (22, 23))


def test_a_region_is_smaller_than_the_field_where_the_influence_is():
    middle = np.exp(-((np.arange(41) - 20) ** 2) / 18)
    field = EffectiveField((0, 0), np.outer(middle, middle).astype(np.float32))

    (first, stop), columns = field.region()

    assert columns == (first, stop)
    assert abs(first + stop - 41) <= 1
    assert 10 < stop - first < 20


def test_of_equal_regions_the_middle_one_is_taken():
    assert EffectiveField((0, 0), np.ones((1, 9), np.float32)).region(0.4)[1] == (1, 8)


@pytest.mark.parametrize(("value", "expected"), [(0.0, ((5, 5), (6, 6))), (np.nan, ((5, 8), (6, 10)))])
def test_a_region_of_nothing_is_empty_and_of_what_is_no_number_all(value, expected):
    assert EffectiveField((5, 6), np.full((3, 4), value, np.float32)).region() == expected


def test_a_share_outside_its_range_is_an_error():
    with pytest.raises(ValueError, match=r"share must lie in 0…1; got 2"):
        EffectiveField((0,), np.ones(1, np.float32)).region(2)


def test_what_relu_holds_back_has_no_influence():
    layers = [Conv([[[[1.0, 1.0, 1.0]]]], activation="relu"), Conv([[[[1.0, 1.0]]]])]
    evaluation = evaluate(layers, np.array([[[1.0, 1.0, -3.0, 9.0, 9.0]]]))

    field = effective_field(evaluation, 1, (0, 0, 0))

    assert in_the_image(field, (1, 1, 5)).tolist() == [[0, 1, 1, 1, 0]]


def test_a_window_that_sees_only_padding_has_no_field():
    layer = Conv(np.ones((1, 1, 1, 1)), padding=1)

    field = effective_field(evaluate([Identity(), layer], np.ones((1, 4, 4))), 1, (0, 0, 0))

    assert field.influence.size == 0
    assert field.region() == ((0, 0), (0, 0))
    assert field_of([layer], (1, 4, 4), 0, (0, 0)) == ((-1, 0), (-1, 0))


@pytest.mark.parametrize("kind", [MaxPool, AveragePool])
def test_a_window_that_meets_no_cell_passes_nothing_on(kind):
    # Of the two dilated windows over one cell, the first steps over it.
    layers = [kind(2, strides=1, padding=((1, 2),), dilation_rate=2), Conv(np.ones((1, 1, 2)))]

    field = effective_field(evaluate(layers, np.ones((1, 1))), 1, (0, 0))

    assert field.influence.tolist() == [1]


def test_of_minus_infinity_alone_the_first_cell_of_the_input_wins():
    evaluation = evaluate([MaxPool(3, padding="same", strides=1)], np.full((1, 2, 2), -np.inf))

    field = effective_field(evaluation, 0, (0, 1, 1))

    assert in_the_image(field, (1, 2, 2)).tolist() == [[1, 0], [0, 0]]


def test_a_border_that_repeats_gives_its_influence_to_the_cell_itself():
    layer = Conv(np.ones((1, 1, 3)), padding=1, border="wrap")

    field = effective_field(evaluate([layer], np.zeros((1, 6))), 0, (0, 0))

    assert in_the_image(field, (1, 6)).tolist() == [1, 1, 0, 0, 0, 1]


def test_only_the_field_is_touched():
    x = np.zeros((3, 400, 400), np.float32)
    evaluation = evaluate([Conv(np.ones((4, 3, 3, 3)), padding="same"), MaxPool(2)], x)

    field = effective_field(evaluation, 1, (2, 100, 199))

    assert field.origin == (199, 397)
    assert field.influence.shape == (4, 3)


def test_what_is_not_a_number_in_another_channel_does_not_spread():
    kernel = np.array([1.0, np.inf]).reshape(2, 1, 1, 1)
    evaluation = evaluate([Conv(kernel, activation="tanh")], np.zeros((1, 2, 2)))

    assert effective_field(evaluation, 0, (0, 1, 1)).influence.tolist() == [[1.0]]


def test_a_place_outside_is_an_error():
    evaluation = evaluate([MaxPool(2)], np.zeros((1, 4, 4)))

    with pytest.raises(ValueError, match=r"place must lie in maps of shape \(1, 2, 2\); got \(0, 2, 0\)"):
        effective_field(evaluation, 0, (0, 2, 0))
    with pytest.raises(ValueError, match=r"cell must lie in maps of shape \(1, 2, 2\); got \(0, 2\)"):
        field_of([MaxPool(2)], (1, 4, 4), 0, (0, 2))
    with pytest.raises(ValueError, match="index must be that of one of 1 layers, counted from 0; got -1"):
        effective_field(evaluation, -1, (0, 0, 0))
