"""What can be said of layers without computing them: shapes, costs and receptive fields."""

from convexplorer.core.geometry.field import Field
from convexplorer.core.layers import Shape
from convexplorer.core.network.graph import IMAGE, Graph, Layers, as_graph, check_input_count


def shapes(layers: Layers, input_shape: Shape) -> list[Shape]:
    """Return the shape after each layer; raise ValueError where one cannot take its input.

    Examples
    --------
    >>> import numpy as np
    >>> from convexplorer.core.layers import Conv, MaxPool
    >>> shapes([Conv(np.ones((8, 3, 3, 3))), MaxPool(2)], (3, 480, 640))
    [(8, 478, 638), (8, 239, 319)]
    """
    graph = as_graph(layers)
    known = {IMAGE: tuple(input_shape)}
    for i, layer in enumerate(graph.layers):
        check_input_count(layer, len(graph.inputs[i]))
        known[i] = layer.output_shape(*(known[j] for j in graph.inputs[i]))
    return [known[i] for i in range(len(graph))]


def parameter_counts(layers: Layers) -> list[int]:
    """Return the number of learnable parameters of each layer.

    Examples
    --------
    >>> import numpy as np
    >>> from convexplorer.core.layers import Conv
    >>> parameter_counts([Conv(np.ones((8, 1, 3, 3)), np.zeros(8)), Conv(np.ones((16, 8, 3, 3)), np.zeros(16))])
    [80, 1168]
    """
    return [layer.parameter_count for layer in as_graph(layers).layers]


def multiply_adds(layers: Layers, input_shape: Shape) -> list[int]:
    """Return the multiply–accumulate count of each layer by definition, padding and zeros included.

    Pools and activations multiply with no weights, and count as 0.

    Examples
    --------
    >>> import numpy as np
    >>> from convexplorer.core.layers import Conv
    >>> multiply_adds([Conv(np.ones((64, 3, 7, 7)), strides=2)], (3, 230, 230))
    [118013952]
    """
    graph = as_graph(layers)
    known = {IMAGE: tuple(input_shape), **dict(enumerate(shapes(graph, input_shape)))}
    return [
        layer.multiply_adds(*(known[j] for j in indices))
        for layer, indices in zip(graph.layers, graph.inputs, strict=True)
    ]


def receptive_field(layers: Layers, input_shape: Shape | None = None) -> list[Field]:
    """Return the receptive field of each layer's outputs; cells repeated by a border mode are not traced back.

    Parameters
    ----------
    input_shape : (channels, *spatial) of the image. Padding "same" depends on it; without it every
        layer's stride is taken to divide its input, and layers without a size per axis as two-dimensional.
        Layers that see all of their input need it.

    Examples
    --------
    >>> import numpy as np
    >>> from convexplorer.core.layers import Conv, MaxPool
    >>> receptive_field([Conv(np.ones((1, 1, 3, 3)), padding="same"), MaxPool(2)])[-1]
    Field(size=(4, 4), jump=(2, 2), start=(-1, -1))
    """
    graph = as_graph(layers)
    rank = _rank(graph) if input_shape is None else len(input_shape) - 1
    fields = {IMAGE: Field((1,) * rank, (1,) * rank, (0,) * rank)}
    spatials: dict[int, Shape | None] = {IMAGE: None if input_shape is None else tuple(input_shape[1:])}
    if input_shape is not None:
        spatials |= {i: shape[1:] for i, shape in enumerate(shapes(graph, input_shape))}
    for i, layer in enumerate(graph.layers):
        belows = [fields[j] for j in graph.inputs[i]]
        fields[i] = layer.joint_field(belows, [spatials.get(j) for j in graph.inputs[i]])
    return [fields[i] for i in range(len(graph))]


def _rank(graph: Graph) -> int:
    """Return the number of axes of the image, by the first layer that says it."""
    return next((layer.rank for layer in graph.layers if layer.rank is not None), 2)
