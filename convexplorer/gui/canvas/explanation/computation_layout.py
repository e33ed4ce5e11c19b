"""Where the parts of a computation lie: patch ⊙ kernel = products, channel by channel, and the sum beside them.

Plain arithmetic on rectangles, so that the screen, a print and the tests see the same places.
"""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from convexplorer.gui.canvas.cell_grid import CellGrid, gap_between

Part = Literal["patch", "kernel", "products"]
PARTS: tuple[Part, ...] = ("patch", "kernel", "products")

# In pixels of the design. Cells from this height on hold a number that can be read.
NUMBERS_FROM = 24
LARGEST_CELL = 60
# Digits are wider than high, so cells are too, where there is room; low ones by more: "−0.123" must fit.
WIDEST = 1.4
WIDE_ENOUGH = 50
LABEL = 18
OPERATOR = 30
RESULT = 250
SUMS = 150
STRIP = 64
EXTRACT = 250
MOST_CHANNELS = 4
GAP = 14


@dataclass(frozen=True)
class Block:
    """One grid of cells.

    Attributes
    ----------
    row : index into the channels of the trace.
    """

    part: Part
    row: int
    grid: CellGrid

    @property
    def rect(self) -> QRectF:
        """All cells together."""
        first = self.grid.cell_rect(0, 0)
        return first.united(self.grid.cell_rect(self.grid.rows - 1, self.grid.columns - 1))


@dataclass(frozen=True)
class ComputationLayout:
    """Where everything lies, in pixels of the widget.

    Attributes
    ----------
    blocks : the grids that are shown, row by row.
    operators : (rectangle, symbol) between them.
    sums : the list of all channels' sums and the bias.
    result : the sum, the activation, the value.
    strip : the running sum over all products, or None where there is no room.
    extract : a list of the largest products, where the cells are too small for numbers, or None.
    cell : (width, height) of a cell.
    """

    blocks: tuple[Block, ...]
    operators: tuple[tuple[QRectF, str], ...]
    sums: QRectF
    result: QRectF
    strip: QRectF | None
    extract: QRectF | None
    cell: tuple[float, float]

    @property
    def rows(self) -> tuple[int, ...]:
        """The channels that are shown, as indexes into the trace's."""
        return tuple(dict.fromkeys(block.row for block in self.blocks))

    def tap_at(self, position: QPointF) -> tuple[int, int, int] | None:
        """Return (channel index, row, column) of the cell at a position."""
        for block in self.blocks:
            cell = block.grid.cell_at(position)
            if cell is not None:
                return block.row, *cell
        return None


def arrange(
    width: float,
    height: float,
    *,
    channels: int,
    kernel: tuple[int, int],
    parts: tuple[Part, ...] = PARTS,
    first_row: int = 0,
    scale: float = 1.0,
    is_large: bool = False,
) -> ComputationLayout:
    """Make the cells as large as the room allows; show as many channels as keep their numbers readable.

    Parameters
    ----------
    channels : how many take part.
    kernel : (rows, columns) of the window.
    parts : which grids a channel has.
    first_row : the channel that must be shown; the first shown where only one fits.
    scale : pixels per pixel of the design.
    is_large : room for several channels and the running sum below them; otherwise one channel and the sum beside it.
    """
    rows, columns = kernel
    strip = STRIP * scale if is_large else 0.0
    side = (RESULT + SUMS) * scale
    room_x = width - side - (len(parts) * OPERATOR + GAP) * scale
    room_y = height - strip - (GAP * scale if strip else 0)
    shown = _shown_channels(room_x, room_y, channels, rows, columns, len(parts), scale) if is_large else 1
    cell = _cell(room_x, room_y / shown - LABEL * scale, rows, columns, len(parts), scale)
    first = min(first_row, channels - shown) if shown > 1 else min(first_row, channels - 1)
    blocks: list[Block] = []
    operators: list[tuple[QRectF, str]] = []
    width_of, height_of = cell
    row_height = rows * height_of + LABEL * scale
    top = max((room_y - shown * row_height) / 2, 0.0)
    right = 0.0
    for i in range(shown):
        y = top + i * row_height + LABEL * scale
        x = 0.0
        for part, symbol in zip(parts, ("⊙", "=", ""), strict=False):
            blocks.append(Block(part, first + i, _grid(rows, columns, x, y, cell)))
            x += columns * width_of
            if symbol and part != parts[-1]:
                operators.append((QRectF(x, y, OPERATOR * scale, rows * height_of), symbol))
                x += OPERATOR * scale
        right = x
        operators.append((QRectF(x, y, OPERATOR * scale, rows * height_of), "→"))
    left = right + (OPERATOR + 4) * scale
    sums = QRectF(left, 0.0, SUMS * scale, room_y)
    result = QRectF(sums.right() + GAP * scale, 0.0, max(width - sums.right() - GAP * scale, 1.0), room_y)
    has_numbers = height_of >= NUMBERS_FROM * scale
    if is_large:
        waterfall: QRectF | None = QRectF(0.0, height - strip, width, strip)
        result, extract = (result, None) if has_numbers else _cut(result, scale)
    else:
        waterfall, extract = beside(result, scale), None
        if waterfall is not None and not has_numbers:
            extract, waterfall = _split(waterfall, scale)
    return ComputationLayout(tuple(blocks), tuple(operators), sums, result, waterfall, extract, cell)


