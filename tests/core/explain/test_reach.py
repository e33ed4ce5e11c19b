"""The scatter direction: the exact reverse of what windows read, through one layer and through many."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.explain.reach import kernel_plane, reach, reach_through
from convexplorer.core.explain.trace import trace
from convexplorer.core.layers import (
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
    MaxPool,
    SeparableConv,
    Upsample,
)
from convexplorer.core.network import evaluate
from tests.core.cases import cases, transposed_cases
from tests.core.operators.test_pool import poolings


def assert_adjoint(layer, x):
    """Output o reads cell i by tap t if and only if i reaches o by t, counted with multiplicity."""
    output = layer.output_shape(x.shape)[1:]
    axes = layer.taps(x.shape[1:])
    gathered, scattered = [], []
    for place in np.ndindex(*output):
        traced = trace(layer, x, (0, *place))
        window = traced.stages[0].window if traced.stages else traced.window
        for tap in np.ndindex(*map(len, window.sources)):
            cell = tuple(int(source[k]) for source, k in zip(window.sources, tap, strict=True))
            if not window.is_empty[tap]:
                taps = tuple(int(axis.taps[k]) for axis, k in zip(axes, tap, strict=True))
                gathered.append((place, cell, taps))
    for cell in np.ndindex(*x.shape[1:]):
        found = reach(layer, x.shape[1:], cell)
        pairs = [list(zip(o.tolist(), t.tolist(), strict=True)) for o, t in zip(found.outputs, found.taps, strict=True)]
        combinations = itertools.product(*pairs)
        scattered += [(tuple(o for o, _ in one), cell, tuple(t for _, t in one)) for one in combinations]

    assert sorted(gathered) == sorted(scattered)


@settings(max_examples=50)
@given(case=cases())
def test_gather_and_scatter_of_a_convolution_are_adjoint(case):
    assert_adjoint(Conv(case.kernel, case.bias, **case.settings), case.x)


@given(drawn=poolings(), kind=st.sampled_from([MaxPool, AveragePool]))
def test_gather_and_scatter_of_a_pooling_are_adjoint(drawn, kind):
    x, size, arguments = drawn

    assert_adjoint(kind(size, **arguments), x)


@settings(max_examples=30)
@given(case=transposed_cases())
def test_gather_and_scatter_of_a_transposed_convolution_are_adjoint(case):
    assert_adjoint(ConvTranspose(case.kernel, case.bias, **case.settings), case.x)


@settings(max_examples=20)
@given(case=cases())
def test_gather_and_scatter_of_depthwise_and_separable_convolutions_are_adjoint(case):
    first, settings = depthwise(case)

    assert_adjoint(first, case.x)
    assert_adjoint(separable(first, settings), case.x)


@pytest.mark.parametrize(
    "layer",
    [
        Upsample(3),
        Upsample((2, 3), interpolation="bilinear"),
        Upsample(2, interpolation="bilinear", align_corners=True),
        GlobalMaxPool(keepdims=True),
        GlobalAveragePool(keepdims=True),
        BatchNorm(None, None, [0], [1]),
        Dense([[1.0]]),
        Activation("relu"),
        Identity(),
    ],
    ids=repr,
)
def test_gather_and_scatter_of_the_other_layers_are_adjoint(layer):
    assert_adjoint(layer, np.zeros((1, 3, 2)))


@given(data=st.data())
def test_a_reach_carries_the_weights_by_which_a_change_is_seen(data):
    layer, x = data.draw(linear_layers())
    cell = tuple(data.draw(st.integers(0, n - 1)) for n in x.shape[1:])
    channel = data.draw(st.integers(0, len(x) - 1))
    touched = np.zeros_like(x)
    touched[(channel, *cell)] = 1

    found = reach(layer, x.shape[1:], cell)

    for filter_, expected in enumerate(layer(touched)):
        seen = np.zeros_like(expected)
        plane = kernel_plane(layer, filter_, channel)
        np.add.at(seen, np.ix_(*found.outputs), found.weights(plane))
        np.testing.assert_allclose(seen, expected, atol=1e-12)


@st.composite
def linear_layers(draw):
    """Draw a layer with a kernel, and an input in float64."""
    kind = draw(st.sampled_from(["conv", "depthwise", "separable", "transpose"]))
    if kind == "transpose":
        case = draw(transposed_cases(dtype=np.float64))
        return ConvTranspose(case.kernel, **case.settings), case.x
    case = draw(cases(dtype=np.float64))
    if kind == "conv":
        return Conv(case.kernel, **case.settings), case.x
    first, settings = depthwise(case)
    return (first if kind == "depthwise" else separable(first, settings)), case.x


def depthwise(case):
    """Return a depthwise layer of a convolution's kernel, and its settings."""
    kernel = np.random.default_rng(1).normal(size=(len(case.x), 2, *case.kernel.shape[2:]))
    settings = {name: value for name, value in case.settings.items() if name != "groups"}
    return DepthwiseConv(kernel, **settings), settings


