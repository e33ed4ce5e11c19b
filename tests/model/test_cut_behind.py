"""A network cut behind one of its layers computes the same there, and nothing that it does not need."""

import numpy as np
import pytest

from convexplorer import core
from convexplorer.model.build import build
from convexplorer.model.edits import cut_behind
from tests.networks.leaving import networks


@pytest.mark.parametrize("name", ["lenet", "residual", "mobile", "u-net"])
def test_every_layer_can_be_the_last(name: str):
    network = networks()[name]
    whole = core.evaluate(build(network.layers, network.shape).graph, network.image)

    for i, layer in enumerate(network.layers):
        cut = cut_behind(network.project, layer.id)

        assert cut.ids[-1] == layer.id
        maps = core.evaluate(build(cut.layers, network.shape).graph, network.image)[-1]
        np.testing.assert_array_equal(maps, whole[i])


def test_what_it_does_not_read_is_left_out_and_untouched_layers_stay_the_same():
    project = networks()["u-net"].project

    cut = cut_behind(project, "mask")

    assert "gate" not in cut.ids
    assert cut.layers[0] is project.layers[0]


def test_an_unknown_layer_is_named():
    with pytest.raises(ValueError, match="there is no layer 'ear'; there are c1, s2"):
        cut_behind(networks()["lenet"].project, "ear")
