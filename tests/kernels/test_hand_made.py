"""The presets in all the forms to which a learned kernel may be alike."""

import numpy as np
import pytest

from convexplorer.kernels.hand_made import hand_made
from convexplorer.kernels.presets import make_filter, presets

WITHOUT = {"blank", "random", "shift", *(name for name in presets() if name.startswith("initial-"))}


@pytest.mark.parametrize("size", [1, 3, 4, 7, 31])
def test_every_form_is_the_preset_with_its_parameters(size):
    for one in hand_made(size):
        assert np.array_equal(make_filter(one.preset.name, **one.parameters).planes, one.planes)


@pytest.mark.parametrize("size", [3, 7, 15])
def test_a_formula_is_tried_at_the_size_asked_for_and_never_beyond(size):
    found = hand_made(size)

    assert all(max(one.planes.shape[1:]) <= size for one in found if one.preset.parameters)
    assert {one.planes.shape[1:] for one in found if one.preset.name == "gabor"} == {(size, size)}


def test_all_presets_that_are_like_anything_are_there():
    made = {preset.name for preset in presets().values() if preset.group != "Learned"}
    assert {one.preset.name for one in hand_made(15)} == made - WITHOUT


def test_a_form_is_called_by_its_angle():
    labels = {one.label for one in hand_made(7)}

    assert {"Gabor 45°", "Ridge 90°", "Gaussian derivative 0°", "Sobel x", "Gaussian"} <= labels
