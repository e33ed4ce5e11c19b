"""The lines beside the numbers of a trace: one function for each way in which a value comes about."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.explain.rounding import is_rounding, sum_of_products
from convexplorer.core.explain.trace import Trace
from convexplorer.core.layers import BatchNorm, GroupNorm, LayerNorm, LocalResponseNorm, PRelu
from convexplorer.core.layers.activated import ActivatedLayer
from convexplorer.core.operators.activations import describe
from convexplorer.words import MINUS, cell_words, degrees, is_whole, number

# Of larger numbers e^x is beyond float64.
_LARGEST_EXPONENT = 700.0


@dataclass(frozen=True)
class Line:
    """A step in words, and the number that it gives.

    Attributes
    ----------
    text : what is done.
    value : the number as written, "" without one.
    channel : the channel of the trace whose sum this is; None for other lines.
    """

    text: str
    value: str = ""
    channel: int | None = None


def of_sums(trace: Trace, names: Sequence[str]) -> list[Line]:
    """Return the sum of each channel, and the bias; one sum where each channel has a single product."""
    lines = _sums(trace, names)
    return [*lines, Line("+ bias", number(trace.bias))] if has_bias(trace) else lines


def of_mean(trace: Trace, _names: Sequence[str]) -> list[Line]:
    """Return how many cells are averaged, and their mean."""
    count = int(trace.counted.sum())
    values = trace.values[trace.counted].astype(np.float64)
    total = 0.0 if is_rounding(values, dtype=trace.values.dtype) else float(values.sum())
    return [Line("Σ", number(total, 6)), Line("÷ count", many(count))]


def of_upsampling(trace: Trace, names: Sequence[str]) -> list[Line]:
    """Return the sum of the shares, or which cell is repeated."""
    return [Line(f"{_cell(trace)}, repeated")] if is_copied(trace) else _sums(trace, names)


def of_maximum(trace: Trace, _names: Sequence[str]) -> list[Line]:
    """Return of how many cells the value is the largest, and which cell has it."""
    if trace.winner is None:
        return [Line("the window meets no cell")]
    return [Line(f"the largest of {many(int(trace.counted.sum()))}"), Line(f"at {_cell(trace, trace.winner)}")]


def of_unpooling(trace: Trace, _names: Sequence[str]) -> list[Line]:
    """Return which value was put back, or that none was."""
    taps = np.argwhere(trace.counted[0])
    if not len(taps):
        return [Line("no maximum was here"), Line("the cell stays", "0")]
    return [Line("a maximum was here"), Line(f"the one at {_cell(trace, taps[0])} put back")]


def of_batch_norm(trace: Trace, _names: Sequence[str]) -> list[Line]:
    """Return the four steps of a normalisation, each with its number and its result."""
    return _normalised(trace, normalisation_of(trace), float(trace.values.reshape(-1)[0]))


def of_group_norm(trace: Trace, _names: Sequence[str]) -> list[Line]:
    """Return the steps of a normalisation by what the group of the channel has."""
    layer = trace.layer
    assert isinstance(layer, GroupNorm)
    channel, scale = trace.place[0], 0.0 if trace.weights is None else float(trace.weights.reshape(-1)[0])
    gamma, beta = float(layer.gamma[channel]), float(layer.beta[channel])
    # The trace has gamma / deviation, and beta − mean · that; both tell what was measured.
    deviation = gamma / scale if scale else math.nan
    mean = (beta - trace.bias) / scale if scale else math.nan
    if not math.isfinite(mean):
        return [Line(f"· gamma {number(gamma)}"), Line(f"+ beta {number(beta)}", number(trace.linear))]
    steps = Normalisation(mean, deviation**2 - layer.epsilon, layer.epsilon, gamma, beta)
    each = len(layer.gamma) // layer.groups
    of = " of the map" if each == 1 else f" of {each} maps"
    return _normalised(trace, steps, float(trace.values.reshape(-1)[0]), of)


def of_layer_norm(trace: Trace, _names: Sequence[str]) -> list[Line]:
    """Return the steps of a normalisation by what the channels of the place have."""
    layer = trace.layer
    assert isinstance(layer, LayerNorm)
    values, channel = trace.values.reshape(-1).astype(np.float64), trace.place[0]
    gamma, beta = float(layer.gamma[channel]), float(layer.beta[channel])
    steps = Normalisation(float(values.mean()), float(values.var()), layer.epsilon, gamma, beta)
    return _normalised(trace, steps, float(values[channel]), f" of {len(values)} channels")


def of_prelu(trace: Trace, _names: Sequence[str]) -> list[Line]:
    """Return by what a negative value is multiplied, or that it stays."""
    layer, x = trace.layer, float(trace.values.reshape(-1)[0])
    assert isinstance(layer, PRelu)
    if x < 0:
        return [Line(f"negative: · slope {number(float(layer.slope[trace.place[0]]))}", number(trace.linear))]
    return [Line("not negative: stays as it is")]


def of_moving(trace: Trace, names: Sequence[str]) -> list[Line]:
    """Return which cell of which map the value is."""
    return [Line(f"{names[0]}, {_cell(trace)}" if trace.window.positions else names[0]), Line("as it is")]


def _normalised(trace: Trace, steps: "Normalisation", x: float, of: str = "") -> list[Line]:
    """Return the four steps of a normalisation, each with its number and its result; `of` says what the mean is of."""
    is_mean = is_rounding(np.array([x, -steps.mean]), dtype=trace.values.dtype)
    centred = 0.0 if is_mean else x - steps.mean
    scaled = centred / steps.deviation
    stretched = scaled * steps.gamma
    return [
        Line(f"{MINUS} mean{of} {_operand(steps.mean)}", number(centred)),
        Line(f"÷ √(variance + ε) {_operand(steps.deviation)}", number(scaled)),
        Line(f"· gamma {_operand(steps.gamma)}", number(stretched)),
        Line(f"+ beta {_operand(steps.beta)}", number(stretched + steps.beta if trace.linear else 0.0)),
    ]


def _operand(value: float) -> str:
    """Return a number by which one calculates: what is nearly whole is not written as if it were."""
    text = number(value)
    return number(value, 7) if is_whole(float(text.replace(MINUS, "-"))) and not is_whole(value) else text


def of_rescaling(trace: Trace, _names: Sequence[str]) -> list[Line]:
    """Return the product with the scale, and the sum with the offset, if there is one."""
    assert trace.weights is not None
    scaled = Line(f"· scale {number(float(trace.weights.reshape(-1)[0]))}", number(sum_of_products(trace)))
    if not trace.bias:
        return [scaled]
    return [scaled, Line(f"+ offset {number(trace.bias)}", number(trace.linear))]


def of_local_response(trace: Trace, _names: Sequence[str]) -> list[Line]:
    """Return the sum of squares of the neighbours, and the divisor made of it."""
    response = response_of(trace)
    return [
        Line(f"Σ x² of {len(trace.values)} neighbours", number(response.squares)),
        Line(f"bias {number(response.bias)} + α {number(response.alpha)} · Σ", number(response.base)),
        Line(f"to the power β {number(response.beta)}", number(response.divisor)),
        Line("x ÷ divisor", number(response.x / response.divisor)),
    ]


def of_activation(trace: Trace, names: Sequence[str]) -> list[Line]:
    """Return what the values of all channels are joined to, or that the value stands alone."""
    if not trace.activation.is_over_channels:
        return [Line("a function of this value alone")]
    return _joined(trace, names)


def of_identity(_trace: Trace, _names: Sequence[str]) -> list[Line]:
    """Return that nothing happens."""
    return [Line("passes on as it is")]


def of_flattening(trace: Trace, names: Sequence[str]) -> list[Line]:
    """Return which cell of which map the value is."""
    return [Line(f"map {names[0]}"), Line(_cell(trace)), Line(f"becomes value {trace.place[0]}")]


def of_rim(trace: Trace, _names: Sequence[str]) -> list[Line]:
    """Return which cell the value is, or that it was added."""
    if trace.window.is_empty.all():
        value = float(trace.values.reshape(-1)[0])
        return [Line("a zero that was added") if value == 0 else Line("added", number(value))]
    return [Line(f"{_cell(trace)}, as it is")]


def of_inputs(sign: str) -> Callable[[Trace, Sequence[str]], list[Line]]:
    """Return the function that lists the number of each input, with a sign before all but the first."""

    def lines(trace: Trace, names: Sequence[str]) -> list[Line]:
        numbers = trace.values.reshape(-1).tolist()
        return [
            Line(f"{sign} {name}" if i else name, number(value))
            for i, (name, value) in enumerate(zip(names, numbers, strict=True))
        ]

    return lines


def of_average(trace: Trace, names: Sequence[str]) -> list[Line]:
    """Return the number of each input, and by how many their sum is divided."""
    return [*of_inputs("+")(trace, names), Line("÷ inputs", f"{len(names)}")]


def of_extreme(word: str, position: Callable[[np.ndarray], np.intp]) -> Callable[[Trace, Sequence[str]], list[Line]]:
    """Return the function that names the input with the largest or the smallest number."""

    def lines(trace: Trace, names: Sequence[str]) -> list[Line]:
        return [Line(f"the {word} of {len(names)}:"), Line(names[int(position(trace.values.reshape(-1)))])]

    return lines


def of_vector(formula: str) -> Callable[[Trace, Sequence[str]], list[Line]]:
    """Return the function that lists the two components a and b of a vector, and what is made of them."""

    def lines(trace: Trace, names: Sequence[str]) -> list[Line]:
        a, b = trace.values.reshape(-1).tolist()
        return [Line(f"a {names[0]}", number(a)), Line(f"b {names[1]}", number(b)), Line(formula, number(trace.linear))]

    return lines


def of_orientation(trace: Trace, names: Sequence[str]) -> list[Line]:
    """Return the two components of a vector, and its angle, also in degrees."""
    return [*of_vector("atan2(b, a)")(trace, names), Line("in degrees", degrees(trace.linear))]


def of_concatenation(trace: Trace, names: Sequence[str]) -> list[Line]:
    """Return which map of which input the value belongs to."""
    return [Line(f"from {names[0]}"), Line(f"its map {int(trace.channels[0]) + 1} is map {trace.place[0] + 1} here")]


def is_copied(trace: Trace) -> bool:
    """Return whether the value is that of one cell, times 1 by nature: as where nearest cells are repeated."""
    return trace.kind == "upsample" and trace.values.size == 1


def has_bias(trace: Trace) -> bool:
    """Return whether a bias is added to the sum: of a kind that can have one, and has."""
    return isinstance(trace.layer, ActivatedLayer) and trace.layer.bias is not None


@dataclass(frozen=True)
class Normalisation:
    """The numbers by which batch normalisation shifts and scales one channel; deviation is √(variance + ε)."""

    mean: float
    variance: float
    epsilon: float
    gamma: float
    beta: float

    @property
    def deviation(self) -> float:
        """√(variance + ε)."""
        return float(np.sqrt(self.variance + self.epsilon))


def normalisation_of(trace: Trace) -> Normalisation:
    """Return what shifts and scales the channel of a trace of batch normalisation."""
    layer, channel = trace.layer, trace.place[0]
    assert isinstance(layer, BatchNorm)
    gamma = 1.0 if layer.gamma is None else float(layer.gamma[channel])
    beta = 0.0 if layer.beta is None else float(layer.beta[channel])
    return Normalisation(float(layer.mean[channel]), float(layer.variance[channel]), layer.epsilon, gamma, beta)


@dataclass(frozen=True)
class Response:
    """The numbers of one value under local response normalisation: `x / (bias + alpha * squares)^beta`."""

    x: float
    squares: float
    bias: float
    alpha: float
    beta: float

    @property
    def base(self) -> float:
        """Bias and weighted squares."""
        return self.bias + self.alpha * self.squares

    @property
    def divisor(self) -> float:
        """What the value is divided by."""
        return float(self.base**self.beta)


def response_of(trace: Trace) -> Response:
    """Return the numbers of a trace of local response normalisation."""
    layer = trace.layer
    assert isinstance(layer, LocalResponseNorm)
    values = trace.values.reshape(-1).astype(np.float64)
    own = values[int(np.flatnonzero(trace.channels == trace.place[0])[0])]
    return Response(float(own), float(np.square(values).sum()), layer.bias, layer.alpha, layer.beta)


def _sums(trace: Trace, names: Sequence[str]) -> list[Line]:
    count, total = trace.values[0].size, sum_of_products(trace)
    if len(trace.sums) == 1:
        return [Line("Σ", number(total), 0)]
    if count == 1:
        return [Line(f"Σ of {many(len(trace.sums))} products", number(total))]
    return [
        Line(f"Σ {name}", number(float(part)), i) for i, (name, part) in enumerate(zip(names, trace.sums, strict=True))
    ]


def _joined(trace: Trace, names: Sequence[str]) -> list[Line]:
    values = trace.values.reshape(-1).astype(np.float64)
    own, name = trace.place[0], str(describe(trace.activation.name).label)
    if name == "GLU":
        gate = own + len(values) // 2
        with np.errstate(over="ignore"):
            share = 1 / (1 + np.exp(-values[gate]))
        return [Line("x", number(values[own])), Line(f"· sigmoid({names[gate]})", number(share))]
    if "Σ eˣ" not in describe(trace.activation.name).formula:
        return [Line(describe(trace.activation.name).formula)]
    shift = float(values.max()) if values.max() > _LARGEST_EXPONENT else 0.0
    with np.errstate(invalid="ignore", over="ignore"):
        powers = np.exp(values - shift)
    what = f"e^(x {MINUS} {number(shift)})" if shift else "eˣ"
    return [Line(what, number(float(powers[own]))), Line(f"Σ {what} of {len(values)}", number(float(powers.sum())))]


def _cell(trace: Trace, tap: Sequence[int] | None = None) -> str:
    """Return the place in the input under a tap, the first if none is given."""
    axes = trace.window.positions
    taps = (0,) * len(axes) if tap is None else tap
    return cell_words([int(axis[int(i)]) for axis, i in zip(axes, taps, strict=True)])


def many(count: int) -> str:
    """Return a count with its thousands apart."""
    return f"{count:,}".replace(",", " ")
