"""Sessions of large networks: made beside the engine, never waited for, and never older than what is on screen."""

import threading
from collections.abc import Mapping

import numpy as np
import pytest

from convexplorer import core
from convexplorer.core.network import Evaluation, Graph
from convexplorer.core.network.library import asking
from convexplorer.live import whole_networks as module
from convexplorer.live.whole_networks import REST_S, WholeNetworks
from tests.live.fakes import PATIENCE_S

SHAPE = (1, 24, 24)


@pytest.fixture(autouse=True)
def _small_networks_are_large(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LEAST_MULTIPLY_ADDS", 5000)


class Fake:
    """A session that gives `core`'s maps, and counts its calls."""

    label, nbytes = "Fake 1.0", 10

    def __init__(self, graph: Graph) -> None:
        self.graph, self.calls = graph, 0

    def run(self, image: np.ndarray) -> Mapping[int, np.ndarray]:
        self.calls += 1
        with asking(None):
            return {i: maps.copy() for i, maps in enumerate(core.evaluate(self.graph, image))}


class Stage:
    """Networks with a clock and a background that the test moves on."""

    def __init__(self) -> None:
        self.now_s, self.made = 0.0, []
        self.networks = WholeNetworks(self.prepare, clock=lambda: self.now_s, has_thread=False)

    def prepare(self, graph: Graph, _shape: tuple[int, ...]) -> Fake:
        self.made.append(Fake(graph))
        return self.made[-1]

    def show(self, graph: Graph, seed: int, previous: Evaluation | None = None) -> Evaluation:
        """Evaluate a frame, and compare what is shown with `core`: no number may be of other weights or frames."""
        image = frame(seed) if previous is None else previous.image
        with asking(self.networks):
            evaluation = core.evaluate(graph, image, previous)
        for maps, expected in zip(evaluation, core.evaluate(graph, image), strict=True):
            np.testing.assert_array_equal(maps, expected)
        return evaluation

    def rest(self, graph: Graph) -> None:
        """Show frames until the network is known to stay, and let the background work."""
        self.show(graph, 0)
        self.now_s += 1.01 * REST_S
        self.show(graph, 1)
        while self.networks.make_due():
            pass


def frame(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(SHAPE, np.float32)


def conv(seed: int, channels: int) -> core.Conv:
    return core.Conv(np.random.default_rng(seed).normal(size=(4, channels, 3, 3)), activation="relu")


def graph(*seeds: int) -> Graph:
    return Graph([conv(seed, 4 if i else 1) for i, seed in enumerate(seeds)])


def libraries(evaluation: Evaluation) -> list[bool]:
    return [bool(result.library) for result in evaluation.results]


def edited(before: Graph, index: int) -> Graph:
    layers = list(before.layers)
    layers[index] = conv(99, 4 if index else 1)
    return Graph(layers, before.inputs)


def test_a_network_that_stays_is_computed_by_its_session():
    stage, net = Stage(), graph(1, 2)
    first = stage.show(net, 0)
    stage.rest(net)

    shown = stage.show(net, 2)

    assert libraries(first) == [False, False]
    assert libraries(shown) == [True, True]
    assert shown.results[0].library == "Fake 1.0, with 1 other layer"
    assert sum(result.seconds for result in shown.results) == 0  # the clock of the test stands


def test_no_frame_waits_for_a_session():
    stage, net = Stage(), graph(1, 2)
    for seed in range(20):
        stage.now_s += REST_S
        assert libraries(stage.show(net, seed)) == [False, False]
    assert stage.made == []


def test_one_picture_needs_no_session():
    stage, net = Stage(), graph(1, 2)
    stage.show(net, 0)
    stage.now_s += 10

    assert not stage.networks.make_due()


def test_an_edit_of_a_still_is_computed_from_its_layer_on_at_once():
    stage, net = Stage(), graph(1, 2, 3)
    stage.rest(net)
    still = stage.show(net, 5)
    calls = stage.made[0].calls

    shown = stage.show(edited(net, 1), 5, previous=still)

    assert libraries(shown) == [True, False, False]
    assert shown.results[0] is still.results[0]
    assert stage.made[0].calls == calls


@pytest.mark.parametrize(("index", "expected"), [(0, [False, False, False]), (2, [True, True, False])])
def test_while_the_camera_runs_no_number_is_of_the_weights_before_an_edit(index: int, expected: list[bool]):
    stage, net = Stage(), graph(1, 2, 3)
    stage.rest(net)

    assert libraries(stage.show(edited(net, index), 6)) == expected


def test_however_long_a_hand_moves_the_layers_before_it_are_those_of_the_session():
    stage, net = Stage(), graph(1, 2, 3)
    stage.rest(net)

    for step in range(3 * module.MOST_NETWORKS):
        assert libraries(stage.show(edited(net, 2), step)) == [True, True, False]


def test_a_hand_that_moves_makes_no_session_and_one_that_rests_does():
    stage, net = Stage(), graph(1, 2)
    stage.rest(net)
    for step in range(30):
        stage.now_s += REST_S / 3
        last = edited(net, 0)
        stage.show(last, step)
        assert not stage.networks.make_due()

    stage.rest(last)

    assert libraries(stage.show(last, 40)) == [True, True]


def test_undo_finds_the_session_of_before():
    stage, net = Stage(), graph(1, 2)
    stage.rest(net)
    stage.show(edited(net, 0), 7)

    assert libraries(stage.show(net, 8)) == [True, True]
    assert len(stage.made) == 1


def test_another_size_of_picture_is_another_network():
    stage, net = Stage(), graph(1, 2)
    stage.rest(net)
    with asking(stage.networks):
        shown = core.evaluate(net, np.ones((1, 30, 30), np.float32))

    assert libraries(shown) == [False, False]


def test_a_small_network_and_float64_are_left_to_core(monkeypatch: pytest.MonkeyPatch):
    stage, net = Stage(), graph(1, 2)
    stage.rest(net)
    with asking(stage.networks):
        assert libraries(core.evaluate(net, frame(3).astype(np.float64))) == [False, False]
    monkeypatch.setattr(module, "LEAST_MULTIPLY_ADDS", 10**9)
    other = graph(1, 2)
    stage.rest(other)

    assert libraries(stage.show(other, 4)) == [False, False]


def test_sessions_are_bounded_in_number_and_in_bytes(monkeypatch: pytest.MonkeyPatch):
    stage, nets = Stage(), [graph(i, 50 + i) for i in range(module.MOST_SESSIONS + 2)]
    for net in nets:
        stage.rest(net)
    kept = [any(libraries(stage.show(net, 9))) for net in nets]
    assert sum(kept) == module.MOST_SESSIONS
    assert kept[-1]

    monkeypatch.setattr(module, "MOST_BYTES", 15)
    stage.rest(graph(71, 72))
    assert sum(any(libraries(stage.show(net, 9))) for net in nets) == 0


def test_what_cannot_be_made_or_fails_is_left_to_core_and_not_tried_again(caplog: pytest.LogCaptureFixture):
    stage, net = Stage(), graph(1, 2)
    tried = []

    def fail(*_: object) -> Fake:
        tried.append(1)
        raise RuntimeError("no memory")

    stage.networks._prepare = fail
    stage.rest(net)
    stage.rest(net)
    assert libraries(stage.show(net, 3)) == [False, False]
    assert len(tried) == 1

    stage, net = Stage(), graph(1, 2)
    stage.rest(net)
    stage.made[0].run = fail
    assert libraries(stage.show(net, 3)) == [False, False]
    stage.rest(net)
    assert len(stage.made) == 1


def test_switched_off_nothing_is_asked():
    stage, net = Stage(), graph(1, 2)
    stage.rest(net)
    stage.networks.allow(is_on=False)

    assert libraries(stage.show(net, 3)) == [False, False]


def test_the_thread_makes_sessions_and_ends():
    made = threading.Event()

    def prepare(one: Graph, _shape: tuple[int, ...]) -> Fake:
        made.set()
        return Fake(one)

    now_s = [0.0]
    networks, net = WholeNetworks(prepare, clock=lambda: now_s[0]), graph(1, 2)
    with asking(networks):
        core.evaluate(net, frame(0))
        assert not [one for one in threading.enumerate() if one.name == "sessions"]
        now_s[0] += REST_S
        core.evaluate(net, frame(1))
    assert made.wait(PATIENCE_S)

    networks.close()

    assert not [one for one in threading.enumerate() if one.name == "sessions"]


def test_outside_nobody_is_asked():
    stage, net = Stage(), graph(1, 2)
    stage.rest(net)

    assert libraries(core.evaluate(net, frame(3))) == [False, False]
