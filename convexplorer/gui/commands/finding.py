"""The command palette's entries, and the sheet of all keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from convexplorer.core.kinds import KINDS
from convexplorer.core.operators.activations import ACTIVATIONS, describe
from convexplorer.gui.commands import editing, files, layers, naming, ready, sourcing
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.commands.shortcuts import sheet_parts
from convexplorer.kernels import presets
from convexplorer.model.address import EXAMPLE, Address
from convexplorer.sources.passwords import without_password
from convexplorer.sources.patterns import PATTERNS
from convexplorer.sources.samples import SAMPLES
from convexplorer.words import plain, shape_text

if TYPE_CHECKING:
    from convexplorer.gui.widgets.command_palette import Entry


def show_palette(window: Shell) -> None:
    """Open the palette of commands, kernels and library, activations, ready networks, samples and test patterns."""
    from convexplorer.gui.widgets.command_palette import CommandPalette

    CommandPalette(entries(window), window, partial(_entries_for, window)).open()


def show_kinds(window: Shell) -> None:
    """Search the kinds of layers; the chosen one is added behind the selected layer."""
    from convexplorer.gui.widgets.command_palette import CommandPalette

    names = [f"add-{kind.replace('_', '-')}" for kind in KINDS]
    CommandPalette(_commands(window, names), window).open()


def show_layers(window: Shell) -> None:
    """Search the layers of the network; the chosen one is selected."""
    _show_layers(window, "Which layer?")


def show_addresses(window: Shell) -> None:
    """Ask for an address and go there; layers and maps are offered while it is typed."""
    _show_layers(window, f"Which layer, map or value? As {EXAMPLE}; Tab completes")


def _show_layers(window: Shell, question: str) -> None:
    from convexplorer.gui.commands.address_search import address_entries
    from convexplorer.gui.widgets.command_palette import CommandPalette

    found = layer_entries(window)
    CommandPalette(
        found, window, partial(address_entries, window, found), question=question, is_of_commands=False
    ).open()


def layer_entries(window: Shell) -> list[Entry]:
    """Return an entry for each layer, in their order: its name and id, its shape, and what it costs."""
    from convexplorer.gui.widgets.command_palette import Entry

    picture, layers_now = window.bridge.picture, window.store.state.layers
    reports = {} if picture is None else {report.id: report for report in picture.layers}
    found = []
    for i, layer in enumerate(layers_now, 1):
        report = reports.get(layer.id)
        shape = "" if report is None or report.output_shape is None else shape_text(report.output_shape)
        lines = [layer.row.summary]
        if report is not None:
            lines += filter(None, (report.error, f"{report.parameters} parameters", report.how))
        run = partial(window.selection.select, layer=layer.id, filter=0)
        title = f"{i} · {plain(layer.title)} · {plain(layer.id)}"
        found.append(Entry(title, shape, None, run, tip="\n".join(lines), completion=f"{Address(layer.id)}/"))
    return found


def why_no_layers(window: Shell) -> str:
    """Return the reason why there is no layer to find, or ""."""
    return "" if window.store.state.layers else "There is no layer."


def show_shortcuts(window: Shell) -> None:
    """Show all keys and mouse gestures."""
    from convexplorer.gui.widgets.shortcut_sheet import ShortcutSheet

    ShortcutSheet(sheet_parts(window.actions_by_name.values()), window).open()


def entries(window: Shell) -> list[Entry]:
    """Return all entries of the palette, commands first."""
    from convexplorer.gui.widgets.command_palette import Entry
    from convexplorer.model.ready.table import READY

    found = _commands(window, [name for name in window.actions_by_name if name != "palette"])
    rows: list[tuple[str, str, Callable[[], None]]] = [
        *_of_library(window),
        *((f"Kernel: {p.label}", name, partial(editing.use_preset, window, name)) for name, p in _presets()),
        *((f"Activation: {describe(a).label}", a, partial(layers.use_activation, window, a)) for a in ACTIVATIONS),
        *((f"Ready network: {n.title}", name, partial(ready.open_ready, window, name)) for name, n in READY.items()),
        *((f"Sample: {s.title}", name, _opener(window, f"sample:{name}")) for name, s in SAMPLES.items()),
        *((f"Test pattern: {p.label}", name, _opener(window, f"pattern:{name}")) for name, p in PATTERNS.items()),
    ]
    return [*found, *(Entry(title, hint, None, run) for title, hint, run in rows)]


def _entries_for(window: Shell, text: str) -> list[Entry]:
    """Return an entry that opens what a typed text names, or goes to the value of its address; [] if it is neither."""
    from convexplorer.gui.commands.address_search import named_entry
    from convexplorer.gui.widgets.command_palette import Entry

    if (named := named_entry(window, text)) is not None:
        return [named]
    if not (naming.is_address(text) or naming.named_paths(text)):
        return []
    title = f"Open {plain(without_password(text.strip()), 60)}"
    return [Entry(title, "", None, partial(files.open_named, window, text))]


def _commands(window: Shell, names: Sequence[str]) -> list[Entry]:
    from convexplorer.gui.widgets.command_palette import Entry

    window.later.finish()  # icons
    found = []
    for action in map(window.actions_by_name.__getitem__, names):
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        found.append(Entry(action.text(), keys, action.icon(), action.give, action.isEnabled(), action.toolTip()))
    return found


def _presets() -> list[tuple[str, presets.Preset]]:
    return list(presets.presets().items())


def _of_library(window: Shell) -> list[tuple[str, str, Callable[[], None]]]:
    from convexplorer.gui.widgets.kernel_entries import library_entries

    return [
        (f"Library: {plain(row.label)}", row.keywords, partial(editing.use_preset, window, row.name))
        for row in library_entries()
    ]


def _opener(window: Shell, text: str) -> Callable[[], None]:
    return partial(sourcing.open_text, window, text)
