"""The networks that `make_keras` has made, opened, and what Keras computes in their layers."""

from functools import cache
from pathlib import Path

import numpy as np

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


@cache
def opened(file: str) -> OpenedNetwork:
    """Return a network by the name of its file, "vgg.keras", "vgg.h5" or "vgg_tfjs"."""
    network = open_network(FOLDER / file)
    assert isinstance(network, OpenedNetwork)
    return network
