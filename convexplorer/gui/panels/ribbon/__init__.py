"""The ribbon at the top: input, layers and activations as cards joined by arrows, each with its shape."""

from convexplorer.gui.panels.ribbon.menus import action_name, family
from convexplorer.gui.panels.ribbon.panel import Ribbon

__all__ = ["Ribbon", "action_name", "family"]
