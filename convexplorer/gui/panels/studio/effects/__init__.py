"""What the kernel does."""

from convexplorer.gui.panels.studio.effects.pane import EffectsPane

__all__ = ["EffectsPane"]
