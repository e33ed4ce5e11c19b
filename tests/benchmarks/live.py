"""Measures how live the program is, beside twenty lines of OpenCV: frames that reach the screen, edits, and the mouse.

    python -m tests.benchmarks.live [--quick] [--only 720p,8] [--rounds 1] [--seconds 4] [--size 1440x900] [--json FILE]

For 480p, 720p and 1080p and for 1, 8 and 32 filters of 3×3 on colour, the window of the program and a script
(`opencv_script`: maps summed over the colours, and maps of the grey picture) show the same film, one after the other,
each in a process of its own, round after round; a row has the medians of all rounds. The film is a camera that moves
over natural pictures, 60 frames a second, so 60 is the most that the window can show; the script shows as many as it
can. The window is painted by xcb where DISPLAY is set, as under Xvfb, or else by Qt's offscreen platform.

fps : frames that reached the screen, each counted once; "glances" is the share of them shown without exact maps.
ms : processor time a frame, of all threads of the process.
edit : from committing one weight to the painted maps, median and 90 %, of a paused film and of a running one.
mouse : from a move over a map, while the film runs, to the painted explanation, median and 95 %.
dropped : frames of the film that were not shown.
load : the machine's load average at the end of the row; below 2 on two cores the row was measured alone.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from convexplorer import assets
from convexplorer._cv import cv2
from tests.benchmarks.film import write_film

SIZES = {"480p": (480, 640), "720p": (720, 1280), "1080p": (1080, 1920)}
FILTERS = (1, 8, 32)
STILL_S = 10.0
PATIENCE_S = 300.0
HEAD = (
    f"{'':16}{'the window':^27}{'script colour':^16}{'script grey':^15}{'window ÷':^14}{'edit, paused':^15}"
    f"{'edit, running':^15}{'mouse':^15}\n"
    f"{'input':>6}{'filters':>9} {'fps':>6}{'ms':>7}{'glances':>8}{'lost':>5}{'fps':>8}{'ms':>8}{'fps':>8}{'ms':>7}"
    f"{'colour':>7}{'grey':>6} {'50 %':>8}{'90 %':>7}{'50 %':>8}{'90 %':>7}{'50 %':>8}{'95 %':>7}{'load':>6}"
)


def main() -> None:
    """Print the table."""
    options = _options()
    cases = options.only or [(name, count) for name in SIZES for count in FILTERS]
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(folder)
        screen = f"{environment['QT_QPA_PLATFORM']}, window {options.size}"
        print(
            f"{platform.machine()}, {os.cpu_count()} cores, NumPy {np.__version__}, OpenCV {cv2.__version__}, {screen}"
        )
        print(HEAD, flush=True)
        rows = []
        for name, count in cases:
            film = Path(folder) / f"{name}.mp4"
            if not film.exists():
                write_film(film, *SIZES[name])
            rows.append(measure(film, name, count, options, environment))
            print(line_of(rows[-1]), flush=True)
        still: float | None = None
        if not options.quick:
            picture = str(assets.path("images", "cat.png"))
            still = _run("live_case", picture, "8", options.size, str(STILL_S), environment=environment)["processor"]
            print(f"a still picture, 8 filters: {still:.2%} of a core over {STILL_S:.0f} s")
        if options.json:
            options.json.write_text(json.dumps({"rows": rows, "still": still, "screen": screen}, indent=1))


def measure(
    film: Path, name: str, count: int, options: argparse.Namespace, environment: dict[str, str]
) -> dict[str, Any]:
    """Run window and scripts in turns; return the medians of all rounds, and the quantiles of all edits and moves."""
    arguments = str(film), str(count)
    rounds = []
    for _ in range(options.rounds):
        one = {"window": _run("live_case", *arguments, options.size, options.seconds, environment=environment)}
        for kind in ("colour", "grey"):
            script = _run("opencv_script", *arguments, kind, options.size, options.seconds, environment=environment)
            one[kind] = script
        rounds.append(one)
    row: dict[str, Any] = {"input": name, "filters": count, "load": os.getloadavg()[0]}
    for part, keys in (
        ("window", ("rate_hz", "frame_ms", "processor", "glances", "dropped")),
        ("colour", ("rate_hz", "frame_ms")),
        ("grey", ("rate_hz", "frame_ms")),
    ):
        row[part] = {key: statistics.median(one[part][key] for one in rounds) for key in keys}
    for key, high in (("edits_ms", 0.9), ("live_edits_ms", 0.9), ("moves_ms", 0.95)):
        taken = sorted(ms for one in rounds for ms in one["window"][key])
        row[key] = {"median": statistics.median(taken), "high": taken[int(len(taken) * high)]}
    return row


def line_of(row: dict[str, Any]) -> str:
    """Return a row as a line of the table."""
    window, colour, grey = row["window"], row["colour"], row["grey"]
    times = "".join(
        f"{row[key]['median']:8.1f}{row[key]['high']:7.1f}" for key in ("edits_ms", "live_edits_ms", "moves_ms")
    )
    ratios = [window["rate_hz"] / script["rate_hz"] for script in (colour, grey)]
    return (
        f"{row['input']:>6}{row['filters']:9} {window['rate_hz']:6.1f}{window['frame_ms']:7.1f}{window['glances']:8.0%}"
        f"{window['dropped']:5.0%}{colour['rate_hz']:8.1f}{colour['frame_ms']:8.1f}{grey['rate_hz']:8.1f}"
        f"{grey['frame_ms']:7.1f}{ratios[0]:7.2f}{ratios[1]:6.2f} "
        f"{times}{row['load']:6.1f}"
    )


def _run(module: str, *arguments: str, environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _environment(folder: str) -> dict[str, str]:
    """Return the variables of all processes: the person's settings stay out of it, and the screen is that of now."""
    homes = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), folder)
    screen = os.environ.get("QT_QPA_PLATFORM") or ("xcb" if os.environ.get("DISPLAY") else "offscreen")
    return {**os.environ, **homes, "QT_QPA_PLATFORM": screen}


def _options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.benchmarks.live", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="2 seconds, one round, no still")
    parser.add_argument("--only", action="append", type=_case, metavar="720p,8", help="only this row; may be repeated")
    parser.add_argument("--rounds", type=int, default=1, help="of window and scripts in turns for each row")
    parser.add_argument("--seconds", default="4", help="of video for each measurement")
    parser.add_argument("--size", default="1440x900", help="of the window")
    parser.add_argument("--json", type=Path, help="file for all numbers")
    options = parser.parse_args(arguments)
    if options.quick:
        options.seconds, options.rounds = "2", 1
    return options


def _case(text: str) -> tuple[str, int]:
    name, count = text.split(",")
    if name not in SIZES:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(SIZES)}")
    return name, int(count)


if __name__ == "__main__":
    main()
