"""What is done to a picture before the first layer gets it: the first card of every trained network."""

import math
from typing import Literal

from convexplorer._dataclass import dataclass

FITS = ("crop", "letterbox", "stretch")
ORDERS = ("rgb", "bgr", "grey")
MOST_SIDE = 1 << 14  # rows or columns of a picture that is made for a network


def is_size(size: tuple[int, int]) -> bool:
    """Return True if a picture can be brought to this size, (rows, columns)."""
    return all(1 <= n <= MOST_SIDE for n in size)


@dataclass(frozen=True)
class Preprocessing:
    """The picture as a network was trained on it: `((pixel · (high − low) + low) − mean) / deviation`.

    Attributes
    ----------
    size : (rows, columns) of the network's input; None leaves the picture's own.
    fit : how a picture of other proportions gets this size: "crop" cuts off what is too much at the longer sides,
        "letterbox" adds a border at the shorter ones, "stretch" changes the proportions.
    order : of the channels: "rgb", "bgr", or "grey" for one channel of luminance.
    low, high : the numbers that black and white become, as 0 and 1, 0 and 255, −1 and 1.
    mean, deviation : subtracted, and divided by, after that; one number for each channel, or one for all.
    """

    size: tuple[int, int] | None = None
    fit: Literal["crop", "letterbox", "stretch"] = "crop"
    order: Literal["rgb", "bgr", "grey"] = "rgb"
    low: float = 0.0
    high: float = 1.0
    mean: tuple[float, ...] = (0.0,)
    deviation: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        if self.fit not in FITS:
            raise ValueError(f"fit must be one of {', '.join(FITS)}; got {self.fit!r}")
        if self.order not in ORDERS:
            raise ValueError(f"order must be one of {', '.join(ORDERS)}; got {self.order!r}")
        if self.size is not None and not is_size(self.size):
            raise ValueError(f"size must be rows and columns, each 1 to {MOST_SIDE}; got {self.size}")
        numbers = (self.low, self.high, *self.mean, *self.deviation)
        if not all(math.isfinite(number) for number in numbers):
            raise ValueError("low, high, mean and deviation must be finite numbers")
        if self.low == self.high:
            raise ValueError(f"black and white must become different numbers; both are {self.low:g}")
        if 0 in self.deviation:
            raise ValueError("the deviation must not be 0: the picture is divided by it")
        channels = self.channels
        for name, found in (("mean", self.mean), ("deviation", self.deviation)):
            if len(found) not in (1, channels):
                raise ValueError(
                    f"{name} must have one number, or one for each of {channels} channels; got {len(found)}"
                )

    @property
    def channels(self) -> int:
        """Number of channels of the network's input."""
        return 1 if self.order == "grey" else 3
