"""Races in the engine's spare time: they end, they stop for a job, and what has won is there in the next start."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from convexplorer._threads import check
from convexplorer.core.convolution import race as race_module
from convexplorer.core.convolution import records as records_module
from convexplorer.core.convolution.conv import conv
from convexplorer.core.convolution.race import Races
from convexplorer.kernels.filter import Filter
from convexplorer.live import spare_time as module
from convexplorer.live import winners
from convexplorer.live.engine import Engine
from convexplorer.live.slots import Inbox
from convexplorer.live.spare_time import SWITCH, SpareTime
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.sources.frame import Source
from tests.live.fakes import PATIENCE_S, make_frame
from tests.live.test_engine import Window
from tests.model.examples import conv_layer

SIZE = {"height": 120, "width": 160}


@pytest.fixture(autouse=True)
def _races_are_allowed(monkeypatch: pytest.MonkeyPatch):
    """Let everything race that is not small, in the first rest, whatever it takes and however busy the machine is."""
    monkeypatch.delenv(SWITCH)
    monkeypatch.setattr(records_module, "WORTH_S", 0.0)
    monkeypatch.setattr(module, "LONG_REST_S", 0.0)
    monkeypatch.setattr(race_module, "_OWN_SHARE", 0.0)


class Road:
    """An inbox, an engine with spare time, and a window."""

    def __init__(self, folder: Path) -> None:
        self.inbox, self.window, self.spare_time = Inbox(), Window(), SpareTime(folder)
        self.engine = Engine(self.inbox, self.window.latest, spare_time=self.spare_time)
        self.has_raced, add = threading.Event(), self.spare_time.records.add

        def tell(*result):
            add(*result)
            self.has_raced.set()

        self.spare_time.records.add = tell
        self.inbox.put_view(View())
        self.inbox.put_project(project())
        self.engine.start()

    def race(self) -> None:
        """Show two frames, and wait until what they have in common has raced."""
        self.show(0)
        self.show(1)
        assert self.has_raced.wait(PATIENCE_S)

    def show(self, index: int):
        self.inbox.put_frame(make_frame(index, **SIZE))
        return self.window.next_picture()


@pytest.fixture
def road(tmp_path: Path) -> Iterator[Road]:
    road = Road(tmp_path)
    yield road
    road.engine.close()


def project() -> Project:
    weights = np.random.default_rng(1).normal(size=(8, 1, 5, 5))
    return Project(Source("sample", "astronaut"), (conv_layer([Filter(str(i), one) for i, one in enumerate(weights)]),))


def test_what_comes_again_races_between_two_pictures_and_is_kept(road: Road, tmp_path: Path):
    road.race()
    how = road.show(2).layers[0].how
    road.engine.close()

    kept = winners.read(winners.path_in(tmp_path))
    assert "the race on this machine: " in how
    assert len(kept) == 1

    again = Road(tmp_path)
    try:
        again.show(0)
        assert "the race on this machine: " in again.show(1).layers[0].how
        assert list(again.spare_time.records.known) == list(kept)
    finally:
        again.engine.close()


def test_the_first_picture_waits_for_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What is remembered is read after it: its convolutions are computed by the fixed plan."""
    shown, shown_before_reading = [], []
    monkeypatch.setattr(SpareTime, "_begin", lambda spare: shown_before_reading.extend(shown) or Races(spare.records))
    road = Road(tmp_path)
    put = road.window.latest.put
    road.window.latest.put = lambda picture: shown.append(picture) or put(picture)

    road.show(0)
    road.show(1)
    road.engine.close()

    assert [picture.frame.index for picture in shown_before_reading] == [0]


def test_a_job_ends_a_turn_at_once(road: Road, monkeypatch: pytest.MonkeyPatch):
    is_racing, was_stopped = threading.Event(), threading.Event()

    def endless(*_):
        is_racing.set()
        try:
            while True:
                check()
        finally:
            was_stopped.set()

    monkeypatch.setattr(race_module, "run", endless)
    road.show(0)
    road.show(1)
    assert is_racing.wait(PATIENCE_S)

    picture = road.show(2)

    assert picture.frame.index == 2
    assert was_stopped.is_set()
    assert road.spare_time.records.count == 0


