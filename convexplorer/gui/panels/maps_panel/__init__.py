"""The right pane: the feature maps as a bank, an equation of channels, two compared, those of all layers, or scores."""

from convexplorer.gui.panels.maps_panel.failure_room import GIVE_SIZE
from convexplorer.gui.panels.maps_panel.panel import MapsPanel

__all__ = ["GIVE_SIZE", "MapsPanel"]
