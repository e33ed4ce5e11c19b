"""The sampling overlay: cells skipped by strides, padding, the unread border and the windows, over the picture.

There may be a hundred thousand windows, over a live source. So the visible part is drawn once into a pixmap, which is
painted over every frame.
"""

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Grid
from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.look import theme

# Cells and windows smaller than this on screen are not drawn singly, but described in words and by a uniform veil.
_CELL_PX, _WINDOW_PX = 2.5, 8.0
_VEIL = 0.72
_DOT_PX, _MOST_ROUND = 5.0, 1500


@dataclass(frozen=True, eq=False)
class SamplingOverlay:
    """The reads of a layer per axis of its input (rows, columns), and the positions of the input's cells.

    Attributes
    ----------
    reads : (n,) int, number of windows that read each index.
    centers : (output,) float, centre of each window in input indices.
    padding : cells (before, after).
    unused : cells (before, after) at the rim that no window reads.
    grid : where the input's cells lie on the picture.
    text : the same in words.
    """

    reads: tuple[np.ndarray, np.ndarray]
    centers: tuple[np.ndarray, np.ndarray]
    padding: tuple[tuple[int, int], tuple[int, int]]
    unused: tuple[tuple[int, int], tuple[int, int]]
    grid: Grid
    text: str

    def edge(self, axis: int, index: float) -> float:
        """Return where a cell begins along an axis of the picture."""
        return self.grid.center[axis] + (index - 0.5) * self.grid.jump[axis]

    def rect(self, rows: tuple[float, float], columns: tuple[float, float]) -> QRectF:
        """Return half-open ranges of rows and columns as a rectangle of the picture; x is the column."""
        top, bottom = (self.edge(0, row) for row in rows)
        left, right = (self.edge(1, column) for column in columns)
        return QRectF(left, top, right - left, bottom - top)


class SamplingPainter:
    """The painter of an overlay, which redraws only after a change of the overlay or the view."""

    def __init__(self) -> None:
        self._kept: tuple[object, ...] = ()
        self._pixmap = QPixmap()

    def paint(self, painter: QPainter, projection: Projection, overlay: SamplingOverlay) -> None:
        """Paint the overlay over the picture of a pane."""
        ratio = painter.device().devicePixelRatio()
        key = (overlay, projection, ratio, theme.is_dark(), theme.scale())
        if key != self._kept:
            self._kept = key
            self._pixmap = _drawn(projection, overlay, ratio)
        painter.drawPixmap(projection.pane.topLeft(), self._pixmap)


