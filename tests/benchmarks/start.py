"""Measures the cold start: from the call of the program to a painted window with its first feature maps.

    python -m tests.benchmarks.start [--runs 9] [--imports]

Each run is a process of its own. The program takes turns with processes that only import what it stands on, so that all
of them meet the same machine; ratios are those of the medians. The first round warms the disk and the bytecode, which
is kept apart from that of the checkout, and is not counted. “Processor” is the time of all threads of a process, which
other work on the machine lengthens less. `--imports` says which packages the time of the imports goes to.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RUNS = 9
BARE = {
    "Qt, pyqtgraph, OpenCV": "import PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets, PySide6.QtSvg, pyqtgraph, cv2",
    "Qt, NumPy, OpenCV": "import PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets, PySide6.QtSvg, numpy, cv2",
}
# Prints, at the end of a stage, its name, the time of all processes' one clock, and the processor time until then.
CLOCK = """
import time
def reached(stage):
    print(stage, time.monotonic(), time.process_time(), sep="|", flush=True)
reached("interpreter")
"""
# Runs the program from its command line; the module that opens the window is watched from its import on.
PROGRAM = """
import importlib.abc, importlib.util, sys

class Watch(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "convexplorer.gui.window.app":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module
        def exec_module(module):
            load(module)
            watch(module)
        spec.loader.exec_module = exec_module
        return spec

def watch(app):
    from PySide6.QtCore import QEvent, QTimer
    reached("imports")

    class Watched(app.MainWindow):
        is_painted = has_maps = False

        def __init__(self, *arguments, **options):
            reached("project and look")
            super().__init__(*arguments, **options)
            reached("window built")
            self.bridge.picture_ready.connect(self.note_picture)
            QTimer.singleShot(30_000, self.close)

        def show(self):
            super().show()
            reached("shown")

        def note_picture(self):
            if not self.has_maps:
                self.has_maps = True
                reached("maps delivered")

        def event(self, event):
            is_done = super().event(event)
            if event.type() == QEvent.Type.UpdateRequest:
                if not self.is_painted:
                    self.is_painted = True
                    reached("first paint")
                if self.has_maps:
                    reached("maps painted")
                    self.has_maps = False
                    self.bridge.picture_ready.disconnect(self.note_picture)
                    self.close()
            return is_done

    app.MainWindow = Watched

sys.meta_path.insert(0, Watch())
from convexplorer.cli import main
sys.exit(main(["--size", "1440x900"]))
"""


@dataclass(frozen=True)
class Run:
    """Seconds since the process was started, by stage: those of the clock, and those of the processor."""

    wall: Mapping[str, float]
    processor: Mapping[str, float]


def measure(code: str, environment: Mapping[str, str]) -> Run:
    """Run a process to its end and return its time line."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", CLOCK + code], capture_output=True, text=True, check=True, timeout=90, env=environment
    )
    rows = [line.split("|") for line in done.stdout.splitlines()]
    wall = {stage: float(at) - began for stage, at, _ in rows}
    return Run(wall, {stage: float(spent) for stage, _, spent in rows})


def import_times(environment: Mapping[str, str]) -> Counter[str]:
    """Return the milliseconds of the modules that are imported before the first painted maps, by package."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", CLOCK + PROGRAM],
        capture_output=True, text=True, check=True, timeout=90, env=environment,
    )  # fmt: skip
    times: Counter[str] = Counter()
    for own_us, module in re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", done.stderr):
        names = module.split(".")
        times[".".join(names[: 2 if names[0] == "convexplorer" else 1])] += int(own_us) / 1e3
    return times


def main() -> None:
    """Print the ratios and the time line."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.start", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--imports", action="store_true", help="also say which packages the imports cost")
    options = parser.parse_args()
    codes = {"ConvExplorer": PROGRAM} | {name: f"{what}\nreached('imported')" for name, what in BARE.items()}
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(folder)
        runs: dict[str, list[Run]] = {name: [] for name in codes}
        for round_ in range(options.runs + 1):
            for name, code in codes.items():
                run = measure(code, environment)
                if round_:
                    runs[name].append(run)
        _print_ratios(runs)
        _print_line(runs["ConvExplorer"])
        if options.imports:
            _print_imports(import_times(environment))


def _environment(folder: str) -> dict[str, str]:
    """Return an environment without settings of the person, and with bytecode of its own, whatever is set."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "PYTHONPYCACHEPREFIX"):
        environment[name] = os.path.join(folder, name.lower())
    return environment


def _print_ratios(runs: Mapping[str, Sequence[Run]]) -> None:
    ends = {
        name: ([list(run.wall.values())[-1] for run in some], [list(run.processor.values())[-1] for run in some])
        for name, some in runs.items()
    }
    own_wall, own_processor = map(statistics.median, ends["ConvExplorer"])
    print(f"{'':32}{'clock, ms':>20}{'processor, ms':>20}   ConvExplorer is")
    print(f"{'':32}{'minimum':>10}{'median':>10}{'minimum':>10}{'median':>10}   clock, processor")
    for name, (wall, processor) in ends.items():
        label = f"{name}, maps painted" if name == "ConvExplorer" else f"imports of {name}"
        figures = "".join(f"{one * 1e3:10.0f}" for x in (wall, processor) for one in (min(x), statistics.median(x)))
        ratio = own_wall / statistics.median(wall), own_processor / statistics.median(processor)
        print(f"{label:32}{figures}   {ratio[0]:.2f} ×, {ratio[1]:.2f} ×")


def _print_line(runs: Sequence[Run]) -> None:
    print("\ntime line, medians, ms since the start of the process (and of the stage)")
    last = (0.0, 0.0)
    for stage in runs[0].wall:
        wall = statistics.median(run.wall[stage] for run in runs) * 1e3
        processor = statistics.median(run.processor[stage] for run in runs) * 1e3
        added = wall - last[0], processor - last[1]
        print(f"  {stage:20}{wall:8.0f} ({added[0]:+5.0f}) clock{processor:8.0f} ({added[1]:+5.0f}) processor")
        last = wall, processor


def _print_imports(times: Counter[str]) -> None:
    print(f"\nimports by package, one run, ms; {sum(times.values()):.0f} in all")
    for name, spent in times.most_common(16):
        print(f"  {name:28}{spent:8.1f}")


if __name__ == "__main__":
    main()
