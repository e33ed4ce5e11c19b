"""`convexplorer compare`: two networks on one picture, layer by layer; two files of weights array by array."""

import argparse
import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from convexplorer.cli.given import SOURCES, NetworkPath, as_project, project_or_network, source_of
from convexplorer.cli.parser import FAILED, Parser, explained
from convexplorer.words import SENTENCE_LIMIT, plain

if TYPE_CHECKING:
    from convexplorer.formats.tensor_file import TensorFile
    from convexplorer.model.project import Project
    from convexplorer.sources import Source
    from convexplorer.sources.frame import Frame

    Given = Project | TensorFile

_WHAT = "a project, a trained network, network:NAME, example:NAME, or weights for the layers of the other one"


def compare(words: Sequence[str]) -> int:
    """Print how far two networks differ on one picture: `convexplorer compare A B SOURCE`."""
    from convexplorer.formats.tensor_file import TensorFile
    from convexplorer.results.differences.comparing import compared_on
    from convexplorer.results.differences.difference_text import FORMATS

    options = _parser(tuple(FORMATS)).parse_args(words)
    other = _given(options.reference)
    given = _given(options.network)  # behind the other: the drawing that a session brings is that of A
    if isinstance(given, TensorFile) and isinstance(other, TensorFile) and options.layers is None:
        return _compare_files(given, other, options)
    own, reference = _projects((options.network, given), (options.reference, other), options.layers)
    frame = _frame(source_of(options.source) if options.source else own.source)
    found = compared_on(frame, own, reference)
    print(FORMATS[options.format](found), end="")
    return FAILED if found.exceeds(options.tolerance) else 0


def _parser(formats: Sequence[str]) -> argparse.ArgumentParser:
    parser = Parser(
        prog="convexplorer compare",
        description="Print how far two networks differ on one picture, layer by layer: values and weights.",
        epilog=(
            "Layers belong together by their ids, else by their names, else by kind, shape and order; what has no "
            "counterpart is said. Differences are A − B; relative ones are ‖A − B‖ / ‖B‖. The exit status is 1 if a "
            "difference is larger than allowed, or if the last layers of both cannot be compared. Of two files of "
            "weights the arrays of one name are compared; without --tolerance no difference is allowed there."
        ),
    )
    add = parser.add_argument
    add("network", metavar="A", help=_WHAT)
    add("reference", metavar="B", help="the same, as the reference")
    add("source", nargs="?", metavar="SOURCE", help=f"{SOURCES}; its first picture. Default: that of A")
    help_ = "of any |difference|; default: what rounding of float32 explains"
    add("--tolerance", type=explained(_tolerance), metavar="X", help=help_)
    chosen = parser.add_mutually_exclusive_group()
    help_ = (
        "the network whose layers take the weights of A and B; without it, two files of weights are compared by name"
    )
    add("--network", metavar="NET", dest="layers", help=help_)
    parser.set_defaults(format="text")
    for name in formats:
        if name != "text":
            help_ = {"csv": "for a spreadsheet", "json": "for programs", "markdown": "for a page"}[name]
            chosen.add_argument(f"--{name}", action="store_const", const=name, dest="format", help=help_)
    return parser


def _tolerance(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not found >= 0:
        raise ValueError(f"must be a number of at least 0, as in 1e-5; got {text!r}")
    return found


def _compare_files(own: "TensorFile", reference: "TensorFile", options: argparse.Namespace) -> int:
    """Print how far two files of weights differ, array by array."""
    from convexplorer.results.differences.file_difference import file_difference
    from convexplorer.results.differences.file_difference_text import FORMATS

    if options.source:
        raise ValueError(
            f"{options.network} and {options.reference} hold weights alone, which make nothing of a picture; "
            "--network NET puts them into its layers"
        )
    found = file_difference(own, reference)
    print(FORMATS[options.format](found), end="")
    return FAILED if found.exceeds(options.tolerance) else 0


def _projects(
    own: "tuple[str, Given]", reference: "tuple[str, Given]", layers: str | None
) -> "tuple[Project, Project]":
    """Return both networks; files that hold weights alone give them to the layers of the other, or of a third.

    Parameters
    ----------
    own, reference : what was named, and what it is.
    layers : names the network whose layers take weights; None for the other one of both.
    """
    from convexplorer.formats.tensor_file import TensorFile

    if layers is None:
        base: Given = next(one for _, one in (own, reference) if not isinstance(one, TensorFile))
    else:
        base = _given(layers)
        if not any(isinstance(one, TensorFile) for _, one in (own, reference)):
            raise ValueError(f"--network is for files that hold weights alone; {own[0]} and {reference[0]} have layers")
    if isinstance(base, TensorFile):
        raise ValueError(f"{layers} holds weights alone; --network must name a network with its layers")
    found = [_with_weights(name, one, base) if isinstance(one, TensorFile) else one for name, one in (own, reference)]
    return found[0], found[1]


def _given(text: str) -> "Given":
    from convexplorer.formats.tensor_file import TensorFile
    from convexplorer.model.opening.network_file import open_network

    named = project_or_network(text)
    if isinstance(named, NetworkPath):
        opened = open_network(named.path)
        if isinstance(opened, TensorFile):
            return opened
    return as_project(named)


def _with_weights(name: str, file: "TensorFile", project: "Project") -> "Project":
    from convexplorer.model.opening.weights import assign, fitting

    found = fitting(project, file)
    if not found.fits:
        raise ValueError(f"{name} holds weights alone, and none of them fit the layers of the network")
    if found.missing:
        sentence = f"{', '.join(found.missing)} of {name} kept the weights of the network: none of the file fit"
        print(f"convexplorer: {plain(sentence, SENTENCE_LIMIT)}", file=sys.stderr)
    return assign(project, found)


def _frame(source: "Source") -> "Frame":
    """Return the first picture of a source; ValueError says why there is none."""
    from convexplorer.sources import SourceError, describe_source, open_reader

    try:
        reader = open_reader(source)
    except SourceError as error:
        raise ValueError(str(error)) from None
    try:
        frame = reader.read()
    except SourceError as error:
        raise ValueError(str(error)) from None
    finally:
        reader.close()
    if frame is None:
        raise ValueError(f"{describe_source(source)} gives no picture")
    return frame
