"""What an explained value marks on the pictures: the window it reads, its field, and what a place reaches."""

import math
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import WEIGHTS_PALETTE, Levels, largest_magnitude, to_indexed
from convexplorer.core.explain.influence import is_followed
from convexplorer.core.explain.reach import Reach, reach, reach_through
from convexplorer.core.geometry.places import Cell, Crop, Grid, Place, Region, block_grid, is_inside
from convexplorer.gui.canvas.pictures.marks import NO_MARKS, Mark, Marks
from convexplorer.gui.canvas.pictures.sampling_overlay import SamplingOverlay
from convexplorer.gui.look import theme
from convexplorer.gui.session.selection import Tap
from convexplorer.results.explanation import Explanation
from convexplorer.results.field_words import field_sentence
from convexplorer.results.picture import Picture
from convexplorer.results.stage import input_place, place

# Of more taps than this no single one is outlined: on a screen the lines would be one carpet.
MOST_TAPS = 121
# Of the influence on a value, the effective field holds this share.
EFFECTIVE_SHARE = 0.95
# A value that reads more numbers than these, or has no place, sees all there is; its influence would take seconds.
MOST_TRACED = 1 << 14
# A window that stands somewhere by itself must be found on a picture of any size.
LEAST_WINDOW_PX, LEAST_CELL_PX, LEAST_MIDDLE_PX = 13, 9, 5
# Padding up to this share of the picture is always in sight.
STEADY_RIM = 0.25
_TAP_ALPHA, _REACH_ALPHA, _GHOST_ALPHA = 120, 190, 120


@dataclass(frozen=True)
class PictureMarks:
    """What is marked on the pictures.

    Attributes
    ----------
    input, maps : marks of the input picture and, for each filter, of its map.
    sampling : which places of the input are read.
    crop : the part of the picture that is studied.
    padded : what the windows of the layer cover of the picture and around it, where that is to be seen; else None.
    """

    input: Marks = NO_MARKS
    maps: Mapping[int, Marks] | None = None
    sampling: SamplingOverlay | None = None
    crop: QRectF | None = None
    padded: QRectF | None = None


def window_marks(explanation: Explanation, tap: Tap | None, *, is_pinned: bool, factor: int = 1) -> tuple[Mark, ...]:
    """Mark the cells that a value reads: each tap in the colour of its weight, padding as padding.

    The window under the mouse is outlined by the input's own cursor; that of a pinned value here, with the pixel in its
    middle.

    Parameters
    ----------
    factor : by which the picture was reduced before the computation.
    """
    if not explanation.reads_places:  # numbers in a row lie nowhere on the picture, which all of them depend on
        height, width = explanation.input_grid.window
        return (Mark(QRectF(0, 0, width, height), line=theme.colors().accent, width=2),) if is_pinned else ()
    trace, grid = explanation.trace, explanation.input_grid
    rows, columns = trace.window.positions
    counted = np.asarray(trace.counted.any(axis=0))
    marks: list[Mark] = []
    if trace.weights is not None:
        marks.append(_weight_cells(explanation, counted))
    if len(rows) * len(columns) <= MOST_TAPS:
        padding = trace.window.is_padding
        for i, row in enumerate(rows.tolist()):
            for j, column in enumerate(columns.tolist()):
                if padding[i, j]:
                    marks.append(Mark(cell_rect(grid, (row, column)), is_hatched=True, line=theme.colors().outline))
                elif counted[i, j]:
                    marks.append(Mark(cell_rect(grid, (row, column)), line=theme.colors().cursor))
    if is_pinned:
        line = theme.colors().accent
        marks.append(Mark(window_rect(explanation), line=line, width=2, least_px=LEAST_WINDOW_PX))
        if explanation.middle is not None:
            pixel = cell_rect(block_grid(factor), explanation.middle)
            marks.append(Mark(pixel, line=line, width=2, least_px=LEAST_MIDDLE_PX))
    if tap is not None and tap[1] < len(rows) and tap[2] < len(columns):
        rect = cell_rect(grid, (int(rows[tap[1]]), int(columns[tap[2]])))
        marks.append(Mark(rect, line=theme.colors().accent, width=3))
    return tuple(marks)


