"""What is in the three formats of Keras that hold HDF5: `.keras`, `.weights.h5`, and `.h5` of before Keras 3.

The library is called here, so nothing but `child` may call this: damage can end or stop the process.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np

from convexplorer.formats.archive import Archive
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import open_file, size_of
from convexplorer.formats.hdf5.tree import Tree, open_tree
from convexplorer.formats.json_text import parse_object
from convexplorer.formats.keras_file import KerasFile
from convexplorer.formats.natural_order import in_natural_order

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
_LONGEST_CONFIG = 64 << 20
_OLD_GROUP = "model_weights"
# Keras 2.12 to 2.15 named the place of all layers otherwise, and on Windows divided it by another sign.
_OLD_LAYERS = "_layer_checkpoint_dependencies"


def keras_contents(path: Path) -> KerasFile:
    """Read a `.keras` file: the config, and the weights at "layers/<class>/vars/0".

    Raises
    ------
    NetworkFileError : it is damaged, or h5py is missing.
    """
    with open_file(path) as file:
        archive = Archive(file)
        config = _checked(parse_object(archive.read(CONFIG, _LONGEST_CONFIG), f"its {CONFIG}"))
        if WEIGHTS not in archive:
            raise NetworkFileError(f"its weights are not in one {WEIGHTS}; save the network as one file")
        with open_tree(io.BytesIO(archive.read(WEIGHTS)), archive.size(WEIGHTS)) as tree:
            return KerasFile(config, _tensors(tree), {})


def hdf5_contents(path: Path) -> KerasFile:
    """Read an `.h5` file with a config or without, and a `.weights.h5` file.

    Raises
    ------
    NetworkFileError : it is damaged, or h5py is missing.
    """
    with open_file(path) as file, open_tree(file, size_of(file)) as tree:
        text = tree.text("model_config")
        config = None if text is None else _checked(parse_object(text, "its description of the layers"))
        tensors = _tensors(tree)
        if config is None and not tensors:
            raise NetworkFileError("it holds no weights")
        return KerasFile(config, tensors, _weights_of(tree))


def _checked(config: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(config.get("class_name"), str) or "config" not in config:
        raise NetworkFileError("its config does not describe the layers of a network")
    return config


def _tensors(tree: Tree) -> dict[str, np.ndarray]:
    return in_natural_order({_place(path): array for path, array in tree.tensors().items()})


def _place(path: str) -> str:
    """Return the place of a weight as Keras 3 names it."""
    parts = path.replace("\\", "/").split("/")
    parts = parts[1:] if parts[0] == _OLD_GROUP else parts
    return "/".join("layers" if part == _OLD_LAYERS else part for part in parts)


def _weights_of(tree: Tree) -> dict[str, tuple[str, ...]]:
    """Return the places of each layer's weights, in its order, of a file that lists them."""
    group = _OLD_GROUP if tree.names(_OLD_GROUP, "layer_names") else ""
    return {
        layer: tuple(f"{layer}/{name}" for name in tree.names(f"{group}/{layer}", "weight_names"))
        for layer in tree.names(group, "layer_names")
    }
