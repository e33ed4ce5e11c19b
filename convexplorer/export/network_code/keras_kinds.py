"""How each kind of layer is said in Keras 3: one row each. Weights get Keras's order of axes, channels last."""

from collections.abc import Callable, Sequence

import numpy as np

from convexplorer.core import layers as core
from convexplorer.core.convolution.separable import as_grouped
from convexplorer.core.geometry.borders import Amounts
from convexplorer.core.geometry.windows import WindowFrame, pad_amounts, per_axis
from convexplorer.core.operators.activations import describe
from convexplorer.export.network.plan import Step, cut_and_added
from convexplorer.export.network_code.keras_trained_kinds import TRAINED
from convexplorer.export.network_code.saying import Call, Saying, combined, is_padded, numbers, pairs, spread_out

Writer = Callable[[Step], Saying]

_ZEROS_BETWEEN = "Keras takes strides or dilation, not both: the kernel has zeros between its cells instead"


def say(step: Step) -> Saying:
    """Return a layer in Keras; raise `ExportError` with its name if it cannot be said."""
    writer = WRITERS.get(type(step.layer))
    if writer is None:
        raise step.refusal(f"Keras has no form of {type(step.layer).__name__} here")
    return writer(step)


def _conv(step: Step) -> Saying:
    layer: core.Conv = step.layer  # type: ignore[assignment]  # as the table says, here and below
    return _with_padding(step, layer, layer.kernel, layer.groups, layer.bias, layer.activation)


def _depthwise(step: Step) -> Saying:
    layer: core.DepthwiseConv = step.layer  # type: ignore[assignment]
    if not _is_depthwise_known(layer):
        kernel = as_grouped(layer.kernel)
        return _with_padding(step, layer, kernel, len(layer.kernel), layer.bias, layer.activation)
    before, settings, kernel, note = _placed(step, layer, layer.kernel)
    multiplier = layer.kernel.shape[1]
    settings = [numbers(kernel.shape[2:]), *([f"depth_multiplier={multiplier}"] if multiplier > 1 else []), *settings]
    arrays = {"kernel": np.moveaxis(kernel, (0, 1), (-2, -1))} | _bias(layer.bias)
    call = Call(f"layers.DepthwiseConv{step.rank}D", (*settings, *_use_bias(layer.bias)), "", arrays, note)
    return _activated(step, before, call, layer.activation)


def _separable(step: Step) -> Saying:
    layer: core.SeparableConv = step.layer  # type: ignore[assignment]
    first = layer.depthwise
    mixing = {"pointwise_kernel": np.moveaxis(layer.pointwise_kernel, (0, 1), (-1, -2))}
    if not _is_depthwise_known(first):
        linear = core.Activation("linear")
        own = _with_padding(step, first, as_grouped(first.kernel), len(first.kernel), None, linear, "depthwise")
        arrays = {"kernel": mixing["pointwise_kernel"]} | _bias(layer.bias)
        arguments = (str(len(layer.pointwise_kernel)), numbers((1,) * step.rank), *_use_bias(layer.bias))
        mixed = _activated(step, own.calls, Call(f"layers.Conv{step.rank}D", arguments, "", arrays), layer.activation)
        return Saying(mixed.calls, definitions=(*own.definitions, *mixed.definitions))
    before, settings, kernel, note = _placed(step, first, first.kernel)
    multiplier = first.kernel.shape[1]
    arguments = (
        str(len(layer.pointwise_kernel)),
        numbers(kernel.shape[2:]),
        *([f"depth_multiplier={multiplier}"] if multiplier > 1 else []),
        *settings,
        *_use_bias(layer.bias),
    )
    arrays = {"depthwise_kernel": np.moveaxis(kernel, (0, 1), (-2, -1)), **mixing} | _bias(layer.bias)
    call = Call(f"layers.SeparableConv{step.rank}D", arguments, "", arrays, note)
    return _activated(step, before, call, layer.activation)


def _is_depthwise_known(layer: core.DepthwiseConv) -> bool:
    """Whether Keras has the depthwise layer: for one axis or two, with strides that are equal."""
    return layer.rank < 3 and len(set(layer.strides)) == 1


def _with_padding(
    step: Step,
    layer: core.Conv | core.DepthwiseConv,
    kernel: np.ndarray,
    groups: int,
    bias: np.ndarray | None,
    activation: core.Activation,
    suffix: str = "",
) -> Saying:
    """Return a convolution with a kernel (filters, channels // groups, *size), behind the padding that it needs."""
    before, settings, kernel, note = _placed(step, layer, kernel)
    settings += [f"groups={groups}"] if groups > 1 else []
    arguments = (str(len(kernel)), numbers(kernel.shape[2:]), *settings, *_use_bias(bias))
    arrays = {"kernel": np.moveaxis(kernel, (0, 1), (-1, -2))} | _bias(bias)
    call = Call(f"layers.Conv{step.rank}D", arguments, suffix, arrays, note)
    return _activated(step, before, call, activation)