def field_marks(picture: Picture, explanation: Explanation, *, dims: bool) -> Marks:
    """Outline what a value sees of the picture through all layers below, and where its influence really is."""
    evaluation, layer = picture.evaluation, explanation.layer
    if evaluation is None:
        return NO_MARKS
    trace = explanation.trace
    (top, bottom), (left, right) = core.field_of(evaluation.graph, evaluation.image.shape, layer, trace.place[1:])
    factor = picture.factor
    whole = QRectF(left * factor, top * factor, (right - left) * factor, (bottom - top) * factor)
    marks, inner = [Mark(whole, line=theme.colors().accent, width=2)], None
    if len(trace.place) > 1 and trace.values.size <= MOST_TRACED and is_followed(evaluation, layer):
        inner = _effective_rect(evaluation, layer, trace.place, factor)
        inner = None if inner == whole else inner
    if inner is not None and not inner.isEmpty():
        marks.append(Mark(inner, line=theme.colors().accent, is_dashed=True))
    rows, columns = picture.look.spatial
    text = field_sentence(_size(whole), None if inner is None else _size(inner), EFFECTIVE_SHARE, (rows, columns))
    return Marks(tuple(marks), bright=whole, text=text) if dims else Marks(tuple(marks))


def _effective_rect(evaluation: core.Evaluation, layer: int, place: tuple[int, ...], factor: int) -> QRectF:
    """Return the part of the picture where most of a value's influence comes from."""
    (top, bottom), (left, right) = core.effective_field(evaluation, layer, place).region(EFFECTIVE_SHARE)
    return QRectF(left * factor, top * factor, (right - left) * factor, (bottom - top) * factor)


def _size(rect: QRectF) -> tuple[int, int]:
    return round(rect.height()), round(rect.width())


def reach_marks(picture: Picture, layer: int, at: Place) -> Mapping[int, Marks]:
    """Mark, in every filter's map, all outputs that read the input place, in the colour of the weight by which."""
    evaluation = picture.evaluation_of(layer)
    if evaluation is None or evaluation.maps_of(layer) is None:
        return {}
    spatial = evaluation.image.shape[1:]
    cell = place(evaluation, 0, picture.factor).cell_at(at)
    if not is_inside(cell, spatial):
        return {}
    grid = place(evaluation, layer + 1, picture.factor)
    chosen = evaluation.layers[layer]
    if chosen.kernel_size is not None and _reads_the_picture(picture, layer):
        planes = _summed_planes(chosen, len(evaluation[layer]), len(evaluation.image))
        return _weighted_reach(planes, reach(chosen, spatial, cell), grid)
    outputs = reach_through(evaluation.graph.leading_to(layer), evaluation.image.shape, cell)[-1]
    if not outputs:
        return {}  # values without places
    (top, bottom), (left, right) = ((int(axis.min()), int(axis.max()) + 1) if len(axis) else (0, 0) for axis in outputs)
    if top == bottom or left == right:
        return {}
    first, last = cell_rect(grid, (top, left)), cell_rect(grid, (bottom - 1, right - 1))
    fill = QColor(theme.colors().cursor)
    fill.setAlpha(60)
    marks = Marks((Mark(first.united(last), fill=fill, line=theme.colors().cursor, width=2),))
    channels = evaluation[layer].shape[0]
    return dict.fromkeys(range(channels), marks)


def pin_mark(explanation: Explanation) -> Mark:
    """Mark the cell of a pinned value in its map."""
    rect = cell_rect(explanation.grid, explanation.cell)
    return Mark(rect, line=theme.colors().accent, width=2, least_px=LEAST_CELL_PX)


