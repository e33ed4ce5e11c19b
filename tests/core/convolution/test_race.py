"""Races by a clock of their own: who wins, what noise does, and what a stopped race leaves."""

import gc
import math
import weakref

import numpy as np
import pytest

from convexplorer import _onnxruntime
from convexplorer._threads import check
from convexplorer.core.convolution import race as module
from convexplorer.core.convolution.conv import conv
from convexplorer.core.convolution.plans import ALGORITHMS
from convexplorer.core.convolution.race import CANDIDATES, ROUNDS, Race, Races, candidates
from convexplorer.core.convolution.records import Records, Waiting, using
from convexplorer.core.geometry import memory
from tests.core.convolution.test_records import KERNEL, Ticks, X, work_of

TIMES = {"rows": 0.010, "wide": 0.013, "pairs": 0.006, "planes": 0.020, "onnxruntime": 0.012, "whole": 0.030}


class Track:
    """Races in which an algorithm takes as long as a table says."""

    def __init__(self, monkeypatch, seconds=TIMES):
        self.seconds, self.turns, self.now_s = dict(seconds), [], 0.0
        self.records = Records(clock=Ticks(0.002))
        self.races = Races(self.records, processor=None)
        self.compute = lambda name, y: y.fill(1.0)
        monkeypatch.setattr(module, "run", self._run)
        monkeypatch.setattr(_onnxruntime, "is_loaded", lambda: True)

    def wait_for_race(self, x=X, kernel=KERNEL):
        """Compute something twice, so that it waits for its race."""
        with using(self.records):
            conv(x, kernel)
            conv(x, kernel)
        self.records.clock = lambda: self.now_s
        return work_of(x, kernel)[0]

    def finish(self):
        """Run turns until nothing is left, and return their number."""
        count = 0
        while self.races.run_one(lambda: False):
            count += 1
        return count

    def _run(self, x, kernel, bias, y, frame, groups, name):
        check()
        self.turns.append(name)
        seconds = self.seconds[name]
        self.now_s += seconds(len(self.turns)) if callable(seconds) else seconds
        self.compute(name, y)


@pytest.fixture
def track(monkeypatch):
    return Track(monkeypatch)


def test_the_fastest_wins_and_the_turns_alternate(track):
    work = track.wait_for_race()
    names = candidates(work, "rows")

    track.finish()

    record = track.records.find(work)
    assert (record.rule, record.winner, dict(record.seconds)["pairs"]) == ("rows", "pairs", pytest.approx(0.006))
    assert set(dict(record.seconds)) == set(names)
    assert track.turns[: len(names)] == track.turns[len(names) : 2 * len(names)] == list(names)
    assert track.turns.count("rows") == track.turns.count("pairs") == ROUNDS + 1
    assert track.turns.count("planes") == 3  # after its first timed turns it cannot win any more
    assert not track.records.waiting
    assert track.races.race is None


@pytest.mark.parametrize("slow", [range(0, 90, 7), range(3), [5, 9, 13]])
def test_disturbed_turns_flip_no_plan(track, slow):
    disturbed = set(slow)
    for name in ("rows", "pairs"):
        track.seconds[name] = lambda turn, name=name: (9.0 if turn in disturbed else 0.01) + 0.0001 * (name == "pairs")
    work = track.wait_for_race()

    track.finish()

    assert track.records.find(work).winner == "rows"


def test_who_is_wrong_on_this_machine_does_not_win(track):
    track.compute = lambda name, y: y.fill(1.0 if name != "pairs" else 1.001)
    work = track.wait_for_race()

    track.finish()

    record = track.records.find(work)
    assert "pairs" not in dict(record.seconds)
    assert track.turns.count("pairs") == 1


def test_who_fails_is_out_and_the_race_goes_on(track):
    def fail(name, y):
        if name == "pairs":
            raise RuntimeError("not on this machine")
        y.fill(1.0)

    track.compute = fail
    work = track.wait_for_race()

    track.finish()

    assert set(dict(track.records.find(work).seconds)) == set(candidates(work, "rows")) - {"pairs"}


def test_a_race_for_which_memory_does_not_suffice_leaves_the_fixed_plan(track):
    def fail(name, y):
        raise MemoryError

    track.compute = fail
    work = track.wait_for_race()

    track.finish()

    assert track.records.find(work).winner == "rows"
    assert track.records.find(work).story == ""
    assert track.finish() == 0


def test_a_stopped_turn_leaves_nothing(track):
    work = track.wait_for_race()
    for _ in range(5):
        track.races.run_one(lambda: False)
    before, turns = {name: list(times) for name, times in track.races.race.seconds.items()}, list(track.turns)

    assert not track.races.run_one(lambda: True)

    assert track.races.race.seconds == before
    assert track.turns == turns
    assert track.records.find(work) is None
    track.finish()
    assert track.records.find(work).winner == "pairs"


