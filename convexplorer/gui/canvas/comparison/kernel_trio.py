"""Two kernels and their difference in a row, with numbers where there is room."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from convexplorer.core.display.coloring import WEIGHTS_PALETTE, largest_magnitude
from convexplorer.gui.canvas.kernel.kernel_layout import lay_out
from convexplorer.gui.canvas.kernel.kernel_painter import KernelPainter
from convexplorer.gui.canvas.pictures.tile_labels import TileLabels
from convexplorer.gui.look import theme

LEAST_PX = 34  # a smaller kernel shows nothing
_CAPTION_PX, _GAP_PX = 18, 10
TITLES = ("A", "B", "B − A")


def paint_kernels(painter: QPainter, rect: QRectF, kernels: Sequence[np.ndarray], labels: TileLabels) -> None:
    """Paint kernels side by side, on one scale of colours, so that equal weights look equal; none without room."""
    caption, gap = theme.px(_CAPTION_PX), theme.px(_GAP_PX)
    columns, side = _best_columns(rect, len(kernels), caption, gap)
    if side < theme.px(LEAST_PX):
        return
    strongest = max(largest_magnitude(kernel) for kernel in kernels[:2])
    table = WEIGHTS_PALETTE.colors(theme.is_dark())
    for i, (title, kernel) in enumerate(zip(TITLES, kernels, strict=True)):
        left = rect.left() + i % columns * (side + gap)
        top = rect.top() + i // columns * (side + caption)
        labels.write_fitting(painter, QRectF(left, top, side, caption), title, is_bold=True)
        rows, width = kernel.shape
        cells = lay_out(rows, width, side, side)
        placed = replace(cells, left=cells.left + left, top=cells.top + top + caption)
        painter.save()
        KernelPainter(kernel[np.newaxis], strongest, table).paint(painter, placed)
        painter.restore()


def _best_columns(rect: QRectF, count: int, caption: float, gap: float) -> tuple[int, float]:
    """Return how many kernels stand side by side so that they become largest, and how large."""
    found = []
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        across, down = (rect.width() - gap * (columns - 1)) / columns, rect.height() / rows - caption
        found.append((columns, min(across, down)))
    return max(found, key=lambda one: one[1])
