"""The viewport shared by all picture panes: one centre and one zoom, in input coordinates.

Panes differ in size, so the viewport is independent of screen pixels: each pane derives a `Projection` from it.
"""

from PySide6.QtCore import QObject, Signal

# A zoom below 1 would show nothing more: the wheel ends there. Only a size that was asked for may be smaller.
MIN_ZOOM = 1.0
SMALLEST_ZOOM = 1 / 64
MAX_PIXEL_SIZE_PX = 128.0

Place = tuple[float, float]
"""(row, column) in input coordinates: pixel (r, c) covers r ≤ row < r + 1."""


class Viewport(QObject):
    """The centre and zoom of all panes. Zoom 1 shows the whole input in every pane, whatever its size."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._extent = (1.0, 1.0)
        self._center: Place = (0.5, 0.5)
        self._zoom = 1.0

    @property
    def extent(self) -> tuple[float, float]:
        """(height, width) of the input."""
        return self._extent

    @property
    def center(self) -> Place:
        """The input point in the middle of every pane."""
        return self._center

    @property
    def zoom(self) -> float:
        """The magnification relative to the fitted input."""
        return self._zoom

    def set_extent(self, height: float, width: float) -> None:
        """Set the size of the input; the zoom and the relative centre stay."""
        if height <= 0 or width <= 0:
            raise ValueError(f"extent must be positive; got {height} × {width}")
        if (height, width) == self._extent:
            return
        old_height, old_width = self._extent
        self._extent = (float(height), float(width))
        self._center = (self._center[0] * height / old_height, self._center[1] * width / old_width)
        self.changed.emit()

    def fit(self) -> None:
        """Show the whole input."""
        height, width = self._extent
        self._move((height / 2, width / 2), 1.0)

    def pan_by(self, rows: float, columns: float) -> None:
        """Move the centre by a number of input pixels."""
        self._move((self._center[0] + rows, self._center[1] + columns), self._zoom)

    def zoom_at(self, factor: float, place: Place, fit_scale: float = 1.0) -> None:
        """Zoom by a factor around a point, which keeps its position on screen.

        Parameters
        ----------
        factor : greater than 1 to magnify.
        place : (row, column), in input coordinates.
        fit_scale : screen pixels per input pixel at zoom 1 in the calling pane; limits the magnification.
        """
        # A zoom beyond this pane's limit may have been set in a smaller pane; it must not jump back here.
        largest = max(1.0, MAX_PIXEL_SIZE_PX / fit_scale, self._zoom)
        zoom = min(max(self._zoom * factor, min(MIN_ZOOM, self._zoom)), largest)
        # Repeated steps in and out must end at exactly "fitted", without a rounding error.
        zoom = 1.0 if abs(zoom - 1.0) < 1e-6 else zoom
        ratio = self._zoom / zoom
        self._move(
            (
                place[0] + (self._center[0] - place[0]) * ratio,
                place[1] + (self._center[1] - place[1]) * ratio,
            ),
            zoom,
        )

    def set_zoom(self, zoom: float, fit_scale: float = 1.0) -> None:
        """Set the magnification around the centre; below 1 the whole input is smaller than the panes.

        Parameters
        ----------
        fit_scale : screen pixels per input pixel at zoom 1 in the calling pane; limits the magnification.
        """
        self._move(self._center, min(max(zoom, SMALLEST_ZOOM), max(1.0, MAX_PIXEL_SIZE_PX / fit_scale)))

    def show_part(self, top: float, left: float, bottom: float, right: float) -> None:
        """Show a part of the input as large as it fits into every pane."""
        high, wide = max(bottom - top, 1e-6), max(right - left, 1e-6)
        zoom = max(min(self._extent[0] / high, self._extent[1] / wide), MIN_ZOOM)
        self._move(((top + bottom) / 2, (left + right) / 2), zoom)

    def reveal(self, place: Place) -> None:
        """Move the centre just far enough to make a point visible in every pane."""
        rows, columns = self._extent[0] / self._zoom / 2, self._extent[1] / self._zoom / 2
        self._move(
            (
                min(max(self._center[0], place[0] - rows), place[0] + rows),
                min(max(self._center[1], place[1] - columns), place[1] + columns),
            ),
            self._zoom,
        )

    def _move(self, center: Place, zoom: float) -> None:
        """Set centre and zoom within their limits."""
        limited = (_limited(center[0], self._extent[0], zoom), _limited(center[1], self._extent[1], zoom))
        if (limited, zoom) == (self._center, self._zoom):
            return
        self._center, self._zoom = limited, zoom
        self.changed.emit()


def _limited(center: float, extent: float, zoom: float) -> float:
    """Limit the centre so that the input stays visible: centred if fitted, up to its edges if magnified.

    The allowed range (1 − 1/zoom²) grows fast enough that zooming in at any point of the input keeps this point in
    place, for which 1 − 1/zoom is needed. The range is 0 if fitted, so zooming out always ends at the whole input.
    """
    reach = extent / 2 * max(0.0, 1.0 - 1.0 / (zoom * zoom))
    return min(max(center, extent / 2 - reach), extent / 2 + reach)
