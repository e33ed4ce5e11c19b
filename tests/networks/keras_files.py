"""The networks that `make_keras` has made, opened, and what Keras computes in their layers."""

import io
import json
import zipfile
from functools import cache
from pathlib import Path

import h5py
import numpy as np

from convexplorer.model.opening.keras_layers import keras_network
from convexplorer.model.opening.keras_weights import NamedWeights, NumberedWeights
from convexplorer.model.opening.network_file import open_network
from convexplorer.model.opening.opened import OpenedNetwork

FOLDER = Path(__file__).parent / "keras"
CHANNELS_FIRST = ("channels_first",)


@cache
def reference(name: str) -> dict[str, np.ndarray]:
    """Return "input" and the results of all layers by name, the channels first."""
    with np.load(FOLDER / f"{name}.npz") as file:
        arrays = {key: file[key] for key in file.files}
    return arrays if name in CHANNELS_FIRST else {key: np.moveaxis(one, -1, 0) for key, one in arrays.items()}


def opened(file: str) -> OpenedNetwork:
    """Return a network by the name of its file, "vgg.keras", "vgg.h5" or "vgg_tfjs"."""
    path = FOLDER / file
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as weights:
            return keras_network(json.loads(archive.read("config.json")), NumberedWeights(_arrays(weights)))
    if path.suffix == ".h5":
        with h5py.File(path) as weights:
            config = json.loads(weights.attrs["model_config"])
            return keras_network(config, NamedWeights(_arrays(weights["model_weights"])))
    network = open_network(path / "model.json")
    assert isinstance(network, OpenedNetwork)
    return network


def _arrays(group: h5py.Group) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    group.visititems(lambda name, one: found.update({name: one[()]}) if isinstance(one, h5py.Dataset) else None)
    return found
