"""What the selected layer reads of its input, as an overlay of the picture and in words."""

import numpy as np

from convexplorer.core.explain.sampling import sampling
from convexplorer.core.geometry.taps import AxisTaps
from convexplorer.core.layers import Layer
from convexplorer.gui.canvas.pictures.sampling_overlay import SamplingOverlay
from convexplorer.gui.panels.explanation_panel.page import is_flat
from convexplorer.results.picture import Picture
from convexplorer.results.sampling_words import sampling_text
from convexplorer.results.stage import input_place


def sampling_overlay(picture: Picture, layer: int) -> SamplingOverlay | None:
    """Return what a layer reads; None where it has no maps, or no windows."""
    evaluation = picture.evaluation_of(layer)
    below = None if evaluation is None else evaluation.input_of(layer)
    if evaluation is None or below is None or evaluation.maps_of(layer) is None:
        return None
    chosen, spatial = evaluation.layers[layer], below.shape[1:]
    try:
        found = sampling(chosen, spatial)
    except ValueError:
        return None
    if not is_flat(picture) or not spatial:
        return None
    grid = input_place(evaluation, layer, picture.factor)
    rows, columns = (_middles(axis) for axis in chosen.taps(spatial))
    (above, under), (left, right) = ((len(before), len(after)) for before, after in found.padding_reads)
    return SamplingOverlay(
        reads=(found.reads[0], found.reads[1]),
        centers=(rows, columns),
        padding=((above, under), (left, right)),
        unused=(found.unused[0], found.unused[1]),
        grid=grid,
        text=sampling_text(found),
    )


def _middles(axis: AxisTaps) -> np.ndarray:
    """Return the middle of each window along an axis, (output,) float."""
    ends = np.array([axis.covered(i, i + 1) for i in range(axis.output)], np.float64)
    middles: np.ndarray = (ends[:, 0] + ends[:, 1] - 1) / 2
    return middles


def sampling_key(picture: Picture, layer: int) -> tuple[Layer, tuple[int, ...], int] | None:
    """Return what an overlay depends on: the next frame of a camera needs no other one."""
    evaluation = picture.evaluation_of(layer)
    if evaluation is None:
        return None
    return evaluation.layers[layer], evaluation.image.shape, picture.factor
