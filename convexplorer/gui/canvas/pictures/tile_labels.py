"""The labels of a tile: name, kernel thumbnail, range, and clipped share."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from convexplorer._dataclass import dataclass
from convexplorer.gui.canvas.pictures.painting import device_pixels, outline, snapped, write
from convexplorer.gui.canvas.pictures.scale_cache import ScaleCache
from convexplorer.gui.canvas.pictures.stamps import Stamp, Stamps
from convexplorer.gui.canvas.pictures.tile import TileView
from convexplorer.gui.look import theme

STRIP_PX = 40
NARROW_PX = 150
_TITLE_PX, _DETAIL_PX, _NARROW_TITLE_PX = 13, 11, 12
_THUMBNAIL_PX, _NARROW_THUMBNAIL_PX = 32, 26
_TITLE_LINE_PX, _DETAIL_LINE_PX = 20, 17
_STRIP_GAP_PX = 4
_CHIP_ALPHA = 240  # text on it is readable over any picture
_MOST_KEPT = 1024
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


@dataclass(frozen=True)
class Fitted:
    """A text fitted into a width; if `is_cut`, the full text must be available elsewhere."""

    text: str
    width: float
    is_cut: bool


@dataclass(frozen=True)
class Labels:
    """All labels of a tile, fitted; the thumbnail is relative to the tile's upper right corner."""

    title: Fitted
    subtitle: Fitted
    clipped: Fitted
    thumbnail: QSizeF
    is_beside: bool  # True if the thumbnail is beside the title; else it is below: in the strip, beside the range

    @property
    def is_cut(self) -> bool:
        """True if a label is cut."""
        return self.title.is_cut or self.subtitle.is_cut or self.clipped.is_cut


