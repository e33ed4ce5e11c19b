"""Networks of torchvision by the names of their weights: files of weights do not tell an architecture, names may.

The names and shapes of a file must be those of a network to the last one; then its strides, pools and the order of its
layers are those of its code, which is public and has not changed for years. A note says that they are assumed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.opening import learned
from convexplorer.model.opening.learned import CannotBeShown
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.opening.stack import Stack
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.preprocessing_presets import PRESETS
from convexplorer.model.project import INPUT

_EPSILON = 1e-5
# As its recipes for ImageNet have it; also the size for which the pools before its dense layers change nothing.
_PICTURE = replace(PRESETS["torch"][1], size=(224, 224))
_PREFIX = "module."  # of networks trained on several devices
_COUNTER = "num_batches_tracked"
# Strides of MobileNetV2's blocks, in order.
_MOBILE_STRIDES = (1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1)


def torchvision_network(tensors: Mapping[str, np.ndarray], *, title: str = "") -> OpenedNetwork | None:
    """Return the network whose weights have the names of one of torchvision's; None if they are none of them."""
    names = {name.removeprefix(_PREFIX): one for name, one in tensors.items() if not name.endswith(_COUNTER)}
    for label, build in _NETWORKS.items():
        reader = _Reader(names)
        try:
            build(reader)
        except (KeyError, ValueError, IndexError):
            continue  # a name or a shape is another
        if reader.is_whole:
            note = f"Names and shapes are those of torchvision's {label}; its strides, pools and picture are assumed."
            return OpenedNetwork(title, reader.stack.layers, _picture(reader.stack.layers[0]), notes=(note,))
    return None


def _picture(first: Layer) -> Preprocessing | None:
    """Return the picture that the first convolution reads."""
    channels = len(first.filters[0].planes)
    if channels == 1:
        return Preprocessing(size=_PICTURE.size, order="grey")
    return _PICTURE if channels == 3 else None


class _Reader:
    """Layers made of weights by their names; each name is taken once."""

    def __init__(self, tensors: Mapping[str, np.ndarray]) -> None:
        self.stack = Stack()
        self.at = INPUT  # the layer that the next one reads
        self._tensors = tensors
        self._taken: set[str] = set()

    @property
    def is_whole(self) -> bool:
        """True if every array of the file has been taken."""
        return self._taken == set(self._tensors)

    def has(self, name: str) -> bool:
        """Return True if a layer of this name has weights."""
        return f"{name}.weight" in self._tensors

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a layer's weights; KeyError if there are none."""
        return self._tensors[f"{name}.weight"].shape

    def numbers(self, prefix: str) -> list[int]:
        """Return the numbers of the modules in a sequence, in order."""
        found = re.compile(re.escape(prefix) + r"\.(\d+)\.")
        return sorted({int(match[1]) for match in map(found.match, self._tensors) if match})

    def conv(
        self,
        name: str,
        size: int,
        stride: int = 1,
        padding: int = 0,
        *,
        channels: int | None = None,
        has_bias: bool = False,
    ) -> None:
        """Add a convolution; ValueError if its kernels have another size.

        Parameters
        ----------
        channels : of its input, if it may have groups.
        """
        kernel = self._take(name, "weight")
        if kernel.shape[2:] != (size, size):
            raise CannotBeShown(f"{name} has kernels of another size")
        groups = 1 if channels is None else channels // kernel.shape[1]
        sides = ((padding, padding),) * 2 if padding else "valid"
        bias = self._take(name, "bias") if has_bias else None
        if groups > 1 and kernel.shape[1] == 1:
            each = kernel.reshape(groups, -1, size, size)
            self.add(learned.depthwise(each, bias, strides=stride, padding=sides), name)
        else:
            self.add(learned.conv(kernel, bias, strides=stride, padding=sides, groups=groups), name)

    def norm(self, name: str) -> None:
        """Add a batch normalization."""
        gamma, beta, mean, variance = (
            self._take(name, part) for part in ("weight", "bias", "running_mean", "running_var")
        )
        self.add(learned.batch_norm(gamma, beta, mean, variance, _EPSILON), name)

    def dense(self, name: str) -> None:
        """Add a dense layer."""
        self.add(learned.dense(self._take(name, "weight"), self._take(name, "bias")), name)

    def relu(self, name: str, kind: str = "relu") -> None:
        """Add an activation."""
        self.add(make_layer("activation", activation=kind), name)

    def pool(self, name: str, size: int, padding: int = 0) -> None:
        """Add a max pool with a stride of 2."""
        sides = ((padding, padding),) * 2 if padding else "valid"
        self.add(make_layer("max_pool", pool_size=size, strides=2, padding=sides), name)

    def flatten(self, *, is_pooled: bool) -> None:
        """Add what makes a row of numbers of maps."""
        if is_pooled:
            self.add(make_layer("global_average_pool", keepdims=True), "avgpool")
        self.add(make_layer("flatten", channels_last=False), "flatten")

    def add(self, layer: Layer, name: str, inputs: Sequence[str] = ()) -> None:
        """Add a layer that reads the one before, or others."""
        self.at = self.stack.add(layer, name, tuple(inputs) or (self.at,))

    def _take(self, name: str, part: str) -> np.ndarray:
        path = f"{name}.{part}"
        self._taken.add(path)
        return self._tensors[path]


