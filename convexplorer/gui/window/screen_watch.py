"""What the window needs of each result for its pixels: told to the engine whenever it changes."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.look import theme
from convexplorer.model.view import SCREEN, Screen

# Someone who leaves a picture comes back, or crosses the gap to the next one: captions must not change meanwhile.
LINGER_MS = 500


class ScreenWatch(QObject):
    """Reads from the panes what they need, and tells the bridge.

    Parameters
    ----------
    takes_all : returns True while something else than the panes takes each result with its numbers.
    """

    def __init__(self, window: Shell, takes_all: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window, self._takes_all = window, takes_all
        self._told = SCREEN
        self._lingering = QTimer(self, singleShot=True, interval=LINGER_MS)
        self._lingering.timeout.connect(self.refresh)
        selection, maps = window.selection, window.maps_panel
        for changed in (
            selection.cursor_moved,
            selection.region_changed,
            selection.overlays_changed,
            selection.view_changed,
            window.viewport.changed,
            window.input_panel.pane.sight_changed,
            maps.pane_changed,
            maps.sight_changed,
            window.ribbon_look.changed,
            theme.notifier().changed,
        ):
            changed.connect(self.refresh)

    @property
    def screen(self) -> Screen:
        """What the bridge was told last."""
        return self._told

    @Slot()
    def refresh(self, _what: object = None) -> None:
        """Tell what is needed now, if it is something else."""
        maps, pane = self._window.maps_panel, self._window.input_panel.pane
        screen = Screen(
            wants_numbers=self._wants_numbers(),
            tile=maps.tile_size,
            input=pane.picture_size,
            visible=maps.visible,
            is_dark=theme.is_dark(),
            thumbnails=None if maps.network is None else maps.network.thumbnails,
            favourite_edge=maps.favourite_edge,
            wants_bars=maps.shows_bars,
            wants_differences=self._wants_differences(),
            wants_zeros=self._window.ribbon_look.bars == "zeros",
        )
        if screen != self._told:
            self._told = screen
            self._window.bridge.put_screen(screen)

    def _wants_differences(self) -> bool:
        """Return True while someone reads how far layers differ from the reference, or one value that is explained."""
        window, view = self._window, self._window.selection.view
        if window.differences is not None or (view.mode == "network" and view.shown != "own"):
            return True
        return view.reference is not None and window.explanation_panel.isVisible()

    def _wants_numbers(self) -> bool:
        """Return True while numbers are read, and for a moment afterwards."""
        if self._are_read():
            self._lingering.stop()
            return True
        if not self._told.wants_numbers:
            return False
        if self._lingering.isActive():
            return True
        if self.sender() is self._lingering:
            return False
        self._lingering.start()
        return True

    def _are_read(self) -> bool:
        """Return True if someone reads numbers beside the pictures."""
        window = self._window
        selection, panes = window.selection, (window.input_panel.pane, window.maps_panel.pane)
        return (
            selection.cursor is not None  # also under the loupe, which is empty without it
            or selection.view.mode not in ("bank", "network")
            or self._takes_all()
            or any(pane.has_large_cells for pane in panes if pane.isVisible())
        )
