"""In which words the title says which value is explained, and of which frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convexplorer.gui.film.player import FilmPlayer
from convexplorer.gui.panels.explanation_panel.place_sentence import (
    place_sentence,
    study_words,
    value_words,
    with_address,
)
from convexplorer.gui.session.selection import Selection
from convexplorer.results.explanation import Explanation
from convexplorer.results.picture import Picture

if TYPE_CHECKING:
    from convexplorer.gui.panels.explanation_panel.study_page import StudyPage


class Naming:
    """Names the explained value.

    Attributes
    ----------
    text : which value is explained; "" without one.
    is_flowing : frames come by themselves.
    is_older : another frame than the explained one is on screen.
    is_before : maps of newer settings than the explained ones are on screen.
    """

    def __init__(self, film: FilmPlayer, selection: Selection) -> None:
        self._film, self._selection = film, selection
        self.text = ""
        self.is_flowing = False
        self.is_older = False
        self.is_before = False

    def name(self, picture: Picture, explanation: Explanation | None, page: StudyPage | None) -> tuple[str, ...]:
        """Find the words for a value; return them from the longest to the shortest, of which one has room.

        Parameters
        ----------
        page : that of the study, if it is shown; its value has no address.
        """
        if explanation is None:
            self.text = ""
            return ("",)
        study = None if page is None else page.study
        if study is not None:
            what = study_words(explanation, study)
        else:
            what = value_words(picture, explanation, self._film, self._selection.pin)
        names_frame = self.is_flowing or self.is_older
        self.text = place_sentence(picture, what, names_frame=names_frame, is_before=self.is_before)
        return (self.text,) if page is not None else (with_address(self.text, picture, explanation), self.text)
