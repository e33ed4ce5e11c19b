"""A search field over its list of results, used by the command palette and the preset picker."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from convexplorer._dataclass import dataclass
from convexplorer.gui.look import theme

ROW_HEIGHT, PICTURE, PAGE = 30, 22, 10  # design pixels, design pixels, rows
_ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Row:
    """One row of the list; `value` is emitted when the row is picked. A heading has no value and can't be picked.

    Attributes
    ----------
    completion : what Tab writes into the field, "" where it moves the focus as ever.
    """

    title: str
    value: object = None
    detail: str = ""  # small, at the right
    picture: QIcon | QImage | None = None
    tip: str = ""
    is_enabled: bool = True
    completion: str = ""

    @property
    def can_be_picked(self) -> bool:
        """True if the row can be selected; False for a heading."""
        return self.value is not None and self.is_enabled


class SearchList(QWidget):
    """A search list: typing calls `search` for the rows; ↑ ↓ and page keys move, Enter or a click picks, Esc closes.

    Parameters
    ----------
    search : returns the rows for a query; all rows for "".
    name : of the list, for tooltips and screen readers.
    kind : the word for one entry, for the sentence when nothing is found.

    """

    picked = Signal(object)  # the value of a row
    walked = Signal(object)  # the value of the current row
    tried = Signal(object)  # the value of the row that the hand is on: reached by keys, or under the mouse
    left = Signal()

    def __init__(
        self,
        search: Callable[[str], Sequence[Row]],
        parent: QWidget | None = None,
        *,
        name: str,
        kind: str = "entry",
    ) -> None:
        super().__init__(parent)
        self._search = search
        self._kind = kind
        self._field = QLineEdit(self)
        self._list = QListWidget(self)
        self._build(name)
        self._field.textChanged.connect(self.refresh)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._on_item_clicked)
        self._list.currentRowChanged.connect(self._on_row_changed)
        self._list.itemEntered.connect(self._on_item_entered)

    def set_placeholder(self, text: str) -> None:
        """Set the placeholder of the empty field."""
        self._field.setPlaceholderText(text)

    def start(self, value: object = None) -> None:
        """Clear the field, take the focus and go to the row of `value`, or to the first row."""
        self._field.clear()
        self.refresh()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)
        for i in range(self._list.count()):
            if value is not None and self._row(i).value == value:
                self._list.setCurrentRow(i)
                self._list.scrollToItem(self._list.item(i), QAbstractItemView.ScrollHint.PositionAtCenter)

    def set_row_count(self, count: int) -> None:
        """Set the list's height in rows."""
        self._list.setFixedHeight(count * theme.px(ROW_HEIGHT) + 2)

    def rows(self) -> list[Row]:
        """Return the listed rows, in their order."""
        return [self._row(i) for i in range(self._list.count())]

    @Slot()
    def refresh(self) -> None:
        """Repeat the search."""
        self._list.clear()
        typed = self._field.text()
        for row in self._search(typed) or [Row(f"No {self._kind} matches “{typed.strip()}”.")]:
            item = QListWidgetItem(row.title, self._list)
            item.setData(_ROW, row)
            item.setToolTip(row.tip)
            if not row.can_be_picked:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
        self._walk_to(0, 1)
        self._list.scrollToTop()

    @Slot(QListWidgetItem)
    def _on_item_clicked(self, item: QListWidgetItem) -> None:
        self._pick(self._list.row(item))

    @Slot(QListWidgetItem)
    def _on_item_entered(self, item: QListWidgetItem) -> None:
        row = self._row(self._list.row(item))
        if row.can_be_picked:
            self.tried.emit(row.value)

    @Slot(int)
    def _on_row_changed(self, index: int) -> None:
        if index >= 0:
            self.walked.emit(self._row(index).value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let keys typed in the field move through the list."""
        if watched is self._field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take_key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _take_key(self, key: Qt.Key) -> bool:
        """Handle a key of the field; return False to leave the key to the field."""
        index = self._list.currentRow()
        walks = {
            Qt.Key.Key_Down: (index + 1, 1),
            Qt.Key.Key_Up: (index - 1, -1),
            Qt.Key.Key_PageDown: (index + PAGE, -1),
            Qt.Key.Key_PageUp: (index - PAGE, 1),
        }
        if key in walks:
            self._walk_to(*walks[key])
            if self._list.currentRow() >= 0 and self._row(self._list.currentRow()).can_be_picked:
                self.tried.emit(self._row(self._list.currentRow()).value)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(index)
        elif key == Qt.Key.Key_Tab and index >= 0 and self._row(index).completion:
            self._field.setText(self._row(index).completion)
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            return False
        return True

    def _walk_to(self, index: int, direction: int) -> None:
        """Go to a row, or to the next one in a direction that can be picked."""
        index = min(max(index, 0), self._list.count() - 1)
        while 0 <= index < self._list.count():
            if self._row(index).can_be_picked:
                self._list.setCurrentRow(index)
                return
            index += direction

    def _pick(self, index: int) -> None:
        if 0 <= index < self._list.count() and self._row(index).can_be_picked:
            self.picked.emit(self._row(index).value)

    def _row(self, index: int) -> Row:
        row: Row = self._list.item(index).data(_ROW)
        return row

    def _build(self, name: str) -> None:
        self._field.setAccessibleName(f"Search {name}")
        self._field.setToolTip("Type a few letters; ↑ ↓ walk, Enter takes, Esc leaves")
        self._list.setAccessibleName(name)
        self._list.setItemDelegate(_RowPainter(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setMouseTracking(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addWidget(self._field)
        layout.addWidget(self._list, 1)
        self.setFocusProxy(self._field)


class _RowPainter(QStyledItemDelegate):
    """The painter of headings, and of rows with their picture and detail."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, theme.px(ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: Row = index.data(_ROW)
        painter.save()
        if row.value is None:
            self._paint_heading(painter, option.rect, row)
        else:
            self._paint_ground(painter, option)
            self._paint_row(painter, option.rect, row)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRect, row: Row) -> None:
        painter.setFont(theme.text_font(11, is_bold=True))
        painter.setPen(theme.colors().muted)
        area = rect.adjusted(theme.px(8), 0, 0, -theme.px(4))
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, row.title)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        """Paint the background of the current row and of the row under the mouse."""
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colors().selected if is_selected else theme.colors().hovered)
            painter.drawRoundedRect(option.rect.adjusted(0, 1, 0, -1), theme.px(4), theme.px(4))

    def _paint_row(self, painter: QPainter, rect: QRect, row: Row) -> None:
        colors = theme.colors()
        area = rect.adjusted(theme.px(8), 0, -theme.px(10), 0)
        side = theme.px(PICTURE)
        self._paint_picture(painter, QRect(area.left(), area.center().y() - side // 2 + 1, side, side), row)
        area.setLeft(area.left() + side + theme.px(9))
        painter.setFont(theme.text_font(12))
        painter.setPen(colors.muted if row.is_enabled else colors.disabled)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, row.detail)
        if row.detail:
            area.setRight(area.right() - painter.fontMetrics().horizontalAdvance(row.detail) - theme.px(12))
        painter.setFont(theme.text_font())
        painter.setPen(colors.text if row.is_enabled else colors.disabled)
        title = painter.fontMetrics().elidedText(row.title, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)

    def _paint_picture(self, painter: QPainter, box: QRect, row: Row) -> None:
        """Paint an icon, or a small image with square pixels, because its pixels are weights."""
        if isinstance(row.picture, QIcon):
            inset = theme.px(3)
            mode = QIcon.Mode.Normal if row.is_enabled else QIcon.Mode.Disabled
            row.picture.paint(painter, box.adjusted(inset, inset, -inset, -inset), Qt.AlignmentFlag.AlignCenter, mode)
        elif row.picture is not None:
            place = QRect(QPoint(0, 0), row.picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio))
            place.moveCenter(box.center())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)  # a list view sets it
            painter.drawImage(place, row.picture)
            painter.setPen(theme.colors().outline)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(-1, -1, 0, 0))
