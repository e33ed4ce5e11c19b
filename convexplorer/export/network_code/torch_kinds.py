"""How each kind of layer is said in PyTorch: one row each. Its order of axes is the core's."""

from collections.abc import Callable, Sequence

import numpy as np

from convexplorer.core import layers as core
from convexplorer.core.convolution.separable import as_grouped
from convexplorer.core.geometry.borders import Amounts
from convexplorer.core.geometry.windows import WindowFrame, pad_amounts, per_axis
from convexplorer.export.network.plan import Step, cut_and_added
from convexplorer.export.network_code.saying import Call, Saying, combined, is_padded, numbers
from convexplorer.export.network_code.torch_trained_kinds import TRAINED

Writer = Callable[[Step], Saying]

_BORDER_MODULES = {"edge": "ReplicationPad", "reflect": "ReflectionPad", "wrap": "CircularPad"}
_LINEAR_MODES = {1: "linear", 2: "bilinear", 3: "trilinear"}


def say(step: Step) -> Saying:
    """Return a layer in PyTorch; raise `ExportError` with its name if it cannot be said."""
    writer = WRITERS.get(type(step.layer))
    if writer is None:
        raise step.refusal(f"PyTorch has no form of {type(step.layer).__name__} here")
    return writer(step)


def _conv(step: Step) -> Saying:
    layer: core.Conv = step.layer  # type: ignore[assignment]  # as the table says, here and below
    frame = layer.frame(step.input_shape[1:])
    calls = _convolved(frame, layer.kernel, layer.bias, layer.groups)
    return _activated(step, calls, layer.activation)


def _depthwise(step: Step) -> Saying:
    layer: core.DepthwiseConv = step.layer  # type: ignore[assignment]
    frame = layer.frame(step.input_shape[1:])
    calls = _convolved(frame, as_grouped(layer.kernel), layer.bias, len(layer.kernel))
    return _activated(step, calls, layer.activation)


def _separable(step: Step) -> Saying:
    layer: core.SeparableConv = step.layer  # type: ignore[assignment]
    first = layer.depthwise
    kernel, frame = as_grouped(first.kernel), first.frame(step.input_shape[1:])
    calls = _convolved(frame, kernel, None, len(first.kernel), suffix="depthwise")
    mixing = _conv_call(frame.rank, layer.pointwise_kernel, layer.bias, ())
    return _activated(step, (*calls, mixing), layer.activation)


def _convolved(
    frame: WindowFrame, kernel: np.ndarray, bias: np.ndarray | None, groups: int, *, suffix: str = ""
) -> tuple[Call, ...]:
    """Return a convolution, behind the padding that its own cannot be."""
    settings, before = [], []
    if frame.border == "zeros" and _is_even(frame.amounts):
        settings += _setting("padding", [pair[0] for pair in frame.amounts], 0)
    elif is_padded(frame.amounts):
        before.append(_border(frame.amounts, frame.border))
    settings = [
        *_setting("stride", frame.strides, 1),
        *settings,
        *_setting("dilation", frame.dilation_rate, 1),
        *([f"groups={groups}"] if groups > 1 else []),
    ]
    return (*before, _conv_call(frame.rank, kernel, bias, tuple(settings), groups, suffix))


def _conv_call(
    rank: int,
    kernel: np.ndarray,
    bias: np.ndarray | None,
    settings: tuple[str, ...],
    groups: int = 1,
    suffix: str = "",
    note: str = "",
) -> Call:
    filters, planes, *size = kernel.shape
    arguments = (
        str(planes * groups),
        str(filters),
        numbers(size),
        *settings,
        *([] if bias is not None else ["bias=False"]),
    )
    arrays = {"weight": kernel} | ({} if bias is None else {"bias": bias})
    return Call(f"nn.Conv{rank}d", arguments, suffix, arrays, note)


def _border(amounts: Amounts, border: str, value: float = 0.0) -> Call:
    """Return the module that adds cells, or cuts them off where amounts are below 0."""
    rank, sides = len(amounts), _sides(amounts)
    if border == "zeros":
        written = {0.0: "0.0", -np.inf: 'float("-inf")'}[value]
        return Call(f"nn.ConstantPad{rank}d", (sides, written), "pad")
    if border in _BORDER_MODULES:
        return Call(f"nn.{_BORDER_MODULES[border]}{rank}d", (sides,), "pad")
    return Call("Border", (str(tuple(amounts)), f'"{border}"'), "pad")


def _sides(amounts: Amounts) -> str:
    """Return amounts as PyTorch has them: the last axis first."""
    return str(tuple(n for pair in reversed(amounts) for n in pair))


def _setting(name: str, values: Sequence[int], default: int) -> list[str]:
    return [] if set(values) == {default} else [f"{name}={numbers(tuple(values))}"]


