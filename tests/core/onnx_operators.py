"""ONNX operators said in the words of `core`, for the references that the `onnx` package brings along."""

import numpy as np
from onnx import helper, numpy_helper

from convexplorer import core
from convexplorer.core.geometry.resize_taps import COORDINATES

# Operators of single values: the name of the activation, and how the attributes are called there.
ACTIVATIONS = {
    "Abs": ("absolute", {}),
    "Celu": ("celu", {"alpha": ("alpha", 1.0)}),
    "Elu": ("elu", {"alpha": ("alpha", 1.0)}),
    "Exp": ("exponential", {}),
    "Log": ("logarithm", {}),
    "Neg": ("negative", {}),
    "Sqrt": ("square_root", {}),
    "HardSwish": ("hard_silu", {}),
    "LeakyRelu": ("leaky_relu", {"negative_slope": ("alpha", 0.01)}),
    "Mish": ("mish", {}),
    "Relu": ("relu", {}),
    "Selu": ("selu", {}),
    "Sigmoid": ("sigmoid", {}),
    "Softplus": ("softplus", {}),
    "Softsign": ("softsign", {}),
    "Swish": ("silu", {}),
    "Tanh": ("tanh", {}),
    "ThresholdedRelu": ("threshold", {"threshold": ("alpha", 1.0)}),
}


# Attributes that are no parameters in Keras: these values only.
CONSTANTS = {"Selu": {}, "Swish": {"alpha": 1.0}}


def run(model, inputs):
    """Return the outputs of a model of one node; NotImplementedError if `core` has no such operator or setting."""
    graph = model.graph
    if len(graph.node) != 1:
        raise NotImplementedError("more than one node")
    node = graph.node[0]
    attributes = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    weights = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    given = iter(inputs)
    known = {one.name: next(given) for one in graph.input if one.name not in weights} | weights
    values = [known[name] if name else None for name in node.input]
    if node.op_type in ACTIVATIONS:
        name, renamed = ACTIVATIONS[node.op_type]
        if attributes != CONSTANTS.get(node.op_type, attributes):
            raise NotImplementedError("other constants")
        parameters = {ours: attributes.get(theirs, default) for ours, (theirs, default) in renamed.items()}
        return [core.ACTIVATIONS[name](values[0], **parameters)]
    if node.op_type not in OPERATORS:
        raise NotImplementedError(node.op_type)
    return OPERATORS[node.op_type](attributes, model.opset_import[0].version, *values)


def _conv(attributes, _, x, kernel, bias=None):
    settings = _placing(attributes, x, kernel.shape[2:])
    return [_each(lambda one: core.conv(one, kernel, bias, groups=attributes.get("group", 1), **settings), x)]


