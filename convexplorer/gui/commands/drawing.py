"""Commands on the drawing pad."""

from __future__ import annotations

from convexplorer.gui.commands import sourcing
from convexplorer.gui.commands.shell import Shell
from convexplorer.sources.pad import PAD

NO_PAD = "The input is no pad: “Draw on a pad” opens one."


def toggle_pad(window: Shell) -> None:
    """Draw on the pad, which becomes the source if it is another one; once more shows the picture of it."""
    panel = window.pad_panel
    if window.store.state.source.kind == "pad":
        panel.set_drawing(not panel.is_drawing)
    else:
        sourcing.open_text(window, "pad:")
    if panel.is_drawing:
        panel.canvas.setFocus()


def is_drawing(window: Shell) -> bool:
    """Return True while the user draws."""
    return window.pad_panel.is_drawing


def undo_stroke(window: Shell) -> None:
    """Take the newest stroke back."""
    window.pad_panel.undo_stroke()


def clear(window: Shell) -> None:
    """Take all strokes back."""
    window.pad_panel.clear()


def why_not_undo(window: Shell) -> str:
    """Return the reason why there is no stroke to take back, or ""."""
    if window.store.state.source.kind != "pad":
        return NO_PAD
    return "" if PAD.strokes else "Nothing is drawn."