def beside(result: QRectF, scale: float) -> QRectF | None:
    """Return the room right of the result that the running sum may have, None if that is too little."""
    left = result.left() + (RESULT + GAP) * scale
    width = result.right() - left
    return QRectF(left, result.top(), width, result.height()) if width >= 150 * scale else None


def natural_size(channels: int, kernel: tuple[int, int], parts: tuple[Part, ...], scale: float) -> tuple[float, float]:
    """Return the (width, height) in which a computation has its largest cells, all its channels and the running sum."""
    rows, columns = kernel
    shown = min(channels, MOST_CHANNELS)
    width = len(parts) * (columns * LARGEST_CELL * WIDEST + OPERATOR) + GAP + 4 + RESULT + SUMS + GAP
    height = shown * (rows * LARGEST_CELL + LABEL) + STRIP + 2 * GAP
    return width * scale, height * scale


def _cut(area: QRectF, scale: float) -> tuple[QRectF, QRectF]:
    """Return the upper part for the result, the lower one for the extract."""
    upper = QRectF(area.left(), area.top(), area.width(), area.height() * 0.4)
    return upper, QRectF(area.left(), upper.bottom(), min(area.width(), EXTRACT * scale * 1.25), area.height() * 0.6)


def _split(area: QRectF, scale: float) -> tuple[QRectF, QRectF | None]:
    """Return the room for the extract, and what is left of it for the running sum."""
    width = min(EXTRACT * scale, area.width())
    left = area.left() + width + GAP * scale
    rest = area.right() - left
    extract = QRectF(area.left(), area.top(), width, area.height())
    return extract, QRectF(left, area.top(), rest, area.height()) if rest >= 110 * scale else None


def _shown_channels(
    room_x: float, room_y: float, channels: int, rows: int, columns: int, parts: int, scale: float
) -> int:
    """Return the most channels that keep readable numbers; all, up to four, where not even one would."""
    most = min(channels, MOST_CHANNELS)
    for shown in range(most, 0, -1):
        if _cell(room_x, room_y / shown - LABEL * scale, rows, columns, parts, scale)[1] >= NUMBERS_FROM * scale:
            return shown
    return most


def _cell(room_x: float, room_y: float, rows: int, columns: int, parts: int, scale: float) -> tuple[float, float]:
    """Return (width, height) of the largest cells that fit; square where they hold no numbers."""
    widest, height = room_x / (parts * columns), min(room_y / rows, LARGEST_CELL * scale)
    height = min(height, widest)
    width = min(widest, max(height * WIDEST, WIDE_ENOUGH * scale)) if height >= NUMBERS_FROM * scale else height
    if height < 1:
        return max(width, 0.25), max(height, 0.25)
    return float(int(width)), float(int(height))


def _grid(rows: int, columns: int, left: float, top: float, cell: tuple[float, float]) -> CellGrid:
    return CellGrid(rows, columns, left, top, *cell, gap_between(cell[1]))
