"""The size of a network's input where its file does not tell it: one that all of its layers can read."""

from collections.abc import Sequence
from dataclasses import replace

from convexplorer.core.layers import Shape
from convexplorer.model.build import build
from convexplorer.model.layer import Layer
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.words import times

# What common networks are trained on, the most common first; a file of PyTorch never tells.
SIZES = (224, 28, 32, 64, 96, 128, 160, 192, 227, 256, 299, 48, 84, 100, 150, 180, 200, 240, 300, 320, 384, 416, 512)

OTHERS = range(8, 257)
ODD = (283, 461)  # primes: what reads such a picture reads any that is large enough


def fitting_size(layers: Sequence[Layer], channels: int) -> tuple[int, int] | None:
    """Return a square size that all layers can read, a common one if possible; None if none fits, or if any does.

    Dense layers behind a flattened picture read one size, and joins of maps that were halved those that halve evenly.
    """
    if can_read(layers, (channels, *ODD)):
        return None
    found = next((n for n in (*SIZES, *OTHERS) if can_read(layers, (channels, n, n))), None)
    return None if found is None else (found, found)


def can_read(layers: Sequence[Layer], shape: Shape) -> bool:
    """Return True if all layers make maps of a picture of this shape, (channels, rows, columns)."""
    built = build(layers, shape)
    for layer, given in zip(built.layers, built.input_shapes, strict=True):
        if not given:
            return False
        try:
            made = layer.output_shape(*given)
        except ValueError:
            return False
        if 0 in made:
            return False
    return True


def with_fitting_size(opened: OpenedNetwork) -> OpenedNetwork:
    """Return a network with a size of its input that its layers can read, and a note, where its file tells none."""
    given = opened.preprocessing
    if given is None or given.size is not None:
        return opened
    size = fitting_size(opened.layers, 1 if given.order == "grey" else 3)
    if size is None:
        return opened
    note = f"the picture is brought to {times(size)}, a usual size that its layers can read"
    return replace(opened, preprocessing=replace(given, size=size), notes=(*opened.notes, note))
