"""The trace of a value as LaTeX, for slides and scripts; requires only amsmath."""

import os
from collections.abc import Sequence

import numpy as np

from convexplorer.core import Trace, describe
from convexplorer.export.files import replacing

FORMATS = {".tex": "LaTeX"}
SUFFIXES = tuple(FORMATS)
# Terms of a sum or matrices in one line of the page; more go to the next line.
_TERMS_PER_LINE = 8


def to_latex(trace: Trace, *, digits: int = 4) -> str:
    """Return the computation of one value as a displayed formula.

    Input and kernel of each channel come side by side, then the channels' sums with the bias, then the activation.
    Matrices use `array`, because amsmath's matrices are limited to ten columns.

    Parameters
    ----------
    digits : significant digits of each number, ≥ 1.

    Returns
    -------
    an `align*` environment
    """
    if digits < 1:
        raise ValueError(f"digits must be ≥ 1; got {digits}")
    lines = _Numbers(digits).lines(trace)
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
    """A writer of traces, with a number of significant digits."""

    def __init__(self, digits: int) -> None:
        self._digits = digits

    def lines(self, trace: Trace) -> list[str]:
        """Return the rows of the formula, with & before each sign of equality."""
        if trace.products is not None:
            stages = [self._stage(i, stage) for i, stage in enumerate(trace.stages)]
            return [*stages, *self._products(trace), self._sum(trace), *self._activation(trace)]
        if trace.kind == "max_pool":
            return [f"y &= \\max {self._matrices(trace.values)[0]} = {self._number(trace.value)}"]
        if len(trace.values) > 1:
            numbers = f"{self._matrix(trace.values.reshape(-1, 1))}_{{{trace.place[0]}}}"
            return [f"y &= {_function(trace)} {numbers} = {self._number(trace.value)}"]
        return [f"z &= {self._number(trace.linear)}", *self._activation(trace)]

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
        channels = np.repeat(trace.channels, len(values) // len(trace.channels)).tolist()
        labels = [f"channel {channel}" for channel in channels]
        if len(values) == trace.values.size > 1:
            values, weights = ([self._matrix(numbers.reshape(-1, 1))] for numbers in (trace.values, trace.weights))
            labels = [f"{'maps' if trace.stages else 'channels'} {channels[0]} to {channels[-1]}"]
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

    def _number(self, value: float) -> str:
        if np.isnan(value):
            return "\\mathrm{NaN}"
        if np.isinf(value):
            return "\\infty" if value > 0 else "-\\infty"
        mantissa, _, exponent = f"{value:.{self._digits}g}".partition("e")
        return f"{mantissa} \\cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _function(trace: Trace) -> str:
    """Return the activation's name and parameters as an operator."""
    name = describe(trace.activation.name).label.replace(" ", "\\ ")
    given: Sequence[str] = [
        f"\\text{{{key.replace('_', ' ')}}} = {value:g}" for key, value in trace.activation.parameters.items()
    ]
    return f"\\operatorname{{{name}}}" + (f"_{{{', '.join(given)}}}" if given else "")
