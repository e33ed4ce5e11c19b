"""What the further inputs of an ONNX graph are given, as a project has one picture."""

import math

import numpy as np

from convexplorer.formats.onnx.graph import Model, Value
from convexplorer.formats.onnx.tensors import DTYPES
from convexplorer.model.opening.onnx_network import OnnxNetwork
from convexplorer.model.opening.onnx_picture import Picture

MAX_ZEROS = 1 << 22


def give_others(network: OnnxNetwork, model: Model, picture: Picture) -> list[str]:
    """Give the picture to inputs of its shape, zeros to others; return a sentence for each that gets something."""
    first = next(one for one in model.inputs if one.name == picture.name)
    notes = []
    for value in model.inputs:
        if value.name == picture.name:
            continue
        if value.shape is not None and value.shape == first.shape and value.type == first.type:
            network.known[value.name] = picture.view
            notes.append(f"The input {value.name!r} has the shape of {picture.name!r} and gets the same picture.")
            continue
        zeros = _zeros(value, picture.batch)
        if zeros is None:
            network.missing[value.name] = f"{value.name!r}, another input of the network, which gets nothing here"
            notes.append(f"Only the input {picture.name!r} is given a picture; nothing is known of {value.name!r}.")
        else:
            network.known[value.name] = zeros
            shape = "×".join(map(str, zeros.shape)) or "one number"
            notes.append(f"The input {value.name!r} ({shape}) is no picture: it gets zeros.")
    return notes


def _zeros(value: Value, batch: int) -> np.ndarray | None:
    """Return zeros for an input whose shape is known but for the number of pictures, here one; else None."""
    if value.shape is None or value.type not in DTYPES:
        return None
    is_open = [axis == 0 and (not isinstance(size, int) or size == batch) for axis, size in enumerate(value.shape)]
    sizes = [1 if one else size for one, size in zip(is_open, value.shape, strict=True)]
    if not all(isinstance(size, int) and size > 0 for size in sizes):
        return None
    whole = tuple(size for size in sizes if isinstance(size, int))
    return np.zeros(whole, DTYPES[value.type]) if math.prod(whole) <= MAX_ZEROS else None
