"""One side of a comparison: a map of the newest result, of the reference, or of its settings on the picture of now."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.display import coloring
from convexplorer.core.geometry.places import Grid
from convexplorer.core.network import Evaluation
from convexplorer.kernels.planes import merged
from convexplorer.model.build import build, choose_input
from convexplorer.model.layer import Layer
from convexplorer.model.project import INPUT, Project
from convexplorer.model.view import BEFORE, SELECTED, Reference, Result, Side, View
from convexplorer.results.job import Job
from convexplorer.results.look import ResolvedLook, resolve
from convexplorer.results.picture import Picture
from convexplorer.results.preview import plan_preview, reduce_image
from convexplorer.results.reading import Zeros
from convexplorer.results.stage import Stage, find_stage, map_names, place
from convexplorer.results.vectors import as_maps, is_vector
from convexplorer.sources.frame import Frame

if TYPE_CHECKING:
    from convexplorer.results.differences.network_difference import Evaluated

# What the reference gave for its own picture lives as long as the reference; of its settings, the last result does.
_KEPT: "WeakKeyDictionary[Reference, Computed]" = WeakKeyDictionary()
_SETTINGS: "WeakKeyDictionary[Reference, Computed]" = WeakKeyDictionary()

_SUFFIXES: dict[Result, str] = {"now": "", "kept": ", kept result", "settings": ", kept settings"}
MOST_CHOICES = 500  # that a list offers
NO_REFERENCE = "Nothing was kept to compare with."


@dataclass(frozen=True, eq=False)
class Computed:
    """A project's layers, what they gave for a frame, and how that is looked at.

    Attributes
    ----------
    names : of the channels of the picture.
    factor : by which the picture was reduced.
    """

    project: Project
    frame: Frame
    evaluation: Evaluation
    names: tuple[str, ...]
    factor: int
    look: ResolvedLook

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of the project."""
        return self.project.layers

    @property
    def evaluated(self) -> "Evaluated":
        """The same without the way in which it is looked at."""
        from convexplorer.results.differences.network_difference import Evaluated  # no start compares

        return Evaluated(self.project, self.evaluation, self.names)


@dataclass(frozen=True, eq=False)
class Exhibit:
    """A map that is compared, all of it, and where it lies.

    Attributes
    ----------
    whole : (1, *spatial); of values without places their picture.
    places : where its cells lie on the picture, along all axes.
    magnitude : how large the terms were that its values are sums of.
    strengths : (1, *spatial) if the values are angles, else None.
    zeros : tells which cells of `values` are nothing but rounding; None: none are.
    empty : how many cells at the end hold no value.
    filter : index of the map where it belongs to a filter of the selected layer, else −1.
    is_light : it is what a picture holds, and drawn as light.
    is_before : it is what a layer reads, not what it makes.
    reason : why it has no place on the picture that could be compared, or "".
    kernel : (rows, columns) of the filter that made it, the mean of planes that differ; None without one.
    """

    title: str
    whole: np.ndarray
    places: Grid
    look: ResolvedLook
    has_places: bool = True
    magnitude: float = 0.0
    strengths: np.ndarray | None = None
    zeros: Zeros | None = None
    empty: int = 0
    filter: int = -1
    is_light: bool = False
    is_before: bool = False
    reason: str = ""
    kernel: np.ndarray | None = None

    @property
    def grid(self) -> Grid:
        """Where rows and columns lie on the two axes that are looked at."""
        return self.look.seen_grid(self.places) if self.has_places else self.places

    @property
    def values(self) -> np.ndarray:
        """(rows, columns) of what is looked at."""
        return self.cut(self.whole, self.places)

    @property
    def shown_strengths(self) -> np.ndarray | None:
        """The strengths of `values`, if these are angles."""
        return None if self.strengths is None else self.cut(self.strengths, self.places)

    def cut(self, maps: np.ndarray, places: Grid) -> np.ndarray:
        """Return what is looked at of (1, *spatial)."""
        shown: np.ndarray = self.look.cut(maps, places)[0] if self.has_places else maps[0]
        return shown


