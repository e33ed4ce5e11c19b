"""A map of a Gaussian's derivative at any angle, out of a few maps that are computed once."""

import numpy as np

from convexplorer import core
from convexplorer.core.geometry.windows import Padding
from convexplorer.kernels.families.steered import basis, steering
from convexplorer.results.orientations import Contest, Orientations


class Steering:
    """The order + 1 maps of one input, of which the map at an angle is a sum.

    A step of a drag at the angle costs one pass over these maps instead of a convolution: a millisecond at 720p.

    Parameters
    ----------
    image : (channels, H, W); their answers are added, as under a plane that all channels share.
    order, sigma, size : of the derivative, see `kernels.families.steered.derivative`.
    padding, border : of the convolution.

    Examples
    --------
    >>> picture = np.add.outer(np.arange(9.0), np.zeros(9))[np.newaxis]
    >>> float(Steering(picture, 1, 1.0, 5).at(90)[0, 0].round(6))
    1.0
    """

    def __init__(
        self,
        image: np.ndarray,
        order: int,
        sigma: float,
        size: int,
        *,
        padding: Padding = "valid",
        border: str = "zeros",
    ) -> None:
        self.order = order
        kernels = np.repeat(basis(order, sigma, size)[:, np.newaxis], len(image), axis=1)
        self._maps = core.conv(image, kernels, padding=padding, border=border)

    @property
    def maps(self) -> np.ndarray:
        """The maps of the basis, (order + 1, H, W)."""
        return self._maps

    def at(self, angle: float, out: np.ndarray | None = None) -> np.ndarray:
        """Return the map at an angle in degrees, (H, W); into `out` if that is given."""
        count, *spatial = self._maps.shape
        weights = steering(self.order, angle).astype(self._maps.dtype)
        flat = None if out is None else out.reshape(-1)
        return np.dot(weights, self._maps.reshape(count, -1), out=flat).reshape(spatial)

    def orientations(self, count: int = 24) -> Orientations:
        """Return the angle of the largest answer in each cell, out of `count` angles over half a turn."""
        angles = [180 * i / count for i in range(count)]
        contest = Contest(self._maps.shape[1:], angles, is_odd=self.order % 2 == 1)
        one = np.empty(self._maps.shape[1:], self._maps.dtype)
        for angle in angles:
            contest.enter(self.at(angle, out=one))
        return contest.outcome()
