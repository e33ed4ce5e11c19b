"""The scatter direction: the exact reverse of what windows read, through one layer and through many."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.layers import Activation, AveragePool, Conv, Identity, MaxPool
from convexplorer.core.network import evaluate
from convexplorer.core.reach import reach, reach_through
from convexplorer.core.trace import trace
from tests.core.cases import cases
from tests.core.test_pool import poolings


def assert_adjoint(layer, x):
    """Output o reads cell i by tap t if and only if i reaches o by t, counted with multiplicity."""
    shape = layer.output_shape(x.shape)
    gathered, scattered = [], []
    for output in np.ndindex(*shape[1:]):
        window = trace(layer, x, (0, *output)).window
        for tap in np.ndindex(*map(len, window.sources)):
            cell = tuple(int(source[k]) for source, k in zip(window.sources, tap, strict=True))
            if not window.is_empty[tap]:
                gathered.append((output, cell, tap))
    for cell in np.ndindex(*x.shape[1:]):
        found = reach(layer, x.shape[1:], cell)
        pairs = [list(zip(o.tolist(), t.tolist(), strict=True)) for o, t in zip(found.outputs, found.taps, strict=True)]
        combinations = itertools.product(*pairs)
        scattered += [(tuple(o for o, _ in one), cell, tuple(t for _, t in one)) for one in combinations]

    assert sorted(gathered) == sorted(scattered)


@given(case=cases())
def test_gather_and_scatter_of_a_convolution_are_adjoint(case):
    assert_adjoint(Conv(case.kernel, case.bias, **case.settings), case.x)


@given(drawn=poolings(), kind=st.sampled_from([MaxPool, AveragePool]))
def test_gather_and_scatter_of_a_pooling_are_adjoint(drawn, kind):
    x, size, arguments = drawn
    arguments.pop("ceil_mode")

    assert_adjoint(kind(size, **arguments), x)


@pytest.mark.parametrize("layer", [Activation("relu"), Identity()])
def test_a_value_on_its_own_reaches_itself(layer):
    assert_adjoint(layer, np.zeros((1, 3, 2)))


@given(case=cases(ranks=(2,), dtype=np.float64), data=st.data())
def test_a_reach_carries_the_weights_by_which_a_change_is_seen(case, data):
    layer = Conv(case.kernel, **case.settings)
    cell = tuple(data.draw(st.integers(0, n - 1)) for n in case.x.shape[1:])
    touched = np.zeros_like(case.x)
    touched[(0, *cell)] = 1

    found = reach(layer, case.x.shape[1:], cell)

    expected = layer(touched)[0]
    seen = np.zeros_like(expected)
    np.add.at(seen, np.ix_(*found.outputs), found.weights(layer.kernel[0, 0]))
    np.testing.assert_allclose(seen, expected, atol=1e-12)


@given(case=cases(ranks=(2,)), data=st.data())
def test_what_a_place_reaches_through_a_stack_is_found_by_touching(case, data):
    layers = [
        Conv(np.abs(case.kernel) + 1, **case.settings),
        Identity(),
        AveragePool(2, strides=1, padding="same"),
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
