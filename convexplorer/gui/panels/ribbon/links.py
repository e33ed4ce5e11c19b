"""Skip connections drawn with the mouse: from the port of a card to another card, or to the gap behind one."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from convexplorer._dataclass import dataclass
from convexplorer.core.kinds import KINDS
from convexplorer.core.layers import Shape
from convexplorer.gui.look import theme
from convexplorer.gui.panels.ribbon.strip import Strip
from convexplorer.gui.session.panel import Context
from convexplorer.gui.widgets.scroll_edges import WIDTH as EDGE_WIDTH
from convexplorer.gui.widgets.step_card import StepCard
from convexplorer.model import edits
from convexplorer.model.folds import Part
from convexplorer.model.project import INPUT
from convexplorer.results.picture import Picture
from convexplorer.words import as_sentence, plain

_STEP_PX = 24  # it scrolls at once
_SCROLL_MS = 40  # so often, while the mouse is held there


@dataclass(frozen=True)
class Drop:
    """Where a connection would end: joining the inputs of a merge, or merging behind a layer, by its position."""

    how: Literal["join", "merge"]
    layer: int


class Links(QObject):
    """Draws a connection from a card while the mouse is held, says what it would do, and makes it.

    Parameters
    ----------
    parts : what the cards of the strip stand for.
    picture : the newest result, or None; its shapes tell what can be merged.
    """

    def __init__(
        self,
        context: Context,
        strip: Strip,
        parts: Callable[[], tuple[Part, ...]],
        picture: Callable[[], Picture | None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._context, self._strip, self._parts, self._picture, self._parent = context, strip, parts, picture, parent
        self._line = _PulledLine(strip.content)
        self._told: tuple[Drop | None, str] = (None, "")  # of the drop that was judged last
        self._marked: StepCard | None = None
        self._pulled: tuple[StepCard, str, QPoint] | None = None  # what is drawn: card, source, where the mouse is
        self._held = QTimer(self, interval=_SCROLL_MS)
        self._held.timeout.connect(self._pull_on)
        self.sentence = ""  # what is said while a connection is drawn

    def watch(self, card: StepCard, source: Callable[[], str]) -> None:
        """Let connections begin at a card; `source` gives the id of the layer that it stands for."""
        card.add_port()
        card.pulled.connect(lambda at: self._pull(card, source(), at))
        card.let_go.connect(lambda at: self._let_go(source(), at))

    def drop_at(self, at: QPoint) -> Drop | None:
        """Return where a connection would end at a place on the screen; None where there is nothing."""
        place = self._strip.content.mapFromGlobal(at)
        found = self._strip.station_at(place.x())
        own = self._parts()
        if found is None or not self._strip.rect().contains(self._strip.mapFromGlobal(at)):
            return None
        index, is_on_card = found
        part = own[index]
        layers = self._context.store.state.layers
        if not is_on_card:
            return Drop("merge", part.first - 1) if part.first else None
        if not part.layers:
            return None
        is_join = part.fold is None and edits.is_merge(layers[part.first])
        return Drop("join" if is_join else "merge", part.last)

    def reason_against(self, source: str, drop: Drop) -> str:
        """Return why a connection cannot be made, or ""."""
        project, shapes = self._context.store.state, self.shapes()
        if drop.how == "join":
            return edits.why_not_join(project, drop.layer, source, shapes)
        reasons = [edits.why_not_merge(project, drop.layer, source, kind, shapes) for kind in edits.MERGES]
        return "" if "" in reasons else reasons[0]

    def merge_menu(self, layer: int, source: str, parent: QWidget) -> QMenu:
        """Return a menu of the merges that can be put behind a layer; those that cannot say why."""
        menu, project, shapes = QMenu(parent), self._context.store.state, self.shapes()
        menu.setToolTipsVisible(True)
        for kind in edits.MERGES:
            name = KINDS[kind].keras_name()
            action = menu.addAction(f"{name} here")
            reason = edits.why_not_merge(project, layer, source, kind, shapes)
            action.setEnabled(not reason)
            action.setToolTip(as_sentence(reason) if reason else KINDS[kind].summary)
            action.triggered.connect(partial(self._merge, layer, source, kind))
        return menu

    def shapes(self) -> Mapping[str, Shape | None]:
        """Return the shape of what each layer gives by its id, and of the input, as far as they are known."""
        picture = self._picture()
        if picture is None:
            return {}
        return {INPUT: picture.input.shape} | {report.id: report.output_shape for report in picture.layers}

    def _pull(self, card: StepCard, source: str, at: QPoint) -> None:
        """Show where the connection would end, and what it would do or why it cannot."""
        self._pulled = card, source, at
        self._scroll_towards(at)
        drop = self.drop_at(at)
        if drop != self._told[0] or drop is None:
            self._told = (drop, "" if drop is None else self.reason_against(source, drop))
        reason = self._told[1]
        self._mark(None if drop is None else self._card_of(drop), is_possible=not reason)
        self.sentence = self._said(source, drop, reason)
        QToolTip.showText(at + QPoint(0, theme.px(18)), self.sentence, self._parent)
        start = card.mapTo(self._strip.content, card.port_rect().center().toPoint())
        self._line.show_from(QPointF(start), QPointF(self._strip.content.mapFromGlobal(at)), is_possible=not reason)

    @Slot()
    def _pull_on(self) -> None:
        """Go on scrolling while the mouse is held at an end of the strip."""
        if self._pulled is not None:
            self._pull(*self._pulled)

    def _let_go(self, source: str, at: QPoint | None) -> None:
        """Make the connection; None where it was given up."""
        self._held.stop()
        self._pulled = None
        self._line.hide()
        self._mark(None)
        self._told, self.sentence = (None, ""), ""
        QToolTip.hideText()
        drop = None if at is None else self.drop_at(at)
        if drop is None or at is None:
            return
        if reason := self.reason_against(source, drop):
            self._context.refuse(as_sentence(reason))
        elif drop.how == "join":
            self._context.commit(edits.join, drop.layer, source)
        else:
            menu = self.merge_menu(drop.layer, source, self._parent)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(at)

    def _merge(self, layer: int, source: str, kind: str) -> None:
        if self._context.commit(edits.merge_behind, layer, source, kind):
            self._context.selection.select(layer=self._context.store.state.layers[layer + 1].id)

    def _said(self, source: str, drop: Drop | None, reason: str) -> str:
        state = self._context.store.state
        if drop is None:
            return "Drop it on a layer, or between two"
        if reason:
            return plain(as_sentence(reason))
        target = f"{drop.layer + 1} {state.layers[drop.layer].title}"
        first = (
            "the picture"
            if source == INPUT
            else f"{state.position(source) + 1} {state.layers[state.position(source)].title}"
        )
        if drop.how == "join":
            return plain(f"Let {target} read {first} as well")
        return plain(f"Join {first} with {target}")

    def _card_of(self, drop: Drop) -> StepCard | None:
        index = next((i for i, part in enumerate(self._parts()) if drop.layer in part.layers), None)
        return None if index is None else self._strip.stations[index].card

    def _mark(self, card: StepCard | None, *, is_possible: bool = True) -> None:
        if self._marked is not None and self._marked is not card:
            self._marked.set_aimed_at(None)
        self._marked = card
        if card is not None:
            card.set_aimed_at(is_possible)

    def _scroll_towards(self, at: QPoint) -> None:
        """Scroll if the mouse is where the strip has an arrow at its end, and again and again while it stays there."""
        x, edge, step = self._strip.mapFromGlobal(at).x(), theme.px(EDGE_WIDTH), theme.px(_STEP_PX)
        step = step if x <= edge else -step if x >= self._strip.width() - edge else 0
        if not step:
            self._held.stop()
            return
        self._strip.scroll_by(step)
        if not self._held.isActive():
            self._held.start()


class _PulledLine(QWidget):
    """A line over the cards from a port to the mouse."""

    def __init__(self, content: QWidget) -> None:
        super().__init__(content)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._start, self._end, self._is_possible = QPointF(), QPointF(), True
        self.hide()

    def show_from(self, start: QPointF, end: QPointF, *, is_possible: bool) -> None:
        """Show the line between two places of the content."""
        parent = self.parentWidget()
        assert parent is not None
        self._start, self._end, self._is_possible = start, end, is_possible
        self.setGeometry(parent.rect())
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line and its end."""
        colors = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = colors.accent if self._is_possible else colors.error
        painter.setPen(QPen(color, theme.px(2)))
        line = QPainterPath(self._start)
        half = (self._end.x() - self._start.x()) / 2
        line.cubicTo(self._start + QPointF(half, 0), self._end - QPointF(half, 0), self._end)
        painter.drawPath(line)
        painter.setBrush(color)
        radius = theme.px(3)
        painter.drawEllipse(QRectF(self._end.x() - radius, self._end.y() - radius, 2 * radius, 2 * radius))
