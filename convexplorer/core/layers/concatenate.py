"""Maps of several layers, one behind the other."""

from dataclasses import replace

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import JoiningLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace, chosen
from convexplorer.core.layers.tracing.window import Place, read, window_at
from convexplorer.core.operators.merge import check_concatenated, concatenate


@dataclass(frozen=True)
class Concatenate(JoiningLayer):
    """The channels of its inputs, one input behind the other.

    Examples
    --------
    >>> Concatenate().output_shape((64, 28, 28), (32, 28, 28))
    (96, 28, 28)
    """

    def __call__(self, *xs: np.ndarray) -> np.ndarray:
        """Return the joined maps, a new array."""
        return concatenate(*xs)

    def output_shape(self, *input_shapes: Shape) -> Shape:
        """Return (sum of the channels, *spatial); raise ValueError if the spatial sizes differ."""
        check_concatenated(input_shapes)
        return (sum(shape[0] for shape in input_shapes), *input_shapes[0][1:])

    def input_gradients(
        self, gradient: np.ndarray, *xs: np.ndarray, linear: np.ndarray | None = None
    ) -> tuple[np.ndarray, ...]:
        """Return to each input the gradient of its own channels."""
        shares = np.split(gradient, _borders(xs))
        return tuple(share.astype(x.dtype) for share, x in zip(shares, xs, strict=True))

    def back(self, part: Part, *xs: np.ndarray, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return to each input the gradient of its own channels."""
        return tuple(Part(part.origin, share) for share in np.split(part.gradient, _borders(xs)))

    def trace(self, place: Place, *xs: np.ndarray) -> Trace:
        """Return the value as it stands in the input that it comes from."""
        index = int(np.searchsorted(_borders(xs), place[0], side="right"))
        channel = place[0] - sum(map(len, xs[:index]))
        window = window_at(self.taps(xs[0].shape[1:]), place)
        traced = chosen(self, place, "concatenate", window, read(xs[index], [channel], window))
        return replace(traced, channels=np.array([channel]), inputs=(index,))


def _borders(xs: tuple[np.ndarray, ...]) -> np.ndarray:
    """Return the channels at which one input ends and the next begins."""
    return np.cumsum([len(x) for x in xs])[:-1]
