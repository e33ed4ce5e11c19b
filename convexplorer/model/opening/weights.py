"""A file of weights against the layers of a project: what fits where, and the project with these weights."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.kinds.kind import Given
from convexplorer.core.layers import Shape
from convexplorer.core.operators.normalization import EPSILON
from convexplorer.formats.tensor_file import TensorFile, Writer
from convexplorer.model.build import build
from convexplorer.model.layer import Layer
from convexplorer.model.opening import learned
from convexplorer.model.opening.weight_axes import KINDS as CONVOLUTIONS
from convexplorer.model.opening.weight_axes import filters_first
from convexplorer.model.opening.weight_groups import Group, groups_of
from convexplorer.model.project import Project
from convexplorer.words import plain, times

# What PyTorch adds to the variance where nothing else is said; a file of weights never tells it.
_TORCH_EPSILON = 1e-5
# A picture for counting channels, if there is none: large enough for any stack of pools.
_ASSUMED: Shape = (3, 224, 224)


@dataclass(frozen=True, eq=False)
class Fit:
    """Arrays of a file that a layer can have.

    Attributes
    ----------
    layer : its id.
    name : of the layer in the file.
    parts : the arrays by their names in the layer, in the core's order of axes.
    paths : the names of the arrays in the file.
    """

    layer: str
    name: str
    parts: Mapping[str, np.ndarray]
    paths: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Assignment:
    """The weights that the layers of a project take from a file.

    Attributes
    ----------
    writer : the framework by whose order of axes the arrays were read.
    fits : in the order of the layers.
    missing : ids of the layers that have weights and find none.
    left : names of arrays that no layer takes, with their shapes.
    notes : sentences about what the file does not tell, and what is assumed.
    """

    writer: Writer
    fits: tuple[Fit, ...]
    missing: tuple[str, ...]
    left: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What fits, what does not, and what is assumed, for the user."""
        found = [
            f"{plain(fit.layer)} takes {plain(fit.name) or ', '.join(map(plain, fit.paths))}." for fit in self.fits
        ]
        found += [f"{plain(name)} finds no weights that fit, and keeps its own." for name in self.missing]
        if self.left:
            shown = ", ".join(map(plain, self.left[:5])) + (", …" if len(self.left) > 5 else "")
            found.append(f"{len(self.left)} of the arrays fit no layer: {shown}.")
        return (*found, *self.notes)


def fitting(project: Project, file: TensorFile, input_shape: Shape | None = None) -> Assignment:
    """Find the weights that fit the layers: by equal names first, then by shape and order.

    Parameters
    ----------
    input_shape : of the picture, (channels, *spatial); None leaves the sizes open that depend on it.
    """
    if file.writer:
        return _fitting(project, file, file.writer, input_shape)
    torch, keras = (_fitting(project, file, writer, input_shape) for writer in ("torch", "keras"))
    best = keras if _count(keras) > _count(torch) else torch
    if _count(keras) == _count(torch) and any(one.ndim > 1 for fit in best.fits for one in fit.parts.values()):
        note = "The file does not tell the order of its axes, and both fit; that of PyTorch is assumed."
        return replace(best, notes=(*best.notes, note))
    return best


def assign(project: Project, assignment: Assignment) -> Project:
    """Return the project with the weights of an assignment in its layers."""
    found = {fit.layer: fit for fit in assignment.fits}
    layers = [_with_weights(layer, found[layer.id]) if layer.id in found else layer for layer in project.layers]
    for i in _epsilons(project, assignment):
        layers[i] = layers[i].with_settings(epsilon=_TORCH_EPSILON)
    for i in _flattened(project, assignment):
        layers[i] = layers[i].with_settings(channels_last=assignment.writer == "keras")
    return replace(project, layers=tuple(layers))


