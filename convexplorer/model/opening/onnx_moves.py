"""The layers that give a tensor of a file as maps, where its values stand otherwise than in the layer before."""

from collections.abc import Callable, Sequence
from typing import Any

from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.opening.onnx_errors import NotComputed
from convexplorer.model.opening.onnx_view import Axis, Part, View

MAX_AXES = 4  # of maps: channels and three spatial ones
_MAX_FACTOR = 64


def repeating(view: View) -> tuple[Layer, Sequence[int]] | None:
    """Return the layer that repeats cells, and which axis of its maps each of the tensor is; None without one."""
    found = view.repeats()
    if found is None or found[1][0] != 1 or set(found[1]) == {1}:
        return None
    order, (_, *factors) = found
    rank = len(factors)
    if max(factors) <= _MAX_FACTOR:
        return make_layer("upsample", size=factors, rank=rank), order
    size = tuple(n * factor for n, factor in zip(view.maps_shape[1:], factors, strict=True))
    settings: dict[str, Any] = {"interpolation": "nearest", "coordinates": "asymmetric", "nearest": "floor"}
    return make_layer("resize", rank=rank, size=size, **settings), order


def moves_of(view: View) -> list[Layer]:
    """Return the layers after which the tensor is (1, channels, *spatial), as the maps are.

    Raises
    ------
    NotComputed : no layers do that.
    """
    if view.axes[:1] != ((),):
        raise NotComputed("reads a tensor whose first axis is not the batch")
    for way in _WAYS:
        found = way(view)
        if found is not None:
            return found
    raise NotComputed(f"reads values in an order that no layer gives, {view.shape} of maps {view.maps_shape}")


def _parts(axes: tuple[Axis, ...]) -> list[Part]:
    return [part for axis in axes for part in axis]


def _flattened(view: View) -> list[Layer] | None:
    """Return the layer that puts all values into one row, in one of two orders."""
    if len(view.axes) != 2 or len(view.maps) < 2:
        return None
    row, channels_last = list(view.axes[1]), _parts((*view.maps[1:], view.maps[0]))
    if row not in (_parts(view.maps), channels_last):
        return None
    return [make_layer("flatten", channels_last=row != _parts(view.maps))]


def _chosen(view: View) -> list[Layer] | None:
    """Return the layer that puts channels into another order."""
    order = view.channel_order()
    return None if order is None else [make_layer("select_maps", indices=order.tolist())]


def _renamed(view: View) -> list[Layer] | None:
    """Return the layer that only counts the same values in other axes."""
    if _parts(view.maps) != _parts(view.axes) or len(view.axes) > MAX_AXES + 1:
        return None
    return [make_layer("reshape", shape=view.shape[1:], channels_last=False)]


def _turned(view: View) -> list[Layer] | None:
    """Return the layer that exchanges whole axes."""
    if len(view.axes) != len(view.maps) + 1:
        return None
    found = [view.axis_of(i) for i in range(1, len(view.axes))]
    left = [i for i in range(len(view.maps)) if i not in found]
    if any(axis is None and view.axes[i] for i, axis in enumerate(found, start=1)):
        return None
    dims = [left.pop(0) if axis is None else axis for axis in found]
    return [make_layer("permute", dims=dims)]


def _spread(view: View) -> list[Layer] | None:
    """Return the layer that makes blocks of cells of channels, or channels of blocks."""
    if len(view.maps) < 2 or len(view.axes) != len(view.maps) + 1:
        return None
    for kind, small, large in (
        ("depth_to_space", view.maps, view.axes[1:]),
        ("space_to_depth", view.axes[1:], view.maps),
    ):
        channels, *spatial = large
        if not all(spatial) or [axis[:-1] for axis in spatial] != list(small[1:]):
            continue
        block = tuple(axis[-1] for axis in spatial)
        if len({part.size for part in block}) == 1 and small[0] in ((*channels, *block), (*block, *channels)):
            mode = "CRD" if small[0] == (*channels, *block) else "DCR"
            return [make_layer(kind, block_size=block[0].size, mode=mode)]
    return None


def _moved(view: View) -> list[Layer] | None:
    """Return three layers: values counted in all their parts, these exchanged, and counted in axes again."""
    parts, wanted = _parts(view.maps), _parts(view.axes)
    if sorted(parts) != sorted(wanted) or not 2 <= len(parts) <= MAX_AXES or len(view.axes) > MAX_AXES + 1:
        return None
    return [
        make_layer("reshape", shape=[part.size for part in parts], channels_last=False),
        make_layer("permute", dims=[parts.index(part) for part in wanted]),
        make_layer("reshape", shape=view.shape[1:], channels_last=False),
    ]


_WAYS: tuple[Callable[[View], list[Layer] | None], ...] = (
    _flattened,
    _chosen,
    _renamed,
    _turned,
    _spread,
    _moved,
)
