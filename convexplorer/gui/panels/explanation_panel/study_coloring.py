"""A study in the colours of the theme: what the study views paint."""

import numpy as np

from convexplorer.core.display.coloring import (
    PALETTES,
    WEIGHTS_PALETTE,
    Levels,
    largest_magnitude,
    nice_ceiling,
    to_indexed,
)
from convexplorer.core.geometry.places import Cell
from convexplorer.core.operators.activations import describe
from convexplorer.gui.canvas.explanation.computation import shades
from convexplorer.gui.canvas.explanation.study_sheet import StudySheet
from convexplorer.results.study import Study
from convexplorer.words import times

_WITH_KERNEL = ("conv", "depthwise", "transpose")
_WORDS = {"max_pool": "max →", "average_pool": "mean →"}


def sheet_of(study: Study, levels: Levels | None, title: str, *, is_dark: bool) -> StudySheet | None:
    """Return a study in colours; None where the layer could not be computed.

    Parameters
    ----------
    levels : of a picture, painted in shades; None for maps, painted in signed colours.
    title : of the output.
    """
    output = study.output
    if output is None:
        return None
    signed, layer = PALETTES["signed"].colors(is_dark), study.layer
    padded = _padded(study)
    kernels = _kernels(study)
    largest = max((largest_magnitude(plane) for _, plane in kernels), default=1.0)
    weights = WEIGHTS_PALETTE.colors(is_dark)
    rows, columns = study.axes
    size = times(study.crop.size)
    return StudySheet(
        axes=(rows, columns),
        padded=padded,
        padded_colors=_input_colors(study, padded, levels, signed),
        kernels=kernels,
        kernel_colors=tuple(_looked_up(plane, largest, weights) for _, plane in kernels),
        output=output,
        output_colors=_output_colors(study, output, signed),
        trace=study.trace,
        titles=(f"{' '.join(study.names[i] for i in study.sources)}  {size}", f"{title}  {times(output.shape)}"),
        symbol="∗" if kernels else _WORDS.get(study.first_trace.kind, "→"),
        activation="" if layer.activation.is_linear else describe(layer.activation.name).label,
        neighbours=_neighbours(study),
        first_input=_pair(study.region.start),
        first_output=_pair(study.first or (0, 0)),
    )


def _neighbours(study: Study) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return per axis how many cells of the region lie before and after the crop."""
    crop, region = study.crop, study.region
    rows, columns = ((crop.start[axis] - region.start[axis], region.stop[axis] - crop.stop[axis]) for axis in range(2))
    return rows, columns


def _pair(cell: Cell) -> tuple[int, int]:
    row, column = cell
    return row, column


def _padded(study: Study) -> np.ndarray:
    """Return the channels with what stands around them; NaN where that is nothing."""
    amounts = tuple((max(-axis.padded[0], 0), max(axis.padded[1] - axis.n, 0)) for axis in study.axes)
    return study.layer.surrounded(study.shown, amounts)


def _kernels(study: Study) -> tuple[tuple[str, np.ndarray], ...]:
    """Return the plane that meets each channel; one where they are the same."""
    trace = study.first_trace
    if trace.kind not in _WITH_KERNEL or trace.weights is None:
        return ()
    # With a border a transposed convolution has its taps once more for each cell that is folded back.
    rows, columns = (int(axis.taps.max()) + 1 for axis in study.axes)
    planes, names = trace.weights[:, :rows, :columns], [study.names[i] for i in study.sources]
    if all(np.array_equal(plane, planes[0], equal_nan=True) for plane in planes):
        return ((f"kernel ({' '.join(names)})" if len(planes) > 1 else "kernel", planes[0]),)
    return tuple((f"kernel of {name}", plane) for name, plane in zip(names, planes, strict=True))


def _input_colors(study: Study, padded: np.ndarray, levels: Levels | None, signed: np.ndarray) -> np.ndarray:
    """Return the picture's own colours, the shades of a channel, or signed colours of a map."""
    finite = np.where(np.isnan(padded), 0.0, padded).astype(np.float32)
    if levels is None:
        mean = finite[0] if len(finite) == 1 else finite.mean(axis=0, dtype=np.float32)
        return _looked_up(mean, nice_ceiling(largest_magnitude(mean)), signed)
    if len(finite) == 3:
        rgb: np.ndarray = np.stack([to_indexed(np.ascontiguousarray(channel), levels) for channel in finite], axis=-1)
        return rgb
    names = tuple(study.names[i] for i in study.sources)
    colors: np.ndarray = shades(finite, names, levels).mean(axis=0).astype(np.uint8)
    return colors


def _output_colors(study: Study, output: np.ndarray, signed: np.ndarray) -> np.ndarray:
    """Return signed colours, of angles their hues: −π and π are one direction."""
    if study.layer.strengths(study.input) is None:
        return _looked_up(output, nice_ceiling(largest_magnitude(output)), signed)
    return _looked_up(output, np.pi, PALETTES["hue"].light)


def _looked_up(values: np.ndarray, largest: float, table: np.ndarray) -> np.ndarray:
    scaled = np.ascontiguousarray(values / largest, np.float32)
    colors: np.ndarray = table[to_indexed(scaled, Levels(-1.0, 1.0))]
    return colors
