"""The window's typeface Inter, bundled so that the program looks the same on every machine."""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from convexplorer import assets

BASE_SIZE = 13  # px at interface scale 1
# Inter has no ⌊ ⌋ ⊙ ∗: a subset of Noto Sans Math provides these glyphs.
FONT_FILES = ("inter-regular.ttf", "inter-semibold.ttf", "noto-sans-math-subset.ttf")


@cache
def families() -> tuple[str, ...]:
    """Load the bundled fonts once and return their family names, preferred first; empty if none can be read."""
    names = []
    for name in FONT_FILES:
        identifier = QFontDatabase.addApplicationFont(str(assets.path("fonts", name)))
        names += QFontDatabase.applicationFontFamilies(identifier)[:1]
    return tuple(dict.fromkeys(names))


def text_font(size: float = BASE_SIZE, *, is_bold: bool = False) -> QFont:
    """Return the font of running text; `size` in pixels."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setFamilies([*families(), *font.families()])
    font.setPixelSize(max(1, round(size)))
    font.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
    return font


def digits_font(size: float = BASE_SIZE, *, is_bold: bool = False) -> QFont:
    """Return a font with digits of equal width, so that changing numbers do not shift; `size` in pixels."""
    font = text_font(size, is_bold=is_bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
