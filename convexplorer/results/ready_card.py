"""What stands on the card of a ready network: pictures of what it makes of a sample, and how large it is."""

import numpy as np

from convexplorer import core
from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import choose_levels, colorize, to_indexed
from convexplorer.model.build import build, choose_input
from convexplorer.model.ready.network import ReadyNetwork
from convexplorer.model.ready.table import ready_project
from convexplorer.sources import open_reader
from convexplorer.sources.frame import Frame, Source, SourceError
from convexplorer.sources.pad import Stroke, drawing, side_of

SIDE = 192  # a larger picture is made smaller before it is computed with: nobody sees more of it on a card
DIGIT = Stroke(((0.3, 0.3), (0.18, 0.5), (0.32, 0.68), (0.5, 0.55), (0.78, 0.3), (0.8, 0.72)), 0.1)
PAPER, INK = np.float32(0.85), np.float32(0.15)  # how light both are before a camera


@dataclass(frozen=True, eq=False)
class ReadyCard:
    """The pictures and numbers of a card.

    Attributes
    ----------
    pictures : (rows, columns, 3) uint8 RGB: the sample, and the liveliest map of each layer that is shown.
    layer_count, parameter_count : of the network; all numbers, as Keras and the summary count them.
    """

    pictures: tuple[np.ndarray, ...]
    layer_count: int
    parameter_count: int


def ready_card(network: ReadyNetwork, *, is_dark: bool) -> ReadyCard:
    """Compute the card of a network from its sample; what may show nothing, pad and camera, is replaced by a digit."""
    project = ready_project(network)
    shown, image = _sample(network)
    graph = build(project.layers, image.shape).graph
    positions = [project.ids.index(name) for name in network.shown]
    maps = core.evaluate(graph, image, keep=positions)
    pictures = [_input_colors(shown), *(_map_colors(maps[i], is_dark=is_dark) for i in positions)]
    count = sum(layer.parameter_count + layer.measured_count for layer in graph.layers)
    return ReadyCard(tuple(pictures), len(graph), count)


def _sample(network: ReadyNetwork) -> tuple[np.ndarray, np.ndarray]:
    """Return the sample as it is shown and as the network gets it, not larger than needed."""
    project = ready_project(network)
    frame = _frame(project.source)
    image, _ = choose_input(frame, project.channels, project.numbers, project.preprocessing)
    if project.preprocessing is None:
        image = _reduced(image)
    return (frame.image if project.source.kind == "camera" else image), image


def _frame(source: Source) -> Frame:
    if source.kind == "pad":
        return Frame(drawing((DIGIT,), side_of(source)), ("Y",))
    if source.kind == "camera":
        return Frame(PAPER - (PAPER - INK) * drawing((DIGIT,), SIDE), ("Y",))
    reader = open_reader(source)
    try:
        frame = reader.read()
    finally:
        reader.close()
    if frame is None:
        raise SourceError(f"{source.address} holds no picture.")
    return frame


def _reduced(image: np.ndarray) -> np.ndarray:
    factor = max(1, min(image.shape[1:]) // SIDE)
    return image if factor == 1 else _resized(image, (image.shape[1] // factor, image.shape[2] // factor))


def _resized(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    planes = [cv2.resize(plane, size[::-1], interpolation=cv2.INTER_AREA) for plane in image]
    return np.stack(planes).astype(np.float32)


def _input_colors(image: np.ndarray) -> np.ndarray:
    white = max(1.0, float(image.max()))
    planes = np.rint(np.clip(image / white, 0, 1) * 255).astype(np.uint8)
    if len(planes) != 3:
        planes = planes[:1].repeat(3, 0)
    return np.ascontiguousarray(planes.transpose(1, 2, 0))


def _map_colors(maps: np.ndarray, *, is_dark: bool) -> np.ndarray:
    """Return the map that varies most, in signed colours where it has values below 0."""
    liveliest = maps[int(maps.std(axis=(1, 2)).argmax())]
    palette = "signed" if liveliest.min() < 0 else "gray"
    levels = choose_levels([liveliest], palette=palette, coverage=0.99)
    return colorize(to_indexed(liveliest, levels), palette, dark=is_dark)
