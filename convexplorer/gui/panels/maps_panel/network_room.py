"""The network at a glance among the panes, and the way from it into a map and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QStackedWidget

from convexplorer.gui.session.ribbon_look import RibbonLook
from convexplorer.gui.session.selection import Selection
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.overview import Overview
from convexplorer.results.picture import Picture

if TYPE_CHECKING:
    from convexplorer.gui.canvas.network.guide import NetworkGuide
    from convexplorer.gui.canvas.network.network_view import NetworkView


class NetworkRoom(QObject):
    """The view of all layers, made when it is looked at for the first time.

    Attributes
    ----------
    view, guide : None until the network is looked at.
    is_inside : a map is looked at that was opened from the network, to which there is a way back.

    Signals
    -------
    sight_changed : other layers, or maps of another size, may be in sight.
    opened : the cell that was clicked in a map, as `NetworkGuide` tells it.
    menu_asked : the point of the screen for a menu about the selected layer.
    unlinked : the `Arc` that is to be taken away.
    """

    sight_changed = Signal()
    opened = Signal(object)
    menu_asked = Signal(QPoint)
    unlinked = Signal(object)

    def __init__(self, stack: QStackedWidget, selection: Selection, look: RibbonLook) -> None:
        super().__init__(stack)
        self._stack, self._selection, self._look = stack, selection, look
        self._picture: Picture | None = None
        self.view: NetworkView | None = None
        self.guide: NetworkGuide | None = None
        self.is_inside = False

    def take(self, picture: Picture) -> None:
        """Take the numbers that paths are made of."""
        self._picture = picture
        if self.guide is not None:
            self.guide.show_numbers(picture)

    def show_selected(self, view: View) -> None:
        """Mark the selected layer and map."""
        self.is_inside = self.is_inside and view.mode == "bank"
        if self.guide is not None:
            self.guide.show_selected(view)

    def filled_view(self, overview: Overview | None, project: Project | None) -> NetworkView:
        """Return the view of all layers; without an overview those of before, until the next one comes.

        Parameters
        ----------
        project : its layers are shown without maps where there is no overview; None: those of before.
        """
        guide = self._ready_guide()
        if overview is None and project is not None:
            from convexplorer.results.overview_artist import structure_of

            overview = structure_of(project)
        if overview is not None:
            guide.show_overview(overview)
        return guide.view

    def _ready_guide(self) -> NetworkGuide:
        if self.guide is None:
            from convexplorer.gui.canvas.network.guide import NetworkGuide
            from convexplorer.gui.canvas.network.network_view import NetworkView

            self.view = NetworkView(self._stack)
            self._stack.addWidget(self.view)
            self.view.sight_changed.connect(self.sight_changed)
            self.view.menu_asked.connect(self.menu_asked)
            self.view.unlinked.connect(self.unlinked)
            self.guide = NetworkGuide(self.view, self._selection, self._look, self)
            self.guide.opened.connect(self.opened)
            if self._picture is not None:
                self.guide.show_numbers(self._picture)
        return self.guide