def _resnet(reader: _Reader) -> None:
    reader.conv("conv1", 7, 2, 3)
    reader.norm("bn1")
    reader.relu("relu")
    reader.pool("maxpool", 3, 1)
    for i in (1, 2, 3, 4):
        for j in reader.numbers(f"layer{i}"):
            _residual_block(reader, f"layer{i}.{j}", 2 if i > 1 and j == 0 else 1)
    reader.flatten(is_pooled=True)
    reader.dense("fc")


def _residual_block(reader: _Reader, name: str, stride: int) -> None:
    entered = reader.at
    width = reader.shape(f"{name}.conv1")[0]
    is_bottleneck = reader.has(f"{name}.conv3")
    steps = [(1, 1, 0), (3, stride, 1), (1, 1, 0)] if is_bottleneck else [(3, stride, 1), (3, 1, 1)]
    for i, (size, step, padding) in enumerate(steps, 1):
        reader.conv(f"{name}.conv{i}", size, step, padding, channels=width if size == 3 and i > 1 else None)
        reader.norm(f"{name}.bn{i}")
        if i < len(steps):
            reader.relu(f"{name}.relu{i}")
    left = reader.at
    reader.at = entered
    if reader.has(f"{name}.downsample.0"):
        reader.conv(f"{name}.downsample.0", 1, stride)
        reader.norm(f"{name}.downsample.1")
    reader.add(make_layer("add"), f"{name}.add", (left, reader.at))
    reader.relu(f"{name}.relu")


def _vgg(reader: _Reader) -> None:
    numbers = [i for i in reader.numbers("features") if len(reader.shape(f"features.{i}")) == 4]
    has_norm = len(reader.numbers("features")) > len(numbers)
    step = 3 if has_norm else 2
    for i, following in zip(numbers, [*numbers[1:], None], strict=True):
        reader.conv(f"features.{i}", 3, 1, 1, has_bias=True)
        if has_norm:
            reader.norm(f"features.{i + 1}")
        reader.relu(f"features.{i + step - 1}")
        if following is None or following == i + step + 1:
            reader.pool(f"features.{i + step}", 2)
        elif following != i + step:
            raise CannotBeShown("its convolutions have other distances")
    _require_row(reader, numbers[-1], 7)
    _classifier(reader, (0, 3, 6))


def _alexnet(reader: _Reader) -> None:
    for i, size, stride, padding, is_pooled in (
        (0, 11, 4, 2, 1),
        (3, 5, 1, 2, 1),
        (6, 3, 1, 1, 0),
        (8, 3, 1, 1, 0),
        (10, 3, 1, 1, 1),
    ):
        reader.conv(f"features.{i}", size, stride, padding, has_bias=True)
        reader.relu(f"features.{i + 1}")
        if is_pooled:
            reader.pool(f"features.{i + 2}", 3)
    _require_row(reader, 10, 6, "classifier.1")
    _classifier(reader, (1, 4, 6))


def _require_row(reader: _Reader, last: int, cells: int, first: str = "classifier.0") -> None:
    """Raise unless the first dense layer reads so many cells of the last convolution's maps along both axes."""
    if reader.shape(first)[1] != reader.shape(f"features.{last}")[0] * cells**2:
        raise CannotBeShown("its dense layers read another number of values")


def _classifier(reader: _Reader, numbers: tuple[int, ...]) -> None:
    reader.flatten(is_pooled=False)
    for i in numbers:
        reader.dense(f"classifier.{i}")
        if i != numbers[-1]:
            reader.relu(f"classifier.{i + 1}")


def _mobilenet(reader: _Reader) -> None:
    last = len(_MOBILE_STRIDES) + 1
    if reader.numbers("features") != list(range(last + 1)):
        raise CannotBeShown("it has another number of blocks")
    _mobile_step(reader, "features.0", 3, 2)
    for i, stride in enumerate(_MOBILE_STRIDES, 1):
        _inverted_residual(reader, f"features.{i}.conv", stride)
    _mobile_step(reader, f"features.{last}", 1, 1)
    reader.flatten(is_pooled=True)
    reader.dense("classifier.1")


def _inverted_residual(reader: _Reader, name: str, stride: int) -> None:
    entered, steps = reader.at, reader.numbers(name)
    channels = reader.shape(f"{name}.0.0")[1]
    if len(steps) == 4:  # the channels become more first
        _mobile_step(reader, f"{name}.0", 1, 1)
    else:
        channels = reader.shape(f"{name}.0.0")[0]
    depthwise = f"{name}.{len(steps) - 3}"
    _mobile_step(reader, depthwise, 3, stride, channels=reader.shape(f"{depthwise}.0")[0])
    reader.conv(f"{name}.{len(steps) - 2}", 1)
    reader.norm(f"{name}.{len(steps) - 1}")
    if stride == 1 and channels == reader.shape(f"{name}.{len(steps) - 2}")[0]:
        reader.add(make_layer("add"), f"{name}.add", (entered, reader.at))


def _mobile_step(reader: _Reader, name: str, size: int, stride: int, channels: int | None = None) -> None:
    reader.conv(f"{name}.0", size, stride, size // 2, channels=channels)
    reader.norm(f"{name}.1")
    reader.relu(f"{name}.2", "relu6")


_NETWORKS: dict[str, Callable[[_Reader], None]] = {
    "ResNet": _resnet,
    "VGG": _vgg,
    "AlexNet": _alexnet,
    "MobileNetV2": _mobilenet,
}
