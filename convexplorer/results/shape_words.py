"""The words and numbers of the shapes page: from a layer and its comparison to a diagram that can be painted."""

import math
from collections.abc import Sequence

from convexplorer.core.explain.frameworks import Convention, Difference
from convexplorer.core.geometry.taps import WindowTaps
from convexplorer.core.geometry.transposed_taps import TransposedTaps
from convexplorer.model.layer import Layer
from convexplorer.model.limits import size_formula
from convexplorer.results.comparison import Comparison, Subject
from convexplorer.results.explanation import Explanation
from convexplorer.results.picture import Picture
from convexplorer.results.shape_diagram import AxisDiagram, ConventionRow, ShapeDiagram, is_read
from convexplorer.words import number, percent, times

AXIS_NAMES = ("↕ rows", "↔ columns")
COMPUTING = "…"
_WITH_WINDOWS = ("kernel", "pool", "transposed")
# What happens to the size, by how the cells of a kind lie on its input.
_SIZES: dict[str, str] = {
    "factor": "Each cell becomes several, so maps grow by a whole factor",
    "pad": "Cells are added at the sides",
    "crop": "Rows and columns are cut off at the sides",
    "flat": "All values of all maps stand in one row and have no places any more",
    "global": "Each map becomes one number",
    "unpool": "Values go back to where a pooling took them from: the size is that of the maps that were pooled",
    "resize": "Maps of another size are read between the cells",
    "moved": "Every number goes to another place",
    "same": "Each place is computed on its own, so the size stays",
}


def diagram_of(
    picture: Picture, explanation: Explanation, subject: Subject | None, comparison: Comparison | None
) -> ShapeDiagram | None:
    """Return the diagram of a layer's setting, None if it has no windows.

    A transposed convolution is drawn as the windows that its inputs spread over its output.

    Parameters
    ----------
    subject : what is compared; None where no convention is known.
    comparison : of this subject, None while it is not known.
    """
    layer, evaluation = picture.project.layers[explanation.layer], picture.evaluation
    if evaluation is None or not layer.is_enabled:
        return None
    if layer.row.geometry not in _WITH_WINDOWS:
        return None
    input_shape = picture.layers[explanation.layer].input_shape
    found = evaluation.layers[explanation.layer].taps(tuple(input_shape[1:]))
    axes = [spread(axis) if isinstance(axis, TransposedTaps) else axis for axis in found]
    windows = [axis for axis in axes if isinstance(axis, WindowTaps)]
    if len(windows) != len(AXIS_NAMES):
        return None
    is_transposed = isinstance(found[0], TransposedTaps)
    names = tuple(f"{name}, output above" for name in AXIS_NAMES) if is_transposed else AXIS_NAMES
    formulas = size_formula(layer, input_shape)
    cells = current_windows(explanation, windows) if is_transposed else explanation.cell
    return ShapeDiagram(
        axes=tuple(
            AxisDiagram(
                name,
                axis,
                formula.text,
                (padding_note(layer, axis), unread_note(layer, axis)),
                cell,
                "0" if layer.has_filters and not is_transposed else "",
            )
            for name, axis, formula, cell in zip(names, windows, formulas, cells, strict=True)
        ),
        rows=() if subject is None else _rows(layer, subject, comparison),
        caption=_caption(explanation, layer, windows[0]),
    )


def size_sentence(picture: Picture, index: int) -> str:
    """Return what a layer without windows does to the size of its input, with the numbers."""
    layer, report = picture.project.layers[index], picture.layers[index]
    shape, output = report.input_shape, report.output_shape
    if output is None or layer.row.geometry in _WITH_WINDOWS:
        return "The windows are drawn as soon as the layer has maps."
    if len(shape) == 1 and layer.row.geometry == "same":
        return f"The input has no places, so no windows lie on it: {shape[0]} values become {output[0]}."
    text = _SIZES[layer.row.geometry]
    if layer.row.input_count is None:
        text = "All inputs have the same rows and columns, and so has the result"
    if layer.row.geometry in ("factor", "pad", "crop", "flat", "resize", "moved"):
        text += f": {', '.join(formula.text for formula in size_formula(layer, shape))}"
    return f"{text}. {_maps_text(shape)} → {_maps_text(output)}."


