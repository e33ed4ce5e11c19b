"""Banks by sweep: every kernel is the preset that its parameters say, and what cannot be is said."""

import numpy as np
import pytest

from convexplorer.kernels.presets import find_preset, make_filter, presets
from convexplorer.kernels.sweep import MAX_FILTERS, Sweep, can_sweep, swept


def test_every_kernel_is_its_preset_with_its_parameters():
    bank = swept("gabor", {"sigma": 2, "size": 11}, Sweep(angles=6, scales=2, ratio=1.5, phases=2))

    assert len(bank) == 24
    for one in bank:
        assert np.array_equal(make_filter("gabor", **one.parameters).planes, one.planes)
        assert one.preset == "gabor"
    assert len({one.name for one in bank}) == 24


def test_angles_are_spread_over_the_span_from_the_given_one():
    over_a_half = swept("ridge-at-angle", {"angle": 10}, Sweep(angles=4))
    over_a_turn = swept("step-edge", {"angle": 350}, Sweep(angles=4, span=360))

    assert [one.parameters["angle"] for one in over_a_half] == [10, 55, 100, 145]
    assert [one.parameters["angle"] for one in over_a_turn] == [350, 80, 170, 260]


def test_a_scale_multiplies_every_length_and_keeps_the_middle():
    small, large = swept("gabor", {"sigma": 2, "wavelength": 6, "size": 11}, Sweep(scales=2, ratio=2))

    assert (large.parameters["sigma"], large.parameters["wavelength"]) == (4, 12)
    assert large.parameters["size"] % 2 == small.parameters["size"] % 2 == 1
    assert large.parameters["size"] in (21, 23)
    assert (large.parameters["phase"], large.parameters["aspect"]) == (small.parameters["phase"], 0.7)


def test_two_phases_are_an_even_and_an_odd_kernel():
    even, odd = swept("gabor", {}, Sweep(phases=2))

    np.testing.assert_allclose(even.planes, even.planes[:, ::-1, ::-1], atol=1e-12)
    np.testing.assert_allclose(odd.planes, -odd.planes[:, ::-1, ::-1], atol=1e-12)


@pytest.mark.parametrize(
    ("name", "sweep", "sentence"),
    [
        ("gabor", Sweep(angles=257), f"at most {MAX_FILTERS} kernels; these would be 257"),
        ("gabor", Sweep(angles=16, scales=4, phases=5), "these would be 320"),
        ("gaussian", Sweep(angles=2), "Gaussian has no angles to sweep"),
        ("laplacian-by", Sweep(scales=2), "no lengths to sweep"),
        ("ridge-at-angle", Sweep(phases=2), "no phases to sweep"),
        ("gabor", Sweep(angles=0), "angles must be a whole number ≥ 1; got 0"),
        ("gabor", Sweep(scales=4, ratio=3), "Gabor cannot be 9 times as large: sigma must lie in"),
        ("gabor", Sweep(scales=2, ratio=1), "ratio of scales must lie above 1"),
    ],
)
def test_what_cannot_be_is_said(name, sweep, sentence):
    with pytest.raises(ValueError, match=sentence):
        swept(name, {}, sweep)


@pytest.mark.parametrize("name", [name for name, preset in presets().items() if preset.parameters])
def test_every_preset_can_be_swept_by_what_it_has(name):
    has_angle, has_length, has_phase = can_sweep(find_preset(name))

    bank = swept(name, {}, Sweep(angles=2 if has_angle else 1, phases=2 if has_phase else 1))

    assert len(bank) == (1 + has_angle) * (1 + has_phase)
    assert has_length == any(each.unit == "px" for each in find_preset(name).parameters)