def _fitting(project: Project, file: TensorFile, writer: Writer, input_shape: Shape | None) -> Assignment:
    groups = groups_of(file)
    given = _inputs(project.layers, input_shape)
    wanting = [i for i, layer in enumerate(project.layers) if layer.has_filters or layer.row.weights]
    fits: dict[int, Fit] = {}
    free = dict.fromkeys(range(len(groups)))
    for by_name in (True, False):
        for i in wanting:
            layer = project.layers[i]
            for k in [] if i in fits else list(free):
                if by_name and groups[k].name.replace("/", ".") != layer.id.replace("/", "."):
                    continue
                parts = _parts(layer, given[i], groups[k], writer)
                if parts is not None:
                    fits[i] = Fit(layer.id, groups[k].name, parts, tuple(groups[k].paths.values()))
                    del free[k]
                    break
    left = [f"{path} {times(file.tensors[path].shape) or '1'}" for k in free for path in groups[k].paths.values()]
    missing = tuple(project.layers[i].id for i in wanting if i not in fits)
    found = Assignment(writer, tuple(fits[i] for i in sorted(fits)), missing, tuple(left))
    sizes = [
        note
        for i in wanting
        if i not in fits and project.layers[i].kind == "dense"
        for note in _other_sizes(project.layers[i], given[i], [groups[k] for k in free], writer)
    ]
    return replace(found, notes=(*sizes, *_notes(project, found)))


def _other_sizes(layer: Layer, shape: Shape | None, free: Sequence[Group], writer: Writer) -> list[str]:
    """Return a sentence about weights that would fit a dense layer if it read another number of values."""
    for group in free:
        parts = group.of_dense(writer)
        if parts is not None and shape is not None and parts["kernel"].shape[0] == layer["units"]:
            count = parts["kernel"].shape[1]
            return [
                f"{plain(layer.id)} reads {shape[0]} values, {plain(group.name)} has weights for {count}: it was "
                "trained on pictures of another size, or behind other layers."
            ]
    return []


def _inputs(layers: Sequence[Layer], input_shape: Shape | None) -> list[Shape | None]:
    """Return the shape of each layer's input; None if it is unknown, or depends on a picture that is unknown."""
    built = build(layers, input_shape or _ASSUMED)
    shapes = [shapes[0] if shapes else None for shapes in built.input_shapes]
    if input_shape is not None:
        return shapes
    of_picture = [reads[0] < 0 for reads in built.inputs]
    # The length of a row depends on the picture, and the channels of the picture are not known.
    return [
        None if shape is None or len(shape) == 1 or first else shape
        for shape, first in zip(shapes, of_picture, strict=True)
    ]


def _parts(layer: Layer, shape: Shape | None, group: Group, writer: Writer) -> dict[str, np.ndarray] | None:
    """Return the arrays of a group as the parts of a layer; None if they do not fit."""
    channels = None if shape is None else shape[0]
    if layer.kind in CONVOLUTIONS:
        return _filters(layer, channels, group, writer)
    if layer.kind == "separable_conv":
        return _separable(layer, channels, group, writer)
    if layer.kind == "dense":
        parts = group.of_dense(writer)
        expected = {"kernel": (layer["units"], channels), "bias": (layer["units"],)}
    else:
        names = tuple(weight.name for weight in layer.row.weights)
        parts = group.of_names(names)
        expected = _expected(layer, shape)
        if parts is not None and layer.kind == "batch_norm" and "moving_mean" not in parts:
            return None
    if not parts or not all(_is_like(one.shape, expected.get(name)) for name, one in parts.items()):
        return None
    return parts


def _filters(layer: Layer, channels: int | None, group: Group, writer: Writer) -> dict[str, np.ndarray] | None:
    groups = layer["groups"] if layer.row.has("groups") else 1
    parts = group.of_filters(writer, layer.kind, channels=channels, groups=groups)
    if parts is None:
        return None
    planes = None if channels is None else channels // groups
    bias = parts.get("bias")
    expected: tuple[int, ...] = (len(layer.filters),)
    if layer.has_map_per_channel:
        expected = (parts["kernel"].shape[1] * len(layer.filters),)
    is_like = _is_like(parts["kernel"].shape, (len(layer.filters), planes, *layer.kernel_size))
    return parts if is_like and (bias is None or bias.shape == expected) else None


