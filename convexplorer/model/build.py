"""The translation of a project into computation: core layers, their inputs, and the input picture."""

import threading
from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import luminance
from convexplorer.core.geometry import memory
from convexplorer.core.kinds import MAX_WEIGHTS, Given
from convexplorer.core.layers import Identity, Shape
from convexplorer.core.layers import Layer as CoreLayer
from convexplorer.core.layers.impossible import Impossible
from convexplorer.core.network import Graph
from convexplorer.kernels.filter import Filter
from convexplorer.model.fitting import prepared, white_number
from convexplorer.model.layer import Layer
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.project import positions_of_inputs
from convexplorer.sources.byte_image import from_bgr8
from convexplorer.sources.frame import Frame

# The engine reuses its results as long as the layer objects are identical; projects share unchanged layers.
# A core layer is cached as long as the project's layer exists.
_BUILT: "WeakKeyDictionary[Layer, dict[object, CoreLayer]]" = WeakKeyDictionary()
# The input of the last frame, as long as that frame exists: a cache must not keep it while the next one is read.
_Key = tuple[str, str, Preprocessing | None]
_CHOSEN: "WeakKeyDictionary[Frame, tuple[_Key, tuple[np.ndarray, tuple[str, ...]]]]" = WeakKeyDictionary()
_LOCK = threading.Lock()
_IDENTITY = Identity()
_BAND_ROWS = 64


@dataclass(frozen=True, eq=False)
class Built:
    """The core layers of a project, in the project's order.

    Attributes
    ----------
    layers : with `Identity` for a disabled layer, and `Impossible` for a layer that does not fit its input.
    inputs : for each layer, the positions of its inputs; −1 is the picture.
    input_shapes : for each layer, the shapes of its inputs; () if unknown, behind an impossible layer.
    """

    layers: tuple[CoreLayer, ...]
    inputs: tuple[tuple[int, ...], ...]
    input_shapes: tuple[tuple[Shape, ...], ...]

    @property
    def graph(self) -> Graph:
        """The graph of layers and inputs, ready for evaluation."""
        return Graph(self.layers, self.inputs)


def build(project_layers: Sequence[Layer], input_shape: Shape) -> Built:
    """Return the core layers of a project's layers for a picture of this shape.

    The same layer and number of input channels yield the same object again. A layer that cannot be built becomes
    `core.layers.Impossible` with the reason, so that positions agree and other branches are still evaluated.

    Parameters
    ----------
    input_shape : (channels, *spatial) of the picture.
    """
    shapes: list[Shape | None] = []
    layers: list[CoreLayer] = []
    inputs: list[tuple[int, ...]] = []
    input_shapes: list[tuple[Shape, ...]] = []
    for layer, named in zip(project_layers, positions_of_inputs(project_layers), strict=True):
        read = named if layer.is_enabled else named[:1]
        found = [tuple(input_shape) if i < 0 else shapes[i] for i in read]
        known = tuple(shape for shape in found if shape is not None)
        if len(known) < len(found):  # evaluation reports the layer that failed
            known = ()
            layers.append(_IDENTITY)
            shapes.append(None)
        else:
            built, shape = build_layer(layer, known)
            layers.append(built)
            shapes.append(shape)
        inputs.append(read)
        input_shapes.append(known)
    return Built(tuple(layers), tuple(inputs), tuple(input_shapes))


def build_layer(layer: Layer, input_shapes: tuple[Shape, ...]) -> tuple[CoreLayer, Shape | None]:
    """Return the core layer for inputs of these shapes, and the shape of its maps, or None if it is impossible."""
    if not layer.is_enabled:
        return _IDENTITY, input_shapes[0]
    # Weights depend on channels only: a picture of another size keeps the layer and its cached results.
    built = _build(layer, tuple(shape[0] for shape in input_shapes), len(input_shapes[0]))
    try:
        return built, built.output_shape(*input_shapes)
    except ValueError:
        return built, None  # evaluation reports the reason at this layer


def make_given(layer: Layer, input_shapes: tuple[Shape, ...]) -> Given:
    """Return the arguments for constructing a core layer; ValueError if filters and channels do not fit."""
    kernel = bias = None
    if layer.filters:
        planes = layer.row.planes(layer.settings, input_shapes[0][0])
        count = len(layer.filters) * planes * layer.filters[0].planes[0].size
        if count > MAX_WEIGHTS:
            raise ValueError(
                f"{len(layer.filters)} filters on {planes} channels have {count} weights; at most {MAX_WEIGHTS} "
                f"({MAX_WEIGHTS * 4 / 1e9:.1f} GB) are made"
            )
        with np.errstate(over="ignore"):  # a weight beyond the range of float32 becomes infinite, and the map shows it
            kernel = np.stack([effective_planes(f, planes) for f in layer.filters]).astype(np.float32)
            if layer["use_bias"]:
                bias = np.array([f.bias for f in layer.filters], dtype=np.float32)
    return Given(layer.settings, input_shapes, kernel, bias, layer.weights)


