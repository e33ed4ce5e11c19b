"""The ribbon: what happens to the picture, from left to right, kept in step with project, results and selection."""

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from convexplorer import sources
from convexplorer.gui.look import theme
from convexplorer.gui.panels.ribbon import menus, wording
from convexplorer.gui.panels.ribbon.arcs import HEIGHT as ARC_HEIGHT
from convexplorer.gui.panels.ribbon.arcs import ArcBand
from convexplorer.gui.panels.ribbon.filling import Filling
from convexplorer.gui.panels.ribbon.folding import make_fold
from convexplorer.gui.panels.ribbon.links import Links
from convexplorer.gui.panels.ribbon.marking import layers_between, one_more, place_of
from convexplorer.gui.panels.ribbon.station import Station, arrow, has_activation_card
from convexplorer.gui.panels.ribbon.strip import Strip
from convexplorer.gui.session.choice import layer_index
from convexplorer.gui.session.connecting import unlink
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.step_card import HEIGHT, StepCard
from convexplorer.model import edits
from convexplorer.model.connections import arcs_of, has_skips
from convexplorer.model.folds import Fold, Part, folds, parts
from convexplorer.model.layer import Layer
from convexplorer.model.project import INPUT, Project
from convexplorer.results.fold_words import shape_words
from convexplorer.results.layer_shares import MEASURES, Share, shares
from convexplorer.results.picture import LayerReport, Picture
from convexplorer.sources.frame import Frame
from convexplorer.words import SENTENCE_LIMIT, plain

INPUT_TIP = "What the first layer gets\nClick to set its size, channels and range, as a network was trained"


