"""The canvas of the input: one picture that fills its pane."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from convexplorer.core.geometry.places import Grid
from convexplorer.gui.canvas.pictures.crop_frame import CURSORS, Handle, dragged, handle_at, paint_crop
from convexplorer.gui.canvas.pictures.legend import paint_legend
from convexplorer.gui.canvas.pictures.marks import paint_marks
from convexplorer.gui.canvas.pictures.painting import (
    SMALLEST_MARK_PX,
    image_rect,
    paint_cursor,
    paint_frame,
    paint_padding,
    paint_picture,
    paint_window,
)
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.projection import NO_RIM, Projection, Rim
from convexplorer.gui.canvas.pictures.sampling_overlay import SamplingOverlay, SamplingPainter
from convexplorer.gui.canvas.pictures.tile import PlacedImage, to_qimage
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme

# Windows smaller than this on screen are not outlined: the cursor mark covers them.
_WINDOW_PX = 14
MARGIN_PX = 1  # space for the frame


class ImageCanvas(PicturePane):
    """A pane with one picture, the shared cursor and the kernel's window.

    Signals
    -------
    framed : the rectangle of the picture (x is the column) to which the user dragged the crop's frame.
    """

    framed = Signal(object)

    def __init__(self, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(viewport, parent)
        self._picture: PlacedImage | None = None
        self._window: QRectF | None = None
        self._sampling: SamplingOverlay | None = None
        self._sampling_painter = SamplingPainter()
        self._crop: QRectF | None = None
        self._padded: QRectF | None = None
        self._held: tuple[Handle, QPointF, QRectF] | None = None  # of a drag: handle, start, and frame then
        self.setAccessibleName("Picture")
        self.setMinimumSize(64, 48)

    @property
    def picture(self) -> PlacedImage | None:
        """The shown picture, or None."""
        return self._picture

    def set_image(
        self,
        image: QImage | np.ndarray,
        table: np.ndarray | None = None,
        *,
        grid: Grid | None = None,
        reduction: int = 1,
        values: np.ndarray | None = None,
    ) -> None:
        """Show a picture; zoom and cursor stay unchanged.

        Parameters
        ----------
        image : QImage, (H, W) uint8 with `table` (256, 3) uint8, or (H, W, 3) uint8 RGB.
        grid, reduction : as in `PlacedImage`.
        values : (H, W) or (C, H, W): the numbers to write into large pixels.
        """
        shown = image if isinstance(image, QImage) else to_qimage(image, table)
        self.set_picture(PlacedImage(image=shown, grid=grid or Grid(), reduction=reduction, values=values))

    def set_picture(self, picture: PlacedImage | None) -> None:
        """Show a placed picture, or nothing."""
        before, self._picture = self._picture, picture
        self._update_reduction()
        if before is None or picture is None or (before.grid, before.shape) != (picture.grid, picture.shape):
            self.update()
            self.sight_changed.emit()
        else:
            self._update_picture()

    def exchange(self, image: QImage) -> None:
        """Show another image of the same cells, whose values are not known; nothing around it is painted anew."""
        assert self._picture is not None  # there is one whose place it takes
        if image.cacheKey() != self._picture.image.cacheKey():
            self._picture = replace(self._picture, image=image, values=None, zeros=None)
            self._update_picture()

    def _update_picture(self) -> None:
        """Paint the picture with what lies over it; nothing around it, unless that depends on it."""
        if self._picture is None or self._has_loupe or self._padded is not None or self._sampling is not None:
            self.update()
            return
        projection, ratio = self.main_projection(), self.devicePixelRatioF()
        place = image_rect(projection, self._picture, ratio)
        shown = QRectF(place.x() / ratio, place.y() / ratio, place.width() / ratio, place.height() / ratio)
        self.update((shown & projection.pane).toAlignedRect())

    def set_window(self, window: tuple[float, float, float, float] | None) -> None:
        """Outline a window (top, left, height, width) in input coordinates, which may extend beyond the picture."""
        rect = None if window is None else QRectF(window[1], window[0], window[3], window[2])
        if rect != self._window:
            self._window = rect
            self.update()

    def set_sampling(self, sampling: SamplingOverlay | None) -> None:
        """Show an overlay of the cells that are read; None removes the overlay."""
        if sampling is not self._sampling:
            self._sampling = sampling
            self.update()

    def set_padded(self, padded: QRectF | None) -> None:
        """Show the picture with its padding, the rectangle that windows cover; None shows the picture alone."""
        if padded != self._padded:
            self._padded = padded
            self._update_reduction()
            self.update()

    def set_crop(self, crop: QRectF | None) -> None:
        """Show the frame of a crop; None removes the frame."""
        if crop != self._crop:
            self._crop = crop
            self.update()

    def projection_at(self, position: QPointF) -> Projection | None:  # noqa: ARG002 the pane is everywhere
        """Return the projection of the picture."""
        return self.main_projection()

    def main_projection(self) -> Projection:
        """Return the projection of the picture into the widget."""
        return self.projected(self._pane_of_widget(MARGIN_PX))

    @property
    def rim(self) -> Rim:
        """What lies around the picture and is seen with it: the padding that windows read."""
        return NO_RIM if self._padded is None else Rim.of(self.viewport.extent, (self._padded,))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start dragging the frame, or begin a click or a pan."""
        handle = self._handle_at(event.position())
        if handle is not None and self._crop is not None and event.button() == Qt.MouseButton.LeftButton:
            self._held = (handle, event.position(), self._crop)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the frame, or move the cursor."""
        if self._held is not None:
            handle, start, frame = self._held
            moved = (event.position() - start) / self.main_projection().scale
            self.framed.emit(dragged(frame, handle, moved.y(), moved.x()))
            return
        super().mouseMoveEvent(event)
        if not event.buttons():
            near = self._handle_at(event.position())
            self.setCursor(Qt.CursorShape.ArrowCursor if near is None else CURSORS[near])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Release the frame, or end a click or a pan."""
        if self._held is not None:
            self._held = None
            return
        super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint background, picture, frame and marks."""
        painter = QPainter(self)
        colors = theme.colors()
        painter.fillRect(event.rect(), colors.panel)
        projection = self.main_projection()
        if self._picture is not None:
            if self._padded is not None:
                paint_padding(painter, projection, self._padded, self._picture.bounds)
            paint_picture(painter, projection, self._picture, self._cache)
            paint_frame(painter, projection, self._picture, colors.outline)
            if self._sampling is not None:
                self._sampling_painter.paint(painter, projection, self._sampling)
            paint_marks(painter, projection, self.marks_of(0), self._picture)
            if self._sampling is not None:  # over the marks: what fades the picture must not fade the words
                paint_legend(painter, projection.pane, self._sampling.text)
            self._paint_region(painter, projection)
            self._paint_marks(painter, projection)
            if self._crop is not None:
                paint_crop(painter, projection, self._crop)
        self._paint_loupe(painter)
        self._paint_focus(painter)
        painter.end()
        self._cache.forget_unused()

    def _pictures(self) -> Iterable[PlacedImage]:
        return () if self._picture is None else (self._picture,)

    def _paint_marks(self, painter: QPainter, projection: Projection) -> None:
        """Mark the cursor's pixel and the kernel's window; only one of them if they would cover each other."""
        window = self._window
        is_large = window is not None and max(window.width(), window.height()) * projection.scale >= theme.px(
            _WINDOW_PX
        )
        if window is not None and is_large:
            paint_window(painter, projection, window)
        if self._cursor is not None and (not is_large or projection.scale >= SMALLEST_MARK_PX):
            paint_cursor(painter, projection, None, self._cursor)

    def _handle_at(self, position: QPointF) -> Handle | None:
        return None if self._crop is None else handle_at(self.main_projection(), self._crop, position)

    def _smallest_jump(self) -> float:
        return 1.0 if self._picture is None else min(self._picture.jump)
