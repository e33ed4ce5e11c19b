"""The layout of the kernel's cells in its widget."""

from convexplorer.gui.canvas.cell_grid import CellGrid, gap_between

WIDEST = 3.5  # width of a cell by its height: as wide as the column, but still the shape of a kernel


def lay_out(rows: int, columns: int, width: float, height: float, margin: float = 3.0) -> CellGrid:
    """Return a centred grid of the largest cells that fit into a widget: as wide as it, and no higher than wide.

    Digits are wider than high, so wide cells show more of them than square ones in the same height.
    """
    inner_width, inner_height = max(width - 2 * margin, 1.0), max(height - 2 * margin, 1.0)
    gap = gap_between(min(inner_width / columns, inner_height / rows))
    # The gap after the last cell is not part of the grid.
    wide, high = (inner_width + gap) / columns, (inner_height + gap) / rows
    high = min(high, wide)
    wide = min(wide, high * WIDEST)
    left = (width - columns * wide + gap) / 2
    top = (height - rows * high + gap) / 2
    return CellGrid(rows, columns, left, top, wide, high, gap)
