"""Layers applied to many inputs without the main window: pictures to pictures or arrays, video to video."""

import itertools
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import numpy as np

from convexplorer import core
from convexplorer.core.geometry.places import block_grid
from convexplorer.export import arrays, images, video
from convexplorer.export.files import ExportError
from convexplorer.export.originals import Originals, OverInputError
from convexplorer.model.address import Address
from convexplorer.model.build import build, choose_input, leaves_alpha_out, white_of
from convexplorer.model.layer import Layer
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.project import Display
from convexplorer.model.view import Look
from convexplorer.results.addressed import Named, find
from convexplorer.results.frame_memory import frame_memory, peak_memory
from convexplorer.results.look import resolve
from convexplorer.results.preview import physical_memory
from convexplorer.results.stage import as_pictures, fitting, fitting_magnitudes, map_names, value_names
from convexplorer.results.tiles import Pen, colored, draw_maps
from convexplorer.results.vectors import empty_cells, is_vector
from convexplorer.sources import describe_source, open_reader
from convexplorer.sources.frame import Frame, Reader, Source, SourceError, SourceInfo, TimedReader
from convexplorer.words import bytes_text, plain, times

PICTURE_SUFFIXES = images.SUFFIXES
SUFFIXES = (*PICTURE_SUFFIXES, *arrays.SUFFIXES, *video.SUFFIXES)

_MOST_NAME_BYTES = 240  # of the 255 that disks allow

Progress = Callable[[SourceInfo, int], None]
# Maps, their names, the magnitudes of their terms, and strengths of angles.
Computed = tuple[np.ndarray, tuple[str, ...], tuple[float, ...], np.ndarray | None]


@dataclass(frozen=True)
class Recipe:
    """The computation for every input: channels, numbers, layers, their classes, and the display of their maps.

    Attributes
    ----------
    map : number or name of the only map of the last layer that is wanted; None for all.
    """

    layers: tuple[Layer, ...]
    channels: str = "color"
    display: Display = field(default_factory=Display)
    numbers: str = "unit"
    class_names: tuple[str, ...] = ()
    preprocessing: Preprocessing | None = None
    map: int | str | None = None


@dataclass
class Outcome:
    """The results of a batch.

    Attributes
    ----------
    written : paths of the written files, in order.
    failures : (name of the input, sentence) of each failure.
    without_alpha : titles of the frames whose alpha was left out, each once, in order.
    """

    written: list[Path] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    without_alpha: dict[str, None] = field(default_factory=dict)

    def note(self, frame: Frame, recipe: Recipe) -> None:
        """Remember what is not computed of a frame."""
        if leaves_alpha_out(frame, recipe.channels, recipe.preprocessing):
            self.without_alpha.setdefault(frame.title)


class Target:
    """The destination of the results: one file, or a folder with a file for every input.

    No two results of a run have the same name, nor names that differ in case only, which many disks take for one.

    Parameters
    ----------
    suffix : of files in a folder; None means `.png` for pictures and `.mp4` for videos.
    originals : input files, which must not be overwritten.
    """

    def __init__(
        self, path: Path, *, is_folder: bool, suffix: str | None = None, originals: Originals | None = None
    ) -> None:
        self.is_folder = is_folder
        self.originals = originals or Originals()
        self._path = path
        self._suffix = suffix
        self._stems: set[str] = set()
        self._names: set[str] = set()

    def file_for(self, title: str, *, is_video: bool) -> Path:
        """Return the file for an input; inputs that differ only in folder or suffix get different files."""
        if not self.is_folder:
            return self._path
        suffix = self._suffix or (".mp4" if is_video else ".png")
        named = Path(title)
        stem = shortened(named.stem or "picture", suffix)
        ending = named.suffix.lstrip(".")[:20]
        candidates = [stem, f"{stem}-{ending}"] if ending else [stem]
        free = (one for one in itertools.chain(candidates, _numbered(stem)) if not self._is_taken(one, suffix))
        name = next(free)
        self._stems.add(_folded(name))
        return self._path / f"{name}{suffix}"

    def claim(self, path: Path) -> Path:
        """Return the path for a result, numbered if another result of this run has it.

        Raises
        ------
        OverInputError : the path is one of the inputs.
        """
        names = (f"{stem}{path.suffix}" for stem in itertools.chain([path.stem], _numbered(path.stem)))
        name = next(name for name in names if _folded(name) not in self._names)
        claimed = path.with_name(name)
        self.originals.check(claimed)
        self._names.add(_folded(name))
        return claimed

    def _is_taken(self, stem: str, suffix: str) -> bool:
        return _folded(stem) in self._stems or _folded(f"{stem}{suffix}") in self._names


