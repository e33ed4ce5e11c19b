"""Paints cards, lines and maps of the network at a glance; `network_view` says what is seen of them."""

from collections.abc import Iterable
from math import ceil, isfinite

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from convexplorer.core.display.coloring import Levels
from convexplorer.gui.canvas.network.card_layout import Card
from convexplorer.gui.canvas.network.content import Content
from convexplorer.gui.canvas.network.wiring import Wire
from convexplorer.gui.canvas.pictures.painting import device_pixels, outline, snapped, write
from convexplorer.gui.look import theme
from convexplorer.results.scores import share_text
from convexplorer.words import short_number

TITLE_PX, DETAIL_PX, BAR_PX = 12, 11, 10
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_OPENER = 14  # design pixels: the square of the corner that opens or closes a fold
SHARE_PX = 3
_NAME_SHARE, _VALUE_SHARE = 0.42, 0.3  # of the width of a bar's line


def note_size(text: str, width: float) -> tuple[float, float]:
    """Return the size of a sentence on a card."""
    metrics = QFontMetricsF(theme.text_font(theme.px(DETAIL_PX)))
    return width, metrics.boundingRect(QRectF(0, 0, width, 10_000), _WRAPPED, text).height() + 2


def words_width(content: Content, most: float) -> float:
    """Return the width of title and shape; where it is more than `most` they are cut."""
    title = QFontMetricsF(theme.text_font(theme.px(TITLE_PX), is_bold=True)).horizontalAdvance(content.title)
    detail = QFontMetricsF(theme.text_font(theme.px(DETAIL_PX))).horizontalAdvance(content.detail)
    opener = theme.px(_OPENER) if content.opener else 0
    return min(ceil(max(title + opener, detail)) + 1, most)


