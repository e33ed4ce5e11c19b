"""Large networks computed by another library, all layers at once: sessions are made in a thread of their own.

A network is known by its very layers and the shape of its picture. An edit makes another network: its numbers come from
`core` at once, and from a session as soon as the hand rests.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from convexplorer._leaving import expect_end, stop_at_end
from convexplorer.core.layers import Shape
from convexplorer.core.network.graph import Graph
from convexplorer.core.network.library import Given
from convexplorer.results.frame_memory import steps

#: What asks for fewer multiply-adds is computed by `core` in the time of a frame.
LEAST_MULTIPLY_ADDS = 100_000_000
REST_S = 0.3  # a network that is asked for again after so long is worth a session
CLOSE_S = 2.0
#: Networks without a session that are known at once: those of glance and full picture, and of some edits before.
MOST_NETWORKS = 8
MOST_SESSIONS = 4
MOST_BYTES = 2 << 30  # that all sessions keep: two of the largest, as of glances and full pictures
# After an edit, the layers before it are computed by the session of before, if they cost so much of the network.
_WORTH_SHARE = 0.5

logger = logging.getLogger(__name__)


class Session(Protocol):
    """What computes the layers of one network for pictures of one shape."""

    @property
    def nbytes(self) -> int:
        """That it keeps between two frames: weights, and what it works in."""

    @property
    def label(self) -> str:
        """Who computes, with the version."""

    def run(self, image: np.ndarray) -> Mapping[int, np.ndarray]:
        """Return the maps of layers by their index; several threads may call at once."""


Prepare = Callable[[Graph, Shape], Session | None]


@dataclass(eq=False)
class _Network:
    """A network that was asked for.

    Attributes
    ----------
    costs : multiply-adds of each layer; () if it is too small for a session.
    asked_s : when it was asked for first.
    state : "new", "due" for a session, "made", or "refused".
    """

    graph: Graph
    shape: Shape
    costs: tuple[int, ...]
    asked_s: float
    state: str = "new"
    session: Session | None = None

    def shared_with(self, graph: Graph, shape: Shape) -> int:
        """Return how many layers from the first on are the same in another network."""
        if shape != self.shape:
            return 0
        pairs = zip(self.graph.layers, graph.layers, self.graph.inputs, graph.inputs, strict=False)
        count = 0
        for one, other, inputs, others in pairs:
            if one is not other or inputs != others:
                break
            count += 1
        return count

    def is_of(self, graph: Graph, shape: Shape) -> bool:
        """Return True if this is the network of a graph."""
        return len(graph) == len(self.graph) and self.shared_with(graph, shape) == len(graph)


class WholeNetworks:
    """A library for `core.network.library.asking`: large networks by sessions, made in a thread until closed.

    Parameters
    ----------
    prepare : makes a session; None if the network cannot be computed by one.
    has_thread : False for tests that call `make_due` themselves.
    """

    def __init__(
        self, prepare: Prepare, *, clock: Callable[[], float] = time.perf_counter, has_thread: bool = True
    ) -> None:
        self._prepare = prepare
        self._clock = clock
        self._condition = threading.Condition()
        self._networks: list[_Network] = []  # the newest first
        self._is_on = True
        self._is_closed = not has_thread
        self._thread: threading.Thread | None = None

    @property
    def is_on(self) -> bool:
        """True if networks are computed by sessions."""
        return self._is_on

    def allow(self, *, is_on: bool) -> None:
        """Let sessions compute, or nothing but `core`; then they are let go of."""
        with self._condition:
            self._is_on = is_on
            if not is_on:
                self._networks.clear()

    def compute(self, graph: Graph, image: np.ndarray) -> Given | None:
        """Return the maps of a network's layers; None if it has no session."""
        if not self._is_on or image.dtype != np.float32 or not len(graph):
            return None
        network, session, count = self._ask(graph, image.shape)
        if session is None:
            return None
        start_s = self._clock()
        try:
            maps = session.run(image)
        except Exception:  # a library may fail of memory, or of what it does not know
            logger.exception("a network could not be computed by its session")
            with self._condition:
                network.state, network.session = "refused", None
            return None
        wanted = {index: values for index, values in maps.items() if index < count}
        return _given(wanted, network.costs, self._clock() - start_s, session.label)

    def make_due(self) -> bool:
        """Make the session of the network that was asked for last, if one is due; False if none is."""
        with self._condition:
            network = next((one for one in self._networks if one.state == "due"), None)
        if network is None:
            return False
        try:
            session = self._prepare(network.graph, network.shape)
        except Exception:  # whatever a library raises: `core` goes on
            logger.exception("a session could not be made")
            session = None
        with self._condition:
            network.session, network.state = session, "refused" if session is None else "made"
            self._let_go()
        return True

    def close(self) -> None:
        """End the thread; a session that is being made is waited for a moment, and then left behind."""
        with self._condition:
            self._is_closed = True
            self._networks.clear()
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join(CLOSE_S)
            expect_end(self._thread)

    def _ask(self, graph: Graph, shape: Shape) -> tuple[_Network, Session | None, int]:
        """Return which network's session computes how many of a graph's first layers; note what is missing."""
        with self._condition:
            network = next((one for one in self._networks if one.is_of(graph, shape)), None)
            if network is None:
                network = _Network(graph, shape, _costs(graph, shape), self._clock())
            else:
                self._networks.remove(network)
            self._networks.insert(0, network)
            without = [one for one in self._networks if one.session is None]
            for oldest in without[MOST_NETWORKS:]:
                self._networks.remove(oldest)
            if not network.costs or network.session is not None:
                return network, network.session, len(graph)
            if network.state == "new" and self._clock() - network.asked_s >= REST_S:
                network.state = "due"
                self._wake()
            return self._before_the_edit(network)

    def _before_the_edit(self, network: _Network) -> tuple[_Network, Session | None, int]:
        """Return a network that begins with most of the same layers, its session, and how many these are."""
        found, most = network, 0
        for other in self._networks:
            count = 0 if other.session is None else other.shared_with(network.graph, network.shape)
            if count > most and sum(other.costs[:count]) >= _WORTH_SHARE * sum(other.costs):
                found, most = other, count
        return found, found.session, most

    def _let_go(self) -> None:
        """Let go of the oldest sessions beyond the limits."""
        count = size = 0
        for network in self._networks:
            if network.session is not None:
                count, size = count + 1, size + network.session.nbytes
                if count > MOST_SESSIONS or (count > 1 and size > MOST_BYTES):
                    network.session, network.state, network.asked_s = None, "new", self._clock()

    def _wake(self) -> None:
        if self._thread is None and not self._is_closed:
            self._thread = threading.Thread(target=self._run, name="sessions", daemon=True)
            self._thread.start()
            stop_at_end(self.close)
        self._condition.notify_all()

    def _run(self) -> None:
        while True:
            with self._condition:
                while not self._is_closed and all(one.state != "due" for one in self._networks):
                    self._condition.wait()
                if self._is_closed:
                    return
            self.make_due()


def _costs(graph: Graph, shape: Shape) -> tuple[int, ...]:
    """Return the multiply-adds of each layer, 0 of one that fails; () if they are too few together."""
    costs = [0 if made is None else layer.multiply_adds(*read) for made, read, layer in steps(graph, shape)]
    return tuple(costs) if sum(costs) >= LEAST_MULTIPLY_ADDS else ()


def _given(maps: Mapping[int, np.ndarray], costs: Sequence[int], seconds: float, label: str) -> Given:
    """Return the maps with their parts of the time; the label stays the same from frame to frame."""
    total, others = sum(costs[index] for index in maps) or 1, len(maps) - 1
    told = f"{label}, with {others} other layer{'s' if others > 1 else ''}" if others > 0 else label
    return Given(maps, {index: seconds * costs[index] / total for index in maps}, told)
