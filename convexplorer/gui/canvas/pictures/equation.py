"""A filter's map as an equation of pictures: one per input channel, their sum, the bias, and the activation."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QCursor, QFontMetricsF, QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from convexplorer._dataclass import dataclass
from convexplorer.gui.canvas.pictures.equation_layout import EquationLayout, arrange_equation
from convexplorer.gui.canvas.pictures.painting import write
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.canvas.pictures.tile import PlacedImage, TileView
from convexplorer.gui.canvas.pictures.tile_labels import TileLabels
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme

_OPERATOR_PX, _SYMBOL_PX, _CAPTION_PX = 40, 28, 12
_HEADER_PX, _RANGE_PX, _KERNEL_PX, _GAP_PX, _MARGIN_PX = 22, 18, 40, 10, 4
_CENTER = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


@dataclass(frozen=True)
class Operator:
    """The operator before a tile: a large symbol with a caption."""

    symbol: str
    caption: str = ""


class EquationView(PicturePane):
    """Tiles with operators between them; a double click shows one of them alone, as large as the room allows."""

    def __init__(self, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(viewport, parent)
        self._tiles: tuple[TileView, ...] = ()
        self._operators: tuple[Operator, ...] = ()
        self._operands = 0
        self._alone: int | None = None
        self._labels = TileLabels(self._cache)
        theme.notifier().changed.connect(self._on_theme_changed)
        self.setMinimumSize(200, 140)
        self.setAccessibleName("Equation of pictures")

    @property
    def alone(self) -> int | None:
        """The index of the tile that is shown alone; None if all are shown."""
        return self._alone if self._alone is not None and self._alone < len(self._tiles) else None

    def toggle_alone(self, index: int | None = None) -> None:
        """Show one tile alone: the given one, the one under the mouse, or the result; or all again."""
        if self.alone is not None or not self._tiles:
            self._alone = None
        else:
            chosen = self._index_at(QPointF(self.mapFromGlobal(QCursor.pos()))) if index is None else index
            self._alone = len(self._tiles) - 1 if chosen is None else chosen
        self._update_reduction()
        self.update()

    @property
    def layout_now(self) -> EquationLayout:
        """The layout of tiles and operators."""
        height, width = self.seen_extent
        has_kernels = any(tile.thumbnail is not None for tile in self._tiles)
        alone = self.alone
        layout = arrange_equation(
            max(len(self._tiles), 1) if alone is None else 1,
            self._operands if alone is None else 1,
            min(max(width / height, 0.1), 10.0),
            self.width(),
            self.height(),
            operator=self._operator_width(),
            header=theme.px(_HEADER_PX),
            footer=theme.px(_RANGE_PX + (_KERNEL_PX if has_kernels else 0)),
            gap=theme.px(_GAP_PX),
            margin=_MARGIN_PX,
        )
        return layout if alone is None else replace(layout, rows=((alone,),))

    def set_tiles(self, tiles: Sequence[TileView], channel_count: int, *, bias: str = "", activation: str = "") -> None:
        """Show one tile per input channel, then the sum, "+ bias" and the activation.

        `bias` and `activation` are the captions of their operators: "+0.25", "ReLU".
        """
        self._tiles = tuple(tiles)
        self._operands = min(max(channel_count, 0), len(self._tiles))
        # A single part needs no sum, so "=" would be misleading.
        results = (Operator("→" if self._operands == 1 else "="), Operator("→", bias), Operator("→", activation))
        more = (Operator("→"),) * max(len(self._tiles) - self._operands - len(results), 0)
        operators = (Operator(""), *(Operator("+"),) * (self._operands - 1), *results, *more)
        # A caption that repeats the tile's name would only take space from the pictures.
        self._operators = tuple(
            Operator(operator.symbol) if operator.caption == tile.title else operator
            for operator, tile in zip(operators, self._tiles, strict=False)
        )
        self.setAccessibleDescription("; ".join(f"{tile.title}: {tile.subtitle}" for tile in self._tiles))
        self._update_reduction()
        self.update()

    def picture_rect(self, index: int) -> QRectF:
        """Return the rectangle of a tile's picture in widget coordinates."""
        return self.layout_now.picture_rect(index)

    def projection_at(self, position: QPointF) -> Projection | None:
        """Return the projection of the tile under a position."""
        index = self._index_at(position)
        return None if index is None else self.projected(self.picture_rect(index))

    def main_projection(self) -> Projection:
        """Return the projection of the first tile that is shown; all have one size."""
        return self.projected(self.layout_now.picture_rect(self.alone or 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show all tiles again on Esc, unless a pin is let go first."""
        if event.key() == Qt.Key.Key_Escape and self.alone is not None and not self._has_pin:
            self.toggle_alone()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Show all tiles when the equation comes back."""
        super().hideEvent(event)
        self._alone = None

    @Slot()
    def _on_theme_changed(self) -> None:
        self._labels.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint all terms."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colors().panel)
        layout = self.layout_now
        for index in self._shown:
            tile = self._tiles[index]
            if self.alone is None:
                self._paint_operator(painter, layout.operator_rect(index), self._operators[index])
            self._paint_pane(painter, layout.picture_rect(index), tile, index)
            self._paint_texts(painter, layout, index)
        self._paint_loupe(painter)
        self._paint_focus(painter)
        painter.end()
        self._cache.forget_unused()

    @property
    def _shown(self) -> Sequence[int]:
        return range(len(self._tiles)) if self.alone is None else (self.alone,)

    def _double_click(self, position: QPointF) -> None:
        """Show a tile alone, or all again."""
        index = self._index_at(position)
        if index is not None:
            self.toggle_alone(index)

    def _index_at(self, position: QPointF) -> int | None:
        """Return the index of the tile whose picture is at a position."""
        layout = self.layout_now
        return next((index for index in self._shown if layout.picture_rect(index).contains(position)), None)

    def _paint_operator(self, painter: QPainter, rect: QRectF, operator: Operator) -> None:
        """Write the symbol in the middle, and its caption below."""
        colors = theme.colors()
        height = theme.px(_SYMBOL_PX)
        symbol = QRectF(rect.left(), rect.center().y() - height * 0.75, rect.width(), height * 1.5)
        write(painter, symbol, operator.symbol, theme.text_font(_SYMBOL_PX), colors.muted, _CENTER)
        caption = QRectF(rect.left(), symbol.bottom() - theme.px(4), rect.width(), theme.px(18))
        write(painter, caption, operator.caption, theme.digits_font(_CAPTION_PX), colors.text, _CENTER)

    def _paint_texts(self, painter: QPainter, layout: EquationLayout, index: int) -> None:
        """Write name above, range below, and the kernel of an operand below that."""
        tile, colors = self._tiles[index], theme.colors()
        header, footer = layout.header_rect(index), layout.footer_rect(index)
        is_last = index == len(self._tiles) - 1
        self._labels.write_fitting(painter, header, tile.title, is_bold=True, color=colors.accent if is_last else None)
        line = QRectF(footer.left(), footer.top() + theme.px(1), footer.width(), theme.px(_RANGE_PX))
        self._labels.write_range(painter, line, tile)
        if tile.thumbnail is not None:
            # "R ∗ [kernel]": the name is repeated, so that the picture above reads as their product.
            name = f"{tile.title} ∗"
            font = theme.text_font(_CAPTION_PX)
            width = QFontMetricsF(font).horizontalAdvance(name) + theme.px(6)
            side = theme.px(_KERNEL_PX - 8)
            size = tile.thumbnail.size().scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio)
            width = width if width + size.width() <= footer.width() else 0
            top, left = line.bottom() + theme.px(3), footer.center().x() - (width + size.width()) / 2
            if width:
                write(painter, QRectF(left, top, width, side), name, font, colors.muted, _LEFT)
            self._labels.paint_thumbnail(
                painter, QRectF(left + width, top, max(size.width(), 4), max(size.height(), 4)), tile.thumbnail
            )

    def _operator_width(self) -> int:
        """Return the width of the widest caption."""
        metrics = QFontMetricsF(theme.digits_font(_CAPTION_PX))
        widest = max((metrics.horizontalAdvance(operator.caption) for operator in self._operators), default=0)
        return max(theme.px(_OPERATOR_PX), int(widest) + theme.px(8))

    def _pictures(self) -> Iterable[PlacedImage]:
        return self._tiles

    def _smallest_jump(self) -> float:
        return min((min(tile.jump) for tile in self._tiles), default=1.0)