def shortened(stem: str, suffix: str) -> str:
    """Return a stem that, with the suffix and some number, is short enough for the name of a file."""
    while len(os.fsencode(stem)) + len(os.fsencode(suffix)) > _MOST_NAME_BYTES:
        stem = stem[:-1]
    return stem


def _numbered(stem: str) -> Iterator[str]:
    return (f"{stem}-{number}" for number in itertools.count(2))


def _folded(name: str) -> str:
    """Return what names have in common that differ in case or in the form of their accents only."""
    return unicodedata.normalize("NFC", name).casefold()


def apply_all(sources: Sequence[Source], target: Target, recipe: Recipe, outcome: Outcome, progress: Progress) -> None:
    """Apply the recipe to every frame of every source; a failed source is recorded, and the next one follows.

    Parameters
    ----------
    outcome : receives the written files and the failures.
    progress : called with the properties of a source, which tell how many frames it has, and how many are finished.
    """
    read_all(sources, outcome, lambda reader: _apply(reader, target, recipe, outcome, progress))


def read_all(sources: Sequence[Source], outcome: Outcome, work: Callable[[Reader], None]) -> None:
    """Open every source and work on it; a failure is recorded, and the next source follows."""
    for source in sources:
        title = describe_source(source)
        try:
            reader = open_reader(source)
        except (SourceError, MemoryError) as error:
            outcome.failures.append((title, sentence_of(error)))
            continue
        try:
            work(reader)
        except (ValueError, MemoryError) as error:
            outcome.failures.append((title, sentence_of(error)))
        finally:
            reader.close()


def _apply(reader: Reader, target: Target, recipe: Recipe, outcome: Outcome, progress: Progress) -> None:
    info = reader.info
    if info.is_live:
        raise SourceError("It never ends; open it in the window and record there.")
    if info.rate_hz is not None:
        cast("TimedReader", reader).survey()  # so that the last frame tells how long it is shown, and one has no number
        path = target.file_for(info.title, is_video=True)
        if path.suffix.lower() in video.SUFFIXES:
            _apply_video(reader, target.claim(path), recipe, outcome, progress)
            return
        _apply_frames(reader, path, target, recipe, outcome, progress)
    elif info.names:
        _apply_files(reader, target, recipe, outcome, progress)
    else:
        path = target.file_for(info.title, is_video=False)
        _apply_frames(reader, path, target, recipe, outcome, progress)


def _apply_files(reader: Reader, target: Target, recipe: Recipe, outcome: Outcome, progress: Progress) -> None:
    """Write a result for every file of a folder; a broken file is recorded by its own name."""
    names = reader.info.names

    def save(frame: Frame) -> None:
        outcome.note(frame, recipe)
        path = target.file_for(names[frame.index], is_video=False)
        save_maps(path, frame, recipe, target, outcome.written)

    for i, name in enumerate(names):
        progress(replace(reader.info, title=name), i)
        try:
            reader.seek(i)
            use_next(reader, save)
        except (ValueError, MemoryError) as error:
            outcome.failures.append((name, sentence_of(error)))
    progress(reader.info, len(names))


def _apply_frames(
    reader: Reader, path: Path, target: Target, recipe: Recipe, outcome: Outcome, progress: Progress
) -> None:
    """Write a result for every page or frame, numbered if there are several."""
    is_one = reader.info.frame_count == 1 and not reader.info.is_estimated

    def save(frame: Frame) -> None:
        outcome.note(frame, recipe)
        numbered = path if is_one else _extended(path, f"{frame.index:06}")
        try:
            save_maps(numbered, frame, recipe, target, outcome.written)
        except OverInputError as error:  # of this frame only
            outcome.failures.append((numbered.name, str(error)))

    walk(reader, save, progress)


