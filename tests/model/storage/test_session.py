"""Sessions in pictures: the same work comes back, and whatever a picture claims, it stays a picture."""

import base64
import io
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from convexplorer.kernels.filter import Filter
from convexplorer.model.project import Project
from convexplorer.model.ready.table import find_ready, ready_project
from convexplorer.model.storage import session as sessions
from convexplorer.model.storage.files import to_bytes, to_json
from convexplorer.model.storage.png_text import find_text, with_text
from convexplorer.model.storage.session import (
    KEYWORD,
    Selected,
    Session,
    SessionError,
    is_png,
    load_session,
    save_session,
    session_of,
)
from convexplorer.model.view import Favourite
from convexplorer.sources import parse
from convexplorer.sources.pad import Stroke
from tests.model.examples import bank, conv_layer, projects

SELECTED = Selected("conv2", 7, "channels", (3.5, 4.25), True, (Favourite("conv2", 3), Favourite("conv1", 0)))


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 3), (1, 2, 3)).save(file, "PNG")
    return file.getvalue()


def digits():
    return ready_project(find_ready("digits"))


def holding(head: object, project: bytes, source: bytes = b"") -> bytes:
    """Return a picture with a session of these parts."""
    text = head if isinstance(head, str) else json.dumps(head)
    lines = (text, *(base64.b64encode(part).decode() for part in (project, source)))
    return with_text(picture(), KEYWORD, "\n".join(lines))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(projects)
def test_any_project_comes_back(tmp_path: Path, project: Project):
    path = tmp_path / "session.png"

    save_session(path, picture(), Session(project, SELECTED))
    found = load_session(path)

    assert found is not None
    assert to_json(found.project, folder=tmp_path) == to_json(project, folder=tmp_path)
    assert found.selected == SELECTED


def test_a_network_comes_back_with_its_weights(tmp_path: Path):
    project, path = digits(), tmp_path / "digits.png"

    save_session(path, picture(), Session(project, SELECTED))
    found = load_session(path)

    assert found is not None
    for own, other in zip(found.project.layers, project.layers, strict=True):
        assert own.settings == other.settings
        for name, values in other.weights.items():
            np.testing.assert_array_equal(own.weights[name], values)


def test_the_file_is_still_the_picture(tmp_path: Path):
    path = tmp_path / "session.png"

    save_session(path, picture(), Session(digits()))

    with Image.open(path) as image:
        assert (image.size, image.getpixel((0, 0))) == ((4, 3), (1, 2, 3))


def test_the_folder_with_the_session_and_its_source_can_be_moved(tmp_path: Path):
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    (before / "photo.png").write_bytes(picture())
    project = replace(digits(), source=parse(str(before / "photo.png")))
    save_session(before / "session.png", picture(), Session(project))

    before.rename(after)
    found = load_session(after / "session.png")

    assert found is not None
    assert Path(found.project.source.address) == after / "photo.png"


def test_a_small_picture_that_is_looked_at_comes_along(tmp_path: Path):
    (tmp_path / "photo.png").write_bytes(picture())
    project = replace(digits(), source=parse(str(tmp_path / "photo.png")))

    assert session_of(project, SELECTED).picture == picture()


@pytest.mark.parametrize("address", ["pattern:zone-plate", "sample:cat"])
def test_a_source_that_is_no_file_does_not(address: str):
    assert session_of(replace(digits(), source=parse(address)), SELECTED).picture == b""


def test_a_large_picture_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sessions, "MOST_PICTURE_BYTES", 10)
    (tmp_path / "photo.png").write_bytes(picture())
    project = replace(digits(), source=parse(str(tmp_path / "photo.png")))

    assert session_of(project, SELECTED).picture == b""


def test_weights_that_are_too_large_are_refused_before_a_file_is_written(tmp_path: Path):
    planes = np.random.default_rng(0).standard_normal((1, 255, 255))
    project = replace(bank(), layers=(conv_layer(tuple(Filter(f"f{i}", planes) for i in range(130))),))

    with pytest.raises(SessionError, match=r"The project has .+ MB, a picture holds up to 32 MB"):
        save_session(tmp_path / "session.png", picture(), Session(project))

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"no picture", picture()])
def test_any_other_file_holds_none(tmp_path: Path, content: bytes):
    path = tmp_path / "file.png"
    path.write_bytes(content)

    assert load_session(path) is None
    assert is_png(path) is (content == picture())
    assert load_session(tmp_path) is None
    assert load_session(tmp_path / "missing.png") is None


