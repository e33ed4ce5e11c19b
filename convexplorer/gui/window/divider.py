"""How the width is divided: the controls get what they need, input and maps the rest, so that neither wastes room."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QScrollArea, QSplitter, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.panels.input_panel import InputPanel
from convexplorer.gui.panels.maps_panel import MapsPanel
from convexplorer.sources import Frame

CONTROLS_WIDTH = 312
INPUT_SHARE = 0.38  # of the width that input and maps share, before either gives away what it can't fill
LARGEST_INPUT_SHARE = 0.5  # the maps are what one came for, and other ways to look at them need more room
MIN_SHARE = 0.1


class Divider(QSplitter):
    """Input, controls and maps beside each other.

    Until a person drags it, the divider stands where pictures and maps become largest; it moves for a source of another
    shape, but not for another page of the same source, and not for another number of filters.

    Parameters
    ----------
    count_maps : asked for the number of maps.
    share : of the width that input and maps share, for the input, where a person has put it; 0 if nobody has.
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
        self._divided_for = 0.0  # aspect of the pictures for which the width was divided
        self._is_new_source = True
        self._last_frame: Frame | None = None  # of the source before
        self.setObjectName("panes")
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._on_moved)
        for widget in (input_panel, controls, maps_panel):
            self.addWidget(widget)

    def divide(self) -> None:
        """Give the controls what they need at the present scale, and the input its share of the rest."""
        width = theme.px(CONTROLS_WIDTH)
        self._controls.setFixedWidth(width)
        controls = width if self._controls.isVisibleTo(self) else 0
        room = max(self.width() - controls - 2 * self.handleWidth(), 1)
        left = round(room * self.share) if self.share >= MIN_SHARE else self._balanced(room)
        self.setSizes([left, controls, room - left])

    def expect_source(self, last_frame: Frame | None) -> None:
        """Divide anew for the first frame that comes after the last one of the source before."""
        self._is_new_source, self._last_frame = True, last_frame

    def divide_for(self, frame: Frame) -> None:
        """Divide anew for a source of another shape; turning the pages of one source moves nothing."""
        # Until a new source is open, the last frame of the one before is shown in its name.
        if not self._is_new_source or frame is self._last_frame:
            return
        self._is_new_source, self._last_frame = False, None
        height, width = (1, *frame.spatial)[-2:]
        if width / height != self._divided_for:
            self._divided_for = width / height
            self.divide()

    def _balanced(self, room: int) -> int:
        """Return the width of the input at which neither picture nor maps have room that the other could fill."""
        height = self.height()
        most = min(self._input.filled_width(height), round(room * LARGEST_INPUT_SHARE))
        left = min(round(room * INPUT_SHARE), most)
        spare = room - left - self._maps.filled_width(room - left, height, self._count_maps())
        return left + max(min(spare, most - left), 0)

    @Slot()
    def _on_moved(self) -> None:
        left, _, right = self.sizes()
        self.share = max(left / max(left + right, 1), MIN_SHARE)
