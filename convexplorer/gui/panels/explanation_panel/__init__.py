"""The lower pane: how a value came about, in numbers."""

from convexplorer.gui.panels.explanation_panel.panel import ExplanationPanel

__all__ = ["ExplanationPanel"]
