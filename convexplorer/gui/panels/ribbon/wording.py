"""What is written on the cards of layers, and in their tips."""

from collections.abc import Iterable, Mapping, Sequence

from convexplorer.model.folds import Fold
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project
from convexplorer.results import fold_words
from convexplorer.results.fold_words import shape_of, shape_words
from convexplorer.results.layer_shares import Share
from convexplorer.results.picture import LayerReport


def title_of(layer: Layer, number: int, *, has_branches: bool) -> str:
    """Return the first line of a layer's card; where arrows name layers by their numbers, with its own."""
    return f"{number} · {layer.title}" if has_branches else layer.title


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


def fold_reads(project: Project, fold: Fold, read: Sequence[tuple[int, ...]]) -> tuple[str, str]:
    """Return what stands at the arrow before a fold, and its tip: all that its layers read from outside.

    Parameters
    ----------
    read : what each layer reads, see `positions_of_inputs`.
    """
    outside = dict.fromkeys(one for i in fold.layers for one in read[i] if one not in fold.layers)
    return reads_text(project, fold.first, tuple(outside))


def fold_tip(
    project: Project, fold: Fold, reports: Mapping[str, LayerReport], parts: Iterable[Share | None] = ()
) -> str:
    """Return the layers of a fold, one a line, what they cost together, and what a click does."""
    told = fold_words.fold_tip(project, fold, reports, parts)
    return f"{told}\nClick to select the last of them; double click to show them; right click for more"


def lasting(report: LayerReport | None) -> object:
    """Return what a card shows of a report: all but the time, which is another one in each picture."""
    if report is None:
        return None
    return report.input_shape, report.output_shape, report.parameters, report.error, report.note, report.how
