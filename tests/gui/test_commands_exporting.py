"""What leaves the window can be read back, and equals what was shown."""

import shutil
import threading
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from convexplorer.export.kernels import load_bank
from convexplorer.gui.commands import exporting
from convexplorer.gui.session.recording import RATE_HZ, Recording
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.window.actions import ACTIONS
from convexplorer.gui.window.recording_note import RecordingNote
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.layer import make_layer
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.results.tiles import colored
from tests.gui.conftest import message_of, newest_picture


@pytest.fixture
def save_to(monkeypatch):
    """Return a function that lets the next dialog be answered with a path."""

    def set_answer(path: Path | str, chosen: str = "") -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_, **__: (str(path), chosen)))

    return set_answer


def export(window, name: str) -> None:
    window.actions_by_name[name].trigger()


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_the_selected_map_is_saved_as_it_is_shown(window, qtbot, tmp_path, save_to):
    window.select_filter(1)
    tile = newest_picture(window, qtbot).tiles[1]
    save_to(tmp_path / "map.png")

    export(window, "export-map")

    assert np.array_equal(pixels(tmp_path / "map.png"), colored(tile))
    assert pixels(tmp_path / "map.png").shape[:2] == tile.values.shape
    assert str(tmp_path / "map.png") in message_of(window)


def test_what_is_exported_is_what_was_seen_before_the_dialog(window, qtbot, tmp_path, save_to, monkeypatch):
    """A camera goes on while a name is typed."""
    seen = newest_picture(window, qtbot).tiles[0].values
    save_to(tmp_path / "maps.npy")
    answer = QFileDialog.getSaveFileName

    def ask(*words, **named):
        window.store.commit(edits.set_layer(window.store.state, 0, strides=(2, 2)))
        newest_picture(window, qtbot)
        return answer(*words, **named)

    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(ask))

    export(window, "export-values")

    assert np.array_equal(np.load(tmp_path / "maps.npy")[0], seen)


def test_a_picture_of_the_map_has_all_its_pixels_when_the_screen_shows_fewer(window, qtbot, tmp_path, save_to):
    window.selection.select(reduction=1)
    whole = newest_picture(window, qtbot).tiles[0]
    save_to(tmp_path / "map.png")
    window.viewport.zoom_at(0.5, (0.0, 0.0))

    export(window, "export-map")

    assert pixels(tmp_path / "map.png").shape[:2] == whole.values.shape


def test_what_is_copied_while_pixels_alone_are_on_screen_are_their_numbers(window, qtbot):
    picture = window.bridge.picture
    job = Job(picture.frame, default_project(picture.project.source, ("laplacian-8",)), picture.view, number=10**6)
    with qtbot.waitSignal(window.bridge.glance_ready):
        window.bridge._pictures.put(Glancer().glance(job))

    window.run(exporting.copy_map_values)

    copied = np.loadtxt(QGuiApplication.clipboard().text().splitlines())
    np.testing.assert_allclose(copied, render(job).picture.tiles[0].values, rtol=1e-5)


def test_all_maps_are_saved_as_one_picture(window, tmp_path, save_to):
    save_to(tmp_path / "maps.png")

    export(window, "export-grid")

    height, width, _ = pixels(tmp_path / "maps.png").shape
    tile = window.bridge.picture.tiles[0].values.shape
    assert height * width >= 3 * tile[0] * tile[1]


@pytest.mark.parametrize("mode", ["bank", "channels"])
@pytest.mark.parametrize("suffix", [".npy", ".npz", ".tiff"])
def test_exported_values_equal_those_of_the_picture(window, qtbot, tmp_path, save_to, suffix, mode):
    window.selection.select(mode=mode)
    tiles = newest_picture(window, qtbot).tiles
    path = tmp_path / f"maps{suffix}"
    save_to(path)

    export(window, "export-values")

    if suffix == ".npy":
        found = np.load(path)
    elif suffix == ".npz":
        with np.load(path) as archive:
            found = archive["maps"]
            assert archive["names"].tolist() == [tile.title for tile in tiles]
    else:
        with Image.open(path) as image:
            found = np.stack([np.asarray(image) for page in range(image.n_frames) if image.seek(page) is None])
    assert found.dtype == np.float32
    assert np.array_equal(found, np.stack([tile.values for tile in tiles]))


