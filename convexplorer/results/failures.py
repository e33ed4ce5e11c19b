"""Why layers of a network make no maps, in words, and whether a picture of another size helps."""

from collections.abc import Sequence

from convexplorer._dataclass import dataclass
from convexplorer.core.layers import Shape
from convexplorer.model.build import build
from convexplorer.model.layer import Layer
from convexplorer.model.project import positions_of_inputs
from convexplorer.results.picture import Picture
from convexplorer.results.summary import summarize
from convexplorer.words import as_sentence

_USUAL = (224, 256)  # rows and columns that most networks for pictures can read
_MORE = 32  # rows and columns that are added to see what changes: no layer that was computed fails of them


@dataclass(frozen=True)
class Failure:
    """Layers without maps, and the one that all of these wait for.

    Attributes
    ----------
    count : of the layers without maps.
    title : of the layer that cannot be computed.
    reason : why it cannot be, a sentence.
    is_of_size : True if that depends on the size of the picture.
    """

    count: int
    title: str
    reason: str
    is_of_size: bool


def failure_of(layers: Sequence[Layer], input_shape: Shape) -> Failure | None:
    """Return what cannot be computed of pictures of this shape, (channels, *spatial); None if all can be."""
    rows = summarize(layers, input_shape).rows
    missing = [i for i, row in enumerate(rows) if row.shape is None]
    return _failure(layers, missing, missing[0], rows[missing[0]].error, input_shape) if missing else None


def failure_in(picture: Picture) -> Failure | None:
    """Return why the selected layer of a picture has no maps; None if it has some."""
    layers, reports = picture.project.layers, picture.layers
    missing = [i for i, report in enumerate(reports) if report.output_shape is None]
    at = picture.position
    if at not in missing:
        return None
    read = positions_of_inputs(layers)
    while before := [i for i in read[at] if i in missing]:
        at = before[0]
    return _failure(layers, missing, at, reports[at].error or reports[picture.position].error, picture.input.shape)


def _failure(layers: Sequence[Layer], missing: Sequence[int], at: int, error: str, input_shape: Shape) -> Failure:
    is_of_size = _depends_on_size(layers, at, tuple(input_shape))
    return Failure(len(missing), layers[at].title, as_sentence(error or "it was not computed"), is_of_size)


def _depends_on_size(layers: Sequence[Layer], at: int, shape: Shape) -> bool:
    """Return True if a layer can be computed of another picture, or if the number of values that it gets is another."""
    if len(shape) != len(("channels", "rows", "columns")) or layers[at].kind == "unknown":
        return False
    count, rows, columns = shape
    given = _read(layers, at, shape)
    if given and len(given[0]) == 1:  # weights of a dense layer read so many values, no more and no less
        return _read(layers, at, (count, rows + _MORE, columns + _MORE)) != given
    others = ((2 * rows, 2 * columns), *((n, n) for n in _USUAL))
    return any(_is_computed(layers, at, (count, *other)) for other in others)


def _read(layers: Sequence[Layer], at: int, shape: Shape) -> tuple[Shape, ...]:
    """Return the shapes of what a layer reads; () behind one that cannot be computed."""
    return build(layers[: at + 1], shape).input_shapes[at]


def _is_computed(layers: Sequence[Layer], at: int, shape: Shape) -> bool:
    return summarize(layers[: at + 1], shape).rows[at].shape is not None