def test_turns_in_which_another_program_had_the_processor_do_not_count(track):
    """As if the second of every three turns had waited for the processor."""
    work = track.wait_for_race()
    own_s = [0.0]
    compute = track.compute

    def wait_and_compute(name, y):
        is_disturbed = len(track.turns) % 3 == 1
        track.now_s += is_disturbed * 0.5
        own_s[0] = track.now_s - is_disturbed * 0.5
        compute(name, y)

    track.compute, track.races.processor = wait_and_compute, lambda: own_s[0]
    own_s[0] = 0.0

    track.finish()

    assert all(seconds < 0.05 for _, seconds in track.records.find(work).seconds)
    assert track.records.find(work).winner == "pairs"


def test_a_race_on_a_busy_machine_is_put_off_until_its_convolution_comes_again(track):
    work = track.wait_for_race()
    track.races.processor = lambda: 0.0

    track.finish()

    assert track.records.find(work) is None
    assert work not in track.records.waiting
    track.races.processor, track.records.clock = None, Ticks(0.002)
    track.wait_for_race()
    track.finish()
    assert track.records.find(work).winner == "pairs"


def test_between_two_turns_a_race_holds_no_arrays(track, monkeypatch):
    made = []

    def empty(shape, dtype):
        made.append(weakref.ref(array := np.empty(shape, dtype)))
        return array

    track.wait_for_race()
    monkeypatch.setattr(memory, "empty", empty)

    for _ in range(3):
        track.races.run_one(lambda: False)
    track.races.run_one(lambda: True)

    gc.collect()
    assert len(made) >= 6
    assert not [one for one in made if one() is not None]


def test_a_turn_that_would_take_longer_than_the_time_to_spare_is_not_begun(track):
    track.wait_for_race()

    assert not track.races.run_one(lambda: False, within_s=0.001)
    assert track.turns == []
    assert track.races.run_one(lambda: False, within_s=0.003)
    assert track.turns == ["rows"]


def test_a_race_that_is_always_stopped_waits_for_a_rest(track):
    track.wait_for_race()
    for _ in range(50):
        track.races.run_one(lambda: True, within_s=1.0)
    stopped = track.races.race.stopped

    assert not track.races.run_one(lambda: False, within_s=1.0)
    assert stopped < 50
    assert track.races.run_one(lambda: False, within_s=math.inf)


def test_what_has_taken_the_most_time_races_first(track):
    small, large = KERNEL[:, :1], KERNEL
    track.wait_for_race(X[:1], small)
    track.records.clock = Ticks(0.05)
    work = track.wait_for_race(X, large)

    track.races.run_one(lambda: False)

    assert track.races.race.work == work
    track.finish()
    assert len(track.records.known) == 2


def test_without_a_second_candidate_there_is_no_race(track, monkeypatch):
    monkeypatch.setattr(module, "CANDIDATES", {})
    work = track.wait_for_race()

    assert track.finish() == 0

    assert track.records.find(work).winner == "rows"
    assert track.turns == []


def test_onnx_runtime_is_loaded_in_a_rest_only(track, monkeypatch):
    loaded = []
    monkeypatch.setattr(_onnxruntime, "is_loaded", lambda: bool(loaded))
    monkeypatch.setattr(_onnxruntime, "load", lambda: loaded.append(1) or True)
    track.wait_for_race()

    while track.races.run_one(lambda: False, within_s=1.0):
        pass
    assert not loaded
    assert "onnxruntime" not in track.turns
    track.finish()

    assert len(loaded) == 1
    assert "onnxruntime" in track.turns


def test_an_onnx_runtime_that_does_not_load_is_out(track, monkeypatch):
    monkeypatch.setattr(_onnxruntime, "is_loaded", lambda: False)
    monkeypatch.setattr(_onnxruntime, "load", lambda: False)
    work = track.wait_for_race()

    track.finish()

    assert "onnxruntime" not in dict(track.records.find(work).seconds)


def test_a_race_of_the_real_algorithms_ends_with_one_of_them():
    records = Records(clock=Ticks(0.002))
    races = Races(records, processor=None)
    with using(records):
        expected = conv(X, KERNEL)
        conv(X, KERNEL)
        while races.run_one(lambda: False):
            pass
        y = conv(X, KERNEL)

    (record,) = records.known.values()
    assert set(dict(record.seconds)) == set(candidates(work_of(X, KERNEL)[0], "rows"))
    np.testing.assert_allclose(y, expected, atol=1e-4)


def test_every_candidate_is_an_algorithm_of_the_ranks_it_takes_part_in():
    shapes = {1: (2, 90_000), 2: (2, 200, 300), 3: (2, 40, 40, 40)}
    for rank, shape in shapes.items():
        kernel = np.ones((8, 2, *(3,) * rank), np.float32)
        work, rule = work_of(np.empty(shape, np.float32), kernel)
        race = Race(work, Waiting(rule, 0.01, 2, kernel))

        assert set(race.seconds) <= {name for name, row in ALGORITHMS.items() if rank in row.ranks}
        assert rule in race.seconds
    assert set(CANDIDATES) | {"flat", "windows"} == set(ALGORITHMS)
