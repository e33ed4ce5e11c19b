"""The ribbon at the top: input, layers and activations as cards joined by arrows, each with its shape."""

from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QScrollArea, QSizePolicy, QToolButton, QWidget

from convexplorer import sources
from convexplorer._dataclass import dataclass
from convexplorer.core.kinds import GROUP_ORDER, KINDS, ROWS
from convexplorer.core.kinds.table import INITIALIZER_TIPS
from convexplorer.core.layers import Activation
from convexplorer.core.operators.activations import MENU_ACTIVATIONS, describe
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.session.choice import layer_index
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.scroll_edges import WIDTH as EDGE_WIDTH
from convexplorer.gui.widgets.scroll_edges import ScrollEdges
from convexplorer.gui.widgets.step_card import HEIGHT, StepCard
from convexplorer.model import edits
from convexplorer.model.layer import Layer
from convexplorer.model.project import INPUT, Project, positions_of_inputs
from convexplorer.results.picture import LayerReport, Picture
from convexplorer.sources.frame import Frame
from convexplorer.words import SENTENCE_LIMIT, plain

MOST_SHOWN = 60  # layers; of more only those near the ones in sight are widgets that are shown
INPUT_TIP = "What the first layer gets\nClick to set its size, channels and range, as a network was trained"


class Ribbon(Panel):
    """What happens to the picture, from left to right; the selected layer is framed.

    A layer that ends in an activation has a second card for it, so that it is seen and can be chosen where it acts.
    """

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._stations: dict[tuple[str, str], _Station] = {}  # by id and kind of the layer, in order
        self._layer_cards: list[StepCard] = []
        self._activation_cards: dict[int, StepCard] = {}
        self._arrows: list[QLabel] = []
        self._steps: tuple[tuple[str, str], ...] = ()
        self._follows_selection = False
        self._width_of_cards = 0
        self._picture: Picture | None = None
        self._told: dict[StepCard, object] = {}  # what each card of a layer was filled from
        self._starts: list[int] = []  # of hundreds of stations, in pixels of the strip, and their end; [] of fewer
        self._is_measured = False
        self._arrow_widths: dict[str, int] = {}
        self._near = range(0)  # the stations that are shown
        self._frame_before: Frame | None = None  # of the source before, until the present one has shown its first
        self._build()
        context.selection.view_changed.connect(self._on_view_changed)
        context.selection.input_shown.connect(lambda _is_shown: self._mark_selected())

    def apply(self, new: Project, old: Project | None) -> None:
        """Show the layers; cards stay where they are as long as the layers do."""
        steps = tuple((layer.id, layer.kind) for layer in new.layers)
        if steps != self._steps:
            self._steps = steps
            self._rebuild(new)
        if old is None or new.source != old.source:
            tip = plain(new.source.address, SENTENCE_LIMIT)
            self._input.set_text(sources.describe_source(new.source), self._input.detail(), tip=tip)
            self._frame_before = None if self._picture is None else self._picture.frame
        self._refresh(new)
        self._measure()

    def show_picture(self, picture: Picture) -> None:
        """Show shapes, parameter counts and errors of the newest result."""
        title = picture.frame.title or sources.describe_source(picture.project.source)
        self._input.set_text(title, shape_text(picture.input.shape), tip=INPUT_TIP)
        self._picture = picture
        self._refresh(self.context.store.state)
        if self._frame_before is not None and picture.frame is not self._frame_before:
            self._frame_before = None
            for card in self.cards():
                card.forget_width()
            self._is_measured = False
        self._measure()
        self._make_room()

    def cards(self) -> list[StepCard]:
        """Return all cards from left to right."""
        found = [self._input]
        for i, card in enumerate(self._layer_cards):
            found.append(card)
            if i in self._activation_cards:
                found.append(self._activation_cards[i])
        return found

    def layer_card(self, layer: int) -> StepCard:
        """Return the card of a layer."""
        return self._layer_cards[layer]

    def activation_card(self, layer: int) -> StepCard:
        """Return the card of a layer's activation."""
        return self._activation_cards[layer]

    def layer_menu(self, layer: int) -> QMenu:
        """Return the menu of a layer's card; the layer becomes the selected one, which commands work on."""
        self._select(layer)
        actions = self.context.actions
        chosen = self.context.store.state.layers[layer]
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.addAction(actions["leave-out"])
        menu.addSeparator()
        for kind in family(chosen.kind):
            menu.addAction(actions[action_name(kind)])
        menu.addSeparator()
        menu.addMenu(self._insert_menu("Insert after it", menu))
        if chosen.row.input_count == 1:
            menu.addMenu(self._sources_menu(layer, menu))
        if chosen.has_filters:
            menu.addMenu(self._initializers_menu(menu))
        for name in ("duplicate-layer", "move-layer-back", "move-layer-on"):
            menu.addAction(actions[name])
        menu.addSeparator()
        menu.addAction(actions["remove-layer"])
        return menu

    def activation_menu(self, layer: int) -> QMenu:
        """Return the menu of activations for a layer."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        chosen = self.context.store.state.layers[layer]
        group = QActionGroup(menu)
        for name in MENU_ACTIVATIONS:
            info = describe(name)
            action = self._add(menu, info.label, partial(self._edit_layer, layer, activation=Activation(name)))
            action.setToolTip(f"{info.formula}\n{info.explanation}")
            action.setCheckable(True)
            action.setChecked(name == chosen.activation.name)
            group.addAction(action)
        return menu

    def _insert_menu(self, title: str, parent: QWidget) -> QMenu:
        """Return a menu of all kinds of layers, in groups."""
        menu = QMenu(title, parent)
        for group in GROUP_ORDER:
            own = [name for name, row in KINDS.items() if row.group == group]
            if not own:
                continue
            below = menu.addMenu(group)
            below.setToolTipsVisible(True)
            for kind in own:
                below.addAction(self.context.actions[f"add-{action_name(kind)}"])
        return menu

    def _initializers_menu(self, parent: QWidget) -> QMenu:
        """Return a menu of the ways in which filters begin."""
        menu = QMenu("Initialize filters", parent)
        menu.setToolTipsVisible(True)
        for name in INITIALIZER_TIPS:
            menu.addAction(self.context.actions[f"initialize-{action_name(name)}"])
        return menu

    def _sources_menu(self, layer: int, parent: QWidget) -> QMenu:
        """Return a menu of all that a layer can read: a branch begins where it is not the layer before."""
        state = self.context.store.state
        menu = QMenu("Read", parent)
        now = state.layers[layer].inputs
        group = QActionGroup(menu)
        choices = [((), "the layer before"), ((INPUT,), "the picture")]
        choices += [((one.id,), f"{i}  {one.title}") for i, one in enumerate(state.layers[:layer], 1)]
        for inputs, name in choices:
            action = self._add(menu, name, partial(self._read, layer, inputs))
            action.setCheckable(True)
            action.setChecked(inputs == now)
            group.addAction(action)
        return menu

    @Slot(object)
    def _on_view_changed(self, _view: object) -> None:
        self._mark_selected()
        self._follows_selection = True
        self._reveal_selected()

    @Slot()
    def _reveal_selected(self) -> None:
        """Scroll to the selected card; again when cards have come or grown, until somebody scrolls away."""
        selected = layer_index(self.context.store.state, self.context.selection.view)
        if not self._follows_selection or selected is None or selected >= len(self._layer_cards):
            return
        if selected not in self._near:
            self._make_room()  # or the bar ends before it
            self._scroll.horizontalScrollBar().setValue(self._starts[selected])
            self._show_near()
            self._row.activate()  # what is shown now has its place
        for card in (self._activation_cards.get(selected), self._layer_cards[selected]):
            if card is not None:
                self._scroll.ensureWidgetVisible(card, theme.px(EDGE_WIDTH), 0)

    @Slot()
    def _on_scrolled_away(self) -> None:
        self._follows_selection = False

    @Slot()
    def _on_theme_changed(self) -> None:
        self._arrow_widths.clear()
        self._is_measured = False
        self.setFixedHeight(theme.px(HEIGHT))
        self._add_button.setFixedSize(theme.px(30), theme.px(HEIGHT))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways with either wheel."""
        self._on_scrolled_away()
        delta = event.angleDelta()
        bar = self._scroll.horizontalScrollBar()
        bar.setValue(bar.value() - (delta.x() or delta.y()))
        event.accept()

    def _build(self) -> None:
        self._scroll = _Strip(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        self._strip = strip = QWidget()
        strip.setAutoFillBackground(False)
        self._row = QHBoxLayout(strip)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(4))
        self._scroll.setWidget(strip)
        self._edges = ScrollEdges(self._scroll)
        for edge in (self._edges.left, self._edges.right):
            edge.clicked.connect(self._on_scrolled_away)
        # Queued: the cards have their places only after the range has changed.
        ranged = self._scroll.horizontalScrollBar().rangeChanged
        ranged.connect(self._reveal_selected, Qt.ConnectionType.QueuedConnection)
        self._scroll.horizontalScrollBar().valueChanged.connect(self._show_near)

        self._input = StepCard(strip)
        self._input.clicked.connect(lambda: self.context.actions["preprocessing"].give())
        self._row.addWidget(self._input)
        self._add_button = QToolButton(self)
        self._add_button.setText("+")
        self._add_button.setObjectName("add_layer")
        self._add_button.setAccessibleName("Add a step")
        keys = self.context.actions["add-layer"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self._add_button.setToolTip(f"Add a layer of any kind behind the last one; {keys} searches them")
        self._add_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = self._insert_menu("", self._add_button)
        menu.aboutToShow.connect(self._select_last)
        self._add_button.setMenu(menu)
        # Beside the cards and not among them: it stays in sight however many there are.
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self._scroll)
        layout.addWidget(_arrow(self))
        layout.addWidget(self._add_button)
        layout.addStretch(1)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _make_room(self) -> None:
        """Give the cards the width they have grown to.

        Explicitly: Qt drops the request of a card if its layout was outdated before it was first shown.
        """
        width, layout = self._strip.sizeHint().width(), self.layout()
        if width != self._width_of_cards and layout is not None:
            self._width_of_cards = width
            self._scroll.updateGeometry()
            layout.activate()

    def _rebuild(self, project: Project) -> None:
        """Make cards for new layers and remove those of layers that have gone; all others move to their places."""
        known = self._stations
        self._stations = {}
        fresh = []
        for layer in project.layers:
            key = (layer.id, layer.kind)
            if key in known:
                self._stations[key] = known.pop(key)
            else:
                fresh.append(self._make_station(layer))
                self._stations[key] = fresh[-1]
        for station in known.values():
            for widget in station.widgets:
                self._row.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self._near, self._is_measured = range(0), False
        stations = list(self._stations.values())
        if len(stations) > MOST_SHOWN:  # before Qt shows what is new
            for widget in (widget for station in fresh for widget in station.widgets):
                widget.hide()
        self._arrows = [station.arrow for station in stations]
        self._layer_cards = [station.card for station in stations]
        self._activation_cards = {i: one.activation for i, one in enumerate(stations) if one.activation is not None}
        for at, widget in enumerate((widget for station in stations for widget in station.widgets), 1):
            if self._row.indexOf(widget) != at:  # the input comes first
                self._row.insertWidget(at, widget)
        # Cards come anew while "+" and the input stay: Tab is to go from left to right all the same.
        stops = [stop for card in self.cards() for stop in (card, card.eye) if stop is not None]
        for before, after in pairwise([*stops, self._add_button]):
            self.setTabOrder(before, after)

    def _measure(self) -> None:
        """Find where each of hundreds of stations begins; of fewer all are shown, and Qt knows it."""
        if self._is_measured:
            return
        self._is_measured = True
        stations = list(self._stations.values())
        starts: list[int] = []
        if len(stations) > MOST_SHOWN:
            gap, at = self._row.spacing(), self._input.sizeHint().width() + self._row.spacing()
            for station in stations:
                starts.append(at)
                at += sum(self._width_of(widget) + gap for widget in station.widgets)
            starts.append(at)
        if starts != self._starts or not starts:
            self._starts = starts
            self._show_near()

    def _width_of(self, widget: QWidget) -> int:
        """Return the width of an arrow or a card; of arrows with one text one is asked, for which Qt must dress it."""
        if not isinstance(widget, QLabel):
            return widget.sizeHint().width()
        text = widget.text()
        if text not in self._arrow_widths:
            self._arrow_widths[text] = widget.sizeHint().width()
        return self._arrow_widths[text]

    @Slot()
    def _show_near(self) -> None:
        """Show the stations in sight, and a screen more on either side; room is kept for the others.

        Hundreds of widgets would take seconds to be dressed, and long to be placed again whenever one of them grows.
        """
        stations, starts = list(self._stations.values()), self._starts
        near, left, right = range(len(stations)), 0, 0
        if starts:
            value, width = self._scroll.horizontalScrollBar().value(), max(self.window().width(), 1)
            first = max(bisect_right(starts, value - width) - 1, 0)
            last = min(bisect_right(starts, value + 2 * width), len(stations))
            near = range(min(first, last), last)
            left = starts[near.start] if near.start else 0
            right = starts[-1] - starts[near.stop]
        self._near = near
        for i, station in enumerate(stations):
            for widget in station.widgets:
                if widget.isHidden() is (i in near):
                    widget.setVisible(i in near)
        self._input.setVisible(not near or near.start == 0)
        margins = self._row.contentsMargins()
        if (margins.left(), margins.right()) != (left, right):
            self._row.setContentsMargins(left, 0, right, 0)

    def _make_station(self, layer: Layer) -> "_Station":
        layer_id = layer.id
        card = StepCard(self._strip)
        card.add_eye()
        card.ask_tip = lambda: self._tip_of(layer_id)
        card.clicked.connect(lambda: self._select(self._index(layer_id)))
        card.switched.connect(lambda is_on: self._edit_layer(self._index(layer_id), is_enabled=is_on))
        card.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        card.customContextMenuRequested.connect(
            lambda at: self._pop_up(self.layer_menu(self._index(layer_id)), card, at)
        )
        if not has_activation_card(layer):
            return _Station(_arrow(self._strip), card)
        return _Station(_arrow(self._strip), card, _arrow(self._strip), self._make_activation_card(layer_id))

    def _make_activation_card(self, layer_id: str) -> StepCard:
        card = StepCard(self._strip)
        card.setCheckable(False)
        below = QPoint(0, theme.px(HEIGHT))
        card.clicked.connect(lambda: self._choose_activation(self._index(layer_id), card, below))
        card.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        card.customContextMenuRequested.connect(lambda at: self._choose_activation(self._index(layer_id), card, at))
        return card

    def _tip_of(self, layer_id: str) -> str:
        """Return the tip of a layer's card, with the time that it took last."""
        project, report = self.context.store.state, None if self._picture is None else self._picture.report_of(layer_id)
        index = project.index_of(layer_id)
        return "" if index is None else _layer_tip(project.layers[index], report)

    def _index(self, layer_id: str) -> int:
        return self.context.store.state.position(layer_id)

    def _refresh(self, project: Project) -> None:
        """Fill the cards from the project and, as far as they are known, from the reports."""
        has_branches = any(layer.inputs for layer in project.layers)
        reports = {} if self._picture is None else {report.id: report for report in self._picture.layers}
        known, self._told = self._told, {}
        for i, (layer, read) in enumerate(zip(project.layers, positions_of_inputs(project.layers), strict=True)):
            report, card = reports.get(layer.id), self._layer_cards[i]
            told = self._told[card] = (i, layer, read, has_branches, _lasting(report))
            if known.get(card) == told:
                continue  # of hundreds of layers an edit changes one
            self._is_measured = False
            card.set_on(layer.is_enabled)
            card.set_text(
                f"{i + 1} · {layer.title}" if has_branches else layer.title,
                _layer_detail(layer, report),
                error=report.error if report is not None and layer.is_enabled else "",
                tip=_layer_tip(layer, report),
            )
            self._show_inputs(project, i, read)
            if i in self._activation_cards:
                self._refresh_activation(self._activation_cards[i], layer, report)
        self._mark_selected()

    def _show_inputs(self, project: Project, i: int, read: tuple[int, ...]) -> None:
        """Say at the arrow before a card which layers it reads, where it is not the one before."""
        if read == (i - 1,):
            self._arrows[i].setText("→")
            set_tip(self._arrows[i], "")
            return
        names = ["the picture" if one < 0 else f"{one + 1} {project.layers[one].title}" for one in read]
        self._arrows[i].setText(f"{', '.join(str(one + 1) for one in read)} →")
        set_tip(self._arrows[i], f"reads {' and '.join(names)}")

    def _refresh_activation(self, card: StepCard, layer: Layer, report: LayerReport | None) -> None:
        info = describe(layer.activation.name)
        is_linear = layer.activation.name == "linear"
        card.set_ghost(is_linear)
        card.set_on(layer.is_enabled)
        shape = shape_text(report.output_shape if report is not None else None)
        card.set_text(
            info.label,
            shape if layer.is_enabled else f"off · {shape}",
            tip=f"Activation: {info.formula}\nClick to choose another one",
        )

    def _mark_selected(self) -> None:
        selection = self.context.selection
        selected = None if selection.is_input_shown else layer_index(self.context.store.state, selection.view)
        self._input.setChecked(selection.is_input_shown)
        for i, card in enumerate(self._layer_cards):
            card.setChecked(i == selected)

    def _select(self, layer: int) -> None:
        self.context.selection.select(layer=self.context.store.state.layers[layer].id)
        self.context.selection.show_input(False)
        self._mark_selected()

    @Slot()
    def _select_last(self) -> None:
        self._select(len(self._layer_cards) - 1)

    def _choose_activation(self, layer: int, card: StepCard, at: QPoint) -> None:
        self._select(layer)
        self._pop_up(self.activation_menu(layer), card, at)

    def _edit_layer(self, layer: int, **changes: object) -> None:
        self.context.commit(lambda project: edits.set_layer(project, layer, **changes))

    def _read(self, layer: int, inputs: tuple[str, ...]) -> None:
        self.context.commit(edits.set_inputs, layer, inputs)

    def _add(self, menu: QMenu, text: str, run: Callable[[], object]) -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(lambda _checked=False: run())
        return action

    def _pop_up(self, menu: QMenu, card: StepCard, at: QPoint) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(card.mapToGlobal(at))


