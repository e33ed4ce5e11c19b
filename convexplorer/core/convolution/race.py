"""Races between algorithms: each computes the same convolution in turns, and the times are remembered.

A race is made of turns, one call of one algorithm each, so that a program spends only time on it that it has to spare.
A turn that is stopped leaves nothing; between two turns a race holds no array but the kernel.
"""

import logging
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from convexplorer import _onnxruntime
from convexplorer._threads import Stopped, stoppable
from convexplorer.core.convolution.algorithms import fourier, pairs, pointwise
from convexplorer.core.convolution.execution import run
from convexplorer.core.convolution.plans import Bank
from convexplorer.core.convolution.records import MOST_PLANES, Record, Records, Waiting, Work
from convexplorer.core.geometry import memory

#: Timed turns of each algorithm, after one that warms up and whose numbers are compared; fewer if a turn takes long.
ROUNDS = 7

_FEW_ROUNDS = 3
_LONG_S = 0.05
# What takes longer would occupy the machine for half a minute.
_LONGEST_S = 1.0

# After two timed turns, who takes this many times as long as the fastest has lost.
_HOPELESS = 1.4
_TURNS_TO_JUDGE = 2
# A race that was stopped so often in a row waits for a longer rest.
_MOST_STOPPED = 12
_MOST_BYTES = 512 << 20
# Numbers differ by less than this share of the largest, unless an algorithm is wrong on this machine.
_SAME = 2e-5
_COMPARED = 1 << 14
_FEW_PLANES = 8
# The caller works as long as its helpers. If it did not have the processor for this share of a turn, another program
# did, and the turn does not count. A race with so many of these turns waits until its convolution comes again.
_OWN_SHARE = 0.6
_MOST_DISTURBED = 30
_NOISE_SIZE = (1 << 16) - 1

#: The algorithms that take part, and where.
CANDIDATES: dict[str, Callable[[Bank], bool]] = {
    "rows": lambda bank: bank.frame.rank == 2,
    "wide": lambda bank: bank.frame.rank == 2 and bank.filters >= 4,
    "pairs": lambda bank: bank.frame.rank == 2 and pairs.can_convolve(bank.frame) and bank.filters >= 8,
    "planes": lambda bank: bank.frame.rank == 2 and bank.filters * bank.channels <= MOST_PLANES,
    "whole": lambda bank: bank.frame.rank == 2 and bank.filters * bank.channels * bank.groups <= _FEW_PLANES,
    "pointwise": lambda bank: pointwise.can_convolve(bank.frame),
    "lanes": lambda bank: bank.frame.rank == 2 and bank.channels == 1 and bank.groups >= 4,
    "signals": lambda bank: bank.frame.rank == 1,
    "fourier": lambda bank: (
        bank.frame.rank == 1
        and bank.frame.strides == bank.frame.dilation_rate == (1,)
        and 2 * bank.area >= fourier.SHORTEST
    ),
    "volumes": lambda bank: bank.frame.rank == 3,
    "onnxruntime": lambda bank: _onnxruntime.is_installed() and bank.filters * bank.groups >= 4,
}

Clock = Callable[[], float]

logger = logging.getLogger(__name__)


def candidates(work: Work, rule: str) -> tuple[str, ...]:
    """Return the algorithms that race for some work, that of the fixed plan first."""
    bank = work.bank
    return (rule, *(name for name, takes_part in CANDIDATES.items() if name != rule and takes_part(bank)))