class Ribbon(Panel):
    """What happens to the picture, from left to right; the selected layer is framed.

    A layer that ends in an activation has a second card for it, so that it is seen and can be chosen where it acts.
    """

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._layers: tuple[Layer, ...] = ()
        self._stations: dict[tuple[str, str], Station] = {}  # by id and kind of the layer, as far as one was shown
        self._folds: dict[str, Station] = {}  # by their keys
        self._parts: tuple[Part, ...] = ()  # what is shown, from left to right
        self._shown: list[Station] = []  # the same
        self._follows_selection = False
        self._picture: Picture | None = None
        self._filling = Filling()
        self._frame_before: Frame | None = None  # of the source before, until the present one has shown its first
        self._build()
        context.selection.view_changed.connect(self._on_view_changed)
        context.selection.input_shown.connect(lambda _is_shown: self._mark_selected())
        context.ribbon_look.changed.connect(self._on_look_changed)

    def apply(self, new: Project, old: Project | None) -> None:
        """Show the layers; cards stay where they are as long as the layers do."""
        if old is None or new.layers is not old.layers:
            self.context.ribbon_look.meet(new.layers, () if old is None else old.layers)
            self._arrange(new)
            self._make_room_for_arcs(new)
        if old is None or new.source != old.source:
            tip = plain(new.source.address, SENTENCE_LIMIT)
            self._input.set_text(sources.describe_source(new.source), self._input.detail(), tip=tip)
            self._frame_before = None if self._picture is None else self._picture.frame
        self._refresh(new)
        self._strip.measure()

    def show_picture(self, picture: Picture) -> None:
        """Show shapes, parameter counts and errors of the newest result."""
        title = picture.frame.title or sources.describe_source(picture.project.source)
        self._input.set_text(title, shape_words(picture.input.shape), tip=INPUT_TIP)
        self._picture = picture
        self._refresh(self.context.store.state)
        if self._frame_before is not None and picture.frame is not self._frame_before:
            self._frame_before = None
            for card in self.cards():
                card.forget_width()
            self._strip.forget_places()
        self._show_bars()
        self._strip.measure()
        self._strip.make_room()

    def cards(self) -> list[StepCard]:
        """Return all cards from left to right."""
        return [self._input, *(card for station in self._shown for card in station.cards)]

    def layer_card(self, layer: int) -> StepCard:
        """Return the card of a layer, which is hidden while one of a fold stands for it."""
        return self._station(layer).card

    def shown_card(self, layer: int) -> StepCard:
        """Return the card that stands for a layer now: its own, or that of a closed fold."""
        return self._shown[place_of(self._parts, layer)].card

    def activation_card(self, layer: int) -> StepCard:
        """Return the card of a layer's activation."""
        card = self._station(layer).activation
        assert card is not None
        return card

    def layer_menu(self, layer: int) -> QMenu:
        """Return the menu of a layer's card; the layer becomes the selected one, which commands work on."""
        self._select(layer)
        return menus.layer_menu(self.context, layer, self._links.shapes(), self)

    def activation_menu(self, layer: int) -> QMenu:
        """Return the menu of activations for a layer."""
        return menus.activation_menu(self.context, layer, self)

    @Slot(object)
    def _on_view_changed(self, _view: object) -> None:
        look = self.context.ribbon_look
        if self.context.selection.view.layer not in look.marked:
            look.mark(())
        self._mark_selected()
        self._follows_selection = True
        self._reveal_selected()

    @Slot()
    def _reveal_selected(self) -> None:
        """Scroll to the selected card; again when cards have come or grown, until somebody scrolls away."""
        selected = layer_index(self.context.store.state, self.context.selection.view)
        if self._follows_selection and selected is not None and selected < len(self._layers):
            self._strip.reveal(place_of(self._parts, selected))

    @Slot()
    def _on_look_changed(self) -> None:
        project = self.context.store.state
        if self._ids != list(project.ids):
            return  # the window is about to tell
        self._arrange(project)
        self._refresh(project)
        self._show_bars()
        self._strip.measure()
        self._strip.make_room()
        self._reveal_selected()

    @Slot()
    def _on_scrolled_away(self) -> None:
        self._follows_selection = False

    @Slot()
    def _on_theme_changed(self) -> None:
        self._add_button.setFixedSize(theme.px(30), theme.px(HEIGHT))
        self._make_room_for_arcs(self.context.store.state)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways with either wheel."""
        self._on_scrolled_away()
        delta = event.angleDelta()
        self._strip.scroll_by(delta.x() or delta.y())
        event.accept()

    def _build(self) -> None:
        self._strip = Strip(self)
        for edge in (self._strip.edges.left, self._strip.edges.right):
            edge.clicked.connect(self._on_scrolled_away)
        # Queued: the cards have their places only after the range has changed.
        ranged = self._strip.horizontalScrollBar().rangeChanged
        ranged.connect(self._reveal_selected, Qt.ConnectionType.QueuedConnection)
        self._input = self._strip.first
        self._links = Links(self.context, self._strip, lambda: self._parts, lambda: self._picture, self)
        self._links.watch(self._input, lambda: INPUT)
        self._arcs = ArcBand(self._strip.content, self._strip.span_of)
        self._arcs.removed.connect(lambda arc: unlink(self.context, arc))
        self._input.clicked.connect(lambda: self.context.actions["preprocessing"].give())
        self._add_button = QToolButton(self)
        self._add_button.setText("+")
        self._add_button.setObjectName("add_layer")
        self._add_button.setAccessibleName("Add a step")
        keys = self.context.actions["add-layer"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self._add_button.setToolTip(f"Add a layer of any kind behind the last one; {keys} searches them")
        self._add_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = menus.insert_menu(self.context, "", self._add_button)
        menu.aboutToShow.connect(self._select_last)
        self._add_button.setMenu(menu)
        # Beside the cards and not among them: it stays in sight however many there are.
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self._strip)
        self._end = QHBoxLayout()
        self._end.setSpacing(theme.px(4))
        self._end.addWidget(arrow(self))
        self._end.addWidget(self._add_button)
        layout.addLayout(self._end)
        layout.addStretch(1)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _arrange(self, project: Project) -> None:
        """Make the cards of what is to be shown, if that is something else than before."""
        look, known = self.context.ribbon_look, [(layer.id, layer.kind) for layer in self._layers]
        self._layers = project.layers
        found = parts(len(project.layers), folds(project.layers), look.is_open, look.has_head)
        if [(layer.id, layer.kind) for layer in project.layers] != known or found != self._parts:
            self._parts = found
            self._rebuild()
        self._arcs.show_arcs(arcs_of(self._parts, project.layers))

    def _rebuild(self) -> None:
        """Make cards for what is shown now, and remove those of what has gone; all others move to their places.

        Layers within a closed fold keep the cards that they have, and get none before it opens.
        """
        keys = [(layer.id, layer.kind) for layer in self._layers]
        kept, folded = set(keys), {part.fold.key for part in self._parts if part.fold is not None}
        for key in [key for key in self._stations if key not in kept]:
            self._strip.remove(self._stations.pop(key))
        for name in [name for name in self._folds if name not in folded]:
            self._strip.remove(self._folds.pop(name))
        self._shown, placed = [self._station_of(part) for part in self._parts], []
        for part, station in zip(self._parts, self._shown, strict=True):
            placed.append(station)
            if part.fold is not None:
                placed += [self._stations[keys[i]] for i in part.layers if keys[i] in self._stations]
        self._strip.place(placed, self._shown)
        # Cards come anew while "+" and the input stay: Tab is to go from left to right all the same.
        stops = [stop for station in self._shown for stop in station.stops]
        for before, after in pairwise([self._input, *stops, self._arcs, self._add_button]):
            self.setTabOrder(before, after)

    def _station(self, layer: int) -> Station:
        """Return the station of a layer, which is made when it is asked for."""
        key = (self._layers[layer].id, self._layers[layer].kind)
        if key not in self._stations:
            self._stations[key] = self._make_station(self._layers[layer])
            for widget in self._stations[key].widgets:
                widget.hide()
        return self._stations[key]

    def _station_of(self, part: Part) -> Station:
        """Return the station of what is shown."""
        if part.fold is None:
            return self._station(part.first)
        if part.fold.key not in self._folds:
            self._folds[part.fold.key] = self._make_fold(part.fold.key)
        return self._folds[part.fold.key]

    def _make_room_for_arcs(self, project: Project) -> None:
        """Be higher where a network has skip connections, also where folds hide them: pictures stay in their place."""
        room = theme.px(ARC_HEIGHT) if has_skips(project.layers) else 0
        self._strip.set_room_above(room)
        self._end.setContentsMargins(0, room, 0, 0)
        self.setFixedHeight(theme.px(HEIGHT) + room)

    def _part_of(self, key: str) -> Part | None:
        """Return what the card of a fold stands for; None if it has no card."""
        return next((part for part in self._parts if part.fold is not None and part.fold.key == key), None)

    def _fold(self, key: str) -> Fold | None:
        part = self._part_of(key)
        return None if part is None else part.fold

    def _last_of(self, key: str) -> str:
        """Return the id of the last layer of a fold, whose maps go on."""
        fold = self._fold(key)
        return "" if fold is None else self._ids[fold.last]

    def _own_part(self, layer_id: str) -> Part:
        return Part(self._index(layer_id), self._index(layer_id))

    def _make_fold(self, key: str) -> Station:
        def toggle() -> None:
            fold = self._fold(key)
            if fold is not None:
                self._on_scrolled_away()  # what was pressed stays where it is
                self.context.ribbon_look.toggle(fold)

        def select() -> None:
            part = self._part_of(key)
            if part is not None and not part.is_open:
                self._click(part)
            elif part is not None:
                toggle()

        def mark() -> None:
            part = self._part_of(key)
            if part is not None and not part.is_open:
                self._mark_up_to(part)

        station = make_fold(self._strip.content, toggle)
        card = station.card
        card.ask_tip = lambda: self._tip_of_fold(key)
        self._links.watch(card, lambda: self._last_of(key))
        card.clicked.connect(select)
        card.reached.connect(mark)
        card.stretched.connect(self._mark_more)
        card.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        card.customContextMenuRequested.connect(lambda at: _pop_up(self.fold_menu(key), card, at))
        return station

    def fold_menu(self, key: str) -> QMenu:
        """Return the menu of a fold's card."""
        fold = self._fold(key)
        if fold is not None:
            self._select(fold.last)
        return menus.fold_menu(self.context, self)

    def _tip_of_fold(self, key: str) -> str:
        """Return the tip of a fold's card, with the time that its layers took last."""
        part = self._part_of(key)
        if part is None or part.fold is None:
            return ""
        if part.is_open:
            return self._folds[key].card.toolTip()
        at = self._parts.index(part)
        shares_of = [of_all[at] for of_all in self._shares(*MEASURES)]
        return wording.fold_tip(self.context.store.state, part.fold, self._reports(), shares_of)

    def _make_station(self, layer: Layer) -> Station:
        layer_id, parent = layer.id, self._strip.content
        card = StepCard(parent)
        card.add_eye()
        card.ask_tip = lambda: self._tip_of(layer_id)
        card.clicked.connect(lambda: self._click(self._own_part(layer_id)))
        card.reached.connect(lambda: self._mark_up_to(self._own_part(layer_id)))
        card.stretched.connect(self._mark_more)
        self._links.watch(card, lambda: layer_id)
        card.switched.connect(lambda is_on: self._switch(self._index(layer_id), is_on))
        card.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        card.customContextMenuRequested.connect(lambda at: _pop_up(self.layer_menu(self._index(layer_id)), card, at))
        if not has_activation_card(layer):
            return Station(arrow(parent), card)
        return Station(arrow(parent), card, arrow(parent), self._make_activation_card(layer_id))

    def _make_activation_card(self, layer_id: str) -> StepCard:
        card = StepCard(self._strip.content)
        card.setCheckable(False)
        self._links.watch(card, lambda: layer_id)
        below = QPoint(0, theme.px(HEIGHT))
        card.clicked.connect(lambda: self._choose_activation(self._index(layer_id), card, below))
        card.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        card.customContextMenuRequested.connect(lambda at: self._choose_activation(self._index(layer_id), card, at))
        return card

    def _tip_of(self, layer_id: str) -> str:
        """Return the tip of a layer's card, with the time that it took last."""
        project, report = self.context.store.state, None if self._picture is None else self._picture.report_of(layer_id)
        index = project.index_of(layer_id)
        if index is None:
            return ""
        at = place_of(self._parts, index)
        return wording.tip_of(project.layers[index], report, [of_all[at] for of_all in self._shares(*MEASURES)])

    def _reports(self) -> dict[str, LayerReport]:
        return {} if self._picture is None else {report.id: report for report in self._picture.layers}

    def _shares(self, *measures: str) -> list[tuple[Share | None, ...]]:
        """Return the share of each card in some measures, as far as they are known."""
        reports, ids = self._reports(), self._ids
        shown = [[reports[ids[i]] for i in part.layers if ids[i] in reports] for part in self._parts]
        return [shares(shown, measure) for measure in measures]

    @Slot()
    def _show_bars(self) -> None:
        """Show the bars that are wished for."""
        measure = self.context.ribbon_look.bars
        found = self._shares(measure)[0] if measure else (None,) * len(self._shown)
        for station, share in zip(self._shown, found, strict=True):
            station.card.set_bar(None if share is None else share.length)

    def _index(self, layer_id: str) -> int:
        return self.context.store.state.position(layer_id)

    def _refresh(self, project: Project) -> None:
        """Fill the cards from the project and, as far as they are known, from the reports."""
        if self._filling.fill(project, self._reports(), self._parts, self._station_of):
            self._strip.forget_places()
        self._mark_selected()

    def _mark_selected(self) -> None:
        selection = self.context.selection
        selected = None if selection.is_input_shown else layer_index(self.context.store.state, selection.view)
        self._input.setChecked(selection.is_input_shown)
        marked = {self._index(layer_id) for layer_id in self.context.ribbon_look.marked}
        for part, station in zip(self._parts, self._shown, strict=True):
            station.card.setChecked(selected in part.layers)
            station.card.set_marked(any(i in marked for i in part.layers))

    @property
    def _ids(self) -> list[str]:
        return [layer.id for layer in self._layers]

    def _click(self, part: Part) -> None:
        """Select what a card stands for."""
        self.context.ribbon_look.mark(())
        self._select(part.last)

    def _mark_up_to(self, part: Part) -> None:
        """Mark the layers from the selected one to a card, each card as a whole."""
        selected = layer_index(self.context.store.state, self.context.selection.view)
        covered = layers_between(self._parts, selected or 0, part.first)
        self.context.ribbon_look.mark([self._layers[i].id for i in covered])

    @Slot(int)
    def _mark_more(self, step: int) -> None:
        """Mark one card more or less, from the selected one on."""
        selected = layer_index(self.context.store.state, self.context.selection.view)
        if selected is not None:
            marked = [self._index(layer_id) for layer_id in self.context.ribbon_look.marked]
            at = one_more(self._parts, selected, marked, step)
            self._mark_up_to(self._parts[at])
            self._strip.reveal(at)

    def _select(self, layer: int) -> None:
        self.context.selection.select(layer=self.context.store.state.layers[layer].id)
        self.context.selection.show_input(False)
        self._mark_selected()

    @Slot()
    def _select_last(self) -> None:
        self._select(len(self._layers) - 1)

    def _choose_activation(self, layer: int, card: StepCard, at: QPoint) -> None:
        self._select(layer)
        _pop_up(self.activation_menu(layer), card, at)

    def _switch(self, layer: int, is_on: bool) -> None:
        self.context.commit(lambda project: edits.set_layer(project, layer, is_enabled=is_on))


def _pop_up(menu: QMenu, card: StepCard, at: QPoint) -> None:
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(card.mapToGlobal(at))
