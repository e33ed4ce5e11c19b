"""What is written without a window is what the window shows, byte for byte."""

import unicodedata
import weakref
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from convexplorer.export import batch, images, video
from convexplorer.export.batch import Outcome, Recipe, Target, apply_all, drawn_maps, save_maps
from convexplorer.export.files import ExportError
from convexplorer.kernels.filter import Filter
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.layer import make_layer
from convexplorer.model.project import Display, Project
from convexplorer.model.view import View
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.results.tiles import colored
from convexplorer.sources import parse
from convexplorer.sources.frame import Frame, Source, SourceInfo
from tests.model.examples import add_pool, conv_layer

DISPLAYS = {
    "own levels": Display(),
    "shared levels": Display(scope="shared"),
    "locked levels": Display(scope="locked", locked=(-1.0, 2.0)),
    "8-bit view": Display(as_opencv_8bit=True),
    "palette": Display(palette="viridis", coverage=1.0),
}


def frame(kind: str) -> Frame:
    rng = np.random.default_rng(11)
    if kind == "grey":
        return Frame(rng.random((1, 31, 17), dtype=np.float32), ("Y",), title="grey.png")
    image = rng.random((3, 24, 36), dtype=np.float32)
    if kind == "not finite":
        image[1, 3, 4], image[0, 0, 0] = np.nan, np.inf
    return Frame(image, ("R", "G", "B"), title="colour.png")


def project(name: str) -> Project:
    one = default_project()
    return {
        "one layer": one,
        "two layers": add_pool(one, 0),
        "strides": edits.set_layer(one, 0, strides=(2, 2)),
        "left out": edits.set_layer(one, 0, is_enabled=False),
        "depthwise": edits.set_layer(one, 0, kind="depthwise_conv"),
        "many values": edits.add_layer(one, make_layer("flatten"), 1),
        "few values": edits.add_layer(one, make_layer("global_max_pool"), 1),
    }[name]


@pytest.mark.parametrize("look", DISPLAYS)
@pytest.mark.parametrize(
    "layers", ["one layer", "two layers", "strides", "left out", "depthwise", "many values", "few values"]
)
@pytest.mark.parametrize("kind", ["colour", "grey", "not finite"])
def test_maps_are_drawn_as_the_window_draws_them(look: str, layers: str, kind: str):
    state = edits.set_display(project(layers), **vars(DISPLAYS[look]))
    shown = render(Job(frame(kind), state, View(layer=state.ids[-1]))).picture

    written = drawn_maps(frame(kind), Recipe(state.layers, state.channels, state.display))

    assert [name for name, _ in written] == [tile.title for tile in shown.tiles]
    for (_, rgb), tile in zip(written, shown.tiles, strict=True):
        np.testing.assert_array_equal(rgb, colored(tile))


def test_a_file_holds_the_pixels_of_the_window(tmp_path: Path):
    state = project("one layer")
    tiles = render(Job(frame("colour"), state, View())).picture.tiles

    paths: list[Path] = []
    target = Target(tmp_path / "out.png", is_folder=False)
    save_maps(tmp_path / "out.png", frame("colour"), Recipe(state.layers), target, paths)

    for path, tile in zip(paths, tiles, strict=True):
        with Image.open(path) as image:
            np.testing.assert_array_equal(np.asarray(image), colored(tile))


def test_without_layers_the_channels_themselves_are_drawn():
    written = drawn_maps(
        frame("colour"), Recipe((), display=Display(palette="gray", scope="locked", locked=(0.0, 1.0)))
    )

    assert [name for name, _ in written] == ["R", "G", "B"]
    np.testing.assert_allclose(written[1][1][..., 0] / 255, frame("colour").image[1], atol=0.01)


