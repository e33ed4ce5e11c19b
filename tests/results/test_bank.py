"""Samples of maps without the maps: the same values as in whole maps, for any padding, border, stride and dilation."""

import numpy as np
import pytest

from convexplorer.core import Conv, DepthwiseConv
from convexplorer.core.geometry.windows import BORDERS
from convexplorer.results.bank import bank_of

ROWS, COLUMNS = 37, 41


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize(
    ("size", "strides", "padding", "dilation"),
    [
        ((3, 3), 1, "same", 1),
        ((5, 5), (2, 1), ((4, 0), (1, 3)), 1),
        ((2, 3), 1, "valid", (3, 2)),
        ((1, 1), 3, "same", 1),
        ((9, 9), 1, "same", 1),
        ((7, 7), 2, "valid", 1),
    ],
)
@pytest.mark.parametrize("step", [1, 5, 23])
def test_samples_are_values_of_the_maps(size, strides, padding, dilation, border, step):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(2, ROWS, COLUMNS))
    placing = {"strides": strides, "padding": padding, "dilation_rate": dilation, "border": border}
    layer = Conv(rng.normal(size=(6, 2, *size)), rng.normal(size=6), **placing)
    whole = layer(x).reshape(6, -1)
    bank = bank_of(layer, x.shape[1:], (4, 1, 3))
    assert bank is not None

    values = bank.sample(x, (3, 4), step)

    step = step * -(-size[0] * size[1] // 49) | 1  # large windows are taken more rarely
    np.testing.assert_allclose(values, whole[[3, 4], ::step], atol=1e-12)


@pytest.mark.parametrize("step", [1, 7])
def test_samples_of_filters_in_groups_are_values_of_their_maps(step: int):
    rng = np.random.default_rng(4)
    x = rng.normal(size=(4, ROWS, COLUMNS))
    layers = (
        Conv(rng.normal(size=(6, 2, 3, 3)), rng.normal(size=6), groups=2, padding="same"),
        DepthwiseConv(rng.normal(size=(4, 2, 3, 3)), padding="same", border="wrap"),
    )
    for layer in layers:
        bank = bank_of(layer, x.shape[1:], (3, 4))
        assert bank is not None
        values = bank.sample(x, (3, 1, 2), step)

        np.testing.assert_allclose(values, layer(x)[[3, 1, 2]].reshape(3, -1)[:, ::step], atol=1e-12)


def test_an_activation_or_weights_that_are_not_finite_make_no_bank():
    kernel = np.ones((2, 1, 3, 3))
    assert bank_of(Conv(kernel, activation="relu"), (9, 9), (0, 1)) is None
    assert bank_of(Conv(kernel * np.nan), (9, 9), (0, 1)) is None
    assert bank_of(Conv(kernel, [0.0, np.inf]), (9, 9), (0, 1)) is None
    assert bank_of(Conv(kernel, [0.0, np.inf]), (9, 9), (0,)) is not None
