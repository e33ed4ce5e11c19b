"""The ribbon at the top: input, layers and activations as cards joined by arrows, each with its shape."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QScrollArea, QToolButton, QWidget

from convexplorer import sources
from convexplorer.core.layers import Activation
from convexplorer.core.operators.activations import MENU_ACTIVATIONS, describe
from convexplorer.gui.look import theme
from convexplorer.gui.session.choice import layer_index
from convexplorer.gui.session.conv_kinds import CONV_LABELS, CONV_TIPS
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.hint import show_hint
from convexplorer.gui.widgets.scroll_edges import ScrollEdges
from convexplorer.gui.widgets.step_card import HEIGHT, StepCard
from convexplorer.model import edits
from convexplorer.model.project import ConvLayer, Layer, Project
from convexplorer.results.picture import LayerReport, Picture
from convexplorer.words import as_sentence

POOL_LABELS = {"max": "MaxPool", "average": "AvgPool"}
POOL_NAMES = {"max": "Max pooling", "average": "Average pooling"}


class Ribbon(Panel):
    """What happens to the picture, from left to right; the selected layer is framed.

    A convolution has a second card for its activation, so that it is seen and can be chosen where it acts.
    """

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._layer_cards: list[StepCard] = []
        self._activation_cards: dict[int, StepCard] = {}
        self._kinds: tuple[str, ...] = ()
        self._reports: tuple[LayerReport, ...] = ()
        self._build()
        context.selection.view_changed.connect(self._on_view_changed)

    def apply(self, new: Project, old: Project | None) -> None:
        """Show the layers; cards stay where they are as long as the kinds of the layers do."""
        kinds = tuple(type(layer).__name__ for layer in new.layers)
        if kinds != self._kinds:
            self._kinds = kinds
            self._reports = ()
            self._rebuild(new)
        if old is None or new.source != old.source:
            self._input.set_text(sources.describe_source(new.source), self._input.detail(), tip=new.source.address)
        self._refresh(new)

    def show_picture(self, picture: Picture) -> None:
        """Show shapes, parameter counts and errors of the newest result."""
        title = picture.frame.title or sources.describe_source(picture.project.source)
        self._input.set_text(title, shape_text(picture.input.shape), tip="What the first layer gets")
        # A picture of an older project may tell of other layers: its reports would stand at the wrong cards.
        if tuple(type(layer).__name__ for layer in picture.project.layers) == self._kinds:
            self._reports = picture.layers
            self._refresh(self.context.store.state)

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
        """Return the card of a convolution's activation."""
        return self._activation_cards[layer]

    def layer_menu(self, layer: int) -> QMenu:
        """Return the menu of a layer's card."""
        menu = QMenu(self)
        chosen = self.context.store.state.layers[layer]
        label = "Leave out" if chosen.is_enabled else "Let take part"
        self._add(menu, label, lambda: self._switch(layer, not chosen.is_enabled))
        if not isinstance(chosen, ConvLayer):
            menu.addSeparator()
            group = QActionGroup(menu)
            for kind, name in POOL_NAMES.items():
                action = self._add(menu, name, partial(self._edit_layer, layer, kind=kind))
                action.setCheckable(True)
                action.setChecked(kind == chosen.kind)
                group.addAction(action)
        else:
            menu.addSeparator()
            self._offer_kinds(menu, layer, chosen.kind)
        menu.addSeparator()
        for kind, name in POOL_NAMES.items():
            self._add(menu, f"Insert {name.lower()} after it", partial(self._insert_pool, layer, kind))
        menu.addSeparator()
        self._add(menu, "Remove", lambda: self._remove(layer))
        return menu

    def _offer_kinds(self, menu: QMenu, layer: int, chosen: str) -> None:
        """Offer the kinds of convolution, under their names in Keras."""
        menu.setToolTipsVisible(True)
        group = QActionGroup(menu)
        for kind, name in CONV_LABELS.items():
            action = self._add(menu, name, partial(self._edit_layer, layer, kind=kind))
            action.setToolTip(CONV_TIPS[kind])
            action.setCheckable(True)
            action.setChecked(kind == chosen)
            group.addAction(action)

    def activation_menu(self, layer: int) -> QMenu:
        """Return the menu of activations for a convolution."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        chosen = self.context.store.state.layers[layer]
        assert isinstance(chosen, ConvLayer)
        group = QActionGroup(menu)
        for name in MENU_ACTIVATIONS:
            info = describe(name)
            action = self._add(menu, info.label, partial(self._edit_layer, layer, activation=Activation(name)))
            action.setToolTip(f"{info.formula}\n{info.explanation}")
            action.setCheckable(True)
            action.setChecked(name == chosen.activation.name)
            group.addAction(action)
        return menu

    @Slot(object)
    def _on_view_changed(self, _view: object) -> None:
        self._mark_selected()
        selected = layer_index(self.context.store.state, self.context.selection.view)
        if selected is not None and selected < len(self._layer_cards):
            self._scroll.ensureWidgetVisible(self._layer_cards[selected])

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFixedHeight(theme.px(HEIGHT))
        self._add_button.setFixedSize(theme.px(30), theme.px(HEIGHT))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways with either wheel."""
        delta = event.angleDelta()
        bar = self._scroll.horizontalScrollBar()
        bar.setValue(bar.value() - (delta.x() or delta.y()))
        event.accept()

    def _build(self) -> None:
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        strip = QWidget()
        strip.setAutoFillBackground(False)
        self._row = QHBoxLayout(strip)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(4))
        self._scroll.setWidget(strip)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)
        self._edges = ScrollEdges(self._scroll)

        self._input = StepCard(strip)
        self._input.setCheckable(False)
        self._row.addWidget(self._input)
        self._add_button = QToolButton(strip)
        self._add_button.setText("+")
        self._add_button.setObjectName("add_layer")
        self._add_button.setAccessibleName("Add a step")
        self._add_button.setToolTip("Add a pooling step after the last one")
        self._add_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._add_button)
        for kind, name in POOL_NAMES.items():
            self._add(menu, name, partial(self._append_pool, kind))
        self._add_button.setMenu(menu)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _rebuild(self, project: Project) -> None:
        """Make new cards for new kinds of layers."""
        while self._row.count() > 1:
            item = self._row.takeAt(1)
            widget = item.widget() if item is not None else None
            if widget is not None and widget is not self._add_button:
                widget.hide()
                widget.deleteLater()
        self._layer_cards = []
        self._activation_cards = {}
        for i, layer in enumerate(project.layers):
            self._layer_cards.append(self._layer_card(i))
            if isinstance(layer, ConvLayer):
                self._activation_cards[i] = self._activation_card(i)
        self._row.addWidget(_arrow())
        self._row.addWidget(self._add_button)
        self._row.addStretch(1)
        # Cards are made anew while "+" and the input stay: Tab is to go from left to right all the same.
        stops = [stop for card in self.cards() for stop in (card, card.eye) if stop is not None]
        for before, after in pairwise([*stops, self._add_button]):
            self.setTabOrder(before, after)

    def _layer_card(self, i: int) -> StepCard:
        card = StepCard()
        card.add_eye()
        card.clicked.connect(lambda: self._select(i))
        card.switched.connect(lambda is_on: self._switch(i, is_on))
        card.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        card.customContextMenuRequested.connect(lambda at: self._pop_up(self.layer_menu(i), card, at))
        self._row.addWidget(_arrow())
        self._row.addWidget(card)
        return card

    def _activation_card(self, i: int) -> StepCard:
        card = StepCard()
        card.setCheckable(False)
        below = QPoint(0, theme.px(HEIGHT))
        card.clicked.connect(lambda: self._choose_activation(i, card, below))
        card.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        card.customContextMenuRequested.connect(lambda at: self._choose_activation(i, card, at))
        self._row.addWidget(_arrow())
        self._row.addWidget(card)
        return card

    def _refresh(self, project: Project) -> None:
        """Fill the cards from the project and, as far as they are known, from the reports."""
        for i, layer in enumerate(project.layers):
            report = self._reports[i] if i < len(self._reports) else None
            card = self._layer_cards[i]
            card.set_on(layer.is_enabled)
            card.set_text(
                layer_title(layer),
                _layer_detail(layer, report),
                error=report.error if report is not None and layer.is_enabled else "",
                tip=_layer_tip(layer, report),
            )
            if isinstance(layer, ConvLayer):
                self._refresh_activation(self._activation_cards[i], layer, report)
        self._mark_selected()

    def _refresh_activation(self, card: StepCard, layer: ConvLayer, report: LayerReport | None) -> None:
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
        selected = layer_index(self.context.store.state, self.context.selection.view)
        for i, card in enumerate(self._layer_cards):
            card.setChecked(i == selected)

    def _select(self, layer: int) -> None:
        self.context.selection.select(layer=layer)
        self._mark_selected()

    def _choose_activation(self, layer: int, card: StepCard, at: QPoint) -> None:
        self._select(layer)
        self._pop_up(self.activation_menu(layer), card, at)

    def _switch(self, layer: int, is_on: bool) -> None:
        self._edit_layer(layer, is_enabled=is_on)

    def _edit_layer(self, layer: int, **changes: object) -> None:
        self._attempt(layer, lambda: edits.set_layer(self.context.store.state, layer, **changes))

    def _insert_pool(self, after_layer: int, kind: str) -> None:
        if self._attempt(after_layer, lambda: edits.add_pool(self.context.store.state, after_layer, kind)):
            self.context.selection.select(layer=after_layer + 1)

    def _append_pool(self, kind: str) -> None:
        self._insert_pool(len(self._layer_cards) - 1, kind)

    def _remove(self, layer: int) -> None:
        selected = self.context.selection.view.layer
        if self._attempt(layer, lambda: edits.remove_layer(self.context.store.state, layer)) and selected >= layer > 0:
            self.context.selection.select(layer=selected - 1)

    def _attempt(self, layer: int, edit: Callable[[], Project]) -> bool:
        """Commit an edit; what is refused is said at the layer's card."""
        try:
            self.context.store.commit(edit())
        except ValueError as error:
            show_hint(self._layer_cards[layer], as_sentence(str(error)))
            return False
        return True

    def _add(self, menu: QMenu, text: str, run: Callable[[], object]) -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(lambda _checked=False: run())
        return action

    def _pop_up(self, menu: QMenu, card: StepCard, at: QPoint) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(card.mapToGlobal(at))