def film_marks(grid: Grid, region: Region, cell: Cell, color: QColor | None = None) -> tuple[Mark, ...]:
    """Cover the outputs of a region that the film has not reached, in a colour that no value has."""
    (row, column), (last_row, last_column) = cell, region.last
    cover, covers = color or theme.colors().hovered, []
    if column < last_column:
        covers.append(Mark(cell_rect(grid, (row, column + 1)).united(cell_rect(grid, (row, last_column))), fill=cover))
    if row < last_row:
        rest = cell_rect(grid, (row + 1, region.start[1])).united(cell_rect(grid, region.last))
        covers.append(Mark(rest, fill=cover))
    return tuple(covers)


def ghost_marks(explanation: Explanation) -> PictureMarks:
    """Mark the window and its output palely, as of a sweep that nobody steers."""
    line = QColor(theme.colors().accent)
    line.setAlpha(_GHOST_ALPHA)
    window = Mark(window_rect(explanation), line=line, width=2, least_px=LEAST_WINDOW_PX)
    output = Mark(cell_rect(explanation.grid, explanation.cell), line=line, width=2, least_px=LEAST_CELL_PX)
    return PictureMarks(Marks((window,)), {explanation.trace.place[0]: Marks((output,))})


def cells_under(grid: Grid, rows: tuple[float, float], columns: tuple[float, float]) -> Region:
    """Return the cells that lie in a part of the picture, also those that reach out of it."""
    (top, bottom), (left, right) = rows, columns
    stop = [
        math.ceil((high - center) / jump + 0.5)
        for high, center, jump in zip((bottom, right), grid.center, grid.jump, strict=True)
    ]
    return Region(grid.cell_at((top, left)), tuple(stop))


def cell_rect(grid: Grid, cell: Cell) -> QRectF:
    """Return the part of the picture that a cell (row, column) stands for; x is the column."""
    row, column = grid.place_of(cell)
    height, width = grid.jump
    return QRectF(column - width / 2, row - height / 2, width, height)


def crop_rect(grid: Grid, crop: Crop) -> QRectF:
    """Return the part of the picture that a crop stands for."""
    return cell_rect(grid, crop.start).united(cell_rect(grid, crop.last))


def crop_of(grid: Grid, rect: QRectF) -> Crop:
    """Return the crop that a part of the picture comes nearest to."""
    start = tuple(
        round((edge - center) / jump + 0.5)
        for edge, center, jump in zip((rect.top(), rect.left()), grid.center, grid.jump, strict=True)
    )
    size = tuple(round(side / jump) for side, jump in zip((rect.height(), rect.width()), grid.jump, strict=True))
    return Crop(start, size)


def read_grid(picture: Picture, layer: int) -> Grid | None:
    """Return where the cells of a layer's input lie; None if it has no input, as above a layer that fails."""
    evaluation = picture.evaluation_of(layer)
    if evaluation is None or evaluation.input_of(layer) is None:
        return None
    return input_place(evaluation, layer, picture.factor)


def padded_rect(picture: Picture, layer: int, *, is_held: bool) -> QRectF | None:
    """Return what the windows of a layer cover of the picture and around it; None where it is the picture alone.

    A wide rim would make the picture small for all values; it is shown while a value is pinned.
    """
    evaluation = picture.evaluation_of(layer)
    below = None if evaluation is None else evaluation.input_of(layer)
    if evaluation is None or below is None or below.ndim != 3 or len(picture.look.axes) != 2:
        return None
    if evaluation.maps_of(layer) is None or evaluation.layers[layer].windows(below.shape[1:]) is None:
        return None
    rows, columns = (axis.padded for axis in evaluation.layers[layer].taps(below.shape[1:]))
    grid = input_place(evaluation, layer, picture.factor)
    rect = cell_rect(grid, (rows[0], columns[0])).united(cell_rect(grid, (rows[1] - 1, columns[1] - 1)))
    height, width = picture.look.spatial
    shares = (-rect.top() / height, rect.bottom() / height - 1, -rect.left() / width, rect.right() / width - 1)
    if max(shares) <= 0 or (max(shares) > STEADY_RIM and not is_held):
        return None
    return rect.united(QRectF(0.0, 0.0, width, height))


