"""A layer that cannot be built, as a value: the reason travels to where it is shown."""

from typing import ClassVar, NoReturn

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import PlainLayer


@dataclass(frozen=True)
class Impossible(PlainLayer):
    """Stands in a network for a layer whose weights or settings do not fit its input.

    Attributes
    ----------
    reason : the message of the ValueError that computing it raises.
    """

    input_count: ClassVar[int | None] = 0
    reason: str

    def __call__(self, x: np.ndarray, *more: np.ndarray) -> NoReturn:
        """Raise ValueError with the reason."""
        raise ValueError(self.reason)

    def output_shape(self, input_shape: Shape, *more: Shape) -> NoReturn:
        """Raise ValueError with the reason."""
        raise ValueError(self.reason)
