"""What excites a unit, and the numbers of its bank, searched in one picture or in all of a source."""

from collections.abc import Callable
from dataclasses import field

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Place
from convexplorer.core.network import Evaluation
from convexplorer.model.project import Project
from convexplorer.results.explanation import cell_near
from convexplorer.results.picture import Picture
from convexplorer.results.stage import map_names, value_name
from convexplorer.results.unit.bank_statistics import BankStatistics, FilterNumbers
from convexplorer.results.unit.computing import LayerMaps, compute
from convexplorer.results.unit.patches import Patch, PatchSearch, PatchWish
from convexplorer.results.unit.walking import Progress, title_on_screen, walk
from convexplorer.results.vectors import is_vector, place_of
from convexplorer.sources.frame import Frame, Source


@dataclass(frozen=True)
class Unit:
    """A map of a layer, or one of its values without places.

    Attributes
    ----------
    layer : id of the layer.
    channel : index of the map or value.
    name : what it is called; `layer_title` is that of its layer, with its number.
    """

    layer: str
    channel: int
    name: str = field(compare=False)
    layer_title: str = field(compare=False)


@dataclass(frozen=True, eq=False)
class Found:
    """What was found until now.

    Attributes
    ----------
    patches : the strongest places, the strongest first.
    rows : the numbers of each map of the layer.
    frames : how many pictures they are of.
    """

    unit: Unit
    patches: tuple[Patch, ...] = ()
    rows: tuple[FilterNumbers, ...] = ()
    frames: int = 0
    progress: Progress = field(default_factory=Progress)


def unit_of(picture: Picture, channel: int, pin: Place | None = None) -> Unit | None:
    """Return a map or value of the selected layer of a picture; None if the layer gives nothing.

    Parameters
    ----------
    channel : index of the selected filter.
    pin : chooses the value where hundreds of them are seen as one picture.
    """
    layer, project = picture.position, picture.project
    evaluation = picture.evaluation_of(layer)
    maps = None if evaluation is None else evaluation.maps_of(layer)
    if evaluation is None or maps is None or not project.layers:
        return None
    channel = min(max(channel, 0), len(maps) - 1)
    names = map_names(project.layers, picture.input_names, evaluation, project.class_names)
    if is_vector(maps):
        cell = cell_near(picture, layer, pin or ()) or (0, 0)
        channel = place_of(len(maps), channel, (cell[0], cell[1]))[0]
        name = value_name(project.layers, names, evaluation, layer + 1, channel)
    else:
        own = names[layer + 1]
        name = own[channel] if channel < len(own) else f"map {channel + 1}"
    one = project.layers[layer]
    return Unit(one.id, channel, name, f"{layer + 1} · {one.title}")


def maps_of(picture: Picture) -> LayerMaps | None:
    """Return the maps of the selected layer that the window has computed; None if there are none at full size."""
    evaluation: Evaluation | None = picture.evaluation_of(picture.position)
    if evaluation is None or evaluation.maps_of(picture.position) is None or picture.factor > 1:
        return None
    return LayerMaps(picture.project, picture.frame, picture.position, evaluation, picture.input_names)


def search_picture(picture: Picture, unit: Unit, wish: PatchWish) -> Found:
    """Search one picture of the window.

    Raises
    ------
    ValueError : it has other axes than rows and columns, or a layer fails at full size.
    """
    made = maps_of(picture) if len(picture.frame.spatial) == 2 else None
    title = title_on_screen(picture.frame, picture.project.source)
    return _Search(unit, wish).add(made or compute(picture.project, unit.layer, picture.frame), title)


def search(project: Project, unit: Unit, wish: PatchWish, source: Source, tell: Callable[[Found], object]) -> None:
    """Search all frames of a source, and tell after each what was found until then; see `walk`."""
    running = _Search(unit, wish)

    def use(frame: Frame, title: str) -> None:
        running.add(compute(project, unit.layer, frame), title)

    walk(source, use, lambda progress: tell(running.found(progress)))


class _Search:
    def __init__(self, unit: Unit, wish: PatchWish) -> None:
        self._unit = unit
        self._patches = PatchSearch(wish)
        self._statistics = BankStatistics()

    def add(self, made: LayerMaps, title: str) -> Found:
        self._patches.add(made, title, made.frame.index)
        self._statistics.add(made)
        return self.found(Progress(1, 1, title=title))

    def found(self, progress: Progress) -> Found:
        return Found(self._unit, self._patches.patches, self._statistics.numbers(), self._statistics.frames, progress)
