"""`convexplorer value`: one number of a network on a picture, by its address, with its arithmetic."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from convexplorer.cli.given import SOURCES, NetworkPath, as_project, first_frame, project_or_network, source_of
from convexplorer.cli.parser import explained
from convexplorer.cli.recipes import recipe_of, recipe_parser
from convexplorer.words import plain

if TYPE_CHECKING:
    from convexplorer.export.batch import Recipe
    from convexplorer.model.address import Address
    from convexplorer.results.addressed import Named
    from convexplorer.sources.frame import Frame


def value(words: Sequence[str]) -> int:
    """Print a value, a map or a layer: `convexplorer value ADDRESS SOURCE --project FILE …`."""
    from convexplorer.results.addressed import find, layer_of
    from convexplorer.results.value_report import map_document, map_lines, report_document, report_lines, report_value

    parser = _parser()
    options = parser.parse_args(words)
    address = options.address
    recipe, frame = _given(parser, options)
    layer_of(address, [layer.id for layer in recipe.layers])
    network = _computed(address, recipe, frame)
    spot = find(address, network)
    maps = network.evaluation.maps_of(spot.layer)
    assert maps is not None
    if spot.map is None or len(spot.cell) < maps.ndim - 1:
        if options.explain:
            parser.error(f"--explain is for one value, as in “{_example(address, maps.shape)}”")
        if options.json:
            print(json.dumps(map_document(network, spot), ensure_ascii=False))
        else:
            _print_lines(map_lines(network, spot))
        return 0
    report = report_value(network, spot)
    if options.json:
        print(json.dumps(report_document(report, is_explained=options.explain), ensure_ascii=False))
    elif options.explain:
        _print_lines(report_lines(report))
    else:
        print(report.value)
    return 0


def _print_lines(lines: Sequence[str]) -> None:
    for line in lines:
        print(plain(line, len(line) + 3))  # all of a row of numbers, but nothing that acts on the terminal


def _parser() -> argparse.ArgumentParser:
    from convexplorer.model.address import parse_address

    parser = recipe_parser("value", "Print one value of a network on a picture, one map, or all maps of a layer.")
    parser.epilog = (
        "An address is LAYER, LAYER/MAP or LAYER/MAP@(ROW,COLUMN), counted from 0, as conv2/17@(12,40); of values "
        "without places LAYER/NUMBER, as scores/3. The picture is the layer “input”. A map may also be named. Names "
        "with /, @ or quotes stand in double quotes. The brackets, which a shell would read, may be missing, as in "
        "conv2/17@12,40. Of a video it is the first frame."
    )
    add = parser.add_argument
    add("address", metavar="ADDRESS", type=explained(parse_address), help="as conv2/17@(12,40)")
    add("source", nargs="?", metavar="SOURCE", help=f"{SOURCES}; by default that of the project")
    add("--explain", action="store_true", help="with the numbers that the value is made of")
    add("--json", action="store_true", help="for programs")
    return parser


def _given(parser: argparse.ArgumentParser, options: argparse.Namespace) -> "tuple[Recipe, Frame]":
    """Return what is computed, and of which picture."""
    if not (options.kernel or options.project or options.layer):
        parser.error("say of which network: --project FILE, --kernel NAME or --layer KIND")
    from convexplorer.sources import describe_source

    named = project_or_network(str(options.project)) if options.project else None
    project = None if named is None else as_project(named)
    recipe = recipe_of(options, project)
    source = source_of(options.source) if options.source else None
    if source is None and project is not None and not isinstance(named, NetworkPath):
        source = project.source
    if source is None:
        parser.error("say of which picture: SOURCE is missing")
    frame = first_frame(source)
    if frame is None:
        raise ValueError(f"{describe_source(source)} shows no picture by itself; name a picture or a video")
    return recipe, frame


def _computed(address: "Address", recipe: "Recipe", frame: "Frame") -> "Named":
    """Return the network, computed as far as the address needs it."""
    from convexplorer import core
    from convexplorer.export.batch import check_memory, input_of
    from convexplorer.model import edits
    from convexplorer.model.build import build
    from convexplorer.model.default import default_project
    from convexplorer.model.project import INPUT
    from convexplorer.results.addressed import Named

    image, names = input_of(frame, recipe)
    layers = recipe.layers
    if address.layer == INPUT:
        layers = ()
    elif layers:
        layers = edits.cut_behind(replace(default_project(), layers=layers), address.layer).layers
    graph = build(layers, image.shape).graph
    check_memory(graph, image.shape, [layer.id for layer in layers])
    evaluation = core.evaluate(graph, image)
    return Named(layers, evaluation, names, recipe.class_names)


def _example(address: "Address", shape: Sequence[int]) -> str:
    from convexplorer.model.address import Address

    number = 0 if address.map is None else address.map
    return str(Address(address.layer, number, tuple(n // 2 for n in shape[1:])))
