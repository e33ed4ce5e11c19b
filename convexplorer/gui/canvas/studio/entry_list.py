"""A list of kernels with two pictures each: the kernel, and what it does to a part of the picture."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from convexplorer._dataclass import dataclass
from convexplorer.gui.look import theme

HEIGHT, KERNEL, EFFECT = 40, 32, 48  # design pixels: of a row, and the widths of its pictures
_ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, eq=False)
class ListedKernel:
    """A row.

    Attributes
    ----------
    key : tells rows apart.
    title, detail : its two lines.
    kernel : of its first filter.
    """

    key: str
    title: str
    detail: str
    tip: str
    kernel: QImage


class EntryList(QListWidget):
    """Shows kernels in two lines each.

    Parameters
    ----------
    effect : returns what the kernel of a key does, or None; asked when a row is painted.

    Signals
    -------
    selected : the key of the current row, "" for none; by the user.
    used : the key of a row that was double-clicked, or taken by Enter.
    """

    selected = Signal(str)
    used = Signal(str)

    def __init__(self, effect: Callable[[str], QImage | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Library of kernels")
        self.setItemDelegate(_Painter(effect, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.currentItemChanged.connect(lambda item, _before: self.selected.emit(_key(item)))
        self.itemActivated.connect(lambda item: self.used.emit(_key(item)))

    @property
    def current(self) -> str:
        """The key of the current row; "" for none."""
        return _key(self.currentItem())

    def show_rows(self, rows: Sequence[ListedKernel], current: str) -> None:
        """Show other rows, without a signal; the row of the key `current` is the current one, if it is there."""
        self.blockSignals(True)
        self.clear()
        for row in rows:
            item = QListWidgetItem(row.title, self)
            item.setData(_ROW, row)
            item.setToolTip(row.tip)
            if row.key == current:
                self.setCurrentItem(item)
        self.blockSignals(False)

    def keys(self) -> list[str]:
        """Return the keys of the rows, in their order."""
        return [_key(self.item(i)) for i in range(self.count())]

    def go_to(self, key: str) -> None:
        """Make a row the current one, as if by the user."""
        for i in range(self.count()):
            if _key(self.item(i)) == key:
                self.setCurrentRow(i)
                self.scrollToItem(self.item(i))


class _Painter(QStyledItemDelegate):
    """The painter of rows."""

    def __init__(self, effect: Callable[[str], QImage | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._effect = effect

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, theme.px(HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: ListedKernel = index.data(_ROW)
        colors = theme.colors()
        painter.save()
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, colors.selected if is_selected else colors.hovered)
        area = option.rect.adjusted(theme.px(4), theme.px(3), -theme.px(6), -theme.px(3))
        _draw(painter, QRect(area.left(), area.top(), theme.px(KERNEL), area.height()), row.kernel)
        area.setLeft(area.left() + theme.px(KERNEL + 4))
        if (effect := self._effect(row.key)) is not None:
            _draw(painter, QRect(area.left(), area.top(), theme.px(EFFECT), area.height()), effect)
        area.setLeft(area.left() + theme.px(EFFECT + 8))
        half = area.height() // 2
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for top, text, color, size in ((0, row.title, colors.text, 13), (half, row.detail, colors.muted, 11)):
            painter.setFont(theme.text_font(size))
            painter.setPen(color)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(QRect(area.left(), area.top() + top, area.width(), half), align, shown)
        painter.restore()


def _draw(painter: QPainter, box: QRect, image: QImage) -> None:
    place = QRect(box.topLeft(), image.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio))
    place.moveCenter(box.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > place.width())
    painter.drawImage(place, image)


def _key(item: QListWidgetItem | None) -> str:
    row: ListedKernel | None = None if item is None else item.data(_ROW)
    return "" if row is None else row.key
