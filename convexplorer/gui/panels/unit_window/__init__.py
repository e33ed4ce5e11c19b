"""The tool window “What it looks for”: a window of its own beside the main window, fed by it."""

from convexplorer.gui.panels.unit_window.window import UnitWindow

__all__ = ["UnitWindow"]
