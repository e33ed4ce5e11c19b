"""What is known of the speed of algorithms on this machine, and the convolutions that are still to race.

The fixed plan of `plans` depends on shapes alone. Within `using(records)`, an algorithm that was clearly faster in a
race on this machine goes before it, and convolutions that cost much and come again are noted for `race.Races`. Outside,
nothing depends on a race: exports, the command line and tests compute by the fixed plan.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import numpy as np

from convexplorer import _onnxruntime
from convexplorer.core.convolution.algorithms import opencv as planes
from convexplorer.core.convolution.execution import run
from convexplorer.core.convolution.plans import ALGORITHMS, Bank
from convexplorer.core.geometry.windows import WindowFrame

K = TypeVar("K")
V = TypeVar("V")

#: The fixed plan stands unless another algorithm takes less than this share of its time: noise must not flip plans.
MARGIN = 0.9
#: What takes less is not worth a race.
WORTH_S = 1.5e-3
MOST_RECORDS = 512
#: A race is run again in a later run of the program until there were so many: one may have met a busy machine.
MOST_RACES = 3

_MOST_WAITING = 32
# With more planes OpenCV does not race, and whether they are products of two vectors does not matter.
MOST_PLANES = 32

_in_force: "ContextVar[Records | None]" = ContextVar("records", default=None)


class Work(NamedTuple):
    """What decides how fast an algorithm is: windows, numbers of filters and channels, and the kind of the planes.

    Attributes
    ----------
    filters : of all groups.
    channels : of one group.
    separable : number of planes that OpenCV applies in two passes.
    """

    frame: WindowFrame
    filters: int
    channels: int
    groups: int
    separable: int
    has_bias: bool

    @classmethod
    def of(cls, frame: WindowFrame, kernel: np.ndarray, groups: int, *, has_bias: bool) -> "Work":
        """Return the work of a kernel (filters, channels // groups, *size)."""
        filters, channels = kernel.shape[:2]
        is_for_planes = frame.rank == 2 and filters * channels <= MOST_PLANES
        separable = planes.separable_planes(kernel) if is_for_planes else 0
        return cls(frame, filters, channels, groups, separable, has_bias)

    @property
    def bank(self) -> Bank:
        """The facts that rules decide on."""
        return Bank(self.frame, self.filters // self.groups, self.channels, self.groups)

    @property
    def label(self) -> str:
        """The work as text, by which it is found again in another run of the program."""
        frame = self.frame
        numbers = (
            (self.channels * self.groups, *frame.spatial),
            (self.filters, self.channels, *frame.size),
            frame.strides,
            frame.dilation_rate,
            tuple(amount for pair in frame.amounts for amount in pair),
        )
        parts = ("x".join(map(str, of_part)) for of_part in numbers)
        return " ".join((*parts, frame.border, f"{self.groups} {self.separable} {int(self.has_bias)}"))


@dataclass(frozen=True)
class Record:
    """The times of one race.

    Attributes
    ----------
    rule : the algorithm of the fixed plan.
    seconds : (algorithm, seconds of a call), the fastest first; `rule` is among them.
    races : how many there were.
    """

    rule: str
    seconds: tuple[tuple[str, float], ...]
    races: int = 1

    @classmethod
    def of(cls, rule: str, seconds: Mapping[str, float], races: int = 1) -> "Record":
        """Return the record of these times."""
        return cls(rule, tuple(sorted(seconds.items(), key=lambda item: item[1])), races)

    def after(self, earlier: "Record | None") -> "Record":
        """Return the record of this race and earlier ones: the least time of each algorithm, as the least disturbed."""
        if earlier is None or earlier.rule != self.rule:
            return self
        before, now = dict(earlier.seconds), dict(self.seconds)
        return Record.of(self.rule, {name: min(s, before.get(name, s)) for name, s in now.items()}, earlier.races + 1)

    @property
    def winner(self) -> str:
        """The fastest algorithm, or that of the fixed plan if it is not clearly slower."""
        fastest, least_s = self.seconds[0]
        return fastest if least_s < MARGIN * dict(self.seconds)[self.rule] else self.rule

    @property
    def story(self) -> str:
        """How the race ended, in words; "" if nothing took part beside the fixed plan's algorithm."""
        times = dict(self.seconds)
        other = next((name for name in times if name != self.rule), None)
        if other is None:
            return ""
        of_rule, of_other = _milliseconds(times[self.rule]), _milliseconds(times[other])
        if self.winner == self.rule:
            label = ALGORITHMS[other].label
            return f"None was clearly faster in the race on this machine: {of_rule}, and {of_other} by {label}."
        return f"Won the race on this machine: {of_other}, and {of_rule} by {ALGORITHMS[self.rule].label}."


@dataclass
class Waiting:
    """A convolution that was computed by the fixed plan, and may come again.

    Attributes
    ----------
    seconds : the least that a call took.
    kernel, bias : those of the second call; until then it has not come again, and does not race.
    """

    rule: str
    seconds: float
    calls: int = 1
    kernel: np.ndarray | None = None
    bias: np.ndarray | None = None


@dataclass
class Records:
    """The records of this machine, and the convolutions that are still to race.

    Several threads may compute by the same records; every step is one operation of a dictionary.

    Attributes
    ----------
    known : records by the label of the work, the latest last; at most `MOST_RECORDS`.
    waiting : by work, the latest last.
    is_on : False fixes the plan, whatever is known.
    count : number of races that have ended.
    raced : number of calls computed by another algorithm than that of the fixed plan.
    wants_onnxruntime : True if ONNX Runtime has won, but is not loaded.
    """

    clock: Callable[[], float] = time.perf_counter
    is_on: bool = True
    count: int = 0
    raced: int = 0
    known: "OrderedDict[str, Record]" = field(default_factory=OrderedDict)
    waiting: "OrderedDict[Work, Waiting]" = field(default_factory=OrderedDict)
    wants_onnxruntime: bool = False
    _found: "OrderedDict[Work, Record | None]" = field(default_factory=OrderedDict)
    _used: "OrderedDict[Work, str]" = field(default_factory=OrderedDict)
    _weights: "OrderedDict[Work, int]" = field(default_factory=OrderedDict)
    # What races no more in this run of the program.
    _settled: "OrderedDict[Work, bool]" = field(default_factory=OrderedDict)

    def find(self, work: Work) -> Record | None:
        """Return the record of some work, None if it has not raced."""
        with suppress(KeyError):
            return self._found[work]
        record = self.known.get(work.label)
        if record is not None and work.frame.rank not in ALGORITHMS[record.winner].ranks:
            record = None
        _put(self._found, work, record, MOST_RECORDS)
        return record

    def add(self, work: Work, record: Record) -> None:
        """Remember the result of a race."""
        self.waiting.pop(work, None)
        self.count += 1
        record = record.after(self.known.pop(work.label, None))
        _put(self._settled, work, True, MOST_RECORDS)
        _put(self._used, work, record.rule, MOST_RECORDS)  # by which the maps on screen were computed
        _put(self.known, work.label, record, MOST_RECORDS)
        _put(self._found, work, record, MOST_RECORDS)

    def learn(self, known: Mapping[str, Record]) -> None:
        """Take over the records of earlier runs, unless this one has its own already."""
        for label, record in known.items():
            if label not in self.known:
                _put(self.known, label, record, MOST_RECORDS)
        self._found.clear()

    def plan(self, work: Work, rule: str, why: str) -> tuple[str, str, str]:
        """Return by which algorithm the last call computed some work, why, and what a race says of it.

        `rule` and `why` are the fixed plan.
        """
        record = self.find(work)
        if record is None or record.rule != rule:
            return rule, why, ""
        used = self._used.get(work, record.winner)
        if used == record.winner:
            return used, why if used == rule else "the fastest here", record.story
        label = ALGORITHMS[record.winner].label
        return used, why, f"The race on this machine was won by {label}, used from the next picture on."

    def run(
        self,
        x: np.ndarray,
        kernel: np.ndarray,
        bias: np.ndarray | None,
        y: np.ndarray,
        frame: WindowFrame,
        groups: int,
        rule: str,
    ) -> None:
        """Write the convolution into `y` by the winner of its race, or by the fixed plan, and then note its time."""
        work = Work.of(frame, kernel, groups, has_bias=bias is not None)
        record = self.find(work)
        if record is not None and record.rule == rule:
            name = self._usable(record, work, kernel, bias)
            _put(self._used, work, name, MOST_RECORDS)
            self.raced += name != rule
            run(x, kernel, bias, y, frame, groups, name)
            if record.races < MOST_RACES and work not in self._settled:
                self._note(work, kernel, bias, rule, dict(record.seconds)[rule])
            return
        start_s = self.clock()
        run(x, kernel, bias, y, frame, groups, rule)
        seconds = self.clock() - start_s
        if seconds >= WORTH_S:
            self._note(work, kernel, bias, rule, seconds)

    def _usable(self, record: Record, work: Work, kernel: np.ndarray, bias: np.ndarray | None) -> str:
        """Return the winner; the fixed plan's algorithm where ONNX Runtime would have to be made ready for it first.

        It packs the weights of every kernel, which takes milliseconds: of no use while an edit changes them.
        """
        if record.winner != "onnxruntime":
            return record.winner
        if not _onnxruntime.is_loaded():
            self.wants_onnxruntime = True
            return record.rule
        weights = hash((kernel.tobytes(), None if bias is None else bias.tobytes()))
        if self._weights.get(work) == weights:
            return record.winner
        _put(self._weights, work, weights, MOST_RECORDS)
        return record.rule

    def _note(self, work: Work, kernel: np.ndarray, bias: np.ndarray | None, rule: str, seconds: float) -> None:
        entry = self.waiting.get(work)
        if entry is None:
            _put(self.waiting, work, Waiting(rule, seconds), _MOST_WAITING)
            return
        entry.calls += 1
        entry.seconds = min(entry.seconds, seconds)
        if entry.kernel is None:
            entry.bias = None if bias is None else _lasting(bias)
            entry.kernel = _lasting(kernel)


@contextmanager
def using(records: Records | None) -> Iterator[None]:
    """Let convolutions inside be computed by the winners of races, in this thread and the helpers; None: fixed plan."""
    token = _in_force.set(records)
    try:
        yield
    finally:
        _in_force.reset(token)


def in_force() -> Records | None:
    """Return the records that convolutions are computed by; None if the plan is fixed."""
    records = _in_force.get()
    return records if records is not None and records.is_on else None


def raced_calls() -> int:
    """Return how many calls were computed by another algorithm than that of the fixed plan, by the records in force."""
    records = in_force()
    return 0 if records is None else records.raced


def _lasting(weights: np.ndarray) -> np.ndarray:
    """Return weights that nobody changes: those of a layer themselves, of others a copy."""
    return weights.copy() if weights.flags.writeable else weights


def _put(table: "OrderedDict[K, V]", key: K, value: V, most: int) -> None:
    """Put an entry, the last if it is new, and drop the first ones beyond `most`."""
    table[key] = value
    while len(table) > most:
        table.popitem(last=False)


def _milliseconds(seconds: float) -> str:
    """Return a time in milliseconds.

    Examples
    --------
    >>> _milliseconds(0.00213), _milliseconds(0.123)
    ('2.1 ms', '123 ms')
    """
    milliseconds = 1e3 * seconds
    return f"{milliseconds:.1f} ms" if milliseconds < 100 else f"{milliseconds:.0f} ms"
