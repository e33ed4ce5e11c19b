"""What of an earlier result still holds: sums of equal layers, and maps of equal filters."""

from dataclasses import fields, is_dataclass

import numpy as np

from convexplorer.core.geometry import memory


def adds_alike(one: object, other: object) -> bool:
    """Return whether two values are equal in all their fields, apart from an activation."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return (one.shape, one.dtype) == (other.shape, other.dtype) and one.tobytes() == other.tobytes()
    if not is_dataclass(one) or isinstance(one, type):
        return one == other
    names = [field.name for field in fields(one) if field.name != "activation"]
    return all(adds_alike(getattr(one, name), getattr(other, name)) for name in names)


def filter_keys(kernel: np.ndarray, bias: np.ndarray | None) -> list[tuple[bytes, float]]:
    """Return what tells filters apart: their weights bit by bit, so that NaN equals itself, and their bias."""
    biases = [0.0] * len(kernel) if bias is None else bias.tolist()
    return [(weights.tobytes(), bias) for weights, bias in zip(kernel, biases, strict=True)]


def merged(maps: np.ndarray, sources: list[int | None], computed: np.ndarray | None) -> np.ndarray:
    """Return earlier maps in a new order, with computed ones where there is no earlier; itself if all stay."""
    if sources == list(range(len(maps))):
        return maps
    y = memory.empty((len(sources), *maps.shape[1:]), maps.dtype)
    new = iter(() if computed is None else computed)
    for i, source in enumerate(sources):
        y[i] = next(new) if source is None else maps[source]
    return y
