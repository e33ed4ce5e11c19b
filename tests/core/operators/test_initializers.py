"""Initializers: the same seed, the right spread, and the rules of Keras."""

import math

import numpy as np
import pytest

from convexplorer.core.convolution.conv import conv
from convexplorer.core.operators.initializers import INITIALIZERS, compute_fans

EVERY = pytest.mark.parametrize("name", INITIALIZERS)
SHAPE = (64, 32, 5, 5)
FAN_IN, FAN_OUT = 32 * 25, 64 * 25


@EVERY
def test_a_seed_gives_the_same_numbers_again(name):
    first, again, other = (INITIALIZERS[name]((6, 4, 3, 3), seed=seed) for seed in (1, 1, 2))

    assert (first.shape, first.dtype) == ((6, 4, 3, 3), np.float32)
    assert np.array_equal(first, again)
    assert np.array_equal(first, other) == (name in ("zeros", "ones", "constant", "identity"))


@EVERY
def test_a_generator_goes_on(name):
    rng = np.random.default_rng(1)

    first, second = (INITIALIZERS[name]((6, 4), seed=rng) for _ in range(2))

    assert np.array_equal(first, INITIALIZERS[name]((6, 4), seed=1))
    assert np.array_equal(first, second) == (name in ("zeros", "ones", "constant", "identity"))


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("glorot_uniform", 2 / (FAN_IN + FAN_OUT)),
        ("glorot_normal", 2 / (FAN_IN + FAN_OUT)),
        ("he_uniform", 2 / FAN_IN),
        ("he_normal", 2 / FAN_IN),
        ("lecun_uniform", 1 / FAN_IN),
        ("lecun_normal", 1 / FAN_IN),
        ("variance_scaling", 1 / FAN_IN),
        ("random_normal", 0.05**2),
        ("random_uniform", 0.1**2 / 12),
        ("truncated_normal", (0.05 * 0.87962566) ** 2),
    ],
)
def test_the_spread_is_the_one_that_the_name_promises(name, variance):
    kernel = INITIALIZERS[name](SHAPE, seed=0)

    # 51 200 numbers: five standard errors of mean and variance.
    assert abs(kernel.mean()) < 5 * math.sqrt(variance / kernel.size)
    assert abs(kernel.var() / variance - 1) < 5 * math.sqrt(2 / kernel.size)


@pytest.mark.parametrize("name", ["glorot_normal", "he_normal", "lecun_normal", "truncated_normal"])
def test_normal_numbers_are_cut_at_two_deviations(name):
    kernel = INITIALIZERS[name](SHAPE, seed=0)

    deviation = 0.05 if name == "truncated_normal" else kernel.std(dtype=np.float64) / 0.87962566
    assert np.abs(kernel).max() <= 2 * deviation * 1.01


@pytest.mark.parametrize(("name", "scale"), [("glorot_uniform", 6), ("he_uniform", 12), ("lecun_uniform", 6)])
def test_uniform_numbers_fill_their_range(name, scale):
    fan = FAN_IN + FAN_OUT if name == "glorot_uniform" else 2 * FAN_IN
    largest = np.abs(INITIALIZERS[name](SHAPE, seed=0)).max()

    assert 0.999 < largest / math.sqrt(scale / fan) <= 1


@pytest.mark.parametrize(
    ("shape", "fans"),
    [
        ((64, 3, 7, 7), (147, 3136)),  # a kernel: Keras's (7, 7, 3, 64)
        ((10, 400), (400, 10)),  # a dense kernel: Keras's (400, 10)
        ((8, 16, 2, 2), (64, 32)),  # a transposed kernel from 8 to 16: Keras's (2, 2, 16, 8)
        ((5,), (5, 5)),
        ((), (1, 1)),
    ],
)
def test_fans_are_those_of_keras(shape, fans):
    assert compute_fans(shape) == fans


def test_other_fans_can_be_given():
    kernel = INITIALIZERS["he_uniform"]((32, 1, 5, 5), fans=(100, 1), seed=0)

    assert 0.99 < np.abs(kernel).max() / math.sqrt(6 / 100) <= 1


@pytest.mark.parametrize("distribution", ["untruncated_normal", "uniform", "truncated_normal"])
@pytest.mark.parametrize(("mode", "fan"), [("fan_in", FAN_IN), ("fan_out", FAN_OUT), ("fan_avg", 1200)])
def test_variance_scaling_knows_all_modes_and_distributions(mode, fan, distribution):
    kernel = INITIALIZERS["variance_scaling"](SHAPE, scale=3, mode=mode, distribution=distribution, seed=0)

    assert abs(kernel.var() * fan / 3 - 1) < 5 * math.sqrt(2 / kernel.size)


@pytest.mark.parametrize("shape", [(4, 9), (9, 4), (6, 2, 3), (40, 2, 3, 3), (5, 5)])
def test_orthogonal_filters_stand_at_right_angles(shape):
    matrix = INITIALIZERS["orthogonal"](shape, gain=2, seed=0).reshape(shape[0], -1)

    smaller = matrix @ matrix.T if shape[0] <= matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(smaller, 4 * np.eye(len(smaller)), atol=1e-5)


@pytest.mark.parametrize("size", [(3,), (4, 5), (1, 2, 3)])
def test_identity_passes_the_input_on(size):
    x = np.random.default_rng(0).normal(size=(3, *[6] * len(size)))

    y = conv(x, INITIALIZERS["identity"]((3, 3, *size)), padding="same")

    assert np.array_equal(y, x)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("zeros", {"shape": (2, 0)}, r"shape must be whole numbers ≥ 1; got \(2, 0\)"),
        ("glorot_uniform", {"shape": (2, 1.5)}, r"shape must be whole numbers ≥ 1; got \(2, 1.5\)"),
        ("ones", {"shape": 3}, "shape must be whole numbers; got 3"),
        ("identity", {"shape": (3,)}, r"shape must have two or more axes for identity; got \(3,\)"),
        ("orthogonal", {"shape": (3,)}, r"shape must have two or more axes for orthogonal; got \(3,\)"),
        ("random_normal", {"stddev": -1}, "stddev must be ≥ 0; got -1"),
        ("random_uniform", {"minval": 1}, r"minval must be ≤ maxval; got 1 and 0\.05"),
        ("variance_scaling", {"scale": 0}, "scale must be above 0; got 0"),
        ("variance_scaling", {"mode": "fan"}, "mode must be one of fan_in, fan_out, fan_avg; got 'fan'"),
        ("variance_scaling", {"distribution": "normal"}, "distribution must be one of .* got 'normal'"),
    ],
)
def test_a_wrong_argument_is_named(name, arguments, message):
    with pytest.raises(ValueError, match=message):
        INITIALIZERS[name](**{"shape": (4, 4), **arguments})
