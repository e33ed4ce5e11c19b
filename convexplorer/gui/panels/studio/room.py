"""The room of the studio in the window, which is empty until someone enters it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.model.edits.planes import Target
from convexplorer.model.project import Project
from convexplorer.results.picture import Picture

if TYPE_CHECKING:
    from convexplorer.gui.panels.studio.panel import StudioPanel

LEAST_SIZE = (620, 420)  # in pixels of the design


class StudioRoom(Panel):
    """A place for the `StudioPanel`, which is made when the studio is entered for the first time.

    Parameters
    ----------
    target : returns the planes that are edited, or None; those of the kernel beside the pictures.
    errands : runs what takes long.
    try_out : shows what a project would make of the frames; None shows that of the store again.

    Attributes
    ----------
    panel : None until the studio is entered.
    """

    def __init__(
        self,
        context: Context,
        target: Callable[[], Target | None],
        errands: Errands,
        try_out: Callable[[Project | None], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context, parent)
        self.panel: StudioPanel | None = None
        self._target, self._errands, self._try_out = target, errands, try_out
        self._picture: Picture | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which a kernel is designed."""
        return QSize(*(theme.px(n) for n in LEAST_SIZE))

    def enter(self) -> None:
        """Show the studio."""
        if self.panel is None:
            from convexplorer.gui.panels.studio.panel import StudioPanel  # no start shows it
            from convexplorer.gui.panels.studio.workbench import Workbench

            work = Workbench(self.context, self._target, self._errands, self._try_out, self)
            self.panel = StudioPanel(work, self)
            self._layout.addWidget(self.panel)
        self.panel.begin()
        if self._picture is not None:
            self.panel.show_picture(self._picture)
        self.show()

    def leave(self) -> None:
        """Hide the studio."""
        self.hide()
        if self.panel is not None:
            self.panel.end()

    def apply(self, new: Project, old: Project | None) -> None:  # noqa: ARG002 for the store
        """Show the selected kernel of a project."""
        self.refresh()

    def show_picture(self, picture: Picture) -> None:
        """Show what a new result says of the kernel."""
        self._picture = picture
        if self.panel is not None and self.context.selection.is_in_studio:
            self.panel.show_picture(picture)

    @Slot()
    def refresh(self, _what: object = None) -> None:
        """Show another kernel."""
        if self.panel is not None and self.context.selection.is_in_studio:
            self.panel.refresh()
