"""How large the views are that fill the window: in proportion to the room, so that they are read from the last row."""

from PySide6.QtGui import QFont

from convexplorer.gui.look import fonts, theme

READABLE_PX, SMALLEST = 20, 11  # the smallest text, in a window of 1920 × 1080 pixels, and in design pixels
_ROOM = (1860, 960)  # of a view in such a window


def reading_scale(width: float, height: float) -> float:
    """Return the pixels per design pixel of a view that fills a room; never below the scale of the window."""
    share = min(width / _ROOM[0], height / _ROOM[1])
    return max(theme.scale(), share * READABLE_PX / SMALLEST)


def digits_font(size: float, scale: float, *, is_bold: bool = False) -> QFont:
    """Return the font of numbers at a design size, for any scale."""
    return fonts.digits_font(size * scale, is_bold=is_bold)
