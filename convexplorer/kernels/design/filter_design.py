"""A design as a value: what is wanted, how large the kernel is, by which method; it makes the kernel."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from convexplorer._dataclass import dataclass
from convexplorer.kernels.design.classical import (
    WINDOWS,
    Window,
    frequency_sampling,
    mcclellan,
    window_weights,
    windowed,
)
from convexplorer.kernels.design.least_squares import least_squares
from convexplorer.kernels.design.settings import number_in, read_shape, shape_settings
from convexplorer.kernels.design.spectrum import Size
from convexplorer.kernels.design.target import Target, draw
from convexplorer.kernels.filter import MAX_KERNEL_SIZE
from convexplorer.words import number, times

Method = Literal["least-squares", "frequency-sampling", "window", "mcclellan"]
METHODS: dict[str, str] = {
    "least-squares": "least squares",
    "frequency-sampling": "frequency sampling",
    "window": "window",
    "mcclellan": "McClellan",
}
# Frequencies along an axis. Windows need the unlimited kernel, of which they keep a part.
GRID, FINE_GRID = 256, 512
BETAS = (0.0, 20.0)
_ROUNDING = 1e-14


@dataclass(frozen=True)
class FilterDesign:
    """A kernel in the making.

    Attributes
    ----------
    target : the wanted response.
    size : (rows, columns) of the kernel.
    method : "mcclellan" makes circles of the target's cut to the right; it needs a square of odd size.
    window, beta, is_circular : of the method "window".
    total : what the weights sum to, None for what comes out.
    """

    target: Target
    size: Size = (15, 15)
    method: Method = "least-squares"
    window: Window = "hamming"
    beta: float = 3.0
    is_circular: bool = True
    total: float | None = None

    def __post_init__(self) -> None:
        if not all(1 <= cells <= MAX_KERNEL_SIZE for cells in self.size):
            raise ValueError(f"size must be 1 to {MAX_KERNEL_SIZE} along each axis; got {times(self.size)}")
        if self.method not in tuple(METHODS):
            raise ValueError(f"method must be one of {', '.join(METHODS)}; got {self.method!r}")
        if self.window not in WINDOWS:
            raise ValueError(f"window must be one of {', '.join(WINDOWS)}; got {self.window!r}")
        if not BETAS[0] <= self.beta <= BETAS[1]:
            raise ValueError(f"beta must be {BETAS[0]:g}…{BETAS[1]:g}; got {self.beta}")
        if self.total is not None and not np.isfinite(self.total):
            raise ValueError(f"total must be finite; got {self.total}")

    def kernel(self) -> NDArray[np.float64]:
        """Return the kernel.

        Raises
        ------
        ValueError : this method cannot make a kernel of this size, or nothing is wanted.

        Examples
        --------
        >>> from convexplorer.kernels.design.shapes import Disc
        >>> low_pass = FilterDesign(Target((Disc(radius=0.1),)), (9, 9), total=1.0).kernel()
        >>> low_pass.shape, round(float(low_pass.sum()), 9)
        ((9, 9), 1.0)
        """
        kernel = self._with_total(self._classical()) if self.method != "least-squares" else self._nearest()
        # What rounding has left of weights that are 0 would be read as numbers.
        return np.where(np.abs(kernel) > _ROUNDING * np.abs(kernel).max(), kernel, 0.0)

    def settings(self) -> dict[str, Any]:
        """Return the design as values of JSON."""
        target = self.target
        return {
            "shapes": [shape_settings(shape) for shape in target.shapes],
            "level": target.level,
            "weight": target.weight,
            "margin": target.margin,
            "size": list(self.size),
            "method": self.method,
            "window": self.window,
            "beta": self.beta,
            "is_circular": self.is_circular,
            "total": "free" if self.total is None else self.total,
        }

    def words(self) -> str:
        """Return how the kernel is made, as a line for the user."""
        method = METHODS[self.method]
        if self.method == "window":
            beta = f" β = {number(self.beta, 3)}" if self.window == "kaiser" else ""
            method = f"{'round' if self.is_circular else 'rectangular'} {self.window.title()} window{beta}"
        total = "" if self.total is None else f", sum {number(self.total)}"
        return f"{self.target.words()} ({method}, {times(self.size)}{total})"

    def _nearest(self) -> NDArray[np.float64]:
        count = GRID if 2 * max(self.size) <= GRID else FINE_GRID
        wanted, weights = draw(self.target, count, count)
        return least_squares(wanted, self.size, weights, total=self.total)

    def _classical(self) -> NDArray[np.float64]:
        target, size = self.target, self.size
        if self.method == "frequency-sampling":
            return frequency_sampling(draw(target, *size).wanted)
        if self.method == "window":
            wanted = draw(target, FINE_GRID, FINE_GRID).wanted
            return windowed(wanted, size, self.window, beta=self.beta, is_circular=self.is_circular)
        if size[0] != size[1] or size[0] % 2 == 0:
            raise ValueError(f"McClellan’s transform makes squares of an odd size; {times(size)} is none")
        middle = GRID // 2
        # The row of frequencies to the right, twice: a grid has at least two for a cell of the kernel.
        cut, matter = (grid[[middle, middle]] for grid in draw(target, GRID, FINE_GRID))
        return mcclellan(least_squares(cut, (1, size[1]), matter)[0])

    def _with_total(self, kernel: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the kernel plus as much of a bell as its sum lacks; a constant would be a box in the response."""
        if self.total is None:
            return kernel
        bell = window_weights(self.size, is_circular=False)
        return np.asarray(kernel + bell * ((self.total - kernel.sum()) / bell.sum()))


def read_design(settings: Mapping[str, Any]) -> FilterDesign:
    """Return the design of `FilterDesign.settings`; what is left out has its default.

    Raises
    ------
    ValueError : a setting is none; the text is a sentence for the user.
    """
    found, default = dict(settings), FilterDesign(Target())
    shapes, size = found.get("shapes", []), found.get("size", list(default.size))
    if not isinstance(shapes, list | tuple):
        raise ValueError("shapes must be a list of areas")
    if not isinstance(size, list | tuple) or len(size) != 2 or not all(type(cells) is int for cells in size):
        raise ValueError(f"size must be two whole numbers; got {size!r}")
    total = found.get("total", "free")
    target = Target(
        tuple(map(read_shape, shapes)),
        *(_number_of(found, name, getattr(default.target, name)) for name in ("level", "weight", "margin")),
    )
    return FilterDesign(
        target,
        (size[0], size[1]),
        method=found.get("method", default.method),
        window=found.get("window", default.window),
        beta=_number_of(found, "beta", default.beta),
        is_circular=bool(found.get("is_circular", default.is_circular)),
        total=None if total == "free" else _number_of(found, "total", 0.0),
    )


def _number_of(settings: Mapping[str, Any], name: str, default: float) -> float:
    return number_in(settings, name) if name in settings else default