def _is_even(amounts: Amounts) -> bool:
    return all(before == after >= 0 for before, after in amounts)


def _activated(step: Step, calls: tuple[Call, ...], activation: core.Activation, suffix: str = "activation") -> Saying:
    """Return calls with the activation behind them, and what they need to be defined."""
    definitions = tuple({call.function: None for call in calls if "." not in call.function})
    if activation.is_linear:
        return Saying(calls, definitions=definitions)
    found = _ACTIVATIONS.get(activation.name)
    if found is None:
        raise step.refusal(f"the activation {activation.name} has no form in PyTorch here")
    function, arguments = found(**activation.parameters)
    needed = ("Function", function) if "." not in function else ("Function",) if function.startswith("torch.") else ()
    if needed:
        inner = f"partial({function}, {', '.join(arguments)})" if arguments else function
        function, arguments = "Function", (inner,)
    own = tuple(name for name in needed if not name.startswith("torch."))
    return Saying((*calls, Call(function, arguments, suffix)), definitions=(*definitions, *own))


def _transposed(step: Step) -> Saying:
    layer: core.ConvTranspose = step.layer  # type: ignore[assignment]
    frame = layer.frame(step.input_shape[1:])
    cut, added = cut_and_added(frame)
    filters = layer.kernel.shape[1] * layer.groups
    limits = zip(added, frame.strides, frame.dilation_rate, strict=True)
    if any(extra >= max(stride, rate) for extra, stride, rate in limits):
        raise step.refusal("PyTorch adds fewer cells than the stride or the dilation")
    is_even = _is_even(cut)
    settings = [
        *_setting("stride", frame.strides, 1),
        *(_setting("padding", [before for before, _ in cut], 0) if is_even else []),
        *_setting("output_padding", added, 0),
        *([f"groups={layer.groups}"] if layer.groups > 1 else []),
        *([] if layer.bias is not None else ["bias=False"]),
        *_setting("dilation", frame.dilation_rate, 1),
    ]
    arrays = {"weight": layer.kernel} | ({} if layer.bias is None else {"bias": layer.bias})
    arguments = (str(len(layer.kernel)), str(filters), numbers(frame.size), *settings)
    calls = [Call(f"nn.ConvTranspose{frame.rank}d", arguments, "", arrays)]
    if not is_even:
        negative = tuple((-before, -after) for before, after in cut)
        note = "PyTorch cuts off as much at both ends: here it differs"
        calls.append(Call(f"nn.ConstantPad{frame.rank}d", (_sides(negative), "0.0"), "cut", note=note))
    return _activated(step, tuple(calls), layer.activation)


def _dense(step: Step) -> Saying:
    layer: core.Dense = step.layer  # type: ignore[assignment]
    units, inputs = layer.kernel.shape
    if step.rank:
        kernel = layer.kernel.reshape(units, inputs, *(1,) * step.rank)
        note = "a dense layer on maps: the same sums in every place"
        return _activated(step, (_conv_call(step.rank, kernel, layer.bias, (), note=note),), layer.activation)
    arrays = {"weight": layer.kernel} | ({} if layer.bias is None else {"bias": layer.bias})
    arguments = (str(inputs), str(units), *([] if layer.bias is not None else ["bias=False"]))
    return _activated(step, (Call("nn.Linear", arguments, "", arrays),), layer.activation)


def _max_pool(step: Step) -> Saying:
    layer: core.MaxPool = step.layer  # type: ignore[assignment]
    frame = layer.frame(step.input_shape[1:])
    dilation = _setting("dilation", frame.dilation_rate, 1)
    return _pooled(frame, "MaxPool", tuple(dilation), (_border(frame.amounts, "zeros", -np.inf),))


def _average_pool(step: Step) -> Saying:
    layer: core.AveragePool = step.layer  # type: ignore[assignment]
    frame = layer.frame(step.input_shape[1:])
    if max(frame.dilation_rate) > 1:
        raise step.refusal("PyTorch has no dilated mean of windows")
    counted = ((0, 0),) * frame.rank
    if layer.count_include_pad:
        counted = pad_amounts(frame.spatial, frame.size, strides=frame.strides, padding=layer.padding)
    rest = tuple((b - own[0], a - own[1]) for (b, a), own in zip(frame.amounts, counted, strict=True))
    before = (_border(counted, "zeros"),) if is_padded(counted) else ()
    if is_padded(rest) and not (_is_poolable(frame) and not before):
        sides = _sides(rest)
        call = Call("MeanOfInside", (numbers(frame.size), numbers(frame.strides), sides))
        return Saying((*before, call), definitions=("MeanOfInside",))
    is_uncounted = is_padded(rest)
    return _pooled(frame, "AvgPool", ("count_include_pad=False",) if is_uncounted else (), before)


