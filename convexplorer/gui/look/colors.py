"""The light and dark colours of the window as plain values, testable without a window."""

from PySide6.QtGui import QColor

from convexplorer._dataclass import dataclass


@dataclass(frozen=True)
class Colors:
    """One colour scheme: all colours for the window, the stylesheet and the painters.

    Text colours (`text`, `muted`, `accent`, `good`, `warning`, `error`) are readable (contrast of at
    least 4.5 to 1) on `window`, `panel`, `field`, `raised` and `hovered`. `positive` and `negative` are the ends of the
    signed value palette; weights have a separate palette.
    """

    is_dark: bool
    window: QColor  # behind the cards
    panel: QColor  # a card
    raised: QColor  # a flat button, a chip
    hovered: QColor  # a raised element under the mouse
    pressed: QColor
    field: QColor  # a text field
    border: QColor  # hairlines between areas
    outline: QColor  # the edge of a control
    text: QColor
    muted: QColor  # secondary text
    disabled: QColor  # text of disabled elements; contrast of at least 3 to 1
    accent: QColor  # selection, focus, active elements
    selected: QColor  # a pale accent behind selected rows and pressed switches
    on_accent: QColor  # text on accent
    good: QColor
    warning: QColor
    error: QColor
    positive: QColor
    negative: QColor
    cursor: QColor  # the mark at the cursor in all panes
    canvas: QColor  # behind pictures
    tip: QColor  # a tooltip
    on_tip: QColor
    shadow: QColor  # dims the window below an overlay; half transparent


LIGHT = Colors(
    is_dark=False,
    window=QColor("#f4f5f7"),
    panel=QColor("#ffffff"),
    raised=QColor("#eef1f5"),
    hovered=QColor("#e4e9f0"),
    pressed=QColor("#d8dfe8"),
    field=QColor("#ffffff"),
    border=QColor("#dfe3e8"),
    outline=QColor("#ccd3dc"),
    text=QColor("#1d2330"),
    muted=QColor("#566173"),
    disabled=QColor("#7d8796"),
    accent=QColor("#1765cf"),
    selected=QColor("#e3eefd"),
    on_accent=QColor("#ffffff"),
    good=QColor("#0c6b3d"),
    warning=QColor("#8a4b00"),
    error=QColor("#b3261e"),
    positive=QColor("#e67700"),
    negative=QColor("#1a73e8"),
    cursor=QColor("#e67700"),
    canvas=QColor("#f8f9fb"),
    tip=QColor("#262d3a"),
    on_tip=QColor("#f2f4f7"),
    shadow=QColor(20, 26, 36, 70),
)

DARK = Colors(
    is_dark=True,
    window=QColor("#15181d"),
    panel=QColor("#1c2027"),
    raised=QColor("#232932"),
    hovered=QColor("#2c333e"),
    pressed=QColor("#333b47"),
    field=QColor("#171b21"),
    border=QColor("#2b313b"),
    outline=QColor("#3d4654"),
    text=QColor("#e6e9ee"),
    muted=QColor("#9da7b5"),
    disabled=QColor("#717b89"),
    accent=QColor("#5aabff"),
    selected=QColor("#1d3350"),
    on_accent=QColor("#0d1420"),
    good=QColor("#5fc98d"),
    warning=QColor("#f0b35a"),
    error=QColor("#ff8f85"),
    positive=QColor("#ff9f43"),
    negative=QColor("#4da3ff"),
    cursor=QColor("#ff9f43"),
    canvas=QColor("#12161c"),
    tip=QColor("#e6e9ee"),
    on_tip=QColor("#1a1f27"),
    shadow=QColor(0, 0, 0, 130),
)


def contrast(first: QColor, second: QColor) -> float:
    """Return the WCAG contrast ratio of two opaque colours, in 1…21."""
    brighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


# Nearly black, so that black or white is readable (4.5 to 1) on every colour there is.
DARK_INK, LIGHT_INK = QColor(4, 5, 7), QColor(255, 255, 255)


def ink_on(rgb: int) -> QColor:
    """Return the dark or the light ink, whichever has the higher contrast with an opaque colour."""
    return DARK_INK if _share(rgb) > _MIDDLE else LIGHT_INK


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """Interpolate between two colours; `share` (in 0…1) is the weight of the second."""
    start = (first.redF(), first.greenF(), first.blueF(), first.alphaF())
    end = (second.redF(), second.greenF(), second.blueF(), second.alphaF())
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in zip(start, end, strict=True)))


def _luminance(color: QColor) -> float:
    """Return the relative luminance of an sRGB colour, in 0…1."""
    return _share(color.rgb())


def _share(rgb: int) -> float:
    red, green, blue = (_LINEAR[rgb >> shift & 255] for shift in (16, 8, 0))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# The light of a channel, for each of its 256 values: many cells are asked about.
_LINEAR = tuple(v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (i / 255 for i in range(256)))
# The luminance on which both inks have the same contrast.
_MIDDLE = ((_luminance(LIGHT_INK) + 0.05) * (_luminance(DARK_INK) + 0.05)) ** 0.5 - 0.05
