"""Operators of ONNX that keep every value in its place: activations, arithmetic, normalisations."""

import math
from collections.abc import Callable

import numpy as np

from convexplorer.core.layers import Activation
from convexplorer.model.layer import make_layer
from convexplorer.model.opening import learned
from convexplorer.model.opening.learned import CannotBeShown
from convexplorer.model.opening.onnx_activations import activation_of, clip_limits
from convexplorer.model.opening.onnx_network import Step
from convexplorer.model.opening.onnx_view import View

# A variance of 1 with this added is 1 in float32, so that a normalisation is a factor and an offset for each channel.
_NO_EPSILON = 1e-12
_ZERO, _ONE = np.zeros((), np.float32), np.ones((), np.float32)
_LIMIT = 1e6  # of the settings of Rescaling


def activation(step: Step) -> None:
    """Take a function of each value."""
    x = step.view()
    found = activation_of(step.node, step.network.known)
    if found is None:
        raise CannotBeShown("has numbers for which there is no activation here")
    step.emit(make_layer("activation", activation=found), [x], like=x)


def same(step: Step) -> None:
    """Take an operator that changes nothing once a network is trained."""
    step.give(step.value())
    if step.node.operator == "Dropout":
        step.network.stack.note("Dropout has been left out: it does nothing after training.")


def cast(step: Step) -> None:
    """Take Cast to real numbers, which changes nothing here: all maps are float32."""
    if step.attribute("to") not in (1, 10, 11, 16, "FLOAT", "FLOAT16", "DOUBLE"):
        raise CannotBeShown("makes whole numbers of the maps")
    step.give(step.value())


def hard_sigmoid(step: Step) -> None:
    """Take HardSigmoid of any slope, as Keras's after a rescaling."""
    if activation_of(step.node, step.network.known) is not None:
        return activation(step)
    alpha, beta = float(step.attribute("alpha", 0.2)), float(step.attribute("beta", 0.5))
    scaled = _rescaled(step, step.view(), 6 * alpha, 6 * (beta - 0.5))
    step.emit(make_layer("activation", activation="hard_sigmoid"), [scaled], like=scaled)
    return None


def clip(step: Step) -> None:
    """Take Clip: an activation where there is one of its limits, else one between two rescalings."""
    found = activation_of(step.node, step.network.known)
    if found is not None:
        return step.give(step.value()) if found.is_linear else activation(step)
    limits = clip_limits(step.node, step.network.known)
    if limits is None:
        raise CannotBeShown("has limits that other layers compute")
    low, high = limits
    x = step.view()
    if math.isfinite(low) and math.isfinite(high) and low < high:
        half, middle = (high - low) / 2, (high + low) / 2
        within = _between(step, _rescaled(step, x, 1 / half, -middle / half), Activation("hard_tanh"))
        step.emit(make_layer("rescaling", scale=half, offset=middle), [within], like=within)
        return None
    if math.isfinite(low) == math.isfinite(high):
        raise CannotBeShown(f"has the limits {low:g} and {high:g}")
    sign, limit = (1.0, low) if math.isfinite(low) else (-1.0, high)
    above = _between(step, _rescaled(step, x, sign, -sign * limit), Activation("relu"))
    step.emit(make_layer("rescaling", scale=sign, offset=limit), [above], like=above)
    return None


def negative(step: Step) -> None:
    """Take Neg."""
    x = step.view()
    step.emit(make_layer("rescaling", scale=-1.0), [x], like=x)


def add(step: Step) -> None:
    """Take Add, Sum: of several tensors, or of a tensor and constants."""
    _joined(step, "add", lambda x, y: _affine(step, x, _ONE, y))


def subtract(step: Step) -> None:
    """Take Sub."""
    first, second = step.value(0), step.value(1)
    if isinstance(second, np.ndarray):
        _affine(step, step.view(0), _ONE, -second.astype(np.float32))
    elif isinstance(first, np.ndarray):
        _affine(step, second, -_ONE, first.astype(np.float32))
    else:
        _merged(step, "subtract", [first, second])


def multiply(step: Step) -> None:
    """Take Mul."""
    _joined(step, "multiply", lambda x, y: _affine(step, x, y, _ZERO))


def divide(step: Step) -> None:
    """Take Div by constants."""
    divisor = step.constant(1, "a divisor")
    with np.errstate(all="ignore"):
        _affine(step, step.view(), _ONE / divisor, _ZERO)


def power(step: Step) -> None:
    """Take Pow with a whole exponent, as a product."""
    exponent, x = step.constant(1, "an exponent"), step.view()
    if exponent.size != 1 or float(exponent.reshape(-1)[0]) not in (1.0, 2.0, 3.0):
        raise CannotBeShown("raises to a power that is not 2 or 3")
    count = int(exponent.reshape(-1)[0])
    if count == 1:
        step.give(x)
    else:
        step.emit(make_layer("multiply"), [x] * count, like=x)


def mean(step: Step) -> None:
    """Take Mean of several tensors."""
    _joined(step, "average", None)


def maximum(step: Step) -> None:
    """Take Max of several tensors."""
    _joined(step, "maximum", None)


def minimum(step: Step) -> None:
    """Take Min of several tensors."""
    _joined(step, "minimum", None)


