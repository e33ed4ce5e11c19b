"""Configs of which any part may be anything: a network, its weights, or a sentence, and never another error."""

import copy
import json
import shutil

import numpy as np
import pytest

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.tensor_file import TensorFile
from convexplorer.formats.torch.module import Module
from convexplorer.model.opening.network_file import open_network
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.opening.torch_layers import torch_network
from convexplorer.model.project import Project
from convexplorer.sources.frame import Source
from tests.networks.keras_files import FOLDER

JUNK = (None, True, -1, 0, 3, 10**40, 1e308, float("nan"), "", "x", "\x1b[2J", [], {}, [None], [[[1]]], {"config": []})
CASES = ((1, "lenet_tfjs"), (2, "vgg_tfjs"), (3, "unet_tfjs"), (4, "unet_tfjs"))


def places_in(value, path=()):
    """Yield the path of each part of a JSON document."""
    yield path
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places_in(one, (*path, key))


def spoilt(document, rng):
    changed = copy.deepcopy(document)
    places = [path for path in places_in(changed["modelTopology"]) if path]
    *outer, last = places[rng.integers(len(places))]
    part = changed["modelTopology"]
    for key in outer:
        part = part[key]
    if rng.random() < 0.2 and isinstance(part, dict):
        del part[last]
    else:
        part[last] = JUNK[rng.integers(len(JUNK))]
    return changed


@pytest.mark.parametrize(("seed", "name"), CASES)
def test_a_spoilt_config_of_keras_is_a_network_or_a_sentence(tmp_path, seed, name):
    folder = shutil.copytree(FOLDER / name, tmp_path / name)
    document = json.loads((folder / "model.json").read_text())
    rng = np.random.default_rng(seed)
    opened, sentences = 0, []
    for _ in range(150):
        (folder / "model.json").write_text(json.dumps(spoilt(document, rng)))
        try:
            found = open_network(folder / "model.json")
        except NetworkFileError as error:
            sentences.append(str(error))
            continue
        assert isinstance(found, OpenedNetwork | TensorFile)
        if isinstance(found, OpenedNetwork):
            opened += 1
            Project(Source("sample", "astronaut"), found.layers)
    assert all("model.json" in one for one in sentences)
    assert opened > 50  # most settings are no reason to refuse the whole network


def test_spoilt_settings_of_torch_are_layers_or_cards():
    rng = np.random.default_rng(7)
    folder = FOLDER.parent / "torch"
    for name in ("vgg", "spread", "mobilenet"):
        tree = spoilt_module_tree(folder / f"{name}.pt")
        for _ in range(60):
            network = torch_network(spoilt_module(tree, rng))
            Project(Source("sample", "astronaut"), network.layers)


def spoilt_module_tree(path):
    from convexplorer.formats.torch.torch_file import read_torch

    return read_torch(path).module


def spoilt_module(module, rng):
    """Return a tree in which some settings and tensors are something else."""
    junk = (None, True, -1, 0, 10**40, 1e308, float("nan"), "x", (), (1,), (2, 2, 2), ((1, 2),), "same")
    settings = {
        key: junk[rng.integers(len(junk))] if rng.random() < 0.1 else one for key, one in module.settings.items()
    }
    tensors = {key: one for key, one in module.tensors.items() if rng.random() > 0.05}
    tensors = {key: one.ravel() if rng.random() < 0.05 else one for key, one in tensors.items()}
    children = {key: spoilt_module(one, rng) for key, one in module.children.items()}
    return Module(module.class_name, settings, tensors, children)
