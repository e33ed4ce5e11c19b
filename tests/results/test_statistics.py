import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convexplorer.core.layers import Activation
from convexplorer.results.statistics import BINS, describe_map, extremes, measure
from convexplorer.words import percent

VALUES = arrays(np.float32, (7, 9), elements=st.floats(-1000, 1000, width=32))


@settings(max_examples=50, deadline=None)
@given(VALUES)
def test_moments_and_extremes_are_those_of_numpy(values: np.ndarray):
    statistics = measure(values)

    assert statistics is not None
    assert (statistics.minimum, statistics.maximum) == (values.min(), values.max())
    assert statistics.mean == pytest.approx(values.mean(dtype=np.float64), abs=1e-3)
    assert statistics.deviation == pytest.approx(values.std(dtype=np.float64), abs=1e-3)
    assert statistics.zeros == pytest.approx(np.mean(values == 0))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("middle", "spread"), [(0, 1), (5, 1e-3), (1e6, 1), (-3e5, 0.25), (0.1, 0), (1e30, 1e28), (1e-30, 1e-32)]
)
def test_mean_and_deviation_keep_their_digits(dtype: type, middle: float, spread: float):
    values = (middle + spread * np.random.default_rng(8).normal(size=(60, 80))).astype(dtype)

    found = measure(values)

    exact = values.astype(np.float64)
    assert found is not None
    assert found.mean == pytest.approx(exact.mean(), rel=1e-9, abs=1e-6 * spread)
    assert found.deviation == pytest.approx(0.0 if np.ptp(values) == 0 else exact.std(), rel=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_fewest_values_are_counted_as_many_are(dtype):
    rng = np.random.default_rng(3)
    for rows, columns in itertools.product(range(1, 6), range(1, 6)):
        values = rng.normal(size=(rows, columns)).astype(dtype)
        values.flat[-1] = 1e9
        statistics = measure(values, noise=0.5)
        relu = np.maximum(values, 0)

        assert statistics is not None
        assert statistics.zeros == np.mean(np.abs(values) <= 0.5), (rows, columns)
        assert statistics.counts.sum() == values.size
        assert statistics.deviation == pytest.approx(values.std(dtype=np.float64), rel=1e-6)
        share = np.mean(values < -0.5)
        after = measure(relu, 0.5)
        assert after is not None
        says = f"ReLU set {percent(share, '.2g')} to 0" if share < 0.995 else "nearly 100 %"
        if share:
            assert says in describe_map(after, values, relu, "relu", 0.5), (rows, columns)


@settings(max_examples=50, deadline=None)
@given(VALUES)
def test_the_histogram_holds_every_value_once(values: np.ndarray):
    statistics = measure(values)

    assert statistics is not None
    assert statistics.counts.sum() == values.size
    assert (len(statistics.counts), len(statistics.edges)) == (BINS, BINS + 1)


def test_the_histogram_is_that_of_numpy_away_from_the_edges_of_bins():
    values = np.random.default_rng(0).normal(size=(200, 300)).astype(np.float32)
    statistics = measure(values)

    assert statistics is not None
    expected, _ = np.histogram(values, statistics.edges)
    assert np.abs(statistics.counts - expected).max() <= 2


def test_values_that_are_not_finite_are_left_out():
    values = np.array([[1, 2, np.nan], [3, np.inf, -np.inf]], np.float32)
    statistics = measure(values)

    assert statistics is not None
    assert (statistics.minimum, statistics.maximum, statistics.mean) == (1, 3, 2)
    assert statistics.counts.sum() == 3
    assert extremes(values) == (1, 3, 0.5)


def test_without_any_finite_value_there_are_no_statistics():
    values = np.full((2, 2), np.nan, np.float32)

    assert measure(values) is None
    assert extremes(values) == (0, 0, 1)


@pytest.mark.parametrize("value", [0.0, 1.0, -3.5, 1e30, 1e-30])
def test_a_constant_map_falls_into_one_bin(value: float):
    statistics = measure(np.full((4, 5), value, np.float32))

    assert statistics is not None
    assert statistics.counts.max() == 20
    assert statistics.deviation == 0


def test_values_near_the_ends_of_float32_are_measured():
    values = np.array([[-3e38, 3e38], [0, 1]], np.float32)
    statistics = measure(values)

    assert statistics is not None
    assert (statistics.minimum, statistics.maximum) == (np.float32(-3e38), np.float32(3e38))
    assert statistics.counts.sum() == 4


def test_small_differences_between_large_values_are_told_apart():
    values = 1e7 + np.arange(64, dtype=np.float32).reshape(8, 8)
    statistics = measure(values)

    assert statistics is not None
    assert statistics.counts.max() <= 2


def test_what_is_only_rounding_counts_as_zero() -> None:
    values = np.array([[0.0, 1e-7, -1e-7, 1.0]], np.float32)

    exact, tolerant = measure(values), measure(values, 1e-6)

    assert exact is not None
    assert tolerant is not None
    assert (exact.zeros, tolerant.zeros) == (0.25, 0.75)


def sentence(linear: np.ndarray, activation: str) -> str:
    linear = np.ascontiguousarray(linear, np.float32)
    values = linear if activation == "linear" else Activation(activation)(linear)
    statistics = measure(values)
    assert statistics is not None
    return describe_map(statistics, linear, values, activation, 0.0)


@settings(max_examples=50, deadline=None)
@given(VALUES)
def test_what_the_activation_removed_is_counted(values: np.ndarray):
    text = sentence(values, "relu")

    removed = np.mean(values < 0)
    assert ("ReLU set" in text) == (removed > 0)
    if 0.001 < removed < 0.99:
        assert f"set {100 * removed:.2g} % to 0" in text


def test_a_map_without_activation_is_its_range_and_its_zeros():
    assert sentence(np.array([[-1.5, 0, 0, 2]]), "linear") == "values in −1.5 … 2, 50 % are 0"
    assert sentence(np.full((2, 2), 3.0), "linear") == "all values are 3"


def test_an_activation_that_removes_nothing_says_what_it_made_values_of():
    assert sentence(np.array([[-8.0, 8.0]]), "tanh") == "values in −1 … 1: Tanh made them of −8 … 8"
    assert sentence(np.array([[1.0, 8.0]]), "relu") == "values in 1 … 8"