@pytest.mark.parametrize("kind", ["global_average_pool", "flatten"])
def test_values_without_places_are_exported_in_a_row_with_their_names(window, qtbot, tmp_path, save_to, kind):
    project = default_project(window.store.state.source, ("sobel-x", "laplacian"))
    project = edits.add_layer(project, make_layer(kind))
    window.store.commit(project)
    window.selection.select(layer=project.ids[-1])
    picture = newest_picture(window, qtbot)
    save_to(tmp_path / "values.npz")

    export(window, "export-values")

    with np.load(tmp_path / "values.npz") as archive:
        values, names = archive["maps"], archive["names"].tolist()
    np.testing.assert_array_equal(values, picture.evaluation[1])
    assert values.ndim == 1
    assert len(set(names)) == len(values)
    assert all("sobel-x" in name or "laplacian" in name for name in names)


def test_a_single_value_is_no_picture_and_the_command_says_what_writes_it(window, qtbot):
    command = ACTIONS["export-map"]
    assert not command.why_not(window)
    project = edits.add_layer(window.store.state, make_layer("global_average_pool"))
    window.store.commit(project)
    window.selection.select(layer=project.ids[-1])
    newest_picture(window, qtbot)

    assert "Export values" in command.why_not(window)


def test_values_without_places_are_no_pages_of_a_tiff(window, qtbot, tmp_path, save_to):
    project = edits.add_layer(window.store.state, make_layer("global_average_pool"))
    window.store.commit(project)
    window.selection.select(layer=project.ids[-1])
    newest_picture(window, qtbot)
    save_to(tmp_path / "values.tiff")

    export(window, "export-values")

    assert "write .npy or .npz" in message_of(window)
    assert not list(tmp_path.glob("values*"))


@pytest.mark.parametrize(
    ("chosen", "suffix"),
    [("NumPy array (*.npy)", ".npy"), ("NumPy archive (*.npz)", ".npz"), ("Float TIFF (*.tiff)", ".tiff")],
)
def test_a_name_without_an_ending_gets_that_of_the_chosen_kind(window, tmp_path, save_to, chosen, suffix):
    save_to(tmp_path / "maps", chosen)

    export(window, "export-values")

    assert [path.name for path in tmp_path.glob("maps*")] == [f"maps{suffix}"]


@pytest.mark.parametrize("suffix", [".json", ".csv", ".npy"])
def test_exported_kernels_equal_those_of_the_project(window, tmp_path, save_to, suffix):
    window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 0, 0, 1 / 3))
    save_to(tmp_path / f"kernels{suffix}")

    export(window, "export-bank")

    filters = window.store.state.layers[0].filters
    found = load_bank(tmp_path / f"kernels{suffix}")
    assert len(found) == len(filters)
    for one, other in zip(found, filters, strict=True):
        assert np.array_equal(one.planes, other.planes)
        assert suffix == ".npy" or one.name == other.name


@pytest.mark.parametrize("name", ["export-map", "export-grid", "export-values", "export-bank", "record"])
def test_a_dialog_that_is_left_without_an_answer_writes_nothing(window, tmp_path, save_to, name):
    window.settings.remember_folder(tmp_path)
    before = sorted(tmp_path.iterdir())
    save_to("")

    export(window, name)

    assert sorted(tmp_path.iterdir()) == before
    assert message_of(window) == ""


@pytest.mark.parametrize(
    ("name", "file"),
    [("export-map", "map.xyz"), ("export-values", "maps.doc"), ("export-bank", "kernels.xls"), ("export-grid", "a.b")],
)
def test_an_ending_that_is_not_known_is_refused_with_a_sentence(window, tmp_path, save_to, name, file):
    save_to(tmp_path / file)

    export(window, name)

    assert message_of(window).startswith(f"The name '{file}' must end with ")
    assert message_of(window).count(file) == 1
    assert not (tmp_path / file).exists()