def separable(first, settings):
    """Return a separable layer whose first step is a depthwise one."""
    maps = first.kernel.shape[0] * first.kernel.shape[1]
    mixing = np.random.default_rng(2).normal(size=(3, maps, *(1,) * first.rank))
    return SeparableConv(first.kernel, mixing, **settings)


def test_layers_without_a_kernel_have_no_plane():
    with pytest.raises(ValueError, match="layer must have a kernel; got MaxPool"):
        kernel_plane(MaxPool(2), 0, 0)


def test_channels_of_another_group_have_no_weight():
    layer = Conv(np.ones((2, 1, 3, 3)), groups=2)

    assert not kernel_plane(layer, 0, 1).any()
    assert kernel_plane(layer, 1, 1).all()


@given(case=cases(ranks=(2,)), data=st.data())
def test_what_a_place_reaches_through_a_stack_is_found_by_touching(case, data):
    layers = [
        Conv(np.abs(case.kernel) + 1, **case.settings),
        Identity(),
        AveragePool(2, strides=1, padding="same"),
        ConvTranspose(np.ones((len(case.kernel), len(case.kernel), 2, 3)), strides=(2, 1), padding="same"),
        Upsample((1, 2), interpolation="bilinear"),
        Conv(np.ones((1, len(case.kernel), 2, 1)), padding="same", strides=2, border="edge"),
    ]
    cell = tuple(data.draw(st.integers(0, n - 1)) for n in case.x.shape[1:])
    x = np.zeros_like(case.x)
    x[(slice(None), *cell)] = 1

    reached = reach_through(layers, x.shape, cell)

    for indices, maps in zip(reached, evaluate(layers, x), strict=True):
        expected = np.zeros(maps.shape[1:], bool)
        expected[np.ix_(*indices)] = True
        assert np.array_equal((maps != 0).any(axis=0), expected)


def test_nothing_is_left_of_a_place_once_the_axes_are_gone():
    layers = [MaxPool(2), Flatten(), Dense(np.ones((2, 4)))]

    assert reach_through(layers, (1, 4, 4), (0, 0))[1:] == ((), ())


def test_a_cell_that_the_border_repeats_reaches_an_output_twice():
    found = reach(Conv(np.ones((1, 1, 3)), padding=1, border="edge"), (4,), (0,))

    assert found.outputs[0].tolist() == [0, 0, 1]
    assert found.taps[0].tolist() == [0, 1, 0]


def test_a_rim_that_the_stride_leaves_over_reaches_nothing():
    assert reach(MaxPool(2), (5, 4), (4, 0)).outputs[0].size == 0
    assert reach_through([MaxPool(2), Identity()], (1, 5, 4), (4, 0))[1][0].size == 0


def test_a_place_outside_is_an_error():
    with pytest.raises(ValueError, match=r"cell must lie in an input of \(4, 4\); got \(4, 0\)"):
        reach(MaxPool(2), (4, 4), (4, 0))
    with pytest.raises(ValueError, match=r"cell must have one index per axis \(2\); got \(1,\)"):
        reach_through([MaxPool(2)], (1, 4, 4), (1,))
