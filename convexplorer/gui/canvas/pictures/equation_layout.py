"""The layout of an equation's tiles: one row, or several broken before operators. Plain arithmetic, no widget."""

from math import ceil

from PySide6.QtCore import QRectF

from convexplorer._dataclass import dataclass

# A break only before "=" reads better, and is preferred if it yields this share of the best width.
_BREAK_WORTH = 0.9
_TWO_LINES_WORTH = 0.75


@dataclass(frozen=True)
class EquationLayout:
    """Tiles of equal size in rows, with an operator before each.

    Attributes
    ----------
    rows : indexes of the tiles in each row.
    indent : room for an operator before the first tile of a row.
    header, footer : heights of the lines above and below a picture.
    """

    rows: tuple[tuple[int, ...], ...]
    picture_width: int
    picture_height: int
    left: float
    top: float
    indent: int
    operator: int
    header: int
    footer: int
    gap: int

    def picture_rect(self, index: int) -> QRectF:
        """Return the rectangle of a tile's picture."""
        row = next(i for i, row in enumerate(self.rows) if index in row)
        column = self.rows[row].index(index)
        return QRectF(
            self.left + self.indent + column * (self.picture_width + self.operator),
            self.top + row * (self.header + self.picture_height + self.footer + self.gap) + self.header,
            self.picture_width,
            self.picture_height,
        )

    def header_rect(self, index: int) -> QRectF:
        """Return the rectangle of the line above a picture."""
        rect = self.picture_rect(index)
        return QRectF(rect.left(), rect.top() - self.header, rect.width(), self.header)

    def footer_rect(self, index: int) -> QRectF:
        """Return the rectangle of the lines below a picture."""
        rect = self.picture_rect(index)
        return QRectF(rect.left(), rect.bottom(), rect.width(), self.footer)

    def operator_rect(self, index: int) -> QRectF:
        """Return the rectangle of the operator before a tile, as high as the picture."""
        rect = self.picture_rect(index)
        return QRectF(rect.left() - self.operator, rect.top(), self.operator, rect.height())


def arrange_equation(
    count: int,
    operands: int,
    aspect: float,
    width: float,
    height: float,
    *,
    operator: int,
    header: int,
    footer: int,
    gap: int,
    margin: int,
) -> EquationLayout:
    """Break the equation into rows such that its pictures become as large as possible.

    Parameters
    ----------
    count : of tiles; the first `operands` tiles are on the left of "=".
    aspect : width / height of every picture.
    """
    width, height = max(width - 2 * margin, 1), max(height - 2 * margin, 1)

    def picture_width(rows: tuple[tuple[int, ...], ...]) -> float:
        columns = max(map(len, rows))
        indent = operator if len(rows) > 1 else 0
        across = (width - indent - operator * (columns - 1)) / columns
        down = (height - gap * (len(rows) - 1)) / len(rows) - header - footer
        return max(min(across, down * aspect), 1.0)

    flowing = [_wrapped(range(count), columns) for columns in range(1, count + 1)]
    broken = [
        _wrapped(range(operands), columns) + _wrapped(range(operands, count), columns)
        for columns in range(1, count + 1)
    ]
    best, best_broken = max(flowing, key=picture_width), max(broken, key=picture_width)
    if len(best) > 1 and picture_width(best_broken) >= _BREAK_WORTH * picture_width(best):
        best = best_broken
    two_lines = (tuple(range(operands)), tuple(range(operands, count)))
    if len(best) > 2 and all(two_lines) and picture_width(two_lines) >= _TWO_LINES_WORTH * picture_width(best):
        best = two_lines
    across, columns = int(picture_width(best)), max(map(len, best))
    down = max(int(across / aspect), 1)
    indent = operator if len(best) > 1 else 0
    block_width = indent + columns * across + (columns - 1) * operator
    block_height = len(best) * (header + down + footer) + (len(best) - 1) * gap
    return EquationLayout(
        rows=best,
        picture_width=across,
        picture_height=down,
        left=margin + (width - block_width) // 2,
        top=margin + max((height - block_height) // 2, 0),
        indent=indent,
        operator=operator,
        header=header,
        footer=footer,
        gap=gap,
    )


def _wrapped(indexes: range, columns: int) -> tuple[tuple[int, ...], ...]:
    """Split a row into the fewest rows of at most `columns` tiles, of about equal length."""
    if not indexes:
        return ()
    rows = ceil(len(indexes) / columns)
    length = ceil(len(indexes) / rows)
    return tuple(tuple(indexes[i : i + length]) for i in range(0, len(indexes), length))