class UnequalReader:
    """A video whose pictures have times of their own."""

    TIMES_S = (7.0, 7.04, 8.0, 8.5, 11.0, 15.5, 16.0)  # a video may begin at any time

    def __init__(self, last_s: float = 0.0) -> None:
        self._last_s = last_s  # how long the last picture is shown; 0 if unknown
        self.info = SourceInfo("lecture.mp4", len(self.TIMES_S), rate_hz=25.0, is_seekable=True)
        self._next = 0

    def read(self) -> Frame | None:
        if self._next == len(self.TIMES_S):
            return None
        index, self._next = self._next, self._next + 1
        image = np.full((1, 32, 48), index / 8, np.float32)
        duration_s = self._last_s if index + 1 == len(self.TIMES_S) else 0.0
        return Frame(image, ("Y",), index, self.TIMES_S[index], "lecture.mp4", duration_s=duration_s)

    def index_at(self, time_s: float) -> int:
        return bisect_right(self.TIMES_S, time_s) - 1

    def survey(self, _seconds: float = 0.0) -> bool:
        return True

    def seek(self, index: int) -> None:
        self._next = index

    def close(self) -> None:
        pass


class ForgettingReader(UnequalReader):
    """A video that notes whether a picture, or what was computed of it, is still there while the next one is read."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = 0
        self._last: weakref.ref[np.ndarray] | None = None

    def read(self) -> Frame | None:
        self.kept += self._last is not None and self._last() is not None
        frame = super().read()
        self._last = None if frame is None else weakref.ref(frame.image)
        return frame


def apply_to(reader: UnequalReader, path: Path, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    monkeypatch.setattr(batch, "open_reader", lambda _: reader)
    outcome = Outcome()
    recipe = Recipe(())
    apply_all([Source("video", "lecture.mp4")], Target(path, is_folder=False), recipe, outcome, lambda *_: None)
    return outcome


@pytest.mark.parametrize("suffix", video.SUFFIXES)
def test_pictures_of_a_video_keep_their_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str):
    outcome = apply_to(UnequalReader(), tmp_path / f"out{suffix}", monkeypatch)

    with av.open(str(outcome.written[0])) as container:
        times = [written.time for written in container.decode(video=0)]
        duration_s = (container.duration or 0) / av.time_base
    assert outcome.failures == []
    assert times == pytest.approx([time_s - 7.0 for time_s in UnequalReader.TIMES_S], abs=0.021)
    assert duration_s == pytest.approx(9.0, abs=0.1)


@pytest.mark.parametrize("suffix", video.SUFFIXES)
@pytest.mark.parametrize("last_s", [0.02, 3.0])
def test_the_last_picture_stays_as_long_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, last_s: float
):
    outcome = apply_to(UnequalReader(last_s), tmp_path / f"out{suffix}", monkeypatch)

    assert length_s(outcome.written[0]) == pytest.approx(9.0 + last_s, abs=0.05)


@pytest.mark.parametrize("suffix", video.SUFFIXES)
@pytest.mark.parametrize("name", ["slides.mp4", "slides.mkv", "slides.webm", "slides.wmv"])
def test_slides_last_as_long_as_before(tmp_path: Path, name: str, suffix: str):
    slides = Path(__file__).parents[1] / "cases" / "video" / name
    target = Target(tmp_path / f"out{suffix}", is_folder=False)

    apply_all([Source("video", str(slides))], target, Recipe(()), Outcome(), lambda *_: None)

    assert length_s(tmp_path / f"out{suffix}") == pytest.approx(9.12, abs=0.01)


@pytest.mark.parametrize("suffix", video.SUFFIXES)
@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_the_last_picture_of_an_animation_stays_in_the_video(tmp_path: Path, kind: str, suffix: str):
    path = tmp_path / f"film.{kind}"
    pictures = [Image.new("RGB", (32, 32), (40 * number, 0, 0)) for number in range(4)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=[100, 500, 40, 2000])
    target = Target(tmp_path / f"out{suffix}", is_folder=False)

    apply_all([Source("image", str(path))], target, Recipe(()), Outcome(), lambda *_: None)

    assert length_s(tmp_path / f"out{suffix}") == pytest.approx(2.64, abs=0.02)


def length_s(path: Path) -> float:
    with av.open(str(path)) as container:
        return (container.duration or 0) / av.time_base


# Names of the results


def named_filters(*names: str) -> Recipe:
    weights = np.ones((1, 3, 3))
    return Recipe((conv_layer(tuple(Filter(name, weights * (i + 1)) for i, name in enumerate(names))),))


ONE = named_filters("x")


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def run_batch(folder: Path, sources: Sequence[Path], recipe: Recipe, suffix: str | None = None) -> Outcome:
    folder.mkdir(exist_ok=True)
    target, outcome = Target(folder, is_folder=True, suffix=suffix), Outcome()
    apply_all([parse(str(source)) for source in sources], target, recipe, outcome, lambda *_: None)
    assert sorted(path.name for path in outcome.written) == files_in(folder)  # counted as they are on the disk
    return outcome


@pytest.mark.parametrize("suffix", [".mp4", ".png", ".npy"])
def test_a_picture_is_let_go_before_the_next_one_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str):
    reader = ForgettingReader()

    apply_to(reader, tmp_path / f"out{suffix}", monkeypatch)

    assert reader.kept == 0


@pytest.mark.parametrize("is_reversed", [False, True])
def test_numbered_frames_do_not_meet_the_result_of_a_picture(tmp_path: Path, is_reversed: bool):
    frames = [Image.new("L", (8, 8), 40 * i) for i in range(3)]
    frames[0].save(tmp_path / "clip.gif", save_all=True, append_images=frames[1:], duration=100)
    Image.new("L", (8, 8), 200).save(tmp_path / "clip_000000.png")
    sources = [tmp_path / "clip.gif", tmp_path / "clip_000000.png"]

    outcome = run_batch(tmp_path / "out", sources[::-1] if is_reversed else sources, ONE, ".png")

    assert len(outcome.written) == 4
    assert outcome.failures == []


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("x", "x", "x-1"), ["out_x-1.png", "out_x-2.png", "out_x-3.png"]),
        (("x-1", "x", "X"), ["out_X-3.png", "out_x-1.png", "out_x-2.png"]),
        (("a/b", "a b", "a\nb"), ["out_a-b-1.png", "out_a-b-2.png", "out_a-b-3.png"]),
        (("é", "e\u0301"), ["out_é-1.png", "out_é-2.png"]),
    ],
)
def test_filters_of_any_names_have_files_of_their_own(tmp_path: Path, names: Sequence[str], expected: Sequence[str]):
    Image.new("L", (8, 8), 200).save(tmp_path / "photo.png")
    written: list[Path] = []

    target = Target(tmp_path / "out.png", is_folder=False)
    save_maps(tmp_path / "out.png", frame("grey"), named_filters(*names), target, written)

    folded = [unicodedata.normalize("NFC", path.name).casefold() for path in written]
    assert len(set(folded)) == len(names)
    assert sorted(unicodedata.normalize("NFC", path.name) for path in written) == expected or len(names) == 2
    assert all(path.exists() for path in written)


def test_results_of_several_inputs_do_not_meet(tmp_path: Path):
    """A filter's name can make the result of one input look like that of another."""
    for name in ("a.png", "a_x.png", "A.bmp"):
        Image.new("L", (8, 8), 100).save(tmp_path / name)

    sources = [tmp_path / name for name in ("a.png", "a_x.png", "A.bmp")]
    outcome = run_batch(tmp_path / "out", sources, named_filters("x", "y", "x_x"))

    assert len(outcome.written) == 9


