"""`convexplorer patches` and `convexplorer statistics`: what a map looks for, and its bank, over many pictures."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from convexplorer.cli.given import SOURCES, source_of
from convexplorer.cli.parser import FAILED, explained, misused
from convexplorer.cli.progress import ProgressBar
from convexplorer.cli.recipes import recipe_of, recipe_parser
from convexplorer.words import SENTENCE_LIMIT, plain

if TYPE_CHECKING:
    from convexplorer.export.batch import Recipe
    from convexplorer.results.unit.computing import LayerMaps

    Use = Callable[[LayerMaps, str], object]


def patches(words: Sequence[str]) -> int:
    """Find the places that excite a map most: `convexplorer patches INPUT… --project FILE --layer LAYER/MAP`."""
    from convexplorer.export.files import check_suffix
    from convexplorer.export.patches import PATCH_FORMATS, patch_table, save_patches
    from convexplorer.results.unit.patches import PatchSearch, PatchWish

    parser = _parser("patches", "Find the places of pictures, folders and videos that excite a map or a class most.")
    parser.epilog = (
        "The map is the last one of --layer LAYER/MAP, counted from 0 or by its name, as conv2/17; with one map no "
        "number is needed. A place is left out if the middle of its receptive field lies in that of a stronger one of "
        "the same picture. OUT.png is a contact sheet, OUT.csv a table; without -o the table is printed."
    )
    add = parser.add_argument
    add("--count", type=int, default=24, metavar="N", help="so many places; default 24")
    add("--lowest", action="store_true", help="the most negative values instead of the largest")
    add("--each", type=int, default=0, metavar="N", help="at most so many of each picture")
    add(
        "--inside",
        action="store_true",
        help="leave out places that see something outside of the picture, if there are others",
    )
    options = _options(parser, words)
    if options.output:
        check_suffix(options.output, PATCH_FORMATS)
    recipe = recipe_of(options)
    wish = PatchWish(0, options.count, options.lowest, options.each, options.inside)
    searches: list[PatchSearch] = []

    def use(made: "LayerMaps", title: str) -> None:
        if not searches:
            searches.append(PatchSearch(replace(wish, channel=_map_of(recipe, made))))
        searches[0].add(made, title, made.frame.index)

    status = _walk(options, recipe, use)
    found = searches[0].patches if searches else ()
    if not found:
        print("convexplorer: no place was found", file=sys.stderr)
        return FAILED
    if options.output:
        save_patches(options.output, found)
        print(f"{len(found)} place{'' if len(found) == 1 else 's'} in {options.output}.")
    else:
        print(patch_table(found), end="")
    return status


def statistics(words: Sequence[str]) -> int:
    """Print the numbers of all maps of a layer: `convexplorer statistics INPUT… --project FILE --layer LAYER`."""
    from convexplorer.export.files import check_suffix
    from convexplorer.export.patches import STATISTICS_FORMATS, save_statistics, statistics_table
    from convexplorer.results.unit.bank_statistics import BankStatistics

    parser = _parser("statistics", "Print the numbers of all maps of a layer over pictures, folders and videos.")
    parser.epilog = (
        "A row for each map: mean, deviation and extremes of all its values, the share that is 0, the share of cells "
        "in which it is larger than every other map, and 1 if it is dead, 0 in all pictures. Without -o it is printed."
    )
    options = _options(parser, words)
    if options.output:
        check_suffix(options.output, STATISTICS_FORMATS)
    bank = BankStatistics()
    status = _walk(options, recipe_of(options), lambda made, _: bank.add(made))
    if not bank.frames:
        return FAILED
    if options.output:
        save_statistics(options.output, bank.numbers())
        print(f"{len(bank.names)} maps of {bank.frames} picture{'' if bank.frames == 1 else 's'} in {options.output}.")
    else:
        print(statistics_table(bank.numbers()), end="")
    return status


def _parser(name: str, description: str) -> argparse.ArgumentParser:
    parser = recipe_parser(name, description)
    parser.add_argument("inputs", nargs="+", metavar="INPUT", type=explained(source_of), help=SOURCES)
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="a file")
    return parser


def _options(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.Namespace:
    options = parser.parse_args(words)
    if not (options.kernel or options.project or options.layer):
        parser.error("say of which layer: --project FILE, --kernel NAME or --layer KIND")
    if options.output:
        from convexplorer.export.originals import Originals, files_of

        Originals([*files_of(options.inputs), *options.kernel, options.project or ""]).check(options.output)
    return options


def _walk(options: argparse.Namespace, recipe: "Recipe", use: "Use") -> int:
    """Call `use` with the maps of every picture of every input; say what failed, and return the status."""
    from convexplorer.model.default import default_project
    from convexplorer.results.unit.computing import compute
    from convexplorer.results.unit.walking import Progress, walk
    from convexplorer.sources import describe_source
    from convexplorer.sources.frame import Frame, SourceError, SourceInfo

    project = replace(
        default_project(),
        layers=recipe.layers,
        channels=recipe.channels,
        display=recipe.display,
        numbers=recipe.numbers,
        class_names=recipe.class_names,
        preprocessing=recipe.preprocessing,
    )
    failures: list[tuple[str, str]] = []
    for source in options.inputs:
        newest = Progress()

        def used(frame: Frame, title: str) -> None:
            use(compute(project, project.layers[-1].id, frame), title)

        with ProgressBar(sys.stderr) as bar:

            def tell(progress: Progress) -> None:
                nonlocal newest
                newest = progress
                bar.show(SourceInfo(progress.title, progress.total, is_estimated=progress.is_estimated), progress.done)

            try:
                walk(source, used, tell)
            except SourceError as error:
                failures.append((describe_source(source), str(error)))
        failures += newest.failures
    for name, sentence in failures:
        line = sentence if name in sentence else f"{name}: {sentence}"
        print(f"convexplorer: {plain(line, SENTENCE_LIMIT)}", file=sys.stderr)
    return FAILED if failures else 0


def _map_of(recipe: "Recipe", made: "LayerMaps") -> int:
    """Return which map is searched; ValueError if there are several and none was named."""
    from convexplorer.model.address import Address
    from convexplorer.results.addressed import Named, find

    layer = recipe.layers[-1].id
    if recipe.map is None:
        if len(made.maps) == 1:
            return 0
        raise SystemExit(misused(f"{layer} has {len(made.maps)} maps; say which, as in --layer {layer}/0"))
    named = Named(recipe.layers, made.evaluation, made.input_names, recipe.class_names)
    found = find(Address(layer, recipe.map), named).map
    assert found is not None
    return found