HEAD = {"format": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (holding({"format": 2}, to_bytes(digits())), "of a newer version of this program"),
        (holding({}, to_bytes(digits())), "does not tell its format"),
        (holding("[" * 50_000, b""), "its head is no JSON text"),
        (holding({"format": 1, "more": "x" * 200_000}, to_bytes(digits())), "none of this program"),
        (holding(HEAD, b"no project"), "this is no complete JSON"),
        (holding(HEAD, b'{"format": 99}'), "newer"),
        (holding(HEAD, b" " * 4_000_001), "more than 4.0 MB of text"),
        (holding(HEAD, to_bytes(digits()), bytes(8_000_001)), "8.0 MB are read at most"),
        (holding(HEAD, b"PK\3\4" + bytes(99)), "session in file.png cannot be read"),
        (with_text(picture(), KEYWORD, "a\nb"), "none of this program"),
        (with_text(picture(), KEYWORD, '{"format": 1}\n???\n'), "no Base64"),
        (with_text(picture(), KEYWORD, "x" * 64_000_001), "would be more than 64000000 bytes"),
    ],
)
def test_a_session_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, said: str):
    path = tmp_path / "file.png"
    path.write_bytes(content)

    with pytest.raises(SessionError, match=said) as caught:
        load_session(path)

    assert "file.png" in str(caught.value)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"layer": 3, "filter": -4, "mode": "dance", "pin": "here", "is_input_shown": "yes"},
        {"pin": [1e400, 2]},
        {"pin": [1] * 99},
        {"filter": True, "mode": ["bank"]},
        {"favourites": "all"},
        {"favourites": [["conv1", -1]]},
        {"favourites": [["conv1", True]]},
        {"favourites": [["conv1", 1, 2]]},
        {"favourites": [[1, "conv1"]]},
        {"favourites": [["conv1", 1]] * 99},
    ],
)
def test_a_wrong_selection_is_no_reason_to_refuse_the_work(tmp_path: Path, spoilt: dict[str, object]):
    path = tmp_path / "file.png"
    path.write_bytes(holding(HEAD | spoilt, to_bytes(digits())))

    found = load_session(path)

    assert found is not None
    assert found.selected == Selected()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_spoilt_sessions_are_read_or_refused_and_nothing_else(tmp_path: Path, data: st.DataObject):
    path = tmp_path / "file.png"
    save_session(path, picture(), Session(bank(), SELECTED, picture()))
    text = find_text(io.BytesIO(path.read_bytes()), KEYWORD, 10**7)
    assert text is not None
    letters = list(text)
    for _ in range(data.draw(st.integers(1, 6))):
        letters[data.draw(st.integers(0, len(letters) - 1))] = data.draw(st.characters(codec="ascii"))
    path.write_bytes(with_text(picture(), KEYWORD, "".join(letters)))

    with suppress(SessionError):
        assert load_session(path) is not None


@pytest.mark.parametrize(
    "claimed",
    [
        3,
        "ink",
        [3],
        [[0.1]],
        [[0.1, []]],
        [[0, [[0, 0]]]],
        [[0.1, [[0, 1e300]]]],
        [[0.1, [[0, "1"]]]],
        [[0.1, [[0, None]]]],
    ],
)
def test_what_is_no_drawing_is_left_out_and_the_work_opens(claimed, tmp_path):
    path = tmp_path / "session.png"
    path.write_bytes(holding({"format": 1, "strokes": claimed}, to_bytes(digits(), folder=tmp_path)))

    found = load_session(path)

    assert found.strokes == ()
    assert found.project.ids == digits().ids


def test_a_drawing_is_kept_but_for_one_that_is_too_long(tmp_path):
    path, short = tmp_path / "session.png", (Stroke(((0.25, 0.5), (-0.1, 1.2)), 0.1),)
    long = (Stroke(tuple((i / 1e5, 0.5) for i in range(100_000)), 0.1),)

    for strokes, kept in ((short, short), (long, ())):
        save_session(path, picture(), Session(digits(), Selected(), strokes=strokes))
        assert load_session(path).strokes == kept
