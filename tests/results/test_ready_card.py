"""Cards of ready networks: each has pictures in which something can be seen, and true numbers."""

import numpy as np
import pytest

from convexplorer.model.ready.table import READY, ready_project
from convexplorer.results.ready_card import _sample, ready_card
from convexplorer.results.summary import summarize


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("name", READY)
def test_every_card_shows_its_sample_and_a_lively_map_of_each_layer(name: str, is_dark: bool):
    row = READY[name]

    card = ready_card(row, is_dark=is_dark)

    assert len(card.pictures) == 1 + len(row.shown)
    for picture in card.pictures:
        assert picture.dtype == np.uint8
        assert picture.shape[2] == 3
        assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 1
    assert card.layer_count == len(row.make())


def test_the_numbers_of_a_card_are_those_of_the_network():
    assert ready_card(READY["lenet-5"], is_dark=False).parameter_count == 61_706
    assert ready_card(READY["tiny-vgg"], is_dark=False).parameter_count == 19_920
    assert ready_card(READY["u-net"], is_dark=False).parameter_count == 29_761


@pytest.mark.parametrize("name", READY)
def test_a_card_counts_the_numbers_that_the_summary_counts(name: str):
    project = ready_project(READY[name])
    image = _sample(READY[name])[1]

    assert ready_card(READY[name], is_dark=False).parameter_count == summarize(project.layers, image.shape).parameters


def test_signed_maps_have_the_colours_of_the_theme():
    light, dark = (ready_card(READY["edge-energy"], is_dark=is_dark).pictures[1] for is_dark in (False, True))

    assert light.mean() > 200 > 100 > dark.mean()
