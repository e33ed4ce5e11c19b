"""What a camera was set to comes back with it after a restart, by its name."""

import pytest

from convexplorer.gui.commands import sourcing
from convexplorer.gui.session.camera_memory import MAX_CAMERAS, as_remembered, note_used, remember, used_last
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.window import app
from convexplorer.live.status import PlayerStatus
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.sources import Source
from convexplorer.sources.cameras import Camera
from tests.sources.fake_camera import FakeCamera

IDLE = PlayerStatus()


@pytest.fixture
def camera(tmp_path, monkeypatch) -> FakeCamera:
    folder = tmp_path / "system"
    folder.mkdir()
    return FakeCamera(folder, monkeypatch)


def choose(old_options: dict, new_options: dict, address: str = "0") -> None:
    old = default_project(Source("camera", address, old_options))
    remember(Settings(), edits.set_source(old, Source("camera", address, new_options)), old, IDLE)


def test_a_camera_opens_as_it_was_set_last(camera):
    choose({}, {"size": "640x480", "mirror": True})

    assert as_remembered(Settings(), Source("camera", "0")).options == {"size": "640x480", "mirror": True}


def test_an_address_has_the_last_word(camera):
    choose({}, {"size": "640x480", "mirror": True})

    found = as_remembered(Settings(), Source("camera", "0", {"mirror": False}))

    assert found.options == {"size": "640x480", "mirror": False}


def test_it_is_remembered_by_its_name_whatever_its_number(camera):
    choose({}, {"mirror": True})
    camera.pull()
    camera.plug(4)

    assert as_remembered(Settings(), Source("camera", "4")).options == {"mirror": True}
    assert as_remembered(Settings(), Source("camera", "C270")).options == {"mirror": True}


def test_another_camera_has_its_own_settings(camera):
    choose({}, {"mirror": True})

    assert as_remembered(Settings(), Source("camera", "1")).options == {}


def test_the_own_size_is_remembered_too(camera):
    choose({}, {"size": "640x480"})
    choose({"size": "640x480"}, {})

    assert as_remembered(Settings(), Source("camera", "0")).options == {}


def test_a_project_that_is_opened_teaches_nothing(camera):
    old = default_project(Source("camera", "0"))
    other = default_project(Source("camera", "0", {"mirror": True}))

    remember(Settings(), other, old, IDLE)

    assert as_remembered(Settings(), Source("camera", "0")).options == {}


def test_what_is_remembered_and_impossible_is_forgotten(camera):
    Settings().write("cameras", {camera.name: {"size": 7, "rate": "fast", "mirror": True}})

    assert as_remembered(Settings(), Source("camera", "0")).options == {"mirror": True}


@pytest.mark.parametrize("damage", [[], {"HD Webcam C270": 3}, "x"])
def test_a_damaged_memory_is_no_memory(camera, damage):
    Settings().write("cameras", damage)

    assert as_remembered(Settings(), Source("camera", "0")).options == {}


def test_only_the_newest_cameras_are_kept(camera):
    for i in range(MAX_CAMERAS + 3):
        choose({}, {"mirror": True}, address=f"{i + 10}")

    assert len(Settings().read("cameras", {})) == MAX_CAMERAS


def test_the_camera_that_was_opened_last_is_preferred(camera):
    there_are = [Camera(0, "Lid"), Camera(2, camera.name)]
    assert used_last(Settings(), there_are).name == "Lid"

    note_used(Settings(), Source("camera", "0"))
    note_used(Settings(), Source("sample", "cat"))

    assert used_last(Settings(), there_are).index == 2, "by its name, whatever its number"
    assert used_last(Settings(), there_are[:1]).name == "Lid"


def test_other_sources_have_no_such_memory():
    source = Source("sample", "cat")

    assert as_remembered(Settings(), source) is source


@pytest.mark.own_window
def test_what_is_chosen_in_the_window_survives_a_restart(window, camera, qtbot):
    sourcing.open_text(window, "camera:0")
    qtbot.waitUntil(lambda: window.bridge.player.status.state == "playing")
    qtbot.waitUntil(window.transport_panel._mirror.isEnabled)  # once the window has heard of it
    window.transport_panel._mirror.click()
    window.transport_panel._size.activated.emit(window.transport_panel._size.findData("1280x720"))
    window.close()

    second = app.open_window(Source("camera", "0"), is_talkative=False)

    assert second.store.state.source.options == {"mirror": True, "size": "1280x720"}
    qtbot.waitUntil(lambda: second.bridge.picture is not None)
    assert second.bridge.picture.frame.spatial == (72, 128)
    second.close()
    second.deleteLater()


@pytest.mark.own_window
def test_a_front_camera_shows_its_button_as_pressed(window, camera, qtbot):
    camera.pull()
    camera.name = "Integrated Camera"
    camera.plug(0)
    sourcing.open_text(window, "camera:0")

    mirror = window.actions_by_name["mirror"]
    qtbot.waitUntil(mirror.isChecked)
    qtbot.waitUntil(lambda: "64 × 48 · mirrored" in window.transport_panel._place.text())

    mirror.trigger()
    assert window.store.state.source.options == {"mirror": False}
    qtbot.waitUntil(lambda: "mirrored" not in window.transport_panel._place.text())
    assert not mirror.isChecked()
    assert camera.opened == 1
