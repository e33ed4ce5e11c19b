"""The studio: kernels are drawn, computed, learned and fitted beside the pictures that they filter."""

from convexplorer.gui.panels.studio.room import StudioRoom

__all__ = ["StudioRoom"]