def _apply_video(reader: Reader, path: Path, recipe: Recipe, outcome: Outcome, progress: Progress) -> None:
    """Write a video; if the input is truncated, keep the frames before the end and record the failure."""
    assert reader.info.rate_hz is not None
    failure = began_s = None
    end_s = 0.0
    with video.Recorder(path, reader.info.rate_hz) as recorder:

        def record(frame: Frame) -> None:
            nonlocal began_s, end_s
            outcome.note(frame, recipe)
            tiles = _pictures(frame, recipe)
            began_s = frame.time_s if began_s is None else began_s
            picture = tiles[0][1] if len(tiles) == 1 else images.grid_of(tiles)
            recorder.write(picture, frame.time_s - began_s)
            end_s = frame.time_s - began_s + frame.duration_s if frame.duration_s else 0.0

        try:
            walk(reader, record, progress)
        except SourceError as error:
            if recorder.frame_count == 0:
                raise
            failure = error
        recorder.close(end_s)
    outcome.written.append(path)
    if failure is not None:
        raise failure


def walk(reader: Reader, use: Callable[[Frame], None], progress: Progress) -> None:
    """Call `use` with every frame; of one, and of what is made of it, nothing is left while the next one is read."""
    done = 0
    progress(reader.info, done)
    while use_next(reader, use):
        done += 1
        progress(reader.info, done)


def use_next(reader: Reader, use: Callable[[Frame], None]) -> bool:
    """Call `use` with the next frame; return False if there is none."""
    frame = reader.read()
    if frame is None:
        return False
    use(frame)
    return True


def save_maps(path: Path, frame: Frame, recipe: Recipe, target: Target, written: list[Path]) -> None:
    """Write a frame's maps: all maps in one array file, or a picture `stem_filter.png` for each map.

    Parameters
    ----------
    target : knows which names are taken.
    written : receives the path of each file as soon as the file is complete.

    Raises
    ------
    ExportError : values without places would be pictures, of a cell each.
    """
    if path.suffix.lower() in arrays.SUFFIXES:
        path = target.claim(path)
        maps, names, *_ = compute_maps(frame, recipe)
        arrays.save_array(path, maps, names)
        written.append(path)
        return
    if path.suffix.lower() in video.SUFFIXES:
        raise ExportError(f"{frame.title or 'a picture'} has no time, so it makes no video; write .png or .tiff.")
    tiles = _pictures(frame, recipe)
    paths = [path]
    if len(tiles) > 1:
        paths = [_extended(path, name) for name in _file_names([name for name, _ in tiles])]
    target.originals.check(*paths)  # before the first one is written
    for one, (_, rgb) in zip(paths, tiles, strict=True):
        claimed = target.claim(one)
        images.save_png(claimed, rgb)
        written.append(claimed)


def _extended(path: Path, addition: str) -> Path:
    """Return `stem_addition.suffix`; of a long stem or addition the beginning."""
    stem = shortened(path.stem, f"_000000{path.suffix}")
    return path.with_name(f"{shortened(f'{stem}_{addition}', path.suffix)}{path.suffix}")


def drawn_maps(frame: Frame, recipe: Recipe) -> list[tuple[str, np.ndarray]]:
    """Return (name, RGB picture) of each map of the last layer, drawn by what draws them in the window.

    Of volumes it is the slice in the middle; values without places are drawn as `results.vectors` lays them out.
    """
    return _drawn(frame, recipe, compute_maps(frame, recipe))


def _pictures(frame: Frame, recipe: Recipe) -> list[tuple[str, np.ndarray]]:
    """Return what `drawn_maps` does; raise ExportError for values without places, whose pictures show nothing."""
    computed = compute_maps(frame, recipe)
    maps = computed[0]
    if is_vector(maps):
        count = f"{len(maps)} value{'' if len(maps) == 1 else 's'} without places"
        raise ExportError(
            f"The last layer gives {count}, which make no picture; write .npy or .npz, a table with "
            "--scores FILE.csv --top all, or name a layer that gives maps with --layer."
        )
    return _drawn(frame, recipe, computed)


def _drawn(frame: Frame, recipe: Recipe, computed: Computed) -> list[tuple[str, np.ndarray]]:
    maps, names, magnitudes, strengths = computed
    look = resolve(Look(), maps.shape[1:] or frame.spatial)
    grid = block_grid(1, len(look.axes))
    shown = as_pictures(maps, grid, look)
    names, magnitudes = fitting(names, len(shown)), fitting_magnitudes(magnitudes, len(shown))
    tiles = draw_maps(
        shown,
        names,
        magnitudes,
        block_grid(1),
        Pen(recipe.display, reduction=1, white=white_of(frame, recipe.numbers, recipe.preprocessing)),
        has_places=not is_vector(maps),
        empty=empty_cells(maps.shape),
        strengths=None if strengths is None else as_pictures(strengths, grid, look),
    )
    return [(tile.title, colored(tile)) for tile in tiles]


