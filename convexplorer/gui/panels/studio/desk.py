"""One way of making the kernel: the interface of the studio's desks."""

from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from convexplorer.gui.canvas.studio.overlay import KernelOverlay
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.results.picture import Picture


class Desk(QWidget):
    """A form below the kernel, and handles over it. A desk changes the kernel through the workbench only.

    Attributes
    ----------
    key, title, tip : of its tab; `key` is kebab case.
    stage_share : of the studio's height, for the kernel; less on a desk that has a large picture of its own.
    overlay : handles over the kernel while the desk is shown, or None.

    Signals
    -------
    overlay_changed : there is another overlay, or it looks different.
    """

    overlay_changed = Signal()

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    tip: ClassVar[str] = ""
    stage_share: ClassVar[float] = 0.46

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.overlay: KernelOverlay | None = None

    def begin(self) -> None:
        """Begin: the desk is shown from now on."""

    def end(self) -> None:
        """End what is under way: the desk is no longer shown."""

    def show_kernel(self) -> None:
        """Show the kernel of the workbench, which is another one; only called while the desk is shown."""

    def show_picture(self, picture: Picture) -> None:
        """Take a new result with its numbers; only called while the desk is shown."""
