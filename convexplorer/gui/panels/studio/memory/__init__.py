"""What the studio remembers: kernels in slots, and what the selected kernel has been."""

from convexplorer.gui.panels.studio.memory.past_row import PastRow
from convexplorer.gui.panels.studio.memory.slot_row import SlotRow

__all__ = ["PastRow", "SlotRow"]
