"""The arrangement of a comparison: the divided picture, the difference, its sentence, and the kernels."""

from collections.abc import Callable

from PySide6.QtCore import QRectF

from convexplorer._dataclass import dataclass

# Width of the difference relative to the divided picture, unless more room is left.
_SMALLER = 0.4
# So much of the height beside the divided picture is the kernels'.
_KERNELS = 0.36
# And so much of the width below it is the difference's, where kernels stand beside.
_BESIDE_KERNELS = 0.56
_MARGIN_PX = 4
_TRIES = 4
# Where this much of a picture's width is left beside two of them, sentence and kernels stand there.
_THIRD = 0.5


@dataclass(frozen=True)
class Measures:
    """What has to fit beside the pictures, in screen pixels.

    Attributes
    ----------
    header, second_header, footer : heights of the lines above the first and the second picture, and below each.
    sentence : from a width to the height of the sentence in it.
    has_kernels : room is kept for kernels, below the difference or beside it.
    has_second : False if there is no difference; its room remains for the sentence.
    """

    header: int
    second_header: int
    footer: int
    gap: int
    sentence: Callable[[float], int]
    has_kernels: bool = False
    has_second: bool = True


@dataclass(frozen=True)
class CompareLayout:
    """Rectangles of the pictures without their captions, of the sentence, and of the kernels; empty without any."""

    first: QRectF
    second: QRectF
    sentence: QRectF
    kernels: QRectF


def arranged(width: int, height: int, aspect: float, measures: Measures) -> CompareLayout:
    """Arrange both pictures side by side or one below the other, whichever makes the divided one larger.

    Parameters
    ----------
    aspect : width of the pictures over their height.
    """
    inner_width, inner_height = width - 2 * _MARGIN_PX, height - 2 * _MARGIN_PX
    caption = measures.header + measures.footer
    beside = min((inner_width - measures.gap) / (1 + _SMALLER), (inner_height - caption) * aspect)
    below = float(inner_width)
    for _ in range(_TRIES):  # a narrower picture has a longer sentence below it
        room = inner_height - measures.gap - caption - _second_caption(measures, below)
        below = max(min(below, room / (1 + _SMALLER) * aspect), 1.0)
    arrange = _beside if beside >= below else _below
    return arrange(width, height, aspect, measures, _size(max(beside, below), aspect))


def _beside(width: int, height: int, aspect: float, measures: Measures, size: tuple[int, int]) -> CompareLayout:
    (across, down), gap = size, measures.gap
    third = width - 2 * _MARGIN_PX - 2 * (across + gap)
    if third >= _THIRD * across and (measures.has_kernels or measures.sentence(third)):
        return _in_three(width, height, third, measures, size)
    # If the height is the limit, the difference grows into the remaining width.
    widest = min(max(across * _SMALLER, width - 2 * _MARGIN_PX - gap - across), across)
    sentence_height = measures.sentence(widest)
    room = down - sentence_height - (down * _KERNELS + gap if measures.has_kernels else 0)
    small = _size(max(min(widest, room * aspect), 1), aspect)
    side = widest if measures.has_kernels or sentence_height else small[0]
    left = max((width - across - gap - side) // 2, _MARGIN_PX)
    top = (height - measures.header - measures.footer - down) // 2 + measures.header
    first = QRectF(left, top, across, down)
    second = QRectF(first.right() + gap, top, *small) if measures.has_second else QRectF(first.right() + gap, top, 0, 0)
    below = second.bottom() + measures.footer if measures.has_second else top
    sentence = QRectF(second.left(), below, side, sentence_height)
    kernels = QRectF()
    if measures.has_kernels:
        start = sentence.bottom() + gap / 2
        kernels = QRectF(second.left(), start, side, max(first.bottom() - start, 0))
    return CompareLayout(first, second, sentence, kernels)


def _in_three(width: int, height: int, third: int, measures: Measures, size: tuple[int, int]) -> CompareLayout:
    """Put sentence and kernels beside two pictures of one size, where the height leaves so much width."""
    (across, down), gap = size, measures.gap
    column = min(third, across)
    left = (width - 2 * (across + gap) - column) // 2
    top = (height - measures.header - measures.footer - down) // 2 + measures.header
    first = QRectF(left, top, across, down)
    second = QRectF(first.right() + gap, top, *(size if measures.has_second else (0, 0)))
    start = first.right() + gap + (across + gap if measures.has_second else 0)
    sentence = QRectF(start, top, column, min(measures.sentence(column), down))
    below = sentence.bottom() + gap / 2
    kernels = QRectF(start, below, column, max(first.bottom() - below, 0)) if measures.has_kernels else QRectF()
    return CompareLayout(first, second, sentence, kernels)


def _below(width: int, height: int, aspect: float, measures: Measures, size: tuple[int, int]) -> CompareLayout:
    (across, down), gap, header = size, measures.gap, measures.second_header
    caption, second_caption = measures.header + measures.footer, _second_caption(measures, across)
    room = height - 2 * _MARGIN_PX - gap - caption - second_caption - down
    widest = across * _BESIDE_KERNELS if measures.has_kernels else across
    small = _size(min(max(across * _SMALLER, room * aspect), widest), aspect)
    top = max((height - caption - second_caption - gap - down - small[1]) // 2, 0) + measures.header
    first = QRectF((width - across) // 2, top, across, down)
    start = first.bottom() + measures.footer + gap + header
    second = QRectF(first.left(), start, *small) if measures.has_second else QRectF(first.left(), start, 0, 0)
    below = second.bottom() + measures.footer if measures.has_second else start
    sentence = QRectF(first.left(), below, across, measures.sentence(across))
    kernels = QRectF()
    if measures.has_kernels:
        left = second.right() + gap
        kernels = QRectF(left, start - header, max(first.right() - left, 0), second.height() + header)
    return CompareLayout(first, second, sentence, kernels)


def _second_caption(measures: Measures, width: float) -> int:
    """Return the height of all that stands above and below the difference, where it is below the divided picture."""
    return measures.second_header + measures.footer + measures.sentence(width)


def _size(width: float, aspect: float) -> tuple[int, int]:
    """Return the size (width, height) in whole pixels of a picture of this width."""
    across = max(int(width), 1)
    return across, max(int(across / aspect), 1)
