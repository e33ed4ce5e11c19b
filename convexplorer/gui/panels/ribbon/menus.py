"""The menus of the ribbon's cards: what becomes of a layer, what it reads, what follows it."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from convexplorer.core.kinds import GROUP_ORDER, KINDS, ROWS
from convexplorer.core.kinds.table import INITIALIZER_TIPS
from convexplorer.core.layers import Activation, Shape
from convexplorer.core.operators.activations import MENU_ACTIVATIONS, describe
from convexplorer.gui.session.panel import Context
from convexplorer.model import edits
from convexplorer.model.project import INPUT
from convexplorer.results.layer_shares import MEASURES
from convexplorer.words import as_sentence

Shapes = Mapping[str, Shape | None]

_SKIPS = {"add": "Add the maps of", "concatenate": "Concatenate the maps of"}
_FOLDING = ("fold-layer", "fold-all", "open-all", "group-layers", "rename-group", "ungroup-layers")


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


def layer_menu(context: Context, layer: int, shapes: Shapes, parent: QWidget) -> QMenu:
    """Return the menu of a layer's card; it gives the commands, which work on the selected layer.

    Parameters
    ----------
    shapes : of the maps of each layer by its id, and of "input", as far as they are known.
    """
    actions, chosen = context.actions, context.store.state.layers[layer]
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    menu.addAction(actions["leave-out"])
    menu.addSeparator()
    for kind in family(chosen.kind):
        menu.addAction(actions[action_name(kind)])
    menu.addSeparator()
    menu.addMenu(insert_menu(context, "Insert after it", menu))
    if chosen.row.input_count == 1:
        menu.addMenu(_sources_menu(context, layer, menu))
    if edits.is_merge(chosen):
        menu.addMenu(_join_menu(context, layer, shapes, menu))
    else:
        for kind in _SKIPS:
            menu.addMenu(_skip_menu(context, layer, kind, shapes, menu))
    if chosen.has_filters:
        menu.addMenu(_initializers_menu(context, menu))
    for name in ("duplicate-layer", "move-layer-back", "move-layer-on"):
        menu.addAction(actions[name])
    menu.addSeparator()
    for name in _FOLDING:
        menu.addAction(actions[name])
    menu.addMenu(bars_menu(context, menu))
    menu.addSeparator()
    menu.addAction(actions["copy-layer-address"])
    menu.addAction(actions["remove-layer"])
    return menu


def fold_menu(context: Context, parent: QWidget) -> QMenu:
    """Return the menu of the card that stands for several layers, of which one is selected."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    for name in _FOLDING:
        menu.addAction(context.actions[name])
    menu.addSeparator()
    menu.addMenu(insert_menu(context, "Insert after it", menu))
    menu.addMenu(bars_menu(context, menu))
    return menu


def activation_menu(context: Context, layer: int, parent: QWidget) -> QMenu:
    """Return the menu of activations for a layer."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    chosen = context.store.state.layers[layer]
    group = QActionGroup(menu)
    for name in MENU_ACTIVATIONS:
        info = describe(name)
        action = _add(menu, info.label, partial(_activate, context, layer, name))
        action.setToolTip(f"{info.formula}\n{info.explanation}")
        action.setCheckable(True)
        action.setChecked(name == chosen.activation.name)
        group.addAction(action)
    return menu


def bars_menu(context: Context, parent: QWidget) -> QMenu:
    """Return a menu of what the bars on the cards can measure."""
    menu = QMenu("Bars on the layers", parent)
    menu.setToolTipsVisible(True)
    for name in ("none", *MEASURES):
        menu.addAction(context.actions[f"bars-{name}"])
    return menu


def insert_menu(context: Context, title: str, parent: QWidget) -> QMenu:
    """Return a menu of all kinds of layers, in groups."""
    menu = QMenu(title, parent)
    for group in GROUP_ORDER:
        own = [name for name, row in KINDS.items() if row.group == group]
        if not own:
            continue
        below = menu.addMenu(group)
        below.setToolTipsVisible(True)
        for kind in own:
            below.addAction(context.actions[f"add-{action_name(kind)}"])
    return menu


def _initializers_menu(context: Context, parent: QWidget) -> QMenu:
    """Return a menu of the ways in which filters begin."""
    menu = QMenu("Initialize filters", parent)
    menu.setToolTipsVisible(True)
    for name in INITIALIZER_TIPS:
        menu.addAction(context.actions[f"initialize-{action_name(name)}"])
    return menu


def _sources_menu(context: Context, layer: int, parent: QWidget) -> QMenu:
    """Return a menu of all that a layer can read: a branch begins where it is not the layer before."""
    state = context.store.state
    menu = QMenu("Read", parent)
    now = state.layers[layer].inputs
    group = QActionGroup(menu)
    choices = [((), "the layer before"), ((INPUT,), "the picture")]
    choices += [((one.id,), f"{i}  {one.title}") for i, one in enumerate(state.layers[:layer], 1)]
    for inputs, name in choices:
        action = _add(menu, name, partial(context.commit, edits.set_inputs, layer, inputs))
        action.setCheckable(True)
        action.setChecked(inputs == now)
        group.addAction(action)
    return menu


def _skip_menu(context: Context, layer: int, kind: str, shapes: Shapes, parent: QWidget) -> QMenu:
    """Return a menu of earlier layers whose maps can be merged with those of a layer: a skip connection."""
    title, target = _SKIPS[kind], context.store.state.layers[layer].id

    def add(source: str) -> None:
        if context.commit(edits.merge_behind, layer, source, kind):
            context.selection.select(layer=context.store.state.layers[layer + 1].id)

    return _earlier_menu(context, layer, title, add, lambda one: edits.why_no_fit(kind, (target, one), shapes), parent)


def _join_menu(context: Context, layer: int, shapes: Shapes, parent: QWidget) -> QMenu:
    """Return a menu of earlier layers that a merge can read as well."""
    merge = context.store.state.layers[layer]

    def reason(source: str) -> str:
        if source in merge.inputs:
            return "it is read already"
        return edits.why_no_fit(merge.kind, (*merge.inputs, source), shapes)

    return _earlier_menu(context, layer, "Read as well", partial(context.commit, edits.join, layer), reason, parent)


def _earlier_menu(
    context: Context,
    layer: int,
    title: str,
    run: Callable[[str], object],
    reason: Callable[[str], str],
    parent: QWidget,
) -> QMenu:
    """Return a menu of the picture and all layers before one; it is filled when it opens, with what is impossible."""
    menu = QMenu(title, parent)
    menu.setToolTipsVisible(True)

    def fill() -> None:
        menu.clear()
        layers = context.store.state.layers[:layer]
        for source, name in [
            (INPUT, "the picture"),
            *((one.id, f"{i}  {one.title}") for i, one in enumerate(layers, 1)),
        ]:
            why_not = reason(source)
            action = _add(menu, name, partial(run, source))
            action.setEnabled(not why_not)
            action.setToolTip(as_sentence(why_not) if why_not else "")

    menu.aboutToShow.connect(fill)
    return menu


def _activate(context: Context, layer: int, name: str) -> None:
    context.commit(lambda project: edits.set_layer(project, layer, activation=Activation(name)))


def _add(menu: QMenu, text: str, run: Callable[[], object]) -> QAction:
    action = menu.addAction(text)
    action.triggered.connect(lambda _checked=False: run())
    return action
