"""The digit reader: the network whose weights the project has trained itself, by `tests/networks/train_digits.py`."""

from functools import cache

import numpy as np

from convexplorer import assets
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import Layer, make_layer

CLASS_NAMES = tuple("0123456789")
SIDE = 28


def digits() -> tuple[Layer, ...]:
    """Return the trained network for 28×28 pixels, bright ink on a dark ground."""
    weights = _weights()
    return (
        make_layer("conv", _bank(weights, "conv1"), id="conv1"),
        make_layer("activation", activation="relu", id="relu1"),
        make_layer("max_pool", id="pool1"),
        make_layer("conv", _bank(weights, "conv2"), id="conv2"),
        make_layer("activation", activation="relu", id="relu2"),
        make_layer("max_pool", id="pool2"),
        make_layer("flatten", channels_last=False, id="flatten"),  # PyTorch's order, in which it was trained
        make_layer(
            "dense",
            units=len(CLASS_NAMES),
            weights={"kernel": weights["scores.weight"], "bias": weights["scores.bias"]},
            id="scores",
        ),
        make_layer("softmax", id="softmax"),
    )


@cache
def _weights() -> dict[str, np.ndarray]:
    from safetensors.numpy import load_file

    return dict(load_file(assets.path("networks", "digits.safetensors")))


def _bank(weights: dict[str, np.ndarray], name: str) -> list[Filter]:
    kernel, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return [Filter(f"filter {i}", planes, float(b)) for i, (planes, b) in enumerate(zip(kernel, bias, strict=True), 1)]
