"""Measures whole networks: every layer's maps by the core, beside ONNX Runtime on the same network.

    python -m tests.benchmarks.networks [--rounds 9] [--only mobilenet] [--layers]

Networks with random weights are written as ONNX by this program. All run in one thread and in turns; the columns are
milliseconds of processor time, medians: the core, which keeps the maps of every layer; the evaluation of the window,
which asks a session of ONNX Runtime for them; ONNX Runtime alone where every layer is an output; and where only the
result is. `--layers` lists where the core's time goes.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from convexplorer import core
from convexplorer._threads import alone
from convexplorer.core.network.library import asking
from convexplorer.export.network.plan import plan_of
from convexplorer.export.onnx_file import onnx_bytes
from convexplorer.export.onnx_session import prepare
from convexplorer.live.whole_networks import REST_S, WholeNetworks
from convexplorer.model.build import build
from convexplorer.model.layer import Layer
from convexplorer.model.ready.digits import digits
from tests.benchmarks.network_layers import mobilenet_v2, pooled_stack

WARM_UP = 2
SHOWN_LAYERS = 20


@dataclass(frozen=True)
class Case:
    """A network, and the shape (channels, rows, columns) of its picture."""

    name: str
    make: Callable[[], tuple[Layer, ...]]
    shape: tuple[int, int, int]


CASES = (
    Case("digits 28×28", digits, (1, 28, 28)),
    Case("16-32-64 with pools 640×480", lambda: pooled_stack(16, 32, 64), (3, 480, 640)),
    Case("mobilenet v2 224×224", mobilenet_v2, (3, 224, 224)),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.networks", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--layers", action="store_true", help="where the core's time goes")
    options = parser.parse_args()
    print(
        "| network | layers | maps, MB | core | window | ONNX Runtime, all layers | result only | core ÷ all "
        "| window ÷ all | largest error |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for case in CASES:
        if options.only in case.name:
            measure(case, options.rounds, has_layers=options.layers)


def measure(case: Case, rounds: int, *, has_layers: bool) -> None:
    """Print the row of a network."""
    import onnxruntime

    layers = case.make()
    image = np.random.default_rng(1).random(case.shape, np.float32)
    graph, plan = build(layers, case.shape).graph, plan_of(layers, case.shape)
    quiet = onnxruntime.SessionOptions()
    quiet.intra_op_num_threads = 1
    full, result = (
        onnxruntime.InferenceSession(onnx_bytes(plan, has_all_layers=is_full), quiet) for is_full in (True, False)
    )
    library = with_session(graph, image)
    given = {full.get_inputs()[0].name: image[np.newaxis]}
    calls: tuple[Callable[[], object], ...] = (
        lambda: core.evaluate(graph, image),
        lambda: asked(library, graph, image),
        lambda: full.run(None, given),
        lambda: result.run(None, given),
    )
    times: list[list[float]] = [[] for _ in calls]
    with alone():
        for _ in range(rounds + WARM_UP):
            for call, taken in zip(calls, times, strict=True):
                began_s = time.process_time()
                call()
                taken.append((time.process_time() - began_s) * 1e3)
        ours, expected = core.evaluate(graph, image), full.run(None, given)
    size = sum(maps.nbytes for i in range(len(ours)) if (maps := ours.maps_of(i)) is not None) / 1e6
    error = max(
        float(np.abs(ours.maps_of(i) - theirs[0]).max() / max(1e-9, float(np.abs(theirs).max())))
        for i, theirs in enumerate(expected)
    )
    medians = [statistics.median(taken[WARM_UP:]) for taken in times]
    numbers = " | ".join(f"{each:.1f}" for each in medians)
    ratios = " | ".join(f"{each / medians[2]:.2g}" for each in medians[:2])
    print(f"| {case.name} | {len(layers)} | {size:.0f} | {numbers} | {ratios} | {error:.0e} |")
    if has_layers:
        runs = [core.evaluate(graph, image) for _ in range(rounds)]
        seconds = [statistics.median(run.results[i].seconds for run in runs) for i in range(len(layers))]
        for i in sorted(range(len(layers)), key=lambda i: -seconds[i])[:SHOWN_LAYERS]:
            share = seconds[i] / sum(seconds)
            layer, shape = layers[i], ours.results[i].shape
            print(f"    {seconds[i] * 1e3:6.2f} ms {share:5.1%}  {layer.id}  {layer.title}  {shape}")


def with_session(graph: core.Graph, image: np.ndarray) -> WholeNetworks:
    """Return what the window's engine asks, after the network has stayed for a while; small ones have no session."""
    times_s = [0.0]
    networks = WholeNetworks(prepare, clock=lambda: times_s[-1], has_thread=False)
    asked(networks, graph, image)
    times_s.append(2 * REST_S)
    asked(networks, graph, image)
    networks.make_due()
    return networks


def asked(library: WholeNetworks, graph: core.Graph, image: np.ndarray) -> core.Evaluation:
    """Evaluate as the window does."""
    with asking(library):
        return core.evaluate(graph, image)


if __name__ == "__main__":
    main()
