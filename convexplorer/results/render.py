"""One job becomes one picture: choose the input, compute the layers, draw what is looked at.

Pure: everything it remembers from the last time is passed in as `previous`, and used only where the
very same objects come again.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer._threads import for_each
from convexplorer.core.convolution.records import in_force, raced_calls, using
from convexplorer.core.display.coloring import Levels
from convexplorer.core.geometry.places import block_grid
from convexplorer.core.network.library import asking
from convexplorer.model.build import build, choose_input, leaves_alpha_out, white_of
from convexplorer.model.fitting import fitted, light_of
from convexplorer.model.layer import Layer
from convexplorer.results.contrast import contrast_tiles
from convexplorer.results.counted import counted_of
from convexplorer.results.exhibit import Computed, is_reference_seen, release_settings, with_settings
from convexplorer.results.fault import Fault
from convexplorer.results.favourite_sight import FavouriteSight
from convexplorer.results.input_tile import input_tile, prepared_tile
from convexplorer.results.job import Job
from convexplorer.results.look import ResolvedLook, resolve
from convexplorer.results.map_faults import faults_of
from convexplorer.results.overview import Overview
from convexplorer.results.picture import Contrast, LayerReport, Picture, Statistics, Tile
from convexplorer.results.preview import Preview, plan_preview, reduce_image
from convexplorer.results.screen_pixels import Size, with_pixels
from convexplorer.results.stage import Stage, find_stage
from convexplorer.results.standing import Standing
from convexplorer.results.statistics import describe_map, measure
from convexplorer.results.tiles import Pen, bank_tiles, channel_tiles, has_too_many_parts

if TYPE_CHECKING:
    from convexplorer.results.differences.network_difference import NetworkDifference

_Seen = tuple[Size | None, bool]


@dataclass(frozen=True, eq=False)
class Scene:
    """What the layers are computed on.

    Attributes
    ----------
    full : (channels, *spatial) the chosen channels of the frame.
    image : the same, reduced if the preview says so.
    look : which part of it is drawn.
    has_checkerboard : True if the tile shows alpha.
    screen : size and theme that the tile has pixels for.
    """

    full: np.ndarray
    image: np.ndarray
    names: tuple[str, ...]
    preview: Preview
    look: ResolvedLook
    tile: Tile
    has_checkerboard: bool = False
    screen: _Seen = (None, False)


@dataclass(frozen=True, eq=False)
class Drawing:
    """The tiles of the selected layer, what they were drawn from, and the size and theme that they have pixels for."""

    key: tuple[object, ...]
    tiles: tuple[Tile, ...]
    note: str
    contrast: Contrast | None = None
    screen: _Seen = (None, False)


@dataclass(frozen=True, eq=False)
class Measured:
    """The statistics of the selected map, and what they were taken from."""

    key: tuple[object, ...]
    statistics: Statistics | None


@dataclass(frozen=True, eq=False)
class Rendered:
    """A picture, and all that can be used again for the next one."""

    picture: Picture
    evaluation: core.Evaluation
    scene: Scene
    drawing: Drawing
    measured: Measured


def render(job: Job, previous: Rendered | None = None) -> Rendered:
    """Compute and draw the newest frame with the newest project, for the newest view."""
    start_s, raced_before = time.perf_counter(), raced_calls()
    project = job.project
    full, names = choose_input(job.frame, project.channels, project.numbers, project.preprocessing)
    graph = build(project.layers, full.shape).graph
    preview = _preview(graph, full.shape, project.ids, previous)
    look = resolve(job.view.look, full.shape[1:], job.frame.axes)
    scene = _scene_on_screen(job, _scene(job, full, names, preview, look, previous))
    if preview.factor > 1:  # a dense layer has as many weights as it has inputs
        graph = build(project.layers, scene.image.shape).graph
    failure = ""
    if preview.layer_count is not None:
        graph = core.Graph(graph.layers[: preview.layer_count], graph.inputs[: preview.layer_count])
        failure = preview.refusal
    prepared_s = time.perf_counter()
    evaluation = core.evaluate(graph, scene.image, previous.evaluation if previous else None)
    seconds = time.perf_counter() - prepared_s
    selected = project.position(job.view.layer)
    stage = find_stage(evaluation, project.layers, names, selected, preview.factor, look, project.class_names)
    release_settings(job)
    now = Computed(project, job.frame, evaluation, names, preview.factor, look)
    drawing = _drawing_on_screen(job, _draw(job, stage, now, previous))
    measured = _measured(job, stage, previous)
    difference = _difference(now, job, previous)
    overview = _overview(now, job, failure, previous, difference)
    favourites = _favourites(now, job)
    standing, faults = _standing(job, stage, now, previous), _faults(job, stage, drawing, previous)
    picture = Picture(
        project=project,
        view=job.view,
        frame=job.frame,
        input=scene.image,
        input_names=names,
        look=look,
        input_tile=scene.tile,
        tiles=drawing.tiles,
        layers=_reports(evaluation, project.layers, failure, scene.preview.factor, counts_zeros=job.screen.wants_zeros),
        statistics=measured.statistics,
        seconds=seconds,
        total_seconds=time.perf_counter() - start_s,
        dropped_frames=job.dropped_frames,
        note=" ".join(filter(None, (scene.preview.note, drawing.note))),
        evaluation=evaluation,
        factor=scene.preview.factor,
        memory=scene.preview.memory,
        contrast=drawing.contrast,
        is_raced=raced_calls() > raced_before
        or any(result.library for result in evaluation.results)
        or (previous is not None and previous.picture.is_raced),
        overview=overview,
        difference=difference,
        standing=standing,
        faults=faults,
        favourites=favourites,
    )
    return Rendered(picture, evaluation, scene, drawing, measured)


def by_fixed_plan(picture: Picture) -> Picture:
    """Return a picture for what leaves the program: computed anew if a race has chosen its algorithms."""
    if not picture.is_raced:
        return picture
    job = Job(picture.frame, picture.project, picture.view, picture.dropped_frames)
    with using(None), asking(None):
        return render(job).picture


def failed_picture(job: Job, error: Exception) -> Picture:
    """Return a picture that holds nothing but what was asked for, and what went wrong."""
    image, names = np.zeros((1, 1, 1), np.float32), ("Y",)
    reason = "There is not enough memory." if isinstance(error, MemoryError) else f"{type(error).__name__}: {error}"
    return Picture(
        project=job.project,
        view=job.view,
        frame=job.frame,
        input=image,
        input_names=names,
        look=resolve(job.view.look, image.shape[1:]),
        input_tile=Tile("", image[0], np.zeros((1, 1), np.uint8), Levels(0.0, 1.0), "gray"),
        tiles=(),
        layers=tuple(LayerReport((), None, 0, id=layer.id) for layer in job.project.layers),
        dropped_frames=job.dropped_frames,
        note=f"This picture could not be computed. {reason}",
    )


def _preview(graph: core.Graph, shape: tuple[int, ...], names: Sequence[str], previous: Rendered | None) -> Preview:
    """Return the reduction of a picture; while all is computed as it is, it is planned once for layers and a shape."""
    if previous is not None and previous.scene.preview == Preview() and previous.scene.full.shape == shape:
        before = previous.evaluation.graph
        if before.layers == graph.layers and before.inputs == graph.inputs:  # compares objects, not weights
            return previous.scene.preview
    return plan_preview(graph, shape, names)


def _scene(
    job: Job,
    full: np.ndarray,
    names: tuple[str, ...],
    preview: Preview,
    look: ResolvedLook,
    previous: Rendered | None,
) -> Scene:
    factor = preview.factor
    old = previous.scene if previous else None
    is_same = old is not None and old.full is full and old.names == names and old.preview.factor == factor
    has_checkerboard = shows_checkerboard(job)
    if old is not None and is_same and old.look == look and old.has_checkerboard == has_checkerboard:
        return replace(old, preview=preview)
    # The same object as before, so that what was computed of it holds when only the look has changed.
    image = old.image if old is not None and is_same else full if factor == 1 else reduce_image(full, factor)
    tile = draw_input(job, image, names, factor, look)
    return Scene(full, image, names, preview, look, tile, has_checkerboard)


def _scene_on_screen(job: Job, scene: Scene) -> Scene:
    """Return the scene with the pixels of the input; the same one if they are there."""
    screen = job.screen.input, job.screen.is_dark
    if scene.screen == screen:
        return scene
    return replace(scene, tile=with_pixels(scene.tile, screen[0], is_dark=screen[1]), screen=screen)


def draw_input(job: Job, image: np.ndarray, names: tuple[str, ...], factor: int, look: ResolvedLook) -> Tile:
    """Draw what is looked at of the input, over a checkerboard if the project says so.

    Parameters
    ----------
    image : (channels, *spatial), the chosen channels of the frame, reduced by `factor`.
    """
    grid, prepared = block_grid(factor, image.ndim - 1), job.project.preprocessing
    frame = job.frame if prepared is None else fitted(job.frame, prepared)

    def seen(planes: np.ndarray) -> np.ndarray:
        return look.cut(planes if factor == 1 else reduce_image(planes, factor), grid)

    alpha = None
    if shows_checkerboard(job):
        alpha = seen(frame.channel(frame.channels.index("A")))[0]
    white, shown = white_of(job.frame, job.project.numbers), look.cut(image, grid)
    if prepared is not None:
        light = seen(light_of(frame, prepared))
        return prepared_tile(light, shown, prepared, look.seen_grid(grid), alpha=alpha)
    pixels = frame.pixels if factor == 1 and shown is image else None
    return input_tile(shown, names, look.seen_grid(grid), white=white, alpha=alpha, pixels=pixels)


def shows_checkerboard(job: Job) -> bool:
    """Return True if the input is shown over a checkerboard, where its alpha is left out."""
    project = job.project
    is_left_out = leaves_alpha_out(job.frame, project.channels, project.preprocessing)
    return project.display.has_checkerboard and is_left_out


def _draw(job: Job, stage: Stage | None, now: Computed, previous: Rendered | None) -> Drawing:
    """Draw the tiles, or return those of the last time if nothing that they show has changed."""
    if stage is None:
        return Drawing((), (), "")
    white = white_of(job.frame, job.project.numbers, job.project.preprocessing)
    view, pen = job.view, Pen(job.project.display, max(1, job.view.reduction), white)
    index = min(max(view.filter, 0), len(stage.maps) - 1)
    is_bank = view.mode in ("bank", "network")
    shown = -1 if is_bank else index
    # Identities stay valid while `previous`, whose evaluation holds the objects, is alive.
    key: tuple[object, ...] = (
        id(stage.made),
        id(stage.given),
        stage.names,
        stage.grid,
        stage.look,
        "bank" if is_bank else view.mode,
        shown,
        pen,
    )
    if view.mode == "compare":  # which may show any map of this result, and of the reference
        key += (id(now.evaluation), view.sides, view.reference)
    if previous is not None and previous.drawing.key == key:
        return previous.drawing
    if view.mode == "compare":
        tiles, contrast, note = contrast_tiles(now, stage, replace(view, filter=index), pen)
        return Drawing(key, tiles, note, contrast)
    if view.mode == "channels":
        tiles = channel_tiles(stage, pen, index)
        if tiles:
            return Drawing(key, tiles, "")
    return Drawing(key, bank_tiles(stage, pen), _why_no_parts(stage) if view.mode == "channels" else "")


def _drawing_on_screen(job: Job, drawing: Drawing) -> Drawing:
    """Return the drawing with the pixels of the maps in sight; the same one if they are there."""
    size = job.screen.tile if job.view.mode == "bank" else None
    screen, tiles = (size, job.screen.is_dark), list(drawing.tiles)
    is_same = drawing.screen == screen
    visible = frozenset(range(len(tiles)) if job.screen.visible is None else job.screen.visible)
    stale = [i for i, tile in enumerate(tiles) if not is_same or (i in visible and tile.pixels is None)]

    def draw(i: int) -> None:
        tiles[i] = with_pixels(tiles[i], size if i in visible else None, is_dark=screen[1])

    for_each(draw, stale)
    is_changed = any(one is not other for one, other in zip(tiles, drawing.tiles, strict=True))
    return replace(drawing, tiles=tuple(tiles), screen=screen) if is_changed or not is_same else drawing


def _difference(now: Computed, job: Job, previous: Rendered | None) -> "NetworkDifference | None":
    """Return how far all layers differ from the reference, if that is looked at."""
    if not is_reference_seen(job):
        return None
    from convexplorer.results.seen_difference import seen_difference  # no start compares

    return seen_difference(now, job.view, None if previous is None else previous.picture.difference)


def _overview(
    now: Computed, job: Job, failure: str, previous: Rendered | None, difference: "NetworkDifference | None"
) -> Overview | None:
    """Draw all layers at a glance, if they are looked at."""
    if job.view.mode != "network" or job.screen.thumbnails is None:
        return None
    from convexplorer.results.overview_artist import OverviewArtist  # no start shows it

    before = previous.picture.overview if previous is not None else None
    artist = OverviewArtist(clock=None)
    if job.view.shown == "own" or difference is None:
        return artist.draw(job, now.evaluation, now.names, now.look, now.factor, before, failure)
    from convexplorer.results.difference_overview import draw_shown

    return draw_shown(artist, job, difference, now.look, now.factor, before, failure)


def _standing(job: Job, stage: Stage | None, now: Computed, previous: Rendered | None) -> Standing | None:
    """Return the number of each map that puts the bank in order; that of the last time if nothing has changed."""
    sorting = job.view.sorting
    if sorting is None or stage is None or job.view.mode != "bank":
        return None
    from convexplorer.results.map_order import standing_of  # no start sorts maps

    is_same = previous is not None and previous.evaluation.maps_of(stage.index) is stage.made
    known = previous.picture.standing if previous is not None and is_same else None
    layer = now.layers[now.project.position(job.view.layer)].id
    if known is not None and (known.sorting, known.layer) == (sorting, layer):
        return known
    before = None
    if sorting.by == "change" and sorting.before is not None:
        earlier = with_settings(sorting.before, now, job.view)
        position = earlier.project.index_of(layer)
        before = None if position is None else earlier.evaluation.maps_of(position)
    return standing_of(sorting, layer, stage, before)


def _faults(job: Job, stage: Stage | None, drawing: Drawing, previous: Rendered | None) -> tuple[Fault | None, ...]:
    """Return what is the matter with each map of a bank; what was found the last time if nothing has changed."""
    if stage is None or job.view.mode != "bank":
        return ()
    if previous is not None and previous.picture.faults and _made_before(previous, job) is stage.made:
        return previous.picture.faults
    return faults_of(stage, drawing.tiles)


def _made_before(previous: Rendered, job: Job) -> np.ndarray | None:
    """Return the maps of which a picture before has judged the layer; None if it was another layer."""
    before = previous.picture
    return previous.evaluation.maps_of(before.position) if before.view.layer == job.view.layer else None


def _favourites(now: Computed, job: Job) -> tuple[FavouriteSight, ...]:
    """Draw the maps that are kept in sight."""
    if not job.view.favourites or job.screen.favourite_edge is None:
        return ()
    from convexplorer.results.favourites import FavouriteArtist  # no start shows one

    return FavouriteArtist(clock=None).draw(job, now.evaluation, now.names, now.look, now.factor)


def _why_no_parts(stage: Stage) -> str:
    """Return why the maps are shown instead of what each channel adds to them."""
    if stage.result.layer.is_summing and has_too_many_parts(stage):
        return "Sums of so many values have too many parts to show; these are the sums."
    return "Only a convolution that sums over channels has parts; these are the maps."


def _measured(job: Job, stage: Stage | None, previous: Rendered | None) -> Measured:
    if stage is None:
        return Measured((), None)
    index = min(max(job.view.filter, 0), len(stage.maps) - 1)
    key = (id(stage.made), index)
    if previous is not None and previous.measured.key == key:
        return previous.measured
    counted = counted_of(stage, index)
    statistics = measure(counted.values, counted.own_noise, counted.zeros)
    if statistics is None:
        return Measured(key, None)
    name, noise = stage.result.layer.activation.name, counted.noise
    sentence = describe_map(statistics, counted.linear, counted.values, name, noise)
    return Measured(key, replace(statistics, sentence=sentence))


def _reports(
    evaluation: core.Evaluation, layers: Sequence[Layer], failure: str, factor: int, *, counts_zeros: bool
) -> tuple[LayerReport, ...]:
    """Report every layer of the project; those after a failed one have nothing to say."""
    note = f"computed at 1/{factor} size" if factor > 1 else ""
    reports: list[LayerReport] = []
    shape: tuple[int, ...] = evaluation.image.shape
    for i, result in enumerate(evaluation.results):
        inputs = [evaluation.shape_of(j) or () for j in evaluation.graph.inputs[i]]
        shape, output = inputs[0], result.shape
        products = 0 if output is None else result.layer.multiply_adds(*inputs)
        reports.append(
            LayerReport(
                input_shape=shape,
                output_shape=output,
                parameters=result.layer.parameter_count + result.layer.measured_count,
                seconds=result.seconds,
                error=result.error,
                note=note,
                how="" if output is None else _how(result, products, *inputs),
                id=layers[len(reports)].id,
                multiply_adds=products,
                zeros=_share_of_zeros(result.maps) if counts_zeros else None,
            )
        )
        shape = output or ()
    for i in range(len(reports), len(layers)):
        error = failure if i == len(evaluation.results) else ""
        reports.append(LayerReport(shape, None, 0, error=error, id=layers[i].id))
        shape = ()
    return tuple(reports)


def _share_of_zeros(maps: np.ndarray | None) -> float | None:
    return None if maps is None or not maps.size else 1.0 - int(np.count_nonzero(maps)) / maps.size


def _how(result: core.Result, products: int, *inputs: tuple[int, ...]) -> str:
    """Return how a layer is computed: the products it asks for; of a choice also the method and who chose it."""
    cost = f"{products:,} multiply-adds".replace(",", " ") if products else ""
    if result.library:
        told = f"Computed by {result.library}"
        return f"{cost}\n{told}; its time is its share by multiply-adds." if cost else f"{told}."
    layer = result.layer
    if layer.is_opaque:
        return "Computed by ONNX Runtime; how is not known here."
    plan = layer.plan_in_force(inputs[0])
    if plan is None:
        return cost
    unraced = ", as on every machine." if in_force() is None else "; no race has been run for it on this machine."
    return (
        f"{cost}, {plan.workspace_bytes / 1e6:.2g} MB of working memory\n"
        f"Computed by {core.ALGORITHMS[plan.algorithm].label}: {plan.why}\n"
        f"{plan.race or f'Chosen by the sizes alone{unraced}'}"
    )
