"""What is asked of a gradient: of which value, with respect to what, and how; and its numbers."""

import math
from functools import cached_property

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.explain.influence import is_followed
from convexplorer.core.network import IMAGE, Evaluation
from convexplorer.model.build import white_of
from convexplorer.model.fitting import ends_of
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.results.explanation import Explanation
from convexplorer.results.picture import Picture

OF = {
    "value": ("this value", "The value that is explained"),
    "map": ("its map's mean", "The mean of all values of its map: what changes the unit as a whole"),
}
HOW = {
    "gradient": ("gradient", "How much the value changes for each unit that a cell is raised: ∂ value / ∂ cell"),
    "times": ("gradient × cell", "What each cell adds to the value to first order: ∂ value / ∂ cell · cell"),
    "smooth": ("smoothed gradient", "The mean of the gradients of noisy copies of the picture (SmoothGrad, 2017)"),
    "occlusion": ("occlusion", "How much lower the value is when a part of the picture is covered (2014)"),
    "cam": ("Grad-CAM", "The maps added up, each by the mean of its gradient; what is below 0 is left out (2017)"),
}
FILLS = {
    "mean": ("the mean", "The mean of each channel of the picture"),
    "grey": ("grey", "Halfway between black and white"),
    "zero": ("0", "The number 0 in each channel"),
}
SAMPLED = ("smooth", "occlusion")  # found by changing the picture many times
_QUICK_PRODUCTS = 20_000_000
# A value that sees so much of the picture costs less where whole maps are carried back, in single precision.
_WORTH_ALL = 0.5


@dataclass(frozen=True)
class Sampling:
    """How the picture is changed many times.

    Attributes
    ----------
    cover, stride : side of the part that is covered, and the step to the next one, in cells; 0 to suit the value.
    fill : key of `FILLS`, with which a part is covered.
    samples : number of noisy copies.
    noise : deviation of their noise, as a share of what lies between black and white.
    seed : of the noise.
    """

    cover: int = 0
    stride: int = 0
    fill: str = "mean"
    samples: int = 25
    noise: float = 0.1
    seed: int = 0


@dataclass(frozen=True)
class Wish:
    """What is to be shown.

    Attributes
    ----------
    of : key of `OF`.
    by : id of the layer with respect to whose maps; "" for the picture.
    how : key of `HOW`.
    sampling : of what is found by changing the picture many times.
    """

    of: str = "value"
    by: str = ""
    how: str = "gradient"
    sampling: Sampling = Sampling()


@dataclass(frozen=True, eq=False)
class Subject:
    """A value in its picture, and what is wished to know of it: all that the computation needs.

    Attributes
    ----------
    range : from black to white in the numbers of the picture.
    preprocessing : by which the picture got these numbers; None for a picture as it is.
    """

    evaluation: Evaluation
    layer: int
    place: tuple[int, ...]
    by: int
    wish: Wish
    range: float = 1.0
    preprocessing: Preprocessing | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What the result depends on beside the maps."""
        return self.layer, self.place, self.by, self.wish

    def is_of_same_maps(self, other: "Subject") -> bool:
        """Return True if picture and weights are those of another subject: the same arrays."""
        layer, own, their = self.layer, self.evaluation, other.evaluation
        return layer == other.layer and own.image is their.image and own.maps_of(layer) is their.maps_of(layer)

    @cached_property
    def seen_share(self) -> float:
        """The share of the picture that the value sees."""
        image = self.evaluation.image.shape
        box = core.field_of(self.evaluation.graph, image, self.layer, self.place[1:])
        return float(
            np.prod([min(max(stop - first, 1), n) / n for (first, stop), n in zip(box, image[1:], strict=True)])
        )


def subject_of(picture: Picture, explanation: Explanation, wish: Wish) -> Subject | None:
    """Return what is computed for an explained value; None where the layer asked for does not lead to it."""
    evaluation = picture.evaluation_of(explanation.layer)
    by = IMAGE if not wish.by else picture.project.index_of(wish.by)
    if evaluation is None or by is None or by not in choices(evaluation, explanation.layer):
        return None
    if wish.how == "cam" and by != IMAGE and len(evaluation.shape_of(by) or ()) != 3:
        return None
    if wish.how == "occlusion":
        by = IMAGE  # it is the picture that is covered
    prepared = picture.project.preprocessing
    low, high = (0.0, white_of(picture.frame, picture.project.numbers)) if prepared is None else ends_of(prepared)
    return Subject(evaluation, explanation.layer, explanation.trace.place, by, wish, abs(high - low), prepared)


def choices(evaluation: Evaluation, layer: int) -> tuple[int, ...]:
    """Return the layers on which a layer depends, the nearest first and without itself, then −1 for the picture.

    Behind a layer of which the gradient is not known only those up to it.
    """
    leading = [i for i in evaluation.graph.ancestors(layer) if i != layer and evaluation.maps_of(i) is not None]
    return tuple(i for i in (*reversed(leading), IMAGE) if is_followed(evaluation, layer, by=i))


def gradient_of(subject: Subject) -> np.ndarray:
    """Return the gradient in all cells of the maps, or what is made of it; float64, (channels, *spatial) or (values,).

    Grad-CAM is `max(0, Σ α_k A_k)` with the maps `A_k` and `α_k` the mean of the gradient over map k (Selvaraju and
    others, "Grad-CAM", 2017): one map.
    """
    evaluation, by = subject.evaluation, subject.by
    maps = evaluation.image if by == IMAGE else evaluation[by]
    gradient = raw_gradient(subject)
    with np.errstate(all="ignore"):
        if subject.wish.how == "times":
            return np.asarray(gradient * maps)
        if subject.wish.how == "cam":
            weights = gradient.reshape(len(gradient), -1).mean(axis=1)
            joined: np.ndarray = np.maximum(np.tensordot(weights, maps.astype(np.float64), axes=1), 0)
            return joined[np.newaxis]
    return gradient


@np.errstate(all="ignore")
def raw_gradient(subject: Subject) -> np.ndarray:
    """Return the gradient in all cells of the maps, whatever is to be made of it; float64."""
    evaluation, layer, by = subject.evaluation, subject.layer, subject.by
    maps = evaluation.image if by == IMAGE else evaluation[by]
    if subject.wish.of == "value" and subject.seen_share < _WORTH_ALL:
        part = core.value_gradient(evaluation, layer, subject.place, by=by)
        whole = np.zeros(maps.shape)
        whole[part.places] = part.gradient
        return whole
    made = evaluation[layer]
    start = np.zeros_like(made)
    if subject.wish.of == "value":
        start[subject.place] = 1
    else:
        start[subject.place[0]] = 1 / max(1, math.prod(made.shape[1:]))
    return core.input_gradient(evaluation, start, layer, by=by).astype(np.float64)


def is_quick(subject: Subject) -> bool:
    """Return True if the gradient is there within a move of the mouse: few products, by their number."""
    if subject.wish.how in SAMPLED:
        return False
    evaluation, graph = subject.evaluation, subject.evaluation.graph
    between = [i for i in graph.ancestors(subject.layer) if i > subject.by]
    products = 0
    for i in between:
        shape = evaluation.shape_of(graph.inputs[i][0])
        products += 0 if shape is None else graph.layers[i].multiply_adds(shape)
    share = subject.seen_share if subject.wish.of == "value" else 1.0  # only what the value sees is computed
    return products * share <= _QUICK_PRODUCTS