@dataclass
class Race:
    """The turns of the algorithms on one convolution.

    Attributes
    ----------
    seconds : of the timed turns of each algorithm that is still in the race.
    lost : the times of those that are out.
    stopped : number of turns that were stopped since the last one that was not.
    disturbed : number of turns in which another program had the processor.
    """

    work: Work
    waiting: Waiting
    seconds: dict[str, list[float]] = field(default_factory=dict)
    lost: dict[str, float] = field(default_factory=dict)
    stopped: int = 0
    disturbed: int = 0
    _warm: set[str] = field(default_factory=set)
    _expected: np.ndarray | None = None

    def __post_init__(self) -> None:
        self.seconds = {name: [] for name in candidates(self.work, self.waiting.rule)}

    @property
    def next(self) -> str | None:
        """The algorithm whose turn is next: the one with the fewest; None at the end."""
        if len(self.seconds) == 1 and self.seconds.get(self.waiting.rule):
            return None
        turns = {name: len(times) + (name in self._warm) for name, times in self.seconds.items()}
        name = min(turns, key=lambda one: turns[one])
        return None if turns[name] > (ROUNDS if self.waiting.seconds < _LONG_S else _FEW_ROUNDS) else name

    @property
    def record(self) -> Record | None:
        """The result, None while the race goes on."""
        if self.next is not None:
            return None
        times = {name: _median(of_name) for name, of_name in self.seconds.items()}
        return Record.of(self.waiting.rule, {**self.lost, **times})

    @property
    def next_s(self) -> float:
        """The time that the next turn takes, as far as it is known."""
        name = self.next
        known = self.seconds.get(name or "", [])
        return min(known, default=self.waiting.seconds)

    def turn(self, should_stop: Callable[[], bool], clock: Clock, processor: Clock) -> bool:
        """Let the next algorithm compute once; return False if it was stopped, which leaves nothing of the turn.

        Parameters
        ----------
        clock, processor : seconds, and seconds of this thread on a processor, from any origin.
        """
        name = self.next
        if name is None:
            return True
        try:
            with stoppable(should_stop):
                y, seconds, own_s = self._compute(name, clock, processor)
        except Stopped:
            self.stopped += 1
            return False
        except Exception:  # of a library or for want of memory: the algorithm is out, and no picture has failed
            logger.debug("“%s” is out of the race for %s", name, self.work.label, exc_info=True)
            self.take_out(name)
            return True
        self.stopped = 0
        if name in self._warm:
            self._count(name, seconds, own_s)
        elif self._is_right(y):
            self._warm.add(name)
        else:
            self.take_out(name)
        return True

    def take_out(self, name: str) -> None:
        """End an algorithm's race, or all of it if it is that of the fixed plan, which stands then."""
        if name == self.waiting.rule:
            self.seconds, self.lost = {name: [self.waiting.seconds]}, {}
        else:
            del self.seconds[name]

    def _count(self, name: str, seconds: float, own_s: float) -> None:
        if own_s < _OWN_SHARE * seconds:
            self.disturbed += 1
            return
        self.seconds[name].append(seconds)
        self._judge()

    def _compute(self, name: str, clock: Clock, processor: Clock) -> tuple[np.ndarray, float, float]:
        work, kernel = self.work, self.waiting.kernel
        assert kernel is not None, "only what comes again races"
        x = memory.empty((work.channels * work.groups, *work.frame.spatial), np.float32)
        _fill(x)
        y = memory.empty((work.filters, *work.frame.output), np.float32)
        start_s, own_start_s = clock(), processor()
        run(x, kernel, self.waiting.bias, y, work.frame, work.groups, name)
        return y, clock() - start_s, processor() - own_start_s

    def _is_right(self, y: np.ndarray) -> bool:
        """Return True if some numbers, spread over all maps, are those of the fixed plan's algorithm."""
        numbers = y.reshape(-1)[:: max(1, y.size // _COMPARED)].astype(np.float64)
        if self._expected is None:
            self._expected = numbers
        allowed = _SAME * float(np.abs(self._expected).max())
        return bool(np.all(np.abs(numbers - self._expected) <= allowed))

    def _judge(self) -> None:
        """Take out of the race who cannot win any more."""
        least = {name: min(times) for name, times in self.seconds.items() if len(times) >= _TURNS_TO_JUDGE}
        fastest = min(least.values(), default=math.inf)
        for name, seconds in least.items():
            if seconds > _HOPELESS * fastest and name != self.waiting.rule:
                self.lost[name] = _median(self.seconds.pop(name))


@dataclass
class Races:
    """All races for some records, one after the other, a turn at a time.

    Attributes
    ----------
    processor : the seconds of this thread on a processor; None where they are not known.
    race : the one under way.
    """

    records: Records
    processor: Clock | None = None if sys.platform == "win32" else time.thread_time  # Windows counts 16 ms at a time
    race: Race | None = None

    @property
    def has_work(self) -> bool:
        """True if something is left to race, or to be loaded, in time."""
        is_waiting = any(entry.kernel is not None for entry in tuple(self.records.waiting.values()))
        return self.race is not None or is_waiting or self.records.wants_onnxruntime

    def run_one(self, should_stop: Callable[[], bool], within_s: float = math.inf) -> bool:
        """Run one turn of a race.

        Parameters
        ----------
        should_stop : ends the turn at once, between two bands of rows; several threads call it.
        within_s : seconds to spare; a turn that is expected to take longer is not begun.

        Returns
        -------
        bool
            True if a turn was run, so that another may follow; False if nothing is to be done now.
        """
        self.race = race = self.race or self._next_race()
        is_rest = within_s == math.inf
        if self._needs_onnxruntime():
            return is_rest and self._load_onnxruntime()
        if race is None or race.next_s > within_s or (race.stopped >= _MOST_STOPPED and not is_rest):
            return False
        was_run = race.turn(should_stop, self.records.clock, self.processor or self.records.clock)
        if race.disturbed > _MOST_DISTURBED:
            self.records.waiting.pop(race.work, None)
            self.race = None
        elif race.record is not None:
            self.records.add(race.work, race.record)
            self.race = None
        return was_run

    def _next_race(self) -> Race | None:
        """Return the race of what has taken the most time; what is too large does not race."""
        waiting = [(work, entry) for work, entry in tuple(self.records.waiting.items()) if entry.kernel is not None]
        if not waiting:
            return None
        work, entry = max(waiting, key=lambda item: item[1].seconds * item[1].calls)
        race = Race(work, entry)
        if len(race.seconds) > 1 and _bytes(work) <= _MOST_BYTES and entry.seconds <= _LONGEST_S:
            return race
        self.records.add(work, Record.of(entry.rule, {entry.rule: entry.seconds}))
        return self._next_race()

    def _needs_onnxruntime(self) -> bool:
        """Return True if ONNX Runtime is the next, or has won before, and has to be loaded."""
        is_next = self.race is not None and self.race.next == "onnxruntime"
        return (is_next or (self.records.wants_onnxruntime and self.race is None)) and not _onnxruntime.is_loaded()

    def _load_onnxruntime(self) -> bool:
        """Load ONNX Runtime, which nothing can stop, so in a rest only; return True."""
        self.records.wants_onnxruntime = False
        if not _onnxruntime.load() and self.race is not None:
            self.race.take_out("onnxruntime")
        return True


def _bytes(work: Work) -> int:
    """Return the size of input and output."""
    cells = work.channels * work.groups * math.prod(work.frame.spatial) + work.filters * math.prod(work.frame.output)
    return cells * np.dtype(np.float32).itemsize


def _fill(x: np.ndarray) -> None:
    """Fill an array with noise, so that nothing is 0 by chance."""
    flat, noise = x.reshape(-1), _noise()
    for start in range(0, len(flat), len(noise)):
        part = flat[start : start + len(noise)]
        part[...] = noise[: len(part)]


@cache
def _noise() -> np.ndarray:
    return np.random.default_rng(0).standard_normal(_NOISE_SIZE, np.float32)


def _median(times: list[float]) -> float:
    """Return the middle of some times, of an even number the upper one; without a module that takes long to load."""
    return sorted(times)[len(times) // 2]