def _separable(layer: Layer, channels: int | None, group: Group, writer: Writer) -> dict[str, np.ndarray] | None:
    """Return the parts of a separable convolution with as many outputs as filters, which Keras alone has."""
    each, mixing = (group.arrays.get(name) for name in ("depthwise_kernel", "pointwise_kernel"))
    if writer != "keras" or each is None or mixing is None or min(each.ndim, mixing.ndim) < 3:
        return None
    kernel = filters_first(each, writer, "depthwise_conv")
    count = len(layer.filters)
    if kernel is None or not _is_like(kernel.shape, (count, channels, *layer.kernel_size)):
        return None
    if mixing.size != count * count * kernel.shape[1] or mixing.shape[-1] != count:
        return None
    bias = {name: one for name, one in group.arrays.items() if name == "bias" and one.shape == (count,)}
    return {"kernel": kernel, "pointwise_kernel": mixing.reshape(-1, count).T} | bias


def _expected(layer: Layer, shape: Shape | None) -> dict[str, tuple[int | None, ...]]:
    """Return the shape of each of a layer's weights; None for a size that is unknown."""
    if shape is None:
        return {weight.name: (None,) * len(weight.axes) for weight in layer.row.weights}
    given = Given(layer.settings, (shape,))
    return {weight.name: weight.shape(given) for weight in layer.row.weights if not layer.has_filters}


def _is_like(shape: Sequence[int], expected: Sequence[int | None] | None) -> bool:
    if expected is None or len(shape) != len(expected):
        return False
    return all(wanted is None or n == wanted for n, wanted in zip(shape, expected, strict=True))


def _with_weights(layer: Layer, fit: Fit) -> Layer:
    if not layer.has_filters:
        settings = dict(layer.settings)
        if layer.kind == "dense":
            settings["use_bias"] = "bias" in fit.parts
        return replace(layer, weights={**layer.weights, **fit.parts}, settings=settings)
    bias = fit.parts.get("bias")
    settings = {**layer.settings, "use_bias": bias is not None, "is_flipped": False}
    weights = dict(layer.weights) | {name: one for name, one in fit.parts.items() if name not in ("kernel", "bias")}
    if layer.has_map_per_channel:
        weights.pop("bias", None)  # of the weights before
        bias, own = learned.shared_biases(None if bias is None else bias.reshape(-1, len(layer.filters)))
        weights |= own
    return replace(layer, filters=learned.bank(fit.parts["kernel"], bias), weights=weights, settings=settings)


def _epsilons(project: Project, found: Assignment) -> list[int]:
    """Return the positions of normalizations that have Keras's epsilon, and weights of PyTorch now."""
    fitted = {fit.layer for fit in found.fits} if found.writer == "torch" else set()
    return [
        i
        for i, layer in enumerate(project.layers)
        if layer.kind == "batch_norm" and layer.id in fitted and layer["epsilon"] == EPSILON
    ]


def _flattened(project: Project, found: Assignment) -> list[int]:
    """Return the positions of layers Flatten whose order is not that of the dense weights behind them."""
    fitted = {fit.layer for fit in found.fits}
    reads = {
        project.inputs_of(i)[0] for i, one in enumerate(project.layers) if one.kind == "dense" and one.id in fitted
    }
    is_keras = found.writer == "keras"
    return [
        i
        for i in sorted(reads)
        if i >= 0 and project.layers[i].kind == "flatten" and project.layers[i]["channels_last"] != is_keras
    ]


def _notes(project: Project, found: Assignment) -> tuple[str, ...]:
    notes = []
    name = "Keras" if found.writer == "keras" else "PyTorch"
    if _flattened(project, found):
        order = "cell by cell" if found.writer == "keras" else "map by map"
        notes.append(f"Flatten takes values {order}, as the weights of {name} behind it expect.")
    if _epsilons(project, found):
        notes.append("The file does not tell the epsilon of normalizations; 0.00001 is PyTorch's own.")
    return tuple(notes)


def _count(found: Assignment) -> int:
    return sum(len(fit.paths) for fit in found.fits)
