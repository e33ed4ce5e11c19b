"""`convexplorer response`: what a kernel does, in figures and as files."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from convexplorer.cli.parser import Parser, explained
from convexplorer.words import plain

if TYPE_CHECKING:
    from convexplorer.results.effects import Effects


def response(words: Sequence[str]) -> int:
    """Print the figures of a kernel, and write its response: `convexplorer response KERNEL [-o OUT]`."""
    from convexplorer.export.kernels import parse_kernels
    from convexplorer.export.response import COUNT, save_response
    from convexplorer.kernels.planes import merged
    from convexplorer.results.effects import Effects
    from convexplorer.results.figure_words import figure_words

    parser = Parser(
        prog="convexplorer response", description="Print what a kernel does to waves, flat areas and noise."
    )
    parser.add_argument("kernel", metavar="NAME|FILE", help="a name, name:parameter=value,… or a file with one kernel")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="the response: *.csv, *.npy, *.npz or *.png")
    parser.add_argument(
        "--count", type=explained(_count), metavar="N",
        help=f"frequencies along an axis, from −Nyquist to Nyquist; default {COUNT}, of a picture 513",
    )  # fmt: skip
    parser.add_argument("--show", choices=("magnitude", "decibels", "phase"), default="magnitude", help="in a picture")
    parser.add_argument("--json", action="store_true", help="figures as numbers, for programs")
    parser.epilog = (
        "Frequencies are in cycles per pixel, wavelengths in pixels, angles clockwise from the right. The kernel is "
        "applied without a flip, so phases have the opposite sign of those of a convolution."
    )
    options = parser.parse_args(words)
    filters = parse_kernels(options.kernel).filters
    if len(filters) != 1:
        raise ValueError(f"a response is that of one kernel; {options.kernel} has {len(filters)}")
    one = filters[0]
    if one.rank != 2:
        raise ValueError(f"a response is that of rows and columns; {options.kernel} has {one.rank} axes")
    effects = Effects(merged(one.planes)[0])
    if effects.why_not:
        raise ValueError(effects.why_not)
    if options.output is not None:
        save_response(options.output, effects.plane, options.count, kind=options.show)
    if options.json:
        print(json.dumps(_numbers(effects), indent=1, ensure_ascii=False))
        return 0
    print(plain(one.name))
    for figure in figure_words(effects):
        print(f"  {figure.label:<13} {figure.value}")
    return 0


def _numbers(effects: "Effects") -> dict[str, object]:
    """Return the figures as JSON holds them: what is infinite or no number is null."""
    found = effects.figures
    numbers: dict[str, object] = asdict(found)
    if found.band is not None:
        numbers["band"] = {**asdict(found.band), "octaves": found.band.octaves}
    numbers["singular_values"] = effects.singular_values.tolist()

    def told(value: object) -> object:
        if isinstance(value, dict):
            return {name: told(each) for name, each in value.items()}
        return None if isinstance(value, float) and not math.isfinite(value) else value

    return {name: told(value) for name, value in numbers.items()}


def _count(text: str) -> int:
    from convexplorer.export.response import MAX_COUNT

    if not (text.isdecimal() and len(text) < 7 and 2 <= int(text) <= MAX_COUNT):
        raise ValueError(f"must be a whole number from 2 to {MAX_COUNT}; got {text!r}")
    return int(text)
