"""The layout of tiles, with the number of columns that makes pictures largest. Plain arithmetic, no widget."""

from collections.abc import Iterator
from functools import lru_cache
from math import ceil

from PySide6.QtCore import QRectF

from convexplorer._dataclass import dataclass

# A separate strip for the captions may cost up to this share of the area that the pictures would have without it.
# Captions cover little of a large picture, so there a strip must cost nothing.
STRIP_WORTH_SMALL, STRIP_WORTH_LARGE = 0.7, 0.98
LARGE_TILE = 1.5  # times the smallest width
ROUNDING_PX = 1e-3


@dataclass(frozen=True)
class TileBlock:
    """A part of the rows: tiles in columns, from a left and an upper edge on."""

    columns: int
    rows: int
    left: int
    top: int


@dataclass(frozen=True)
class TileLayout:
    """Equal tiles in rows, each with a caption strip (possibly of height 0) above a picture.

    Attributes
    ----------
    picture_width, picture_height, caption_height, gap : in logical pixels.
    blocks : the rows beside a corner that is taken, if there is one, and the rows below it.
    content_height : of all rows with their margins; exceeds the widget's height if scrolling is needed.
    """

    count: int
    picture_width: int
    picture_height: int
    caption_height: int
    gap: int
    blocks: tuple[TileBlock, ...]
    content_height: int

    @property
    def is_overlaid(self) -> bool:
        """True if captions are drawn over the pictures."""
        return self.caption_height == 0

    @property
    def columns(self) -> int:
        """The number of tiles in the widest row."""
        return max(block.columns for block in self.blocks)

    @property
    def row_height(self) -> int:
        """Distance from one row of tiles to the next."""
        return self.caption_height + self.picture_height + self.gap

    @property
    def block_width(self) -> int:
        """Width of all columns, without the margins."""
        return self.columns * self.picture_width + self.gap * (self.columns - 1)

    @property
    def picture_area(self) -> int:
        """The area of all pictures together."""
        return self.count * self.picture_width * self.picture_height

    def tile_rect(self, index: int) -> QRectF:
        """Return the rectangle of a tile, caption included, in content coordinates."""
        block, row, column = self._place(index)
        return QRectF(
            block.left + column * (self.picture_width + self.gap),
            block.top + row * self.row_height,
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
        for index in range(self.count):
            rect = self.tile_rect(index)
            if rect.top() > bottom:
                return
            if rect.bottom() + self.gap > top:
                yield index

    def index_at(self, x: float, y: float) -> int | None:
        """Return the index of the tile at a position in content coordinates; None between tiles."""
        first = 0
        for block in self.blocks:
            row = int((y - block.top) // self.row_height)
            column = int((x - block.left) // (self.picture_width + self.gap))
            index = first + row * block.columns + column
            if 0 <= row < block.rows and 0 <= column < block.columns and index < self.count:
                return index if self.tile_rect(index).contains(x, y) else None
            first += block.rows * block.columns
        return None

    def neighbour(self, index: int, rows: int) -> int:
        """Return the tile some rows below (above: negative) in the nearest column, as far as there are rows."""
        last = self._row_number(self.count - 1)
        row = min(max(self._row_number(index) + rows, 0), last)
        here = self.tile_rect(index).center().x()
        others = (i for i in range(self.count) if self._row_number(i) == row)
        return min(others, key=lambda i: abs(self.tile_rect(i).center().x() - here))

    def _row_number(self, index: int) -> int:
        block, row, _ = self._place(index)
        return row + sum(other.rows for other in self.blocks[: self.blocks.index(block)])

    def _place(self, index: int) -> tuple[TileBlock, int, int]:
        """Return the block of a tile, and its row and column there."""
        for block in self.blocks[:-1]:
            if index < block.rows * block.columns:
                return block, *divmod(index, block.columns)
            index -= block.rows * block.columns
        return self.blocks[-1], *divmod(index, self.blocks[-1].columns)


@lru_cache(maxsize=64)  # asked for with every value that is written on a tile
def arrange(
    count: int,
    aspect: float,
    width: int,
    height: int,
    *,
    caption: int,
    gap: int,
    margin: int,
    smallest: int,
    bar: int,
    corner: tuple[int, int] = (0, 0),
    may_cover: bool = True,
) -> TileLayout:
    """Choose the number of columns, the picture size and the position of captions.

    Parameters
    ----------
    aspect : width / height of every picture.
    width, height : of the widget, including a `margin` on each side.
    caption : height of a caption strip.
    smallest : minimum width of a tile in pixels; narrower tiles would scroll instead.
    bar : width of the scroll bar.
    corner : (width, height) of the part at the upper left that is taken; tiles lie beside and below it.
    may_cover : False keeps captions off the pictures, whatever that costs.
    """
    count = max(count, 1)
    inner = _Rooms.of(width, height, margin, gap, corner)
    smallest = min(smallest, inner.whole_width)
    strip, over = (inner.best_width(count, aspect, high, smallest) for high in (caption, 0))
    worth = STRIP_WORTH_LARGE if over >= LARGE_TILE * smallest else STRIP_WORTH_SMALL
    if may_cover and strip**2 < worth * over**2 and over >= smallest:
        strip, caption = over, 0
    if strip < smallest:
        return _scrolled(count, aspect, inner, caption=caption, smallest=smallest, bar=bar)
    # Both are rounded down: one excess pixel per row would require a scroll bar.
    picture_width = max(int(strip), 1)
    picture_height = max(int(picture_width / aspect), 1)
    picture_width = max(min(picture_width, round(picture_height * aspect)), 1)
    blocks = inner.blocks(count, picture_width, caption + picture_height)
    return TileLayout(count, picture_width, picture_height, caption, gap, blocks, height)


def _scrolled(count: int, aspect: float, inner: "_Rooms", *, caption: int, smallest: int, bar: int) -> TileLayout:
    """Return tiles of about the smallest width in as many rows as they need, beside the corner all the way down."""
    left = inner.margin + inner.corner_width
    width = max(inner.whole_width - inner.corner_width - bar, 1)
    columns = min(max((width + inner.gap) // (smallest + inner.gap), 1), count)
    picture_width = max(int((width - inner.gap * (columns - 1)) / columns), 1)
    picture_height = max(int(picture_width / aspect), 1)
    rows = ceil(count / columns)
    block_height = rows * (caption + picture_height + inner.gap) - inner.gap
    block_width = columns * (picture_width + inner.gap) - inner.gap
    left += max((width + bar - block_width) // 2 if block_height <= inner.whole_height else 0, 0)
    top = inner.margin + max((inner.whole_height - block_height) // 2, 0)
    block = TileBlock(columns, rows, left, top)
    content_height = max(block_height, inner.whole_height) + 2 * inner.margin
    return TileLayout(count, picture_width, picture_height, caption, inner.gap, (block,), content_height)


@dataclass(frozen=True)
class _Rooms:
    """The room beside a taken corner and the room below it, without margins and gaps around them."""

    whole_width: int
    whole_height: int
    corner_width: int  # with the gap to the tiles
    corner_height: int
    margin: int
    gap: int

    @classmethod
    def of(cls, width: int, height: int, margin: int, gap: int, corner: tuple[int, int]) -> "_Rooms":
        inner_width, inner_height = max(width - 2 * margin, 1), max(height - 2 * margin, 1)
        if min(corner) <= 0:
            return cls(inner_width, inner_height, 0, 0, margin, gap)
        taken_width = min(max(corner[0] - margin + gap, 0), inner_width - 1)
        taken_height = min(max(corner[1] - margin + gap, 0), inner_height)
        return cls(inner_width, inner_height, taken_width, taken_height, margin, gap)

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """The (width, height) of the room beside the corner, if there is one, and of the room below."""
        if not self.corner_width:
            return ((self.whole_width, self.whole_height),)
        beside = (self.whole_width - self.corner_width, max(self.corner_height - self.gap, 1))
        below = (self.whole_width, max(self.whole_height - self.corner_height, 0))
        return (beside, below)

    def best_width(self, count: int, aspect: float, caption: float, smallest: float) -> float:
        """Return the largest width of a picture at which all tiles have a place; 0 if it is below the smallest one."""
        best, gap = 0.0, self.gap
        room = [(width + gap + ROUNDING_PX, height + gap + ROUNDING_PX) for width, height in self.sizes]
        # Written out, since a window asks for hundreds of divisions when it opens.
        for width, height in self.sizes:
            for scale, spare, extra in ((1.0, width + gap, gap), (aspect, height + gap, gap + caption)):
                for n in range(1, count + 1):
                    candidate = (spare / n - extra) * scale
                    if candidate <= best or candidate < smallest:
                        break
                    across, down = candidate + gap, candidate / aspect + caption + gap
                    if sum([int(x // across) * int(y // down) for x, y in room]) >= count:
                        best = candidate
        return best

    def blocks(self, count: int, width: int, height: int) -> tuple[TileBlock, ...]:
        """Place the tiles in their rooms."""
        found = []
        for i, room in enumerate(self.sizes):
            columns, rows = self._fitting(room, width, height)
            rows = min(rows, ceil(count / columns)) if columns else 0
            if not rows or count <= 0:
                continue
            columns = min(columns, count)
            count -= columns * rows
            is_below = bool(self.corner_width) and i == 1
            left = self.margin + (0 if is_below or not self.corner_width else self.corner_width)
            top = self.margin + (self.corner_height if is_below else 0)
            spare_width = room[0] - columns * (width + self.gap) + self.gap
            spare_height = room[1] - rows * (height + self.gap) + self.gap
            # Around a corner the columns stand below each other, at the right edge, unless that leaves a hole.
            before = spare_width if self.corner_width and spare_width < width // 4 else spare_width // 2
            found.append(TileBlock(columns, rows, left + before, top + spare_height // 2))
        return tuple(found)

    def _fitting(self, room: tuple[int, int], width: float, height: float) -> tuple[int, int]:
        """Return how many columns and rows of tiles fit."""
        columns = int((room[0] + self.gap + ROUNDING_PX) // (width + self.gap))
        rows = int((room[1] + self.gap + ROUNDING_PX) // (height + self.gap))
        return max(columns, 0), max(rows, 0)