def exhibit(side: Side, now: Computed, stage: Stage, view: View) -> "Exhibit | str":
    """Return a side of a comparison, or the reason why there is nothing to show.

    Parameters
    ----------
    stage : the selected layer of the newest result.
    """
    selected = now.layers[now.project.position(view.layer)].id
    if side.result == "now" and side.layer in ("", selected):
        return _of_stage(stage, side, view.filter, now.layers[now.project.position(view.layer)], "", prefix="")
    computed = _computed(side, now, view)
    if computed is None:
        return NO_REFERENCE
    if side.layer == INPUT:
        return _of_picture(computed, side, suffix_of(side, view.reference))
    wanted = side.layer or selected
    computed, position = _position_of(wanted, side, now, computed)
    found = None if position is None else _stage_of(computed, position)
    if position is None or found is None:
        what = "The reference has" if side.result != "now" else "There is"
        return f"{what} no such map." if position is None else "One of both layers could not be computed."
    prefix = "" if wanted == selected else f"{position + 1} · "
    layer, suffix = computed.layers[position], suffix_of(side, view.reference)
    is_selected = wanted == selected
    return _of_stage(found, side, view.filter, layer, suffix, prefix=prefix, is_selected=is_selected)


def _position_of(wanted: str, side: Side, now: Computed, computed: Computed) -> tuple[Computed, int | None]:
    """Return the layer that is meant, where a side follows the selection that of the reference which belongs to it.

    What that layer gives before its activation is put in the place of its maps where the other one has no activation.
    """
    index = now.project.index_of(wanted)
    if side.result == "now" or side.layer or index is None:
        return computed, computed.project.index_of(wanted)
    from convexplorer.results.differences.network_difference import part_of  # no start compares

    part = part_of(now.evaluated, computed.evaluated, index)
    if part is None:
        return computed, None
    if part.is_linear and part.layer < len(computed.evaluation):
        results = list(computed.evaluation.results)
        results[part.layer] = replace(results[part.layer], maps=results[part.layer].linear)
        computed = replace(computed, evaluation=replace(computed.evaluation, results=tuple(results)))
    return computed, part.layer


def _stage_of(computed: Computed, position: int) -> Stage | None:
    names = computed.project.class_names
    return find_stage(
        computed.evaluation, computed.layers, computed.names, position, computed.factor, computed.look, names
    )


def release_settings(job: Job) -> None:
    """Let go of what the reference gave for a picture while nobody looks at it; its maps take much memory."""
    view = job.view
    is_side = view.mode == "compare" and any(side.result == "settings" for side in view.sides)
    is_sorted = view.mode == "bank" and view.sorting is not None and view.sorting.by == "change"
    if not (is_side or is_sorted or is_reference_seen(job)):
        _SETTINGS.clear()


def is_reference_seen(job: Job) -> bool:
    """Return True if all layers of the reference are looked at: their maps, or how far they differ."""
    is_shown = job.view.mode == "network" and job.view.shown != "own" and job.screen.thumbnails is not None
    return job.view.reference is not None and (is_shown or job.screen.wants_differences)


def reference_on(now: Computed, view: View) -> Computed:
    """Return what the layers of the reference give for the picture of now."""
    assert view.reference is not None  # the caller has asked
    return with_settings(view.reference, now, view)


def reference_of(picture: Picture) -> Reference | None:
    """Return a picture as something to compare later ones with; None if nothing was computed."""
    if picture.evaluation is None:
        return None
    project = picture.project
    names = map_names(project.layers, picture.input_names, picture.evaluation, project.class_names)
    return Reference(picture.frame, project, names)


