"""The switch for races: what it says, what it changes, and that it is remembered."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from convexplorer.core.convolution import records as records_module
from convexplorer.core.convolution.records import Record
from convexplorer.gui.commands import exporting, looking
from convexplorer.gui.session.settings import cache_folder
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.matrix import format_matrix
from convexplorer.live import spare_time, whole_networks
from convexplorer.live.spare_time import SWITCH
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.results.job import Job
from convexplorer.results.render import by_fixed_plan, render
from convexplorer.results.tiles import colored
from convexplorer.sources import parse
from tests.gui.conftest import OpenWindow, make_photo, message_of, newest_picture


@pytest.fixture
def _races_are_allowed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(SWITCH)


def test_where_the_environment_fixes_the_plan_the_switch_says_so(window: MainWindow):
    action = window.actions_by_name["races"]

    assert not action.isEnabled()
    assert not action.isChecked()
    assert "CONVEXPLORER_FIXED_PLANS=1" in looking.why_not_races(window)
    assert not window.bridge.spare_time.records.is_on


@pytest.mark.own_window
@pytest.mark.usefixtures("_races_are_allowed")
def test_the_switch_fixes_the_plan_also_for_the_next_start(open_window: OpenWindow, photo):
    window = open_window(default_project())
    action = window.actions_by_name["races"]
    assert action.isChecked()

    action.trigger()

    assert not action.isChecked()
    assert not window.bridge.spare_time.records.is_on
    assert not window.bridge.networks.is_on
    assert "From the next picture on, convolutions are computed by the fixed plan" in message_of(window)
    assert not open_window(default_project()).bridge.spare_time.records.is_on
    action.trigger()
    assert window.bridge.spare_time.records.is_on
    assert window.bridge.networks.is_on


@pytest.mark.own_window
@pytest.mark.usefixtures("_races_are_allowed")
def test_a_large_network_is_computed_by_onnx_runtime_and_says_so(open_window: OpenWindow, qtbot, tmp_path, monkeypatch):
    """The third picture, as its session was made beside the second; what is exported is that of the fixed plan."""
    monkeypatch.setattr(whole_networks, "LEAST_MULTIPLY_ADDS", 1000)
    monkeypatch.setattr(whole_networks, "REST_S", 1000.0)
    monkeypatch.setattr(spare_time, "REST_S", 1000.0)
    photos = [str(make_photo(tmp_path / f"{i}.png", rows=120 + 2 * i, columns=160)) for i in range(3)]
    network = default_project(parse(photos[0]), ("sobel-x", "laplacian"))
    window = open_window(replace(network, preprocessing=Preprocessing(size=(64, 64))))
    pictures = [newest_picture(window, qtbot)]
    monkeypatch.setattr(whole_networks, "REST_S", 0.0)  # only now: the first picture may be asked for several times
    for photo in photos[1:]:
        window.store.commit(replace(window.store.state, source=parse(photo)))
        # The frame before is shown for the new project, until the new source is open.
        qtbot.waitUntil(lambda: window.bridge.picture.frame.spatial != pictures[-1].frame.spatial)
        pictures.append(newest_picture(window, qtbot))
        qtbot.waitUntil(lambda: all(one.state != "due" for one in window.bridge.networks._networks))
    first, _, last = pictures

    assert "ONNX Runtime" not in first.layers[0].how
    assert "Computed by ONNX Runtime 1" in last.layers[0].how
    assert last.is_raced
    assert by_fixed_plan(last).layers[0].how.startswith(first.layers[0].how.split(",")[0])
    assert not by_fixed_plan(last).is_raced
    np.testing.assert_allclose(by_fixed_plan(last).evaluation[0], last.evaluation[0], atol=1e-5)


def test_winners_are_kept_in_the_cache_of_the_system(window: MainWindow):
    assert cache_folder() == Path(os.environ["XDG_CACHE_HOME"]) / "convexplorer"
    assert window.bridge.spare_time._folder is not None


@pytest.mark.own_window
@pytest.mark.usefixtures("_races_are_allowed")
def test_what_leaves_the_window_depends_on_no_race(open_window: OpenWindow, qtbot, tmp_path, monkeypatch):
    """Maps on screen are computed by the winner, exported ones by the fixed plan."""
    monkeypatch.setattr(records_module, "WORTH_S", 0.0)
    for name in ("REST_S", "LONG_REST_S"):  # nothing races but what the test says
        monkeypatch.setattr(spare_time, name, 1000.0)
    photo = make_photo(tmp_path / "photo.png", rows=200, columns=300)
    window = open_window(default_project(parse(str(photo)), ("sobel-x", "laplacian", "gaussian")))
    records = window.bridge.spare_time.records
    first = newest_picture(window, qtbot)
    fixed = render(Job(first.frame, first.project, first.view)).picture
    for work, entry in tuple(records.waiting.items()):
        winner = "rows" if entry.rule == "planes" else "planes"
        records.add(work, Record.of(entry.rule, {entry.rule: 1.0, winner: 0.01}))
    window.store.commit(edits.set_layer(window.store.state, 0, is_enabled=False))
    newest_picture(window, qtbot)
    window.store.commit(edits.set_layer(window.store.state, 0, is_enabled=True))
    raced = newest_picture(window, qtbot)
    assert raced.is_raced
    assert not fixed.is_raced
    assert any(a.values.tobytes() != b.values.tobytes() for a, b in zip(raced.tiles, fixed.tiles, strict=True))

    def export(command: str, name: str) -> Path:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_, **__: (str(tmp_path / name), "")))
        window.actions_by_name[command].trigger()
        return tmp_path / name

    values = np.load(export("export-values", "maps.npy"))
    with Image.open(export("export-map", "map.png")) as image:
        drawn = np.asarray(image)

    assert values.tobytes() == np.stack([tile.values for tile in fixed.tiles]).tobytes()
    assert np.array_equal(drawn, colored(fixed.tiles[window.selection.view.filter]))
    window.actions_by_name["copy-map-values"].trigger()
    own, seen = (one.tiles[window.selection.view.filter].values.astype(np.float64) for one in (fixed, raced))
    assert format_matrix(own) != format_matrix(seen)
    assert QGuiApplication.clipboard().text() == format_matrix(own)
    drawn_of = []
    monkeypatch.setattr(
        exporting, "side_by_side", lambda one, **_: drawn_of.append(one) or np.zeros((1, 1, 3), np.uint8)
    )
    window.settings.remember_folder(tmp_path / "any.png")
    window.actions_by_name["snapshot"].trigger()
    (shown,) = drawn_of
    assert [one.values.tobytes() for one in shown.tiles] == [one.values.tobytes() for one in fixed.tiles]
