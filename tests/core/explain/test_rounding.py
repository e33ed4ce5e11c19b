"""What is nothing but rounding reads 0, and nothing else does: against exact fractions, for a trace and for maps."""

from fractions import Fraction

import numpy as np
import pytest

from convexplorer.core.explain.rounded_cells import Roundings
from convexplorer.core.explain.rounding import is_rounding, rounding_bound, running_rounding, without_rounding
from convexplorer.core.explain.trace import trace
from convexplorer.core.layers import (
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    ConvTranspose,
    DepthwiseConv,
    Layer,
    MaxPool,
    SeparableConv,
    Subtract,
)
from convexplorer.core.network import Graph, evaluate

SIZES = [1, 2, 3, 5, 9, 25, 63]


def zero_sum(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Return a random kernel whose weights cancel in real numbers, and hardly in float32."""
    kernel = rng.normal(size=shape) * 10.0 ** rng.integers(-3, 4)
    axes = tuple(range(1, len(shape)))
    return kernel - kernel.mean(axis=axes, keepdims=True)


def exact_sum(values: np.ndarray, weights: np.ndarray, bias: float = 0.0) -> Fraction:
    products = (Fraction(float(v)) * Fraction(float(w)) for v, w in zip(values.flat, weights.flat, strict=True))
    return sum(products, Fraction(bias))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("channels", [1, 3])
def test_what_a_kernel_that_sums_to_0_leaves_of_a_flat_picture_reads_0(size: int, channels: int):
    rng = np.random.default_rng(size)
    layer = Conv(zero_sum(rng, 4, channels, size, size), border="edge", padding="same")
    for level in (0.5, 128 / 255, 1e-6, 40000.0):
        flat = np.full((channels, 70, 66), level, np.float32)
        evaluation = evaluate([layer], flat)

        found = Roundings(evaluation).zeros(0, np.arange(0, evaluation[0].size, 97))

        assert (found | (evaluation[0].reshape(-1)[::97] == 0)).all(), level
        traced = without_rounding(trace(layer, flat, (1, 5, 7), maps=evaluation[0]))
        assert (traced.value, traced.linear, traced.reference, traced.running[-1]) == (0, 0, 0, 0)
        assert not traced.sums.any() or channels > 1


def test_a_true_value_is_never_0():
    rng = np.random.default_rng(0)
    seen = 0
    for _ in range(2000):
        n = int(rng.integers(1, 30))
        values = (rng.random(n) * 10.0 ** rng.integers(-6, 6)).astype(np.float32)
        weights = rng.normal(size=n).astype(np.float32)
        if n > 1:  # cancels up to a part of random size, down to what float32 cannot hold
            rest = float(values[:-1].astype(np.float64) @ weights[:-1].astype(np.float64))
            weights[-1] = (-rest + 10.0 ** rng.uniform(-12, 0) * abs(rest)) / max(float(values[-1]), 1e-30)
        exact = abs(exact_sum(values, weights))
        total = float(np.abs(values.astype(np.float64) * weights).sum())

        reads_0 = is_rounding(values.astype(np.float64) * weights.astype(np.float64))

        assert reads_0 == (exact <= rounding_bound(total)) or abs(float(exact) / rounding_bound(total) - 1) < 1e-6
        seen += reads_0
    assert 50 < seen < 1950, "both kinds of values are among those that were drawn"


def test_whole_numbers_have_no_rounding():
    terms = np.array([65535.0 * 4000, 1.0, -65535.0 * 4000])

    assert not is_rounding(terms)
    assert is_rounding(terms[[0, 2]])
    assert running_rounding(np.array([3e8, -3e8, 1.0]), np.float32).tolist() == [False, True, False]


def test_a_small_true_value_stays_beside_large_ones():
    x = np.full((1, 12, 12), 1000.0, np.float32)
    x[0, :, 4:] = 1e-6 * np.arange(8, dtype=np.float32)
    layer = Conv(np.array([[[[-1.0, 0.0, 1.0]]]], np.float32))
    evaluation = evaluate([layer], x)
    right = np.arange(evaluation[0].size)[4 + 2 :: 10]

    assert not Roundings(evaluation).zeros(0, right).any()
    assert np.isclose(without_rounding(trace(layer, x, (0, 3, 6))).value, 2e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_each_partial_sum_is_judged_by_its_own_terms(dtype):
    values = np.array([[[1, 1, 1]], [[1, 1, 1]]], dtype)
    layer = Conv(np.array([[[[0.7, -0.5, -0.2]], [[0.1, 0.2, 0.3]]]], dtype))

    traced = without_rounding(trace(layer, values, (0, 0, 0)))

    assert traced.sums[0] == traced.running[2] == 0
    assert traced.value == pytest.approx(0.6)
    assert traced.running[3] == pytest.approx(0.1)


def test_numbers_that_are_not_finite_stay():
    x = np.array([[[np.nan, 1.0, np.inf]]], np.float32)
    traced = trace(Conv(np.ones((1, 1, 1, 3))), x, (0, 0, 0))

    assert without_rounding(traced) is traced


def a_network(rng: np.random.Generator) -> list[Layer]:
    edges = Conv(zero_sum(rng, 4, 3, 3, 3), padding="same", border="edge", activation="relu")
    return [
        edges,
        Conv(rng.normal(size=(4, 4, 3, 3)), padding="same"),
        Activation("tanh"),
        MaxPool(2),
        DepthwiseConv(rng.normal(size=(4, 1, 3, 3)), padding="same"),
        AveragePool(2),
        ConvTranspose(rng.normal(size=(4, 4, 2, 2)), strides=2),
        BatchNorm(None, None, [0.0] * 4, [1.0] * 4),
        SeparableConv(rng.normal(size=(4, 1, 3, 3)), rng.normal(size=(4, 4, 1, 1))),
    ]


def test_rounding_reads_0_through_all_layers_behind():
    layers = a_network(np.random.default_rng(5))
    evaluation = evaluate(layers, np.full((3, 24, 24), 0.3, np.float32))
    roundings = Roundings(evaluation)
    assert any(maps.any() for maps in evaluation), "float32 leaves something"
    for index, maps in enumerate(evaluation):
        some = np.arange(0, maps.size, 11)

        is_zero = roundings.zeros(index, some) | (maps.reshape(-1)[some] == 0)

        assert is_zero.all(), layers[index]
        traced = roundings.traced(index, (1, 2, 2))
        assert traced.value == 0
        assert not traced.values.any() or index == 0


@pytest.mark.parametrize("index", range(9))
def test_of_a_picture_no_value_is_lost_in_any_layer(index: int):
    rng = np.random.default_rng(6)
    layers = a_network(rng)[: index + 1]
    evaluation = evaluate(layers, rng.random((3, 24, 24), np.float32))
    maps = evaluation[index]

    assert not Roundings(evaluation).zeros(index, np.arange(maps.size)).any()


def test_cells_and_traces_agree():
    rng = np.random.default_rng(7)
    x = np.full((3, 24, 24), 0.3, np.float32)
    x[:, :, 12:] = rng.random((3, 24, 12))
    evaluation = evaluate(a_network(rng), x)
    roundings = Roundings(evaluation)
    for index, maps in enumerate(evaluation):
        for cell in rng.integers(0, maps.size, 40).tolist():
            if maps.reshape(-1)[cell] != 0:
                place = tuple(int(i) for i in np.unravel_index(cell, maps.shape))
                is_zero = bool(roundings.zeros(index, np.array([cell]))[0])
                assert is_zero == (roundings.traced(index, place).value == 0), (index, place)


def test_the_difference_of_two_maps_that_are_equal_within_rounding_reads_0():
    a = Conv(np.full((1, 1, 3, 3), 1 / 9), padding="same", border="edge")
    b = Conv(np.full((1, 1, 3, 1), 1 / 3), padding="same", border="edge")
    c = Conv(np.full((1, 1, 1, 3), 1 / 3), padding="same", border="edge")
    x = np.random.default_rng(8).random((1, 30, 30), np.float32)
    evaluation = evaluate(Graph([a, b, c, Subtract()], [(-1,), (-1,), (1,), (0, 2)]), x)
    assert evaluation[3].any()

    is_zero = Roundings(evaluation).zeros(3, np.arange(evaluation[3].size))

    assert (is_zero | (evaluation[3].reshape(-1) == 0))[:200].all()
