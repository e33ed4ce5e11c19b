"""What a camera is asked for, what it gives, and what it is mirrored by."""

import numpy as np
import pytest

from convexplorer._cv import cv2
from convexplorer.sources import Source, SourceError, cameras, open_reader, parse, to_text
from convexplorer.sources.camera_facts import faces_user
from convexplorer.sources.camera_options import CAMERA_CONTROLS, completed, is_taken_live
from convexplorer.sources.frame import AwayError
from tests.sources.fake_camera import (
    AUTO_EXPOSURE,
    AUTOFOCUS,
    EXPOSURE,
    FOCUS,
    GAIN,
    USUAL,
    WARMTH,
    FakeCamera,
)


@pytest.fixture
def camera(tmp_path, monkeypatch) -> FakeCamera:
    return FakeCamera(tmp_path, monkeypatch)


def is_bright_left(frame) -> bool:
    middle = frame.image.shape[2] // 2
    return frame.image[:, :, :middle].mean() > frame.image[:, :, middle:].mean()


def read_once(source: Source):
    reader = open_reader(source)
    frame = reader.read()
    reader.close()
    return reader.info, frame


# Sides


@pytest.mark.parametrize(
    ("name", "is_front"),
    [
        ("Integrated Camera: Integrated C", True),
        ("FaceTime HD Camera", True),
        ("Surface Camera Front", True),
        ("Surface Camera Rear", False),
        ("Laptop rear camera", False),
        ("HD Webcam C270", False),
        ("Document camera", False),
        ("", False),
    ],
)
def test_a_word_in_its_name_tells_a_front_camera(name, is_front):
    assert faces_user(name) is is_front


@pytest.mark.parametrize(
    ("panel", "removable", "is_front"),
    [("front", "unknown", True), ("back", "fixed", False), ("unknown", "fixed", True), ("unknown", "removable", False)],
)
def test_the_housing_tells_a_front_camera_whatever_its_name(tmp_path, panel, removable, is_front):
    port = tmp_path / "usb1"
    (port / "physical_location").mkdir(parents=True)
    (port / "physical_location" / "panel").write_text(f"{panel}\n")
    (port / "removable").write_text(f"{removable}\n")
    (port / "1-6:1.0").mkdir()
    (tmp_path / "device").symlink_to(port / "1-6:1.0")

    assert faces_user("USB2.0 UVC", tmp_path / "device") is is_front


def test_a_front_camera_is_mirrored_unless_it_is_told_not_to_be(tmp_path, monkeypatch):
    FakeCamera(tmp_path, monkeypatch, name="Integrated Camera")

    info, frame = read_once(Source("camera", "0"))
    assert info.is_mirrored
    assert not is_bright_left(frame)

    info, frame = read_once(Source("camera", "0", {"mirror": False}))
    assert not info.is_mirrored
    assert is_bright_left(frame)


def test_another_camera_is_mirrored_only_if_it_is_told_to_be(camera):
    info, frame = read_once(Source("camera", "0"))
    assert (info.is_mirrored, is_bright_left(frame)) == (False, True)

    info, frame = read_once(Source("camera", "0", {"mirror": True}))
    assert (info.is_mirrored, is_bright_left(frame)) == (True, False)


# Size and rate


def test_the_camera_says_what_it_gives_instead(camera):
    _, frame = read_once(Source("camera", "0", {"size": "1920x1080", "rate": 60}))

    assert frame.image.shape[1:] == (72, 128)
    assert frame.note == "The camera gives 128 × 72 instead of 1920 × 1080 and 30 pictures a second instead of 60."


def test_what_it_gives_as_asked_needs_no_words(camera):
    _, frame = read_once(Source("camera", "0", {"size": "128x72", "rate": 15}))

    assert frame.note == ""


# By hand


def test_only_what_the_device_answers_to_is_told(tmp_path, monkeypatch):
    FakeCamera(tmp_path, monkeypatch, numbers={EXPOSURE: 0.125, AUTO_EXPOSURE: 0.75, GAIN: 0.1})

    info, _ = read_once(Source("camera", "0"))

    assert {one.name: (one.value, one.has_automatic) for one in info.adjustments} == {
        "exposure": (50.0, True),
        "gain": (10.0, False),
    }
    assert all(one.is_automatic for one in info.adjustments)


def test_what_is_set_by_hand_is_no_longer_automatic(camera):
    info, _ = read_once(Source("camera", "0", {"exposure": 100, "focus": 30}))

    assert camera.numbers[AUTO_EXPOSURE] == 0.25
    assert camera.numbers[EXPOSURE] == 1.0
    assert (camera.numbers[AUTOFOCUS], camera.numbers[FOCUS]) == (0.0, pytest.approx(0.3))
    by_hand = {one.name for one in info.adjustments if not one.is_automatic}
    assert by_hand == {"exposure", "focus"}


def test_an_open_camera_is_set_and_reset_without_being_opened_again(camera):
    reader = open_reader(Source("camera", "0"))

    reader.take(Source("camera", "0", {"exposure": 20, "gain": 80, "white_balance": 6500, "mirror": True}))
    assert camera.numbers[EXPOSURE] == pytest.approx(0.2**3)
    assert camera.numbers[GAIN] == pytest.approx(0.8)
    assert camera.numbers[WARMTH] == 6500
    assert reader.info.is_mirrored
    assert not is_bright_left(reader.read())

    reader.take(Source("camera", "0"))
    assert camera.numbers[AUTO_EXPOSURE] == USUAL[AUTO_EXPOSURE]
    assert camera.numbers[GAIN] == USUAL[GAIN]
    assert is_bright_left(reader.read())
    assert camera.opened == 1
    reader.close()


