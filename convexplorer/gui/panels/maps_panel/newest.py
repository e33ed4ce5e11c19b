"""What the maps on screen are of: the newest result, or a glance at a newer frame, whose numbers are not known."""

from convexplorer.core.geometry.places import Place
from convexplorer.results.glance import Glance
from convexplorer.results.look import ResolvedLook
from convexplorer.results.picture import Picture


class Newest:
    """What has come last.

    Attributes
    ----------
    picture : the newest result; None before the first.
    glance : what is on screen; None if that is the picture.
    """

    def __init__(self) -> None:
        self.picture: Picture | None = None
        self.glance: Glance | None = None

    @property
    def shown(self) -> Glance | Picture | None:
        """What the maps on screen are of; None before the first."""
        return self.glance or self.picture

    @property
    def look(self) -> ResolvedLook | None:
        """Which part of the data is on screen; None before anything is."""
        return None if self.shown is None else self.shown.look

    @property
    def count(self) -> int:
        """How many maps are on screen, or would be if all were shown."""
        if self.glance is not None:
            scores = self.glance.scores
            return len(self.glance.maps) if scores is None else scores.map_of(scores.count - 1) + 1
        return 0 if self.picture is None else len(self.picture.tiles)

    def filter_of(self, index: int) -> int:
        """Return the filter that makes a map; −1 if none does."""
        if self.glance is not None:
            sight = None if self.glance.scores is not None else self.glance.maps[index]
            return -1 if sight is None else sight.filter
        return -1 if self.picture is None else self.picture.tiles[index].filter

    def seen(self, place: Place | None) -> tuple[float, float] | None:
        """Return a place as (row, column) of what is looked at; None if it is on other data."""
        look = self.look
        return None if place is None or look is None or len(place) != len(look.axes) else look.seen(place)