def compute_maps(frame: Frame, recipe: Recipe) -> Computed:
    """Return the last layer's maps (F, *spatial) or values (F,), names, magnitudes of terms, and strengths of angles.

    Raises
    ------
    ValueError : a layer failed, or has no such map as the recipe wants.
    """
    image, names = input_of(frame, recipe)
    if not recipe.layers:
        return image, names, (0.0,) * len(image), None
    graph = build(recipe.layers, image.shape).graph
    last = len(graph) - 1
    keep = {last, *graph.inputs[last]} - {-1}
    check_memory(graph, image.shape, [layer.id for layer in recipe.layers], keep)
    evaluation = core.evaluate(graph, image, keep=keep)
    failed = next((result.error for result in evaluation.results if result.error), "")
    if failed:
        raise ExportError(failed)
    maps, (given, *_) = evaluation[last], evaluation.given_to(last)
    network = Named(recipe.layers, evaluation, names, recipe.class_names)
    if is_vector(maps):
        names = value_names(recipe.layers, names, evaluation, last, recipe.class_names)
    else:
        names = fitting(map_names(recipe.layers, names, evaluation, recipe.class_names)[-1], len(maps))
    computed = maps, names, evaluation.magnitudes(last), evaluation.layers[last].strengths(given)
    if recipe.map is None:
        return computed
    found = find(Address(recipe.layers[-1].id, recipe.map), network).map
    assert found is not None
    return _only(computed, found)


def check_memory(
    graph: core.Graph, shape: tuple[int, ...], names: Sequence[str], keep: Collection[int] | None = None
) -> None:
    """Raise ExportError if this machine has less memory than a frame takes, before any of it is taken.

    Parameters
    ----------
    shape : of what the first layer reads.
    names : of the layers.
    keep : the layers whose maps stay, as in `core.evaluate`.
    """
    needed = frame_memory(graph, shape) if keep is None else peak_memory(graph, shape, keep)
    there = physical_memory()
    if needed.size > there:
        most = "" if needed.heaviest is None else f", most of it in {plain(names[needed.heaviest])}"
        raise ExportError(
            f"A frame of {times(shape[1:])} takes {bytes_text(needed.size)} of memory{most}; this machine has "
            f"{bytes_text(there)}. A smaller picture or fewer filters help."
        )


def _only(computed: Computed, index: int) -> Computed:
    """Return what was computed of one map."""
    maps, names, magnitudes, strengths = computed
    kept = slice(index, index + 1)
    magnitudes = fitting_magnitudes(magnitudes, len(maps))
    return maps[kept], names[kept], magnitudes[kept], None if strengths is None else strengths[kept]


def input_of(frame: Frame, recipe: Recipe) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return what the first layer reads of a frame, (C, *spatial), and a name for each channel.

    Raises
    ------
    ExportError : the frame has no such channel as the recipe wants.
    """
    is_one = recipe.preprocessing is None and recipe.channels.isdecimal()
    if is_one and int(recipe.channels) >= len(frame.channels):  # the window takes another then
        there_are = ", ".join(f"{i} ({name})" for i, name in enumerate(frame.channels))
        raise ExportError(f"{frame.title or 'the picture'} has no channel {recipe.channels}; it has {there_are}.")
    return choose_input(frame, recipe.channels, recipe.numbers, recipe.preprocessing)


def _file_names(names: Sequence[str]) -> list[str]:
    """Return the filters' names as parts of file names; equal names are numbered, past those that exist."""
    safe = [re.sub(r"[^\w.+=-]+", "-", name).strip("-.") or "filter" for name in names]
    counts = Counter(map(_folded, safe))
    taken = {name for name, count in counts.items() if count == 1}
    found = []
    for name in safe:
        numbers = (f"{name}-{number}" for number in itertools.count(1))
        is_alone = counts[_folded(name)] == 1
        found.append(name if is_alone else next(one for one in numbers if _folded(one) not in taken))
        taken.add(_folded(found[-1]))
    return found


def sentence_of(error: Exception) -> str:
    """Return what is said of a failed input."""
    if isinstance(error, MemoryError):
        return "There is not enough memory for it."
    return str(error) or type(error).__name__
