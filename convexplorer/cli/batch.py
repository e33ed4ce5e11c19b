"""`convexplorer apply`: kernels and layers applied to many files."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from convexplorer.cli.given import SOURCES, source_of
from convexplorer.cli.parser import FAILED, explained
from convexplorer.cli.progress import ProgressBar
from convexplorer.cli.recipes import recipe_of, recipe_parser
from convexplorer.cli.texts import levels, top
from convexplorer.words import SENTENCE_LIMIT, plain

if TYPE_CHECKING:
    from convexplorer.export.batch import Outcome, Target
    from convexplorer.sources import Source


def apply(words: Sequence[str]) -> int:
    """Apply kernels to files: `convexplorer apply INPUT… -o OUT …`."""
    from convexplorer.export.batch import SUFFIXES, Outcome, apply_all
    from convexplorer.export.scores import ScoreTable, score_all

    parser = _apply_parser()
    options = parser.parse_args(words)
    if not (options.kernel or options.project or options.layer):
        parser.error("say what to apply: --kernel NAME, --layer KIND or --project FILE")
    suffix = f".{options.format.lstrip('.').lower()}" if options.format else None
    if suffix is not None and suffix not in SUFFIXES:
        parser.error(f"--format must be one of {', '.join(one[1:] for one in SUFFIXES)}; got {options.format}")
    if not (options.output or options.scores):
        parser.error("say where the results go: -o OUT for maps, --scores FILE.csv for the scores of a classifier")
    recipe = recipe_of(options)
    outcome = Outcome()
    sources = _parse_inputs(options.inputs, outcome)
    if options.output:
        target = _target(options, suffix, sources)
        with ProgressBar(sys.stderr) as bar:
            apply_all(sources, target, recipe, outcome, bar.show)
    if options.scores:
        table = ScoreTable(options.top)
        _check_scores(options, sources)
        with ProgressBar(sys.stderr) as bar:
            score_all(sources, table, recipe, outcome, bar.show)
        if len(table):
            table.save(options.scores)
            outcome.written.append(options.scores)
    return _summarise(outcome)


def _apply_parser() -> argparse.ArgumentParser:
    from convexplorer.core.display.coloring import PALETTES

    parser = recipe_parser("apply", "Apply kernels and layers to pictures, folders and videos.")
    parser.epilog = (
        "Pictures (.png) show the maps in the colours and levels of the window; with several filters each has "
        "its own, named OUT_filter.png. Arrays (.npy, .npz, .tif, .tiff) hold the exact values of all maps in one "
        "file; values without places, as the scores of a classifier, are no pictures: .npy and .npz hold them in a "
        "row, --scores makes a table. A video (.mp4, .webm, .avi, .mkv) shows the map, or all of them side by side; "
        "its levels follow each frame in coarse steps unless --levels locks them. Frames of a video that are written "
        "as pictures, and pages of a stack, are numbered. The exit status is 1 if an input failed; the others are done."
    )
    add = parser.add_argument
    add("inputs", nargs="+", metavar="INPUT", help=SOURCES)
    add("-o", "--output", metavar="OUT", help="a file; a folder for several inputs or with a final /")
    add("--scores", type=Path, metavar="FILE.csv", help="a table of the classes' scores, a row for each picture")
    add("--top", type=explained(top), default=5, metavar="N|all", help="so many of the best scores; default 5")
    add("--format", metavar="SUFFIX", help="of files in a folder; default png, and mp4 for videos")
    add("--palette", choices=tuple(PALETTES), help="colours of pictures and videos; default signed")
    add("--gray", action="store_const", const="gray", dest="palette", help="the same as --palette gray")
    add("--levels", type=explained(levels), metavar="LOW,HIGH", help="of the first and last colour: --levels=-1,1")
    return parser


def _parse_inputs(texts: Sequence[str], outcome: "Outcome") -> "list[Source]":
    sources = []
    for text in texts:
        try:
            sources.append(source_of(text))
        except ValueError as error:
            outcome.failures.append((text, str(error)))
    return sources


def _target(options: argparse.Namespace, suffix: str | None, sources: "Sequence[Source]") -> "Target":
    """Return the target: a folder for several results, else a single file."""
    from convexplorer.export.batch import SUFFIXES, Target
    from convexplorer.export.files import check_suffix
    from convexplorer.export.originals import Originals, files_of

    inputs = [*options.kernel, *([options.project] if options.project else [])]
    originals = Originals([*files_of(sources), *inputs])
    path = Path(options.output)
    has_many = len(options.inputs) > 1 or any(one.kind in ("folder", "files") for one in sources)
    is_folder = has_many or path.is_dir() or options.output.endswith(("/", "\\"))
    if is_folder:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(f"{path} cannot be a folder for the results: {error.strerror}") from None
    else:
        check_suffix(path, SUFFIXES)
    return Target(path, is_folder=is_folder, suffix=suffix, originals=originals)


def _check_scores(options: argparse.Namespace, sources: "Sequence[Source]") -> None:
    """Raise ValueError if the table of scores has a wrong suffix, or is one of the inputs."""
    from convexplorer.export.files import check_suffix
    from convexplorer.export.originals import Originals, files_of
    from convexplorer.export.scores import FORMATS

    check_suffix(options.scores, FORMATS)
    Originals([*files_of(sources), *options.kernel, options.project or ""]).check(options.scores)


def _summarise(outcome: "Outcome") -> int:
    from convexplorer.sources.passwords import without_password

    count = len(outcome.written)
    print(f"{count} file{'' if count == 1 else 's'} written.")
    if outcome.without_alpha:
        first, *others = outcome.without_alpha
        more = f" and of {len(others)} more" if others else ""
        print(f"convexplorer: the alpha of {first}{more} was left out; --channels all includes it", file=sys.stderr)
    if not outcome.failures:
        return 0
    print(f"convexplorer: {len(outcome.failures)} failed:", file=sys.stderr)
    for name, sentence in outcome.failures:
        line = sentence if name in sentence else f"{plain(without_password(name))}: {sentence}"
        print(f"  {plain(line, SENTENCE_LIMIT)}", file=sys.stderr)
    return FAILED
