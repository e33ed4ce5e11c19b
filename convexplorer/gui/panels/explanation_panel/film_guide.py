"""The film on the explanation: what it goes through, what it moves there, and to whom it gives way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convexplorer.core.geometry.places import Cell, Place, Region
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.film.bar import SPANS, FilmBar
from convexplorer.gui.film.player import FilmPlayer
from convexplorer.gui.panels.explanation_panel.explained_value import ExplainedValue
from convexplorer.gui.panels.explanation_panel.film_region import map_region, map_shape
from convexplorer.gui.panels.explanation_panel.page_stack import PageStack
from convexplorer.gui.session.selection import Selection
from convexplorer.results.explanation import Explanation, cell_near
from convexplorer.results.film import ghost_cell
from convexplorer.results.picture import Picture

if TYPE_CHECKING:
    from convexplorer.gui.film.scene import FilmScene


class FilmGuide:
    """Leads a film through the outputs of the page or the maps; where nobody looks at any, the pale window sweeps.

    Parameters
    ----------
    bar : its span says which outputs of the selected map the film goes over.
    stack : a page of it may have outputs of its own.
    value : what the film moves.
    """

    def __init__(
        self,
        film: FilmPlayer,
        bar: FilmBar,
        stack: PageStack,
        value: ExplainedValue,
        selection: Selection,
        viewport: Viewport,
    ) -> None:
        self._film, self._bar, self._stack, self._value = film, bar, stack, value
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
        """What the film can go over on the page, keys of `SPANS`, the one chosen now first."""
        now = self._bar.span
        return () if self._stack.study is not None else (now, *(key for key in SPANS if key != now))

    def has_film(self, picture: Picture | None) -> bool:
        """Return True if there are outputs that the window can slide over."""
        return self._stack.current.film_shape is not None or self._shape(picture) is not None

    def arrange(self, picture: Picture) -> None:
        """Let the film go through the outputs as they are now."""
        own, shape = self._stack.current.film_shape, self._shape(picture)
        if not self._film.is_shown:
            self._around = self._selection.pin
        if own is not None:
            self._film.set_region(Region.of(own))
        elif shape is not None:
            regions = {span: self._region(picture, shape, span) for span in SPANS}
            self._film.set_region(regions[self._bar.span])
            self._bar.show_counts({span: region.count for span, region in regions.items()})
        self._film.set_drifting(self.is_idle and shape is not None)

    def toggle(self, explanation: Explanation | None) -> None:
        """Let the window slide, from the pinned output if there is one; or pause it."""
        is_pinned = self._selection.pin is not None and self._stack.study is None
        start = explanation.cell if explanation is not None and is_pinned else None
        self._film.toggle(None if self._film.is_shown else start)

    def show(self, picture: Picture | None, cell: Cell) -> bool:
        """Show the film's current output; return True if it is the value that was explained before."""
        study, before = self._stack.study, self._selection.pin
        if study is not None:
            study.show_film(cell)
        elif picture is not None:
            self._value.pin_cell(picture, cell)
            return self._selection.pin == before
        return False

    def drift(self, picture: Picture | None, elapsed_s: float) -> None:
        """Explain next what the pale window sweeps over after some seconds."""
        shape = self._shape(picture)
        if picture is not None and shape is not None:
            self._value.move_to(picture, ghost_cell(elapsed_s, shape))

    def give_way_to_hand(self) -> None:
        """Let a hand on the mouse take over."""
        if self._film.is_shown:
            self._film.let_go()
            if self._stack.study is None:
                self._selection.hold(None)

    def give_way_to_pin(self, picture: Picture | None, pin: Place | None) -> None:
        """Let a pin elsewhere than on the film's current output take over."""
        if self._film.is_shown and self._stack.study is None and not self._is_filmed(picture, pin):
            self._film.let_go()

    def scene(self, picture: Picture | None, span: str, *, is_dark: bool) -> FilmScene | None:
        """Return the film as it can be drawn apart from the window; None if there is nothing to show.

        Parameters
        ----------
        span : what it goes over, a key of `SPANS`; a page with outputs of its own goes over these.
        """
        study, shape = self._stack.study, self._shape(picture)
        if study is not None:
            return study.scene(is_dark=is_dark)
        if picture is None or shape is None:
            return None
        from convexplorer.gui.panels.explanation_panel.picture_scene import picture_scene  # for a film that is written

        region, layer = self._region(picture, shape, span), self._value.layer(picture)
        return picture_scene(picture, layer, self._selection.view.filter, region, self._viewport, is_dark=is_dark)

    def _is_filmed(self, picture: Picture | None, pin: Place | None) -> bool:
        if picture is None or pin is None:
            return False
        return cell_near(picture, self._value.layer(picture), pin) == self._film.cell

    def _shape(self, picture: Picture | None) -> Cell | None:
        return None if picture is None else map_shape(picture, self._value.layer(picture))

    def _region(self, picture: Picture, shape: Cell, span: str) -> Region:
        return map_region(picture, self._value.layer(picture), shape, span, self._viewport, self._around)