def _conv_transpose(attributes, _, x, kernel, bias=None):
    rank = x.ndim - 2
    strides = attributes.get("strides", [1] * rank)
    dilation_rate = attributes.get("dilations", [1] * rank)
    spans = [(k - 1) * d + 1 for k, d in zip(kernel.shape[2:], dilation_rate, strict=True)]
    full = [(n - 1) * s + span for n, s, span in zip(x.shape[2:], strides, spans, strict=True)]
    extra, padding = attributes.get("output_padding", [0] * rank), _pairs(attributes, rank)
    if attributes.get("auto_pad", b"NOTSET") == b"SAME_UPPER":
        extra, padding = None, "same"
    if "output_shape" in attributes:
        totals = [n - length for n, length in zip(full, attributes["output_shape"], strict=True)]
        extra = [max(-total, 0) for total in totals]
        padding = [(total - total // 2, total // 2) if total > 0 else (0, 0) for total in totals]
    settings = {"strides": strides, "dilation_rate": dilation_rate, "padding": padding, "output_padding": extra}
    groups = attributes.get("group", 1)
    return [_each(lambda one: core.conv_transpose(one, kernel, bias, groups=groups, **settings), x)]


def _max_pool(attributes, _, x):
    settings = _pooling(attributes, x)
    size = attributes["kernel_shape"]
    y = _each(lambda one: core.max_pool(one, size, **settings), x)
    indices = _each(lambda one: core.max_pool_indices(one, size, **settings), x)
    if attributes.get("storage_order", 0):
        cells = np.unravel_index(indices, x.shape[2:])
        indices = np.ravel_multi_index(cells[::-1], x.shape[2:][::-1])
    planes = np.arange(x.shape[0] * x.shape[1]).reshape(*x.shape[:2], *[1] * (x.ndim - 2))
    return [y, indices + planes * np.prod(x.shape[2:], dtype=int)]


def _average_pool(attributes, _, x):
    settings = _pooling(attributes, x) | {"count_include_pad": bool(attributes.get("count_include_pad", 0))}
    return [_each(lambda one: core.average_pool(one, attributes["kernel_shape"], **settings), x)]


def _max_unpool(attributes, _, x, indices, output_shape=None):
    strides = attributes.get("strides", [1] * (x.ndim - 2))
    sizes = zip(x.shape[2:], strides, attributes["kernel_shape"], strict=True)
    spatial = [(n - 1) * s + k for n, s, k in sizes]
    y = np.stack([core.unpool(one, places, spatial) for one, places in zip(x, indices, strict=True)])
    if output_shape is None:
        return [y]
    # A larger output gets more cells at the end of each axis.
    return [np.pad(y, [(0, wanted - n) for n, wanted in zip(y.shape, output_shape, strict=True)])]


def _batch_norm(attributes, _, x, gamma, beta, mean, variance):
    if attributes.get("training_mode", 0):
        raise NotImplementedError("training")
    epsilon = attributes.get("epsilon", 1e-5)
    return [_each(lambda one: core.batch_norm(one, gamma, beta, mean, variance, epsilon=epsilon), x)]


def _resize(attributes, _, x, region=None, scales=None, sizes=None):
    place = attributes.get("coordinate_transformation_mode", b"half_pixel").decode()
    mode, rank = attributes.get("mode", b"nearest").decode(), x.ndim - 2
    given = scales if scales is not None and np.size(scales) else sizes
    if place not in COORDINATES or mode not in ("nearest", "linear", "cubic") or attributes.get("antialias", 0):
        raise NotImplementedError("other places")
    if mode == "cubic" and attributes.get("exclude_outside", 0):
        raise NotImplementedError("weights of the cells inside alone")
    if attributes.get("axes") or attributes.get("keep_aspect_ratio_policy", b"stretch") != b"stretch":
        raise NotImplementedError("some axes")
    wanted = [float(n) for n in given[-rank:]]
    settings = {"coordinates": place, "nearest": attributes.get("nearest_mode", b"round_prefer_floor").decode()}
    if given is scales:
        if len(set(wanted)) > 1:  # the layer has one factor for all axes
            wanted = [int(n * k) for n, k in zip(x.shape[2:], wanted, strict=True)]
            if any(n % m and m % n for n, m in zip(x.shape[2:], wanted, strict=True)):
                raise NotImplementedError("other factors along the axes")
            settings["size"] = tuple(wanted)
        elif place == "align_corners" and any(n * wanted[0] % 1 for n in x.shape[2:]):
            # The reference divides by a size that is no whole number; ONNX Runtime and PyTorch by that of the output.
            raise NotImplementedError("corners of a fraction of a cell")
        else:
            settings["scale"] = wanted[0]
    else:
        settings["size"] = tuple(int(n) for n in wanted)
    if mode == "cubic":
        settings["cubic"] = attributes.get("cubic_coeff_a", -0.75)
    layer = core.Resize(interpolation={"linear": "bilinear", "cubic": "bicubic"}.get(mode, mode), **settings)
    return [_each(layer, x)]


def _instance_norm(attributes, _, x, gamma, beta):
    layer = core.GroupNorm(gamma, beta, groups=len(gamma), epsilon=attributes.get("epsilon", 1e-5))
    return [_each(layer, x)]


def _group_norm(attributes, opset, x, gamma, beta):
    if opset < 21:
        raise NotImplementedError("a factor for each group")
    groups, epsilon = attributes["num_groups"], attributes.get("epsilon", 1e-5)
    return [_each(core.GroupNorm(gamma, beta, groups=groups, epsilon=epsilon), x)]


def _depth_to_space(attributes, _, x):
    mode = attributes.get("mode", b"DCR").decode()
    return [_each(core.DepthToSpace(attributes["blocksize"], mode=mode), x)]


def _space_to_depth(attributes, _, x):
    mode = attributes.get("mode", b"DCR").decode()
    return [_each(core.SpaceToDepth(attributes["blocksize"], mode=mode), x)]


def _flatten(attributes, _, x):
    if attributes.get("axis", 1) % x.ndim != 1:
        raise NotImplementedError("another axis")
    return [_each(core.flatten, x)]


def _gemm(attributes, _, a, b, c=None):
    is_plain = attributes.get("alpha", 1) == attributes.get("beta", 1) == 1 and not attributes.get("transA", 0)
    if not is_plain or (c is not None and c.ndim > 1 and len(c) > 1):
        raise NotImplementedError("no dense layer")
    kernel = b if attributes.get("transB", 0) else b.T
    bias = None if c is None else np.broadcast_to(c.reshape(-1), (len(kernel),))
    return [_each(lambda one: core.dense(one, kernel, bias), a)]


def _softmax(name):
    def apply(attributes, opset, x):
        axis = attributes.get("axis", -1 if opset >= 13 else 1)
        if opset < 13 and axis % x.ndim != x.ndim - 1:
            raise NotImplementedError("several axes as one")
        return [core.ACTIVATIONS[name](x, axis=axis)]

    return apply


def _gelu(attributes, _, x):
    return [core.ACTIVATIONS["gelu"](x, approximate=attributes.get("approximate", b"none") == b"tanh")]


def _shrink(attributes, _, x):
    threshold, bias = attributes.get("lambd", 0.5), attributes.get("bias", 0.0)
    if bias not in (0.0, threshold):
        raise NotImplementedError("another bias")
    return [core.ACTIVATIONS["soft_shrink" if bias else "hard_shrink"](x, threshold=threshold)]


def _pad(attributes, _, x):
    border = {b"constant": "zeros", b"reflect": "reflect", b"edge": "edge"}[attributes.get("mode", b"constant")]
    pads = np.reshape(attributes["pads"], (2, -1)).T
    if pads[:2].any():
        raise NotImplementedError("padded channels")
    value = attributes.get("value", 0.0)
    return [_each(lambda one: core.pad(one, pads[2:].tolist(), border, value), x)]


def _joined(operator):
    """Return how an operator of several arrays of one shape is said here."""

    def run_joined(attributes, _, *xs):
        is_ours = len(xs) > 1 and all(x.ndim == xs[0].ndim and x.dtype.kind == "f" for x in xs)
        if not is_ours:
            raise NotImplementedError("one input, whole numbers, or another number of axes")
        return [operator(*xs)]

    return run_joined


def _concat(attributes, _, *xs):
    if len(xs) < 2:
        raise NotImplementedError("one input")
    axis = attributes.get("axis", 1)
    return [np.moveaxis(core.concatenate(*(np.moveaxis(x, axis, 0) for x in xs)), 0, axis)]


def _local_response_norm(attributes, _, x):
    size = attributes["size"]
    if size % 2 == 0:
        raise NotImplementedError("an even number of channels")
    settings = {"bias": attributes.get("bias", 1.0), "beta": attributes.get("beta", 0.75)}
    alpha = attributes.get("alpha", 1e-4) / size
    return [_each(lambda one: core.local_response_norm(one, size // 2, alpha=alpha, **settings), x)]


OPERATORS = {
    "DepthToSpace": _depth_to_space,
    "GroupNormalization": _group_norm,
    "InstanceNormalization": _instance_norm,
    "SpaceToDepth": _space_to_depth,
    "Add": _joined(core.add),
    "Concat": _concat,
    "LRN": _local_response_norm,
    "Max": _joined(core.maximum),
    "Mean": _joined(core.average),
    "Min": _joined(core.minimum),
    "Mul": _joined(core.multiply),
    "Sub": _joined(core.subtract),
    "Sum": _joined(core.add),
    "AveragePool": _average_pool,
    "BatchNormalization": _batch_norm,
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "Flatten": _flatten,
    "Gelu": _gelu,
    "Gemm": _gemm,
    "GlobalAveragePool": lambda _, __, x: [_each(lambda one: core.global_average_pool(one, keepdims=True), x)],
    "GlobalMaxPool": lambda _, __, x: [_each(lambda one: core.global_max_pool(one, keepdims=True), x)],
    "LogSoftmax": _softmax("log_softmax"),
    "MaxPool": _max_pool,
    "MaxUnpool": _max_unpool,
    "Pad": _pad,
    "Resize": _resize,
    "Shrink": _shrink,
    "Softmax": _softmax("softmax"),
    "Upsample": _resize,
}


def _each(function, batch):
    """Apply a function to every sample of a batch."""
    return np.stack([function(sample) for sample in batch])


def _pooling(attributes, x):
    settings = _placing(attributes, x, attributes["kernel_shape"])
    return settings | {"ceil_mode": bool(attributes.get("ceil_mode", 0))}


def _placing(attributes, x, size):
    rank = x.ndim - 2
    strides, dilation_rate = attributes.get("strides", [1] * rank), attributes.get("dilations", [1] * rank)
    padding = _pairs(attributes, rank)
    kind = attributes.get("auto_pad", b"NOTSET")
    if kind in (b"SAME_UPPER", b"SAME_LOWER"):
        padding = core.pad_amounts(x.shape[2:], size, strides=strides, padding="same", dilation_rate=dilation_rate)
    if kind == b"SAME_LOWER":  # the surplus at the start, which Keras's "same" does not know
        padding = [pair[::-1] for pair in padding]
    return {"strides": strides, "padding": padding, "dilation_rate": dilation_rate}


def _pairs(attributes, rank):
    pads = attributes.get("pads", [0] * 2 * rank)
    return list(zip(pads[:rank], pads[rank:], strict=True))
