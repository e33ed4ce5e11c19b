"""`convexplorer kernels`, `layers` and `cameras`: what has a name here."""

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from convexplorer.cli.parser import Parser
from convexplorer.words import plain

if TYPE_CHECKING:
    from convexplorer.core.parameter import Parameter

_NAME_WIDTH = 22  # width of the column of kernel names


def list_kernels(words: Sequence[str]) -> int:
    """List the presets: `convexplorer kernels [--json]`."""
    from convexplorer.kernels.presets import groups

    parser = Parser(prog="convexplorer kernels", description="List the kernels that have a name.")
    parser.add_argument("--json", action="store_true", help="for programs")
    if parser.parse_args(words).json:
        rows = [
            {
                "name": preset.name,
                "group": preset.group,
                "label": preset.label,
                "explanation": preset.explanation,
                "parameters": {
                    one.name: {"default": one.default, "minimum": one.minimum, "maximum": one.maximum}
                    for one in preset.parameters
                },
            }
            for presets in groups().values()
            for preset in presets
        ]
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return 0
    for group, presets in groups().items():
        print(group)
        for preset in presets:
            _print_entry(preset.name, preset.explanation, map(_parameter_text, preset.parameters))
        print()
    return 0


def list_layers(words: Sequence[str]) -> int:
    """List the kinds of layers with their settings: `convexplorer layers`."""
    from convexplorer.core.kinds import GROUP_ORDER, KINDS

    Parser(prog="convexplorer layers", description="List the kinds of layers.").parse_args(words)
    for group in GROUP_ORDER:
        print(group)
        for name, row in KINDS.items():
            if row.group == group:
                _print_entry(name, f"{row.keras_name()}. {row.summary}", (f"{one.name}=" for one in row.settings))
        print()
    return 0


def list_cameras(words: Sequence[str]) -> int:
    """List the cameras: `convexplorer cameras`."""
    from convexplorer.sources import cameras

    Parser(prog="convexplorer cameras", description="List the cameras of this machine.").parse_args(words)
    found = cameras.list_cameras()
    for camera in found:
        print(f"camera:{camera.index}  {plain(camera.name)}")
    if not found:
        print("There is no camera.")
    return 0


def _print_entry(name: str, text: str, settings: Iterable[str]) -> None:
    """Print a name with what it is, and below it what can be set."""
    print(f"  {name:<{_NAME_WIDTH}} {_column_text(text)}")
    told = ",".join(settings)
    if told:
        print(f"  {'':<{_NAME_WIDTH}} :{told}")


def _column_text(text: str) -> str:
    """Wrap the text of the right column to the terminal's width; keep one line for a file or a pipe."""
    indent = _NAME_WIDTH + 3
    if not sys.stdout.isatty():
        return text
    width = max(shutil.get_terminal_size().columns, 2 * indent)
    return textwrap.fill(text, width, initial_indent=" " * indent, subsequent_indent=" " * indent).lstrip()


def _parameter_text(parameter: "Parameter") -> str:
    return f"{parameter.name}={parameter.default:g} ({parameter.minimum:g}…{parameter.maximum:g})"
