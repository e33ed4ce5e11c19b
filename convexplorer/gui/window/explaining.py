"""From a click on a picture to what explains its value: the panel, and the lens over the window."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from convexplorer.core.geometry.places import Cell, Place
from convexplorer.gui.canvas.explanation.computation import Computation
from convexplorer.gui.canvas.explanation.computation_view import ComputationView
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.window.body import Body
from convexplorer.gui.window.lens import Lens
from convexplorer.results.explanation import cell_under, pixel_under, place_of_cell, shown_size


class Explaining(QObject):
    """Pins what is clicked in the panes of a window, and opens what explains it.

    Attributes
    ----------
    lens : None while it is closed.

    Signals
    -------
    lens_changed : the lens is opened or closed.
    """

    lens_changed = Signal()

    def __init__(self, window: Shell, body: Body) -> None:
        super().__init__(window)
        self._window, self._body = window, body
        self.lens: Lens | None = None
        # The first click on a map explains its value. It waits until the click cannot become a double click, because
        # the pictures shrink: the second press would meet another map, or none.
        self._waiting = QTimer(self, singleShot=True, interval=QApplication.doubleClickInterval())
        self._waiting.timeout.connect(lambda: window.show_explanation(True))
        window.input_panel.pinned.connect(self._on_input_pinned)
        window.maps_panel.pinned.connect(self._on_pinned)
        window.maps_panel.opened.connect(self._on_unit_opened)
        window.explanation_panel.explained.connect(self._feed_lens)
        for pane in (window.input_panel.pane, *window.maps_panel.panes):
            pane.shift_dragged.connect(self._on_shift_dragged)

    def show_panel(self, is_shown: bool, *, is_chosen: bool = False) -> None:
        """Show or hide the panel, whatever a click has begun."""
        self._waiting.stop()
        self._body.show_explanation(is_shown, is_chosen=is_chosen)

    def show_lens(self) -> None:
        """Show the computation of a value enlarged, over the window."""
        panel, selection = self._window.explanation_panel, self._window.selection
        if self.lens is not None or panel.computation is None:
            return
        lens = Lens(self._window, panel.make_large)
        if isinstance(lens.view, ComputationView):
            lens.view.tap_pointed.connect(selection.mark_tap)
            lens.view.stepped.connect(panel.step)
        lens.closed.connect(self._on_lens_closed)
        self.lens = lens
        self._feed_lens(panel.computation)
        self.lens_changed.emit()
        lens.open()

    @Slot(object)
    def _on_input_pinned(self, place: Place) -> None:
        """Pin the value that belongs to a clicked pixel."""
        picture = self._window.bridge.picture
        if picture is not None:
            self._on_pinned(pixel_under(picture, place))

    @Slot(object)
    def _on_pinned(self, place: Place) -> None:
        """Pin the value under a click; a click on the pinned one opens its computation where the eye is."""
        picture, selection = self._window.bridge.picture, self._window.selection
        if picture is None:
            return
        cell = cell_under(picture, picture.position, place)
        if cell is None:
            return
        before = selection.pin, selection.view.filter
        if selection.pointed_filter is not None:
            selection.select(filter=selection.pointed_filter)
        # A value without place leaves the pinned place where it is.
        is_alone = shown_size(picture, picture.position) == (1, 1) and selection.pin is not None
        pin = selection.pin if is_alone else place_of_cell(picture, picture.position, cell)
        if (pin, selection.view.filter) == before:
            self.show_lens()
        selection.hold(pin)
        if self._body.explanation_chosen is None and self._window.explanation_panel.isHidden():
            self._waiting.start()

    @Slot(object)
    def _on_unit_opened(self, cell: Cell | None) -> None:
        """Explain the value that was clicked in the network at a glance."""
        picture, selection = self._window.bridge.picture, self._window.selection
        if picture is not None and cell:
            selection.hold(place_of_cell(picture, picture.project.position(selection.view.layer), cell))
        self._window.show_explanation(True)

    @Slot(object, object)
    def _on_shift_dragged(self, first: Place | None, last: Place | None) -> None:
        """Show what a shift of the picture does to the map."""
        self._window.show_explanation(True)
        self._window.explanation_panel.drag_picture(first, last)

    @Slot(object)
    def _feed_lens(self, computation: Computation | None) -> None:
        if self.lens is not None:
            self.lens.show_computation(computation, self._window.explanation_panel.place_text)

    @Slot()
    def _on_lens_closed(self) -> None:
        self.lens = None
        self.lens_changed.emit()
        self._window.selection.mark_tap(None)
