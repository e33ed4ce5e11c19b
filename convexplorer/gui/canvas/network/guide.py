"""Joins the network at a glance with the window's selection, and lights up what the pointed value is made of."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from math import prod

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from convexplorer._dataclass import dataclass
from convexplorer._threads import Stopped, stoppable
from convexplorer.core.geometry.places import Cell
from convexplorer.core.network import Evaluation
from convexplorer.gui.canvas.network.network_view import Lit, NetworkView, Spot
from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.ribbon_look import RibbonLook
from convexplorer.gui.session.selection import Selection
from convexplorer.model.folds import Part, folds, parts
from convexplorer.model.layer import Layer
from convexplorer.model.view import View
from convexplorer.results.fold_words import fold_tip
from convexplorer.results.layer_shares import shares
from convexplorer.results.network_path import LayerTerms, NetworkPath, network_path
from convexplorer.results.overview import LayerSight, Overview, cells_of
from convexplorer.results.overview_cards import Cards
from convexplorer.results.path_words import card_tip, foot_of, map_name, signed, tip_of
from convexplorer.results.picture import Picture

AT_ONCE = 1_000_000  # numbers of all layers: of more, a value is followed in a thread
PATH_MS = 30  # the path waits until the mouse rests so long: on the way to a map it passes many others


class NetworkGuide(QObject):
    """Tells the selection what is chosen in the view, and the view what is selected and lit.

    Attributes
    ----------
    view : what it guides.

    Signals
    -------
    opened : the cell of the map that was opened, () for a value without place, None if a key has opened it. The map is
        the selected one.
    """

    opened = Signal(object)

    def __init__(self, view: NetworkView, selection: Selection, look: RibbonLook, parent: QObject) -> None:
        super().__init__(parent)
        self.view, self._selection, self._look = view, selection, look
        self._known: tuple[Sequence[Layer], tuple[Part, ...]] = ((), ())
        self._overview: Overview | None = None
        self._picture: Picture | None = None
        self._pointed: tuple[Spot, tuple[float, float] | None] | None = None
        self._errands, self._is_following = Errands(self), False
        self._waiting = QTimer(self, singleShot=True, interval=PATH_MS)
        self._waiting.timeout.connect(self.follow)
        view.pointed.connect(self._on_pointed)
        view.chosen.connect(self._on_chosen)
        view.opened.connect(self._on_opened)
        view.folded.connect(self._on_folded)
        look.changed.connect(self._on_look_changed)

    def show_overview(self, overview: Overview) -> None:
        """Show the layers of a frame, folded as the ribbon shows them."""
        self._overview = overview
        layers = overview.project.layers
        if self._known[0] is not layers:
            self._known = layers, parts(len(layers), folds(layers), self._look.is_open, self._look.has_head)
            self._show_bars()
        self.view.show_overview(overview, self._known[1])
        self.show_selected(self._selection.view)

    def show_numbers(self, picture: Picture) -> None:
        """Take the numbers that a path is made of."""
        self._picture = picture
        self._show_bars()
        if self._pointed is not None and not self._waiting.isActive():
            self._waiting.start()

    def show_selected(self, view: View) -> None:
        """Mark the selected layer and map."""
        if self._overview is not None:
            project = self._overview.project
            index, cards = project.index_of(view.layer), self.view.cards
            if index is not None and cards is not None:
                self.view.set_selected(cards.card_of(index), view.filter if cards.shows(index) else None)

    @Slot()
    def follow(self) -> None:
        """Light up what the pointed value is made of."""
        self._waiting.stop()
        subject = self._subject()
        if subject is None:
            self._show(None)
        elif subject.size <= AT_ONCE:
            self._show(subject.path())
        elif not self._is_following:
            self._follow_beside(subject)

    def _follow_beside(self, subject: "_Subject") -> None:
        """Follow a value in a thread; one that is pointed at meanwhile comes next."""
        found: list[NetworkPath | None] = []

        def work() -> None:
            with stoppable(lambda: self._pointed is None), suppress(Stopped):
                found.append(subject.path())

        def then(_error: Exception | None) -> None:
            self._is_following = False
            newest = self._subject()
            if newest is not None and found and newest == subject:
                self._show(found[0])
            elif newest is not None:
                self.follow()

        self._is_following = True
        self._errands.run(work, then)

    def _show(self, path: NetworkPath | None) -> None:
        if path is None or self._overview is None:
            self.view.set_path({})
            self.view.tip = self._name()
            return
        assert self.view.cards is not None  # it shows the overview
        self.view.tip = tip_of(self._overview, path)
        self.view.set_path(_on_cards(self.view.cards, _lit(self._overview, path)))

    @Slot(object, object)
    def _on_pointed(self, spot: Spot | None, share: tuple[float, float] | None) -> None:
        before, self._pointed = self._pointed, None if spot is None else (spot, share)
        if spot is None and not self.view.isVisible():
            self._errands.wait()  # which stop by themselves
        if spot is None or spot.map is None:
            self.follow()
        elif before is None or before != self._pointed:
            self.view.tip = self._name()
            self._waiting.start()

    @Slot()
    def _on_look_changed(self) -> None:
        """Fold the cards as the ribbon has folded its own, and let the bars measure what its bars do."""
        self._known = ((), ())
        if self._overview is not None:
            self.show_overview(self._overview)
        self._show_bars()

    @Slot(int)
    def _on_folded(self, card: int) -> None:
        part = self._part_at(card)
        if part is not None and part.fold is not None:
            self._look.toggle(part.fold)

    def _part_at(self, card: int) -> Part | None:
        """Return what a card stands for; None for the picture."""
        return self._known[1][card - 1] if 0 < card <= len(self._known[1]) else None

    def _layer_at(self, card: int) -> int:
        """Return the layer whose maps are on a card, −1 for the picture."""
        return -1 if self.view.cards is None else self.view.cards.layer_of(card)

    def _show_bars(self) -> None:
        """Show the bars that are wished for."""
        measure, picture = self._look.bars, self._picture
        if not measure or picture is None or self._overview is None:
            self.view.set_bars(())
            return
        reports = {report.id: report for report in picture.layers}
        ids = [layer.id for layer in self._known[0]]
        shown = [[reports[ids[i]] for i in part.layers if ids[i] in reports] for part in self._known[1]]
        self.view.set_bars([None, *(None if one is None else one.length for one in shares(shown, measure))])

    @Slot(object)
    def _on_chosen(self, spot: Spot) -> None:
        self._choose(spot)

    @Slot(object)
    def _on_opened(self, spot: Spot) -> None:
        cell = self._cell(spot, self._pointed[1]) if self._pointed is not None and self._pointed[0] == spot else None
        if self._choose(spot):
            self.opened.emit(None if cell is None else cell[1])

    def _choose(self, spot: Spot) -> bool:
        """Select a layer and its map; the picture is no layer."""
        part = self._part_at(spot.card)
        if self._overview is None or part is None or part.is_open:
            return False
        layers = self._overview.project.layers
        index = part.last
        chosen = (
            {} if spot.map is None and self._selection.view.layer == layers[index].id else {"filter": spot.map or 0}
        )
        self._selection.select(layer=layers[index].id, **chosen)
        return True

    def _subject(self) -> "_Subject | None":
        """Return the value that is pointed at; None without one."""
        picture, pointed = self._picture, self._pointed
        if picture is None or picture.evaluation is None or pointed is None or self._overview is None:
            return None
        if self._selection.view.shown != "own" and picture.difference is not None:
            return None  # what is pointed at is no value of this network
        if picture.project is not self._overview.project or picture.look.hidden or picture.look.visible != (0, 1):
            return None
        found = self._cell(*pointed)
        evaluation, index = picture.evaluation, self._layer_at(pointed[0].card)
        return _Subject(evaluation, index, *found) if found is not None and index < len(evaluation) else None

    def _cell(self, spot: Spot, share: tuple[float, float] | None) -> tuple[int, Cell] | None:
        """Return the map and the cell that are pointed at."""
        if self._overview is None or spot.map is None or share is None:
            return None
        shape = self._overview.layers[self._layer_at(spot.card) + 1].shape
        cells = cells_of(shape)
        if shape is None or len(shape) not in (1, 3):
            return None
        if cells is None:
            return spot.map, ()
        row, column = (min(int(part * n), n - 1) for part, n in zip(share, cells, strict=True))
        if len(shape) == 3:
            return spot.map, (row, column)
        value = row * cells[1] + column
        return (value, ()) if value < shape[0] else None

    def _name(self) -> str:
        """Return what is pointed at, by its name."""
        if self._overview is None or self._pointed is None:
            return ""
        spot = self._pointed[0]
        beside = self._beside_reference()
        if spot.map is not None:
            own = map_name(self._overview.layers[self._layer_at(spot.card) + 1], spot.map)
        else:
            own = self._card_tip(self._overview, spot.card)
        return "\n".join(filter(None, (own, beside)))

    def _card_tip(self, overview: Overview, card: int) -> str:
        """Return what is told of a card: of a layer, or of all layers of a fold."""
        part, picture = self._part_at(card), self._picture
        if part is None or part.fold is None:
            return card_tip(overview, self._layer_at(card) + 1, picture)
        reports = {} if picture is None else {report.id: report for report in picture.layers}
        way = "Click to fold these layers into one card" if part.is_open else "Click the angle to show its layers"
        return f"{fold_tip(overview.project, part.fold, reports)}\n{way}"

    def _beside_reference(self) -> str:
        """Return how far what is pointed at differs from the reference, where that is looked at; else ""."""
        pointed, picture = self._pointed, self._picture
        difference = None if picture is None else picture.difference
        part = None if pointed is None else self._part_at(pointed[0].card)
        if pointed is None or difference is None or self._selection.view.shown == "own" or part is None or part.is_open:
            return ""
        from convexplorer.results.differences.difference_words import layer_sentence, value_sentence

        index, cell = part.last, self._cell(*pointed)
        if cell is None:
            return layer_sentence(difference, index)
        return value_sentence(difference, index, (cell[0], *cell[1]))


@dataclass(frozen=True)
class _Subject:
    """A value of a network; equal ones have the same path."""

    evaluation: Evaluation
    layer: int
    map: int
    cell: Cell

    @property
    def size(self) -> int:
        """How many numbers the layers have that it may be made of."""
        return sum(prod(self.evaluation.shape_of(i) or ()) for i in range(-1, self.layer))

    def path(self) -> NetworkPath | None:
        """Follow the value back to the picture."""
        return network_path(self.evaluation, self.layer, self.map, self.cell)


def _on_cards(cards: Cards, lit: Mapping[int, Lit]) -> dict[int, Lit]:
    """Return what lights up by cards, given that by layers, without lines to maps that the next card does not show."""
    found = {}
    for place, one in lit.items():
        card = cards.card_of(place - 1)
        if cards.shows(place - 1):
            is_next = card < len(cards.parts) and cards.layer_of(card + 1) == place and not cards.is_head(card + 1)
            found[card] = one if is_next else replace(one, threads=())
    return found


def _lit(overview: Overview, path: NetworkPath) -> dict[int, Lit]:
    """Return what lights up, by places in the overview."""
    own = overview.layers[path.layer + 1]
    is_one = _is_one_picture(own)
    found = {path.layer + 1: Lit({0 if is_one else path.map: ""}, cells=(path.map,) if is_one else ())}
    for index, terms in path.steps.items():
        if terms.largest:
            found[index + 1] = _lit_of(overview, index, terms)
    return found


def _lit_of(overview: Overview, index: int, terms: LayerTerms) -> Lit:
    """Return what lights up of a layer behind the value."""
    sight, reader = overview.layers[index + 1], overview.layers[min(index + 2, len(overview.layers) - 1)]
    is_one, reads_one = _is_one_picture(sight), _is_one_picture(reader)
    threads = dict.fromkeys(
        (0 if is_one else link.map, 0 if reads_one else link.reader) for link in terms.links if link.layer == index + 1
    )
    if is_one:
        cells = tuple(term.map for term in terms.largest)
        return Lit({0: ""}, foot_of(sight, terms, ()), cells, tuple(threads))
    drawn = range(len(sight.pixels)) if sight.pixels is not None else range(sight.count)
    texts = {term.map: signed(term.value) for term in terms.largest if term.map in drawn}
    return Lit(texts, foot_of(sight, terms, drawn), threads=tuple(threads))


def _is_one_picture(sight: LayerSight) -> bool:
    """Return True for many values without places, which are cells of one picture."""
    return sight.shape is not None and len(sight.shape) == 1 and cells_of(sight.shape) is not None
