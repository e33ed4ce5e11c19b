"""Layers one after the other: all their maps, shapes, costs, receptive fields and gradients."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from convexplorer.core.geometry.arrays import as_float_like
from convexplorer.core.geometry.field import Field
from convexplorer.core.layers import Layer, Shape
from convexplorer.core.layers.layer import Earlier


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
    >>> from convexplorer.core.layers import Conv
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
    >>> from convexplorer.core.layers import Conv, MaxPool
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
    >>> from convexplorer.core.layers import Conv
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
    >>> from convexplorer.core.layers import Conv
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
    >>> from convexplorer.core.layers import Conv, MaxPool
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
    >>> from convexplorer.core.layers import Conv
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
        linear, maps = layer.run((x,), _earlier_of(earlier))
    # Whatever a layer raises belongs to that layer: it becomes a value that the window shows beside it.
    except Exception as failure:
        return Result(layer, None, None, time.perf_counter() - start, str(failure) or type(failure).__name__)
    for array in (maps, linear):
        if array is not x:
            array.setflags(write=False)
    return Result(layer, maps, linear, time.perf_counter() - start)


def _earlier_of(result: Result | None) -> Earlier | None:
    if result is None or result.linear is None or result.maps is None:
        return None
    return Earlier(result.layer, result.linear, result.maps)


def _rank(layers: Sequence[Layer]) -> int:
    """Return how many axes the image has, by the first layer that says it."""
    ranks = (layer.rank for layer in layers)
    return next((rank for rank in ranks if rank is not None), 2)
