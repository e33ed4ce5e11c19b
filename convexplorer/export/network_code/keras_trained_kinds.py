"""How the kinds of layers that trained networks bring are said in Keras 3: one row each."""

from collections.abc import Callable

import numpy as np

from convexplorer.core import layers as core
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
    arrays = {
        "gamma": layer.scale,
        "beta": layer.shift,
        "moving_mean": np.zeros_like(layer.scale),
        "moving_variance": np.ones_like(layer.scale),
    }
    note = "nothing is measured here: each channel is scaled and shifted"
    return Saying((Call("layers.BatchNormalization", ("epsilon=0.0",), "", arrays, note),))


def _select_maps(step: Step) -> Saying:
    layer: core.SelectMaps = step.layer  # type: ignore[assignment]
    return Saying((Call("SelectMaps", (str(list(layer.indices)),)),), definitions=("SelectMaps",))


def _pad(step: Step) -> Saying:
    layer: core.Pad = step.layer  # type: ignore[assignment]
    amounts = layer.amounts(step.rank)
    if layer.border != "zeros":
        return Saying((Call("Border", (str(tuple(amounts)), f'"{layer.border}"')),), definitions=("Border",))
    if layer.value:
        raise step.refusal(f"Keras pads with zeros, not with {layer.value:g}")
    return Saying((Call(f"layers.ZeroPadding{step.rank}D", (pairs(amounts),)),))


def _resize(step: Step) -> Saying:
    layer: core.Resize = step.layer  # type: ignore[assignment]
    is_known = step.rank == 2 and layer.interpolation == "bilinear" and "half_pixel" in layer.coordinates
    rows, columns = step.output_shape[1:] if is_known else (0, 0)
    is_larger = is_known and rows >= step.input_shape[1] > 0 and columns >= step.input_shape[2]
    if not is_larger or (layer.size is None and any(n * layer.scale % 1 for n in step.input_shape[1:])):
        raise step.refusal("Keras resizes as it is here only to larger maps, bilinearly, by half_pixel")
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
    calls = []
    if layer.channels_last or (not step.rank and not spatial):
        return Saying((Call("layers.Reshape", (str((*spatial, channels)),)),))
    if step.rank:
        order = (step.rank + 1, *range(1, step.rank + 1))
        calls.append(Call("layers.Permute", (str(order),), "maps_first"))
    calls.append(Call("layers.Reshape", (str(tuple(step.output_shape)),), "reshaped" if spatial else ""))
    if spatial:
        calls.append(Call("layers.Permute", (str((*range(2, len(spatial) + 2), 1)),)))
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
}
