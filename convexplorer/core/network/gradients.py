"""The gradient of a layer's maps with respect to the image or another layer, back through all layers between them."""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.geometry.arrays import as_float_like
from convexplorer.core.network.evaluation import Evaluation
from convexplorer.core.network.graph import IMAGE


def input_gradient(
    evaluation: Evaluation, gradient: ArrayLike, index: int | None = None, *, by: int = IMAGE
) -> np.ndarray:
    """Return the gradient with respect to the image or a layer: what each of its cells changes in a layer's maps.

    Where the image or a layer is read by several layers, their gradients are added.

    Parameters
    ----------
    gradient : with respect to the maps of layer `index`; a 1 in one place and 0 elsewhere asks for the reach of
        that one value, its effective receptive field.
    index : of the layer, counted from 0; the last one if not given.
    by : index of the layer with respect to whose maps, −1 for the image. Of what does not depend on it, it is 0.

    Returns
    -------
    (channels, *spatial), in the shape of the image or of these maps

    Examples
    --------
    >>> from convexplorer.core.layers import Conv
    >>> from convexplorer.core.network import evaluate
    >>> evaluation = evaluate([Conv([[[1, 2, 3]]]), Conv([[[1, 1]]])], np.zeros((1, 5)))
    >>> input_gradient(evaluation, [[0, 1]])
    array([[0., 1., 3., 5., 3.]])
    """
    graph = evaluation.graph
    last = len(graph) - 1 if index is None else index
    graph.check_index(last)
    if by != IMAGE:
        graph.check_index(by)
    maps = evaluation[last]
    given = as_float_like(gradient, maps, "gradient")
    if given.shape != maps.shape:
        raise ValueError(f"gradient must have the shape of the maps, {maps.shape}; got {given.shape}")
    gradients = {last: given}
    for i in reversed(graph.ancestors(last)):
        if i <= by:
            break  # layers stand behind all that they read: nothing reaches this one any more
        xs, linear = evaluation.given_to(i), evaluation.results[i].linear
        shares = graph.layers[i].input_gradients(gradients.pop(i), *xs, linear=linear)
        for j, share in zip(graph.inputs[i], shares, strict=True):
            gradients[j] = gradients[j] + share if j in gradients else share
    if by in gradients:
        return gradients[by]
    return np.zeros_like(evaluation.image if by == IMAGE else evaluation[by])