@dataclass(frozen=True, eq=False)
class _Station:
    """The widgets of one layer: an arrow and its card, and, if it ends in an activation, the same of that."""

    arrow: QLabel
    card: StepCard
    second_arrow: QLabel | None = None
    activation: StepCard | None = None

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """All of them from left to right."""
        found = (self.arrow, self.card, self.second_arrow, self.activation)
        return tuple(widget for widget in found if widget is not None)


class _Strip(QScrollArea):
    """The cards, as wide as they are where there is room, and scrolled where there is none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """Return the size of all cards."""
        cards = self.widget()
        return super().sizeHint() if cards is None else cards.sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for another width when cards come, go or grow."""
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


def shape_text(shape: tuple[int, ...] | None) -> str:
    """Return a (channels, rows, columns) shape in Keras's order: "512 × 512 × 3"."""
    return " × ".join(str(n) for n in (*shape[1:], shape[0])) if shape else "–"


def has_activation_card(layer: Layer) -> bool:
    """Whether a layer's activation is a step of its own; of an activation layer it is the layer itself."""
    return layer.row.has("activation") and layer.row.shown != "activation"


def action_name(kind: str) -> str:
    """Return the name of the command that makes a layer one of a kind; "add-" before it adds one."""
    return kind.replace("_", "-")


