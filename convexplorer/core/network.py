"""Layers one after the other: all their maps, shapes, costs, receptive fields and gradients."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass

import numpy as np

from convexplorer.core.geometry import memory
from convexplorer.core.geometry.arrays import as_float_like
from convexplorer.core.geometry.field import Field
from convexplorer.core.layers import ActivatedLayer, Conv, Layer, Shape


@dataclass(frozen=True, eq=False)
class Result:
    """What one layer gave.

    Attributes
    ----------
    maps : (channels, *spatial), read-only; None if the layer failed.
    linear : the maps before activation; `maps` itself where nothing is activated.
    seconds : time to compute; that of the first time if the result was reused.
    error : why there are no maps, or "".
    """

    layer: Layer
    maps: np.ndarray | None
    linear: np.ndarray | None
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True, eq=False)
class Evaluation(Sequence[np.ndarray]):
    """Every layer's result for one image; as a sequence, every layer's maps.

    Asking for the maps of a layer that failed raises its ValueError.
    """

    image: np.ndarray
    layers: tuple[Layer, ...]
    results: tuple[Result, ...]

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: int) -> np.ndarray:  # type: ignore[override]  # a slice has no meaning here
        result = self.results[index]
        if result.maps is None:
            raise ValueError(result.error)
        return result.maps

    def magnitudes(self, index: int) -> tuple[float, ...]:
        """Return for each map of a layer how large the terms were that it is a sum of; 0 where nothing was added.

        Those of the last layer that adds: pools and activations keep what rounding has left of a 0. Where maps were
        joined since then, the largest of them stands for all.
        """
        maps = self.results[index].maps
        count = len(self.image if maps is None else maps)
        for i in range(index, -1, -1):
            below = self.results[i - 1].maps if i else self.image
            magnitudes = None if below is None else self.layers[i].magnitudes(below)
            if magnitudes is not None:
                return magnitudes if maps is None or len(magnitudes) == count else (max(magnitudes),) * count
        return (0.0,) * count


def evaluate(layers: Sequence[Layer], image: np.ndarray, previous: Evaluation | None = None) -> Evaluation:
    """Compute every layer's maps; a layer that fails gives an error instead, and so do those after it.

    Parameters
    ----------
    image : (channels, *spatial) float; must not be changed afterwards.
    previous : results are taken from here where layer and input are the same objects; of a convolution on the
        same input also the maps of filters that are still the same.

    Examples
    --------
    >>> edges = Conv([[[[-1, 1]]]], activation="relu")
    >>> evaluate([edges], np.array([[[1.0, 3.0, 2.0]]]))[0]
    array([[[2., 0.]]])
    """
    results: list[Result] = []
    x: np.ndarray | None = image
    for i, layer in enumerate(layers):
        if x is None:
            failed = next(n for n, result in enumerate(results, start=1) if result.error)
            results.append(Result(layer, None, None, error=f"not computed, because layer {failed} failed"))
            continue
        earlier = _earlier(previous, i, x)
        results.append(earlier if earlier is not None and earlier.layer is layer else _run(layer, x, earlier))
        x = results[-1].maps
    return Evaluation(image, tuple(layers), tuple(results))


def shapes(layers: Sequence[Layer], input_shape: Shape) -> list[Shape]:
    """Return the shape after each layer; raise ValueError where one cannot take its input.

    Examples
    --------
    >>> from convexplorer.core.layers import MaxPool
    >>> shapes([Conv(np.ones((8, 3, 3, 3))), MaxPool(2)], (3, 480, 640))
    [(8, 478, 638), (8, 239, 319)]
    """
    result = []
    shape = tuple(input_shape)
    for layer in layers:
        shape = layer.output_shape(shape)
        result.append(shape)
    return result


def parameter_counts(layers: Sequence[Layer]) -> list[int]:
    """Return how many numbers each layer could learn.

    Examples
    --------
    >>> parameter_counts([Conv(np.ones((8, 1, 3, 3)), np.zeros(8)), Conv(np.ones((16, 8, 3, 3)), np.zeros(16))])
    [80, 1168]
    """
    return [layer.parameter_count for layer in layers]


def multiply_adds(layers: Sequence[Layer], input_shape: Shape) -> list[int]:
    """Return how many products with its own numbers the definition of each layer asks for.

    Products with 0 and with padding are counted, as everyone does; pools and activations multiply with nothing that
    was learned, and count as 0.

    Examples
    --------
    >>> multiply_adds([Conv(np.ones((64, 3, 7, 7)), strides=2)], (3, 230, 230))
    [118013952]
    """
    counts = []
    shape = tuple(input_shape)
    for layer in layers:
        counts.append(layer.multiply_adds(shape))
        shape = layer.output_shape(shape)
    return counts


def receptive_field(layers: Sequence[Layer], input_shape: Shape | None = None) -> list[Field]:
    """Return what each layer's outputs see of the image; what a border repeats is not added.

    Parameters
    ----------
    input_shape : (channels, *spatial) of the image. Padding "same" depends on it; without it every
        layer's stride is taken to divide its input, and layers without a size per axis as two-dimensional.
        Layers that see all of their input need it.

    Examples
    --------
    >>> from convexplorer.core.layers import MaxPool
    >>> receptive_field([Conv(np.ones((1, 1, 3, 3)), padding="same"), MaxPool(2)])[-1]
    Field(size=(4, 4), jump=(2, 2), start=(-1, -1))
    """
    rank = _rank(layers) if input_shape is None else len(input_shape) - 1
    shape = input_shape
    field = Field((1,) * rank, (1,) * rank, (0,) * rank)
    fields = []
    for layer in layers:
        after = None if shape is None else layer.output_shape(shape)
        field = layer.field(field, None if shape is None else tuple(shape[1:]))
        shape = after
        fields.append(field)
    return fields


def input_gradient(evaluation: Evaluation, gradient: np.ndarray, index: int = -1) -> np.ndarray:
    """Return the gradient with respect to the image: what each of its cells changes in a layer's maps.

    Parameters
    ----------
    gradient : with respect to the maps of layer `index`; a 1 in one place and 0 elsewhere asks for the reach of
        that one value, its effective receptive field.

    Returns
    -------
    (channels, *spatial), in the shape of the image

    Examples
    --------
    >>> evaluation = evaluate([Conv([[[1, 2, 3]]]), Conv([[[1, 1]]])], np.zeros((1, 5)))
    >>> input_gradient(evaluation, [[0, 1]])
    array([[0., 1., 3., 5., 3.]])
    """
    last = range(len(evaluation))[index]
    x = evaluation[last]
    given = as_float_like(gradient, x, "gradient")
    if given.shape != x.shape:
        raise ValueError(f"gradient must have the shape of the maps, {x.shape}; got {given.shape}")
    for i in range(last, -1, -1):
        below = evaluation[i - 1] if i else evaluation.image
        given = evaluation.layers[i].input_gradient(given, below, evaluation.results[i].linear)
    return given


def _earlier(previous: Evaluation | None, index: int, x: np.ndarray) -> Result | None:
    """Return what the layer in this place gave for the same input object."""
    if previous is None or index >= len(previous):
        return None
    input_then = previous.image if index == 0 else previous.results[index - 1].maps
    return previous.results[index] if input_then is x else None


def _run(layer: Layer, x: np.ndarray, earlier: Result | None) -> Result:
    start = time.perf_counter()
    try:
        if isinstance(layer, Conv):
            linear, maps = _convolve(layer, x, earlier)
        elif isinstance(layer, ActivatedLayer):
            linear, maps = _add(layer, x, earlier)
        else:
            maps = linear = layer(x)
    # Whatever a layer raises belongs to that layer: it becomes a value that the window shows beside it.
    except Exception as failure:
        return Result(layer, None, None, time.perf_counter() - start, str(failure) or type(failure).__name__)
    for array in (maps, linear):
        if array is not x:
            array.setflags(write=False)
    return Result(layer, maps, linear, time.perf_counter() - start)


def _add(layer: ActivatedLayer, x: np.ndarray, earlier: Result | None) -> tuple[np.ndarray, np.ndarray]:
    """Return maps before and after activation; the sums of `earlier` if only the activation is another one."""
    if earlier is None or earlier.linear is None or earlier.maps is None or not _adds_alike(layer, earlier.layer):
        linear = layer.linear(x)
        return linear, layer.activate(linear)
    is_activated_alike = isinstance(earlier.layer, ActivatedLayer) and earlier.layer.activation == layer.activation
    return earlier.linear, earlier.maps if is_activated_alike else layer.activate(earlier.linear)


def _adds_alike(one: object, other: object) -> bool:
    """Return whether two values are equal in all their fields, apart from an activation."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return (one.shape, one.dtype) == (other.shape, other.dtype) and one.tobytes() == other.tobytes()
    if not is_dataclass(one) or isinstance(one, type):
        return one == other
    names = [field.name for field in fields(one) if field.name != "activation"]
    return all(_adds_alike(getattr(one, name), getattr(other, name)) for name in names)


