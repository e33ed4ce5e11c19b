"""The settings of the selected layer, with the arithmetic they lead to."""

from convexplorer.gui.panels.parameters_panel.panel import ParametersPanel

__all__ = ["ParametersPanel"]
