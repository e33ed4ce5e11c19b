"""What layers share whose kernel lies on windows of the input."""

from typing import Any

import numpy as np

from convexplorer.core.field import Field, large_input
from convexplorer.core.layers.activation import ActivatedLayer
from convexplorer.core.layers.layer import Shape
from convexplorer.core.windows import WindowFrame, window_frame


class KernelLayer(ActivatedLayer):
    """A layer with the fields below, read-only arrays among them, and the arguments that place its windows."""

    kernel: np.ndarray
    strides: tuple[int, ...]
    padding: str | tuple[tuple[int, int], ...]
    dilation_rate: tuple[int, ...]
    border: str

    @property
    def placing(self) -> dict[str, Any]:
        """The arguments that place windows, as every operator names them."""
        return {name: getattr(self, name) for name in ("strides", "padding", "dilation_rate", "border")}

    @property
    def parameter_count(self) -> int:
        """Weights and biases."""
        return self.kernel.size + (0 if self.bias is None else self.bias.size)

    @property
    def rank(self) -> int:
        """Number of spatial axes."""
        return self.kernel.ndim - 2

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what the outputs see of the image."""
        return below.through_windows(self.frame(large_input(self.strides, self.rank) if spatial is None else spatial))

    def frame(self, spatial: Shape) -> WindowFrame:
        """Return where the windows lie on an input of these sizes."""
        return window_frame(spatial, self.kernel.shape[2:], **self.placing)
