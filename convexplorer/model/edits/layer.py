"""Edits of the project and of whole layers: source, display, strides, padding, size, pooling."""

from dataclasses import replace
from typing import Any

from convexplorer.core.layers import Activation
from convexplorer.kernels.filter import MAX_KERNEL_SIZE, Filter
from convexplorer.kernels.planes import Size, common_size, is_lossless, resized
from convexplorer.kernels.presets import presets
from convexplorer.model.project import ConvLayer, Layer, PoolLayer, Project, pair
from convexplorer.sources.frame import Source

_CONV_FIELDS = ("strides", "padding", "dilation_rate", "border", "activation", "is_flipped", "is_enabled", "kind")
_POOL_FIELDS = ("kind", "pool_size", "strides", "padding", "is_enabled")
_DISPLAY_FIELDS = ("palette", "scope", "coverage", "locked", "as_opencv_8bit")


def set_source(project: Project, source: Source) -> Project:
    """Look at something else; kernels and settings stay."""
    return project if source == project.source else replace(project, source=source)


def set_channels(project: Project, choice: str) -> Project:
    """Choose the convolution's input: "color", "luminance", or a channel's number as text."""
    return project if choice == project.channels else replace(project, channels=choice)


def set_display(project: Project, **changes: Any) -> Project:
    """Change how values become colours: any field of `Display`."""
    _check_fields(changes, _DISPLAY_FIELDS, "the display")
    display = replace(project.display, **changes)
    return project if display == project.display else replace(project, display=display)


def set_layer(project: Project, layer: int, **changes: Any) -> Project:
    """Change settings of a layer: strides, padding, activation and so on.

    Numbers per axis may be given as one number for both, an activation by its name alone.
    """
    old = layer_at(project, layer)
    if isinstance(old, ConvLayer):
        _check_fields(changes, _CONV_FIELDS, "a convolution layer")
    else:
        _check_fields(changes, _POOL_FIELDS, "a pooling layer")
    if isinstance(changes.get("activation"), str):
        changes["activation"] = Activation(changes["activation"])
    new = replace(old, **changes)
    if all(getattr(new, name) == getattr(old, name) for name in changes):
        return project
    return with_layer(project, layer, new)


def set_kernel_size(project: Project, layer: int, size: int | Size) -> Project:
    """Give all filters of a layer another size, keeping each one's centre.

    A filter from a preset with a size of its own (a Gaussian) is made anew at the new size if the preset has exactly
    that one. Others are cropped or get zeros around; a preset that loses weights becomes edited by hand.
    """
    old = conv_at(project, layer)
    rows, columns = pair(size, "kernel size")
    if max(rows, columns) > MAX_KERNEL_SIZE:
        raise ValueError(f"kernel size must lie in 1…{MAX_KERNEL_SIZE}; got {max(rows, columns)}")
    if (rows, columns) == old.kernel_size:
        return project
    filters = tuple(_remade(f, (rows, columns)) or fitted(f, (rows, columns)) for f in old.filters)
    return with_layer(project, layer, replace(old, filters=filters))


def add_pool(project: Project, after_layer: int, kind: str = "max") -> Project:
    """Insert a 2×2 pooling layer behind a layer."""
    layer_at(project, after_layer)
    pool = PoolLayer(kind=kind)  # type: ignore[arg-type]  # checked by PoolLayer itself, with a sentence
    layers = (*project.layers[: after_layer + 1], pool, *project.layers[after_layer + 1 :])
    return replace(project, layers=layers)


def remove_layer(project: Project, layer: int) -> Project:
    """Take a layer out; the last convolution layer stays, there would be nothing left to see."""
    old = layer_at(project, layer)
    if isinstance(old, ConvLayer) and sum(isinstance(each, ConvLayer) for each in project.layers) == 1:
        raise ValueError("the only convolution layer cannot be removed; switch it off instead")
    return replace(project, layers=project.layers[:layer] + project.layers[layer + 1 :])


def layer_at(project: Project, layer: int) -> Layer:
    """Return a layer by its number; `ValueError` says how many there are."""
    if not 0 <= layer < len(project.layers):
        raise ValueError(f"layer must lie in 0…{len(project.layers) - 1}; got {layer}")
    return project.layers[layer]


def conv_at(project: Project, layer: int) -> ConvLayer:
    """Return a convolution layer by its number; `ValueError` if it is of another kind."""
    found = layer_at(project, layer)
    if not isinstance(found, ConvLayer):
        raise ValueError(f"layer {layer} is a pooling layer and has no filters")
    return found


def with_layer(project: Project, layer: int, new: Layer) -> Project:
    """Return the project with one layer exchanged."""
    return replace(project, layers=(*project.layers[:layer], new, *project.layers[layer + 1 :]))


def with_filters(project: Project, layer: int, filters: tuple[Filter, ...], *, size: Size | None = None) -> Project:
    """Return the project with a layer's filters exchanged, all brought to one size.

    Parameters
    ----------
    size : of the kernel; by default the smallest that holds every filter.
    """
    target = size or common_size(*(f.size for f in filters))
    new = tuple(fitted(f, target) for f in filters)
    return with_layer(project, layer, replace(conv_at(project, layer), filters=new))


def fitted(old: Filter, size: Size) -> Filter:
    """Return the filter at another size, its centre kept; it leaves its preset only if it loses weights."""
    if old.size == size:
        return old
    planes = resized(old.planes, size)
    if is_lossless(old.planes, size):
        return replace(old, planes=planes)
    return replace(old, planes=planes, preset=None, parameters={})


def _remade(old: Filter, size: Size) -> Filter | None:
    """Return the filter's preset computed at exactly this size, None if it has none."""
    preset = presets().get(old.preset or "")
    if preset is None or "size" not in old.parameters:
        return None
    parameters = dict(old.parameters) | {"size": float(max(size))}
    try:
        planes = preset.planes(**parameters)
    except ValueError:
        return None
    if planes.shape[1:] != size:
        return None
    return replace(old, planes=planes, parameters=parameters)


def _check_fields(changes: dict[str, Any], known: tuple[str, ...], what: str) -> None:
    for name in changes:
        if name not in known:
            raise ValueError(f"{what} has no {name!r}; it has {', '.join(known)}")