def batch_norm(step: Step) -> None:
    """Take BatchNormalization with the statistics of training."""
    names = ("gamma", "beta", "a mean", "a variance")
    gamma, beta, center, variance = (step.constant(i, name) for i, name in enumerate(names, start=1))
    if step.whole("training_mode", 0) or not step.whole("spatial", 1):
        raise CannotBeShown("normalises as in training")
    x = step.plain()
    epsilon = float(step.attribute("epsilon", 1e-5))
    step.emit(learned.batch_norm(gamma, beta, center, variance, max(epsilon, _NO_EPSILON)), [x])


def local_response_norm(step: Step) -> None:
    """Take LRN, whose alpha is divided by the number of channels that it sums."""
    size = step.whole("size", 1)
    if size < 1 or size % 2 == 0:
        raise CannotBeShown(f"sums an even number of neighbours, {size}")
    layer = make_layer(
        "local_response_norm",
        depth_radius=size // 2,
        alpha=float(step.attribute("alpha", 1e-4)) / size,
        beta=float(step.attribute("beta", 0.75)),
        bias=float(step.attribute("bias", 1.0)),
    )
    step.emit(layer, [step.plain()])


def softmax(step: Step) -> None:
    """Take Softmax and LogSoftmax over the channels; before opset 13 over all axes from the given one on."""
    x = step.view()
    count = len(x.axes)
    axis = step.whole("axis", -1 if step.opset >= 13 else 1) % count
    others = [i for i in range(axis, count) if i != axis and x.axes[i]]
    if step.opset < 13 and others:
        raise CannotBeShown("takes the softmax over several axes at once")
    if count == 2 and axis == 1:
        x = step.plain()
    elif x.axis_of(axis) != 0:
        raise CannotBeShown("takes the softmax along another axis than that of the channels")
    if step.node.operator == "Softmax":
        step.emit(make_layer("softmax"), [x], like=x)
    else:
        step.emit(make_layer("activation", activation="log_softmax"), [x], like=x)


def _joined(step: Step, kind: str, with_constant: Callable[[View, np.ndarray], None] | None) -> None:
    values = [step.value(i) for i in range(len(step.node.inputs))]
    views = [value for value in values if isinstance(value, View)]
    constants = [value for value in values if isinstance(value, np.ndarray)]
    if len(views) == 1 and not constants:
        step.give(views[0])
    elif not constants:
        _merged(step, kind, views)
    elif len(views) == len(constants) == 1 and with_constant is not None:
        with_constant(views[0], constants[0].astype(np.float32))
    else:
        raise CannotBeShown("joins layers with constants")


def _merged(step: Step, kind: str, views: list[View]) -> None:
    """Add a layer that joins tensors value by value."""
    like = views[0] if all(view.layout == views[0].layout for view in views) else None
    reads = views if like else [step.network.plain(view) for view in views]
    layer = make_layer(kind)
    step.emit(layer, reads, like=like)


def _affine(step: Step, x: View, scale: np.ndarray, offset: np.ndarray) -> None:
    """Add a layer that multiplies by constants and adds constants: one number for all values, or for each channel."""
    if scale.size == offset.size == 1:
        factor, added = float(scale.reshape(-1)[0]), float(offset.reshape(-1)[0])
        if max(abs(factor), abs(added)) <= _LIMIT:
            if (factor, added) == (1, 0):
                return step.give(x)
            step.emit(make_layer("rescaling", scale=factor, offset=added), [x], like=x)
            return None
    if len(x.axes) == 2 and len(x.maps_shape) > 1:
        x = step.network.plain(x)
    found = [_per_channel(x, array) for array in (scale, offset)]
    channels = x.maps_shape[0]
    layer = learned.batch_norm(found[0], found[1], np.zeros(channels), np.ones(channels), _NO_EPSILON)
    step.emit(layer, [x], like=x)
    return None


def _per_channel(x: View, constant: np.ndarray) -> np.ndarray:
    """Return constants as one number for each channel of the maps; CannotBeShown if they differ from cell to cell."""
    channels = x.maps_shape[0]
    if constant.size == 1:
        return np.full(channels, constant.reshape(-1)[0])
    axes = [i for i, size in enumerate(constant.shape) if size > 1]
    axis = axes[0] - constant.ndim + len(x.axes)
    if len(axes) != 1 or axis < 0 or x.axis_of(axis) != 0 or constant.size != channels:
        raise CannotBeShown(f"computes with constants of the shape {constant.shape}, which differ from cell to cell")
    return constant.reshape(-1)


def _rescaled(step: Step, x: View, scale: float, offset: float) -> View:
    """Return a tensor times a number, plus a number, as a layer between those of the file."""
    if (scale, offset) == (1, 0):
        return x
    layer_id, _ = step.network.add(make_layer("rescaling", scale=scale, offset=offset), f"{step.name}_rescaled", [x])
    return x.of_layer(layer_id)


def _between(step: Step, x: View, function: Activation) -> View:
    """Return the activated values of a tensor, as a layer between those of the file."""
    layer_id, _ = step.network.add(make_layer("activation", activation=function), f"{step.name}_{function.name}", [x])
    return x.of_layer(layer_id)