def _placed(
    step: Step, layer: core.Conv | core.DepthwiseConv, kernel: np.ndarray
) -> tuple[tuple[Call, ...], list[str], np.ndarray, str]:
    """Return the padding before a convolution, its settings, its kernel, and a note on it."""
    frame, note = layer.frame(step.input_shape[1:]), ""
    dilation = frame.dilation_rate
    if max(frame.strides) > 1 and max(dilation) > 1:
        kernel, dilation, note = spread_out(kernel, dilation), (1,) * frame.rank, _ZEROS_BETWEEN
    before, settings = (), _setting("strides", frame.strides, 1)
    is_word = isinstance(layer.padding, str) and layer.border == "zeros"
    if is_word and layer.padding != "valid":
        settings.append(f'padding="{layer.padding}"')
    elif is_padded(frame.amounts):
        before = (_border(frame.amounts, frame.border),)  # type: ignore[assignment]
    return before, [*settings, *_setting("dilation_rate", dilation, 1)], kernel, note


def _border(amounts: Amounts, border: str) -> Call:
    if border == "zeros":
        return Call(f"layers.ZeroPadding{len(amounts)}D", (pairs(amounts),), "pad")
    return Call("Border", (str(tuple(amounts)), f'"{border}"'), "pad")


def _setting(name: str, values: Sequence[int], default: int) -> list[str]:
    return [] if set(values) == {default} else [f"{name}={numbers(tuple(values))}"]


def _bias(bias: np.ndarray | None) -> dict[str, np.ndarray]:
    return {} if bias is None else {"bias": bias}


def _use_bias(bias: np.ndarray | None) -> list[str]:
    return [] if bias is not None else ["use_bias=False"]


def _activated(step: Step, before: tuple[Call, ...], call: Call, activation: core.Activation) -> Saying:
    """Return a call that activates what it computes, behind others, and what they need to be defined."""
    definitions = [one.function for one in before if "." not in one.function]
    if not activation.is_linear:
        written, needed = _function(step, activation)
        definitions += needed
        call = Call(call.function, (*call.arguments, f"activation={written}"), call.suffix, call.arrays, call.note)
    return Saying((*before, call), definitions=tuple(definitions))


def _function(step: Step, activation: core.Activation) -> tuple[str, list[str]]:
    """Return an activation as Keras's layers take it, and what it needs to be defined."""
    name, given = activation.name, activation.parameters
    if name == "sparsemax":
        return "sparsemax", ["sparsemax"]
    if name in _KERAS_OPERATIONS:
        return _KERAS_OPERATIONS[name], []
    if name == "clip":
        return f"lambda x: ops.clip(x, {float(given['min_value'])!r}, {float(given['max_value'])!r})", []
    if name == "power":
        return f"lambda x: ops.power(x, {float(given['exponent'])!r})", []
    if name not in _KERAS_ACTIVATIONS:
        raise step.refusal(f"the activation {name} has no form in Keras here")
    defaults = {one.name: one.default for one in describe(name).parameters}
    if dict(given) == defaults and name != "threshold":
        return f'"{name}"', []
    values = [f"{key}={bool(value) if key == 'approximate' else float(value)!r}" for key, value in given.items()]
    return f"partial(keras.activations.{name}, {', '.join(values)})", []


def _transposed(step: Step) -> Saying:
    layer: core.ConvTranspose = step.layer  # type: ignore[assignment]
    frame, notes = layer.frame(step.input_shape[1:]), []
    kernel, dilation = layer.kernel, frame.dilation_rate
    if layer.groups > 1:
        kernel = _ungrouped(kernel, layer.groups)
        notes.append("Keras has no groups here: the kernel has zeros between them")
    if max(frame.strides) > 1 and max(dilation) > 1:
        kernel, dilation = spread_out(kernel, dilation), (1,) * frame.rank
        notes.append(_ZEROS_BETWEEN)
    cut, added = cut_and_added(frame)
    if any(extra >= stride for extra, stride in zip(added, frame.strides, strict=True) if extra):
        raise step.refusal("Keras adds fewer cells than the stride")
    arguments = (
        str(kernel.shape[1]),
        numbers(kernel.shape[2:]),
        *_setting("strides", frame.strides, 1),
        *([f"output_padding={numbers(added)}"] if any(added) else []),
        *_setting("dilation_rate", dilation, 1),
        *_use_bias(layer.bias),
    )
    arrays = {"kernel": np.moveaxis(kernel, (0, 1), (-1, -2))} | _bias(layer.bias)
    call = Call(f"layers.Conv{frame.rank}DTranspose", arguments, "", arrays, "; ".join(notes))
    saying = _activated(step, (), call, layer.activation)
    if not is_padded(cut):
        return saying
    crop = Call(f"layers.Cropping{frame.rank}D", (pairs(cut),), "cut")
    return Saying((*saying.calls, crop), definitions=saying.definitions)


