"""Small networks and pictures whose strongest places are known."""

from pathlib import Path

import numpy as np
from PIL import Image

from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.project import Project
from convexplorer.sources.frame import Frame, Source
from tests.model.examples import conv_layer

PHOTO = Source("image", "photo.png")


def frame(rows: int = 20, columns: int = 26, seed: int = 0, title: str = "") -> Frame:
    """Return a noisy picture of whole bytes."""
    pixels = np.random.default_rng(seed).integers(0, 256, (3, rows, columns))
    return Frame((pixels / 255).astype(np.float32), ("R", "G", "B"), title=title)


def filters(count: int, planes: int, seed: int = 0) -> tuple[Filter, ...]:
    """Return filters with random weights."""
    rng = np.random.default_rng(seed)
    return tuple(Filter(f"f{i}", rng.normal(size=(planes, 3, 3)) / 3) for i in range(count))


def network() -> tuple[Layer, ...]:
    """Return a small classifier: two convolutions with pads and a pool between them, then means, then scores."""
    weights = {"kernel": np.random.default_rng(3).normal(size=(5, 4)), "bias": np.zeros(5)}
    return (
        conv_layer(filters(3, 3), activation="relu", padding="same", id="first"),
        make_layer("max_pool", id="pool"),
        conv_layer(filters(4, 3, 1), padding="same", id="second"),
        make_layer("global_average_pool", id="mean"),
        make_layer("dense", weights=weights, units=5, id="scores"),
    )


def project(*layers: Layer, source: Source = PHOTO) -> Project:
    """Return a project of these layers, or of the network."""
    return Project(source, layers or network())


def write_pictures(folder: Path, count: int, rows: int = 20, columns: int = 26) -> list[Path]:
    """Write noisy pictures of one size, and return their paths."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"picture {i}.png" for i in range(count)]
    for i, path in enumerate(paths):
        pixels = np.random.default_rng(i).integers(0, 256, (rows, columns, 3), np.uint8)
        Image.fromarray(pixels).save(path)
    return paths
