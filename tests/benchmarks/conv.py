"""Measures convolutions against what people use instead, and against what this machine can do.

    python -m tests.benchmarks.conv [--quick] [--busy] [--only PATTERN] [--peers]

All engines run in one process, in turns, on the same arrays, each with as many threads as it likes, and drop their
result before the next call; every result is compared with ours. Ours is the plain call by the fixed plan or, for small
inputs, the convolution made ready if that is faster. What takes more than a millisecond or two also races, as in the
window: "raced" are the ratios of medians and of minima by the algorithm that won, whose name follows; with no name, the
fixed plan stands. A turn is a pause, as between two frames, and then some calls one after the other; the first is
measured apart ("rested"), because it finds threads asleep and caches cold.
A line shows the milliseconds of ours and of the best peer, and ours / best peer as a ratio of medians, of minima and of
medians when rested: below 1 is faster than everything else that is installed. "work" is the ratio of the least
processor time of all threads, which other programs disturb less than the clock. The last columns say how far from the
machine's limit ours is (its matrix products and its copies, measured first) and whether the median reaches its target.
With --busy, for a machine that has other work to do, processor time takes the place of the clock everywhere, also in
races. At the end, two straight lines show how cost grows with pixels and with filters. What limits the missed targets
is told in docs/performance.md.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import argparse
import fnmatch
import platform
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from convexplorer import _onnxruntime, core
from convexplorer._cv import cv2
from convexplorer.core.convolution.race import Races
from convexplorer.core.convolution.records import Records, using
from tests.benchmarks.peers import Call, peers
from tests.benchmarks.workloads import SIZES, Work, same, workloads

# As between two frames; the threads of a library that has just computed, which spin for a while, sleep by then.
PAUSE_S = 0.02
# So long an engine computes in its turn, call after call.
TURN_S = 0.01
# The plain call, and the convolution made ready with an array for its result, as a peer's "kept" session has one.
OURS = ("ours", "ours kept")
RACED = "ours raced"
# With fewer products, a call costs as much as computing.
SMALL = 10_000_000
Clock = Callable[[], float]

# An engine that took this many times as long as the fastest is not measured again.
HOPELESS = 5


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.conv", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a quarter of the time, less steady numbers")
    parser.add_argument("--busy", action="store_true", help="judge by processor time, which others disturb less")
    parser.add_argument("--only", default="*", metavar="PATTERN", help='such as "bank*720p" or "small*"')
    parser.add_argument("--peers", action="store_true", help="show every engine's milliseconds")
    options = parser.parse_args()
    budget_s = 0.5 if options.quick else 2.0
    chosen = [work for work in workloads() if fnmatch.fnmatch(work.name, options.only)]
    flops, copied = sgemm_rate(), copy_rate()
    print(f"{platform.machine()}, {os.cpu_count()} cores, NumPy {np.__version__}, OpenCV {cv2.__version__}")
    print(f"limits: {flops / 1e9:.0f} GFLOP/s of matrix products, {copied / 1e9:.1f} GB/s read and written\n")
    heads = f"{'median':>7}{'min':>6}{'rested':>8}{'work':>6}{'limit':>7}{'raced':>7}{'min':>6}{'target':>8}"
    print(f"{'work':42}{'ours ms':>9}{'peer ms':>9}  {'best peer':20}{heads}")
    met = np.zeros(2, int)
    for work in chosen:
        clock = time.process_time if options.busy else time.perf_counter
        winner, call = race(work, clock)
        calls = {**ours(work), **({RACED: call} if winner else {}), **peers(work)}
        check(work, calls)
        times = interleave(calls, budget_s, clock=clock)
        limit_s = max(2 * work.multiply_adds / flops, work.least_bytes / copied)
        met += report(work, times, limit_s, winner, options.peers)
    print(f"\n{met[0]} of {len(chosen)} targets met by the fixed plan, {met[1]} with races")
    if options.only == "*":
        print_growth(budget_s)


def ours(work: Work) -> dict[str, Call]:
    """Return the plain call of our own function and, where that counts, the convolution made ready."""
    x, settings = work.image, {"strides": work.stride, "padding": work.padding}
    if work.is_pool:
        pool = core.max_pool if work.operator == "max" else core.average_pool
        return {"ours": lambda: pool(x, work.size, **settings)}
    weights = work.weights
    if work.operator == "transpose":
        return {"ours": lambda: core.conv_transpose(x, weights, **settings)}
    settings.update(dilation_rate=work.dilation, groups=work.groups)
    calls: dict[str, Call] = {"ours": lambda: core.conv(x, weights, **settings)}
    if work.multiply_adds < SMALL:
        prepared = core.PreparedConv(x.shape, weights, **settings)
        calls["ours kept"] = lambda: prepared(x)
    return calls


def race(work: Work, clock: Clock) -> tuple[str, Call]:
    """Let algorithms race as in the window; return who beats the fixed plan ("" if none) and the call of all."""
    if work.is_pool or work.operator == "transpose":
        return "", lambda: None
    records = Records(clock=clock)
    races, call = Races(records, processor=None), ours(work)["ours"]

    def run() -> object:
        with using(records):
            return call()

    _onnxruntime.load()
    run(), run()
    while races.run_one(lambda: False):
        time.sleep(PAUSE_S)
    found = [record.winner for record in records.known.values() if record.winner != record.rule]
    return "".join(found), run


def check(work: Work, calls: dict[str, Call]) -> None:
    """Raise AssertionError if a result differs from ours by more than float32 rounding."""
    expected = np.asarray(calls["ours"]())
    allowed = 2e-5 * float(np.abs(expected).max())
    for name, call in calls.items():
        y = np.asarray(call())
        difference = float(np.abs(y - expected).max()) if y.shape == expected.shape else np.inf
        assert difference <= allowed, f"{work.name}: {name} differs by {difference}, allowed is {allowed}"


@dataclass(frozen=True)
class Times:
    """Seconds per call, of the clock and of all processors, some for each turn; `rested` are the first of a turn."""

    clock: list[float] = field(default_factory=list)
    processors: list[float] = field(default_factory=list)
    rested: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The usual time."""
        return statistics.median(self.clock)


