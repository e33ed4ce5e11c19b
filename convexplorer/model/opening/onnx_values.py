"""Operators of ONNX that keep every value in its place: activations, limits, normalisations."""

import math
from collections.abc import Callable

import numpy as np

from convexplorer.core.layers import Activation
from convexplorer.model.layer import make_layer
from convexplorer.model.opening import learned
from convexplorer.model.opening import onnx_arithmetic as arithmetic
from convexplorer.model.opening.onnx_activations import activation_of, clip_limits, clipping
from convexplorer.model.opening.onnx_arithmetic import between, per_channel
from convexplorer.model.opening.onnx_errors import NotComputed
from convexplorer.model.opening.onnx_step import Step
from convexplorer.model.opening.onnx_view import View

# A variance of 1 with this added is 1 in float32, so that a normalisation is a factor and an offset for each channel.
_NO_EPSILON = 1e-12


def activation(step: Step) -> None:
    """Take a function of each value."""
    x = step.view()
    found = activation_of(step.node, step.network.known)
    if found is None:
        raise NotComputed("has numbers for which there is no activation here")
    step.emit(make_layer("activation", activation=found), [x], like=x)


def same(step: Step) -> None:
    """Take an operator that changes nothing once a network is trained."""
    step.give(step.value())
    if step.node.operator == "Dropout":
        step.network.stack.note("Dropout has been left out: it does nothing after training.")


def cast(step: Step) -> None:
    """Take Cast to real numbers, which changes nothing here: all maps are float32."""
    if step.attribute("to") not in (1, 10, 11, 16, "FLOAT", "FLOAT16", "DOUBLE"):
        raise NotComputed("makes whole numbers of the maps")
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
    """Take Clip as an activation; with an upper limit alone between two rescalings."""
    found = activation_of(step.node, step.network.known)
    if found is not None:
        return step.give(step.value()) if found.is_linear else activation(step)
    limits = clip_limits(step.node, step.network.known)
    if limits is None:
        raise NotComputed("has limits that other layers compute")
    limit(step, step.view(), *limits)
    return None


def limit(step: Step, x: View, low: float, high: float) -> None:
    """Keep values between limits, of which one may be infinite."""
    found = clipping(low, high)  # a limit that it does not have ends in the words of the activation
    if found is not None:
        step.emit(make_layer("activation", activation=found), [x], like=x)
        return
    above = between(step, _rescaled(step, x, -1.0, high), Activation("relu"))
    step.emit(make_layer("rescaling", scale=-1.0, offset=high), [above], like=above)


def maximum(step: Step) -> None:
    """Take Max: of several tensors, or of one and a number."""
    edge = _edge(step, max)
    if edge is None:
        arithmetic.maximum(step)
    else:
        limit(step, edge[0], edge[1], math.inf)


def minimum(step: Step) -> None:
    """Take Min: of several tensors, or of one and a number."""
    edge = _edge(step, min)
    if edge is None:
        arithmetic.minimum(step)
    else:
        limit(step, edge[0], -math.inf, edge[1])


def less_or_equal(step: Step) -> None:
    """Take LessOrEqual where its one reader, Where, puts a number in the place of what is small."""
    reader, edge = step.network.sole_reader(step.output), step.constant(1, "a threshold")
    x = step.view()
    is_choice = reader is not None and reader.operator == "Where" and not reader.domain and len(reader.inputs) == 3
    if reader is None or not is_choice or reader.inputs[::2] != (step.output, step.node.inputs[0]):
        raise NotComputed("gives truth values")
    instead = step.network.known.get(reader.inputs[1])
    if not isinstance(instead, np.ndarray) or instead.size != 1 or edge.size != 1:
        raise NotComputed("chooses among more than one number")
    step.join(reader, [])
    numbers = {"threshold": float(edge.reshape(-1)[0]), "default_value": float(instead.reshape(-1)[0])}
    step.emit(make_layer("activation", activation=Activation("threshold", numbers)), [x], like=x)


def _edge(step: Step, nearest: Callable[[list[float]], float]) -> tuple[View, float] | None:
    """Return the one tensor that the node reads, and the number that limits it; None if it reads something else."""
    values = [step.value(i) for i in range(len(step.node.inputs))]
    views = [value for value in values if isinstance(value, View)]
    numbers = [float(value.reshape(-1)[0]) for value in values if isinstance(value, np.ndarray) and value.size == 1]
    if len(views) != 1 or not numbers or len(numbers) + 1 != len(values):
        return None
    return views[0], nearest(numbers)


