"""The cards side by side: as wide as they are where there is room, else scrolled; of hundreds those near are shown."""

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.panels.ribbon.station import Station
from convexplorer.gui.widgets.scroll_edges import WIDTH as EDGE_WIDTH
from convexplorer.gui.widgets.scroll_edges import ScrollEdges
from convexplorer.gui.widgets.step_card import StepCard

MOST_SHOWN = 60  # stations; of more only those near the ones in sight are widgets that are shown


class Strip(QScrollArea):
    """The card of the input, and stations behind it.

    Attributes
    ----------
    content : the widget that is scrolled; cards and arrows are its children.
    first : the card of the input.
    edges : the buttons at both ends, while there is more.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._stations: list[Station] = []
        self._starts: list[int] = []  # of hundreds of stations, in pixels of the content, and their end; [] of fewer
        self._near = range(0)  # the stations that are shown
        self._is_measured = False
        self._arrow_widths: dict[str, int] = {}
        self._width_of_cards = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.content = QWidget()
        self.content.setAutoFillBackground(False)
        self._row = QHBoxLayout(self.content)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(4))
        self.setWidget(self.content)
        self.first = StepCard(self.content)
        self._row.addWidget(self.first)
        self.edges = ScrollEdges(self)
        self.horizontalScrollBar().valueChanged.connect(self._show_near)
        theme.notifier().changed.connect(self._on_theme_changed)

    def sizeHint(self) -> QSize:
        """Return the size of all cards."""
        cards = self.widget()
        return super().sizeHint() if cards is None else cards.sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for another width when cards come, go or grow."""
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def place(self, stations: Sequence[Station], shown: Sequence[Station]) -> None:
        """Put stations behind the input, in their order; those that are there already stay where they can.

        Parameters
        ----------
        shown : those of them that are to be seen; the others take no room.
        """
        known = {id(station) for station in self._stations}
        kept = {id(station) for station in shown}
        self._stations = list(shown)
        self._near, self._is_measured = range(0), False
        # Before Qt shows what is new.
        for station in stations:
            if id(station) not in kept or (len(shown) > MOST_SHOWN and id(station) not in known):
                for widget in station.widgets:
                    widget.hide()
        for at, widget in enumerate((widget for station in stations for widget in station.widgets), 1):
            if self._row.indexOf(widget) != at:  # the input comes first
                self._row.insertWidget(at, widget)

    @property
    def stations(self) -> Sequence[Station]:
        """The stations that are to be seen, from left to right."""
        return self._stations

    def set_room_above(self, height: int) -> None:
        """Keep so many pixels above the cards free, for arcs."""
        margins = self._row.contentsMargins()
        if margins.top() != height:
            self._row.setContentsMargins(margins.left(), height, margins.right(), 0)

    def span_of(self, index: int) -> tuple[int, int]:
        """Return the left and right end of a station's cards, also of one that is far away; −1 is the input."""
        if index < 0:
            width = self.first.sizeHint().width()
            return (0, width) if self.first.isHidden() else (self.first.x(), self.first.x() + self.first.width())
        station = self._stations[index]
        if index in self._near or not self._starts:
            return station.card.x(), station.cards[-1].geometry().right()
        left = self._starts[index] + self._width_of(station.arrow) + self._row.spacing()
        return left, self._starts[index + 1] - self._row.spacing()

    def station_at(self, x: int) -> tuple[int, bool] | None:
        """Return which station lies at a place of the content, and whether its cards do or the arrow before them.

        Behind the last card is its own place; only what is near the part in sight has one.
        """
        for i in self._near:
            station = self._stations[i]
            if x < station.card.x():
                return i, False
            if x <= station.cards[-1].geometry().right():
                return i, True
        return (self._near[-1], True) if len(self._near) else None

    def remove(self, station: Station) -> None:
        """Take a station away for good."""
        for widget in station.widgets:
            self._row.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def forget_places(self) -> None:
        """Find anew where stations begin: a card may have become wider or narrower."""
        self._is_measured = False

    def measure(self) -> None:
        """Find where each of hundreds of stations begins; of fewer all are shown, and Qt knows it."""
        if self._is_measured:
            return
        self._is_measured = True
        starts: list[int] = []
        if len(self._stations) > MOST_SHOWN:
            gap, at = self._row.spacing(), self.first.sizeHint().width() + self._row.spacing()
            for station in self._stations:
                starts.append(at)
                at += sum(self._width_of(widget) + gap for widget in station.widgets)
            starts.append(at)
        if starts != self._starts or not starts:
            self._starts = starts
            self._show_near()

    def make_room(self) -> None:
        """Give the cards the width they have grown to.

        Explicitly: Qt drops the request of a card if its layout was outdated before it was first shown.
        """
        width, parent = self.content.sizeHint().width(), self.parentWidget()
        layout = None if parent is None else parent.layout()
        if width != self._width_of_cards and layout is not None:
            self._width_of_cards = width
            self.updateGeometry()
            layout.activate()

    def reveal(self, index: int) -> None:
        """Scroll a station into sight."""
        if index not in self._near:
            self.make_room()  # or the bar ends before it
            self.horizontalScrollBar().setValue(self._starts[index])
            self._show_near()
            self._row.activate()  # what is shown now has its place
        for card in reversed(self._stations[index].cards):
            self.ensureWidgetVisible(card, theme.px(EDGE_WIDTH), 0)

    def scroll_by(self, delta: int) -> None:
        """Scroll sideways."""
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - delta)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._arrow_widths.clear()
        self._is_measured = False

    @Slot()
    def _show_near(self) -> None:
        """Show the stations in sight, and a screen more on either side; room is kept for the others.

        Hundreds of widgets would take seconds to be dressed, and long to be placed again whenever one of them grows.
        """
        starts = self._starts
        near, left, right = range(len(self._stations)), 0, 0
        if starts:
            value, width = self.horizontalScrollBar().value(), max(self.window().width(), 1)
            first = max(bisect_right(starts, value - width) - 1, 0)
            last = min(bisect_right(starts, value + 2 * width), len(self._stations))
            near = range(min(first, last), last)
            left = starts[near.start] if near.start else 0
            right = starts[-1] - starts[near.stop]
        self._near = near
        for i, station in enumerate(self._stations):
            for widget in station.widgets:
                if widget.isHidden() is (i in near):
                    widget.setVisible(i in near)
        self.first.setVisible(not near or near.start == 0)
        margins = self._row.contentsMargins()
        if (margins.left(), margins.right()) != (left, right):
            self._row.setContentsMargins(left, margins.top(), right, 0)

    def _width_of(self, widget: QWidget) -> int:
        """Return the width of an arrow or a card; of arrows with one text one is asked, for which Qt must dress it."""
        if not isinstance(widget, QLabel):
            return widget.sizeHint().width()
        text = widget.text()
        if text not in self._arrow_widths:
            self._arrow_widths[text] = widget.sizeHint().width()
        return self._arrow_widths[text]