def interleave(
    calls: dict[str, Call], budget_s: float, hopeless: float = HOPELESS, *, clock: Clock = time.perf_counter
) -> dict[str, Times]:
    """Return times for each engine, taken in turns of changing order; hopeless ones are left out."""
    once = {name: min(_seconds(call, 1, clock)[0] for _ in range(2)) for name, call in calls.items()}
    names = [name for name in calls if name in (*OURS, RACED) or once[name] <= hopeless * min(once.values())]
    repeats = {name: max(1, int(5e-4 / max(once[name], 1e-7))) for name in names}
    lasting = {name: once[name] * repeats[name] for name in names}
    counts = {name: max(2, int(TURN_S / lasting[name])) for name in names}
    turn_s = sum(PAUSE_S + once[name] + counts[name] * lasting[name] for name in names)
    times = {name: Times() for name in names}
    rng = np.random.default_rng(0)
    for _ in range(min(30, max(3, int(budget_s / turn_s)))):
        for i in rng.permutation(len(names)):
            call, of_engine = calls[names[i]], times[names[i]]
            time.sleep(PAUSE_S)
            of_engine.rested.append(_seconds(call, 1, clock)[0])
            for _ in range(counts[names[i]]):
                seconds, processors = _seconds(call, repeats[names[i]], clock)
                of_engine.clock.append(seconds)
                of_engine.processors.append(processors)
    return times


