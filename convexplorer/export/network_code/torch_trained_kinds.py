"""How the kinds of layers that trained networks bring are said in PyTorch: one row each."""

from collections.abc import Callable

from convexplorer.core import layers as core
from convexplorer.core.geometry.resize_taps import CUBIC
from convexplorer.export.network.moves import moves_of
from convexplorer.export.network.plan import Step
from convexplorer.export.network_code.saying import Call, Saying

Writer = Callable[[Step], Saying]

_BORDER_MODULES = {"edge": "ReplicationPad", "reflect": "ReflectionPad", "wrap": "CircularPad"}
_LINEAR_MODES = {1: "linear", 2: "bilinear", 3: "trilinear"}


def _prelu(step: Step) -> Saying:
    layer: core.PRelu = step.layer  # type: ignore[assignment]  # as the table says, here and below
    return Saying((Call("nn.PReLU", (str(layer.slope.size),), "", {"weight": layer.slope}),))


def _scale_shift(step: Step) -> Saying:
    layer: core.ScaleShift = step.layer  # type: ignore[assignment]
    call = Call("ScaleShift", (str(layer.scale.size),), "", {"weight": layer.scale, "bias": layer.shift})
    return Saying((call,), definitions=("ScaleShift",))


def _select_maps(step: Step) -> Saying:
    layer: core.SelectMaps = step.layer  # type: ignore[assignment]
    return Saying(expression=f"{{0}}[:, {list(layer.indices)}]")


def _pad(step: Step) -> Saying:
    layer: core.Pad = step.layer  # type: ignore[assignment]
    amounts = layer.amounts(step.rank)
    sides = str(tuple(n for pair in reversed(amounts) for n in pair))
    if layer.border == "zeros":
        return Saying((Call(f"nn.ConstantPad{step.rank}d", (sides, repr(layer.value))),))
    if layer.border in _BORDER_MODULES:
        return Saying((Call(f"nn.{_BORDER_MODULES[layer.border]}{step.rank}d", (sides,)),))
    return Saying((Call("Border", (str(tuple(amounts)), f'"{layer.border}"')),), definitions=("Border",))


def _resize(step: Step) -> Saying:
    layer: core.Resize = step.layer  # type: ignore[assignment]
    where = layer.coordinates
    if where == "pytorch_half_pixel" and min(step.output_shape[1:]) > 1:
        where = "half_pixel"
    what = f"scale_factor={layer.scale!r}" if layer.size is None else f"size={tuple(step.output_shape[1:])}"
    if layer.interpolation == "bilinear" and where in ("half_pixel", "align_corners"):
        aligned = f"align_corners={where == 'align_corners'}"
        mode = f'mode="{_LINEAR_MODES[step.rank]}"'
        return Saying((Call("nn.Upsample", (what, mode, aligned)),))
    is_cubic = layer.interpolation == "bicubic" and step.rank == 2 and layer.cubic == CUBIC
    if is_cubic and where in ("half_pixel", "align_corners"):
        return Saying((Call("nn.Upsample", (what, 'mode="bicubic"', f"align_corners={where == 'align_corners'}")),))
    found = {("asymmetric", "floor"): "nearest", ("half_pixel", "round_prefer_ceil"): "nearest-exact"}
    nearest = found.get((where, layer.nearest)) if layer.interpolation == "nearest" else None
    if nearest is None:
        how = f"{layer.coordinates} and {layer.nearest}" if layer.interpolation == "nearest" else layer.coordinates
        raise step.refusal(f"PyTorch has no {layer.interpolation} filling by {how}")
    return Saying((Call("nn.Upsample", (what, f'mode="{nearest}"')),))


def _group_norm(step: Step) -> Saying:
    layer: core.GroupNorm = step.layer  # type: ignore[assignment]
    arguments = (str(layer.groups), str(layer.gamma.size), f"eps={layer.epsilon!r}")
    return Saying((Call("nn.GroupNorm", arguments, "", {"weight": layer.gamma, "bias": layer.beta}),))


def _layer_norm(step: Step) -> Saying:
    layer: core.LayerNorm = step.layer  # type: ignore[assignment]
    arrays = {"weight": layer.gamma, "bias": layer.beta}
    arguments = (str(layer.gamma.size), f"eps={layer.epsilon!r}")
    if not step.rank:
        return Saying((Call("nn.LayerNorm", arguments, "", arrays),))
    return Saying((Call("ChannelsLayerNorm", arguments, "", arrays),), definitions=("ChannelsLayerNorm",))


def _blocks(name: str) -> Writer:
    def say_blocks(step: Step) -> Saying:
        layer: core.DepthToSpace = step.layer  # type: ignore[assignment]
        if step.rank != 2 or layer.mode != "CRD":  # what PyTorch has
            moves = str(list(moves_of(step)))
            return Saying((Call("Rearrange", (moves, str(step.output_shape))),), definitions=("Rearrange",))
        return Saying((Call(f"nn.{name}", (str(layer.block_size),)),))

    return say_blocks


def _reshape(step: Step) -> Saying:
    layer: core.Reshape = step.layer  # type: ignore[assignment]
    channels, *spatial = step.output_shape
    if not layer.channels_last:
        return Saying(expression=f"{{0}}.reshape(-1, {', '.join(map(str, step.output_shape))})")
    sizes = ", ".join(map(str, (*spatial, channels)))
    return Saying(expression=f"{{0}}.movedim(1, -1).reshape(-1, {sizes}).movedim(-1, 1)")


def _permute(step: Step) -> Saying:
    layer: core.Permute = step.layer  # type: ignore[assignment]
    return Saying(expression=f"{{0}}.permute(0, {', '.join(str(axis + 1) for axis in layer.dims)})")


TRAINED: dict[type, Writer] = {
    core.PRelu: _prelu,
    core.ScaleShift: _scale_shift,
    core.SelectMaps: _select_maps,
    core.Pad: _pad,
    core.Resize: _resize,
    core.GroupNorm: _group_norm,
    core.LayerNorm: _layer_norm,
    core.DepthToSpace: _blocks("PixelShuffle"),
    core.SpaceToDepth: _blocks("PixelUnshuffle"),
    core.Reshape: _reshape,
    core.Permute: _permute,
}
