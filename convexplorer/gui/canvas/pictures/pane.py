"""The gestures of all picture panes: point, zoom, pan, click, by mouse and keys."""

from collections.abc import Iterable, Sequence
from math import floor

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from convexplorer.core.geometry.places import Region
from convexplorer.gui.canvas.pictures.loupe import loupe_projection, paint_loupe
from convexplorer.gui.canvas.pictures.marks import NO_MARKS, Marks, paint_marks
from convexplorer.gui.canvas.pictures.painting import (
    device_pixels,
    have_room_for_numbers,
    image_rect,
    outline,
    paint_cursor,
    paint_picture,
    snapped,
)
from convexplorer.gui.canvas.pictures.projection import Projection, Rim
from convexplorer.gui.canvas.pictures.scale_cache import ScaleCache
from convexplorer.gui.canvas.pictures.tile import PlacedImage
from convexplorer.gui.canvas.pictures.viewport import Place, Viewport
from convexplorer.gui.look import theme

ZOOM_STEP = 1.25
DRAG_FROM_PX = 4
LARGEST_REDUCTION = 64

# The focus is shown only after keyboard navigation; after a click its position is obvious.
KEY_REASONS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}

# What a drag with these does is no pan.
_DRAGS = (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier)


def arrow_step(event: QKeyEvent) -> tuple[int, int] | None:
    """Return the step (rows, columns) of an arrow key, ten times as far with Shift; None for other keys."""
    step = _STEPS.get(Qt.Key(event.key()))
    distance = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
    return None if step is None else (step[0] * distance, step[1] * distance)


