"""The layout of the kernel's cells in its widget."""

from convexplorer.gui.canvas.cell_grid import CellGrid, gap_between


def lay_out(rows: int, columns: int, width: float, height: float, margin: float = 3.0) -> CellGrid:
    """Return a centred grid of the largest square cells that fit into a widget."""
    inner_width, inner_height = max(width - 2 * margin, 1.0), max(height - 2 * margin, 1.0)
    pitch = min(inner_width / columns, inner_height / rows)
    gap = gap_between(pitch)
    # The gap after the last cell is not part of the grid.
    pitch = min((inner_width + gap) / columns, (inner_height + gap) / rows)
    left = (width - columns * pitch + gap) / 2
    top = (height - rows * pitch + gap) / 2
    return CellGrid(rows, columns, left, top, pitch, pitch, gap)
