"""Networks for the benchmarks, with random weights of the size that training leaves: MobileNetV2 and small stacks."""

import numpy as np

from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.opening.learned import conv, depthwise

# Sandler and others, "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018), table 2: expansion, channels,
# repetitions, stride of the first.
_BOTTLENECKS = (
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
)  # fmt: skip


class _Stack:
    """Layers in the making: names, and the id of the newest."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self._rng = np.random.default_rng(0)

    def put(self, layer: Layer, name: str, inputs: tuple[str, ...] = ()) -> str:
        """Append a layer under a name, which is returned."""
        read = inputs or ((self.layers[-1].id,) if self.layers else ())
        settings = {key: layer.settings[key] for key in layer.settings}
        self.layers.append(
            make_layer(layer.kind, layer.filters, weights=layer.weights, inputs=read, id=name, **settings)
        )
        return name

    def weights(self, *shape: int) -> np.ndarray:
        """Return a random kernel (filters, channels, *size) that keeps the size of values."""
        scale = (2 / np.prod(shape[1:])) ** 0.5
        return (self._rng.normal(size=shape) * scale).astype(np.float32)

    def bias(self, count: int) -> np.ndarray:
        """Return small random numbers, as a folded normalization leaves them."""
        return (self._rng.normal(size=count) * 0.1).astype(np.float32)


def mobilenet_v2() -> tuple[Layer, ...]:
    """Return MobileNetV2 with 1000 classes; normalizations are folded into the convolutions, as exporters do."""
    stack = _Stack()

    def pointwise(filters: int, channels: int, name: str, activation: str = "linear") -> str:
        return stack.put(conv(stack.weights(filters, channels, 1, 1), stack.bias(filters), activation=activation), name)

    stack.put(conv(stack.weights(32, 3, 3, 3), stack.bias(32), strides=2, activation="relu6"), "stem")
    channels = 32
    for number, (expansion, filters, repetitions, first_stride) in enumerate(_BOTTLENECKS):
        for i in range(repetitions):
            name, wide, before = f"block{number}_{i}", channels * expansion, stack.layers[-1].id
            if expansion > 1:
                pointwise(wide, channels, f"{name}_expand", "relu6")
            stride = first_stride if i == 0 else 1
            kernel = stack.weights(wide, 1, 3, 3)
            stack.put(depthwise(kernel, stack.bias(wide), strides=stride, activation="relu6"), f"{name}_depthwise")
            project = pointwise(filters, wide, f"{name}_project")
            if stride == 1 and channels == filters:
                stack.put(make_layer("add", inputs=("a", "b")), f"{name}_add", (before, project))
            channels = filters
    pointwise(1280, channels, "last", "relu6")
    stack.put(make_layer("global_average_pool"), "pool")
    weights = {"kernel": stack.weights(1000, 1280), "bias": stack.bias(1000)}
    stack.put(make_layer("dense", weights=weights, units=1000), "classes")
    return tuple(stack.layers)


def pooled_stack(*counts: int, channels: int = 3) -> tuple[Layer, ...]:
    """Return convolutions 3×3 with ReLU, each followed by a max pool."""
    stack = _Stack()
    for i, count in enumerate(counts):
        stack.put(conv(stack.weights(count, channels, 3, 3), stack.bias(count), activation="relu"), f"conv{i + 1}")
        stack.put(make_layer("max_pool"), f"pool{i + 1}")
        channels = count
    return tuple(stack.layers)
