"""The weights of each layer of a Keras network, by Keras's names; they lie elsewhere in each of its formats."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping

import numpy as np

from convexplorer.model.opening.keras_layer import KerasLayer
from convexplorer.model.opening.learned import CannotBeShown

# Names in the order in which a layer of Keras 3 makes its variables, and the setting that leaves one out.
_KERNEL = (("kernel", ""), ("bias", "use_bias"))
_NORM = (("gamma", "scale"), ("beta", "center"))
_SEPARABLE = (("depthwise_kernel", ""), ("pointwise_kernel", ""), ("bias", "use_bias"))
_VARIABLES: dict[str, tuple[tuple[str, str], ...]] = {
    "SeparableConv1D": _SEPARABLE,
    "SeparableConv2D": _SEPARABLE,
    "BatchNormalization": (*_NORM, ("moving_mean", ""), ("moving_variance", "")),
    "LayerNormalization": _NORM,
    "GroupNormalization": _NORM,
    "PReLU": (("alpha", ""),),
    "LayerScale": (("gamma", ""),),
    "Normalization": (("mean", ""), ("variance", ""), ("count", "")),
}


class KerasWeights(ABC):
    """Arrays of a file, found for a layer."""

    @abstractmethod
    def of(self, layer: KerasLayer, keys: tuple[str, ...], names: tuple[str, ...]) -> dict[str, np.ndarray]:
        """Return the arrays of a layer by Keras's names; {} if the file has none of it.

        Parameters
        ----------
        keys : of the layer and of the networks around it, the outermost first, as `container_keys` makes them.
        names : of the same.
        """


class NumberedWeights(KerasWeights):
    """The weights of a `.keras` file: under the name of the *class* with a number, not under that of the layer."""

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._arrays = arrays

    def of(self, layer: KerasLayer, keys: tuple[str, ...], names: tuple[str, ...]) -> dict[str, np.ndarray]:  # noqa: ARG002
        """Return the arrays at `layers/<key>/vars/0`, `1`, …, named by the class."""
        place = "/".join(f"layers/{key}" for key in keys)
        found: list[np.ndarray] = []
        while (array := self._arrays.get(f"{place}/vars/{len(found)}")) is not None:
            found.append(array)
        if not found:
            return {}
        rows = _VARIABLES.get(layer.class_name, _KERNEL)
        expected = [name for name, switch in rows if not switch or layer.flag(switch, True)]
        if len(found) != len(expected):
            raise CannotBeShown(f"it has {len(found)} arrays of weights, {', '.join(expected)} are expected")
        return dict(zip(expected, found, strict=True))


class NamedWeights(KerasWeights):
    """The weights of an older `.h5` file or of TensorFlow.js: `<layer>/…/<layer>/kernel:0`, `<layer>/kernel`.

    A network inside another has its weights under the outer name, with its layer's name before that of the array.
    """

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._owners: dict[str, dict[str, dict[str, np.ndarray]]] = {}  # by the last part of their path, by all of it
        for path, array in arrays.items():
            owner, _, name = path.rpartition("/")
            alike = self._owners.setdefault(owner.rpartition("/")[2], {})
            alike.setdefault(owner, {})[name.partition(":")[0]] = array

    def of(self, layer: KerasLayer, keys: tuple[str, ...], names: tuple[str, ...]) -> dict[str, np.ndarray]:  # noqa: ARG002
        """Return the arrays whose path ends with the layer's name, and begins with the outermost one if several do."""
        name = names[-1]
        alike = self._owners.get(name.rpartition("/")[2], {})
        found = [owner for owner in alike if f"/{owner}".endswith(f"/{name}")]
        found = [owner for owner in found if owner.startswith(f"{names[0]}/")] or found
        exact = [owner for owner in found if owner in (name, f"{names[0]}/{name}")]
        if not found:
            return {}
        if len(found) > 1 and len(exact) != 1:
            raise CannotBeShown(f"the file has the weights of {len(found)} layers of this name")
        return alike[exact[0] if exact else found[0]]


def container_keys(class_names: list[str]) -> list[str]:
    """Return the key of each layer of a network in a `.keras` file: its class in small letters, counted.

    Examples
    --------
    >>> container_keys(["Conv2D", "MaxPooling2D", "Conv2D", "ReLU"])
    ['conv2d', 'max_pooling2d', 'conv2d_1', 're_lu']
    """
    counts: dict[str, int] = {}
    keys = []
    for name in map(_snake_case, class_names):
        count = counts.get(name, 0)
        counts[name] = count + 1
        keys.append(f"{name}_{count}" if count else name)
    return keys


def _snake_case(name: str) -> str:
    # As `keras.src.utils.naming.to_snake_case`.
    letters = re.sub(r"\W+", "", name)
    apart = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", letters)
    return re.sub("([a-z])([A-Z])", r"\1_\2", apart).lower()