def effective_planes(one: Filter, channel_count: int) -> np.ndarray:
    """Return the weights (C, *size) float64 applied to `channel_count` channels, before any flip.

    A single plane is shared by all channels. Several planes on a single channel are summed, because a grey picture is
    one with equal red, green and blue; otherwise the numbers of planes and channels must agree.
    """
    count = one.planes.shape[0]
    if count == channel_count:
        return one.planes
    if count == 1:
        return np.broadcast_to(one.planes, (channel_count, *one.size))
    if channel_count == 1:
        with np.errstate(all="ignore"):  # a kernel may hold infinity
            total: np.ndarray = one.planes.sum(axis=0, keepdims=True)
        return total
    raise ValueError(f"filter {one.name!r} has {count} planes, its input has {channel_count} channels")


def choose_input(
    frame: Frame,
    choice: str,
    numbers: str = "unit",
    preprocessing: Preprocessing | None = None,
    *,
    is_kept: bool = True,
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the input of the first layer, (C, H, W), and a name for each channel.

    The same frame and choice yield the same array object, by which the engine recognises an unchanged input.

    Parameters
    ----------
    choice : "color" drops alpha and "all" keeps it; "luminance" yields one channel; a number as text selects one
        channel, or the first if the frame has no such channel, so that a project stays usable with another picture.
    numbers : "unit" or "stored", as in `Project`.
    preprocessing : what a network was trained on: it alone then decides about size, channels and numbers.
    is_kept : False for a frame of many that nobody sees: what is known of the window's frame stays known.
    """
    if not is_kept:
        return _choose(frame, choice, numbers) if preprocessing is None else prepared(frame, preprocessing)
    key = choice, numbers, preprocessing
    with _LOCK:
        known, chosen = _CHOSEN.get(frame, (None, None))
    if chosen is None or known != key:
        chosen = _choose(frame, choice, numbers) if preprocessing is None else prepared(frame, preprocessing)
        with _LOCK:
            _CHOSEN.clear()
            _CHOSEN[frame] = key, chosen
    return chosen


def white_of(frame: Frame, numbers: str, preprocessing: Preprocessing | None = None) -> float:
    """Return the number that is white in the input: 1, or the full scale of stored integers.

    With a preprocessing it is the number that white becomes before mean and deviation.
    """
    if preprocessing is not None:
        return white_number(preprocessing)
    samples = frame.samples
    return samples.full_scale if numbers == "stored" and samples is not None and samples.full_scale else 1.0


def leaves_alpha_out(frame: Frame, choice: str, preprocessing: Preprocessing | None = None) -> bool:
    """Return True if the frame has alpha, and the first layer's input is everything else."""
    is_left = preprocessing is not None or choice in ("color", "luminance")
    return "A" in frame.channels and len(frame.channels) > 1 and is_left


@np.errstate(over="ignore", invalid="ignore")  # a float picture may hold infinity
def _choose(frame: Frame, choice: str, numbers: str) -> tuple[np.ndarray, tuple[str, ...]]:
    kept = list(range(len(frame.channels)))
    if choice in ("color", "luminance"):  # alpha is neither, unless there is nothing else
        kept = [i for i in kept if frame.channels[i] != "A"] or kept
    elif choice != "all":
        kept = [int(choice) if int(choice) < len(kept) else 0]
    white, is_mixed = white_of(frame, numbers), choice == "luminance" and len(kept) > 1
    names = ("Y",) if is_mixed else tuple(frame.channels[i] for i in kept)
    if is_mixed and frame.pixels is not None and white == 1:
        return _read_only(_luminance_of_bytes(frame.pixels)), names
    image = _picked(frame, kept)
    if white != 1:
        # The division by the full scale left a rounding error; stored numbers are whole.
        image = _read_only(np.rint(image * np.float32(white)))
    if is_mixed:
        # Only three channels are red, green and blue; for other counts, brightness is the mean.
        y = luminance(image) if len(kept) == 3 else image.mean(axis=0, keepdims=True, dtype=np.float32)
        image = _read_only(y)
    return image, names


def _picked(frame: Frame, kept: list[int]) -> np.ndarray:
    """Return some channels of a frame, (C, *spatial); all of them are the image itself."""
    if len(kept) == len(frame.channels):
        return frame.image
    if len(kept) == 1:
        return frame.channel(kept[0])
    # Alpha is usually the last channel; then the selection is a view.
    return frame.image[: len(kept)] if kept == list(range(len(kept))) else _read_only(frame.image[kept])


def _luminance_of_bytes(pixels: np.ndarray) -> np.ndarray:
    """Return the luminance (1, H, W) of bytes band by band, which stay in the cache: no other planes are made."""
    y = memory.empty((1, *pixels.shape[:2]), np.float32)
    for top in range(0, len(pixels), _BAND_ROWS):
        rows = slice(top, top + _BAND_ROWS)
        y[:, rows] = luminance(from_bgr8(pixels[rows]))
    return y


def _build(layer: Layer, channels: tuple[int, ...], axes: int) -> CoreLayer:
    key = (channels, axes)
    with _LOCK:
        known = _BUILT.setdefault(layer, {}).get(key)
    if known is not None:
        return known
    shapes = tuple((count, *(1,) * (axes - 1)) for count in channels)
    built: CoreLayer
    try:
        built = layer.row.make(make_given(layer, shapes))
    except ValueError as error:
        built = Impossible(str(error))
    with _LOCK:
        return _BUILT[layer].setdefault(key, built)


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
