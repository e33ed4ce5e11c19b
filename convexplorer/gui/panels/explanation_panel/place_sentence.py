"""Says which value is explained, and where; what it is of comes first, because the end of a long line is not seen."""

import math

from convexplorer.core.explain.trace import not_finite_origin
from convexplorer.core.geometry.axes import COLUMNS, ROWS
from convexplorer.core.geometry.places import Place, is_inside
from convexplorer.gui.film.player import FilmPlayer
from convexplorer.model.address import address_of
from convexplorer.results.explanation import Explanation
from convexplorer.results.frame_words import place_words
from convexplorer.results.picture import Picture
from convexplorer.results.study import Study
from convexplorer.results.tile_words import BEFORE_EDIT
from convexplorer.words import cell_words, times

_BETWEEN = "  ·  "


def place_sentence(picture: Picture, what: str, *, names_frame: bool, is_before: bool) -> str:
    """Return which value is explained, after the frame and the edit that it is of.

    Parameters
    ----------
    what : the value, as `value_words` or `study_words` name it.
    names_frame : frames come by themselves, or another one is on screen.
    is_before : maps of newer settings are on screen.
    """
    frame = [f"frame {picture.frame.index + 1}"] if names_frame else []
    before = [BEFORE_EDIT] if is_before else []
    return _BETWEEN.join([*frame, *before, what])


def study_words(explanation: Explanation, study: Study) -> str:
    """Return which part of which map is studied."""
    return f"{explanation.title} on {times(study.crop.size)} from {cell_words(study.crop.start)}"


def value_words(picture: Picture, explanation: Explanation, film: FilmPlayer, pin: Place | None) -> str:
    """Return which value of which map is explained, and why this one: the film is on it, or it is pinned."""
    text = _named(picture, explanation)
    if film.is_shown:
        text += f"{_BETWEEN}{(film.position + 1) / max(film.film.region.count, 1):.0%}"
    elif pin is not None:
        text += f"{_BETWEEN}pinned{_moved_words(picture, explanation, pin)}"
    origin = not_finite_origin(explanation.trace)
    return f"{text}{_BETWEEN}{origin}" if origin else text


def with_address(words: str, picture: Picture, explanation: Explanation) -> str:
    """Return which value is explained, with its address behind it."""
    place = explanation.trace.place
    return f"{words}{_BETWEEN}{address_of(picture.project.layers, explanation.layer, place)}"


def _moved_words(picture: Picture, explanation: Explanation, pin: Place) -> str:
    """Return why the explained value is not at the pinned place, or ""."""
    if not explanation.was_moved or len(explanation.trace.place) == 1:
        return ""
    axes, spatial = picture.look.axes, picture.look.spatial
    if len(pin) != len(axes):
        return "; the pinned place has other axes than this picture, so this is the middle"
    is_in_picture = is_inside([math.floor(at) for at in pin], spatial)
    outside = "the map" if is_in_picture else "this picture"
    return f"; the pinned place, {place_words(pin, axes)}, lies outside {outside} now, so this is the nearest in it"


def _named(picture: Picture, explanation: Explanation) -> str:
    """Return which value is explained; with its layer, where that has no kernel of its own."""
    has_place = len(explanation.trace.place) > 1
    where = place_words(explanation.cell, (ROWS, COLUMNS))
    text = f"{explanation.title} at {where}" if has_place else explanation.title
    layer = picture.project.layers[explanation.layer]
    return text if layer.has_filters else f"{layer.title} · {text}"
