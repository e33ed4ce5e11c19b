"""What an overlay can know beyond the mouse that it takes: where the mouse is, and which keys are pressed."""

from typing import Protocol, runtime_checkable

from PySide6.QtGui import QKeyEvent

from convexplorer.gui.canvas.studio.overlay import KernelOverlay, Point


@runtime_checkable
class ToolOverlay(KernelOverlay, Protocol):
    """Handles that follow the mouse before it is pressed, and that work by keys."""

    def hover(self, point: Point | None) -> None:
        """Follow the mouse, whose buttons are free; None when it has left."""
        ...

    def key(self, event: QKeyEvent, cell: tuple[int, int]) -> bool:
        """Take a key, and return True; or leave it to the cells. `cell` is the one to which keys apply."""
        ...
