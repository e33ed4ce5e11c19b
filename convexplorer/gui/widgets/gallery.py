"""A gallery over the window: cards with pictures, a title and a sentence, of which one is chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from convexplorer._dataclass import dataclass
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.fuzzy import best_matches
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.gui.widgets.overlay import Overlay

CARD_WIDTH, CARD_HEIGHT, STRIP, GAP, INSET = 330, 192, 78, 4, 10  # design pixels; a card is at least so wide
SLACK = 4  # pixels
PLACES = 4  # for pictures on a card
_KEY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class GalleryEntry:
    """One card: the key that is chosen, and its words."""

    key: str
    title: str
    group: str
    explanation: str


class Gallery(Overlay):
    """A search field over cards. ↑ ↓ move from the field, all arrows among the cards; Enter opens, Esc closes.

    Parameters
    ----------
    entries : in their order.
    window : the window below.
    title : of the gallery.
    kind : the word for one entry, for the sentence when nothing is found.
    """

    picked = Signal(str, bool)  # a key, and whether its own picture is wanted as well

    def __init__(self, entries: Sequence[GalleryEntry], window: QWidget, *, title: str, kind: str) -> None:
        super().__init__(window)
        self._entries = tuple(entries)
        self._kind = kind
        self.pictures: dict[str, tuple[QImage, ...]] = {}
        self.facts: dict[str, str] = {}
        self._field = QLineEdit(self.card)
        self._list = QListWidget(self.card)
        self._none = QLabel(self.card)
        self._build(title)
        self._field.textChanged.connect(self._search)
        self._list.itemActivated.connect(self._on_activated)
        self._search()

    def open(self) -> None:
        """Show the gallery over the window, with the focus in the search field."""
        super().open()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def place_card(self) -> None:
        """Use most of the window, and divide its width among as many cards as fit."""
        width = min(round(self.width() * 0.94), theme.px(4 * CARD_WIDTH + 60))
        self.card.setFixedSize(width, min(round(self.height() * 0.94), theme.px(900)))
        self.card.move(self.rect().center() - self.card.rect().center())

    def show_card(self, key: str, pictures: Sequence[QImage], facts: str) -> None:
        """Show the pictures of a card and a line about it."""
        self.pictures[key], self.facts[key] = tuple(pictures), facts
        self._list.viewport().update()

    def listed(self) -> list[str]:
        """Return the keys of the cards that are listed, in their order."""
        return [self._key(i) for i in range(self._list.count())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let keys typed in the field move through the cards, and divide these anew when their room changes."""
        if watched is self._field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take_key(event)
        if watched is self._list.viewport() and event.type() == QEvent.Type.Resize:
            self._divide()
        return super().eventFilter(watched, event)

    @property
    def grid_size(self) -> QSize:
        """The size of a card with the gap around it."""
        return self._list.gridSize()

    @Slot()
    def _search(self) -> None:
        """List what matches the typed words: titles first, then what is said."""
        typed = self._field.text()
        words = typed.casefold().split()
        found = list(best_matches(typed, self._entries, lambda one: one.title))
        told = [one for one in self._entries if all(w in f"{one.explanation} {one.group}".casefold() for w in words)]
        self._list.clear()
        for entry in dict.fromkeys([*found, *told]):
            item = QListWidgetItem(entry.title, self._list)
            item.setData(_KEY, entry)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, entry.explanation)
        self._list.setCurrentRow(0)
        self._none.setText("" if self._list.count() else f"No {self._kind} matches “{typed.strip()}”.")
        self._none.setVisible(not self._list.count())
        self._list.setVisible(self._list.count() > 0)
        for button in (self._open, self._open_with_picture):
            button.setEnabled(self._list.count() > 0)

    def _take_key(self, event: QKeyEvent) -> bool:
        """Handle a key of the field; return False to leave it to the field."""
        key, count = Qt.Key(event.key()), self._columns
        steps = {Qt.Key.Key_Down: count, Qt.Key.Key_Up: -count}
        if not self._field.text():  # nothing to move the cursor in
            steps |= {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        if key in steps and self._list.count():
            row = self._list.currentRow() + steps[key]
            if 0 <= row < self._list.count():
                self._list.setCurrentRow(row)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(has_picture=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            return True
        return False

    @Slot(QListWidgetItem)
    def _on_activated(self, _item: QListWidgetItem) -> None:
        self._pick(has_picture=False)

    def _pick(self, *, has_picture: bool) -> None:
        row = self._list.currentRow()
        if row >= 0:
            key = self._key(row)
            self.close()
            self.picked.emit(key, has_picture)

    def _key(self, row: int) -> str:
        entry: GalleryEntry = self._list.item(row).data(_KEY)
        return entry.key

    @property
    def _columns(self) -> int:
        return max(1, (self._list.viewport().width() - SLACK) // theme.px(CARD_WIDTH))

    def _divide(self) -> None:
        # A little less than all of it: Qt breaks a line that is as wide as its room.
        size = QSize((self._list.viewport().width() - SLACK) // self._columns, theme.px(CARD_HEIGHT))
        if size != self._list.gridSize():
            self._list.setGridSize(size)

    def _build(self, title: str) -> None:
        heading = QLabel(title, self.card)
        theme.set_role(heading, "heading")
        close = IconButton("close", "Close (Esc)", self.card)
        close.clicked.connect(self.close)
        self._field.setPlaceholderText(f"Search {self._kind}s")
        self._field.setAccessibleName(f"Search {self._kind}s")
        self._field.setToolTip("Type a few letters; arrows walk, Enter opens, Esc leaves")
        self._field.setMaximumWidth(theme.px(320))
        self._field.installEventFilter(self)
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(10), theme.px(2), 0, 0)
        head.setSpacing(theme.px(16))
        head.addWidget(heading)
        head.addWidget(self._field, 1)
        head.addStretch(1)
        head.addWidget(close)
        self.card_layout.addLayout(head)
        self._build_list(title)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.set_role(self._none, "muted")
        self.card_layout.addWidget(self._list, 1)
        self.card_layout.addWidget(self._none, 1)
        self._build_foot()

    def _build_list(self, title: str) -> None:
        self._list.setAccessibleName(title)
        self._list.setViewMode(QListWidget.ViewMode.IconMode)
        self._list.setMovement(QListWidget.Movement.Static)
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setUniformItemSizes(True)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # cards keep their width
        self._list.setMouseTracking(True)
        self._list.setItemDelegate(_CardPainter(self))
        self._list.viewport().installEventFilter(self)

    def _build_foot(self) -> None:
        note = QLabel("Opens on the picture that is there, unless it needs its own. Undo leads back.", self.card)
        theme.set_role(note, "muted")
        self._open_with_picture = QPushButton("Open with its picture", self.card)
        self._open_with_picture.setToolTip("Open the picture of the card as well (Ctrl+Enter)")
        self._open_with_picture.clicked.connect(lambda: self._pick(has_picture=True))
        self._open = QPushButton("Open", self.card)
        theme.set_role(self._open, "primary")
        self._open.setToolTip("Open the selected one (Enter, or a double click)")
        self._open.clicked.connect(lambda: self._pick(has_picture=False))
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.px(10), 0, 0, 0)
        foot.addWidget(note, 1)
        foot.addWidget(self._open_with_picture)
        foot.addWidget(self._open)
        self.card_layout.addLayout(foot)


class _CardPainter(QStyledItemDelegate):
    """The painter of cards; before their pictures are there, the places of the pictures show the way through layers."""

    def __init__(self, gallery: Gallery) -> None:
        super().__init__(gallery)
        self._gallery = gallery

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return self._gallery.grid_size

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: GalleryEntry = index.data(_KEY)
        half = theme.px(GAP)
        card = option.rect.adjusted(half, half, -half, -half)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, card, option)
        inset = theme.px(INSET)
        inner = card.adjusted(inset, inset, -inset, -theme.px(7))
        self._paint_strip(painter, QRect(inner.left(), inner.top(), inner.width(), theme.px(STRIP)), entry)
        self._paint_words(painter, inner.adjusted(0, theme.px(STRIP + 7), 0, 0), entry)
        painter.restore()

    def _paint_ground(self, painter: QPainter, card: QRect, option: QStyleOptionViewItem) -> None:
        colors = theme.colors()
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.setBrush(colors.selected if is_selected else colors.hovered if is_hovered else colors.raised)
        painter.setPen(colors.accent if is_selected else colors.border)
        painter.drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), theme.px(7), theme.px(7))

    def _paint_strip(self, painter: QPainter, strip: QRect, entry: GalleryEntry) -> None:
        pictures = self._gallery.pictures.get(entry.key)
        gap, count = theme.px(GAP), len(pictures) if pictures else PLACES
        width = (strip.width() - gap * (count - 1)) / count
        for i in range(count):
            place = QRectF(strip.left() + i * (width + gap), strip.top(), width, strip.height())
            if pictures:
                _paint_filling(painter, place, pictures[i])
            else:
                painter.setPen(theme.colors().border)
                painter.setBrush(theme.colors().canvas)
                painter.drawRoundedRect(place, gap, gap)
                painter.setPen(theme.colors().muted)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "→" if i else "▦")

    def _paint_words(self, painter: QPainter, area: QRect, entry: GalleryEntry) -> None:
        colors = theme.colors()
        painter.setFont(theme.text_font(11))
        painter.setPen(colors.muted)
        line = painter.fontMetrics().height()
        head = QRect(area.left(), area.top(), area.width(), theme.px(19))
        painter.drawText(head, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, entry.group)
        facts = QRect(area.left(), area.bottom() - line, area.width(), line)
        painter.drawText(facts, Qt.AlignmentFlag.AlignLeft, self._gallery.facts.get(entry.key, "…"))
        painter.setPen(colors.text)
        painter.setFont(theme.text_font(13, is_bold=True))
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, entry.title)
        painter.setFont(theme.text_font(12))
        body = QRect(area.left(), head.bottom() + theme.px(3), area.width(), facts.top() - head.bottom() - theme.px(5))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(body, flags, entry.explanation)


def _paint_filling(painter: QPainter, place: QRectF, picture: QImage) -> None:
    """Paint the middle of a picture so that it fills its place; few cells stay squares."""
    factor = max(place.width() / picture.width(), place.height() / picture.height())
    width, height = place.width() / factor, place.height() / factor
    part = QRectF((picture.width() - width) / 2, (picture.height() - height) / 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, factor < 1.5)
    painter.drawImage(place, picture, part)