def shape_text(shape: tuple[int, ...] | None) -> str:
    """Return a (channels, rows, columns) shape in Keras's order: "512 × 512 × 3"."""
    return " × ".join(str(n) for n in (*shape[1:], shape[0])) if shape else "–"


def layer_title(layer: Layer) -> str:
    """Return a layer in a few characters: "Conv2D 8 @ 3×3"."""
    if isinstance(layer, ConvLayer):
        rows, columns = layer.kernel_size
        return f"{CONV_LABELS[layer.kind]} {len(layer.filters)} @ {rows}×{columns}"
    return f"{POOL_LABELS[layer.kind]} {layer.pool_size[0]}×{layer.pool_size[1]}"


def _layer_detail(layer: Layer, report: LayerReport | None) -> str:
    shape = shape_text(report.output_shape if report is not None else None)
    if not layer.is_enabled:
        return f"off · {shape}"
    if isinstance(layer, ConvLayer) and report is not None:
        return f"{shape} · {report.parameters} params"
    return shape


def _layer_tip(layer: Layer, report: LayerReport | None) -> str:
    lines = [layer_title(layer)]
    if report is not None:
        lines.append(f"gets {shape_text(report.input_shape)}, gives {shape_text(report.output_shape)}")
        lines.append(f"{report.parameters} parameters · {report.seconds * 1000:.1f} ms")
        lines += filter(None, (report.how, report.note))
    lines.append("Click to select; right click for more")
    return "\n".join(lines)


def _arrow() -> QLabel:
    label = QLabel("→")
    theme.set_role(label, "muted")
    return label
