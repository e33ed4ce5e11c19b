"""A network as a table, as Keras's `model.summary()` prints it: shapes, parameters, multiply-adds, connections."""

from collections.abc import Sequence

from convexplorer._dataclass import dataclass
from convexplorer.core.network import Evaluation
from convexplorer.model.layer import Layer
from convexplorer.words import shape_text


@dataclass(frozen=True)
class SummaryRow:
    """What the table says of one layer.

    Attributes
    ----------
    number : position in the network, counted from 1.
    title : short name of the layer.
    output : shape of its maps as written, or the error.
    parameters, multiply_adds : of the layer.
    reads : numbers of the layers that it reads, 0 for the picture.
    """

    number: int
    title: str
    output: str
    parameters: int
    multiply_adds: int
    reads: tuple[int, ...]


def summarize(layers: Sequence[Layer], evaluation: Evaluation) -> tuple[SummaryRow, ...]:
    """Return a row for each layer that was evaluated."""
    rows = []
    for i, (layer, result) in enumerate(zip(layers, evaluation.results, strict=False)):
        inputs = evaluation.graph.inputs[i]
        shapes = [shape for j in inputs if (shape := evaluation.shape_of(j)) is not None]
        is_known = result.shape is not None and len(shapes) == len(inputs)
        rows.append(
            SummaryRow(
                number=i + 1,
                title=layer.title if layer.is_enabled else f"{layer.title} (off)",
                output=shape_text(result.shape) if result.shape is not None else result.error,
                parameters=result.layer.parameter_count,
                multiply_adds=result.layer.multiply_adds(*shapes) if is_known else 0,
                reads=tuple(j + 1 for j in inputs),
            )
        )
    return tuple(rows)


def summary_text(layers: Sequence[Layer], evaluation: Evaluation) -> str:
    """Return the table as text, with the sums in its last line."""
    rows = summarize(layers, evaluation)
    head = ("", "layer", "output", "parameters", "multiply-adds", "reads")
    lines = [("0", "input", shape_text(evaluation.image.shape), "", "", "")]
    lines += [
        (str(row.number), row.title, row.output, f"{row.parameters:,}", f"{row.multiply_adds:,}", _reads(row))
        for row in rows
    ]
    sums = (sum(row.parameters for row in rows), sum(row.multiply_adds for row in rows))
    lines.append(("", "total", "", f"{sums[0]:,}", f"{sums[1]:,}", ""))
    widths = [max(len(line[i]) for line in (head, *lines)) for i in range(len(head))]
    is_number = (True, False, False, True, True, False)

    def written(line: tuple[str, ...]) -> str:
        cells = zip(line, widths, is_number, strict=True)
        return "  ".join(f"{cell:>{width}}" if right else f"{cell:<{width}}" for cell, width, right in cells).rstrip()

    rule = "─" * len(written(tuple("x" * width for width in widths)))
    body = [written(line) for line in lines]
    return "\n".join([written(head), rule, *body[:-1], rule, body[-1]]) + "\n"


def _reads(row: SummaryRow) -> str:
    return "" if row.reads == (row.number - 1,) else ", ".join(map(str, row.reads))
