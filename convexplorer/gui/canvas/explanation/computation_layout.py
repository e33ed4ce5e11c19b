"""Where the parts of a computation lie: patch ⊙ kernel = products, channel by channel, and the sum beside them.

Plain arithmetic on rectangles, so that the screen, a print and the tests see the same places.
"""

from itertools import product
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from convexplorer._dataclass import dataclass
from convexplorer.gui.canvas.cell_grid import CellGrid, gap_between

Part = Literal["patch", "kernel", "products"]
PARTS: tuple[Part, ...] = ("patch", "kernel", "products")

# In pixels of the design. Cells from this height on hold a number that can be read; where the room is large, and so
# its pixels, lower ones do, if they are wide enough: for a sign and three digits, or two at least.
NUMBERS_FROM = 24
LARGE_NUMBERS_FROM = 17
LARGE_WIDTHS = (46, 34)
LARGEST_CELL = 60
LARGEST_OF_ALL = 110  # where one fills a window
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
UNDERNEATH = 132  # for sums, value and running sum, where the cells need the whole width


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
    has_numbers : a cell has room for its number.
    is_large : it fills a window.
    is_stacked : the sums stand below the cells and not beside them.
    """

    blocks: tuple[Block, ...]
    operators: tuple[tuple[QRectF, str], ...]
    sums: QRectF
    result: QRectF
    strip: QRectF | None
    extract: QRectF | None
    cell: tuple[float, float]
    has_numbers: bool = True
    is_large: bool = False
    is_stacked: bool = False

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
    if is_large:
        return _arrange_large(width, height, channels, kernel, parts, first_row, scale)
    room_x = width - (RESULT + SUMS + len(parts) * OPERATOR + GAP) * scale
    cell = _cell(room_x, height - LABEL * scale, kernel, len(parts), scale)
    has_numbers = cell[1] >= NUMBERS_FROM * scale
    blocks, operators, right = _place_blocks((height, cell), 1, min(first_row, channels - 1), kernel, parts, scale)
    sums, result = _place_sums(right, width, height, scale)
    course, extract = beside(result, scale), None
    if course is not None and not has_numbers:
        extract, course = _split(course, scale)
    return ComputationLayout(blocks, operators, sums, result, course, extract, cell, has_numbers)


def _arrange_large(
    width: float,
    height: float,
    channels: int,
    kernel: tuple[int, int],
    parts: tuple[Part, ...],
    first_row: int,
    scale: float,
) -> ComputationLayout:
    """Show as many channels as keep readable numbers, with the sums beside or below them; all, where not even one does.

    Only the widest kernels have no room for numbers at all: theirs are listed.
    """
    beside_x = width - (RESULT + SUMS + len(parts) * OPERATOR + GAP) * scale
    beside_y = height - (STRIP + GAP) * scale
    stacked_x, stacked_y = width - len(parts) * OPERATOR * scale, height - (UNDERNEATH + GAP) * scale
    most = min(channels, MOST_CHANNELS)
    rooms = ((False, (beside_x, beside_y)), (True, (stacked_x, stacked_y)))
    shown, is_stacked, room_y = most, False, beside_y  # where no cell has room for a number
    for count, least, (is_below, room) in product(range(most, 0, -1), LARGE_WIDTHS, rooms):
        cell = _cell(room[0], room[1] / count - LABEL * scale, kernel, len(parts), scale, is_large=True)
        if _is_readable(cell, scale, least):
            shown, is_stacked, room_y = count, is_below, room[1]
            break
    else:
        cell = _cell(beside_x, beside_y / most - LABEL * scale, kernel, len(parts), scale, is_large=True)
    first = min(first_row, channels - shown)
    blocks, operators, right = _place_blocks((room_y, cell), shown, first, kernel, parts, scale)
    has_numbers = _is_readable(cell, scale)
    sums, result, course = _place_large_sums(width, height, right, scale, is_stacked=is_stacked)
    result, extract = (result, None) if has_numbers else _cut(result, scale)
    return ComputationLayout(
        blocks, operators, sums, result, course, extract, cell, has_numbers, is_large=True, is_stacked=is_stacked
    )


def _place_large_sums(
    width: float, height: float, right: float, scale: float, *, is_stacked: bool
) -> tuple[QRectF, QRectF, QRectF]:
    """Return the room of the sums, of the value, and of the running sum."""
    if not is_stacked:
        strip = QRectF(0.0, height - STRIP * scale, width, STRIP * scale)
        return *_place_sums(right, width, strip.top() - GAP * scale, scale), strip
    below = UNDERNEATH * scale
    sums = QRectF(0.0, height - below, SUMS * 1.4 * scale, below)
    result = QRectF(sums.right() + 2 * GAP * scale, sums.top(), RESULT * scale, below)
    left = result.right() + GAP * scale
    return sums, result, QRectF(left, sums.top(), width - left, below)


def _is_readable(cell: tuple[float, float], scale: float, least: float = LARGE_WIDTHS[-1]) -> bool:
    return cell[0] >= least * scale and cell[1] >= LARGE_NUMBERS_FROM * scale


def _place_blocks(
    size: tuple[float, tuple[float, float]],
    shown: int,
    first: int,
    kernel: tuple[int, int],
    parts: tuple[Part, ...],
    scale: float,
) -> tuple[tuple[Block, ...], tuple[tuple[QRectF, str], ...], float]:
    """Return the grids of the shown channels, the signs between them, and where they end on the right."""
    (room_y, cell), (rows, columns) = size, kernel
    width_of, height_of = cell
    blocks: list[Block] = []
    operators: list[tuple[QRectF, str]] = []
    row_height = rows * height_of + LABEL * scale
    top = max((room_y - shown * row_height) / 2, 0.0)
    x = 0.0
    for i in range(shown):
        y = top + i * row_height + LABEL * scale
        x = 0.0
        for part, symbol in zip(parts, ("⊙", "=", ""), strict=False):
            blocks.append(Block(part, first + i, _grid(rows, columns, x, y, cell)))
            x += columns * width_of
            if symbol and part != parts[-1]:
                operators.append((QRectF(x, y, OPERATOR * scale, rows * height_of), symbol))
                x += OPERATOR * scale
        operators.append((QRectF(x, y, OPERATOR * scale, rows * height_of), "→"))
    return tuple(blocks), tuple(operators), x


def _place_sums(right: float, width: float, height: float, scale: float) -> tuple[QRectF, QRectF]:
    """Return the room of the sums and of the value, right of the cells."""
    sums = QRectF(right + (OPERATOR + 4) * scale, 0.0, SUMS * scale, height)
    left = sums.right() + GAP * scale
    return sums, QRectF(left, 0.0, max(width - left, 1.0), height)


def beside(result: QRectF, scale: float) -> QRectF | None:
    """Return the room right of the result that the running sum may have, None if that is too little."""
    left = result.left() + (RESULT + GAP) * scale
    width = result.right() - left
    return QRectF(left, result.top(), width, result.height()) if width >= 150 * scale else None


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


def _cell(
    room_x: float, room_y: float, kernel: tuple[int, int], parts: int, scale: float, *, is_large: bool = False
) -> tuple[float, float]:
    """Return (width, height) of the largest cells that fit; square where they hold no numbers."""
    rows, columns = kernel
    largest, numbers_from = (LARGEST_OF_ALL, LARGE_NUMBERS_FROM) if is_large else (LARGEST_CELL, NUMBERS_FROM)
    widest, height = room_x / (parts * columns), min(room_y / rows, largest * scale)
    height = min(height, widest)
    width = min(widest, max(height * WIDEST, WIDE_ENOUGH * scale)) if height >= numbers_from * scale else height
    if height < 1:
        return max(width, 0.25), max(height, 0.25)
    return float(int(width)), float(int(height))


def _grid(rows: int, columns: int, left: float, top: float, cell: tuple[float, float]) -> CellGrid:
    return CellGrid(rows, columns, left, top, *cell, gap_between(cell[1]))