class TileLabels:
    """The painter of labels, either in a strip above the picture or on chips over it."""

    def __init__(self, cache: ScaleCache) -> None:
        self._cache = cache
        self._stamps = Stamps()
        self._fits: dict[tuple[str, float, tuple[str, ...]], Fitted] = {}
        self.refresh()

    def refresh(self) -> None:
        """Apply fonts and colours of the current theme."""
        self._title = theme.text_font(_TITLE_PX, is_bold=True)
        self._narrow_title = theme.text_font(_NARROW_TITLE_PX, is_bold=True)
        self._detail = theme.digits_font(_DETAIL_PX)
        self._colors = theme.colors()
        self._range_width = 0.0
        self._fits.clear()
        self._stamps.clear()

    def forget_unused(self) -> None:
        """Drop paintings of labels that are not shown; to be called after painting the whole widget."""
        self._stamps.forget_unused()

    def fitted(self, tile: TileView, width: float, *, is_overlaid: bool) -> Labels:
        """Return the labels of a tile fitted into its width."""
        pad = _chip_pad() if is_overlaid else 0
        thumbnail = self._thumbnail_size(tile, width)
        beside = thumbnail.width() + theme.px(6) if tile.thumbnail is not None else 0
        title_font = self._title_font(width)
        title = self._fit(title_font, width - beside - pad, tile.title)
        is_beside = not title.is_cut
        if title.is_cut:
            title = self._fit(title_font, width - pad, tile.title)
            if tile.thumbnail is not None and not is_overlaid:  # where it would cover cells, and their numbers
                thumbnail = thumbnail.scaled(theme.px(16), theme.px(16), Qt.AspectRatioMode.KeepAspectRatio)
                beside = thumbnail.width() + theme.px(6)
        # Over the picture the lower corners are free; in the strip the thumbnail is beside the range.
        room = width - 2 * pad if is_overlaid else width - beside
        subtitle = self._subtitle(tile, room, is_overlaid=is_overlaid)
        taken = max(subtitle.width, self._range_width) if is_overlaid else subtitle.width
        clipped = self._fit_loss(tile, room - taken - theme.px(8))
        return Labels(title, subtitle, clipped, thumbnail, is_beside)

    def reserve(self, tiles: Sequence[TileView], width: float) -> bool:
        """Make room for the widest range of all tiles, so that the chips do not jump while numbers change.

        Return True if there was too little.
        """
        room, before = width - 2 * _chip_pad(), self._range_width
        widest = max((self._subtitle(tile, room, is_overlaid=True).width for tile in tiles), default=0.0)
        self._range_width = max(before, widest)
        return self._range_width > before

    def paint_strip(self, painter: QPainter, rect: QRectF, tile: TileView, *, is_selected: bool) -> None:
        """Paint the labels in a strip above the picture, but for the gap below them, where the tile's frame may be."""
        area = rect.adjusted(0, 0, 0, -theme.px(_STRIP_GAP_PX))
        labels = self.fitted(tile, rect.width(), is_overlaid=False)
        texts = labels.title, labels.subtitle, labels.clipped, labels.is_beside, labels.thumbnail.width()
        key = (*texts, _picture_key(tile), is_selected)
        self._stamps.paint(
            painter,
            area,
            key,
            lambda inner, area: self._write_strip(inner, area, tile, labels, is_selected=is_selected),
            self._colors.panel,
        )

    def _write_strip(
        self, painter: QPainter, area: QRectF, tile: TileView, labels: Labels, *, is_selected: bool
    ) -> None:
        """Write two lines, with the kernel at the right."""
        area, left, width = QRectF(area), area.left(), area.width()
        if tile.thumbnail is not None:
            size = labels.thumbnail
            corner = QPointF(area.right() - size.width(), area.bottom() - size.height())
            self.paint_thumbnail(painter, QRectF(corner, size), tile.thumbnail)
            area.setRight(corner.x() - theme.px(6))
        lower = QRectF(area.left(), area.bottom() - theme.px(16), area.width(), theme.px(16))
        right = area.right() if labels.is_beside else left + width
        upper = QRectF(left, lower.top() - theme.px(18), right - left, theme.px(18))
        color = self._colors.accent if is_selected else self._colors.text
        write(painter, upper, labels.title.text, self._title_font(width), color, _LEFT)
        write(painter, lower, labels.subtitle.text, self._detail, self._colors.muted, _LEFT)
        write(painter, lower, labels.clipped.text, self._detail, self._colors.warning, _RIGHT)

    def paint_chips(self, painter: QPainter, rect: QRectF, tile: TileView, *, is_selected: bool) -> list[Stamp]:
        """Paint the labels in the corners of the picture; return them as they can be painted again."""
        stamps = []
        labels = self.fitted(tile, rect.width(), is_overlaid=True)
        pad, line = theme.px(5), theme.px(_DETAIL_LINE_PX)
        if tile.thumbnail is not None:
            size, thumbnail = labels.thumbnail, tile.thumbnail
            top = rect.top() + (0 if labels.is_beside else theme.px(_TITLE_LINE_PX))
            place = QRectF(QPointF(rect.right() - size.width(), top), size)
            paint = partial(self.paint_thumbnail, image=thumbnail)
            stamps.append(self._stamps.paint(painter, place, _picture_key(tile), paint))
        if tile.title:
            chip = QRectF(rect.left(), rect.top(), labels.title.width + 2 * pad, theme.px(_TITLE_LINE_PX))
            color = self._colors.accent if is_selected else self._colors.text
            stamps.append(self._chip(painter, chip, labels.title.text, self._title_font(rect.width()), color))
        if tile.subtitle:
            chip = QRectF(rect.left(), rect.bottom() - line, min(self._range_width + 2 * pad, rect.width()), line)
            stamps.append(self._chip(painter, chip, labels.subtitle.text, self._detail, self._colors.text))
        if labels.clipped.text:
            width = labels.clipped.width + 2 * pad
            chip = QRectF(rect.right() - width, rect.bottom() - line, width, line)
            stamps.append(self._chip(painter, chip, labels.clipped.text, self._detail, self._colors.warning))
        return stamps

    def write_fitting(
        self,
        painter: QPainter,
        rect: QRectF,
        *texts: str,
        is_bold: bool = False,
        is_right: bool = False,
        color: QColor | None = None,
    ) -> None:
        """Write the first text that fits into one line, the last one elided if it must be."""
        font = self._title if is_bold else self._detail
        fitted = self._fit(font, rect.width(), *texts)
        write(painter, rect, fitted.text, font, color or self._colors.text, _RIGHT if is_right else _LEFT)

    def write_range(self, painter: QPainter, rect: QRectF, tile: TileView, *, is_right: bool = False) -> None:
        """Write the range, and the clipped share at the other end of the line."""
        subtitle = self._fit(self._detail, rect.width(), *_ranges(tile))
        room = rect.width() - subtitle.width - theme.px(8)
        clipped = self._fit_loss(tile, room)
        ends = (_RIGHT, _LEFT) if is_right else (_LEFT, _RIGHT)
        write(painter, rect, subtitle.text, self._detail, self._colors.muted, ends[0])
        write(painter, rect, clipped.text, self._detail, self._colors.warning, ends[1])

    def paint_thumbnail(self, painter: QPainter, rect: QRectF, image: QImage) -> None:
        """Paint a kernel with sharp cells and a hairline border."""
        with device_pixels(painter) as ratio:
            target, thin = snapped(rect, ratio), max(1, round(ratio))
            painter.drawImage(target.topLeft(), self._cache.scaled(image, image.rect(), target.size()))
            outline(painter, target, self._colors.outline, thin)

    def _title_font(self, width: float) -> QFont:
        return self._narrow_title if width < theme.px(NARROW_PX) else self._title

    def _thumbnail_size(self, tile: TileView, width: float) -> QSizeF:
        """Return the drawn size of the kernel; its longer side is the same for all kernels."""
        if tile.thumbnail is None:
            return QSizeF()
        side = theme.px(_NARROW_THUMBNAIL_PX if width < theme.px(NARROW_PX) else _THUMBNAIL_PX)
        size = tile.thumbnail.size().scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio)
        return QSizeF(size.expandedTo(QSize(theme.px(4), theme.px(4))))

    def _subtitle(self, tile: TileView, room: float, *, is_overlaid: bool) -> Fitted:
        """Return the range; of sorted maps the number that they are sorted by, over pictures in its place."""
        if not tile.standing:
            return self._fit(self._detail, room, *_ranges(tile))
        both = f"{tile.standing} · {tile.subtitle}"
        return self._fit(self._detail, room, *([] if is_overlaid else [both]), tile.standing)

    def _fit_loss(self, tile: TileView, width: float) -> Fitted:
        """Return what is the matter with the map, or what the screen cannot show, in the words that fit.

        A cut number would be another one. A map that is dead or like another one has nothing to lose.
        """
        if tile.badges:
            return self._fit(self._detail, width, *tile.badges, "")
        return self._fit(self._detail, width, tile.loss, tile.short_loss, tile.shortest_loss, "")

    def _fit(self, font: QFont, width: float, *candidates: str) -> Fitted:
        """Return the first text that fits, or the last one elided; results are cached."""
        key = (font.key(), width, candidates)
        found = self._fits.get(key)
        if found is None:
            if len(self._fits) >= _MOST_KEPT:
                self._fits.clear()
            found = self._fits[key] = _measured(QFontMetricsF(font), width, candidates)
        return found

    def _chip(self, painter: QPainter, rect: QRectF, text: str, font: QFont, color: QColor) -> Stamp:
        """Write a text on a translucent background."""

        def paint(inner: QPainter, rect: QRectF) -> None:
            ground = QColor(self._colors.panel)
            ground.setAlpha(_CHIP_ALPHA)
            inner.fillRect(rect, ground)
            write(inner, rect.adjusted(theme.px(5), 0, 0, 0), text, font, color, _LEFT)

        return self._stamps.paint(painter, rect, (text, font.key(), color.rgba()), paint)


def _ranges(tile: TileView) -> list[str]:
    """Return the range in ways to write it that become shorter: half of a number would be another one."""
    short = tile.short_subtitle
    texts = [tile.subtitle, tile.subtitle.replace(" ", ""), short, short.replace(" ", "")]
    return [text for text in texts if text] or [""]


def _picture_key(tile: TileView) -> int:
    return 0 if tile.thumbnail is None else tile.thumbnail.cacheKey()


def _chip_pad() -> int:
    """Return how much narrower the text of a chip is than its picture."""
    return 2 * theme.px(5)


def _measured(metrics: QFontMetricsF, width: float, candidates: tuple[str, ...]) -> Fitted:
    """Return the first text that fits, or the last one elided if none fits."""
    for text in candidates:
        needed = metrics.horizontalAdvance(text)
        if needed <= width:
            return Fitted(text, needed, is_cut=text != candidates[0])
    text = metrics.elidedText(candidates[-1], Qt.TextElideMode.ElideRight, max(width, 0))
    return Fitted(text, metrics.horizontalAdvance(text), is_cut=True)