def _convolve(layer: Conv, x: np.ndarray, earlier: Result | None) -> tuple[np.ndarray, np.ndarray]:
    """Return maps before and after activation, computing only filters that `earlier` does not have.

    One of eight filters edited, on three channels, computing all → only this one: 3×3 3.1 → 1.5 ms at 480p and
    8.1 → 7.3 ms at 720p, 15×15 54 → 13 ms and 205 → 43 ms (median of 15, 2 cores with AVX-512, one BLAS thread).
    """
    sources = _sources(layer, earlier)
    changed = [i for i, source in enumerate(sources) if source is None]
    if earlier is None or earlier.linear is None or earlier.maps is None or len(changed) == len(sources):
        linear = layer.linear(x)
        return linear, layer.activate(linear)
    linear = _merged(earlier.linear, sources, layer.pick(changed).linear(x) if changed else None)
    is_activated_alike = isinstance(earlier.layer, Conv) and earlier.layer.activation == layer.activation
    if layer.activation.is_linear or layer.activation.is_over_channels or not is_activated_alike:
        return linear, layer.activate(linear)
    return linear, _merged(earlier.maps, sources, layer.activate(linear[changed]) if changed else None)


def _sources(layer: Conv, earlier: Result | None) -> list[int | None]:
    """Return for each filter which earlier map is its own, None if there is none."""
    if earlier is None or earlier.maps is None or not isinstance(earlier.layer, Conv):
        return [None] * len(layer.kernel)
    if layer.groups > 1 or not layer.is_placed_as(earlier.layer):
        return [None] * len(layer.kernel)
    known = {key: i for i, key in enumerate(_keys(earlier.layer))}
    return [known.get(key) for key in _keys(layer)]


def _keys(layer: Conv) -> list[tuple[bytes, float]]:
    """Return what tells filters apart: their weights bit by bit, so that NaN equals itself, and their bias."""
    biases = [0.0] * len(layer.kernel) if layer.bias is None else layer.bias.tolist()
    return [(weights.tobytes(), bias) for weights, bias in zip(layer.kernel, biases, strict=True)]


def _merged(maps: np.ndarray, sources: list[int | None], computed: np.ndarray | None) -> np.ndarray:
    """Return earlier maps in a new order, with computed ones where there is no earlier; itself if all stay."""
    if sources == list(range(len(maps))):
        return maps
    y = memory.empty((len(sources), *maps.shape[1:]), maps.dtype)
    new = iter(() if computed is None else computed)
    for i, source in enumerate(sources):
        y[i] = next(new) if source is None else maps[source]
    return y


def _rank(layers: Sequence[Layer]) -> int:
    """Return how many axes the image has, by the first layer that says it."""
    ranks = (getattr(layer, "rank", None) for layer in layers)
    return next((rank for rank in ranks if rank is not None), 2)
