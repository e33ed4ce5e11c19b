"""What the first layers of a Keras network do to a picture, as the preprocessing of a project."""

from dataclasses import replace

import numpy as np

from convexplorer.model.opening.keras_applications import preprocessing_of
from convexplorer.model.opening.keras_kinds import normalization_of
from convexplorer.model.opening.keras_layer import KerasLayer
from convexplorer.model.opening.learned import CannotBeShown
from convexplorer.model.preprocessing import Preprocessing, is_size

# A first layer that multiplies by less than this makes small numbers of 0…255; otherwise its input was 0…1.
_LARGEST_FOR_BYTES = 0.1
_BYTE = 255.0


class InputReading:
    """The layers at the beginning of a network that prepare its picture: they are no cards of their own.

    Parameters
    ----------
    shape : of the network's input with its batch, in Keras's order; None if the file does not tell.
    """

    def __init__(self, shape: tuple[int | None, ...] | None, is_channels_first: bool) -> None:
        self._is_picture = shape is None or len(shape) == 4
        self._is_told = shape is not None
        spatial: tuple[int | None, ...] = (None, None)
        self._channels: int | None = None
        if shape is not None and self._is_picture:
            self._channels = shape[1 if is_channels_first else 3]
            spatial = shape[2:] if is_channels_first else shape[1:3]
        rows, columns = spatial
        self._size = None if rows is None or columns is None or not is_size((rows, columns)) else (rows, columns)
        self._fit = "crop"
        self._scale = np.ones(1)
        self._offset = np.zeros(1)
        self._has_range = False
        self._notes: list[str] = []

    def takes(self, layer: KerasLayer) -> bool:
        """Take a layer in, if it prepares pictures; False leaves it to be a card."""
        if not self._is_picture or self._channels not in (None, 1, 3):
            return False
        try:
            if layer.class_name in ("Resizing", "CenterCrop"):
                self._resize(layer)
            elif layer.class_name == "Rescaling":
                scale, offset = layer.config.get("scale", 1.0), layer.config.get("offset", 0.0)
                self._rescale(np.array(scale, np.float64).ravel(), np.array(offset, np.float64).ravel())
            elif layer.class_name == "Normalization":
                mean, variance = normalization_of(layer)
                self._rescale(1 / np.sqrt(variance), -mean / np.sqrt(variance))
            else:
                return False
        except (CannotBeShown, TypeError, ValueError):
            return False
        self._notes.append(f"{layer.class_name} {layer.name} is part of the preprocessing of the picture.")
        return True

    def result(self, name: str) -> tuple[Preprocessing | None, tuple[str, ...]]:
        """Return the preprocessing and sentences about it; None if the input is no picture, or nothing is known.

        Parameters
        ----------
        name : of the network.
        """
        if not self._is_picture or not (self._is_told or self._notes):
            return None, ()
        if self._channels not in (None, 1, 3):
            return None, (f"The network reads {self._channels} channels; a picture has 1 or 3.",)
        notes = list(self._notes)
        known = None if self._has_range or self._channels == 1 else preprocessing_of(name, self._size)
        if known is not None:
            notes.append(f"The file does not tell the range of its input; that of Keras's own {name} is assumed.")
            return replace(known, fit=self._fit), tuple(notes)  # type: ignore[arg-type]  # one of FITS
        if not self._has_range:
            notes.append("The file does not tell the range of its input; 0…1 is assumed.")
        low, high, mean, deviation = self._range()
        order = "grey" if self._channels == 1 else "rgb"
        found = Preprocessing(self._size, self._fit, order, low, high, mean, deviation)  # type: ignore[arg-type]  # one of FITS
        return found, tuple(notes)

    def _resize(self, layer: KerasLayer) -> None:
        rows, columns = layer.whole("height", 0), layer.whole("width", 0)
        fit = "crop" if layer.class_name == "CenterCrop" or layer.flag("crop_to_aspect_ratio", False) else "stretch"
        fit = "letterbox" if layer.flag("pad_to_aspect_ratio", False) else fit
        if layer.class_name == "CenterCrop":
            self._notes.append(f"CenterCrop {layer.name} also scales the picture here; in Keras it only cuts.")
        Preprocessing((rows, columns), fit)  # type: ignore[arg-type]  # raises for an impossible size
        self._size, self._fit = (rows, columns), fit

    def _rescale(self, scale: np.ndarray, offset: np.ndarray) -> None:
        """Take in x · scale + offset, behind what was taken in before."""
        scale, offset = np.broadcast_arrays(scale, offset)
        both = self._scale * scale, self._offset * scale + offset
        if both[0].size not in (1, self._channels or 3) or not np.isfinite(both).all() or not both[0].all():
            raise CannotBeShown("it does not fit a picture")
        self._scale, self._offset = both
        self._has_range = True

    def _range(self) -> tuple[float, float, tuple[float, ...], tuple[float, ...]]:
        """Return low, high, mean and deviation."""
        white = _BYTE if np.abs(self._scale).max() < _LARGEST_FOR_BYTES else 1.0
        if self._scale.size == 1:
            low = float(self._offset[0])
            return low, float(white * self._scale[0]) + low, (0.0,), (1.0,)
        # One line for each channel, through black and white: x · scale + offset = (x − mean) / deviation.
        mean, deviation = -self._offset / self._scale / white, 1 / self._scale / white
        return 0.0, 1.0, tuple(mean.tolist()), tuple(deviation.tolist())