class PicturePane(QWidget):
    """A widget that shows pictures through the shared viewport; subclasses define the projections and paint.

    Signals
    -------
    pointed : the cursor (row, column) in input coordinates, set by mouse or arrow keys; None after the mouse has left.
    clicked, double_clicked : row, column in input coordinates.
    stepped : the step (rows, columns) of a pinned value by an arrow key.
    menu_asked : the point of the screen for a context menu, asked for by right click, menu key or Shift+F10.
    scale_changed : another size of a picture's pixels on screen.
    region_dragged : both corners of a rectangle, (row, column) in input coordinates, while it is dragged with Shift.
    region_finished : the drag is over.
    shift_dragged : where a drag with Ctrl began and where it is, (row, column) in input coordinates; None at its end.
    reduction_changed : the power of two by which pictures for this pane may be reduced.
    sight_changed : other pictures, or pictures of another size, may be in sight.
    """

    pointed = Signal(object)
    clicked = Signal(float, float)
    double_clicked = Signal(float, float)
    stepped = Signal(int, int)
    menu_asked = Signal(QPoint)
    scale_changed = Signal()
    region_dragged = Signal(object, object)
    shift_dragged = Signal(object, object)
    region_finished = Signal()
    reduction_changed = Signal(int)
    sight_changed = Signal()

    def __init__(self, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewport = viewport
        self._cursor: Place | None = None
        self._cache = ScaleCache()
        self._reduction = 1
        self._shown_scale = 0.0
        self._pressed_at: QPointF | None = None
        self._panned_to: QPointF | None = None
        self._framed_from: tuple[QPointF, Projection] | None = None
        self._is_framing = False
        self._is_shifting = False
        self._region: Region | None = None
        self._found: tuple[Region, ...] = ()
        self._has_loupe = False
        # With what it depends on: every picture of a pane asks for it when it is painted.
        self._rim: tuple[Rim, tuple[PlacedImage, ...], tuple[float, float]] = (Rim(), (), (0.0, 0.0))
        self._shows_focus = False
        self._marks: tuple[Marks, ...] = ()
        self._has_pin = False
        # All of it is painted here, so that nothing below needs to be.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        viewport.changed.connect(self._on_view_changed)
        theme.notifier().changed.connect(self.update)

    @property
    def cursor_place(self) -> Place | None:
        """The cursor in input coordinates, or None."""
        return self._cursor

    @property
    def reduction(self) -> int:
        """The power of two by which pictures may be reduced without loss on screen."""
        return self._reduction

    @property
    def magnification(self) -> float:
        """How many pixels of the screen one pixel of the input takes, along each axis."""
        return self.main_projection().scale * self.devicePixelRatioF()

    def magnify(self, factor: float) -> None:
        """Let one pixel of the input take so many pixels of the screen; 1 is one to one."""
        projection = self.main_projection()
        self.viewport.set_zoom(factor / (projection.fit_scale * self.devicePixelRatioF()), projection.fit_scale)

    def set_cursor(self, place: Place | None) -> None:
        """Mark a point of the input as the cursor; None removes the mark."""
        if place != self._cursor:
            self._cursor = place
            self._update_pictures()

    def set_region(self, region: Region | None) -> None:
        """Outline a rectangle of the input; None removes the outline."""
        if region != self._region:
            self._region = region
            self.update()

    def set_found(self, found: tuple[Region, ...]) -> None:
        """Outline the rectangles of the input that were found, the best one with a thicker line."""
        if found != self._found:
            self._found = found
            self._update_pictures()

    def set_loupe(self, is_shown: bool) -> None:
        """Show or hide the loupe; with it, pictures are asked for with all their cells."""
        if is_shown != self._has_loupe:
            self._has_loupe = is_shown
            self._update_reduction()
            self.update()

    def set_marks(self, marks: Sequence[Marks]) -> None:
        """Mark cells, with one entry per picture, in their order; pictures without an entry have no marks."""
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self._update_pictures()

    def set_pinned(self, is_pinned: bool) -> None:
        """Set whether a value is pinned: arrow keys then move the pin instead of the cursor."""
        self._has_pin = is_pinned

    def marks_of(self, index: int) -> Marks:
        """Return the marks of a picture."""
        return self._marks[index] if index < len(self._marks) else NO_MARKS

    def projected(self, rect: QRectF) -> Projection:
        """Return the projection into a rectangle of the widget; all of this pane have the same rim."""
        return Projection.of(self.viewport, rect, self.rim)

    @property
    def rim(self) -> Rim:
        """What lies around the input and is seen with it: whole cells of the pictures that are shown."""
        pictures, extent = tuple(self._pictures()), self.viewport.extent
        known, of, around = self._rim
        if around != extent or len(of) != len(pictures) or any(a is not b for a, b in zip(of, pictures, strict=True)):
            known = Rim.of(extent, (picture.bounds for picture in pictures))
            self._rim = (known, pictures, extent)
        return known

    @property
    def seen_extent(self) -> tuple[float, float]:
        """The (height, width) of the input with its rim."""
        return self.rim.around(self.viewport.extent)

    @property
    def picture_size(self) -> tuple[int, int] | None:
        """(height, width) of each picture in pixels of the screen; None unless all are equal and seen whole."""
        pictures = tuple(self._pictures())
        if not pictures or self.viewport.zoom > 1 or self._has_loupe:
            return None
        projection, ratio = self.main_projection(), self.devicePixelRatioF()
        first, *others = {(picture.grid, picture.shape): picture for picture in pictures}.values()
        target = image_rect(projection, first, ratio)
        if others or not snapped(projection.pane, ratio).adjusted(-1, -1, 1, 1).contains(target):
            return None
        return target.height(), target.width()

    @property
    def has_large_cells(self) -> bool:
        """True if there is room for a number in each cell of a picture."""
        projection = self.main_projection()
        return any(have_room_for_numbers(projection, picture) for picture in self._pictures())

    def projection_at(self, position: QPointF) -> Projection | None:
        """Return the projection of the picture at a widget position; None between pictures."""
        raise NotImplementedError

    def main_projection(self) -> Projection:
        """Return the projection used for keys and for the reduction."""
        raise NotImplementedError

    def _update_pictures(self) -> None:
        """Paint the pictures with what lies over them; all else, too, where they are not told apart."""
        self.update()

    @Slot()
    def _on_view_changed(self) -> None:
        self._update_reduction()
        self.update()

    def event(self, event: QEvent) -> bool:
        """Zoom by a pinch on a touchpad."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self._zoom(1 + event.value(), event.position())
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Update the reduction for the new size."""
        super().resizeEvent(event)
        self._update_reduction()
        self.sight_changed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse."""
        self._zoom(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, a pan, with Shift a rectangle, or with Ctrl a shift of the picture."""
        projection = self.projection_at(event.position())
        modifier = next((key for key in _DRAGS if event.modifiers() & key), None)
        if event.button() == Qt.MouseButton.LeftButton and modifier is not None and projection is not None:
            self._framed_from = (event.position(), projection)
            self._is_shifting = modifier == Qt.KeyboardModifier.ControlModifier
            return
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed_at = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the cursor, or pan while a button is pressed."""
        position = event.position()
        if self._framed_from is not None:
            self._frame(position)
            return
        if self._pressed_at is not None and event.buttons():
            self._pan(position)
        projection = self.projection_at(position)
        place = None if projection is None else projection.to_input(position)
        self._point(place if projection is not None and place is not None and projection.contains(place) else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a pan or a rectangle, or click."""
        if self._framed_from is not None:
            was_framing = self._is_framing
            self._framed_from, self._is_framing = None, False
            if was_framing and self._is_shifting:
                self.shift_dragged.emit(None, None)
            elif was_framing:
                self.region_finished.emit()
            elif self.rect().contains(event.position().toPoint()):
                self._click(event.position())
            return
        was_click = self._pressed_at is not None and self._panned_to is None
        self._pressed_at = self._panned_to = None
        self.unsetCursor()
        if (
            was_click
            and event.button() == Qt.MouseButton.LeftButton
            and self.rect().contains(event.position().toPoint())
        ):
            self._click(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Report a double click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._double_click(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the cursor, unless the pane was hidden: then the pane shown in its place keeps the cursor."""
        super().leaveEvent(event)
        # A context menu is about the place where it opened.
        if self.isVisible() and QApplication.activePopupWidget() is None:
            self._point(None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu: where the mouse is, or at the cursor, which keys have moved."""
        event.accept()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.menu_asked.emit(event.globalPos())
            return
        place = self.viewport.center if self._cursor is None else self._cursor
        at = self.main_projection().to_screen(*place).toPoint()
        self.menu_asked.emit(self.mapToGlobal(at if self.rect().contains(at) else self.rect().center()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus if reached by a key."""
        super().focusInEvent(event)
        self._shows_focus = event.reason() in KEY_REASONS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus."""
        super().focusOutEvent(event)
        self._shows_focus = False
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom by + − 0; move the pinned value or the cursor by arrow keys (Shift: ten steps)."""
        key = event.key()
        if self._step_pin(event):
            return
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom_by_key(ZOOM_STEP)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self._zoom_by_key(1 / ZOOM_STEP)
        elif key == Qt.Key.Key_0:
            self.viewport.fit()
        elif (step := arrow_step(event)) is not None:
            self._step_cursor(step)
        else:
            super().keyPressEvent(event)

    def _frame(self, position: QPointF) -> None:
        """Drag a rectangle, or shift, once the mouse has moved beyond the threshold."""
        assert self._framed_from is not None
        start, projection = self._framed_from
        if self._is_framing or (position - start).manhattanLength() >= DRAG_FROM_PX:
            self._is_framing = True
            dragged = self.shift_dragged if self._is_shifting else self.region_dragged
            dragged.emit(projection.to_input(start), projection.to_input(position))

    def _paint_region(self, painter: QPainter, projection: Projection) -> None:
        """Outline what was found, and the marked rectangle."""
        for i, found in enumerate(self._found):
            rect = projection.rect_of(*found.start, *found.stop)
            if rect.intersects(projection.pane):
                self._paint_border(painter, rect, theme.colors().accent, 1 if i else 2)
        if self._region is not None:
            rect = projection.rect_of(*self._region.start, *self._region.stop)
            self._paint_border(painter, rect, theme.colors().cursor, 2)

    def _click(self, position: QPointF) -> None:
        """Report a click on a picture."""
        self._report(position, self.clicked)

    def _double_click(self, position: QPointF) -> None:
        """Report a double click on a picture."""
        self._report(position, self.double_clicked)

    def _report(self, position: QPointF, signal: SignalInstance) -> None:
        """Emit a signal with the input coordinates of a position, if inside the input."""
        projection = self.projection_at(position)
        if projection is not None and projection.contains(projection.to_input(position)):
            signal.emit(*projection.to_input(position))

    def _point(self, place: Place | None) -> None:
        """Move the cursor; whoever hears of it by `pointed` may paint before this pane does."""
        before = self._cursor
        if place != before:
            self.pointed.emit(place)
            if self._cursor == before:  # nobody has set it meanwhile
                self.set_cursor(place)

    def _pan(self, position: QPointF) -> None:
        """Pan once the mouse has moved beyond the drag threshold."""
        pressed_at = self._pressed_at or position
        if self._panned_to is None:
            is_far = (position - pressed_at).manhattanLength() >= DRAG_FROM_PX
            if self.viewport.zoom <= 1 or not is_far:
                return
            self._panned_to = pressed_at
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        moved = position - self._panned_to
        self._panned_to = position
        scale = (self.projection_at(pressed_at) or self.main_projection()).scale
        self.viewport.pan_by(-moved.y() / scale, -moved.x() / scale)

    def _zoom(self, factor: float, position: QPointF) -> None:
        """Zoom at a position of the widget."""
        projection = self.projection_at(position)
        if projection is not None:
            self.viewport.zoom_at(factor, projection.to_input(position), projection.fit_scale)

    def _zoom_by_key(self, factor: float) -> None:
        """Zoom at the cursor if visible, else at the middle."""
        projection = self.main_projection()
        place = self._cursor
        if place is None or not projection.pane.contains(projection.to_screen(*place)):
            place = self.viewport.center
        self.viewport.zoom_at(factor, place, projection.fit_scale)

    def _step_pin(self, event: QKeyEvent) -> bool:
        """Move the pinned value by an arrow key; return False if no value is pinned or for other keys."""
        step = arrow_step(event)
        if not self._has_pin or step is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        self.stepped.emit(*step)
        return True

    def _step_cursor(self, step: tuple[int, int]) -> None:
        """Move the cursor by a number of input pixels and keep it visible."""
        self._shows_focus = True
        limits = self.viewport.extent
        start = self._cursor or self.viewport.center
        row, column = (
            min(max(floor(at) + by, 0), int(limit) - 1) + 0.5 for at, by, limit in zip(start, step, limits, strict=True)
        )
        self.viewport.reveal((row, column))
        self._point((row, column))

    def _update_reduction(self) -> None:
        """Recompute the reduction from the scale of the pictures."""
        scale = self.magnification
        if scale != self._shown_scale:
            self._shown_scale = scale
            self.scale_changed.emit()
        cells_per_pixel = 1 / (scale * self._smallest_jump())
        reduction = 1
        while reduction * 2 <= min(cells_per_pixel, LARGEST_REDUCTION) and not self._has_loupe:
            reduction *= 2
        if reduction != self._reduction:
            self._reduction = reduction
            self.reduction_changed.emit(reduction)

    def _paint_pane(self, painter: QPainter, rect: QRectF, tile: PlacedImage, index: int) -> None:
        """Paint the picture at an index with its marks, the cursor and a hairline border."""
        projection = self.projected(rect)
        painter.fillRect(rect, theme.colors().canvas)
        paint_picture(painter, projection, tile, self._cache)
        paint_marks(painter, projection, self.marks_of(index), tile)
        self._paint_region(painter, projection)
        if self._cursor is not None:
            paint_cursor(painter, projection, tile, self._cursor)
        self._paint_border(painter, rect)

    def _paint_border(self, painter: QPainter, rect: QRectF, color: QColor | None = None, width: int = 1) -> None:
        """Draw a line around the outside of a rectangle."""
        with device_pixels(painter) as ratio:
            thick = max(1, round(width * ratio))
            around = snapped(rect, ratio).adjusted(-thick, -thick, thick, thick)
            outline(painter, around, color or theme.colors().border, thick)

    def _paint_loupe(self, painter: QPainter) -> None:
        """Show the cells around the cursor large, if asked for and if they are not large already."""
        picture, cursor, main = self._picture_under_loupe(), self._cursor, self.main_projection()
        if not self._has_loupe or picture is None or cursor is None or not main.contains(cursor):
            return
        at = main.to_screen(*cursor)
        pane = self._room_for_loupe().adjusted(2, 2, -2, -2)
        projection = loupe_projection(pane, picture, cursor, at, self.viewport.extent)
        if projection.scale > main.scale:
            paint_loupe(painter, projection, picture, self._cache)

    def _room_for_loupe(self) -> QRectF:
        """Return the part of the widget that nothing else covers."""
        return QRectF(self.rect())

    def _picture_under_loupe(self) -> PlacedImage | None:
        """Return the picture that the loupe shows: the only one, or the one that the hand is on."""
        return next(iter(self._pictures()), None)

    def _paint_focus(self, painter: QPainter) -> None:
        """Draw the focus frame while the widget has the keyboard focus."""
        if self._shows_focus:
            self._paint_border(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.colors().accent)

    def _pictures(self) -> Iterable[PlacedImage]:
        """Return all pictures that are shown."""
        return ()

    def _smallest_jump(self) -> float:
        """Return the size of the smallest shown cell in input pixels."""
        return 1.0

    def _pane_of_widget(self, margin: float = 1.0) -> QRectF:
        """Return the rectangle of the whole widget as a pane, minus a margin for the frame."""
        return QRectF(self.rect()).adjusted(margin, margin, -margin, -margin)
