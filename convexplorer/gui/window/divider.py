"""The division of the window's middle: studio and controls get the width they need, input and maps share the rest."""

from collections.abc import Callable
from weakref import ref

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QRegion, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from convexplorer.gui.canvas.pictures.mosaic import Division, Frames, divide
from convexplorer.gui.canvas.pictures.tile_layout import TileLayout
from convexplorer.gui.look import theme
from convexplorer.gui.panels.input_panel import InputPanel
from convexplorer.gui.panels.maps_panel import MapsPanel
from convexplorer.gui.widgets.grip import Grip
from convexplorer.sources import Frame

CONTROLS_WIDTH = 290
GAP = 4
MOST_ON_THE_WAY = 3  # frames of the previous source, one computed and one waiting to be shown, and the new one
STUDIO_SHARE = 0.66  # of the width; the pictures stand above each other in the rest
MIN_SHARE = 0.1
MAX_SHARE = 1 - MIN_SHARE


class Divider(QWidget):
    """The studio, if someone is in it, then input, maps and controls.

    The input lies in the upper left corner, the maps around it or beside it.

    Until the user drags the input's edge, its size is the one at which input and maps paint the most pixels. It changes
    for a source of another shape, but not for another page of the same source or another number of filters.

    Parameters
    ----------
    count_maps : returns the number of maps.
    studio : takes room at the left while it is shown.

    Attributes
    ----------
    share : of the input in the width shared with the maps, as set by the user; 0 if never set.
    """

    def __init__(
        self,
        input_panel: InputPanel,
        controls: QScrollArea,
        maps_panel: MapsPanel,
        count_maps: Callable[[], int],
        studio: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.share = 0.0
        self._input, self._controls, self._maps = input_panel, controls, maps_panel
        self._count_maps = count_maps
        self._studio = studio
        self._count = 1  # of the maps at the last division
        self._division = Division(0, 0)
        self._divided_for: tuple[object, ...] = ()
        self._aspect = 0.0  # of the pictures at the last division
        self._awaited = MOST_ON_THE_WAY  # further frames that may be the first one of a new source
        self._last_frame = _ref(None)  # the one shown last, while the first one is awaited; not kept alive for this
        self._dragged_from = 0
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._fitting.timeout.connect(self._fit)
        for widget in (maps_panel, input_panel, controls, studio):  # the input lies over the maps' corner
            widget.setParent(self)
        for panel in (maps_panel, input_panel):
            panel.installEventFilter(self)
        self._grip = Grip(
            Qt.Orientation.Vertical,
            "Width of the input",
            "Drag to make the input wider or narrower; double click for the width at which pictures are largest",
            self,
        )
        self._grip.started.connect(self._on_started)
        self._grip.dragged.connect(self._on_dragged)
        self._grip.reset.connect(self._on_reset)
        maps_panel.pane_changed.connect(self.divide)

    @property
    def grip(self) -> Grip:
        """The edge of the input that can be dragged."""
        return self._grip

    @property
    def division(self) -> Division:
        """The size of the input's panel, and whether the maps lie around it."""
        return self._division

    def sizeHint(self) -> QSize:
        """Return any size: the window gives all it has."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least room for input and maps side by side, and for the controls, which scroll.

        Where a large interface leaves less than that in the narrowest window, the maps can lie below the input.
        """
        panels = (self._input.minimumSizeHint(), self._maps.minimumSizeHint())
        beside = sum(size.width() for size in panels) + theme.px(GAP)
        above = max(size.width() for size in panels)
        if self._studio.isVisibleTo(self):
            studio = self._studio.minimumSizeHint()
            width = above + self._controls_width() + studio.width() + theme.px(GAP)
            return QSize(min(width, theme.px(theme.LEAST_WIDTH - 2 * GAP)), studio.height())
        controls = self._controls_width()
        width = max(above + controls, min(beside + controls, theme.px(theme.LEAST_WIDTH - 2 * GAP)))
        return QSize(width, max(*(size.height() for size in panels), theme.px(160)))

    @Slot()
    def divide(self) -> None:
        """Give the controls the width they need at the current scale, and divide the rest for the present maps."""
        self._count = self._count_maps()
        self._fit()
        self.updateGeometry()  # the least size has changed with the scale

    @Slot()
    def _fit(self) -> None:
        """Divide for as many maps as at the last time: what surrounds the pictures may need another room."""
        width, height = self._pictures_width(), self.height()
        frames, count = self._frames(), self._count
        share = 0.0 if self._studio.isVisibleTo(self) else self.share or self._maps.input_share
        can_lie_beside = frames.least_input[0] + frames.gap + frames.least_maps[0] <= width
        wanted = max(round(width * share), frames.least_input[0]) if share and can_lie_beside else None
        key = (width, height, self._aspect, count, frames, wanted, self._maps.can_surround)
        if key != self._divided_for:
            self._divided_for = key
            self._division = self._best(width, height, frames, count, wanted)
        self._place(width, height)

    def _best(self, width: int, height: int, frames: Frames, count: int, wanted: int | None) -> Division:
        aspect = self._aspect
        if not aspect:  # before the first picture no division can be the best one for it
            return Division(wanted or width // 2, height)
        return divide(
            (width, height),
            aspect,
            count,
            frames,
            lambda *room: self._arrange(count, aspect, *room),
            can_share=self._maps.can_surround,
            input_width=wanted,
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Divide again when a panel shows or hides a part around its pictures."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fitting.start()
        return super().eventFilter(watched, event)

    def expect_source(self, last_frame: Frame | None) -> None:
        """Divide again on the first frame after `last_frame`, the last one of the previous source."""
        self._awaited, self._last_frame = MOST_ON_THE_WAY, _ref(last_frame)

    def divide_for(self, frame: Frame) -> None:
        """Divide again for a source of another shape, but not for another page of the same source."""
        # Until a new source is open, its pictures still show the last frame of the previous one, and of a film newer
        # ones than that may be on their way: they have the shape that is there.
        if not self._awaited or frame is self._last_frame():
            return
        height, width = (1, *frame.spatial)[-2:]
        is_other = width / height != self._aspect
        self._awaited = 0 if is_other else self._awaited - 1
        self._last_frame = _ref(frame if self._awaited else None)
        if is_other:
            self._aspect = width / height
            self.divide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the new size."""
        super().resizeEvent(event)
        self.divide()

    @Slot()
    def _on_started(self) -> None:
        self._dragged_from = self._division.width

    @Slot(int)
    def _on_dragged(self, by: int) -> None:
        width = self._pictures_width()
        least, most = self._input.minimumSizeHint().width(), self._maps.minimumSizeHint().width()
        wanted = max(min(self._dragged_from + by, width - theme.px(GAP) - most), least)
        self.share = min(max(wanted / max(width, 1), MIN_SHARE), MAX_SHARE)
        self.divide()

    @Slot()
    def _on_reset(self) -> None:
        self.share = 0.0
        self.divide()

    def _controls_width(self) -> int:
        """Return the width of the controls with the gap beside them; 0 if they are hidden."""
        return theme.px(CONTROLS_WIDTH) + theme.px(GAP) if self._controls.isVisibleTo(self) else 0

    def _studio_width(self) -> int:
        """Return the width of the studio with the gap beside it; 0 if no one is in it."""
        if not self._studio.isVisibleTo(self):
            return 0
        room = self.width() - self._controls_width()
        least = max(self._input.minimumSizeHint().width(), self._maps.minimumSizeHint().width())
        return max(min(round(room * STUDIO_SHARE), room - least - theme.px(GAP)), 0) + theme.px(GAP)

    def _pictures_width(self) -> int:
        """Return the width that input and maps share."""
        return self.width() - self._controls_width() - self._studio_width()

    def _place(self, width: int, height: int) -> None:
        """Put the panels into their places."""
        gap, own, start = theme.px(GAP), self._division, self._studio_width()
        self._studio.setGeometry(0, 0, max(start - gap, 0), height)
        self._controls.setGeometry(start + width + gap, 0, theme.px(CONTROLS_WIDTH), height)
        self._input.setGeometry(start, 0, own.width, own.height)
        self._grip.setGeometry(start + min(own.width, width - gap), 0, gap, own.height)
        self._grip.setVisible(not start)  # beside the studio pictures stand above each other
        self._grip.raise_()
        is_above = not own.is_shared and own.height < height
        left = 0 if own.is_shared or is_above else own.width + gap
        top = own.height + gap if is_above else 0
        corner = QSize(own.width + gap, own.height + gap) if own.is_shared else QSize(0, 0)
        self._maps.set_corner(corner)
        self._maps.setGeometry(start + left, top, width - left, height - top)
        whole = QRegion(self._maps.rect())
        if own.is_shared:
            self._maps.setMask(whole.subtracted(QRegion(QRect(0, 0, corner.width(), corner.height()))))
        else:
            self._maps.clearMask()

    def _frames(self) -> Frames:
        own, maps = self._input.frame_size, self._maps.frame_size
        least = (self._input.minimumSizeHint(), self._maps.minimumSizeHint())
        return Frames(
            input=(own.width(), own.height()),
            maps=(maps.width(), maps.height()),
            least_input=(least[0].width(), least[0].height()),
            least_maps=(least[1].width(), least[1].height()),
            gap=theme.px(GAP),
            **self._maps.tile_frames,
        )

    def _arrange(self, count: int, aspect: float, width: int, height: int, corner: tuple[int, int]) -> TileLayout:
        return self._maps.arranged(count, aspect, width, height, corner)


def _ref(frame: Frame | None) -> Callable[[], Frame | None]:
    """Return a function that returns a frame as long as others hold it."""
    return (lambda: None) if frame is None else ref(frame)