def paint_wires(painter: QPainter, wires: Iterable[Wire], lit: frozenset[tuple[int, int]]) -> None:
    """Paint the lines between cards; those of a path stand out."""
    colors = theme.colors()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for wire in sorted(wires, key=lambda one: (one.source, one.target) in lit):
        color = colors.accent if (wire.source, wire.target) in lit else colors.disabled
        painter.strokePath(wire.line, QPen(color, 1.4))
        painter.fillPath(wire.head, color)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_card(painter: QPainter, card: Card, content: Content, *, is_selected: bool) -> None:
    """Paint a card and its words, without its maps."""
    colors, pad = theme.colors(), card.body.left() - card.rect.left()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    shape.addRoundedRect(card.rect.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    painter.fillPath(shape, colors.selected if is_selected else colors.raised)
    painter.strokePath(shape, QPen(colors.accent if is_selected else colors.border, 1))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    left, width = card.rect.left() + pad, card.rect.width() - 2 * pad
    line = (card.body.top() - card.rect.top() - 4) / 2
    title = QRectF(left, card.rect.top() + 2, width - (theme.px(_OPENER) if content.opener else 0), line)
    ink = colors.text if content.is_on else colors.disabled
    _write_fitted(painter, title, content.title, TITLE_PX, ink, is_bold=True)
    detail = QRectF(left, title.top() + line - 1, width, line)
    _write_fitted(painter, detail, content.detail, DETAIL_PX, colors.muted)
    if content.opener:
        _paint_opener(painter, opener_rect(card), is_open=content.opener == "open")
    if content.error:
        painter.setFont(theme.text_font(theme.px(DETAIL_PX)))
        painter.setPen(colors.warning)
        painter.drawText(card.body, _WRAPPED, content.error)
    if content.foot:
        _write_fitted(painter, foot_rect(card), content.foot, DETAIL_PX, colors.muted)
    for index, name in enumerate(content.names[: content.bars]):
        rect = card.bar(index)
        rect.setWidth(rect.width() * _NAME_SHARE - 4)
        _write_fitted(painter, rect, name, BAR_PX, colors.text)


def foot_rect(card: Card) -> QRectF:
    """Return the rectangle of the line below the maps."""
    pad = card.body.left() - card.rect.left()
    top = card.body.bottom() + 1
    return QRectF(card.body.left(), top, card.rect.width() - 2 * pad, card.rect.bottom() - top - 2)


def opener_rect(card: Card) -> QRectF:
    """Return the corner of a card that opens or closes its fold."""
    side = theme.px(_OPENER) + 4
    return QRectF(card.rect.right() - side - 1, card.rect.top() + 1, side, side)


def paint_share(painter: QPainter, card: Card, length: float) -> None:
    """Paint a bar along the lower edge of a card, as the ribbon's cards have it."""
    colors, height = theme.colors(), theme.px(SHARE_PX)
    left, pad = card.rect.left(), card.body.left() - card.rect.left()
    room = QRectF(left + pad, card.rect.bottom() - height - 1.5, card.rect.width() - 2 * pad, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.border)
    painter.drawRoundedRect(room, height / 2, height / 2)
    if length > 0:
        room.setWidth(max(room.width() * length, height))  # little is not nothing
        painter.setBrush(colors.accent)
        painter.drawRoundedRect(room, height / 2, height / 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_opener(painter: QPainter, rect: QRectF, *, is_open: bool) -> None:
    """Paint an angle that points to the right where a fold is closed, and down where its layers follow."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colors().muted, theme.px(1.5)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    at, long, short = rect.center(), theme.px(4), theme.px(2)
    corners = [QPointF(-short, -long), QPointF(short, 0), QPointF(-short, long)]
    painter.drawPolyline([at + (QPointF(one.y(), one.x()) if is_open else one) for one in corners])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_note(painter: QPainter, card: Card, text: str, ground: QColor) -> None:
    """Write how far the maps differ on the line below them, instead of what stands there."""
    rect = foot_rect(card)
    painter.fillRect(rect, ground)
    _write_fitted(painter, rect, text, DETAIL_PX, theme.colors().muted)


def paint_pictures(painter: QPainter, card: Card, image: QImage, size: tuple[int, int], indices: Iterable[int]) -> None:
    """Paint some maps of a card, which lie below each other in an image, each of `size` (width, height)."""
    width, height = size
    with device_pixels(painter) as ratio:
        for index in indices:
            target, source = snapped(card.picture(index), ratio), QRect(0, index * height, width, height)
            if (target.width(), target.height()) == size:
                painter.drawImage(target.topLeft(), image, source)
            else:
                painter.drawImage(target, image, source)


def bar_text(value: float, *, is_share: bool) -> str:
    """Return the number at a bar: a share of a softmax in percent, as everywhere."""
    return share_text(value) if is_share and isfinite(value) else short_number(value)


def paint_bar(
    painter: QPainter, card: Card, index: int, value: float, text: str, levels: Levels, ground: QColor
) -> None:
    """Paint one value as a bar from 0, with its number."""
    colors, rect = theme.colors(), card.bar(index)
    name, number = rect.width() * _NAME_SHARE, rect.width() * _VALUE_SHARE
    room = QRectF(rect.left() + name, rect.top(), rect.width() - name, rect.height())
    painter.fillRect(room, ground)
    area = room.adjusted(0, 3, -number, -2)
    low, high = min(levels.low, 0.0), max(levels.high, 0.0)
    zero = area.left() + area.width() * (-low / (high - low))
    end = area.left() + area.width() * (min(max(value, low), high) - low) / (high - low) if value == value else zero
    painter.fillRect(
        QRectF(min(zero, end), area.top(), max(abs(end - zero), 1.0), area.height()),
        colors.positive if value >= 0 else colors.negative,
    )
    font = theme.digits_font(theme.px(BAR_PX))
    write(painter, room, text, font, colors.text, int(_RIGHT))


def paint_frame(painter: QPainter, rect: QRectF, color: QColor, thickness: int) -> None:
    """Paint a frame around a map, outside of its pixels."""
    with device_pixels(painter) as ratio:
        thin = max(1, round(thickness * ratio))
        outline(painter, snapped(rect, ratio).adjusted(-thin, -thin, thin, thin), color, thin)


def paint_term(painter: QPainter, rect: QRectF, text: str, color: QColor) -> None:
    """Write what a map adds over its lower edge."""
    colors, font = theme.colors(), theme.digits_font(theme.px(BAR_PX), is_bold=True)
    metrics = QFontMetricsF(font)
    chip = QRectF(0, 0, metrics.horizontalAdvance(text) + 6, metrics.height())
    chip.moveCenter(QPointF(rect.center().x(), rect.bottom() - chip.height() / 2))
    painter.fillRect(chip, colors.panel)
    write(painter, chip, text, font, color, int(Qt.AlignmentFlag.AlignCenter))


def paint_thread(painter: QPainter, start: QPointF, end: QPointF, color: QColor, width: float) -> None:
    """Paint a line from one map to another."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, width))
    path = QPainterPath(start)
    reach = max(abs(end.x() - start.x()) / 2, 12)
    path.cubicTo(start.x() + reach, start.y(), end.x() - reach, end.y(), end.x(), end.y())
    painter.strokePath(path, painter.pen())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_focus(painter: QPainter, rect: QRectF) -> None:
    """Show that the keys are those of this widget."""
    painter.setPen(QPen(theme.colors().accent, 1, Qt.PenStyle.DotLine))
    painter.drawRect(rect.adjusted(1, 1, -2, -2))


def _write_fitted(
    painter: QPainter, rect: QRectF, text: str, size: int, color: QColor, *, is_bold: bool = False
) -> None:
    font = theme.text_font(theme.px(size), is_bold=is_bold)
    fitted = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    write(painter, rect, fitted, font, color, int(_LEFT))