def _maps_text(shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        return f"{shape[0]} values"
    return f"{shape[0]} map{'s' if shape[0] != 1 else ''} of {times(shape[1:])}"


def spread(axis: TransposedTaps) -> WindowTaps:
    """Return the windows that inputs spread over the output: those of the convolution whose adjoint this is."""
    return WindowTaps(axis.output, axis.n, axis.size, axis.stride, axis.dilation, axis.before, axis.after, "zeros")


def current_windows(explanation: Explanation, axes: Sequence[WindowTaps]) -> tuple[int, ...]:
    """Return, of the inputs that are spread over the explained output, the last of each axis."""
    return tuple(
        min((cell + axis.before) // axis.stride, axis.output - 1)
        for cell, axis in zip(explanation.cell, axes, strict=True)
    )


def padding_note(layer: Layer, axis: WindowTaps) -> str:
    """Return what stands in the hatched cells, "" if there are none."""
    if not axis.before + axis.after:
        return ""
    if not layer.has_filters:
        return "▨ left out"
    if layer.is_transposed:
        return "▨ cut off"
    return "▨ zeros" if axis.border == "zeros" else f"▨ {axis.border}: the cell it repeats"


def unread_note(layer: Layer, axis: WindowTaps) -> str:
    """Return how many cells of the input no window reads, "" if all are read."""
    count = axis.n - int(is_read(axis)[axis.before : axis.before + axis.n].sum())
    if not count:
        return ""
    return f"✕ {count} get nothing but the bias" if layer.is_transposed else f"✕ {count} never read"


def difference_text(found: Difference | None) -> str:
    """Return how a map would differ, "…" while that is computed.

    Examples
    --------
    >>> difference_text(Difference(0.5, 0.031, (1, 0), (9, 9)))
    'up to 0.5, 3.1 % differ, ↓1'
    """
    if found is None:
        return COMPUTING
    arrows = [_arrow(amount, signs) for amount, signs in zip(found.shift, ("↑↓", "←→"), strict=True) if amount]
    shift = f", {' '.join(arrows)}" if arrows else ""
    if found.largest == 0 and found.share == 0:
        return f"same values{shift}"
    share = percent(found.share) if found.share < 0.9995 else "all"
    return f"up to {number(found.largest, 3)}, {share} differ{shift}"


def _rows(layer: Layer, subject: Subject, comparison: Comparison | None) -> tuple[ConventionRow, ...]:
    current, found = subject.current, list(subject.conventions())
    if not any(one.output is not None and one.padding == current for one in found):
        output = subject.layer.output_shape(subject.x.shape)[1:]
        found.insert(0, Convention("now (explicit)", current, output))
    rows, is_marked = [], False
    for one in found:
        is_current = one.output is not None and one.padding == current
        if one.output is None:
            rows.append(ConventionRow(one.name, ("", ""), "", one.why))
            continue
        text = "as it is now" if not is_marked else "the same padding"
        if not is_current:
            text = difference_text(None if comparison is None else comparison.differences.get(one.padding))
        rows.append(ConventionRow(one.name, _pads(one), times(one.output), text, is_current and not is_marked))
        is_marked = is_marked or is_current
    if layer.has_filters:
        rows.append(_flip_row(layer, subject, comparison))
    return tuple(rows)


def _flip_row(layer: Layer, subject: Subject, comparison: Comparison | None) -> ConventionRow:
    """Return the line of the other one of convolution and correlation."""
    other = "correlation (no flip)" if layer["is_flipped"] else "convolution (flipped)"
    if comparison is None or comparison.flip is None:
        text = COMPUTING
    elif math.isnan(comparison.flip):
        text = "no number: the kernel is not finite"
    elif comparison.flip == 0:
        text = "same map: the kernel is symmetric" if comparison.is_symmetric else "same values"
    else:
        text = f"up to {number(comparison.flip, 3)}"
    now = Convention("", subject.current, subject.layer.output_shape(subject.x.shape)[1:])
    assert now.output is not None
    return ConventionRow(other, _pads(now), times(now.output), text)


def _caption(explanation: Explanation, layer: Layer, axis: WindowTaps) -> str:
    text = f"differences from {explanation.title} as it is now; arrows: by how many cells windows are shifted"
    if layer.has_filters and axis.border != "zeros":
        text += f"; border: {axis.border}"
    return text


def _pads(convention: Convention) -> tuple[str, str]:
    rows, columns = (f"{before} + {after}" for before, after in convention.padding)
    return rows, columns


def _arrow(amount: int, signs: str) -> str:
    return f"{signs[amount > 0]}{abs(amount)}"