def report(work: Work, times: dict[str, Times], limit_s: float, winner: str, show_peers: bool) -> tuple[bool, bool]:
    """Print a line, and return whether the target is met by the fixed plan, and by what has won the race."""
    own = min((times[name] for name in OURS if name in times), key=lambda one: one.median)
    others = {name: one for name, one in times.items() if name not in (*OURS, RACED)}
    line = f"{work.name:42}{own.median * 1e3:9.3f}"
    if not others:
        print(line, flush=True)
        return False, False
    best = min(others, key=lambda name: others[name].median)
    ratio = own.median / others[best].median
    of_least = min(own.clock) / min(min(one.clock) for one in others.values())
    of_work = min(own.processors) / min(min(one.processors) for one in others.values())
    of_rested = statistics.median(own.rested) / min(statistics.median(one.rested) for one in others.values())
    winning = times.get(RACED, own)
    raced = winning.median / others[best].median
    raced_least = min(winning.clock) / min(min(one.clock) for one in others.values())
    ratios = f"{ratio:7.2f}{of_least:6.2f}{of_rested:8.2f}{of_work:6.2f}{min(own.clock) / limit_s:6.1f}×"
    ratios += f"{raced:7.2f}{raced_least:6.2f}"
    verdict = f"≤ {work.target} {'met' if raced <= work.target else 'MISSED'} {winner}".rstrip()
    print(f"{line}{others[best].median * 1e3:9.3f}  {best:20}{ratios}  {verdict}", flush=True)
    if show_peers:
        shown = (f"{name} {one.median * 1e3:.3f}/{min(one.clock) * 1e3:.3f}" for name, one in times.items())
        print("    median/min ms: " + ", ".join(shown))
    return ratio <= work.target, raced <= work.target


def print_growth(budget_s: float) -> None:
    """Print how cost grows with pixels and with filters: a straight line each, and how well it fits."""
    heights = (180, 360, 540, 720, 900, 1080)
    by_pixels = [same("", 1.0, (3, height, height * 16 // 9), 8, 3) for height in heights]
    by_filters = [same("", 1.0, (3, *SIZES["480p"]), filters, 3) for filters in (4, 8, 16, 32, 48, 64)]
    print("\ncost as a straight line")
    for what, works, amounts in (
        ("3->8 3x3, megapixels", by_pixels, [work.x[1] * work.x[2] / 1e6 for work in by_pixels]),
        ("3->n 3x3 480p, filters", by_filters, [float(work.kernel[0]) for work in by_filters]),
    ):
        times = interleave({str(i): ours(work)["ours"] for i, work in enumerate(works)}, budget_s, np.inf)
        milliseconds = [1e3 * min(times[str(i)].clock) for i in range(len(works))]
        offset, slope, fit = straight_line(amounts, milliseconds)
        print(f"  {what}: {offset:.2f} ms + {slope:.3f} ms each, R² {fit:.4f}")


def straight_line(x: Sequence[float], y: Sequence[float]) -> tuple[float, float, float]:
    """Return offset, slope and R² of the least-squares line."""
    slope, offset = np.polyfit(x, y, 1)
    rest = np.asarray(y) - (offset + slope * np.asarray(x))
    return float(offset), float(slope), float(1 - rest.var() / np.var(y))


def sgemm_rate() -> float:
    """Return the most float32 operations a second that matrix products reach, on all cores."""
    n = 1024

    def make() -> Callable[[], object]:
        a, b, y = (np.ones((n, n), np.float32) for _ in range(3))
        return lambda: np.matmul(a, b, out=y)

    return _rate_of_all_cores(make, 2.0 * n**3)


def copy_rate() -> float:
    """Return the most bytes a second, read and written together, that copies of large arrays reach."""
    n = 16 << 20

    def make() -> Callable[[], object]:
        source, target = (np.ones(n, np.float32) for _ in range(2))
        return lambda: np.copyto(target, source)

    return _rate_of_all_cores(make, 2.0 * 4 * n)


def _rate_of_all_cores(make: Callable[[], Callable[[], object]], amount: float, times: int = 8) -> float:
    calls = [make() for _ in range(os.cpu_count() or 1)]
    best = 0.0
    for _ in range(times):
        threads = [threading.Thread(target=call) for call in calls]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        best = max(best, amount * len(calls) / (time.perf_counter() - start))
    return best


def _seconds(call: Call, repeats: int, clock: Clock) -> tuple[float, float]:
    """Return seconds per call, of the clock and of all processors."""
    start_s, processors = clock(), time.process_time()
    for _ in range(repeats):
        call()
    return (clock() - start_s) / repeats, (time.process_time() - processors) / repeats


if __name__ == "__main__":
    main()
