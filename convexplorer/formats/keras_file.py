"""What is in a file of Keras, in each of its formats: the description of its layers, and weights by their places."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass


@dataclass(frozen=True, eq=False)
class KerasFile:
    """The config of a network and its weights; which layer has which is for the reader of the config to find.

    Attributes
    ----------
    config : parsed JSON with "class_name" and "config" of the network; None in a file of weights.
    tensors : arrays of real numbers by their places, read-only, with the axes of Keras. In `.keras` and `.weights.h5`
        the places are those of HDF5, "layers/conv2d/vars/0", with the *class* of the layer; in an older `.h5` file
        "conv/conv/kernel:0", the layer's name and the weight's; in one of TensorFlow.js "conv/kernel".
    weights_of : of an older `.h5` file the places of the weights of each layer, by its name, in the layer's order;
        otherwise empty.
    """

    config: Mapping[str, Any] | None
    tensors: Mapping[str, np.ndarray]
    weights_of: Mapping[str, tuple[str, ...]]