def test_closing_ends_a_turn(road: Road, monkeypatch: pytest.MonkeyPatch):
    is_racing = threading.Event()

    def endless(*_):
        is_racing.set()
        while True:
            check()

    monkeypatch.setattr(race_module, "run", endless)
    road.show(0)
    road.show(1)
    assert is_racing.wait(PATIENCE_S)

    road.engine.close()

    assert not [thread for thread in threading.enumerate() if thread.name == "engine"]


def test_with_nothing_to_race_the_engine_only_waits():
    spare, waits = SpareTime(), []
    spare._is_first = False

    class Quiet(Inbox):
        def wait(self, timeout_s: float) -> bool:
            waits.append(timeout_s)
            return False

    assert not spare.wait(Quiet())
    assert len(waits) <= 4


@pytest.mark.parametrize("is_fixed", [True, False])
def test_the_environment_fixes_the_plan(monkeypatch: pytest.MonkeyPatch, is_fixed: bool):
    monkeypatch.setenv(SWITCH, "1" if is_fixed else "0")
    spare = SpareTime()

    spare.allow(races=True)
    assert spare.records.is_on is not is_fixed
    spare.allow(races=False)
    assert not spare.records.is_on


def test_turns_between_frames_fit_the_gaps_there_were(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "REST_S", 10.0)
    monkeypatch.setattr(module, "LONG_REST_S", 10.0)
    now_s, asked = [0.0], []
    spare = SpareTime(clock=lambda: now_s[0])
    spare._is_first = False
    races = Races(spare.records)
    monkeypatch.setattr(races, "run_one", lambda _, within_s: asked.append(within_s) or False)
    monkeypatch.setattr(Races, "has_work", True)
    monkeypatch.setattr(spare, "_begin", lambda: races)

    class Film(Inbox):
        """A frame comes 20 ms after the engine has begun to wait."""

        def wait(self, timeout_s: float) -> bool:
            step_s = min(timeout_s, self.left_s)
            now_s[0] += step_s
            self.left_s -= step_s
            return self.left_s <= 1e-9

    film = Film()
    for _ in range(9):
        film.left_s = 0.020
        assert spare.wait(film)

    assert all(within_s <= 0 for within_s in asked[:8])  # how long the gaps are is not known yet
    assert asked[8] == pytest.approx(0.010 - 0.005)


def test_what_an_engine_remembers_does_not_reach_other_threads(road: Road):
    x = np.ones((1, 120, 160), np.float32)
    kernel = np.random.default_rng(1).normal(size=(8, 1, 5, 5)).astype(np.float32)
    before = conv(x, kernel).tobytes()
    road.race()

    assert conv(x, kernel).tobytes() == before


def test_a_wait_with_a_time_out_ends_there_whatever_races(monkeypatch: pytest.MonkeyPatch):
    now_s, asked = [0.0], []
    spare = SpareTime(clock=lambda: now_s[0])
    spare._is_first = False
    monkeypatch.setattr(spare, "_begin", lambda: races)
    races = Races(spare.records)
    monkeypatch.setattr(races, "run_one", lambda _, within_s: asked.append(within_s) or True)

    class Quiet(Inbox):
        def wait(self, timeout_s: float) -> bool:
            now_s[0] += timeout_s
            return False

    assert not spare.wait(Quiet(), 0.040)

    assert now_s[0] == pytest.approx(0.040)
    assert len(asked) > 3
    assert all(within_s <= 0.040 for within_s in asked)


def test_the_longer_the_rest_the_longer_a_turn_may_take(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LONG_REST_S", 2.0)
    now_s, asked = [0.0], []
    spare = SpareTime(clock=lambda: now_s[0])
    spare._is_first = False
    races = Races(spare.records)
    monkeypatch.setattr(spare, "_begin", lambda: races)
    monkeypatch.setattr(Races, "has_work", property(lambda _: now_s[0] < 3.0))
    monkeypatch.setattr(races, "run_one", lambda _, within_s: asked.append((now_s[0], within_s)) or False)

    class Quiet(Inbox):
        def wait(self, timeout_s: float) -> bool:
            now_s[0] += timeout_s
            return False

    assert not spare.wait(Quiet())

    assert all(within_s <= 0 for at_s, within_s in asked if at_s < module.REST_S)
    assert {within_s for at_s, within_s in asked if module.REST_S <= at_s < 2.0} == {0.03}
    assert {within_s for at_s, within_s in asked if at_s >= 2.0} == {float("inf")}
    assert len(asked) < 200  # a wait, not a loop that turns
