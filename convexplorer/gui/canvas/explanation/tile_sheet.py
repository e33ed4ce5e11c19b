"""What a view of tiles is given: pictures in colours of numbers, and a sentence."""

from typing import Protocol

from convexplorer.results.picture import Tile


class TileSheet(Protocol):
    """What a view of tiles shows: `GradientMaps`, `ShiftMaps`."""

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The pictures; the scale of the last one is named below them."""

    @property
    def extent(self) -> tuple[float, float]:
        """Rows and columns of the picture that they show."""

    @property
    def strongest(self) -> int:
        """Index of the tile that is marked."""

    @property
    def sentence(self) -> str:
        """What is seen, in words."""