def side_choices(picture: Picture) -> tuple[tuple[Side, str], ...]:
    """Return all that can be a side of a comparison, with its name: first what follows the selection, then all maps."""
    view, evaluation = picture.view, picture.evaluation
    if evaluation is None:
        return ()
    project = picture.project
    names = map_names(project.layers, picture.input_names, evaluation, project.class_names)
    selected = project.layers[picture.position].id if project.layers else ""
    found = [(BEFORE, "What goes in"), (SELECTED, f"{_name(project, names, selected, view)} · selected")]
    if view.reference is not None:
        kept = _name(view.reference.project, view.reference.names, selected, view)
        found.append((Side("settings"), f"{kept} · {view.reference.title or 'kept settings'}"))
    has_result = view.reference is not None and not view.reference.title  # a file has no picture of its own
    if view.reference is not None and has_result:
        found.append((Side("kept"), f"{kept} · kept result"))
    found += _every_map(project, names, "now", "")
    if view.reference is not None and has_result:
        found += _every_map(view.reference.project, view.reference.names, "kept", " · kept result")
    return tuple(found)


def _name(project: Project, names: Sequence[Sequence[str]], layer_id: str, view: View) -> str:
    """Return the name of the selected map in a project."""
    index = project.index_of(layer_id)
    own = names[index + 1] if index is not None and index + 1 < len(names) else ()
    return own[view.filter] if view.filter < len(own) else "the map"


def _every_map(project: Project, names: Sequence[Sequence[str]], result: Result, suffix: str) -> list[tuple[Side, str]]:
    """Return every map of a result with its name, those of the picture first; of very many the first ones."""
    titles = ["picture", *(f"{i}  {layer.title}" for i, layer in enumerate(project.layers, 1))]
    found: list[tuple[Side, str]] = [(Side(result, INPUT), f"picture{suffix}")]
    for layer_id, title, own in zip((INPUT, *project.ids), titles, names, strict=False):
        if layer_id != INPUT or len(own) > 1:
            found += [(Side(result, layer_id, i), f"{name} · {title}{suffix}") for i, name in enumerate(own)]
    return found[:MOST_CHOICES]


def _computed(side: Side, now: Computed, view: View) -> Computed | None:
    reference = view.reference
    if side.result == "now":
        return now
    if reference is None:
        return None
    return _kept(reference, now, view) if side.result == "kept" else with_settings(reference, now, view)


def _kept(reference: Reference, now: Computed, view: View) -> Computed:
    """Return what the reference gave for its own picture."""
    known = _KEPT.get(reference)
    if known is None:
        known = _KEPT[reference] = _compute(reference.project, reference.frame, now, view)
    return replace(known, look=_look(view, reference.frame, known))


def with_settings(reference: Reference, now: Computed, view: View) -> Computed:
    """Return what the layers of the reference give for the picture of now."""
    known = _SETTINGS.pop(reference, None)
    if known is None or known.frame is not now.frame:
        known = None  # let go of its maps before the next ones need memory
        known = _compute(reference.project, now.frame, now, view)
    _SETTINGS[reference] = known
    return replace(known, look=_look(view, now.frame, known))


def _compute(project: Project, frame: Frame, now: Computed, view: View) -> Computed:
    """Evaluate a project on a frame; what it has in common with the newest result is not computed again."""
    full, names = choose_input(frame, project.channels, project.numbers, project.preprocessing)
    graph = build(project.layers, full.shape).graph
    preview = plan_preview(graph, full.shape)
    is_shared = frame is now.frame and _chosen(project) == _chosen(now.project) and preview.factor == now.factor
    image = now.evaluation.image if is_shared else reduce_image(full, preview.factor) if preview.factor > 1 else full
    if preview.factor > 1:
        graph = build(project.layers, image.shape).graph
    if preview.layer_count is not None:
        graph = core.Graph(graph.layers[: preview.layer_count], graph.inputs[: preview.layer_count])
    evaluation = core.evaluate(graph, image, now.evaluation if is_shared else None)
    look = resolve(view.look, full.shape[1:], frame.axes)
    return Computed(project, frame, evaluation, names, preview.factor, look)


def _chosen(project: Project) -> tuple[object, ...]:
    """Return what decides about the input of a frame."""
    return project.channels, project.numbers, project.preprocessing


def _look(view: View, frame: Frame, computed: Computed) -> ResolvedLook:
    return resolve(view.look, computed.look.spatial, frame.axes)


