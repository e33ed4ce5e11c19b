"""One value of a network in words and numbers for a terminal and for programs, with the arithmetic that gives it."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.explain.trace import Trace
from convexplorer.core.network import IMAGE
from convexplorer.core.operators.activations import describe
from convexplorer.model.address import Address, address_of
from convexplorer.results.addressed import Named, Spot, index_texts
from convexplorer.results.explanation import OPAQUE, names_of_channels, title_of, unfolded
from convexplorer.results.reading import roundings_of
from convexplorer.results.stage import map_names
from convexplorer.results.trace_words import precision_texts, shows_weights, words_of
from convexplorer.results.value_words import value_sentence
from convexplorer.words import cell_words, number, range_words, shape_text

# More numbers than these are not listed: their sums are.
MOST_NUMBERS = 1024


@dataclass(frozen=True, eq=False)
class ValueReport:
    """A value, and how it came about.

    Attributes
    ----------
    address : of the value, with the number of its map.
    value : as it reads: 0 where it is nothing but rounding.
    name : of its map, or its own where it has no place.
    title : of its layer, "the picture" for the input.
    names : of the channels that take part, in the order of the trace.
    sentence : why the value is what it is, or "".
    trace : None for a number of the picture, which nothing computes, and where nothing is known of how it came about.
    """

    address: Address
    value: float
    name: str
    title: str
    names: tuple[str, ...] = ()
    sentence: str = ""
    trace: Trace | None = None

    @property
    def place(self) -> tuple[int, ...]:
        """(channel, *cell) of the value."""
        assert isinstance(self.address.map, int)
        return (self.address.map, *self.address.cell)


def report_value(network: Named, spot: Spot) -> ValueReport:
    """Return what there is to say of a value.

    Parameters
    ----------
    spot : of a value: with a cell, unless its layer has values without places.
    """
    assert spot.map is not None
    place, evaluation, layer = (spot.map, *spot.cell), network.evaluation, spot.layer
    address = address_of(network.layers, layer, place)
    if layer == IMAGE:
        return ValueReport(address, float(evaluation.image[place]), network.names_of(IMAGE)[spot.map], "the picture")
    names = map_names(network.layers, network.input_names, evaluation, network.class_names)
    if evaluation.layers[layer].is_opaque:
        name = title_of(evaluation, layer, place, names, network.layers)
        return ValueReport(address, float(evaluation[layer][place]), name, network.layers[layer].title, sentence=OPAQUE)
    trace = roundings_of(evaluation).traced(layer, place)
    read = evaluation.graph.inputs[layer]
    sentence = value_sentence(trace, names[read[0] + 1], is_picture=set(read) == {IMAGE})
    mixing: tuple[str, ...] = ("",) * len(trace.channels)
    if trace.kind == "separable":
        trace, mixing = unfolded(trace)
    channels = names_of_channels(evaluation, layer, trace, names, network.layers)
    return ValueReport(
        address=address,
        value=trace.value,
        name=title_of(evaluation, layer, place, names, network.layers),
        title=network.layers[layer].title,
        names=tuple(f"{name}{mixed}" for name, mixed in zip(channels, mixing, strict=True)),
        sentence=sentence,
        trace=trace,
    )


def report_lines(report: ValueReport) -> list[str]:
    """Return the value with its arithmetic, a line for each step."""
    where = f" at {cell_words(report.address.cell)}" if report.address.cell else ""
    indices = ", ".join(f"{library} {text}" for library, text in _indices(report).items())
    lines = [
        f"{report.address} = {number(report.value, 9)}",
        f"{report.name}{where}, of {report.address.layer}, {report.title}",
        f"element {indices}",
    ]
    trace = report.trace
    if trace is None:
        return lines
    lines += [report.sentence] if report.sentence else []
    lines += ["", *_numbers(trace, report.names)]
    lines += [f"{line.text:<24} {line.value}".rstrip() for line in words_of(trace).lines(trace, report.names)]
    if not trace.activation.is_linear:
        label = describe(trace.activation.name).label
        lines.append(f"{f'{label} of {number(trace.linear)}':<24} {number(trace.value)}")
    return [*lines, precision_texts(trace)[0]]


def report_document(report: ValueReport, *, is_explained: bool = False) -> dict[str, Any]:
    """Return the value for programs, as JSON can hold it; numbers that JSON has none for are null.

    Parameters
    ----------
    is_explained : with all numbers that are read, their weights, the sums of the channels, the bias and the activation.
    """
    document: dict[str, Any] = {
        "address": str(report.address),
        "value": _json_number(report.value),
        "layer": report.address.layer,
        "map": report.place[0],
        "name": report.name,
        "cell": list(report.address.cell),
        "index": _indices(report),
    }
    trace = report.trace
    if trace is None or not is_explained:
        return document
    return document | {
        "sentence": report.sentence,
        "kind": trace.kind,
        "channels": list(report.names),
        "reads": [[int(i) for i in axis] for axis in trace.window.positions],
        "values": _json_numbers(trace.values),
        "weights": None if trace.weights is None else _json_numbers(trace.weights),
        "counted": trace.counted.tolist(),
        "sums": _json_numbers(trace.sums),
        "bias": _json_number(trace.bias),
        "before_activation": _json_number(trace.linear),
        "activation": trace.activation.name,
        "in_float64": _json_number(trace.reference),
    }


def map_lines(network: Named, spot: Spot) -> list[str]:
    """Return what there is to say of a whole layer, or of one of its maps: a line for each map, or each value."""
    maps = network.evaluation.maps_of(spot.layer)
    assert maps is not None
    layer, names = address_of(network.layers, spot.layer, (0,)).layer, network.names_of(spot.layer)
    chosen = range(len(maps)) if spot.map is None else (spot.map,)
    lines = []
    for i in chosen:
        address, name = Address(layer, i), names[i] if i < len(names) else ""
        if maps.ndim == 1:
            lines.append(f"{address}  {number(float(maps[i]), 9)}  {name}".rstrip())
        else:
            lines.append(f"{address}  {shape_text((1, *maps.shape[1:]))}  {_range(maps[i])}  {name}".rstrip())
    return lines


def map_document(network: Named, spot: Spot) -> dict[str, Any]:
    """Return a whole layer, or one of its maps, for programs: all values of maps, and what they are called."""
    maps = network.evaluation.maps_of(spot.layer)
    assert maps is not None
    layer, names = address_of(network.layers, spot.layer, (0,)).layer, network.names_of(spot.layer)
    chosen = maps if spot.map is None else maps[spot.map]
    named: str | list[str] = list(names) if spot.map is None else names[spot.map]
    return {
        "address": str(Address(layer, spot.map)),
        "shape": list(chosen.shape),
        "name" if spot.map is not None else "names": named,
        "values": _json_numbers(chosen),
    }


def _indices(report: ValueReport) -> dict[str, str]:
    return index_texts(report.address.layer, report.place)


def _numbers(trace: Trace, names: Sequence[str]) -> list[str]:
    """Return a row of a window in each line, with its weights behind it; [] where there are too many numbers."""
    if trace.values.size > MOST_NUMBERS:
        return []
    weights = trace.weights if trace.weights is not None and shows_weights(trace) else None
    lines = []
    for i, name in enumerate(names[: len(trace.values)]):
        columns = trace.values.shape[-1] if trace.values.ndim > 1 else 1
        rows = trace.values[i].reshape(-1, columns)
        by = None if weights is None else weights[i].reshape(-1, columns)
        for j, row in enumerate(rows):
            label = name if j == 0 else ""
            text = "  ".join(f"{number(float(value)):>9}" for value in row)
            factors = "" if by is None else "   ×" + "  ".join(f"{number(float(weight)):>9}" for weight in by[j])
            lines.append(f"{label:<14} {text}{factors}")
    return lines


def _range(values: np.ndarray) -> str:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return "no finite value"
    low, high, mean = float(finite.min()), float(finite.max()), float(finite.mean(dtype=np.float64))
    return range_words(low, high) if low == high else f"{range_words(low, high)}, mean {number(mean)}"


def _json_numbers(values: np.ndarray) -> Any:
    """Return nested lists of numbers."""
    if values.ndim > 1:
        return [_json_numbers(part) for part in values]
    return [_json_number(float(value)) for value in values] if values.ndim else _json_number(float(values))


def _json_number(value: float) -> float | None:
    return value if math.isfinite(value) else None