def test_long_names_are_shortened(tmp_path: Path):
    Image.new("L", (8, 8), 100).save(tmp_path / ("ä" * 120 + ".png"))

    outcome = run_batch(tmp_path / "out", [tmp_path / ("ä" * 120 + ".png")], named_filters("日" * 200, "日" * 199))

    assert outcome.failures == []
    assert len(outcome.written) == 2


def test_a_failure_midway_counts_what_was_written_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    Image.new("L", (8, 8), 100).save(tmp_path / "a.png")
    save = images.save_png

    def fail_at_y(path: Path, rgb: np.ndarray) -> None:
        if "y" in path.name:
            raise ExportError(f"{path.name} could not be written: the disk is full.")
        save(path, rgb)

    monkeypatch.setattr(images, "save_png", fail_at_y)
    outcome = run_batch(tmp_path / "out", [tmp_path / "a.png"], named_filters("x", "y", "z"))

    assert [path.name for path in outcome.written] == ["a_x.png"]
    assert "the disk is full" in outcome.failures[0][1]


def test_a_name_with_a_line_break_is_a_name(tmp_path: Path):
    Image.new("L", (8, 8), 100).save(tmp_path / "a\nb.png")

    run_batch(tmp_path / "out", [tmp_path / "a\nb.png"], ONE)

    assert files_in(tmp_path / "out") == ["a\nb.png"]
