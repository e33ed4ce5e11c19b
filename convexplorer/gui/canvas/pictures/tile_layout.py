"""The layout of tiles, with the number of columns that makes pictures largest. Plain arithmetic, no widget."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QRectF

# Captions over the picture are the last resort: a separate strip may cost up to this share of the picture's area.
STRIP_WORTH = 0.7


@dataclass(frozen=True)
class TileLayout:
    """A grid of equal tiles, each with a caption strip (possibly of height 0) above a picture.

    Attributes
    ----------
    picture_width, picture_height, caption_height, gap : in logical pixels.
    left, top : of the first tile.
    content_height : of all rows with their margins; exceeds the widget's height if scrolling is needed.
    """

    count: int
    columns: int
    picture_width: int
    picture_height: int
    caption_height: int
    gap: int
    left: int
    top: int
    content_height: int

    @property
    def is_overlaid(self) -> bool:
        """True if captions are drawn over the pictures for lack of room."""
        return self.caption_height == 0

    @property
    def row_height(self) -> int:
        """Distance from one row of tiles to the next."""
        return self.caption_height + self.picture_height + self.gap

    @property
    def block_width(self) -> int:
        """Width of all columns, without the margins."""
        return self.columns * self.picture_width + self.gap * (self.columns - 1)

    def tile_rect(self, index: int) -> QRectF:
        """Return the rectangle of a tile, caption included, in content coordinates."""
        row, column = divmod(index, self.columns)
        return QRectF(
            self.left + column * (self.picture_width + self.gap),
            self.top + row * self.row_height,
            self.picture_width,
            self.caption_height + self.picture_height,
        )

    def picture_rect(self, index: int) -> QRectF:
        """Return the rectangle of a tile's picture, in content coordinates."""
        return self.tile_rect(index).adjusted(0, self.caption_height, 0, 0)

    def caption_rect(self, index: int) -> QRectF:
        """Return the rectangle of a tile's caption, in content coordinates."""
        rect = self.tile_rect(index)
        rect.setHeight(self.caption_height)
        return rect

    def visible(self, top: float, bottom: float) -> Iterator[int]:
        """Yield the indices of the tiles that overlap a horizontal band."""
        first = max(int((top - self.top) // self.row_height), 0) * self.columns
        for index in range(first, self.count):
            if self.tile_rect(index).top() > bottom:
                return
            yield index

    def index_at(self, x: float, y: float) -> int | None:
        """Return the index of the tile at a position in content coordinates; None between tiles."""
        column = int((x - self.left) // (self.picture_width + self.gap))
        index = int((y - self.top) // self.row_height) * self.columns + column
        is_inside = 0 <= column < self.columns and 0 <= index < self.count and self.tile_rect(index).contains(x, y)
        return index if is_inside else None


def arrange(
    count: int, aspect: float, width: int, height: int, *, caption: int, gap: int, margin: int, smallest: int, bar: int
) -> TileLayout:
    """Choose the number of columns, the picture size and the position of captions.

    Parameters
    ----------
    aspect : width / height of every picture.
    width, height : of the widget, including a `margin` on each side.
    caption : height of a caption strip.
    smallest : minimum width of a tile in pixels; narrower tiles would scroll instead.
    bar : width of the scroll bar.
    """
    count = max(count, 1)
    inner_width, inner_height = max(width - 2 * margin, 1), max(height - 2 * margin, 1)
    smallest = min(smallest, inner_width)
    columns, best_width = _best_columns(count, aspect, inner_width, inner_height, caption, gap)
    overlaid_columns, overlaid_width = _best_columns(count, aspect, inner_width, inner_height, 0, gap)
    if best_width**2 < STRIP_WORTH * overlaid_width**2 and overlaid_width >= smallest:
        columns, best_width, caption = overlaid_columns, overlaid_width, 0
    elif best_width < smallest:
        inner_width = max(inner_width - bar, 1)
        columns = min(max((inner_width + gap) // (smallest + gap), 1), count)
        best_width = (inner_width - gap * (columns - 1)) / columns
    # Both are rounded down: one excess pixel per row would require a scroll bar.
    picture_width = max(int(best_width), 1)
    picture_height = max(int(picture_width / aspect), 1)
    rows = ceil(count / columns)
    block_width = columns * picture_width + gap * (columns - 1)
    block_height = rows * (caption + picture_height) + gap * (rows - 1)
    return TileLayout(
        count=count,
        columns=columns,
        picture_width=picture_width,
        picture_height=picture_height,
        caption_height=caption,
        gap=gap,
        left=margin + max((inner_width - block_width) // 2, 0),
        top=margin + max((inner_height - block_height) // 2, 0),
        content_height=block_height + 2 * margin,
    )


def _best_columns(
    count: int, aspect: float, width: float, height: float, caption: float, gap: float
) -> tuple[int, float]:
    """Return the number of columns with the largest pictures, and their width."""
    best_columns, best_width = 1, 0.0
    for columns in range(1, count + 1):
        rows = ceil(count / columns)
        room = (height - gap * (rows - 1)) / rows - caption
        picture_width = min((width - gap * (columns - 1)) / columns, room * aspect)
        if picture_width > best_width + 0.5:
            best_columns, best_width = columns, picture_width
    return best_columns, best_width