@pytest.mark.parametrize("name", CAMERA_CONTROLS)
@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_every_control_reads_back_what_was_set(camera, name, share):
    control = CAMERA_CONTROLS[name]
    camera.numbers[cv2.CAP_PROP_BRIGHTNESS] = 0.5  # which this one lacks usually
    value = round(control.minimum + share * (control.maximum - control.minimum))

    info, _ = read_once(Source("camera", "0", {name: value}))

    (found,) = [one for one in info.adjustments if one.name == name]
    assert found.value == value


def test_controls_are_part_of_the_address():
    source = parse("camera:0?exposure=40&white_balance=5000&mirror=false")

    assert source.options == {"exposure": 40, "white_balance": 5000, "mirror": False}
    assert parse(to_text(source)) == source


@pytest.mark.parametrize(("name", "value"), [("exposure", 101), ("focus", -1), ("gain", "much"), ("white_balance", 0)])
def test_an_impossible_control_is_refused_with_its_limits(name, value):
    with pytest.raises(SourceError, match=rf"Of a camera, {name} must"):
        parse(f"camera:0?{name}={value}")


def test_only_size_and_rate_need_the_camera_to_be_opened_again():
    old = Source("camera", "0", {"size": "640x480"})

    assert is_taken_live(Source("camera", "0", {"size": "640x480", "mirror": True, "focus": 3}), old)
    assert not is_taken_live(Source("camera", "0", {"size": "320x240"}), old)
    assert not is_taken_live(Source("camera", "0", {"size": "640x480", "rate": 5}), old)
    assert not is_taken_live(Source("camera", "1", {"size": "640x480"}), old)
    assert not is_taken_live(old, old), "to open the same source again is what a person asks for"


def test_remembered_options_stand_below_those_of_the_address():
    remembered = {"size": "640x480", "mirror": True, "exposure": 30, "zoom": 2, "rate": "fast"}

    found = completed(Source("camera", "0", {"size": "320x240"}), remembered)

    assert found.options == {"size": "320x240", "mirror": True, "exposure": 30}


# Unplugged, and held by another program


def test_a_camera_that_was_pulled_out_says_so(camera):
    reader = open_reader(Source("camera", "0"))
    reader.read()
    camera.pull()

    with pytest.raises(SourceError, match=r"^HD Webcam C270 was unplugged\. Plug it in again, and it goes on\.$"):
        reader.read()
    reader.close()

    with pytest.raises(SourceError, match=r"^HD Webcam C270 is not plugged in\."):
        open_reader(Source("camera", "0"))


def test_a_camera_that_comes_back_under_another_number_is_found(camera):
    open_reader(Source("camera", "0")).close()
    camera.pull()
    camera.plug(2)

    info, frame = read_once(Source("camera", "0", {"mirror": True}))

    assert info.title == "HD Webcam C270"
    assert not is_bright_left(frame)


def test_a_number_that_was_never_open_is_not_guessed(camera):
    with pytest.raises(SourceError, match=r"There is no camera 5"):
        open_reader(Source("camera", "5"))


def test_the_program_that_holds_a_camera_is_named(camera):
    camera.hold("zoom")

    with pytest.raises(SourceError, match=r"^HD Webcam C270 is used by zoom\. Close it there: a camera serves one"):
        open_reader(Source("camera", "0"))


@pytest.mark.parametrize(
    ("system", "words"),
    [("linux", "Close that one"), ("darwin", "System Settings, Privacy"), ("win32", "Settings, Privacy")],
)
def test_a_camera_that_gives_nothing_says_where_to_look(camera, monkeypatch, system, words):
    camera.is_busy = True
    monkeypatch.setattr(cameras, "list_cameras", lambda: [cameras.Camera(0, "Lid")])
    monkeypatch.setattr(cameras, "_SYSTEM", system)

    with pytest.raises(SourceError, match=words):
        open_reader(Source("camera", "0"))


def test_bytes_of_a_mirrored_picture_are_those_of_the_device(camera):
    _, plain = read_once(Source("camera", "0"))
    _, mirrored = read_once(Source("camera", "0", {"mirror": True}))

    np.testing.assert_array_equal(mirrored.image, plain.image[:, :, ::-1])


def test_a_system_that_lists_no_cameras_does_not_claim_that_one_was_unplugged(camera, monkeypatch):
    reader = open_reader(Source("camera", "0"))
    reader.read()
    monkeypatch.setattr(cameras, "_SYSTEM", "win32")
    monkeypatch.setattr(cameras, "_enumerated", lambda: None)
    camera.is_plugged = False

    with pytest.raises(SourceError, match=r"sends no more pictures\. Is it still plugged in\?"):
        reader.read()
    reader.close()


def test_a_system_that_lists_them_tells_that_one_is_away(camera, monkeypatch):
    reader = open_reader(Source("camera", "0"))
    reader.read()
    monkeypatch.setattr(cameras, "_SYSTEM", "win32")
    monkeypatch.setattr(cameras, "_enumerated", lambda: [cameras.Camera(1, "Another")])
    camera.is_plugged = False

    with pytest.raises(AwayError, match="was unplugged"):
        reader.read()
    reader.close()


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_a_camera_is_opened_by_the_library_that_counts_it(camera, monkeypatch, system):
    monkeypatch.setattr(cameras, "_SYSTEM", system)
    monkeypatch.setattr(cameras, "_enumerated", lambda: [cameras.Camera(0, "Lid")])

    read_once(Source("camera", "0"))

    assert camera.backends == [cameras._BACKENDS.get(system, cv2.CAP_ANY)]
