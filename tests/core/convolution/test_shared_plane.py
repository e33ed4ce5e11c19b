"""Filters with equal planes on the sum of the channels, by the oracle in float64."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from convexplorer.core.convolution import conv as conv_module
from convexplorer.core.convolution import shared_plane
from convexplorer.core.convolution.conv import conv, plan_in_force
from tests.core.cases import Expected, cases

RNG = np.random.default_rng(5)
X = RNG.random((3, 120, 150), dtype=np.float32)
ALIKE = np.repeat(RNG.normal(size=(8, 1, 3, 3)).astype(np.float32), 3, axis=1)


@pytest.fixture
def sums(monkeypatch):
    """Return the list of all inputs whose channels are summed from now on."""
    done = []

    def counted(x):
        done.append(x)
        return shared_plane.summed_channels(x)

    monkeypatch.setattr(conv_module, "summed_channels", counted)
    return done


@pytest.fixture
def at_any_size(monkeypatch):
    """Sum channels of inputs of any size, so that plain loops can follow."""
    monkeypatch.setattr(shared_plane, "_LEAST_CELLS", 0)
    monkeypatch.setattr(shared_plane, "_LEAST_PRODUCTS", 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(case=cases())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.usefixtures("at_any_size")
def test_equal_planes_give_what_plain_loops_give(sums, dtype, case):
    kernel = np.repeat(case.kernel[:, :1], case.kernel.shape[1], axis=1)
    bias = None if case.bias is None else case.bias.astype(dtype)
    case = replace(case, x=case.x.astype(dtype), kernel=kernel.astype(dtype), bias=bias)
    sums.clear()

    y = conv(case.x, case.kernel, case.bias, **case.settings)

    Expected.of(case).assert_equals(y, "auto")
    is_alike = case.settings["groups"] == 1 and kernel.shape[1] > 1 and kernel[0, 0].size > 1
    assert len(sums) == is_alike


def test_a_bank_of_presets_on_colour_is_computed_on_the_sum(sums):
    y = conv(X, ALIKE, padding="same")

    assert len(sums) == 1
    np.testing.assert_allclose(y, conv(X, ALIKE, padding="same", algorithm="rows"), atol=1e-5)


@pytest.mark.parametrize(
    "place", [(0, 1, 0, 0), (7, 2, 2, 2), (3, 0, 1, 1)], ids=["the first plane", "the last weight", "in between"]
)
def test_one_other_weight_ends_it(sums, place):
    kernel = ALIKE.copy()
    kernel[place] += 1e-3

    y = conv(X, kernel, padding="same")

    assert not sums
    np.testing.assert_allclose(y, conv(X, kernel, padding="same", algorithm="rows"), atol=1e-5)


def test_an_algorithm_that_is_asked_for_computes_all_channels(sums):
    conv(X, ALIKE, padding="same", algorithm="rows")

    assert not sums


@pytest.mark.parametrize("settings", [{"groups": 3}, {"strides": 11}], ids=["a plane for each group", "few outputs"])
def test_it_is_left_out_where_it_cannot_help(sums, settings):
    kernel = ALIKE[:3, :1] if "groups" in settings else ALIKE

    conv(X, kernel, **settings)

    assert not sums


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_reaches_the_outputs_whose_windows_touch_it(bad):
    x, kernel = X.copy(), ALIKE.copy()
    x[1, 60, 70] = bad
    x[2, 60, 70] = -bad
    kernel[:, :, 0] = 0

    y = conv(x, kernel, padding="same")

    touched = np.zeros(y.shape, bool)
    touched[:, 59:62, 69:72] = True
    np.testing.assert_array_equal(np.isfinite(y), ~touched)


def test_channels_whose_sum_overflows_are_weighed_one_by_one():
    x = np.full_like(X, 2e38)

    y = conv(x, ALIKE / 100, padding="same")

    expected = x[:, :1, :1].astype(np.float64).sum() * (ALIKE[:, 0] / np.float32(100)).astype(np.float64).sum((1, 2))
    np.testing.assert_allclose(y[:, 5, 5], expected, rtol=1e-4)


@pytest.mark.parametrize("weight", [np.inf, np.nan])
def test_weights_that_are_not_finite_meet_every_channel(sums, weight):
    kernel = ALIKE.copy()
    kernel[2, :, 1, 1] = weight

    assert not np.isfinite(conv(X, kernel, padding="same")[2]).any()
    assert not sums


def test_the_plan_says_so():
    found, other = plan_in_force(X.shape, ALIKE, padding="same"), plan_in_force(X.shape, ALIKE + X[:, :3, :3])

    assert found.why.endswith("; the channels are summed first: all planes are equal")
    assert "summed first" not in other.why
    assert found.multiply_adds == 8 * 27 * 120 * 150
    assert found.workspace_bytes > 4 * 120 * 150
