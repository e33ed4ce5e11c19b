"""The division of the width: the controls get the width they need, input and maps share the rest without waste."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QScrollArea, QSplitter, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.panels.input_panel import InputPanel
from convexplorer.gui.panels.maps_panel import MapsPanel
from convexplorer.sources import Frame

CONTROLS_WIDTH = 312
INPUT_SHARE = 0.38  # of the shared width, before either side gives up the part that it cannot fill
LARGEST_INPUT_SHARE = 0.5  # the maps matter most, and their other view modes need more room
MIN_SHARE = 0.1


class Divider(QSplitter):
    """A splitter with input, controls and maps side by side.

    Until the user drags the divider, its position makes input and maps as large as possible. The position changes for a
    source of another shape, but not for another page of the same source or another number of filters.

    Parameters
    ----------
    count_maps : returns the number of maps.
    share : of the input in the width shared with the maps, as set by the user; 0 if never set.
    """

    def __init__(
        self,
        input_panel: InputPanel,
        controls: QScrollArea,
        maps_panel: MapsPanel,
        count_maps: Callable[[], int],
        share: float,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.share = share
        self._input, self._controls, self._maps = input_panel, controls, maps_panel
        self._count_maps = count_maps
        self._divided_for = 0.0  # aspect ratio of the pictures at the last division
        self._is_new_source = True
        self._last_frame: Frame | None = None  # last frame of the previous source
        self.setObjectName("panes")
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._on_moved)
        for widget in (input_panel, controls, maps_panel):
            self.addWidget(widget)

    def divide(self) -> None:
        """Give the controls the width they need at the current scale, and the input its share of the rest."""
        width = theme.px(CONTROLS_WIDTH)
        self._controls.setFixedWidth(width)
        controls = width if self._controls.isVisibleTo(self) else 0
        room = max(self.width() - controls - 2 * self.handleWidth(), 1)
        left = round(room * self.share) if self.share >= MIN_SHARE else self._balanced(room)
        self.setSizes([left, controls, room - left])

    def expect_source(self, last_frame: Frame | None) -> None:
        """Divide again on the first frame after `last_frame`, the last one of the previous source."""
        self._is_new_source, self._last_frame = True, last_frame

    def divide_for(self, frame: Frame) -> None:
        """Divide again for a source of another shape, but not for another page of the same source."""
        # Until a new source is open, its pictures still show the last frame of the previous one.
        if not self._is_new_source or frame is self._last_frame:
            return
        self._is_new_source, self._last_frame = False, None
        height, width = (1, *frame.spatial)[-2:]
        if width / height != self._divided_for:
            self._divided_for = width / height
            self.divide()

    def _balanced(self, room: int) -> int:
        """Return the width of the input at which neither input nor maps have unused room that the other could fill."""
        height = self.height()
        most = min(self._input.filled_width(height), round(room * LARGEST_INPUT_SHARE))
        left = min(round(room * INPUT_SHARE), most)
        spare = room - left - self._maps.filled_width(room - left, height, self._count_maps())
        return left + max(min(spare, most - left), 0)

    @Slot()
    def _on_moved(self) -> None:
        left, _, right = self.sizes()
        self.share = max(left / max(left + right, 1), MIN_SHARE)
