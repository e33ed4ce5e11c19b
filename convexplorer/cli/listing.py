"""`convexplorer kernels`, `layers` and `cameras`: what has a name here."""

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from convexplorer.cli.parser import Parser
from convexplorer.words import plain

if TYPE_CHECKING:
    from convexplorer.core.parameter import Parameter
    from convexplorer.kernels.presets import Preset
    from convexplorer.model.library.entry import Entry

_NAME_WIDTH = 22  # width of the column of kernel names


def list_kernels(words: Sequence[str]) -> int:
    """List presets and library, or print kernels: `convexplorer kernels [--json] [SEARCH]`, `… NAME --as FORM`."""
    from convexplorer.cli.kernel_code import print_kernels
    from convexplorer.export.kernel_code.table import KERNEL_FORMS
    from convexplorer.kernels.presets import groups
    from convexplorer.model.library.library import Library
    from convexplorer.model.library.one_list import entry_line, entry_matches, preset_matches

    parser = Parser(prog="convexplorer kernels", description="List the kernels that have a name.")
    parser.add_argument("search", nargs="*", metavar="WORD", help="only those whose name, tags or text have all words")
    parser.add_argument("--json", action="store_true", help="for programs")
    help_ = f"print them in this form: {', '.join(KERNEL_FORMS)}; a WORD is then a name, a file, or - for any text"
    parser.add_argument("--as", dest="form", choices=tuple(KERNEL_FORMS), metavar="FORM", help=help_)
    options = parser.parse_args(words)
    if options.form:
        if not options.search:
            parser.error("--as prints kernels: name them, or - for a text on the standard input")
        return print_kernels(options.search, options.form)
    query = " ".join(options.search)
    library = Library()
    shelf = library.read()
    found = [entry for entry in shelf.entries if entry_matches(entry, query)]
    chosen = {
        group: shown
        for group, presets in groups().items()
        if (shown := [preset for preset in presets if preset_matches(preset, query)])
    }
    for fault in shelf.faults:
        print(f"convexplorer: in the library, {fault.sentence}", file=sys.stderr)
    if options.json:
        rows = [*map(_preset_row, (one for presets in chosen.values() for one in presets)), *map(_entry_row, found)]
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return 0
    for group, presets in chosen.items():
        print(group)
        for preset in presets:
            _print_entry(preset.name, preset.explanation, map(_parameter_text, preset.parameters))
        print()
    if found:
        print(f"Library ({plain(str(library.folder), 200)})")
        for entry in found:
            _print_entry(entry.key if _is_taken(entry, shelf.entries) else entry.name, entry_line(entry), ())
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


def _preset_row(preset: "Preset") -> dict[str, Any]:
    return {
        "name": preset.name,
        "group": preset.group,
        "label": preset.label,
        "explanation": preset.explanation,
        "parameters": {
            one.name: {"default": one.default, "minimum": one.minimum, "maximum": one.maximum}
            for one in preset.parameters
        },
    }


def _entry_row(entry: "Entry") -> dict[str, Any]:
    return {
        "name": entry.key,
        "group": "Library",
        "label": entry.label,
        "explanation": entry.explanation,
        "parameters": {},
        "tags": list(entry.tags),
        "notes": entry.notes,
        "filters": len(entry.filters),
        "file": entry.file,
    }


def _is_taken(entry: "Entry", entries: "Sequence[Entry]") -> bool:
    """Return True if the short name of an entry means several kernels."""
    from convexplorer.kernels.presets import presets

    return entry.name in presets() or sum(other.name == entry.name for other in entries) > 1


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