def _pooled(frame: WindowFrame, name: str, settings: tuple[str, ...], before: tuple[Call, ...]) -> Saying:
    """Return a pool that pads by itself where it can, else behind the padding `before` it."""
    own: list[str] = []
    if _is_poolable(frame):
        own, before = _setting("padding", [pair[0] for pair in frame.amounts], 0), ()
    arguments = (numbers(frame.size), f"stride={numbers(frame.strides)}", *own, *settings)
    return Saying((*before, Call(f"nn.{name}{frame.rank}d", arguments)))


def _is_poolable(frame: WindowFrame) -> bool:
    """Whether a pool of PyTorch pads so by itself: both ends alike, and by half a window at most."""
    is_small = all(pair[0] <= size // 2 for pair, size in zip(frame.amounts, frame.size, strict=True))
    return is_small and _is_even(frame.amounts)


def _global(name: str) -> Writer:
    def say_global(step: Step) -> Saying:
        pool = Call(f"nn.Adaptive{name}Pool{step.rank}d", ("1",))
        return Saying((pool,) if len(step.output_shape) > 1 else (pool, Call("nn.Flatten", (), "flat")))

    return say_global


def _unpool(step: Step) -> Saying:
    layer: core.Unpool = step.layer  # type: ignore[assignment]
    frame = layer.pool.frame(step.input_shapes[1][1:])
    arguments = (numbers(frame.size), numbers(frame.strides), _sides(frame.amounts))
    return Saying((Call("Unpool", arguments),), definitions=("Unpool",))


def _upsample(step: Step) -> Saying:
    layer: core.Upsample = step.layer  # type: ignore[assignment]
    factors = numbers(per_axis(layer.size, step.rank, "size"))
    if layer.interpolation == "nearest":
        return Saying((Call("nn.Upsample", (f"scale_factor={factors}",)),))
    how = (f'mode="{_LINEAR_MODES[step.rank]}"', f"align_corners={layer.align_corners}")
    return Saying((Call("nn.Upsample", (f"scale_factor={factors}", *how)),))


def _flatten(step: Step) -> Saying:
    layer: core.Flatten = step.layer  # type: ignore[assignment]
    if layer.channels_last:
        return Saying((Call("FlattenChannelsLast"),), definitions=("FlattenChannelsLast",))
    return Saying((Call("nn.Flatten"),))


def _rim(step: Step) -> Saying:
    layer: core.ZeroPad | core.Crop = step.layer  # type: ignore[assignment]
    call = _border(layer.amounts(step.rank), "zeros")
    return Saying((Call(call.function, call.arguments),))


def _local_response(step: Step) -> Saying:
    layer: core.LocalResponseNorm = step.layer  # type: ignore[assignment]
    if not step.rank:
        raise step.refusal("PyTorch has no local response normalization of a row of numbers")
    size = 2 * layer.depth_radius + 1
    settings = (f"alpha={layer.alpha * size!r}", f"beta={layer.beta!r}", f"k={layer.bias!r}")
    return Saying((Call("nn.LocalResponseNorm", (str(size), *settings), note="PyTorch divides alpha by the size"),))


def _batch_norm(step: Step) -> Saying:
    layer: core.BatchNorm = step.layer  # type: ignore[assignment]
    arrays = {
        "weight": np.ones_like(layer.mean) if layer.gamma is None else layer.gamma,
        "bias": np.zeros_like(layer.mean) if layer.beta is None else layer.beta,
        "running_mean": layer.mean,
        "running_var": layer.variance,
        "num_batches_tracked": np.array(0, np.int64),
    }
    return Saying(
        (Call(f"nn.BatchNorm{max(step.rank, 1)}d", (str(len(layer.mean)), f"eps={layer.epsilon!r}"), "", arrays),)
    )


def _rescaling(step: Step) -> Saying:
    layer: core.Rescaling = step.layer  # type: ignore[assignment]
    return Saying((Call("Rescaling", (repr(layer.scale), repr(layer.offset))),), definitions=("Rescaling",))


def _activation(step: Step) -> Saying:
    layer: core.Activation = step.layer  # type: ignore[assignment]
    if layer.is_linear:
        return Saying((Call("nn.Identity"),))
    return _activated(step, (), layer, suffix="")


def _between(sign: str) -> Writer:
    """Return the writer of inputs with an operator between them."""
    return lambda step: Saying(expression=f" {sign} ".join(f"{{{i}}}" for i in range(len(step.inputs))))


def _average(step: Step) -> Saying:
    count = len(step.inputs)
    return Saying(expression=f"({' + '.join(f'{{{i}}}' for i in range(count))}) / {count}")


def _nested(function: str) -> Writer:
    """Return the writer of inputs that go into a function of two, one after the other."""

    def say_nested(step: Step) -> Saying:
        expression = "{0}"
        for i in range(1, len(step.inputs)):
            expression = f"{function}({expression}, {{{i}}})"
        return Saying(expression=expression)

    return say_nested


def _concatenate(step: Step) -> Saying:
    return Saying(expression=f"torch.cat([{', '.join(f'{{{i}}}' for i in range(len(step.inputs)))}], dim=1)")


def _combine(step: Step) -> Saying:
    functions = {
        "add": "torch.add",
        "subtract": "torch.sub",
        "multiply": "torch.mul",
        "average": "lambda a, b: (a + b) / 2",
        "maximum": "torch.maximum",
        "minimum": "torch.minimum",
        "magnitude": "torch.hypot",
        "orientation": "lambda a, b: torch.atan2(b, a)",
    }
    return combined(step, functions, "PyTorch")


def _module(name: str, *order: str) -> Callable[..., tuple[str, tuple[str, ...]]]:
    """Return what makes an activation's module, with its parameters in PyTorch's order."""
    return lambda **parameters: (f"nn.{name}", tuple(repr(float(parameters[one])) for one in order))


def _function(name: str, *fixed: str) -> Callable[..., tuple[str, tuple[str, ...]]]:
    return lambda **parameters: (name, (*fixed, *(f"{key}={float(value)!r}" for key, value in parameters.items())))


def _gelu(approximate: float) -> tuple[str, tuple[str, ...]]:
    return "nn.GELU", ('approximate="tanh"',) if approximate else ()


# From parameters to a module and its arguments; functions are put into a module.
_ACTIVATIONS: dict[str, Callable[..., tuple[str, tuple[str, ...]]]] = {
    "relu": _module("ReLU"),
    "leaky_relu": _module("LeakyReLU", "negative_slope"),
    "absolute": _function("torch.abs"),
    "sigmoid": _module("Sigmoid"),
    "tanh": _module("Tanh"),
    "softplus": _module("Softplus"),
    "threshold": _module("Threshold", "threshold", "default_value"),
    "relu6": _module("ReLU6"),
    "elu": _module("ELU", "alpha"),
    "selu": _module("SELU"),
    "silu": _module("SiLU"),
    "gelu": _gelu,
    "softsign": _module("Softsign"),
    "hard_sigmoid": _module("Hardsigmoid"),
    "hard_tanh": _module("Hardtanh"),
    "mish": _module("Mish"),
    "soft_shrink": _module("Softshrink", "threshold"),
    "hard_shrink": _module("Hardshrink", "threshold"),
    "exponential": _function("torch.exp"),
    "clip": _module("Hardtanh", "min_value", "max_value"),
    "negative": _function("torch.neg"),
    "square_root": _function("torch.sqrt"),
    "logarithm": _function("torch.log"),
    "power": _function("torch.pow"),
    "celu": _module("CELU", "alpha"),
    "hard_silu": _module("Hardswish"),
    "log_sigmoid": _module("LogSigmoid"),
    "tanh_shrink": _module("Tanhshrink"),
    "sparse_plus": _function("sparse_plus"),
    "sparse_sigmoid": _function("sparse_sigmoid"),
    "squareplus": _function("squareplus"),
    "softmax": lambda: ("nn.Softmax", ("dim=1",)),
    "log_softmax": lambda: ("nn.LogSoftmax", ("dim=1",)),
    "sparsemax": _function("sparsemax"),
}

WRITERS: dict[type, Writer] = {
    core.Conv: _conv,
    core.DepthwiseConv: _depthwise,
    core.SeparableConv: _separable,
    core.ConvTranspose: _transposed,
    core.Dense: _dense,
    core.MaxPool: _max_pool,
    core.AveragePool: _average_pool,
    core.GlobalMaxPool: _global("Max"),
    core.GlobalAveragePool: _global("Avg"),
    core.Unpool: _unpool,
    core.Upsample: _upsample,
    core.Flatten: _flatten,
    core.ZeroPad: _rim,
    core.Crop: _rim,
    core.LocalResponseNorm: _local_response,
    core.BatchNorm: _batch_norm,
    core.Rescaling: _rescaling,
    core.Activation: _activation,
    core.Add: _between("+"),
    core.Subtract: _between("-"),
    core.Multiply: _between("*"),
    core.Average: _average,
    core.Maximum: _nested("torch.maximum"),
    core.Minimum: _nested("torch.minimum"),
    core.Concatenate: _concatenate,
    core.CombineMaps: _combine,
    **TRAINED,
}
