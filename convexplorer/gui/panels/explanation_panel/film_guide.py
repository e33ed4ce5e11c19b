"""What the film goes through: the outputs of the page, or those of the selected map that its span says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convexplorer.core.geometry.places import Cell, Place, Region
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.film.bar import SPANS, FilmBar
from convexplorer.gui.film.player import FilmPlayer
from convexplorer.gui.panels.explanation_panel.film_region import map_region, map_shape
from convexplorer.gui.session.selection import Selection
from convexplorer.results.picture import Picture

if TYPE_CHECKING:
    from convexplorer.gui.film.scene import FilmScene


class FilmGuide:
    """Leads a film through the maps as they are now; where nobody looks at anything, the pale window sweeps."""

    def __init__(self, film: FilmPlayer, bar: FilmBar, selection: Selection, viewport: Viewport) -> None:
        self._film = film
        self._bar = bar
        self._selection = selection
        self._viewport = viewport
        self._around: Place | None = None  # what was pinned when the film began, which moves the pin

    @property
    def is_idle(self) -> bool:
        """True if the pale window sweeps: nobody points, nothing is pinned, and the user wants it."""
        selection = self._selection
        is_free = selection.cursor is None and selection.pin is None and not self._film.is_shown
        return is_free and "ghost" in selection.overlays

    @property
    def spans(self) -> tuple[str, ...]:
        """What the film can go over, keys of `SPANS`, the one chosen now first."""
        now = self._bar.span
        return (now, *(key for key in SPANS if key != now))

    def arrange(self, picture: Picture, layer: int, own: Cell | None) -> None:
        """Let the film go through the maps of a layer, or through outputs of this shape that the page has itself."""
        shape = map_shape(picture, layer)
        if not self._film.is_shown:
            self._around = self._selection.pin
        if own is not None:
            self._film.set_region(Region.of(own))
        elif shape is not None:
            regions = {span: self._region(picture, layer, shape, span) for span in SPANS}
            self._film.set_region(regions[self._bar.span])
            self._bar.show_counts({span: region.count for span, region in regions.items()})
        self._film.set_drifting(self.is_idle and shape is not None)

    def scene(self, picture: Picture, layer: int, span: str, *, is_dark: bool) -> FilmScene | None:
        """Return the film over a span as it can be drawn apart from the window; None if there is nothing to show."""
        shape = map_shape(picture, layer)
        if shape is None:
            return None
        from convexplorer.gui.panels.explanation_panel.picture_scene import picture_scene  # for a film that is written

        region = self._region(picture, layer, shape, span)
        return picture_scene(picture, layer, self._selection.view.filter, region, self._viewport, is_dark=is_dark)

    def _region(self, picture: Picture, layer: int, shape: Cell, span: str) -> Region:
        return map_region(picture, layer, shape, span, self._viewport, self._around)
