"""Networks of ONNX as projects: what the window shows, and what its file keeps."""

from pathlib import Path

import numpy as np
import pytest

from convexplorer.core.network import evaluate
from convexplorer.model.build import build
from convexplorer.model.default import default_project
from convexplorer.model.edits import replace_network
from convexplorer.model.opening.network_file import open_network
from convexplorer.model.storage.files import from_bytes, to_bytes

FOLDER = Path(__file__).parents[2] / "networks" / "onnx"
NAMES = ["resnet_new.onnx", "mobilenet_v3_old.onnx", "shuffle_new.onnx", "unet_old.onnx", "keras_resnet.onnx"]


@pytest.mark.parametrize("name", NAMES)
def test_a_network_is_the_same_after_it_was_saved_as_a_project(name):
    project = replace_network(default_project(), open_network(FOLDER / name))

    loaded = from_bytes(to_bytes(project))

    assert loaded.ids == project.ids
    assert loaded.preprocessing == project.preprocessing
    size = project.preprocessing.size
    channels = 1 if project.preprocessing.order == "grey" else 3
    image = np.random.default_rng(1).normal(size=(channels, *size)).astype(np.float32)
    before, after = (evaluate(build(one.layers, image.shape).graph, image) for one in (project, loaded))
    for i in range(len(project.layers)):
        np.testing.assert_array_equal(before[i], after[i])