def _ungrouped(kernel: np.ndarray, groups: int) -> np.ndarray:
    """Return a transposed kernel (channels, filters, *size) with zeros where groups do not meet."""
    channels, filters = kernel.shape[0] // groups, kernel.shape[1]
    whole = np.zeros((kernel.shape[0], filters * groups, *kernel.shape[2:]), kernel.dtype)
    for i in range(groups):
        rows = slice(i * channels, (i + 1) * channels)
        whole[rows, i * filters : (i + 1) * filters] = kernel[rows]
    return whole


def _dense(step: Step) -> Saying:
    layer: core.Dense = step.layer  # type: ignore[assignment]
    arguments = (str(len(layer.kernel)), *_use_bias(layer.bias))
    arrays = {"kernel": layer.kernel.T} | _bias(layer.bias)
    return _activated(step, (), Call("layers.Dense", arguments, "", arrays), layer.activation)


def _max_pool(step: Step) -> Saying:
    layer: core.MaxPool = step.layer  # type: ignore[assignment]
    return _pooled(step, layer, layer.frame(step.input_shape[1:]), "max")


def _average_pool(step: Step) -> Saying:
    layer: core.AveragePool = step.layer  # type: ignore[assignment]
    frame = layer.frame(step.input_shape[1:])
    if not layer.count_include_pad:
        return _pooled(step, layer, frame, "average")
    counted = pad_amounts(frame.spatial, frame.size, strides=frame.strides, padding=layer.padding)
    rest = tuple((b - own[0], a - own[1]) for (b, a), own in zip(frame.amounts, counted, strict=True))
    pool = _pooled(step, None, frame, "average", rest)
    return Saying(
        ((_border(counted, "zeros"),) if is_padded(counted) else ()) + pool.calls, definitions=pool.definitions
    )


def _pooled(
    step: Step,
    layer: core.MaxPool | core.AveragePool | None,
    frame: WindowFrame,
    kind: str,
    amounts: Amounts | None = None,
) -> Saying:
    """Return a pool, by Keras's word for its padding where there is one.

    Parameters
    ----------
    amounts : of cells outside that do not count, if others than those of the frame.
    """
    if max(frame.dilation_rate) > 1:
        raise step.refusal("Keras has no dilated pools")
    outside = frame.amounts if amounts is None else amounts
    size, strides = numbers(frame.size), numbers(frame.strides)
    own = layer is not None and isinstance(layer.padding, str) and not layer.ceil_mode
    # WORKAROUND(Keras 3.15 on PyTorch): the means of "same" count repeated cells where both ends differ.
    is_counted = kind == "average" and any(before != after for before, after in outside)
    if (not own or is_counted) and is_padded(outside):
        note = 'not padding="same": on PyTorch, Keras 3.15 counts repeated cells there' if own else ""
        call = Call("PaddedPool", (f'"{kind}"', size, strides, str(tuple(outside))), note=note)
        return Saying((call,), definitions=("PaddedPool",))
    is_same = layer is not None and layer.padding == "same" and is_padded(outside)
    arguments = (size, f"strides={strides}", *(['padding="same"'] if is_same else []))
    return Saying((Call(f"layers.{kind.capitalize()}Pooling{frame.rank}D", arguments),))


def _global(kind: str) -> Writer:
    def say_global(step: Step) -> Saying:
        keeps = ("keepdims=True",) if len(step.output_shape) > 1 else ()
        return Saying((Call(f"layers.Global{kind}Pooling{step.rank}D", keeps),))

    return say_global


def _upsample(step: Step) -> Saying:
    layer: core.Upsample = step.layer  # type: ignore[assignment]
    factors = numbers(per_axis(layer.size, step.rank, "size"))
    if layer.interpolation == "nearest":
        return Saying((Call(f"layers.UpSampling{step.rank}D", (factors,)),))
    if step.rank != 2 or layer.align_corners:
        what = "with aligned corners" if step.rank == 2 else f"along {step.rank} axes"
        raise step.refusal(f"Keras has no linear upsampling {what}")
    return Saying((Call("layers.UpSampling2D", (factors, 'interpolation="bilinear"')),))


