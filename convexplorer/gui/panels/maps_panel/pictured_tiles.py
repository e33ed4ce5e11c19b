"""The tiles of a picture in the ways to show them that are no bank: an equation, and a comparison."""

from dataclasses import replace

from convexplorer.gui.canvas.comparison.compare import CompareView
from convexplorer.gui.canvas.pictures.equation import EquationView
from convexplorer.gui.canvas.pictures.tile import TileView
from convexplorer.gui.canvas.pictures.tile_views import plane_images
from convexplorer.model.layer import Layer
from convexplorer.results.exhibit import side_choices
from convexplorer.results.picture import Contrast, Picture
from convexplorer.words import number


def show_equation(pane: EquationView, picture: Picture, layer: Layer, views: list[TileView]) -> None:
    """Show the selected filter of a layer as an equation of pictures."""
    chosen = layer.filters[min(picture.view.filter, len(layer.filters) - 1)]
    roles = [tile.role for tile in picture.tiles]
    count = roles.count("part")
    planes = plane_images(chosen, count)
    operands = [replace(view, thumbnail=plane) for view, plane in zip(views, planes, strict=False)]
    pane.set_tiles(
        [*operands, *views[count:]],
        count,
        bias=f"+ {number(chosen.bias)}" if chosen.bias >= 0 else number(chosen.bias),
        activation=picture.tiles[roles.index("activation")].title if "activation" in roles else "",
    )


def show_comparison(pane: CompareView, picture: Picture, views: list[TileView]) -> None:
    """Show two maps and their difference."""
    contrast, view = picture.contrast, picture.view
    kernels = contrast.kernels if contrast is not None else None
    pane.set_choices([(name, side) for side, name in side_choices(picture)], view.sides)
    pane.set_tiles(
        views[0],
        views[min(1, len(views) - 1)],
        views[2] if len(views) > 2 else None,
        sentence=_sentence(contrast) if contrast is not None else picture.note,
        kernels=() if kernels is None else (kernels.first, kernels.second, kernels.difference),
    )


def with_largest_named(picture: Picture, views: list[TileView]) -> list[TileView]:
    """Return the views with the largest value named where each map is one number, as the scores of classes are."""
    numbers = [tile.maximum for tile in picture.tiles if tile.values.size == 1 and not tile.not_finite]
    if len(numbers) < max(len(picture.tiles), 2) or numbers.count(max(numbers)) > 1:
        return views
    largest = numbers.index(max(numbers))
    named = replace(views[largest], subtitle=f"{views[largest].subtitle} · the largest")
    return [*views[:largest], named, *views[largest + 1 :]]


def layer_of(picture: Picture) -> Layer | None:
    """Return the selected layer, if it has filters."""
    layers = picture.project.layers
    layer = layers[picture.position] if layers else None
    return layer if layer is not None and layer.has_filters else None


def _sentence(contrast: Contrast) -> str:
    """Return how far two maps differ, and how they were brought to common cells."""
    return contrast.sentence if contrast.note == contrast.sentence else f"{contrast.sentence} {contrast.note}".strip()