def _drawn(projection: Projection, overlay: SamplingOverlay, ratio: float) -> QPixmap:
    """Return the visible part of an overlay, as large as the pane."""
    pane = projection.pane
    pixmap = QPixmap(QSize(round(pane.width() * ratio), round(pane.height() * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.translate(-pane.topLeft())
    _draw_unread(painter, projection, overlay)
    _draw_padding(painter, projection, overlay)
    _draw_rim(painter, projection, overlay)
    _draw_windows(painter, projection, overlay)
    painter.end()
    return pixmap


def _draw_padding(painter: QPainter, projection: Projection, overlay: SamplingOverlay) -> None:
    """Hatch the padded cells around the picture."""
    rows, columns = (len(reads) for reads in overlay.reads)
    (above, below), (left, right) = overlay.padding
    if not any((above, below, left, right)):
        return
    outer = _shown(projection, overlay.rect((-above, rows + below), (-left, columns + right)))
    inner = _shown(projection, overlay.rect((0, rows), (0, columns)))
    for band in _around(outer, inner):
        painter.fillRect(band, theme.colors().raised)
        painter.fillRect(band, QBrush(theme.colors().outline, Qt.BrushStyle.BDiagPattern))
    painter.setPen(QPen(theme.colors().muted, 1, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(outer)


def _draw_unread(painter: QPainter, projection: Projection, overlay: SamplingOverlay) -> None:
    """Veil the rows and columns between windows that no window reads."""
    veil = QColor(theme.colors().canvas)
    used = [(before, len(reads) - after) for reads, (before, after) in zip(overlay.reads, overlay.unused, strict=True)]
    if min(overlay.grid.jump) * projection.scale < _CELL_PX:
        veil.setAlphaF(_VEIL * (1.0 - _read_share(overlay, used)))
        painter.fillRect(_shown(projection, overlay.rect(used[0], used[1])), veil)
        return
    veil.setAlphaF(_VEIL)
    rows = [run for run in _runs(overlay.reads[0] == 0, _in_sight(projection, overlay, 0)) if _lies_in(run, used[0])]
    columns = [run for run in _runs(overlay.reads[1] == 0, _in_sight(projection, overlay, 1)) if _lies_in(run, used[1])]
    # The veil replaces the pixels below, so that crossings of unread rows and columns are not veiled twice.
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    for run in rows:
        painter.fillRect(_shown(projection, overlay.rect(run, used[1])), veil)
    for run in columns:
        painter.fillRect(_shown(projection, overlay.rect(used[0], run)), veil)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)


def _draw_rim(painter: QPainter, projection: Projection, overlay: SamplingOverlay) -> None:
    """Hatch the border that no window reaches."""
    rows, columns = (len(reads) for reads in overlay.reads)
    (above, below), (left, right) = overlay.unused
    if not any((above, below, left, right)):
        return
    outer = _shown(projection, overlay.rect((0, rows), (0, columns)))
    inner = _shown(projection, overlay.rect((above, rows - below), (left, columns - right)))
    cover = QColor(theme.colors().canvas)
    cover.setAlphaF(0.82)
    for band in _around(outer, inner):
        painter.fillRect(band, cover)
        painter.fillRect(band, QBrush(theme.colors().warning, Qt.BrushStyle.FDiagPattern))
    painter.setPen(QPen(theme.colors().warning, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(inner)


def _draw_windows(painter: QPainter, projection: Projection, overlay: SamplingOverlay) -> None:
    """Draw a dot at the centre of every window."""
    spacing = [
        float(centers[-1] - centers[0]) / (len(centers) - 1) * jump * projection.scale if len(centers) > 1 else 1e9
        for centers, jump in zip(overlay.centers, overlay.grid.jump, strict=True)
    ]
    if min(spacing) < _WINDOW_PX:
        return
    rows, columns = (_centers_in_sight(projection, overlay, axis) for axis in (0, 1))
    points = [projection.to_screen(row, column) for row in rows for column in columns]
    size = min(_DOT_PX, min(spacing) / 2.4) * theme.scale()
    # Round dots cost ten times as much as square ones, and small squares look the same.
    is_round = len(points) <= _MOST_ROUND
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_round)
    cap = Qt.PenCapStyle.RoundCap if is_round else Qt.PenCapStyle.SquareCap
    for color, width in ((theme.colors().panel, size + 2), (theme.colors().accent, size)):
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, cap))
        painter.drawPoints(points)


def _shown(projection: Projection, area: QRectF) -> QRectF:
    """Return the pane rectangle of a part of the picture, in whole pixels."""
    rect = projection.rect_of(area.top(), area.left(), area.bottom(), area.right())
    left, top, right, bottom = (round(edge) for edge in (rect.left(), rect.top(), rect.right(), rect.bottom()))
    return QRectF(left, top, right - left, bottom - top)


def _around(outer: QRectF, inner: QRectF) -> Iterator[QRectF]:
    """Yield the rectangles that fill the space between two nested rectangles."""
    yield QRectF(outer.left(), outer.top(), outer.width(), inner.top() - outer.top())
    yield QRectF(outer.left(), inner.bottom(), outer.width(), outer.bottom() - inner.bottom())
    yield QRectF(outer.left(), inner.top(), inner.left() - outer.left(), inner.height())
    yield QRectF(inner.right(), inner.top(), outer.right() - inner.right(), inner.height())


def _in_sight(projection: Projection, overlay: SamplingOverlay, axis: int) -> tuple[int, int]:
    """Return the half-open range (first, stop) of visible cells along an axis."""
    pane = projection.pane
    low, high = projection.to_input(pane.topLeft())[axis], projection.to_input(pane.bottomRight())[axis]
    first, last = ((edge - overlay.grid.center[axis]) / overlay.grid.jump[axis] for edge in (low, high))
    count = len(overlay.reads[axis])
    return max(int(first), 0), min(int(last) + 2, count)


def _centers_in_sight(projection: Projection, overlay: SamplingOverlay, axis: int) -> list[float]:
    first, stop = _in_sight(projection, overlay, axis)
    centers = overlay.centers[axis]
    kept = centers[(centers >= first - 1) & (centers <= stop)]
    places: list[float] = (overlay.grid.center[axis] + kept * overlay.grid.jump[axis]).tolist()
    return places


def _runs(chosen: np.ndarray, sight: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the half-open range (first, stop) of each run of chosen visible cells."""
    first, stop = sight
    edges = np.flatnonzero(np.diff(np.concatenate([[False], chosen[first:stop], [False]]).astype(np.int8)))
    for low, high in edges.reshape(-1, 2).tolist():
        yield first + low, first + high


def _lies_in(run: tuple[int, int], used: tuple[int, int]) -> bool:
    return used[0] <= run[0] and run[1] <= used[1]


def _read_share(overlay: SamplingOverlay, used: list[tuple[int, int]]) -> float:
    """Return the share of the used part that is read, 0…1."""
    shares = [float((reads[first:stop] > 0).mean()) for reads, (first, stop) in zip(overlay.reads, used, strict=True)]
    return shares[0] * shares[1]
