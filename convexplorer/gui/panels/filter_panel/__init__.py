"""The panel of the selected filter: choose, paint, transform and name a filter."""

from convexplorer.gui.panels.filter_panel.panel import FilterPanel

__all__ = ["FilterPanel"]
