"""The size of an input that no file tells is one that the layers can read."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer.model.layer import make_layer
from convexplorer.model.opening.input_size import can_read, fitting_size, with_fitting_size
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.preprocessing import Preprocessing


def network(side: int, channels: int = 3, *, flattens: bool = True):
    """Return layers that were made for square pictures of a size."""
    cells = channels * (side // 4) ** 2
    weights = {"kernel": np.ones((5, cells if flattens else channels), np.float32), "bias": np.zeros(5, np.float32)}
    between = make_layer("flatten" if flattens else "global_average_pool")
    return make_layer("max_pool", pool_size=4, strides=4), between, make_layer("dense", weights=weights, units=5)


@pytest.mark.parametrize("side", [28, 32, 64, 224])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_usual_size_is_found_that_all_layers_can_read(side, channels):
    layers = network(side, channels)

    assert fitting_size(layers, channels) == (side, side)
    assert can_read(layers, (channels, side, side))
    assert not can_read(layers, (channels, side + 4, side))


def test_an_unusual_size_is_found_too_and_no_size_where_none_fits():
    assert fitting_size(network(76), 3) == (76, 76)
    assert fitting_size(network(404), 3) is None


def test_joins_of_halved_maps_get_a_size_that_halves_evenly():
    down = make_layer("max_pool", pool_size=2, strides=2, id="down")
    up = make_layer("upsample", size=2, id="up", inputs=("down",))
    joined = make_layer("add", inputs=("input", "up"), id="joined")

    assert fitting_size((down, up, joined), 3) == (224, 224)
    assert fitting_size((down, up), 3) is None


def test_a_network_that_reads_every_size_keeps_that_of_the_picture():
    assert fitting_size(network(28, flattens=False), 3) is None


def test_what_the_file_tells_stays_and_what_is_found_is_said():
    opened = OpenedNetwork("tiny", network(28, 1), Preprocessing(order="grey"))

    found = with_fitting_size(opened)

    assert found.preprocessing == Preprocessing((28, 28), order="grey")
    assert "28 × 28" in found.notes[-1]
    told = replace(opened, preprocessing=Preprocessing((20, 16), order="grey"))
    assert with_fitting_size(told) is told
    unknown = replace(opened, preprocessing=None)
    assert with_fitting_size(unknown) is unknown
