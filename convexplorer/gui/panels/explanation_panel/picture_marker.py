"""Gathers all that is marked on input and maps: of the value, the film, the ghost, the study, and what is read."""

from dataclasses import replace

from PySide6.QtCore import QRectF

from convexplorer.gui.canvas.pictures.marks import Marks
from convexplorer.gui.canvas.pictures.sampling_overlay import SamplingOverlay
from convexplorer.gui.film.player import FilmPlayer
from convexplorer.gui.panels.explanation_panel.marking import (
    PictureMarks,
    crop_rect,
    field_marks,
    film_marks,
    ghost_marks,
    padded_rect,
    pin_mark,
    reach_marks,
    read_grid,
    window_marks,
)
from convexplorer.gui.panels.explanation_panel.sampling import sampling_key, sampling_overlay
from convexplorer.gui.session.selection import Selection
from convexplorer.results.explanation import Explanation
from convexplorer.results.picture import Picture
from convexplorer.results.study import Study


class PictureMarker:
    """Marks what belongs to an explanation, as the person's selection wants it."""

    def __init__(self, selection: Selection, film: FilmPlayer) -> None:
        self._selection = selection
        self._film = film
        self._sampling: tuple[object, SamplingOverlay | None] = (None, None)  # with what it depends on

    def marks(
        self, picture: Picture, explanation: Explanation | None, study: Study | None, *, is_held: bool, is_ghost: bool
    ) -> PictureMarks:
        """Return all marks.

        Parameters
        ----------
        study : of the page that is shown; the film goes over its outputs then, and fills no map.
        is_held : somebody points at the value, or has pinned it.
        is_ghost : nobody does, and the window sweeps by itself.
        """
        marks = PictureMarks()
        if explanation is not None and is_held:
            marks = self._value_marks(picture, explanation, is_filling=self._film.is_shown and study is None)
        elif explanation is not None and is_ghost:
            marks = ghost_marks(explanation)
        layer = picture.project.position(self._selection.view.layer)
        padded = padded_rect(picture, layer, is_held=self._selection.pin is not None)
        return replace(marks, sampling=self._reads(picture), crop=self._crop(picture, study), padded=padded)

    def _value_marks(self, picture: Picture, explanation: Explanation, *, is_filling: bool) -> PictureMarks:
        selection, film = self._selection, self._film
        layer = picture.project.position(selection.view.layer)
        is_pinned = selection.pin is not None
        marks = window_marks(explanation, selection.tap, is_pinned=is_pinned, factor=picture.factor)
        bright, text = None, ""
        if "field" in selection.overlays:
            field = field_marks(picture, explanation, dims=True)
            marks, bright, text = (*field.marks, *marks), field.bright, field.text
        by_filter: dict[int, Marks] = {}
        if selection.is_on_input and selection.cursor is not None:
            by_filter.update(reach_marks(picture, layer, selection.cursor))
        if is_pinned:
            channel = explanation.trace.place[0]
            own = by_filter.get(channel, Marks())
            covers = film_marks(explanation.grid, film.film.region, film.cell) if is_filling else ()
            by_filter[channel] = Marks((*covers, *own.marks, pin_mark(explanation)))
        return PictureMarks(Marks(marks, bright, text), by_filter)

    def _reads(self, picture: Picture) -> SamplingOverlay | None:
        """Return which places the selected layer reads, if that is wished; the same for the next frame."""
        layer = picture.project.position(self._selection.view.layer)
        if "reads" not in self._selection.overlays:
            return None
        key = (sampling_key(picture, layer), layer)
        if self._sampling[0] != key:
            self._sampling = (key, sampling_overlay(picture, layer))
        return self._sampling[1]

    def _crop(self, picture: Picture, study: Study | None) -> QRectF | None:
        """Return the part of the picture that is studied; right after an edit, the study is that before it."""
        grid = read_grid(picture, picture.project.position(self._selection.view.layer))
        return None if study is None or grid is None else crop_rect(grid, study.crop)
