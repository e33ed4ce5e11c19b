"""A session of a drawing on the command line: what was drawn is what is computed."""

import json
from pathlib import Path

import numpy as np
import pytest

from convexplorer.model.ready.table import find_ready, ready_project
from convexplorer.model.storage.session import Selected, Session, save_session
from convexplorer.sources.pad import PAD, Stroke, drawing
from tests.model.storage.test_session import picture
from tests.test_cli import Printed, run

LINE = (Stroke(((0.2, 0.5), (0.8, 0.5)), 0.1),)
OTHER = (Stroke(((0.5, 0.2), (0.5, 0.8)), 0.3),)


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    yield
    PAD.is_finished = False
    PAD.clear()


def save(name: str, strokes: tuple[Stroke, ...]) -> None:
    project = ready_project(find_ready("digits"))
    assert project.source.kind == "pad"
    save_session(Path(name), picture(), Session(project, Selected(), strokes=strokes))


def test_a_value_is_that_of_the_drawing(capsys: Printed):
    save("line.png", LINE)
    PAD.clear()

    assert run("value", "input/0@(14,14)", "--project", "line.png", "--json") == 0

    value = json.loads(capsys.readouterr().out)["value"]
    assert value == pytest.approx(float(drawing(LINE, 28)[0, 14, 14]))
    assert value > 0


def test_maps_are_those_of_the_drawing():
    save("line.png", LINE)
    PAD.clear()
    assert run("apply", "pad:28", "--project", "line.png", "-o", "line.npy") == 0
    save("other.png", OTHER)
    assert run("apply", "pad:28", "--project", "other.png", "-o", "other.npy") == 0

    assert not np.array_equal(np.load("line.npy"), np.load("other.npy"))


def test_two_sessions_are_compared_on_the_drawing_of_the_first(capsys: Printed):
    save("line.png", LINE)
    save("other.png", OTHER)

    assert run("compare", "line.png", "other.png") == 0

    assert PAD.strokes == LINE
