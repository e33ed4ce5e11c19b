"""The patches that excite a unit most, as pictures with value and name; a list that fills while it is looked at."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from convexplorer.gui.look import theme
from convexplorer.results.unit.patches import Patch, padded_pixels, padded_size
from convexplorer.words import cell_words, number, plain

SIDE, INSET = 104, 6  # design pixels
_PATCH = Qt.ItemDataRole.UserRole


class PatchList(QListWidget):
    """Patches in rows, the strongest first.

    Signals
    -------
    opened : the patch that was clicked, or chosen with Enter.
    """

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._patches: tuple[Patch, ...] = ()
        self._images: dict[Patch, QImage] = {}
        self._is_dark = theme.is_dark()
        self.setAccessibleName("Patches")
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setMovement(QListWidget.Movement.Static)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_PatchPainter(self))
        self.itemActivated.connect(self._on_activated)
        self.itemClicked.connect(self._on_activated)
        theme.notifier().changed.connect(self._on_theme)
        self._on_theme()

    @property
    def patches(self) -> tuple[Patch, ...]:
        """What is shown."""
        return self._patches

    def set_patches(self, patches: Sequence[Patch]) -> None:
        """Show patches; those that stay are not drawn again."""
        if tuple(patches) == self._patches:
            return
        self._patches = tuple(patches)
        self._images = {one: self._images[one] for one in self._patches if one in self._images}
        while self.count() > len(patches):
            self.takeItem(self.count() - 1)
        while self.count() < len(patches):
            self.addItem(QListWidgetItem())
        for i, patch in enumerate(patches):
            item = self.item(i)
            if item.data(_PATCH) is not patch:
                item.setData(_PATCH, patch)
                item.setToolTip(_tip(patch))
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{number(patch.value)}, {plain(patch.title)}")

    def image_of(self, patch: Patch) -> QImage:
        """Return the picture of a patch, with what lies outside its picture as stripes."""
        if patch not in self._images:
            scale = max(1, theme.px(SIDE) // max(padded_size(patch)))
            rgb = padded_pixels(patch, scale, is_dark=self._is_dark)
            rows, columns, _ = rgb.shape
            self._images[patch] = QImage(rgb.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
        return self._images[patch]

    @Slot(QListWidgetItem)
    def _on_activated(self, item: QListWidgetItem) -> None:
        self.opened.emit(item.data(_PATCH))

    @Slot()
    def _on_theme(self) -> None:
        self._is_dark = theme.is_dark()
        self._images.clear()
        line = QFontMetrics(theme.text_font(12)).height()
        self.setGridSize(QSize(theme.px(SIDE + 2 * INSET), theme.px(SIDE + 2 * INSET) + 2 * line + theme.px(4)))
        self.viewport().update()


class _PatchPainter(QStyledItemDelegate):
    """Paints a patch enlarged in whole steps, so that its cells stay squares, or made smaller; value and name below."""

    def __init__(self, patches: PatchList) -> None:
        super().__init__(patches)
        self._list = patches

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return self._list.gridSize()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        patch: Patch = index.data(_PATCH)
        colors, half = theme.colors(), theme.px(2)
        card = option.rect.adjusted(half, half, -half, -half)
        painter.save()
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.selected if is_selected else colors.hovered)
            painter.drawRoundedRect(card, theme.px(5), theme.px(5))
        inset = theme.px(INSET) - half
        inner = card.adjusted(inset, inset, -inset, -inset)
        square = QRect(inner.left(), inner.top(), inner.width(), inner.width())
        image = self._list.image_of(patch)
        factor = min(square.width() / image.width(), square.height() / image.height(), 1.0)
        size = QSize(max(1, round(image.width() * factor)), max(1, round(image.height() * factor)))
        place = QRect(square.topLeft(), size)
        place.moveCenter(square.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, factor < 1)
        painter.drawPixmap(place, QPixmap.fromImage(image))
        self._paint_words(painter, inner.adjusted(0, square.height() + theme.px(3), 0, 0), patch)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRect, patch: Patch) -> None:
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.setPen(theme.colors().text)
        painter.setFont(theme.text_font(12, is_bold=True))
        painter.drawText(area, flags, number(patch.value))
        line = painter.fontMetrics().height()
        painter.setPen(theme.colors().muted)
        painter.setFont(theme.text_font(11))
        title = painter.fontMetrics().elidedText(plain(patch.title), Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(area.adjusted(0, line, 0, 0), flags, title)


def _tip(patch: Patch) -> str:
    sides = " × ".join(str(stop - first) for first, stop in patch.field)
    smaller = f", shown at 1/{patch.reduction} size" if patch.reduction > 1 else ""
    where = f" at {cell_words(patch.place[1:])}" if patch.place[1:] else ""
    outside = " What lies outside the picture is striped." if any(map(any, patch.margins)) else ""
    return (
        f"{number(patch.value)}{where} in {plain(patch.title)}: it sees {sides} cells{smaller}.{outside}\n"
        "Click to open the picture and to pin this value"
    )
