"""The commands of the menu “Layer”."""

from convexplorer.core.kinds import KINDS
from convexplorer.core.kinds.table import INITIALIZER_TIPS
from convexplorer.gui.commands import finding, layer_cards, layers, network_export, networks
from convexplorer.gui.panels.ribbon import action_name, family
from convexplorer.gui.window.actions.command import Command
from convexplorer.results.layer_shares import MEASURES


def _add(name: str) -> Command:
    """Return the row for adding a layer of a kind."""
    row = KINDS[name]
    return Command("Add layer", f"Add {row.keras_name()}", (), "", row.summary, layers.add(name))


def _kind(name: str) -> Command:
    """Return the row for changing the selected layer to another kind."""
    row = KINDS[name]
    return Command(
        "Change layer",
        f"Make it {row.keras_name()}",
        (),
        "",
        row.summary,
        layers.set_kind(name),
        layers.is_kind(name),
        why_not=layers.why_not_kind(name),
    )


def _initialize(name: str) -> Command:
    """Return the row for drawing new weights from an initializer."""
    return Command(
        "Initialize filters",
        f"Initialize: {name}",
        (),
        "",
        f"New weights for all filters of the layer, a plane for each channel: {INITIALIZER_TIPS[name]}.",
        layers.initialize(name),
        why_not=layers.why_not_initialize,
    )


def _bars(measure: str) -> Command:
    """Return the row for bars on the cards of the layers."""
    row = MEASURES[measure]
    return Command(
        "Bars on the layers",
        f"Bars: {row.label.lower()}",
        (),
        "",
        row.tip,
        layer_cards.show_bars(measure),
        layer_cards.are_bars(measure),
    )


LAYER: dict[str, Command] = {
    "add-layer": Command(
        "Layer",
        "Add a layer…",
        ("Ctrl+Shift+A",),
        "add",
        "Search all kinds of layers, and add one behind the selected layer.",
        finding.show_kinds,
    ),
    **{f"add-{action_name(kind)}": _add(kind) for kind in KINDS},
    **{action_name(kind): _kind(kind) for kind in KINDS if family(kind)},
    "leave-out": Command(
        "Layer",
        "Leave the layer out",
        ("Ctrl+Shift+L",),
        "",
        "Let the selected layer take no part; again to let it.",
        layers.toggle,
        layers.is_left_out,
        begins_group=True,
        why_not=layers.why_not_toggle,
    ),
    **{f"initialize-{name.replace('_', '-')}": _initialize(name) for name in INITIALIZER_TIPS},
    "bars-none": Command(
        "Bars on the layers",
        "No bars",
        (),
        "",
        "Show the cards of the layers without bars.",
        layer_cards.show_bars(""),
        layer_cards.are_bars(""),
    ),
    **{f"bars-{measure}": _bars(measure) for measure in MEASURES},
    "fold-layer": Command(
        "Layer",
        "Fold with what belongs to it",
        ("Ctrl+Shift+J",),
        "",
        "Let one card stand for a group, or a convolution with what norms, activates and pools it; again to show them.",
        layer_cards.toggle,
        layer_cards.is_folded,
        why_not=layer_cards.why_not,
    ),
    "fold-all": Command(
        "Layer",
        "Fold all layers",
        (),
        "",
        "Let one card stand for each group, and for each convolution with what norms, activates and pools it.",
        layer_cards.fold_all,
    ),
    "open-all": Command(
        "Layer", "Show every layer", (), "", "Give every layer a card of its own.", layer_cards.open_all
    ),
    "group-layers": Command(
        "Layer",
        "Group the layers…",
        (),
        "",
        "Put the marked layers (Shift+click from card to card) under a name, as a block that opens and closes.",
        layer_cards.group,
        why_not=layer_cards.why_not_group,
    ),
    "rename-group": Command(
        "Layer",
        "Rename the group…",
        (),
        "",
        "Give the group of the selected layer another name.",
        layer_cards.rename_group,
        why_not=layer_cards.why_no_group,
    ),
    "ungroup-layers": Command(
        "Layer",
        "Ungroup the layers",
        (),
        "",
        "Let the layers of the selected layer's group stand for themselves.",
        layer_cards.ungroup,
        why_not=layer_cards.why_no_group,
    ),
    "find-layer": Command(
        "Layer",
        "Find a layer…",
        ("Ctrl+F",),
        "",
        "Search the layers by their number, name or kind, and select one.",
        finding.show_layers,
        why_not=finding.why_no_layers,
    ),
    "duplicate-layer": Command(
        "Layer",
        "Duplicate the layer",
        (),
        "duplicate",
        "Insert a copy of the selected layer.",
        layers.duplicate,
        why_not=layers.why_not_duplicate,
    ),
    "move-layer-back": Command(
        "Layer",
        "Move the layer forward",
        (),
        "arrow-left",
        "Let the selected layer act one step earlier.",
        layers.move(-1),
        why_not=layers.why_not_move(-1),
    ),
    "move-layer-on": Command(
        "Layer",
        "Move the layer back",
        (),
        "arrow-right",
        "Let the selected layer act one step later.",
        layers.move(+1),
        why_not=layers.why_not_move(+1),
    ),
    "show-summary": Command(
        "Layer",
        "Summary of the layers…",
        (),
        "",
        "Show all layers as a table: shapes, parameters, multiply-adds, memory, and what each reads.",
        network_export.show_summary,
        why_not=network_export.why_no_summary,
    ),
    "copy-summary": Command(
        "Layer",
        "Copy the summary",
        (),
        "copy",
        "Copy a table of all layers: shapes, parameters, multiply-adds, memory, and what each reads.",
        network_export.copy_summary,
        why_not=network_export.why_no_summary,
    ),
    "remove-layer": Command(
        "Layer", "Remove the layer", (), "", "Remove the selected layer.", layers.remove, why_not=layers.why_not_remove
    ),
    "preprocessing": Command(
        "Layer",
        "Preprocessing of the picture",
        ("Ctrl+Alt+Y",),
        "",
        "Set the size, channels and range that the first layer gets, as a network was trained.",
        networks.show_preprocessing,
    ),
    "small-input": Command(
        "Layer",
        "Compute at 320 × 240",
        (),
        "",
        "Give the layers a small picture, whatever the source has, so that many of them stay live.",
        networks.toggle_small_input,
        networks.has_small_input,
        why_not=networks.why_not_small_input,
    ),
}
