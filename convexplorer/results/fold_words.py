"""What is written of a layer and of a fold, on the ribbon and in the network at a glance."""

from collections.abc import Iterable, Mapping, Sequence

from convexplorer.core.operators.activations import describe
from convexplorer.model.folds import Fold
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project
from convexplorer.results.layer_shares import Share
from convexplorer.results.picture import LayerReport
from convexplorer.words import shape_text

NO_SHAPE = "–"
_SHORT = {"Normalization": "norm", "Pooling": "pool", "Reshaping": "pad"}


def shape_of(report: LayerReport | None) -> str:
    """Return the shape that a layer gives: "512 × 512 × 3"; a dash while that is unknown."""
    return shape_words(None if report is None else report.output_shape)


def shape_words(shape: tuple[int, ...] | None) -> str:
    """Return a (channels, rows, columns) shape in Keras's order; a dash for none."""
    return shape_text(shape) if shape else NO_SHAPE


def detail_of(layer: Layer, report: LayerReport | None) -> str:
    """Return the second line of a layer's card."""
    shape = shape_of(report)
    if not layer.is_enabled:
        return f"off · {shape}"
    if report is not None and report.parameters:
        return f"{shape} · {report.parameters} params"
    return shape


def fold_title(project: Project, fold: Fold) -> str:
    """Return what the layers of a fold are together: "Conv2D 8 @ 3×3 + norm + ReLU + pool"."""
    words = [fold.name] if fold.name else [_short_name(project.layers[i], i == fold.head) for i in fold.layers]
    title = " + ".join(words)
    if not any(layer.inputs for layer in project.layers):
        return title
    numbers = f"{fold.first + 1}" if fold.first == fold.last else f"{fold.first + 1}–{fold.last + 1}"
    return f"{numbers} · {title}"


def fold_detail(layers: Sequence[Layer], reports: Sequence[LayerReport], *, is_group: bool = False) -> str:
    """Return the second line of a fold's card: the shape that comes out, and what all layers cost together."""
    words = ["off"] if not any(layer.is_enabled for layer in layers) else []
    shape = shape_of(reports[-1] if len(reports) == len(layers) else None)
    has_all = is_group and len(reports) == len(layers)
    words.append(f"{shape_words(reports[0].input_shape)} → {shape}".replace(" × ", "×") if has_all else shape)
    parameters, products = sum(one.parameters for one in reports), sum(one.multiply_adds for one in reports)
    words += [f"{amount(parameters)} params"] if parameters else []
    words += [f"{amount(products)} mult-adds"] if products else []
    return " · ".join(words)


def fold_tip(
    project: Project, fold: Fold, reports: Mapping[str, LayerReport], parts: Iterable[Share | None] = ()
) -> str:
    """Return the layers of a fold, one a line, and what they cost together."""
    lines = [fold_title(project, fold)]
    for i in fold.layers:
        layer = project.layers[i]
        lines.append(f"{i + 1}  {layer.title}: {detail_of(layer, reports.get(layer.id))}")
    seconds = sum(one.seconds for i in fold.layers if (one := reports.get(project.layers[i].id)) is not None)
    lines.append(f"{seconds * 1000:.1f} ms together")
    lines.append(" · ".join(part.text for part in parts if part is not None))
    return "\n".join(filter(None, lines))


def amount(count: int) -> str:
    """Return a count in a few digits: 950, 12.3k, 4.56M, 1.2G.

    Examples
    --------
    >>> amount(950), amount(12345), amount(999_999), amount(11_999_999_999)
    ('950', '12.3k', '1M', '12G')
    """
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= 0.9995 * size:  # which is written as 1
            return f"{count / size:.3g}{letter}"
    return str(count)


def _short_name(layer: Layer, is_head: bool) -> str:
    """Return a word for a layer in the title of a fold, with the activation that it ends in."""
    if is_head:
        name = layer.title
    elif layer.row.group == "Activation":
        return layer.title
    else:
        name = _SHORT.get(layer.row.group, layer.title)
    return f"{name} + {describe(layer.activation.name).label}" if not layer.activation.is_linear else name
