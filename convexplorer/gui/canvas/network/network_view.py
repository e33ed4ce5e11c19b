"""The network at a glance: one widget that paints all layers with their maps, and tells what is pointed at."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QScrollBar, QToolTip, QWidget

from convexplorer._dataclass import dataclass
from convexplorer.gui.canvas.connection_menu import connection_menu, connection_tip
from convexplorer.gui.canvas.network import card_painter
from convexplorer.gui.canvas.network.card_layout import CardLayout, Measures, Station, arrange
from convexplorer.gui.canvas.network.connections import Connections
from convexplorer.gui.canvas.network.content import Content, contents_of
from convexplorer.gui.canvas.network.wiring import Wire, wires
from convexplorer.gui.canvas.pictures.tile import screen_image
from convexplorer.gui.look import theme
from convexplorer.model.connections import Arc, arcs_of
from convexplorer.model.folds import Part
from convexplorer.model.view import Thumbnails
from convexplorer.results.overview import LayerSight, Overview, cells_of, thumbnail_size
from convexplorer.results.overview_cards import Cards, cards_of

EDGES = (
    120,
    108,
    96,
    88,
    80,
    72,
    66,
    60,
    54,
    50,
    46,
    43,
    40,
    37,
    34,
)  # of a map, in design pixels: the largest at which all layers are seen
SCROLLED_EDGE = 44  # where not all are seen anyway
LARGEST_EDGE, SMALLEST_EDGE = 240, 16
MOST = 16  # maps of a layer
NOTE_PX = 150
WORDS_PX, FOLD_WORDS_PX = 160, 220  # a card is at most so wide for its words, and that of a fold
BAR_PX = 12
_ZOOM_STEP = 1.25
_THREAD = 0.6  # opacity of a line from map to map
_SMALLEST_CELL = 4
_FADED = 0.3  # of the opacity of what is not on a path


@dataclass(frozen=True)
class Spot:
    """A card, by its place in the row of all, and a map or bar on it; None: the card alone."""

    card: int
    map: int | None = None


@dataclass(frozen=True, eq=False)
class Lit:
    """What lights up on a card.

    Attributes
    ----------
    terms : what is written at a map, by its index; "" for the value itself.
    foot : the line below the maps.
    cells : of a picture of many values, those that light up.
    threads : (map, reader): lines to maps of the next card.
    """

    terms: Mapping[int, str]
    foot: str = ""
    cells: tuple[int, ...] = ()
    threads: tuple[tuple[int, int], ...] = ()


class NetworkView(QWidget):
    """All layers at a glance, each on a card, or with others on that of a fold.

    Signals
    -------
    folded : the card whose fold is to be opened, or closed.
    unlinked : the `Arc` that is to be taken away.
    chosen : a `Spot`, by click or key.
    opened : a `Spot` that was chosen already and was clicked again, or Enter.
    pointed : the `Spot` under the mouse with the place in the map, (row share, column share), each in 0…1; None if the
        mouse has left.
    sight_changed : maps of another size, or other layers, may be in sight.
    menu_asked : the point of the screen for a menu about the chosen layer and map.
    """

    chosen = Signal(object)
    opened = Signal(object)
    pointed = Signal(object, object)
    sight_changed = Signal()
    menu_asked = Signal(QPoint)
    folded = Signal(int)
    unlinked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("The network at a glance")
        self.tip = ""  # of what is pointed at
        self._cards: Cards | None = None
        self._connections = Connections()
        self._bars: tuple[float | None, ...] = ()
        self._contents: tuple[Content, ...] = ()
        self._inputs: tuple[tuple[int, ...], ...] = ()
        self._sights: tuple[LayerSight, ...] = ()
        self._images: dict[int, tuple[LayerSight, QImage]] = {}
        self._layout = CardLayout((), (), 0.0)
        self._wires: tuple[Wire, ...] = ()
        self._chosen_edge: int | None = None  # None: as all of it fits
        self._edge = SCROLLED_EDGE
        self._ground: QPixmap | None = None
        self._exchanged = QRegion()
        self._selected = Spot(1)
        self._hovered: Spot | None = None
        self._path: Mapping[int, Lit] = {}
        self._shows_focus = False  # from the first key on
        self.layouts = 0  # how often cards were placed
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.setCursor(Qt.CursorShape.ArrowCursor)
        self._bar.hide()
        self._bar.valueChanged.connect(self._on_scrolled)
        theme.notifier().changed.connect(self._on_theme_changed)

    def minimumSizeHint(self) -> QSize:
        """Return room for one card."""
        return QSize(theme.px(150), theme.px(96))

    @property
    def thumbnails(self) -> Thumbnails:
        """What the engine is to draw: a screen more above and below, so that scrolling meets maps that are there."""
        seen = self._layout.visible(self._bar.value() - self.height(), self._bar.value() + 2 * self.height())
        if self._cards is None or not len(seen):
            return Thumbnails(self._device_edge, MOST)
        first, last = self._cards.layer_of(seen.start), self._cards.layer_of(seen.stop - 1)
        return Thumbnails(self._device_edge, MOST, first, max(last, 0), self._cards.folded)

    @property
    def card_layout(self) -> CardLayout:
        """Where the cards are."""
        return self._layout

    @property
    def offset(self) -> int:
        """How far the cards are scrolled."""
        return self._bar.value()

    @property
    def cards(self) -> Cards | None:
        """What the cards stand for."""
        return self._cards

    @property
    def connections(self) -> Connections:
        """The lines that can be chosen."""
        return self._connections

    def show_overview(self, overview: Overview, parts: Sequence[Part] | None = None) -> None:
        """Show the layers of a frame; where only maps differ, only these are painted.

        Parameters
        ----------
        parts : what the cards behind that of the picture stand for; None: each for a layer.
        """
        known, before = self._sights, self._cards
        cards = self._cards = cards_of(overview, parts)
        self._sights, contents, inputs = cards.sights, self._contents, self._inputs
        if before is None or not _are_alike(before, cards) or not _have_same_words(known, self._sights):
            contents, inputs = contents_of(cards, MOST), cards.inputs
            self._connections.show(arcs_of(cards.parts, overview.project.layers))
        if (contents, inputs) != (self._contents, self._inputs):
            self._contents, self._inputs = contents, inputs
            self._rearrange()
            return
        if [bool(one.note) for one in known] != [bool(one.note) for one in self._sights]:
            self._ground = None  # the line below the maps is that of the card again
            self.update()
            return
        changed = [i for i in self._seen() if known[i] is not self._sights[i]]
        region = QRegion()
        for index in changed:
            region += self._live_rect(index)
        if changed:
            self._exchanged = region
            self.update(region)

    def set_selected(self, card: int, index: int | None) -> None:
        """Mark the selected layer and map, and scroll it into sight."""
        spot = Spot(card, index)
        if spot != self._selected:
            is_other = spot.card != self._selected.card
            self._selected = spot
            if is_other:
                self._ground = None
                self.reveal(card)
            self._describe()
            self.update()

    def set_bars(self, lengths: Sequence[float | None]) -> None:
        """Show a bar on each card, of this share of its width, 0…1; None for no bar, () for none at all."""
        # In hundredths: a time that trembles paints nothing anew.
        bars = tuple(None if length is None else round(length, 2) for length in lengths)
        if bars != self._bars:
            self._bars, self._exchanged = bars, QRegion()
            self.update()

    @property
    def bars(self) -> tuple[float | None, ...]:
        """The length of the bar on each card."""
        return self._bars

    def set_path(self, path: Mapping[int, Lit]) -> None:
        """Light up what a value is made of, by cards; {} for nothing."""
        if path or self._path:
            self._path, self._ground = path, None
            self.update()

    def reveal(self, card: int) -> None:
        """Scroll just far enough to see a card."""
        if 0 <= card < len(self._layout.cards):
            rect, room = self._layout.cards[card].rect, theme.px(8)
            low = round(rect.bottom()) + room - self.height()
            self._bar.setValue(min(max(self._bar.value(), low), round(rect.top()) - theme.px(26)))

    def zoom_by(self, factor: float) -> None:
        """Make the maps larger or smaller; all layers are seen no longer, or more of them."""
        edge = min(max(round(self._edge * factor), SMALLEST_EDGE), LARGEST_EDGE)
        if edge != self._edge:
            self._chosen_edge = edge
            self._rearrange()

    def fit(self) -> None:
        """Choose the size of the maps at which all layers are seen, as far as they can."""
        self._chosen_edge = None
        self._rearrange()

    def spot_at(self, position: QPointF) -> Spot | None:
        """Return the card and the map at a position of the widget."""
        place = position + QPointF(0, self._bar.value())
        card = self._layout.card_at(place)
        return None if card is None else Spot(card, self._layout.cards[card].index_at(place))

    def spot_rect(self, spot: Spot) -> QRectF:
        """Return the rectangle of a map or a card on the widget."""
        card = self._layout.cards[spot.card]
        return self._on_widget(card.rect if spot.map is None else card.spot(spot.map))

    @Slot()
    def _on_scrolled(self) -> None:
        self._ground, self._exchanged = None, QRegion()
        self.sight_changed.emit()
        self.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._images.clear()
        self._rearrange()

    def event(self, event: QEvent) -> bool:
        """Tell what is pointed at as a tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            spot, arc = self.spot_at(QPointF(event.pos())), self._connections.pointed
            tip = self.tip if spot is not None else "" if arc is None else connection_tip(arc)
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the cards anew."""
        super().resizeEvent(event)
        self._rearrange()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is pointed at."""
        self._point_at(event.position())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that nothing is pointed at."""
        self._point_at(None)
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that nothing is pointed at."""
        super().hideEvent(event)
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the press of a click."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose a layer, with the map under the mouse, or a connection; what is chosen already opens, or its fold."""
        if event.button() == Qt.MouseButton.LeftButton:
            spot = self.spot_at(event.position())
            self._choose_connection(self._connection_at(event.position()) if spot is None else None)
            if spot is not None and self._is_on_opener(spot.card, event.position()):
                self.folded.emit(spot.card)
            elif spot is not None:
                self._take(spot)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu about what is under the mouse, which is chosen, or about what is chosen already."""
        is_by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        spot = self.spot_at(QPointF(event.pos())) if is_by_mouse else None
        arc = self._connection_at(QPointF(event.pos())) if is_by_mouse and spot is None else None
        self._choose_connection(arc)
        if arc is not None:
            self.connection_menu(arc).popup(event.globalPos())
            event.accept()
            return
        if spot is not None and spot != self._selected:
            self.chosen.emit(spot)
        at = event.pos() if is_by_mouse else self.spot_rect(self._selected).center().toPoint()
        self.menu_asked.emit(self.mapToGlobal(at if self.rect().contains(at) else self.rect().center()))
        event.accept()

    def connection_menu(self, arc: Arc) -> QMenu:
        """Return the menu of a connection, which is gone when it closes."""
        menu = connection_menu(self, lambda: self._take_away(arc))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl make the maps larger or smaller."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(_ZOOM_STEP if delta > 0 else 1 / _ZOOM_STEP)
        elif self._bar.isVisible():
            self._bar.setValue(round(self._bar.value() - delta / 120 * theme.px(90)))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move from layer to layer and from map to map; Enter opens the map, Delete takes a chosen connection away."""
        target, arc = self._walk_target(Qt.Key(event.key())), self._connections.chosen
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and arc is not None:
            self._take_away(arc)
        elif event.key() == Qt.Key.Key_Escape and arc is not None:
            self._choose_connection(None)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(Spot(self._selected.card, self._selected.map or 0))
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_0) and not event.modifiers() & _CONTROL:
            zooms = {Qt.Key.Key_Plus: self._larger, Qt.Key.Key_Minus: self._smaller, Qt.Key.Key_0: self.fit}
            zooms[Qt.Key(event.key())]()
        elif target is None or event.modifiers() & _CONTROL:
            super().keyPressEvent(event)
        elif target != self._selected:
            self._shows_focus = True
            self.chosen.emit(target)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is in sight, or only the maps that have been exchanged."""
        painter = QPainter(self)
        is_exchange = not self._exchanged.isEmpty() and event.region().subtracted(self._exchanged).isEmpty()
        if not is_exchange:
            painter.drawPixmap(0, 0, self._painted_ground())
        self._exchanged = QRegion() if not is_exchange else self._exchanged
        for index in self._seen():
            if event.region().intersects(self._live_rect(index)):
                self._paint_maps(painter, index, is_exchange=is_exchange)
        if not is_exchange:
            self._paint_bars(painter)
        self._paint_path(painter)
        self._paint_marks(painter)
        painter.end()

    def _painted_ground(self) -> QPixmap:
        """Return all that does not change with frames: cards, words and lines."""
        if self._ground is None:
            ratio = self.devicePixelRatioF()
            self._ground = QPixmap(self.size() * ratio)
            self._ground.setDevicePixelRatio(ratio)
            self._ground.fill(theme.colors().panel)
            painter = QPainter(self._ground)
            painter.translate(0, -self._bar.value())
            seen = self._seen()
            near = [wire for wire in self._wires if self._is_near(wire)]
            card_painter.paint_wires(painter, near, self._lit_wires() | self._connections.marked)
            for index in seen:
                is_selected = index == self._selected.card
                card_painter.paint_card(
                    painter, self._layout.cards[index], self._worded(index), is_selected=is_selected
                )
            painter.end()
        return self._ground

    def _worded(self, index: int) -> Content:
        """Return the words of a card; on a path its lowest line tells the rest."""
        content, lit = self._contents[index], self._path.get(index)
        if lit is None or not lit.foot:
            return content
        return replace(content, foot=lit.foot)

    def _is_near(self, wire: Wire) -> bool:
        top, bottom = self._bar.value(), self._bar.value() + self.height()
        box = wire.line.boundingRect()
        return box.bottom() >= top - 8 and box.top() <= bottom + 8

    def _lit_wires(self) -> frozenset[tuple[int, int]]:
        lit: set[tuple[int, int]] = set()
        for target in self._path:
            for source in self._inputs[target]:
                way = [(source, target)]
                while self._contents[source].opener == "open" and self._inputs[source]:  # through heads of folds
                    way.append((self._inputs[source][0], source))
                    source = self._inputs[source][0]
                lit.update(way if source in self._path else ())
        return frozenset(lit)

    def _paint_maps(self, painter: QPainter, index: int, *, is_exchange: bool) -> None:
        card, sight, content = self._layout.cards[index], self._sights[index], self._contents[index]
        painter.save()
        painter.translate(0, -self._bar.value())
        lit = self._path.get(index)
        if sight.pixels is not None and sight.pixels.size:
            image, size = self._image_of(index, sight), (sight.size[1], sight.size[0])
            every = range(min(len(sight.pixels), content.pictures))
            if self._path:
                if is_exchange:
                    painter.fillRect(card.body, self._card_color(index))
                painter.setOpacity(_FADED)
                card_painter.paint_pictures(
                    painter, card, image, size, [i for i in every if not self._is_lit(lit, i, content)]
                )
                painter.setOpacity(1.0)
                card_painter.paint_pictures(
                    painter, card, image, size, [i for i in every if self._is_lit(lit, i, content)]
                )
            else:
                card_painter.paint_pictures(painter, card, image, size, every)
        if sight.values is not None and sight.levels:
            for bar in range(min(content.bars, len(sight.values))):
                value = float(sight.values[bar])
                text = card_painter.bar_text(value, is_share=sight.are_shares)
                card_painter.paint_bar(painter, card, bar, value, text, sight.levels[0], self._card_color(index))
        if sight.note and not (lit is not None and lit.foot):
            card_painter.paint_note(painter, card, sight.note, self._card_color(index))
        painter.restore()

    def _paint_bars(self, painter: QPainter) -> None:
        """Paint the bars of the cards in sight, which come with numbers and not with maps."""
        painter.save()
        painter.translate(0, -self._bar.value())
        for index in self._seen():
            length = self._bars[index] if index < len(self._bars) else None
            if length is not None:
                card_painter.paint_share(painter, self._layout.cards[index], length)
        painter.restore()

    def _live_rect(self, index: int) -> QRect:
        """Return what changes of a card with each frame: its maps, and how far they differ if that is written."""
        card = self._layout.cards[index]
        rect = card.body.united(card_painter.foot_rect(card)) if self._sights[index].note else card.body
        return self._on_widget(rect).toAlignedRect()

    def _is_lit(self, lit: Lit | None, index: int, content: Content) -> bool:
        is_whole = content.shape is not None and len(content.shape) == 1  # one picture of many values
        return lit is not None and (index in lit.terms or (is_whole and bool(lit.terms)))

    def _card_color(self, index: int) -> QColor:
        colors = theme.colors()
        return colors.selected if index == self._selected.card else colors.raised

    def _image_of(self, index: int, sight: LayerSight) -> QImage:
        known = self._images.get(index)
        if known is None or known[0] is not sight:
            assert sight.pixels is not None  # the caller has asked
            count, height, width, depth = sight.pixels.shape
            known = self._images[index] = sight, screen_image(sight.pixels.reshape(count * height, width, depth))
        return known[1]

    def _paint_path(self, painter: QPainter) -> None:
        """Paint lines from map to map along a path, and what each map adds."""
        if not self._path:
            return
        colors = theme.colors()
        painter.save()
        painter.translate(0, -self._bar.value())
        color = QColor(colors.accent)
        color.setAlphaF(_THREAD)
        for index, lit in self._path.items():
            for one, other in lit.threads:
                self._paint_thread(painter, index, one, other, color)
        for index in self._seen():
            if index in self._path:
                self._paint_cells(painter, index)
                for which in self._drawn(index):
                    rect, text = self._layout.cards[index].spot(which), self._path[index].terms[which]
                    card_painter.paint_frame(painter, rect, colors.accent, 2)
                    if text and not self._contents[index].bars:
                        card_painter.paint_term(painter, rect, text, colors.accent)
        painter.restore()

    def _paint_thread(self, painter: QPainter, index: int, one: int, other: int, color: QColor) -> None:
        """Paint a line from a map to one of the next card, if both are on their cards and these in one row."""
        cards = self._layout.cards
        if index + 1 >= len(cards) or cards[index].row != cards[index + 1].row:
            return
        if one in self._drawn(index) and other in self._drawn(index + 1):
            left, right = cards[index].spot(one), cards[index + 1].spot(other)
            start, end = QPointF(left.right(), left.center().y()), QPointF(right.left(), right.center().y())
            card_painter.paint_thread(painter, start, end, color, 1.2)

    def _drawn(self, index: int) -> list[int]:
        """Return the lit maps of a card that are on it."""
        content = self._contents[index]
        return [i for i in self._path[index].terms if i < max(content.pictures, content.bars)]

    def _paint_cells(self, painter: QPainter, index: int) -> None:
        """Paint frames around the values that light up in a picture of many."""
        shape, rect = self._contents[index].shape, self._layout.cards[index].picture(0)
        rows, columns = cells_of(shape) or (1, 1)
        width, height = rect.width() / columns, rect.height() / rows
        if min(width, height) < theme.px(_SMALLEST_CELL):
            return
        for cell in self._path[index].cells:
            place = QRectF(rect.left() + cell % columns * width, rect.top() + cell // columns * height, width, height)
            card_painter.paint_frame(painter, place, theme.colors().accent, 1)

    def _paint_marks(self, painter: QPainter) -> None:
        """Paint the frames of the selected and of the pointed map."""
        colors = theme.colors()
        for spot, color in ((self._hovered, colors.text), (self._selected, colors.accent)):
            if spot is None or spot.map is None or not 0 <= spot.card < len(self._contents):
                continue
            content = self._contents[spot.card]
            if spot.map < max(content.pictures, content.bars):
                card_painter.paint_frame(painter, self.spot_rect(spot), color, 2 if spot is self._selected else 1)
        if self.hasFocus() and self._shows_focus:
            card_painter.paint_focus(painter, QRectF(self.rect()))

    def _is_on_opener(self, card: int, position: QPointF) -> bool:
        """Return True where a click opens or closes the fold of a card: all over the head of an open one."""
        opener, place = self._contents[card].opener, position + QPointF(0, self._bar.value())
        return opener == "open" or (
            opener == "closed" and card_painter.opener_rect(self._layout.cards[card]).contains(place)
        )

    def _connection_at(self, position: QPointF) -> Arc | None:
        near = [wire for wire in self._wires if self._is_near(wire)]
        return self._connections.at(position + QPointF(0, self._bar.value()), near)

    def _choose_connection(self, arc: Arc | None) -> None:
        if arc != self._connections.chosen:
            self._connections.chosen = arc
            self._ground = None
            self.update()

    def _take_away(self, arc: Arc) -> None:
        self._choose_connection(None)
        self.unlinked.emit(arc)

    def _point_at_connection(self, arc: Arc | None) -> None:
        if arc != self._connections.pointed:
            self._connections.pointed = arc
            self.setCursor(Qt.CursorShape.ArrowCursor if arc is None else Qt.CursorShape.PointingHandCursor)
            self._ground = None
            self.update()

    def _point_at(self, position: QPointF | None) -> None:
        spot = None if position is None else self.spot_at(position)
        self._point_at_connection(None if position is None or spot is not None else self._connection_at(position))
        if spot != self._hovered:
            self._hovered = spot
            self.update()
        share = None
        if spot is not None and spot.map is not None and position is not None:
            rect = self.spot_rect(spot)
            share = (
                min(max((position.y() - rect.top()) / rect.height(), 0.0), 1.0),
                min(max((position.x() - rect.left()) / rect.width(), 0.0), 1.0),
            )
        self.pointed.emit(spot, share)

    def _take(self, spot: Spot) -> None:
        if spot == self._selected and spot.map is not None:
            self.opened.emit(spot)
        else:
            self.chosen.emit(spot)

    def _larger(self) -> None:
        self.zoom_by(_ZOOM_STEP)

    def _smaller(self) -> None:
        self.zoom_by(1 / _ZOOM_STEP)

    def _walk_target(self, key: Qt.Key) -> Spot | None:
        """Return what a key selects; None if it selects nothing."""
        if not self._contents:
            return None
        card, index, last = self._selected.card, self._selected.map or 0, len(self._contents) - 1
        count = max(self._contents[min(card, last)].pictures, self._contents[min(card, last)].bars, 1)
        first = min(1, last)
        targets = {
            Qt.Key.Key_Left: Spot(self._beside_heads(max(card - 1, first), -1), 0),
            Qt.Key.Key_Right: Spot(self._beside_heads(min(card + 1, last), 1), 0),
            Qt.Key.Key_Up: Spot(card, max(index - 1, 0)),
            Qt.Key.Key_Down: Spot(card, min(index + 1, count - 1)),
            Qt.Key.Key_PageUp: Spot(self._beside_heads(max(self._layout.neighbour(min(card, last), -1), first), 1), 0),
            Qt.Key.Key_PageDown: Spot(self._beside_heads(self._layout.neighbour(min(card, last), 1), 1), 0),
            Qt.Key.Key_Home: Spot(self._beside_heads(first, 1), 0),
            Qt.Key.Key_End: Spot(last, 0),
        }
        return targets.get(key)

    def _beside_heads(self, card: int, step: int) -> int:
        """Return a card or, if it is the head of an open fold, the next one in a direction that is none."""
        at = card
        while 0 < at < len(self._contents) and self._contents[at].opener == "open":
            at += step
        return at if at else self._beside_heads(card, 1)  # the picture is not walked to

    def _seen(self) -> range:
        """Return the cards in sight."""
        return self._layout.visible(self._bar.value(), self._bar.value() + self.height())

    def _on_widget(self, rect: QRectF) -> QRectF:
        return rect.translated(0, -self._bar.value())

    @property
    def _device_edge(self) -> int:
        return round(theme.px(self._edge) * self.devicePixelRatioF())

    def _rearrange(self) -> None:
        """Place the cards, in the size of maps that was chosen or at which all are seen."""
        self.layouts += 1
        self._ground, self._exchanged = None, QRegion()
        self._place()
        hidden, bar = round(self._layout.height) - self.height(), theme.px(BAR_PX)
        self._bar.setGeometry(self.width() - bar, 0, bar, self.height())
        self._bar.setRange(0, max(hidden, 0))
        self._bar.setPageStep(self.height())
        self._bar.setSingleStep(theme.px(40))
        self._bar.setVisible(hidden > 0)
        self._describe()
        self.sight_changed.emit()
        self.update()

    def _place(self) -> None:
        measures, width = _measures(), self.width()
        scrolled = width - theme.px(BAR_PX)
        if self._chosen_edge is not None:
            self._edge = self._chosen_edge
            self._layout = arrange(self._stations(), scrolled, measures)
        else:
            # Of hundreds of layers not all are seen, however small they are: then nothing is tried.
            for edge in EDGES if len(self._contents) <= 100 else ():
                self._edge = edge
                self._layout = arrange(self._stations(), width, measures)
                if self._layout.height <= self.height():
                    break
            else:
                self._edge = SCROLLED_EDGE
                self._layout = arrange(self._stations(), scrolled, measures)
        self._wires = wires(
            self._layout, self._inputs, measures, scrolled if self._layout.height > self.height() else width
        )

    def _stations(self) -> list[Station]:
        ratio, edge = self.devicePixelRatioF(), self._device_edge
        found = []
        for content in self._contents:
            height, width = thumbnail_size(content.shape, edge)
            note = card_painter.note_size(content.error, theme.px(NOTE_PX)) if content.error else None
            most = theme.px(FOLD_WORDS_PX if content.opener else WORDS_PX)
            words = card_painter.words_width(content, most)
            is_head = content.opener == "open"
            found.append(Station(content.pictures, (width / ratio, height / ratio), content.bars, note, words, is_head))
        return found

    def _describe(self) -> None:
        """Tell assistive technology what is selected."""
        if 0 <= self._selected.card < len(self._contents):
            content = self._contents[self._selected.card]
            index = "" if self._selected.map is None else f", map {self._selected.map + 1}"
            self.setAccessibleDescription(f"{content.title}, {content.detail}{index}")


def _are_alike(known: Cards, cards: Cards) -> bool:
    """Return True if cards stand for the same layers of one project."""
    return known.overview.project is cards.overview.project and known.parts == cards.parts


def _have_same_words(known: Sequence[LayerSight], sights: Sequence[LayerSight]) -> bool:
    """Return True if layers of one project differ at most in their pixels and values."""
    return len(known) == len(sights) and all(
        one is other or (one.shape, one.error, one.names) == (other.shape, other.error, other.names)
        for one, other in zip(known, sights, strict=True)
    )


_CONTROL = Qt.KeyboardModifier.ControlModifier


def _measures() -> Measures:
    """Return the lengths at the scale of the interface."""
    design, scale = Measures(), theme.scale()
    return Measures(
        pad=theme.px(design.pad),
        head=theme.px(design.head),
        foot=theme.px(design.foot),
        gap=design.gap,
        across=theme.px(design.across),
        down=theme.px(design.down),
        margin=theme.px(design.margin),
        least=theme.px(design.least),
        bar=(design.bar[0] * scale, design.bar[1] * scale),
    )
