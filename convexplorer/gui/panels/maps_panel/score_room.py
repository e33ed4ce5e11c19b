"""The values of a layer without places, as those of classes: shown as bars, or as the cells of pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convexplorer.core.geometry.places import Place
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.session.panel import Context
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.results.picture import Picture

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from convexplorer.gui.canvas.scores.score_bars import ScoreBars
    from convexplorer.results.scores import Scores


class ScoreRoom:
    """The scores of the newest result, and the pane of their bars, made when there are scores for the first time.

    Parameters
    ----------
    on_made : gets the pane, to place and connect it as the others.

    Attributes
    ----------
    scores : None if the values of the selected layer have places, or are those of flattened maps.
    shows_bars : of scores; else their cells.
    are_sorted : the bars stand from the highest to the lowest.
    pane : None until there are scores.
    """

    def __init__(
        self, context: Context, viewport: Viewport, parent: QWidget, on_made: Callable[[ScoreBars], None]
    ) -> None:
        self._context, self._viewport, self._parent, self._on_made = context, viewport, parent, on_made
        self._picture: Picture | None = None
        self.scores: Scores | None = None
        self.shows_bars = True
        self.are_sorted = False
        self.pane: ScoreBars | None = None

    def take(self, picture: Picture) -> None:
        """Take the scores of a result, if its values are scores."""
        self._picture = picture
        shape = picture.layers[picture.position].output_shape if picture.layers else None
        if shape is not None and len(shape) == 1:
            from convexplorer.results.scores import scores_of  # here, as below: no start shows scores

            self.scores = scores_of(picture, self.scores)
        else:
            self.scores = None

    def take_newer(self, scores: Scores) -> None:
        """Take the scores of a frame of which nothing else is known."""
        self.scores = scores

    def toggle_bars(self) -> None:
        """Show scores as bars, or as the cells of pictures, from now on."""
        self.shows_bars = not self.shows_bars

    def toggle_sorted(self) -> None:
        """Let scores stand from the highest to the lowest, or in their order."""
        self.are_sorted = not self.are_sorted
        if self.pane is not None:
            self.pane.set_sorted(self.are_sorted)

    def ready_pane(self) -> ScoreBars:
        """Return the pane of bars."""
        if self.pane is None:
            from convexplorer.gui.canvas.scores.score_bars import ScoreBars

            self.pane = ScoreBars(self._viewport, self._parent)
            self.pane.add_button(ActionButton(self._context.actions["score-order"], self.pane, text="Sort"))
            self.pane.set_sorted(self.are_sorted)
            self.pane.set_pinned(self._context.selection.pin is not None)
            self._on_made(self.pane)
        return self.pane

    def set_pin(self, pin: Place | None) -> None:
        """Say that a value is pinned, or none."""
        if self.pane is not None:
            self.pane.set_pinned(pin is not None)

    def choose(self) -> None:
        """Mark the selected score; of many that share a map, the pinned one."""
        picture, scores, selection = self._picture, self.scores, self._context.selection
        if picture is None or scores is None or self.pane is None:
            return
        from convexplorer.results.scores import value_under

        is_alone = scores.map_of(scores.count - 1) > 0 or scores.count == 1
        pinned = None if selection.pin is None else value_under(picture, selection.pin, selection.view.filter)
        self.pane.set_chosen(selection.view.filter if is_alone else pinned)
