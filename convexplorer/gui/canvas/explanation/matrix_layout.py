"""Where the matrices of a product lie: kernel, patches and maps side by side, the whole and the words beside them."""

from PySide6.QtCore import QPointF, QRectF

from convexplorer._dataclass import dataclass
from convexplorer.gui.canvas.cell_grid import CellGrid, gap_between

# Design pixels.
TITLE = 20  # the line over a matrix
_GAP, _OPERATOR, _NAME = 14, 22, 62
_HIGHEST, _WIDEST = 30.0, 52.0
_LEAST_OUTPUTS, _MOST_OUTPUTS, _MOST_FILTERS = 3, 9, 16
_SIDE, _SIDE_SHARE, _PICTURE, _PICTURE_SHARE = 300, 0.3, 110, 0.3  # what stands beside the matrices
_BELOW, _BELOW_SHARE = 165, 0.36  # what stands below them in a large view


@dataclass(frozen=True)
class Reading:
    """How large cells must be, so that their numbers can be read; in design pixels.

    Attributes
    ----------
    characters : of a number.
    digits : least size of its font.
    high, wide : least size of a cell.
    name : size of the font over a column.
    """

    characters: int
    digits: float
    high: float
    wide: float
    name: float


NEAR, FAR = Reading(5, 7.0, 10.4, 27.0, 9.0), Reading(4, 11.0, 14.4, 31.0, 11.0)


@dataclass(frozen=True)
class MatrixLayout:
    """Where everything lies; cells of one matrix are as large as those of the others.

    Attributes
    ----------
    kernel, patches, maps : the matrices without what is left out.
    is_cut : per number of filters, taps and outputs, whether there are more than are shown.
    operators : signs between the matrices.
    names : room for the names left of kernel and patches.
    overview, words : the whole patch matrix, and what the sizes say.
    reading : how large its texts are.
    """

    kernel: CellGrid
    patches: CellGrid
    maps: CellGrid
    is_cut: tuple[bool, bool, bool]
    operators: tuple[tuple[QRectF, str], ...]
    names: float
    overview: QRectF
    words: QRectF
    reading: Reading = NEAR

    @property
    def counts(self) -> tuple[int, int, int]:
        """Filters, taps and outputs that are shown."""
        return self.kernel.rows, self.patches.rows, self.patches.columns

    def tap_at(self, position: QPointF) -> int | None:
        """Return the tap (of those shown) at a position in kernel or patches."""
        cell = self.kernel.cell_at(position)
        if cell is not None:
            return cell[1]
        cell = self.patches.cell_at(position)
        return None if cell is None else cell[0]

    def filter_at(self, position: QPointF) -> int | None:
        """Return the filter (of those shown) at a position in kernel or maps."""
        cell = self.kernel.cell_at(position) or self.maps.cell_at(position)
        return None if cell is None else cell[0]

    def output_at(self, position: QPointF) -> int | None:
        """Return the output (of those shown) at a position in patches or maps."""
        cell = self.patches.cell_at(position) or self.maps.cell_at(position)
        return None if cell is None else cell[1]


def arrange_matrices(
    sizes: tuple[int, int, int],
    per_channel: int,
    width: float,
    height: float,
    scale: float = 1.0,
    *,
    is_large: bool = False,
) -> MatrixLayout:
    """Share the room among the matrices: as many taps as can be read, then outputs.

    Parameters
    ----------
    sizes : rows of the kernel matrix, rows of the patch matrix, columns of it.
    per_channel : taps of one channel; where not all taps have room, those of whole channels are shown.
    is_large : for a projector: larger numbers, and the whole and the words below the matrices.
    """
    filters, inner, columns = sizes
    least = FAR if is_large else NEAR
    overview, words = _others(width, height, scale, is_large=is_large)
    top = (TITLE + 2.7 * least.name) * scale
    room_y = max((overview.top() - (TITLE + _GAP) * scale if is_large else height) - top, 1.0)
    names, sign = _NAME * scale, _OPERATOR * scale
    end = width if is_large else overview.left() - _GAP * scale
    room_x = max(end - 2 * names - 2 * sign, 1.0)
    high, wide = least.high * scale, least.wide * scale
    fits = min(int(room_y / high), int(room_x / wide) - 2 * min(_LEAST_OUTPUTS, columns))
    taps = _whole_channels(max(min(inner, fits), 1), inner, per_channel)
    lines = taps + (taps < inner)
    high = min(room_y / lines, _HIGHEST * scale)
    rows = max(min(filters, int(room_y / high), _MOST_FILTERS), 1)
    outputs = min(columns, _MOST_OUTPUTS, max(int((room_x / wide - lines) / 2), 1))
    wide = min(room_x / (lines + 2 * outputs), _WIDEST * scale)
    gap = gap_between(min(wide, high), scale)
    kernel = CellGrid(rows, taps, names, top + max((lines - rows) // 2, 0) * high, wide, high, gap)
    left = names + lines * wide + sign
    patches = CellGrid(taps, outputs, left + names, top, wide, high, gap)
    right = patches.left + outputs * wide + sign
    maps = CellGrid(rows, outputs, right, kernel.top, wide, high, gap)
    signs = (left - sign, "·"), (right - sign, "=")
    return MatrixLayout(
        kernel,
        patches,
        maps,
        (rows < filters, taps < inner, outputs < columns),
        tuple((QRectF(x, kernel.top, sign, rows * high), text) for x, text in signs),
        names,
        overview,
        words,
        least,
    )


def _others(width: float, height: float, scale: float, *, is_large: bool) -> tuple[QRectF, QRectF]:
    """Return where the whole patch matrix and the words lie: beside the matrices, or below them."""
    if is_large:
        high = min(_BELOW * scale, height * _BELOW_SHARE)
        split, gap = width * 0.4, _GAP * scale
        return QRectF(0, height - high, split - gap, high), QRectF(split, height - high, width - split, high)
    side = min(_SIDE * scale, width * _SIDE_SHARE)
    top, high = TITLE * scale, min(_PICTURE_SHARE * height, _PICTURE * scale)
    below = top + high + _GAP / 2 * scale
    return QRectF(width - side, top, side, high), QRectF(width - side, below, side, max(height - below, 0.0))


def _whole_channels(taps: int, inner: int, per_channel: int) -> int:
    if taps >= inner or taps < per_channel:
        return taps
    return taps // per_channel * per_channel