def window_rect(explanation: Explanation) -> QRectF:
    """Return the rectangle from the first to the last tap, gaps of dilation and padding included."""
    rows, columns = explanation.trace.window.positions
    grid = explanation.input_grid
    first = cell_rect(grid, (int(rows.min()), int(columns.min())))
    return first.united(cell_rect(grid, (int(rows.max()), int(columns.max()))))


def _reads_the_picture(picture: Picture, layer: int) -> bool:
    evaluation = picture.evaluation
    if evaluation is None:
        return False
    below = evaluation.graph.ancestors(layer)[:-1]
    return all(evaluation.layers[i].is_identity for i in below)


def _weight_cells(explanation: Explanation, counted: np.ndarray) -> Mark:
    """Lay the colour of its weight over every cell that a value reads; the gaps of dilation stay clear."""
    trace = explanation.trace
    assert trace.weights is not None
    plane = trace.weights.sum(axis=0, dtype=np.float64)
    places = np.ix_(*(axis - axis.min() for axis in trace.window.positions))
    shape = tuple(int(np.ptp(axis)) + 1 for axis in trace.window.positions)
    colors, is_shown = np.zeros((1, *shape, 3), np.uint8), np.zeros(shape, bool)
    colors[0][places] = _colors(plane, plane)
    is_shown[places] = counted
    return Mark(window_rect(explanation), cells=_cell_images(colors, is_shown, _TAP_ALPHA)[0])


def _colors(values: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the weight colours (…, 3) of values, full at the strongest of `scale`."""
    flat = np.ascontiguousarray(values / largest_magnitude(scale), np.float32).reshape(len(values), -1)
    indexed = to_indexed(flat, Levels(-1.0, 1.0)).reshape(values.shape)
    colors: np.ndarray = WEIGHTS_PALETTE.colors(theme.is_dark())[indexed]
    return colors


def _summed_planes(layer: core.Layer, filters: int, channels: int) -> np.ndarray:
    """Return the kernel of each filter, summed over the channels, (filters, rows, columns) float32."""
    planes = [[layer.kernel_plane(i, channel) for channel in range(channels)] for i in range(filters)]
    summed: np.ndarray = np.array(planes).sum(axis=1, dtype=np.float32)
    return summed


def _weighted_reach(planes: np.ndarray, reached: Reach, grid: Grid) -> dict[int, Marks]:
    """Mark the outputs that read a place, filter by filter, in the colour of the weight by which they do."""
    outputs = reached.outputs
    if not all(axis.size for axis in outputs):
        return {}
    top, left = (int(axis.min()) for axis in outputs)
    shape = tuple(int(np.ptp(axis)) + 1 for axis in outputs)
    places = np.ix_(outputs[0] - top, outputs[1] - left)
    is_reached = np.zeros(shape, bool)
    is_reached[places] = True
    weights = np.zeros((len(planes), *shape), np.float32)
    for total, plane in zip(weights, planes, strict=True):
        np.add.at(total, places, reached.weights(plane))  # a border may let an output read the place twice
    first, last = cell_rect(grid, (top, left)), cell_rect(grid, (top + shape[0] - 1, left + shape[1] - 1))
    around = first.united(last)
    images = _cell_images(_colors(weights, planes), is_reached, _REACH_ALPHA)
    line = theme.colors().cursor
    return {i: Marks((Mark(around, cells=image, line=line, width=2),)) for i, image in enumerate(images)}


def _cell_images(colors: np.ndarray, is_shown: np.ndarray, alpha: int) -> list[QImage]:
    """Return an image a filter of colours (filters, rows, columns, 3), transparent where nothing is shown."""
    alphas = np.broadcast_to(np.where(is_shown, alpha, 0).astype(np.uint8), colors.shape[:3])[..., np.newaxis]
    pixels = np.ascontiguousarray(np.concatenate([colors, alphas], axis=-1))
    rows, columns = is_shown.shape
    return [QImage(one.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).copy() for one in pixels]
