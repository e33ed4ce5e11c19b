"""What is written on the cards of layers, and in their tips."""

from collections.abc import Iterable

from convexplorer.model.layer import Layer
from convexplorer.model.project import Project
from convexplorer.results.layer_shares import Share
from convexplorer.results.picture import LayerReport
from convexplorer.words import shape_text

NO_SHAPE = "–"


def shape_of(report: LayerReport | None) -> str:
    """Return the shape that a layer gives: "512 × 512 × 3"; a dash while that is unknown."""
    return shape_words(None if report is None else report.output_shape)


def shape_words(shape: tuple[int, ...] | None) -> str:
    """Return a (channels, rows, columns) shape in Keras's order; a dash for none."""
    return shape_text(shape) if shape else NO_SHAPE


def title_of(layer: Layer, number: int, *, has_branches: bool) -> str:
    """Return the first line of a layer's card; where arrows name layers by their numbers, with its own."""
    return f"{number} · {layer.title}" if has_branches else layer.title


def detail_of(layer: Layer, report: LayerReport | None) -> str:
    """Return the second line of a layer's card."""
    shape = shape_of(report)
    if not layer.is_enabled:
        return f"off · {shape}"
    if report is not None and report.parameters:
        return f"{shape} · {report.parameters} params"
    return shape


def tip_of(layer: Layer, report: LayerReport | None, parts: Iterable[Share | None] = ()) -> str:
    """Return all that is known of a layer, with the time that it took last, and its part in the network."""
    lines = [layer.title, layer.row.summary]
    if report is not None:
        lines.append(f"gets {shape_words(report.input_shape)}, gives {shape_of(report)}")
        lines.append(f"{report.parameters} parameters · {report.seconds * 1000:.1f} ms")
        lines.append(" · ".join(part.text for part in parts if part is not None))
        lines += [report.how, report.note]
    lines.append("Click to select; right click for more")
    return "\n".join(filter(None, lines))


def reads_text(project: Project, index: int, read: tuple[int, ...]) -> tuple[str, str]:
    """Return what stands at the arrow before a layer, and its tip: what it reads, where that is not the one before."""
    if read == (index - 1,):
        return "→", ""
    names = ["the picture" if one < 0 else f"{one + 1} {project.layers[one].title}" for one in read]
    return f"{', '.join(str(one + 1) for one in read)} →", f"reads {' and '.join(names)}"


def lasting(report: LayerReport | None) -> object:
    """Return what a card shows of a report: all but the time, which is another one in each picture."""
    if report is None:
        return None
    return report.input_shape, report.output_shape, report.parameters, report.error, report.note, report.how
