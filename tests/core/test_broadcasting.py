"""Merging maps of which some have one cell or one channel: a number for each channel opens and closes maps."""

import numpy as np
import pytest

from convexplorer.core import Conv, GlobalAveragePool, MaxPool
from convexplorer.core.explain.influence import effective_field, field_of
from convexplorer.core.explain.trace import trace
from convexplorer.core.layers import Add, Average, Identity, Maximum, Minimum, Multiply, Subtract
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.network import Graph, evaluate, input_gradient, receptive_field

SHAPES = [
    ((3, 4, 5), (3, 1, 1)),
    ((3, 1, 1), (3, 4, 5)),
    ((3, 4, 5), (1, 4, 5)),
    ((3, 1, 5), (1, 4, 1)),
]
LAYERS = {
    "add": (Add(), np.add),
    "subtract": (Subtract(), np.subtract),
    "multiply": (Multiply(), np.multiply),
    "average": (Average(), lambda a, b: (a + b) / 2),
    "maximum": (Maximum(), np.maximum),
    "minimum": (Minimum(), np.minimum),
}
EVERY = pytest.mark.parametrize("name", LAYERS)
EACH = pytest.mark.parametrize("shapes", SHAPES)


def inputs(shapes):
    rng = np.random.default_rng(0)
    return [rng.permutation(int(np.prod(shape))).reshape(shape) / 7 + 0.01 * i for i, shape in enumerate(shapes)]


@EVERY
@EACH
def test_maps_are_those_of_numpy(name, shapes):
    layer, expected = LAYERS[name]
    xs = inputs(shapes)

    y = layer(*xs)

    assert y.shape == layer.output_shape(*shapes)
    np.testing.assert_allclose(y, expected(*xs))
    assert not any(np.shares_memory(x, y) for x in xs)


@EVERY
@EACH
def test_gradients_are_those_of_finite_differences(name, shapes):
    layer, _ = LAYERS[name]
    xs = inputs(shapes)
    gradient = np.random.default_rng(1).normal(size=layer.output_shape(*shapes))

    found = layer.input_gradients(gradient, *xs)

    for which, x in enumerate(xs):
        assert found[which].shape == x.shape
        for place in np.ndindex(*x.shape):
            values = []
            for step in (1e-6, -1e-6):
                moved = [each.copy() for each in xs]
                moved[which][place] += step
                values.append((layer(*moved) * gradient).sum())
            assert found[which][place] == pytest.approx((values[0] - values[1]) / 2e-6, rel=1e-6, abs=1e-7)


@EVERY
@EACH
def test_every_value_is_explained_and_its_gradient_followed(name, shapes):
    layer, _ = LAYERS[name]
    xs = inputs(shapes)
    y = layer(*xs)

    for place in np.ndindex(*y.shape):
        traced = trace(layer, tuple(xs), place)
        assert traced.value == pytest.approx(y[place])
        for n, value in enumerate(traced.values.reshape(-1)):
            own = tuple(min(i, m - 1) for i, m in zip(place, shapes[n], strict=True))
            assert value == xs[n][own]
            assert traced.channels[n] == own[0]

        one = np.zeros((len(y), *(1,) * (y.ndim - 1)))
        one[place[0]] = 1
        whole = np.zeros(y.shape)
        whole[place] = 1
        parts = layer.back(Part(place[1:], one), *xs)
        for part, expected in zip(parts, layer.input_gradients(whole, *xs), strict=True):
            found = np.zeros(expected.shape)
            found[part.places] = part.gradient
            np.testing.assert_allclose(found, expected)


def gated(order):
    """Return a squeeze-and-excite block: maps times a number for each channel, which all of the picture decides."""
    rng = np.random.default_rng(2)
    first = Conv(rng.normal(size=(3, 2, 3, 3)), padding="same")
    gate = Conv(rng.normal(size=(3, 3, 1, 1)), activation="sigmoid")
    return Graph([first, GlobalAveragePool(keepdims=True), gate, Multiply()], [(-1,), (0,), (1,), order])


@pytest.mark.parametrize("order", [(0, 2), (2, 0)])
def test_a_gate_lets_every_cell_see_the_whole_picture(order):
    x = np.random.default_rng(3).normal(size=(2, 8, 9))
    evaluation = evaluate(gated(order), x)
    place, shape = (1, 4, 2), evaluation[3].shape
    gradient = np.zeros(shape)
    gradient[place] = 1

    field = effective_field(evaluation, 3, place)

    assert shape == (3, 8, 9)
    whole = np.abs(input_gradient(evaluation, gradient)).sum()
    assert field.influence.sum() == pytest.approx(whole, rel=1e-5)
    box = field_of(evaluation.graph, x.shape, 3, place[1:])
    assert all(first <= 0 and stop >= n for (first, stop), n in zip(box, x.shape[1:], strict=True))
    assert receptive_field(evaluation.graph, x.shape)[3].jump == (1, 1)


def test_what_cannot_be_repeated_is_refused():
    with pytest.raises(ValueError, match="inputs must have the same shape; got 4 × 5 × 3 and 2 × 5 × 3"):
        Add()(np.ones((3, 4, 5)), np.ones((3, 2, 5)))
    with pytest.raises(ValueError, match="inputs must have the same shape"):
        Multiply().output_shape((3,), (3, 4, 5))
    with pytest.raises(ValueError, match="inputs must have the same shape"):
        Add().output_shape((3, 1, 1), (3, 4, 5), (3, 2, 5))


def test_an_identity_behind_it_changes_nothing():
    x = np.random.default_rng(3).normal(size=(2, 8, 8))
    graph = Graph([MaxPool(8), Add(), Identity()], [(-1,), (-1, 0), (1,)])

    np.testing.assert_allclose(evaluate(graph, x)[2], x + x.max(axis=(1, 2), keepdims=True))
