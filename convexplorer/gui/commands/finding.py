"""The search over everything one can do, and the sheet of all keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from convexplorer.core.operators.activations import ACTIVATIONS, describe
from convexplorer.gui.commands import editing, layers, sourcing
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.commands.shortcuts import shortcut_groups
from convexplorer.kernels import presets
from convexplorer.sources.patterns import PATTERNS
from convexplorer.sources.samples import SAMPLES

if TYPE_CHECKING:
    from convexplorer.gui.widgets.command_palette import Entry


def show_palette(window: Shell) -> None:
    """Search commands, kernels, activations, samples and test patterns."""
    from convexplorer.gui.widgets.command_palette import CommandPalette

    CommandPalette(entries(window), window).open()


def show_shortcuts(window: Shell) -> None:
    """Show all keys and what the mouse does."""
    from convexplorer.gui.widgets.shortcut_sheet import ShortcutSheet

    ShortcutSheet(shortcut_groups(window.actions_by_name.values()), window).open()


def entries(window: Shell) -> list[Entry]:
    """Return all that the search finds, commands first."""
    from convexplorer.gui.widgets.command_palette import Entry

    found = [
        Entry(
            action.text(),
            action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
            action.icon(),
            action.trigger,
            action.isEnabled(),
        )
        for name, action in window.actions_by_name.items()
        if name != "palette"
    ]
    rows: list[tuple[str, str, Callable[[], None]]] = [
        *((f"Kernel: {p.label}", name, partial(editing.use_preset, window, name)) for name, p in _presets()),
        *((f"Activation: {describe(a).label}", a, partial(layers.use_activation, window, a)) for a in ACTIVATIONS),
        *((f"Sample: {s.title}", name, _opener(window, f"sample:{name}")) for name, s in SAMPLES.items()),
        *((f"Test pattern: {p.label}", name, _opener(window, f"pattern:{name}")) for name, p in PATTERNS.items()),
    ]
    return [*found, *(Entry(title, hint, None, run) for title, hint, run in rows)]


def _presets() -> list[tuple[str, presets.Preset]]:
    return list(presets.presets().items())


def _opener(window: Shell, text: str) -> Callable[[], None]:
    return partial(sourcing.open_text, window, text)
