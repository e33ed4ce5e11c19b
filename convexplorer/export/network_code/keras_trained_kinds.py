"""How the kinds of layers that trained networks bring are said in Keras 3: one row each."""

from collections.abc import Callable

from convexplorer.core import layers as core
from convexplorer.export.network.moves import moves_of
from convexplorer.export.network.plan import Step
from convexplorer.export.network_code.saying import Call, Saying, pairs

Writer = Callable[[Step], Saying]


def _prelu(step: Step) -> Saying:
    layer: core.PRelu = step.layer  # type: ignore[assignment]  # as the table says, here and below
    axes = (f"shared_axes={list(range(1, step.rank + 1))}",) if step.rank else ()
    slope = layer.slope.reshape(*(1,) * step.rank, -1)
    return Saying((Call("layers.PReLU", axes, "", {"alpha": slope}),))


def _scale_shift(step: Step) -> Saying:
    layer: core.ScaleShift = step.layer  # type: ignore[assignment]
    arrays = {"scale": layer.scale, "shift": layer.shift}
    return Saying((Call("ScaleShift", (), "", arrays),), definitions=("ScaleShift",))


def _select_maps(step: Step) -> Saying:
    layer: core.SelectMaps = step.layer  # type: ignore[assignment]
    return Saying((Call("SelectMaps", (str(list(layer.indices)),)),), definitions=("SelectMaps",))


def _pad(step: Step) -> Saying:
    layer: core.Pad = step.layer  # type: ignore[assignment]
    amounts = layer.amounts(step.rank)
    if layer.border != "zeros":
        return Saying((Call("Border", (str(tuple(amounts)), f'"{layer.border}"')),), definitions=("Border",))
    if layer.value:
        call = Call("ConstantPadding", (str(tuple(amounts)), repr(layer.value)))
        return Saying((call,), definitions=("ConstantPadding",))
    return Saying((Call(f"layers.ZeroPadding{step.rank}D", (pairs(amounts),)),))


def _resize(step: Step) -> Saying:
    layer: core.Resize = step.layer  # type: ignore[assignment]
    sizes = step.output_shape[1:]
    half = ("half_pixel", "pytorch_half_pixel") if min(sizes) > 1 else ("half_pixel",)  # of a single output they differ
    is_whole = layer.size is not None or all(n * layer.scale % 1 == 0 for n in step.input_shape[1:])
    if step.rank != 2 or layer.interpolation != "bilinear" or layer.coordinates not in half or not is_whole:
        raise step.refusal("Keras resizes rows and columns bilinearly, by half_pixel, to a whole size")
    rows, columns = sizes
    return Saying((Call("layers.Resizing", (str(rows), str(columns), 'interpolation="bilinear"')),))


def _group_norm(step: Step) -> Saying:
    layer: core.GroupNorm = step.layer  # type: ignore[assignment]
    arguments = (f"groups={layer.groups}", f"epsilon={layer.epsilon!r}")
    return Saying((Call("layers.GroupNormalization", arguments, "", {"gamma": layer.gamma, "beta": layer.beta}),))


def _layer_norm(step: Step) -> Saying:
    layer: core.LayerNorm = step.layer  # type: ignore[assignment]
    arrays = {"gamma": layer.gamma, "beta": layer.beta}
    return Saying((Call("layers.LayerNormalization", (f"epsilon={layer.epsilon!r}",), "", arrays),))


def _reshape(step: Step) -> Saying:
    layer: core.Reshape = step.layer  # type: ignore[assignment]
    channels, *spatial = step.output_shape
    if layer.channels_last or (not step.rank and not spatial):
        return Saying((Call("layers.Reshape", (str((*spatial, channels)),)),))
    return _moved(step)


def _moved(step: Step) -> Saying:
    """Return moves of numbers that are counted map by map, between layers whose channels are last."""
    rank, spatial = step.rank, len(step.output_shape) - 1
    calls = [Call("layers.Permute", (str((rank + 1, *range(1, rank + 1))),), "maps_first")] if rank else []
    for shape, axes in moves_of(step):
        calls.append(Call("layers.Reshape", (str(shape),), "parts"))
        calls.append(Call("layers.Permute", (str(tuple(axis + 1 for axis in axes)),), "moved"))
    calls.append(Call("layers.Reshape", (str(step.output_shape),), "reshaped" if spatial else ""))
    if spatial:
        calls.append(Call("layers.Permute", (str((*range(2, spatial + 2), 1)),)))
    return Saying(tuple(calls))


def _permute(step: Step) -> Saying:
    layer: core.Permute = step.layer  # type: ignore[assignment]
    # Keras counts the places first, from 1, and the channels last.
    ours = [*layer.dims[1:], layer.dims[0]]
    return Saying((Call("layers.Permute", (str(tuple(axis or step.rank + 1 for axis in ours)),)),))


TRAINED: dict[type, Writer] = {
    core.PRelu: _prelu,
    core.ScaleShift: _scale_shift,
    core.SelectMaps: _select_maps,
    core.Pad: _pad,
    core.Resize: _resize,
    core.GroupNorm: _group_norm,
    core.LayerNorm: _layer_norm,
    core.Reshape: _reshape,
    core.Permute: _permute,
    core.DepthToSpace: _moved,
    core.SpaceToDepth: _moved,
}
