"""The selected filter: choose it, paint it, turn it, name it."""

from convexplorer.gui.panels.filter_panel.panel import FilterPanel

__all__ = ["FilterPanel"]
