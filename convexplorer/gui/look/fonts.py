"""The window's typeface Inter, bundled so that the program looks the same on every machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache

from PySide6.QtGui import QFont, QFontDatabase

from convexplorer import assets

BASE_SIZE = 13  # px at interface scale 1
# Inter has no ⌊ ⌋ ⊙ ∗: a subset of Noto Sans Math provides these glyphs.
_is_selectable = False  # see `selectable`
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
    return QFont(_font(max(1, round(size)), is_bold=is_bold, has_even_digits=False, is_selectable=_is_selectable))


def digits_font(size: float = BASE_SIZE, *, is_bold: bool = False) -> QFont:
    """Return a font with digits of equal width, so that changing numbers do not shift; `size` in pixels."""
    return QFont(_font(max(1, round(size)), is_bold=is_bold, has_even_digits=True, is_selectable=_is_selectable))


@lru_cache(maxsize=256)
def _font(size: int, *, is_bold: bool, has_even_digits: bool, is_selectable: bool) -> QFont:
    """Make a font once: a painted frame writes hundreds of texts in a dozen fonts."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setFamilies([*families(), *font.families()])
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
    if is_selectable:
        font.setFeature(QFont.Tag("calt"), 0)
    elif has_even_digits:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


@contextmanager
def selectable() -> Iterator[None]:
    """Use only glyphs meanwhile whose meaning a PDF can tell.

    WORKAROUND(Qt 6.12): its PDFs say what a glyph means only if a character has it. Digits of equal width, and signs
    between them, are other glyphs, chosen by features of the font: they could be seen, but neither searched nor copied.
    """
    global _is_selectable
    before, _is_selectable = _is_selectable, True
    try:
        yield
    finally:
        _is_selectable = before