def test_a_folder_that_is_gone_is_said(window, tmp_path, save_to):
    save_to(tmp_path / "gone" / "map.png")

    export(window, "export-map")

    assert message_of(window) == "map.png could not be written: no such file or directory."


def test_a_snapshot_shows_the_input_beside_the_maps(window, qtbot, tmp_path):
    folder = tmp_path / "snapshots"
    folder.mkdir()
    window.settings.remember_folder(folder)
    picture = newest_picture(window, qtbot)

    export(window, "snapshot")
    export(window, "snapshot")

    paths = list(folder.iterdir())
    assert len(paths) == 2
    assert np.array_equal(pixels(paths[0]), exporting.side_by_side(picture, is_dark=False))
    assert pixels(paths[0]).shape[1] > 2 * picture.input.shape[2]


def test_snapshots_of_the_same_moment_are_two_files(window, qtbot, tmp_path, monkeypatch):
    class Noon:
        @staticmethod
        def now() -> datetime:
            return datetime(2030, 1, 1, 12)

    monkeypatch.setattr(exporting, "datetime", Noon)
    window.settings.remember_folder(tmp_path / "any.png")
    newest_picture(window, qtbot)

    export(window, "snapshot")
    export(window, "snapshot")

    assert len(list(tmp_path.glob("convexplorer-20300101-120000-*.png"))) == 2


@pytest.mark.parametrize(("title", "stem"), [("a/b: c", "a-b--c"), ("…", "map"), ("n" * 300, "n" * 60), ("", "map")])
def test_a_title_becomes_a_name_that_every_disk_takes(title, stem):
    assert exporting.file_stem(title) == stem


# Recordings


def test_what_is_recorded_is_a_video_of_the_input_beside_the_maps(window, qtbot, tmp_path):
    now_s = [0.0]
    path = tmp_path / "film.mkv"
    picture = newest_picture(window, qtbot)
    recording = Recording(path, lambda: now_s[0])
    window.start_recording(recording)
    assert window.actions_by_name["record"].isChecked()
    qtbot.waitUntil(lambda: not recording._worker._values)

    now_s[0] = 2.0
    window.actions_by_name["record"].trigger()

    assert not window.actions_by_name["record"].isChecked()
    qtbot.waitUntil(lambda: "Recorded 2.0 s" in message_of(window))
    with av.open(str(path)) as container:
        assert (container.duration or 0) / av.time_base == pytest.approx(2.0, abs=1 / RATE_HZ)
        image = next(container.decode(video=0)).to_ndarray(format="rgb24")
    expected = exporting.side_by_side(picture, is_dark=False)
    shown = image[: expected.shape[0], : expected.shape[1]]
    assert np.abs(shown.astype(int) - expected).mean() < 1


def test_no_question_about_a_recording_returns_after_its_end(window, qtbot, tmp_path):
    newest_picture(window, qtbot)
    window.start_recording(Recording(tmp_path / "film.mp4"))

    window.stop_recording()
    qtbot.waitUntil(lambda: not window.is_finishing, timeout=60_000)
    bar = window.findChild(MessageBar)
    told = bar.text
    bar.clear()

    assert "film.mp4" in told
    assert bar.text == ""


def test_a_recording_follows_the_edits(window, qtbot, tmp_path):
    now_s = [0.0]
    recording = Recording(tmp_path / "film.mkv", lambda: now_s[0])
    newest_picture(window, qtbot)
    window.start_recording(recording)
    qtbot.waitUntil(lambda: not recording._worker._values)

    now_s[0] = 1.0
    window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))
    newest_picture(window, qtbot)
    now_s[0] = 2.0
    window.stop_recording()
    qtbot.waitUntil(lambda: not window.is_finishing)

    with av.open(str(tmp_path / "film.mkv")) as container:
        frames = {frame.time: frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)}
    assert list(frames)[:2] == [0.0, 1.0]
    assert not np.array_equal(frames[0.0], frames[1.0])


