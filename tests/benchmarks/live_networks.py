"""Measures networks on a film of 60 frames a second in the window: how many frames are shown, and what one costs.

    xvfb-run -a python -m tests.benchmarks.live_networks [--seconds 3] [--only digits]

For the digit reader on 480p (made 28×28 and grey before its first layer), and for three convolutions of 16, 32 and 64
filters with ReLU and pools on 480p. Shown are the maps of the last layer or of the first, or all layers at a glance.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from convexplorer.gui.canvas.network.network_view import NetworkView
from convexplorer.gui.window.app import open_window
from convexplorer.model.project import Project
from convexplorer.model.ready.table import find_ready, ready_project
from convexplorer.sources import Source
from tests.benchmarks.film import write_film
from tests.benchmarks.live import SIZES
from tests.benchmarks.live_case import Painted, measure_frames, run_for
from tests.benchmarks.network_layers import pooled_stack

WARM_UP_MS = 2500
VIEWS = ("last", "first", "network")


def _digits(source: Source) -> Project:
    return ready_project(find_ready("digits-on-paper"), Project(source, ()))


def _stack(source: Source) -> Project:
    return Project(source, pooled_stack(16, 32, 64))


NETWORKS: dict[str, Callable[[Source], Project]] = {"digits": _digits, "16-32-64": _stack}


def main() -> None:
    """Print the table, each row measured in a process of its own."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.live_networks", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--only", default="", choices=("", *NETWORKS))
    parser.add_argument("--row", nargs=3, metavar=("FILM", "NETWORK", "VIEW"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.row:
        film, name, view = options.row
        print(json.dumps(measure(film, name, view, options.seconds)))
        return
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        write_film(film, *SIZES["480p"])
        print("| network on 480p | shown | frames a second | processor, ms a frame |")
        print("|---|---|---|---|")
        for name in NETWORKS:
            for view in VIEWS if options.only in ("", name) else ():
                found = _row(film, name, view, options.seconds)
                print(f"| {name} | {view} | {found['rate_hz']:.1f} | {found['frame_ms']:.1f} |")


def _row(film: Path, name: str, view: str, seconds: float) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:  # the person's settings stay out of it
        homes = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), home)
        command = [sys.executable, "-m", "tests.benchmarks.live_networks", "--seconds", str(seconds), "--row"]
        done = subprocess.run(
            [*command, str(film), name, view], env=os.environ | homes, capture_output=True, text=True, check=True
        )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(film: str, name: str, view: str, seconds: float) -> dict[str, float]:
    """Return the rate and the cost of a network on a film."""
    project = NETWORKS[name](Source("video", film))
    window = open_window(project=project, size=(1440, 900), theme_name="dark", is_talkative=False)
    window.bridge.player.set_loop(True)
    if view == "network":
        window.selection.select(mode="network")
    else:
        window.selection.select(layer=project.layers[-1 if view == "last" else 0].id)
    run_for(WARM_UP_MS)
    # The view of all layers is made when it is shown for the first time.
    painted = Painted(window, window.maps_panel.findChild(NetworkView) if view == "network" else None)
    try:
        return measure_frames(painted, seconds)
    finally:
        window.store.mark_saved()
        window.close()


if __name__ == "__main__":
    main()
