"""Where the parts of a computation lie whose channels have one number each: side by side, with their names above.

A joined layer, a softmax or a dense layer over maps has many channels and a window of one cell.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRectF

from convexplorer.gui.canvas.cell_grid import CellGrid, gap_between
from convexplorer.gui.canvas.explanation.computation_layout import (
    GAP,
    LABEL,
    LARGEST_CELL,
    NUMBERS_FROM,
    OPERATOR,
    RESULT,
    STRIP,
    Block,
    ComputationLayout,
    Part,
    beside,
)

# In pixels of the design: a column holds a number; a wide one also a name.
NARROWEST = 58
WIDEST_COLUMN, WIDEST_OF_MANY = 150, 74
MANY = 4
ROOMY, PLOT = 1000, 160
STEPS = 236
_LEAST_STEPS = 150
_SIGNS: dict[Part, str] = {"patch": "", "kernel": "⊙", "products": "="}


def arrange_columns(
    width: float,
    height: float,
    *,
    order: Sequence[int],
    parts: tuple[Part, ...],
    joint: str = "",
    has_plot: bool = False,
    scale: float = 1.0,
    is_large: bool = False,
) -> ComputationLayout:
    """Show as many channels as have room for their number: in their own order if all have, else the first of `order`.

    Parameters
    ----------
    order : all channels, the more important first.
    parts : one below the other in each column.
    joint : sign between two columns.
    has_plot : there is something to draw beside the value, if there is room.
    is_large : room for the course of the sum below; otherwise it stands beside the value.
    """
    strip = STRIP * 2 * scale if is_large else 0.0
    plot = (PLOT + 2 * GAP) * scale if has_plot and not is_large and width >= ROOMY * scale else 0.0
    sign = OPERATOR * 0.7 * scale if joint or len(parts) > 1 else 0.0
    steps = (STEPS if width >= ROOMY * scale else _LEAST_STEPS) * scale
    room_x = width - steps - RESULT * scale - (OPERATOR + 2 * GAP) * scale - sign - plot
    room_y = height - strip - (GAP * scale if strip else 0)
    pitch = NARROWEST * scale + (sign if joint else 0.0)
    shown = max(min(len(order), int(room_x // pitch)), 1)
    is_cut = shown < len(order)
    if is_cut:
        shown = max(int((room_x - OPERATOR * scale) // pitch), 1)
    widest = WIDEST_COLUMN if shown <= MANY or is_large else WIDEST_OF_MANY
    column = float(int(min(widest * scale, room_x / shown - (sign if joint else 0.0))))
    row = float(int(min(LARGEST_CELL * scale, (room_y - LABEL * scale) / len(parts))))
    row = max(row, 1.0)
    top = max((room_y - len(parts) * row - LABEL * scale) / 2, 0.0) + LABEL * scale
    channels = list(order[:shown]) if is_cut else sorted(order)
    blocks, operators = [], []
    x = sign if len(parts) > 1 else 0.0
    for part, y in zip(parts, _tops(top, row, len(parts)), strict=True):
        if _SIGNS[part]:
            operators.append((QRectF(0.0, y, sign, row), _SIGNS[part]))
    for i, channel in enumerate(channels):
        for part, y in zip(parts, _tops(top, row, len(parts)), strict=True):
            blocks.append(Block(part, int(channel), CellGrid(1, 1, x, y, column, row, gap_between(row))))
        x += column
        if joint and i < len(channels) - 1:
            operators.append((QRectF(x, top, sign, row), joint))
            x += sign
    middle = len(parts) * row
    if is_cut:
        operators.append((QRectF(x, top, OPERATOR * scale, middle), "…"))
        x += OPERATOR * scale
    operators.append((QRectF(x, top, OPERATOR * scale, middle), "→"))
    left = x + (OPERATOR + 4) * scale
    sums = QRectF(left, 0.0, steps, room_y)
    result = QRectF(sums.right() + GAP * scale, 0.0, max(width - sums.right() - GAP * scale, 1.0), room_y)
    course = QRectF(0.0, height - strip, width, strip) if is_large else beside(result, scale)
    return ComputationLayout(
        tuple(blocks),
        tuple(operators),
        sums,
        result,
        course,
        None,
        (column, row),
        row >= NUMBERS_FROM * scale,
        is_large,
    )


def _tops(top: float, row: float, count: int) -> list[float]:
    return [top + i * row for i in range(count)]
