"""The trace of a value as LaTeX, for slides and scripts; requires only amsmath."""

import math
import os
from collections.abc import Callable, Sequence

import numpy as np

from convexplorer.core import Trace, describe
from convexplorer.export.files import replacing
from convexplorer.results.trace_lines import normalisation_of, response_of
from convexplorer.words import is_whole

FORMATS = {".tex": "LaTeX"}
SUFFIXES = tuple(FORMATS)
# Terms of a sum or matrices in one line of the page; more go to the next line.
_TERMS_PER_LINE = 8
# More numbers than these are not listed: a page has room for a kernel of 31×31.
_MOST_NUMBERS = 1024
_LONGEST_COLUMN = 100


def to_latex(trace: Trace, *, digits: int = 4, names: Sequence[str] = ()) -> str:
    """Return the computation of one value as a displayed formula.

    Input and kernel of each channel come side by side, then the channels' sums with the bias, then the activation.
    Matrices use `array`, because amsmath's matrices are limited to ten columns.

    Parameters
    ----------
    digits : significant digits of each number, ≥ 1; whole numbers below a milliard have all of theirs.
    names : of the trace's channels, in their order; by default, and if there is not one for each, their numbers.

    Returns
    -------
    an `align*` environment
    """
    if digits < 1:
        raise ValueError(f"digits must be ≥ 1; got {digits}")
    labels = tuple(map(_as_text, names)) if len(names) == len(trace.channels) else ()
    lines = _Numbers(digits, labels).lines(trace)
    body = " \\\\\n".join(f"  {line}" for line in lines)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n"


def to_document(formula: str) -> str:
    """Return a LaTeX document with the formula on a page of its size."""
    head = "\\documentclass[border=6pt,varwidth=\\maxdimen]{standalone}\n\\usepackage{amsmath}\n"
    return f"{head}\\begin{{document}}\n{formula.rstrip()}\n\\end{{document}}\n"


def save_latex(path: str | os.PathLike[str], formula: str) -> None:
    """Write a formula as a document of its own."""
    with replacing(path, SUFFIXES) as part:
        part.write_text(to_document(formula), encoding="utf-8")