def suffix_of(side: Side, reference: Reference | None) -> str:
    """Return what follows the name of a map, so that one knows of which result it is."""
    if side.result != "settings" or reference is None or not reference.title:
        return _SUFFIXES[side.result]
    return f", {reference.title}"


def _of_picture(computed: Computed, side: Side, suffix: str) -> Exhibit:
    image = computed.evaluation.image
    places = place(computed.evaluation, 0, computed.factor)
    if side.map is None:
        title, whole = _as_light(image, computed.names)
    else:
        at = min(side.map, len(image) - 1)
        title, whole = computed.names[at], image[at : at + 1]
    return Exhibit(f"{title}{suffix}", whole, places, computed.look, is_light=True)


def _of_stage(
    stage: Stage, side: Side, selected: int, layer: Layer, suffix: str, *, prefix: str, is_selected: bool = True
) -> Exhibit:
    """Return a map of a layer, or what the layer reads."""
    wanted = selected if side.map is None else side.map
    index = min(max(wanted, 0), len(stage.maps) - 1)
    if side.is_before:
        title, whole = _before(stage, index)
        is_flat = is_vector(stage.given)
        return Exhibit(
            f"{title}{suffix}",
            whole,
            stage.input_places,
            stage.look,
            has_places=not is_flat,
            zeros=stage.zeros_of_input(_channel_before(stage, index)),
            empty=stage.input_empty,
            is_light=stage.is_picture,
            is_before=True,
            reason=NO_DECIDED_PLACES if stage.result.layer.is_placing else "",
        )
    is_flat = is_vector(stage.made)
    strengths = stage.result.layer.strengths(stage.given)
    return Exhibit(
        f"{prefix}{stage.names[index]}{suffix}",
        (stage.maps if is_flat else stage.made)[index : index + 1],
        stage.places,
        stage.look,
        has_places=not is_flat,
        magnitude=stage.shown_magnitudes[index],
        strengths=None if strengths is None else as_maps(strengths)[index : index + 1],
        zeros=stage.zeros(index),
        empty=stage.empty,
        filter=index if stage.has_filters and is_selected else -1,
        kernel=_kernel_of(layer, index),
    )


NO_DECIDED_PLACES = "The second input decides where values go, so there is no difference."


def _kernel_of(layer: Layer, index: int) -> np.ndarray | None:
    if not layer.has_filters or not layer.is_enabled or layer.rank > 2:
        return None
    plane: np.ndarray = merged(layer.filters[layer.filter_of(index)].planes)[0]
    return plane.reshape(-1, plane.shape[-1])


def _channel_before(stage: Stage, index: int) -> int | None:
    """Return which channel alone is what goes in; None where several are made one picture."""
    count, layer = len(as_maps(stage.given)), stage.result.layer
    if count == 1 and layer.input_count == 1:
        return 0
    has_own = count == len(stage.names) or (layer.input_count != 1 and index < count)
    return index if has_own and not layer.is_summing else None


def _before(stage: Stage, index: int) -> tuple[str, np.ndarray]:
    """Return the title of what goes in, and all of it, (1, *spatial); values without places as a picture.

    It is one picture: the layer's only channel, the channel of the same number (as pooling has), the luminance of a
    colour picture, or else the mean.
    """
    given, layer = as_maps(stage.given), stage.result.layer
    count, channel = len(given), _channel_before(stage, index)
    if channel is not None:
        first = "first input: " if layer.input_count != 1 else ""
        return f"{first}{stage.input_names[channel]}", given[channel : channel + 1]
    if stage.is_picture:
        return _as_light(given, stage.input_names)
    return f"mean of {count}", given.mean(axis=0, dtype=np.float32, keepdims=True)


def _as_light(image: np.ndarray, names: Sequence[str]) -> tuple[str, np.ndarray]:
    """Return the title and one picture of several channels, (1, *spatial)."""
    if len(image) == 1:
        return names[0], image
    if len(image) == 3:
        return "luminance", coloring.luminance(image)
    return f"mean of {len(image)}", image.mean(axis=0, dtype=np.float32, keepdims=True)
