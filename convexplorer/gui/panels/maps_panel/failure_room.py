"""What stands in place of the maps of a layer that cannot be computed: why, and what helps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget

from convexplorer.results.picture import Picture

if TYPE_CHECKING:
    from convexplorer.gui.widgets.failure_card import FailureCard
    from convexplorer.results.failures import Failure

GIVE_SIZE = "Give the layers a size…"  # also of a message: what it names is one command


class FailureRoom:
    """The card among the panes that says why the selected layer has no maps, made for the first layer that fails.

    Attributes
    ----------
    failure : of the newest result; None if it has maps.
    card : None until a layer fails.
    """

    def __init__(self, stack: QStackedWidget, give_size: Callable[[], object]) -> None:
        self._stack, self._give_size = stack, give_size
        self.failure: Failure | None = None
        self.card: FailureCard | None = None

    def take(self, picture: Picture) -> None:
        """Find out whether the selected layer of a result has failed."""
        self.failure = None
        if picture.layers and picture.layers[picture.position].output_shape is None and not picture.tiles:
            from convexplorer.results.failures import failure_in  # here, as below: no start shows one

            self.failure = failure_in(picture)

    def filled_card(self, failure: Failure) -> FailureCard:
        """Return the card, saying why there are no maps."""
        if self.card is None:
            from convexplorer.gui.widgets.failure_card import FailureCard

            self.card = FailureCard(self._stack)
            self.card.accepted.connect(self._give_size)
            self._stack.addWidget(self.card)
        helps = " That depends on the size of the picture." if failure.is_of_size else ""
        offer = GIVE_SIZE if failure.is_of_size else ""
        self.card.set_failure(f"{failure.title} cannot be computed", f"{failure.reason}{helps}", offer)
        return self.card
