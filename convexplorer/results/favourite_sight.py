"""One favourite as it is seen: a map that is kept in sight, small."""

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.model.view import Favourite


@dataclass(frozen=True, eq=False)
class FavouriteSight:
    """One favourite as it is seen.

    Attributes
    ----------
    layer, name : what layer and map are called.
    pixels : (height, width, 4) uint8, B G R and an unused byte, in device pixels; None if there is no such map now.
    """

    favourite: Favourite
    layer: str
    name: str
    pixels: np.ndarray | None
