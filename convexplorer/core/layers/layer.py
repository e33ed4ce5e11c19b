"""What every layer can be asked, and the answer of a kind that declines."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.convolution.plans import Plan
from convexplorer.core.geometry.borders import Amounts
from convexplorer.core.geometry.field import Field, hull_of
from convexplorer.core.geometry.taps import AxisTaps
from convexplorer.core.geometry.windows import WindowFrame
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Activates, Trace
from convexplorer.core.layers.tracing.window import Place

Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Earlier:
    """What a layer gave for the same inputs before, to be used again where it still holds.

    Attributes
    ----------
    layer : the layer of then.
    linear, maps : its maps before and after activation.
    """

    layer: "Layer"
    linear: np.ndarray
    maps: np.ndarray


class Layer:
    """A frozen value that is applied to maps (channels, *spatial) or values (channels,) by calling it.

    A kind overrides what it answers; the methods here decline: with None where a question may have no answer, else
    with a ValueError. Kinds with several inputs take them one after the other (`layer(x, y)`), and so do
    `output_shape`, `multiply_adds`, `magnitudes`, `taps`, `trace` and `back`.

    Attributes
    ----------
    input_count : number of inputs; None for two or more, 0 for any number.
    is_summing : True if each map is a weighted sum with weights of the layer, plus bias.
    sees_all : True if every output depends on all cells of the input.
    is_identity : True if the maps are the input itself.
    is_opaque : True if nothing but the numbers is known of its values: neither how they came about nor their gradient.
    is_placing : True if the numbers in one input decide where the values of another go.
    activation : what is applied to the sums; linear for kinds without one.
    """

    input_count: ClassVar[int | None] = 1
    is_summing: ClassVar[bool] = False
    sees_all: ClassVar[bool] = False
    is_identity: ClassVar[bool] = False
    is_placing: ClassVar[bool] = False
    is_opaque: ClassVar[bool] = False
    activation: Activates

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the layer's maps."""
        raise NotImplementedError

    def run(self, xs: Sequence[np.ndarray], earlier: Earlier | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the maps before and after activation, reusing what `earlier` gave for the same inputs."""
        maps = self(*xs)
        return maps, maps

    # Shapes and costs

    @property
    def rank(self) -> int | None:
        """Number of spatial axes, None if the layer takes any."""
        return None

    @property
    def is_regular(self) -> bool:
        """True if all values of a map read the same channels by the same weights, where `taps` says."""
        return True

    @property
    def kernel_size(self) -> Shape | None:
        """Size of the kernel along each spatial axis, None without kernel."""
        return None

    @property
    def filters(self) -> int:
        """Number of maps with weights of their own, 0 without weights."""
        return 0

    @property
    def parameter_count(self) -> int:
        """Number of learnable parameters."""
        return 0

    @property
    def measured_count(self) -> int:
        """Number of values measured while the layer was trained, and not learned."""
        return 0

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of the maps without computing; raise ValueError if the layer cannot take the input."""
        return input_shape

    def inner_cells(self, *input_shapes: Shape) -> int:
        """Return how many cells the maps between the layer's own steps have, which are there while it computes."""
        return 0

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return the number of products with the layer's own numbers, by definition."""
        return 0

    def plan(self, input_shape: Shape) -> Plan | None:
        """Return the fixed plan for such an input, which depends on shapes alone; None where there is no choice."""
        return None

    def plan_in_force(self, input_shape: Shape) -> Plan | None:
        """Return the plan by which such an input is computed here and now; None where there is no choice."""
        return None

    def magnitudes(self, x: np.ndarray) -> tuple[float, ...] | None:
        """Return a bound on Σ|weight · input| + |bias| of each map; None if nothing is summed."""
        return None

    def strengths(self, x: np.ndarray) -> np.ndarray | None:
        """Return, for values that are angles in −π…π, the length of the vector that has the angle; None for others.

        An angle says nothing where the vector is short, and is drawn dark there.
        """
        return None

    def rounding(self, x: np.ndarray) -> np.ndarray | float:
        """Return how far two sums of the same terms in another order may lie apart, for each map."""
        return 0.0

    # Gradients

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input.

        Parameters
        ----------
        gradient : with respect to the output.
        x : the input.
        linear : the maps before activation, if there is one and they are at hand.
        """
        raise ValueError(f"layer must be one with one input and a gradient; got {type(self).__name__}")

    def input_gradients(
        self, gradient: np.ndarray, *xs: np.ndarray, linear: np.ndarray | None = None
    ) -> tuple[np.ndarray, ...]:
        """Return the gradient with respect to each input."""
        (x,) = xs
        return (self.input_gradient(gradient, x, linear),)

    # Places

    def windows(self, spatial: Shape) -> WindowFrame | None:
        """Return the windows over an input of these sizes; None for a kind without sliding windows."""
        return None

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return the input cells that each output reads, axis by axis.

        Parameters
        ----------
        spatials : sizes of each input, without channels.
        of : index of the input whose cells are meant.

        Raises
        ------
        ValueError : the layer does not keep the axes of its input.
        """
        raise ValueError(f"layer must be one that keeps the axes of its input; got {type(self).__name__}")

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return the receptive field of the outputs.

        Parameters
        ----------
        below : receptive field of the input's cells.
        spatial : sizes of the input, None if not known.
        """
        return below

    def joint_field(self, belows: Sequence[Field], spatials: Sequence[Shape | None]) -> Field:
        """Return the receptive field of the outputs, given that of each input's cells."""
        return self.field(hull_of(belows, spatials[0]), spatials[0])

    def padded_as(self, padding: Amounts) -> "Layer":
        """Return the same layer with another padding, (before, after) per axis."""
        raise ValueError(f"layer must have windows; got {type(self).__name__}")

    def surrounded(self, x: np.ndarray, amounts: Amounts) -> np.ndarray:
        """Return `x` with the cells that windows meet around it; NaN where they meet none."""
        return np.pad(x, ((0, 0), *amounts), constant_values=np.nan)

    # One value, one filter, one channel

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return how the value in a place (channel, *cell) is computed; its channels are not activated together."""
        raise ValueError(f"layer must be one whose values can be traced; got {type(self).__name__}")

    def before_activation(
        self, traced: Trace, x: np.ndarray, linear: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the values of all channels in the place of a trace before activation, and the same in float64.

        Parameters
        ----------
        linear : the maps before activation, None if not known.
        """
        raise ValueError(f"layer must be one that activates; got {type(self).__name__}")

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to each input, from that with respect to the maps."""
        raise ValueError(f"layer must be one whose gradient can be followed; got {type(self).__name__}")

    def kernel_plane(self, filter_index: int, channel: int) -> np.ndarray:
        """Return the weights (*size) between a channel and a filter; zeros where they do not meet."""
        raise ValueError(f"layer must have a kernel; got {type(self).__name__}")

    def bias_of(self, index: int) -> float:
        """Return what is added to the sums of a map, 0 without bias."""
        return 0.0

    def parts(self, x: np.ndarray, index: int) -> np.ndarray | None:
        """Return what each channel adds to a map, (channels, *output); None if the layer sums over no channels."""
        return None

    def pick(self, filters: Sequence[int]) -> "Layer | None":
        """Return the layer with some of its filters; None if it cannot be taken apart."""
        return None

    def reading(self, channel: int) -> "Layer | None":
        """Return the layer with only the weights of one input channel; None if it cannot be taken apart."""
        return None

    def alone(self, channel: int) -> "tuple[Layer, range] | None":
        """Return the layer that makes one map, and the input channels it is applied to; None if there is none."""
        return None

    def flipped(self) -> "Layer | None":
        """Return the layer with its kernel turned by 180°, convolution instead of correlation; None without kernel."""
        return None