def _flatten(step: Step) -> Saying:
    layer: core.Flatten = step.layer  # type: ignore[assignment]
    flat = Call("layers.Flatten")
    if layer.channels_last:
        return Saying((flat,))
    order = (step.rank + 1, *range(1, step.rank + 1))
    return Saying((Call("layers.Permute", (str(order),), "maps_first"), flat))


def _zero_pad(step: Step) -> Saying:
    layer: core.ZeroPad = step.layer  # type: ignore[assignment]
    return Saying((Call(f"layers.ZeroPadding{step.rank}D", (pairs(layer.amounts(step.rank)),)),))


def _crop(step: Step) -> Saying:
    layer: core.Crop = step.layer  # type: ignore[assignment]
    amounts = tuple((-before, -after) for before, after in layer.amounts(step.rank))
    return Saying((Call(f"layers.Cropping{step.rank}D", (pairs(amounts),)),))


def _local_response(step: Step) -> Saying:
    layer: core.LocalResponseNorm = step.layer  # type: ignore[assignment]
    settings = (f"{name}={getattr(layer, name)!r}" for name in ("bias", "alpha", "beta"))
    call = Call("LocalResponseNorm", (str(layer.depth_radius), *settings))
    return Saying((call,), definitions=("LocalResponseNorm",))


def _batch_norm(step: Step) -> Saying:
    layer: core.BatchNorm = step.layer  # type: ignore[assignment]
    named = {"gamma": layer.gamma, "beta": layer.beta, "moving_mean": layer.mean, "moving_variance": layer.variance}
    words = {"gamma": "scale=False", "beta": "center=False"}
    settings = [f"epsilon={layer.epsilon!r}", *(words[name] for name, values in named.items() if values is None)]
    arrays = {name: values for name, values in named.items() if values is not None}
    return Saying((Call("layers.BatchNormalization", tuple(settings), "", arrays),))


def _rescaling(step: Step) -> Saying:
    layer: core.Rescaling = step.layer  # type: ignore[assignment]
    return Saying((Call("layers.Rescaling", (repr(layer.scale), f"offset={layer.offset!r}")),))


def _activation(step: Step) -> Saying:
    layer: core.Activation = step.layer  # type: ignore[assignment]
    if layer.is_linear:
        return Saying((Call("layers.Identity"),))
    written, needed = _function(step, layer)
    return Saying((Call("layers.Activation", (written,)),), definitions=tuple(needed))


def _joined(name: str) -> Writer:
    return lambda _step: Saying((Call(f"layers.{name}"),))


def _combine(step: Step) -> Saying:
    functions = {
        "add": "ops.add",
        "subtract": "ops.subtract",
        "multiply": "ops.multiply",
        "average": "lambda a, b: (a + b) / 2",
        "maximum": "ops.maximum",
        "minimum": "ops.minimum",
        "magnitude": "lambda a, b: ops.sqrt(a**2 + b**2)",
        "orientation": "lambda a, b: ops.arctan2(b, a)",
    }
    return combined(step, functions, "Keras")


_KERAS_OPERATIONS = {
    "absolute": "ops.abs",
    "negative": "ops.negative",
    "square_root": "ops.sqrt",
    "logarithm": "ops.log",
}
# Those that Keras has by the same name, with the same parameters and defaults.
_KERAS_ACTIVATIONS = frozenset(
    {"celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh", "leaky_relu"}
    | {"log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax"}
    | {"softplus", "softsign", "sparse_plus", "sparse_sigmoid", "squareplus", "tanh", "tanh_shrink", "threshold"}
)

WRITERS: dict[type, Writer] = {
    core.Conv: _conv,
    core.DepthwiseConv: _depthwise,
    core.SeparableConv: _separable,
    core.ConvTranspose: _transposed,
    core.Dense: _dense,
    core.MaxPool: _max_pool,
    core.AveragePool: _average_pool,
    core.GlobalMaxPool: _global("Max"),
    core.GlobalAveragePool: _global("Average"),
    core.Upsample: _upsample,
    core.Flatten: _flatten,
    core.ZeroPad: _zero_pad,
    core.Crop: _crop,
    core.LocalResponseNorm: _local_response,
    core.BatchNorm: _batch_norm,
    core.Rescaling: _rescaling,
    core.Activation: _activation,
    core.Add: _joined("Add"),
    core.Subtract: _joined("Subtract"),
    core.Multiply: _joined("Multiply"),
    core.Average: _joined("Average"),
    core.Maximum: _joined("Maximum"),
    core.Minimum: _joined("Minimum"),
    core.Concatenate: _joined("Concatenate"),
    core.CombineMaps: _combine,
    **TRAINED,
}