def prelu(step: Step) -> None:
    """Take PRelu, whose slopes are one number or one for each channel."""
    x, slopes = step.view(), step.constant(1, "slopes")
    if len(x.axes) == 2:
        x = step.plain()
    if step.opset < 7 and slopes.ndim == 1 and len(x.axes) > 2:  # later versions lay the last axes beside each other
        slopes = slopes.reshape(-1, *(1,) * (len(x.axes) - 2))
    found = np.broadcast_to(per_channel(x, slopes), x.maps_shape[:1])
    step.emit(make_layer("prelu", weights={"slope": found}), [x], like=x)


def instance_norm(step: Step) -> None:
    """Take InstanceNormalization, as a group normalisation: each channel alone, or groups made by a reshape before."""
    x = step.view()
    gamma, beta = step.constant(1, "gamma"), step.constant(2, "beta")
    channels, own = x.maps[0], x.axes[1] if len(x.axes) > 2 else None
    rest = sorted(part for axis in x.axes[2:] for part in axis)
    leading = channels[: len(own or ())]
    others = sorted(part for axis in (channels[len(leading) :], *x.maps[1:]) for part in axis)
    if own is None or own != leading or rest != others:
        raise NotComputed(f"normalises parts of maps, {x.shape} of {x.maps_shape}")
    groups = x.shape[1]
    each = x.maps_shape[0] // groups
    weights = {"gamma": np.repeat(gamma.reshape(-1), each), "beta": np.repeat(beta.reshape(-1), each)}
    layer = make_layer("group_norm", weights=weights, groups=groups, epsilon=float(step.attribute("epsilon", 1e-5)))
    step.emit(layer, [x], like=x)


def group_norm(step: Step) -> None:
    """Take GroupNormalization; before opset 21 its factors belong to groups, not to channels."""
    x, groups = step.plain(), step.whole("num_groups", 1)
    channels = x.maps_shape[0]
    weights = {}
    for index, name in enumerate(("gamma", "beta"), start=1):
        given = step.constant(index, name).reshape(-1)
        weights[name] = np.repeat(given, channels // groups) if given.size == groups < channels else given
    layer = make_layer("group_norm", weights=weights, groups=groups, epsilon=float(step.attribute("epsilon", 1e-5)))
    step.emit(layer, [x])


def layer_norm(step: Step) -> None:
    """Take LayerNormalization over the channels of each place."""
    x = step.plain() if len(step.view().axes) == 2 else step.view()
    if step.whole("axis", -1) % len(x.axes) != len(x.axes) - 1 or x.axis_of(len(x.axes) - 1) != 0:
        raise NotComputed("normalises along other axes than that of the channels")
    weights = {"gamma": step.constant(1, "gamma").reshape(-1)}
    beta = step.constant_or_none(2, "beta")
    if beta is not None:
        weights["beta"] = beta.reshape(-1)
    step.emit(make_layer("layer_norm", weights=weights, epsilon=float(step.attribute("epsilon", 1e-5))), [x], like=x)


def batch_norm(step: Step) -> None:
    """Take BatchNormalization with the statistics of training."""
    names = ("gamma", "beta", "a mean", "a variance")
    gamma, beta, center, variance = (step.constant(i, name) for i, name in enumerate(names, start=1))
    if step.whole("training_mode", 0) or not step.whole("spatial", 1):
        raise NotComputed("normalises as in training")
    x = step.plain()
    epsilon = float(step.attribute("epsilon", 1e-5))
    step.emit(learned.batch_norm(gamma, beta, center, variance, max(epsilon, _NO_EPSILON)), [x])


def local_response_norm(step: Step) -> None:
    """Take LRN, whose alpha is divided by the number of channels that it sums."""
    size = step.whole("size", 1)
    if size < 1 or size % 2 == 0:
        raise NotComputed(f"sums an even number of neighbours, {size}")
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
        raise NotComputed("takes the softmax over several axes at once")
    if count == 2 and axis == 1:
        x = step.plain()
    elif x.axis_of(axis) != 0 and axis:  # the axis is made that of the channels, and put back by the view
        order = [0, axis, *(i for i in range(1, count) if i != axis)]
        x = step.network.plain(x.transposed(order))
        step.order = tuple(int(i) for i in np.argsort(order))
    elif not axis:
        raise NotComputed("takes the softmax over several pictures")
    if step.node.operator == "Softmax":
        step.emit(make_layer("softmax"), [x], like=x)
    else:
        step.emit(make_layer("activation", activation="log_softmax"), [x], like=x)


def _rescaled(step: Step, x: View, scale: float, offset: float) -> View:
    """Return a tensor times a number, plus a number, as a layer between those of the file."""
    if (scale, offset) == (1, 0):
        return x
    layer_id, _ = step.network.add(make_layer("rescaling", scale=scale, offset=offset), f"{step.name}_rescaled", [x])
    return x.of_layer(layer_id)
