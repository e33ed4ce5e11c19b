"""A plane as its layer applies it: the map of the layer is that of the plane that is told."""

import numpy as np
import pytest

from convexplorer.core import conv
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import make_layer
from convexplorer.results.effects import as_applied

PLANE = np.random.default_rng(2).normal(size=(3, 4))


@pytest.mark.parametrize("is_flipped", [False, True])
@pytest.mark.parametrize("rate", [(1, 1), (2, 1), (1, 3), (4, 2)])
def test_the_map_of_the_layer_is_that_of_the_plane_as_applied(is_flipped, rate):
    layer = make_layer("conv", (Filter("f", PLANE),), is_flipped=is_flipped, dilation_rate=rate, padding="valid")
    picture = np.random.default_rng(3).random((1, 40, 40))

    plane, said = as_applied(PLANE, layer)

    expected = conv(picture, PLANE[None, None, ::-1, ::-1] if is_flipped else PLANE[None, None], dilation_rate=rate)
    np.testing.assert_allclose(conv(picture, plane[None, None]), expected, atol=1e-12)
    assert bool(said) == (is_flipped or rate != (1, 1))


def test_what_half_a_turn_leaves_as_it_is_is_not_told_as_turned():
    layer = make_layer("conv", (Filter("f", np.ones((3, 3))),), is_flipped=True)

    assert as_applied(np.ones((3, 3)), layer)[1] == ""


def test_a_plane_that_would_be_too_large_keeps_its_size():
    plane = np.ones((1, 255))

    assert as_applied(plane, make_layer("conv", (Filter("f", plane),), dilation_rate=(2, 2)))[0].shape == (1, 255)