@pytest.mark.own_window
def test_closing_the_window_ends_the_recording_and_keeps_it(window, qtbot, tmp_path, save_to):
    newest_picture(window, qtbot)
    save_to(tmp_path / "film.mkv")
    export(window, "record")
    assert window.recording is not None

    window.close()

    assert window.recording is None
    with av.open(str(tmp_path / "film.mkv")) as container:
        assert sum(1 for _ in container.decode(video=0)) >= 1


def test_a_recording_that_cannot_go_on_is_ended_and_said(window, qtbot, tmp_path, monkeypatch):
    newest_picture(window, qtbot)
    recording = Recording(tmp_path / "film.mkv")

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(recording._recorder, "write", fail)
    window.start_recording(recording)
    window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))
    newest_picture(window, qtbot)
    window.stop_recording()

    assert window.recording is None
    qtbot.waitUntil(lambda: "no space left on device" in message_of(window))
    assert not window.actions_by_name["record"].isChecked()


def test_stopping_does_not_wait_for_a_slow_encoder(window, qtbot, tmp_path):
    newest_picture(window, qtbot)
    recording = Recording(tmp_path / "film.mkv")
    begun, go_on, write = threading.Event(), threading.Event(), recording._recorder.write

    def wait_and_write(*arguments: object) -> None:
        begun.set()
        assert go_on.wait(20)
        write(*arguments)

    recording._recorder.write = wait_and_write
    window.start_recording(recording)
    assert begun.wait(10)

    window.stop_recording()

    assert window.recording is None
    assert message_of(window) == "Finishing film.mkv …"
    go_on.set()
    qtbot.waitUntil(lambda: message_of(window).startswith("Recorded"))


def test_the_window_shows_how_far_a_recording_is(window, qtbot, tmp_path, monkeypatch):
    now_s = [0.0]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=41_000_000_000))
    newest_picture(window, qtbot)
    recording = Recording(tmp_path / "film.mkv", lambda: now_s[0])
    note = window.findChild(RecordingNote)
    assert not note.isVisible()
    window.start_recording(recording)
    recording._worker.skipped = 3
    now_s[0] = 83.0

    note.refresh()

    assert note.isVisible()
    assert note.text() == "1:23 · 3 left out · 41 GB free"
    window.stop_recording()
    assert not note.isVisible()
    qtbot.waitUntil(lambda: not window.is_finishing)


def test_a_disk_that_fills_up_ends_the_recording_by_itself(window, qtbot, tmp_path, monkeypatch):
    now_s, free = [0.0], [41_000_000_000]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free[0]))
    newest_picture(window, qtbot)
    recording = Recording(tmp_path / "film.mkv", lambda: now_s[0])
    note = window.findChild(RecordingNote)
    window.start_recording(recording)
    qtbot.waitUntil(lambda: recording._recorder.frame_count == 1)

    now_s[0], free[0] = 2.0, 1000
    note.refresh()
    qtbot.waitUntil(lambda: recording.failure is not None)
    note.refresh()

    assert window.recording is None
    assert not window.actions_by_name["record"].isChecked()
    qtbot.waitUntil(lambda: "the disk is full" in message_of(window))
    assert "a recording leaves 64 MB of it free" in message_of(window)
    assert str(tmp_path / "film.mkv") in message_of(window)
    with av.open(str(tmp_path / "film.mkv")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 1


@pytest.mark.parametrize("path", ["film.mov", "gone/film.mp4"])
def test_a_recording_that_cannot_begin_is_said(window, tmp_path, save_to, path):
    save_to(tmp_path / path)

    window.actions_by_name["record"].trigger()

    assert "film" in message_of(window)
    assert window.recording is None
    assert not window.actions_by_name["record"].isChecked()


def test_values_of_the_comparison_are_those_of_the_map(window, qtbot, tmp_path, save_to):
    window.store.commit(edits.set_layer(window.store.state, 0, strides=(2, 2)))
    window.selection.select(mode="compare")
    after = next(t for t in newest_picture(window, qtbot).tiles if t.filter == 0)
    save_to(tmp_path / "maps.npy")

    window.actions_by_name["export-values"].trigger()

    assert any(np.array_equal(page, after.values) for page in np.load(tmp_path / "maps.npy"))
