"""All channels at once: where many small ones do not mix."""

import numpy as np
import pytest

from convexplorer import _threads
from convexplorer.core import conv, plan
from convexplorer.core.convolution.algorithms import lanes
from convexplorer.core.geometry.windows import BORDERS
from tests.core import oracle


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize(
    "settings", [{}, {"strides": (2, 1)}, {"dilation_rate": (1, 2)}, {"padding": ((0, 2), (1, 0))}]
)
@pytest.mark.parametrize("share", [1, 3])
def test_every_channel_is_convolved_with_its_own_filters(border, settings, share):
    rng = np.random.default_rng(0)
    x, kernel = (
        rng.normal(size=(40, 9, 7)).astype(np.float32),
        rng.normal(size=(40 * share, 1, 3, 2)).astype(np.float32),
    )
    bias = rng.normal(size=40 * share).astype(np.float32)
    usual = {"strides": (1, 1), "dilation_rate": (1, 1), "padding": "same"}
    given = usual | settings | {"groups": 40, "border": border}

    y = conv(x, kernel, bias, algorithm="lanes", **given)

    np.testing.assert_allclose(y, oracle.conv_by_taps(x, kernel, bias, **given), rtol=1e-5, atol=1e-5)


def test_what_is_cut_into_parts_and_threads_is_the_same_to_the_last_bit(monkeypatch):
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=(70, 40, 40)).astype(np.float32), rng.normal(size=(70, 1, 3, 3)).astype(np.float32)
    whole = conv(x, kernel, padding="same", groups=70, algorithm="lanes")

    monkeypatch.setattr(lanes, "_PART_BYTES", 1)
    monkeypatch.setattr(lanes, "_BLOCK_BYTES", 1)
    with _threads.alone():
        parts = conv(x, kernel, padding="same", groups=70, algorithm="lanes")

    assert parts.tobytes() == whole.tobytes()


def test_not_finite_values_stay_in_their_windows_and_their_channel():
    x = np.ones((32, 8, 8), np.float32)
    x[5, 4, 4] = np.inf

    y = conv(x, np.ones((32, 1, 3, 3), np.float32), padding="same", groups=32, algorithm="lanes")

    assert np.isinf(y[5, 3:6, 3:6]).all()
    assert np.isfinite(np.delete(y, 5, axis=0)).all()
    assert np.isfinite(y).sum() == y.size - 9


@pytest.mark.parametrize(
    ("channels", "side", "settings", "algorithm"),
    [
        (960, 7, {}, "lanes"),
        (576, 14, {"strides": 2}, "lanes"),
        (16, 14, {}, "flat"),
        (144, 56, {}, "flat"),
    ],
)
def test_many_small_channels_take_it(channels, side, settings, algorithm):
    chosen = plan((channels, side, side), (channels, 1, 3, 3), padding="same", groups=channels, **settings)

    assert chosen.algorithm == algorithm