def family(kind: str) -> list[str]:
    """Return the kinds that a layer can become; none if there is no other."""
    row = ROWS[kind]
    same = [
        name
        for name, other in KINDS.items()
        if (other.group, other.has_filters, other.input_count) == (row.group, row.has_filters, row.input_count)
    ]
    return same if len(same) > 1 else []


def _lasting(report: LayerReport | None) -> object:
    """Return what a card shows of a report: all but the time, which is another one in each picture."""
    if report is None:
        return None
    return report.input_shape, report.output_shape, report.parameters, report.error, report.note, report.how


def _layer_detail(layer: Layer, report: LayerReport | None) -> str:
    shape = shape_text(report.output_shape if report is not None else None)
    if not layer.is_enabled:
        return f"off · {shape}"
    if report is not None and report.parameters:
        return f"{shape} · {report.parameters} params"
    return shape


def _layer_tip(layer: Layer, report: LayerReport | None) -> str:
    lines = [layer.title, layer.row.summary]
    if report is not None:
        lines.append(f"gets {shape_text(report.input_shape)}, gives {shape_text(report.output_shape)}")
        lines.append(f"{report.parameters} parameters · {report.seconds * 1000:.1f} ms")
        lines += filter(None, (report.how, report.note))
    lines.append("Click to select; right click for more")
    return "\n".join(lines)


def _arrow(parent: QWidget) -> QLabel:
    label = QLabel("→", parent)
    theme.set_role(label, "muted")
    return label
