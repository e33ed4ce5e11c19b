"""What the picture of an ONNX graph is to become, as far as the file tells."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from convexplorer.model.layer import Layer
from convexplorer.model.opening.onnx_picture import Picture
from convexplorer.model.opening.told import told_preprocessing
from convexplorer.model.preprocessing import Preprocessing, is_size
from convexplorer.model.project import INPUT

# A first layer that multiplies by less than this makes small numbers of 0…255; otherwise its input was 0…1.
_LARGEST_FOR_BYTES = 0.1
Order = Literal["rgb", "bgr", "grey"]
_FORMAT, _RANGE = "Image.BitmapPixelFormat", "Image.NominalPixelRange"
_ORDERS: dict[str, Order] = {"Bgr8": "bgr", "Gray8": "grey"}
_RANGES = {"NominalRange_0_255": (0.0, 255.0), "Normalized_0_1": (0.0, 1.0), "Normalized_1_1": (-1.0, 1.0)}


def preprocessing_of(
    picture: Picture, layers: Sequence[Layer], metadata: Mapping[str, str], is_bound: bool, does_not_fit: bool
) -> tuple[Preprocessing | None, tuple[str, ...]]:
    """Return the preprocessing, and sentences about it; None if the network reads no picture of 1 or 3 channels.

    Parameters
    ----------
    metadata : of the file; what this program writes is read, else the keys that ONNX recommends for pictures.
    is_bound : True if the layers fit this size of picture only.
    does_not_fit : True if some do not even fit this one.
    """
    channels, *spatial = picture.maps_shape
    if len(spatial) != 2:
        return None, ()
    if channels not in (1, 3):
        return None, (f"The network reads {channels} channels; a picture has 1 or 3.",)
    if not is_size((spatial[0], spatial[1])):
        return None, (f"The network reads pictures of {spatial[0]}×{spatial[1]}, larger than any that is made here.",)
    size = None if picture.is_open and not is_bound else (spatial[0], spatial[1])
    own, why_not = told_preprocessing(metadata, channels, None if picture.is_open else (spatial[0], spatial[1]))
    if own is not None:
        return replace(own, size=own.size or size), ()
    order: Order = _ORDERS.get(metadata.get(_FORMAT, ""), "rgb")
    if (order == "grey") != (channels == 1):
        order = "grey" if channels == 1 else "rgb"
    told = _RANGES.get(metadata.get(_RANGE, ""))
    if told is None and any(map(_makes_small, _first(layers))):
        told = (0.0, 255.0)
    notes = [why_not] if why_not else []
    if not told:
        notes.append("The file does not tell the range of its input; 0…1 is assumed.")
    if picture.is_open and is_bound:
        but = ", which does not fit all layers" if does_not_fit else ""
        notes.append(f"The file leaves the size of the picture open; {spatial[0]}×{spatial[1]} is assumed{but}.")
    low, high = told or (0.0, 1.0)
    return Preprocessing(size=size, order=order, low=low, high=high), tuple(notes)


def _first(layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers that read the picture."""
    return [layer for i, layer in enumerate(layers) if INPUT in layer.inputs or (i == 0 and not layer.inputs)]


def _makes_small(layer: Layer) -> bool:
    """Whether a layer only multiplies by so little that the picture must have been one of bytes."""
    scale = layer["scale"] if layer.kind == "rescaling" else layer.weights.get("scale")
    return scale is not None and 0 < float(np.abs(scale).max()) < _LARGEST_FOR_BYTES
