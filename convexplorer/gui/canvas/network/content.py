"""What is written on the cards of the network at a glance, and what lies on them."""

from dataclasses import replace
from typing import Literal

from convexplorer._dataclass import dataclass
from convexplorer.core.operators.activations import describe
from convexplorer.model.folds import Fold
from convexplorer.model.layer import Layer
from convexplorer.model.project import INPUT
from convexplorer.results.fold_words import fold_title
from convexplorer.results.overview import LayerSight, cells_of, picture_count
from convexplorer.results.overview_cards import Cards
from convexplorer.words import SENTENCE_LIMIT, plain, shape_text


@dataclass(frozen=True)
class Content:
    """The words of one card; equal contents are painted alike.

    Attributes
    ----------
    shape : (channels, rows, columns), or (values,); None if the layer makes nothing.
    pictures, bars : how many maps or bars lie on it.
    names : of its bars.
    foot : the line below the maps: what is not shown.
    error : the sentence that stands in their place, or "".
    opener : whether it stands for a fold: "closed" for all of its layers, "open" where these follow.
    """

    title: str
    detail: str
    shape: tuple[int, ...] | None = None
    pictures: int = 0
    bars: int = 0
    names: tuple[str, ...] = ()
    foot: str = ""
    error: str = ""
    is_on: bool = True
    opener: Literal["", "closed", "open"] = ""


def contents_of(cards: Cards, most: int) -> tuple[Content, ...]:
    """Return the words of all cards, the picture first."""
    project = cards.overview.project
    has_branches = any(layer.inputs for layer in project.layers)
    found = [_content(cards.sights[0], "Picture", "", True, most)]
    for part, sight in zip(cards.parts, cards.sights[1:], strict=True):
        layer = project.layers[part.last]
        if part.fold is None:
            number = f"{part.last + 1} · " if has_branches else ""
            found.append(_content(sight, f"{number}{layer.title}", _role(layer), layer.is_enabled, most))
        elif part.is_open:
            found.append(Content(plain(part.fold.name, SENTENCE_LIMIT), _count(part.fold), opener="open"))
        else:
            is_on = any(project.layers[i].is_enabled for i in part.fold.layers)
            role = _count(part.fold) if part.fold.name else ""
            closed = _content(sight, fold_title(project, part.fold), role, is_on, most)
            found.append(replace(closed, opener="closed"))
    return tuple(found)


def _count(fold: Fold) -> str:
    """Return how many layers a fold has; "" for a bundle of one, which its activation makes a fold."""
    return f"{len(fold.layers)} layers" if len(fold.layers) > 1 else ""


def _role(layer: Layer) -> str:
    """Return the activation that a layer ends in, where it is no layer of its own."""
    has_own = layer.row.has("activation") and layer.row.shown != "activation"
    return describe(layer.activation.name).label if has_own and not layer.activation.is_linear else ""


def _content(sight: LayerSight, title: str, role: str, is_on: bool, most: int) -> Content:
    shape = sight.shape
    pictures = picture_count(shape, most)
    bars = sight.count if shape is not None and cells_of(shape) is None else 0
    words = [shape_text(shape)] if shape else []
    words += [role] if role else []
    words = ["off", *words] if not is_on else words
    hidden = sight.count - pictures if shape is not None and len(shape) > 1 else 0
    return Content(
        title=plain(title, SENTENCE_LIMIT),
        detail=" · ".join(words),
        shape=shape,
        pictures=pictures,
        bars=bars,
        names=tuple(plain(name) for name in sight.names) if bars else (),
        foot=f"+ {hidden} more" if hidden > 0 else "",
        error=plain(sight.error, SENTENCE_LIMIT),
        is_on=is_on,
    )


def is_picture(sight: LayerSight) -> bool:
    """Return True for the picture that the first layer reads."""
    return sight.id == INPUT