class _Numbers:
    """A writer of traces, with a number of significant digits and names of their channels, or none."""

    def __init__(self, digits: int, names: tuple[str, ...]) -> None:
        self._digits = digits
        self._names = names

    def lines(self, trace: Trace) -> list[str]:
        """Return the rows of the formula, with & before each sign of equality."""
        formula = _FORMULAS.get(trace.kind)
        if formula is not None:
            return formula(self, trace)
        is_joined = trace.products is None and trace.activation.is_over_channels
        if trace.values.size > _MOST_NUMBERS and not is_joined:
            return [*self._many(trace), *self._activation(trace)]
        if trace.products is not None:
            stages = [self._stage(i, stage) for i, stage in enumerate(trace.stages)]
            return [*stages, *self._products(trace), self._sum(trace), *self._activation(trace)]
        if trace.kind == "max_pool":
            return [f"y &= \\max {self._matrices(trace.values)[0]} = {self._number(trace.value)}"]
        if len(trace.values) > 1:
            numbers = f"{self._matrix(trace.values.reshape(-1, 1))}_{{{trace.place[0]}}}"
            if trace.values.size > _LONGEST_COLUMN:
                numbers = f"\\left(x_0, \\dots, x_{{{trace.values.size - 1}}}\\right)_{{{trace.place[0]}}}"
            return [f"y &= {_function(trace)} {numbers} = {self._number(trace.value)}"]
        return [f"z &= {self._number(trace.linear)}", *self._activation(trace)]

    def normalised(self, trace: Trace) -> list[str]:
        """Return batch normalisation of one value."""
        steps, x = normalisation_of(trace), float(trace.values.reshape(-1)[0])
        centred = f"{self._number(x)} - {self._factor(steps.mean)}"
        deviation = f"\\sqrt{{{self._number(steps.variance)} {self._signed(steps.epsilon)}}}"
        stretched = f"\\frac{{{centred}}}{{{deviation}}} \\cdot {self._factor(steps.gamma)} {self._signed(steps.beta)}"
        return [f"y &= {stretched} = {self._number(trace.value)}"]

    def damped(self, trace: Trace) -> list[str]:
        """Return local response normalisation of one value: the squares of its neighbours, then the quotient."""
        response = response_of(trace)
        squares = [f"{self._factor(float(value))}^2" for value in trace.values.reshape(-1)]
        if len(squares) > _TERMS_PER_LINE:
            squares = [*squares[:2], "\\dots", squares[-1]]
        base = f"{self._number(response.bias)} + {self._number(response.alpha)} \\cdot s"
        divisor = f"\\left({base}\\right)^{{{self._number(response.beta)}}}"
        return [
            f"s &= {' + '.join(squares)} = {self._number(response.squares)}",
            f"y &= \\frac{{{self._number(response.x)}}}{{{divisor}}} = {self._number(trace.value)}",
        ]

    def added(self, trace: Trace) -> list[str]:
        """Return the sum or the difference of the inputs."""
        return [f"y &= {self._terms(trace)} = {self._number(trace.value)}"]

    def averaged(self, trace: Trace) -> list[str]:
        """Return the mean of the inputs."""
        return [f"y &= \\frac{{{self._terms(trace)}}}{{{trace.values.size}}} = {self._number(trace.value)}"]

    def multiplied(self, trace: Trace) -> list[str]:
        """Return the product of the inputs."""
        factors = " \\cdot ".join(self._factor(float(value)) for value in trace.values.reshape(-1))
        return [f"y &= {factors} = {self._number(trace.value)}"]

    def largest(self, trace: Trace) -> list[str]:
        """Return the largest of the inputs."""
        return self._chosen(trace, "max")

    def smallest(self, trace: Trace) -> list[str]:
        """Return the smallest of the inputs."""
        return self._chosen(trace, "min")

    def measured(self, trace: Trace) -> list[str]:
        """Return the length of the vector of two inputs."""
        a, b = (self._factor(float(value)) for value in trace.values.reshape(-1))
        return [f"y &= \\sqrt{{{a}^2 + {b}^2}} = {self._number(trace.value)}"]

    def oriented(self, trace: Trace) -> list[str]:
        """Return the angle of the vector of two inputs, also in degrees."""
        a, b = (self._number(float(value)) for value in trace.values.reshape(-1))
        angle = f"\\operatorname{{atan2}}\\left({b},\\ {a}\\right) = {self._number(trace.value)}"
        return [f"y &= {angle} = {self._number(math.degrees(trace.value))}^\\circ"]

    def copied(self, trace: Trace) -> list[str]:
        """Return the cell of the input that the value is, counted from 0; 0 where there is none."""
        taps = np.argwhere(trace.counted & ~trace.window.is_empty)
        if not len(taps):
            return [f"y &= {self._number(trace.value)}"]
        channel, *tap = taps[0].tolist()
        cell = [int(axis[i]) for axis, i in zip(trace.window.positions, tap, strict=True)]
        place = ", ".join(str(i) for i in (int(trace.channels[channel]), *cell))
        source = f"^{{({trace.inputs[channel] + 1})}}" if trace.inputs else ""
        return [f"y &= x{source}_{{{place}}} = {self._number(trace.value)}"]

    def _chosen(self, trace: Trace, word: str) -> list[str]:
        numbers = ",\\ ".join(self._number(float(value)) for value in trace.values.reshape(-1))
        return [f"y &= \\{word}\\left({numbers}\\right) = {self._number(trace.value)}"]

    def _terms(self, trace: Trace) -> str:
        """Return the inputs as terms of a sum, those that are subtracted with a minus."""
        values = trace.values.reshape(-1).tolist()
        signs = np.ones(len(values)) if trace.weights is None else np.sign(trace.weights.reshape(-1))
        first, *rest = zip(values, signs.tolist(), strict=True)
        terms = [f"{'-' if sign < 0 else '+'} {self._factor(value)}" for value, sign in rest]
        return " ".join([self._number(first[0]), *terms])

    def _many(self, trace: Trace) -> list[str]:
        """Return one row for more numbers than a page holds."""
        count = int(trace.counted.sum())
        if trace.weights is None:
            return [f"z &= \\max_{{i = 1 \\dots {count}}} x_i = {self._number(trace.linear)}"]
        bias = f" {self._signed(trace.bias)}" if trace.bias else ""
        if trace.kind == "average_pool":
            sign = f"\\frac{{1}}{{{count}}} \\sum_{{i=1}}^{{{count}}} x_i"
        else:
            sign = f"\\sum_{{i=1}}^{{{count}}} w_i\\, x_i{bias}"
        return [f"z &= {sign} = {self._number(trace.linear)}"]

    def _stage(self, index: int, stage: Trace) -> str:
        """Return a row for a depthwise value, which the pointwise step mixes with others."""
        assert stage.weights is not None
        pairs = zip(self._matrices(stage.values), self._matrices(stage.weights), strict=True)
        planes = " + ".join(f"\\sum {value} \\odot {weight}" for value, weight in pairs)
        return f"d_{{{index}}} &= {planes} = {self._number(stage.value)}"

    def _products(self, trace: Trace) -> list[str]:
        """Return a row for each plane, the window's values times the kernel; one row if planes are single cells."""
        assert trace.weights is not None
        values, weights = self._matrices(trace.values), self._matrices(trace.weights)
        channels = self._names or tuple(map(str, trace.channels.tolist()))
        kind = "" if self._names else "maps " if trace.stages else "channels "
        word = "" if self._names else "channel "
        labels = [f"{word}{name}" for name in channels for _ in range(len(values) // len(channels))]
        if len(values) == trace.values.size > 1:
            values, weights = ([self._matrix(numbers.reshape(-1, 1))] for numbers in (trace.values, trace.weights))
            labels = [f"{kind}{channels[0]} to {channels[-1]}"]
        rows = []
        for i, (value, weight, label) in enumerate(zip(values, weights, labels, strict=True)):
            begin = "z &= " if i == 0 else "&\\quad + "
            rows.append(f"{begin}\\sum \\underbrace{{{value} \\odot {weight}}}_{{\\text{{{label}}}}}")
        if trace.bias:
            rows[-1] += f" {self._signed(trace.bias)}"
        return rows

    def _sum(self, trace: Trace) -> str:
        """Return the sums of the channels and the bias; long sums are broken into lines."""
        terms = [self._number(float(trace.sums[0])), *(self._signed(float(one)) for one in trace.sums[1:])]
        if trace.bias:
            terms.append(self._signed(trace.bias))
        lines = [" ".join(terms[i : i + _TERMS_PER_LINE]) for i in range(0, len(terms), _TERMS_PER_LINE)]
        written = " \\\\\n  &\\quad ".join(lines)
        if len(terms) == 1:
            return f"&= {self._number(trace.linear)}"
        return f"&= {written} \\\\\n  &= {self._number(trace.linear)}"

    def _activation(self, trace: Trace) -> list[str]:
        if trace.activation.is_linear:
            return [f"y &= z = {self._number(trace.value)}"]
        return [f"y &= {_function(trace)}(z) = {self._number(trace.value)}"]

    def _matrices(self, planes: np.ndarray) -> list[str]:
        """Return each plane of (n, *size) as a matrix; a signal is one row, a volume one matrix per slice."""
        shape = (-1, *planes.shape[-2:]) if planes.ndim > 2 else (len(planes), 1, planes[0].size)
        return [self._matrix(plane) for plane in planes.reshape(shape)]

    def _matrix(self, rows: np.ndarray) -> str:
        body = " \\\\ ".join(" & ".join(map(self._number, row)) for row in rows.tolist())
        return f"\\left[\\begin{{array}}{{{'r' * rows.shape[1]}}} {body} \\end{{array}}\\right]"

    def _signed(self, value: float) -> str:
        """Return a number with its sign, as a further term of a sum."""
        sign, size = ("-", -value) if value < 0 else ("+", value)
        return f"{sign} {self._number(size)}"

    def _factor(self, value: float) -> str:
        """Return a number that may follow a sign: in parentheses, if it has one of its own."""
        text = self._number(value)
        return f"\\left({text}\\right)" if text.startswith("-") else text

    def _number(self, value: float) -> str:
        if np.isnan(value):
            return "\\mathrm{NaN}"
        if np.isinf(value):
            return "\\infty" if value > 0 else "-\\infty"
        if is_whole(value):
            return f"{value + 0.0:.0f}"
        mantissa, _, exponent = f"{value:.{self._digits}g}".partition("e")
        return f"{mantissa} \\cdot 10^{{{int(exponent)}}}" if exponent else mantissa


_MOVED = ("pad", "select_maps", "reshape", "permute", "depth_to_space", "space_to_depth")
# Kinds of traces whose value is no weighted sum and no choice from a window.
_FORMULAS: dict[str, Callable[[_Numbers, Trace], list[str]]] = {
    "batch_norm": _Numbers.normalised,
    "local_response_norm": _Numbers.damped,
    "add": _Numbers.added,
    "subtract": _Numbers.added,
    "average": _Numbers.averaged,
    "multiply": _Numbers.multiplied,
    "maximum": _Numbers.largest,
    "minimum": _Numbers.smallest,
    "magnitude": _Numbers.measured,
    "orientation": _Numbers.oriented,
    **dict.fromkeys(("concatenate", "flatten", "zero_pad", "crop", "unpool", *_MOVED), _Numbers.copied),
}


def _as_text(name: str) -> str:
    r"""Return a name as text of LaTeX.

    Examples
    --------
    >>> print(_as_text("50 % of map_1"))
    50 \% of map\_1
    """
    own = {"\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "×": "$\\times$"}
    return "".join(own.get(letter, f"\\{letter}" if letter in "&%$#_{}" else letter) for letter in name)


def _function(trace: Trace) -> str:
    """Return the activation's name and parameters as an operator."""
    name = describe(trace.activation.name).label.replace(" ", "\\ ")
    given: Sequence[str] = [
        f"\\text{{{key.replace('_', ' ')}}} = {value:g}" for key, value in trace.activation.parameters.items()
    ]
    return f"\\operatorname{{{name}}}" + (f"_{{{', '.join(given)}}}" if given else "")
