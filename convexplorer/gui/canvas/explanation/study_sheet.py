"""What a study view is given to paint, and where it lies: input, kernel and output as matrices of one cell size.

Plain values and rectangles, so that the screen, a print, a film and the tests see the same places.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from convexplorer._dataclass import dataclass
from convexplorer.core.explain.trace import Trace
from convexplorer.core.geometry.taps import AxisTaps
from convexplorer.gui.canvas.cell_grid import CellGrid, gap_between

Cell = tuple[int, int]
Part = Literal["input", "kernel", "output"]

LABEL, OPERATOR, FOOT = 22, 40, 40  # design pixels
LARGEST_CELL, WIDEST = 84, 1.75


@dataclass(frozen=True, eq=False)
class StudySheet:
    """Matrices with their colours.

    Attributes
    ----------
    axes : how the windows lie along rows and columns of the input without its padding.
    padded : (n, rows, columns), the channels with their padding; NaN where padding has no value.
    kernels : (name, (rows, columns)) of each plane; () where nothing is weighted.
    output : (rows, columns).
    padded_colors, output_colors : (rows, columns, 3) uint8; kernel_colors : one such a plane.
    trace : gives how an output came about.
    titles : over input and output.
    symbol : between input and kernel or output.
    neighbours : per axis, cells of the input before and after the crop that is studied.
    first_input, first_output : what cell (0, 0) of input and output is called in words.
    """

    axes: tuple[AxisTaps, AxisTaps]
    padded: np.ndarray
    padded_colors: np.ndarray
    kernels: tuple[tuple[str, np.ndarray], ...]
    kernel_colors: tuple[np.ndarray, ...]
    output: np.ndarray
    output_colors: np.ndarray
    trace: Callable[[Cell], Trace]
    titles: tuple[str, str]
    symbol: str
    activation: str = ""
    neighbours: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))
    first_input: Cell = (0, 0)
    first_output: Cell = (0, 0)

    @property
    def has_neighbours(self) -> bool:
        """True if the input is larger than the crop that is studied."""
        return any(before or after for before, after in self.neighbours)

    @property
    def crop(self) -> tuple[Cell, Cell]:
        """The first and the last cell of the crop in the padded input."""
        (above, below), (left, right) = self.neighbours
        (top, start), (rows, columns) = self.padding, self.axes
        return (top + above, start + left), (top + rows.n - below - 1, start + columns.n - right - 1)

    def is_neighbour(self, cell: Cell) -> bool:
        """Tell whether a cell of the padded input lies beside the crop."""
        first, last = self.crop
        return not self.is_padding(cell) and any(not a <= i <= b for a, i, b in zip(first, cell, last, strict=True))

    @property
    def padding(self) -> Cell:
        """Padded rows above and padded columns left of the input; none where some are cut off."""
        return max(-self.axes[0].padded[0], 0), max(-self.axes[1].padded[0], 0)

    def is_padding(self, cell: Cell) -> bool:
        """Tell whether a cell of the padded input is padding."""
        return any(not 0 <= i - before < axis.n for i, before, axis in zip(cell, self.padding, self.axes, strict=True))

    def window(self, cell: Cell) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows and columns of the padded input that an output reads; none where it falls between inputs."""
        rows, columns = (places[is_met] for places, is_met, _ in self._taps(cell))
        return rows, columns

    def met_by(self, cell: Cell, tap: Cell) -> list[Cell]:
        """Return the cells of the padded input that an output reads by a tap of the kernel."""
        rows, columns = (
            places[is_met & (taps == i)] for (places, is_met, taps), i in zip(self._taps(cell), tap, strict=True)
        )
        return [(int(row), int(column)) for row in rows for column in columns]

    def readers(self, cell: Cell) -> list[tuple[Cell, Cell]]:
        """Return (output, tap) of every window that has a tap on a cell of the padded input."""
        found: list[list[tuple[int, int]]] = []
        for axis, before, i in zip(self.axes, self.padding, cell, strict=True):
            outputs = np.arange(axis.output)
            hits = (axis.positions(outputs) + before == i) & axis.meets(outputs)
            found.append([(int(output), int(axis.taps[k])) for output, k in np.argwhere(hits)])
        return [((row, column), (i, j)) for row, i in found[0] for column, j in found[1]]

    def _taps(self, cell: Cell) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Return per axis where the taps of an output lie, whether they take part, and which of the kernel they are."""
        outputs = [np.array([i]) for i in cell]
        return [
            (axis.positions(one)[0] + before, axis.meets(one)[0], axis.taps)
            for axis, before, one in zip(self.axes, self.padding, outputs, strict=True)
        ]


@dataclass(frozen=True)
class StudyLayout:
    """Where the matrices lie, in pixels of the device.

    Attributes
    ----------
    input, kernels, output : their cells; the input with its padding.
    operators : (rectangle, symbol) between them.
    foot : for the sentence about the output that is looked at.
    cell : height of a cell.
    """

    input: CellGrid
    kernels: tuple[CellGrid, ...]
    output: CellGrid
    operators: tuple[tuple[QRectF, str], ...]
    foot: QRectF
    cell: float

    def part_at(self, position: QPointF) -> tuple[Part, Cell] | None:
        """Return the matrix and the cell at a position."""
        grids: list[tuple[Part, CellGrid]] = [("input", self.input), ("output", self.output)]
        for part, grid in [*grids, *(("kernel", grid) for grid in self.kernels)]:
            cell = grid.cell_at(position)
            if cell is not None:
                return part, cell
        return None


def arrange(sheet: StudySheet, width: float, height: float, scale: float) -> StudyLayout:
    """Make the cells as large as the room allows, and the same in all matrices.

    Parameters
    ----------
    scale : pixels per pixel of the design.
    """
    rows, columns = sheet.padded.shape[1:]
    out_rows, out_columns = sheet.output.shape
    label, operator = LABEL * scale, OPERATOR * scale
    planes = len(sheet.kernels)
    kernel_rows, kernel_columns = sheet.kernels[0][1].shape if planes else (0, 0)
    symbols = 2 if planes else 1
    room_x = width - symbols * operator
    room_y = height - label - FOOT * scale
    cells_x = columns + kernel_columns + out_columns
    cell = min(room_x / cells_x, room_y / max(rows, out_rows), LARGEST_CELL * scale)
    # Planes stand one below the other, each with its name.
    kernel_cell = min(cell, (room_y - max(planes - 1, 0) * label) / max(planes * kernel_rows, 1)) if planes else cell
    # Wide cells for digits, in the kernel as wide as in the matrices where its height allows.
    cell_width, widest = room_x / cells_x, kernel_cell * WIDEST
    if cell_width > widest:
        cell_width = (room_x - kernel_columns * widest) / (columns + out_columns)
    cell_width = min(cell_width, cell * WIDEST)
    cell, kernel_cell, cell_width = (max(float(int(one)), 1.0) for one in (cell, kernel_cell, cell_width))
    kernel_width = min(cell_width, kernel_cell * WIDEST)
    total = (columns + out_columns) * cell_width + kernel_columns * kernel_width + symbols * operator
    left = max((width - total) / 2, 0.0)
    middle = label + room_y / 2

    def grid(shape: Cell, x: float, y: float, size: tuple[float, float]) -> CellGrid:
        return CellGrid(*shape, x, y, *size, gap_between(size[1], scale))

    own = grid((rows, columns), left, middle - rows * cell / 2, (cell_width, cell))
    x = left + columns * cell_width
    operators = [(QRectF(x, middle - operator, operator, 2 * operator), sheet.symbol)]
    x += operator
    kernels: list[CellGrid] = []
    if planes:
        y = middle - (planes * kernel_rows * kernel_cell + (planes - 1) * label) / 2
        for _, plane in sheet.kernels:
            kernels.append(grid(plane.shape, x, y, (kernel_width, kernel_cell)))
            y += kernel_rows * kernel_cell + label
        x += kernel_columns * kernel_width
        operators.append((QRectF(x, middle - operator, operator, 2 * operator), "="))
        x += operator
    result = grid((out_rows, out_columns), x, middle - out_rows * cell / 2, (cell_width, cell))
    foot = QRectF(0.0, height - FOOT * scale, width, FOOT * scale)
    return StudyLayout(own, tuple(kernels), result, tuple(operators), foot, cell)
