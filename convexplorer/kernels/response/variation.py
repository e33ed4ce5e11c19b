"""A kernel varied by three settings at once: outer products, parts and strength."""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.kernels.response.outer_products import rebuilt
from convexplorer.kernels.response.parts import mixed, strengthened
from convexplorer.words import number, percent


@dataclass(frozen=True)
class Variation:
    """How a kernel is varied; the default leaves it as it is.

    Attributes
    ----------
    count : outer products that are kept; None: all of them.
    mix : −1…1, as in `mixed`.
    strength : as in `strengthened`.

    Examples
    --------
    >>> Variation(strength=0.5).of([[0.0, 0.0, 2.0]]), Variation(strength=0.5).steps
    (array([[0. , 0.5, 1. ]]), ('mixed with the identity, strength 0.5',))
    """

    count: int | None = None
    mix: float = 0.0
    strength: float = 1.0

    def of(self, plane: ArrayLike) -> np.ndarray:
        """Return a plane, varied: rebuilt first, then mixed, then strengthened."""
        made = np.asarray(plane, np.float64)
        if self.count is not None and self.count < min(made.shape):
            made = rebuilt(made, self.count).plane
        return strengthened(mixed(made, self.mix), self.strength)

    @property
    def steps(self) -> tuple[str, ...]:
        """What is done, in words that continue a sentence."""
        said = []
        if self.count is not None:
            said.append(f"rebuilt from {self.count} outer product{'' if self.count == 1 else 's'}")
        if self.mix:
            kept, other = ("odd", "even") if self.mix > 0 else ("even", "odd")
            left = 1 - abs(self.mix)
            said.append(f"only its {kept} part" if left == 0 else f"its {other} part at {percent(left)}")
        if self.strength != 1:
            said.append(f"mixed with the identity, strength {number(self.strength, 3)}")
        return tuple(said)
