"""The type of a ready network, and the layers that several of them are made of."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.operators.initializers import INITIALIZERS
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.preprocessing import Preprocessing

Group = Literal["Made by hand", "Trained", "Architectures"]


@dataclass(frozen=True)
class ReadyNetwork:
    """A network that comes with the program.

    Attributes
    ----------
    title, explanation : a name, and one sentence.
    make : returns the layers, new ones with each call.
    source : address of the picture that shows it best.
    needs_source : True if it says nothing of other pictures, so that opening it opens its source as well.
    channels : of the picture, as in `Project`.
    preprocessing : what the picture becomes first; it alone then decides about size and channels.
    class_names : of the values of the last layer; () if there are none.
    shown : ids of the layers whose maps stand on the network's card, the last one being what it is for.
    """

    title: str
    group: Group
    explanation: str
    make: Callable[[], tuple[Layer, ...]]
    source: str
    shown: tuple[str, ...]
    needs_source: bool = False
    channels: str = "color"
    preprocessing: Preprocessing | None = None
    class_names: tuple[str, ...] = ()


def single(name: str, *weights: float, bias: float = 0.0) -> Filter:
    """Return a filter of one cell, with a weight for each of its input's channels."""
    return Filter(name, np.array(weights, np.float64).reshape(-1, 1, 1), bias)


def seeded(
    kind: str, filters: int, planes: int, size: int, *, seed: int, names: Sequence[str] = (), **settings: Any
) -> Layer:
    """Return a layer whose weights are drawn from a seed, as Keras's `he_normal` does, before anything is learned.

    Parameters
    ----------
    planes : channels that each filter meets; a fact of the architecture, as in PyTorch, not of the picture.
    """
    weights = INITIALIZERS["he_normal"]((filters, planes, size, size), seed=seed)
    bank = [Filter(names[i] if names else f"filter {i + 1}", weights[i]) for i in range(filters)]
    return make_layer(kind, bank, **settings)
