"""Kernels, layers and settings as options: what `apply`, `summary` and `export` compute."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convexplorer.cli.given import project_of
from convexplorer.cli.parser import Parser, explained, misused
from convexplorer.cli.texts import activation, padding, pair
from convexplorer.words import SENTENCE_LIMIT, plain

if TYPE_CHECKING:
    from convexplorer.export.batch import Recipe
    from convexplorer.kernels.filter import Filter
    from convexplorer.model.address import Address
    from convexplorer.model.layer import Layer
    from convexplorer.model.project import Project

_LAYER_HELP = (
    "a kind of layer behind the others, KIND:setting=value,…; may be given several times; see “layers”. The name of a "
    "layer of the project makes it the last one; LAYER/17 wants only this map of it, counted from 0, or by its name"
)
KERNEL_HELP = "a name, name:parameter=value,… or a file with kernels; may be given several times"
AXES_HELP = (
    "of arrays of weights in files, a letter for each axis: O filters, I channels in, H rows, W columns; HWIO is "
    "Keras's order, OIHW PyTorch's"
)


def recipe_parser(name: str, description: str) -> argparse.ArgumentParser:
    """Return a parser of what makes a network: kernels, layers, a project, settings of the first convolution."""
    from convexplorer.core.geometry.windows import BORDERS
    from convexplorer.core.operators.activations import MENU_ACTIVATIONS
    from convexplorer.model.project import NUMBERS

    parser = Parser(prog=f"convexplorer {name}", description=description)
    parser.set_defaults(palette=None, levels=None)
    add = parser.add_argument
    add("--kernel", action="append", default=[], metavar="NAME|FILE", help=KERNEL_HELP)
    add("--kernel-axes", default="", metavar="ORDER", help=AXES_HELP)
    add("--layer", action="append", default=[], metavar="KIND[:x=1]", help=_LAYER_HELP)
    help_ = "take layers, channels and colours from a saved project, a trained network or network:NAME"
    add("--project", type=Path, metavar="FILE", help=help_)
    add("--channels", metavar="WHICH", help="color (default, without alpha), luminance, all, or a channel's number")
    add("--numbers", choices=NUMBERS, help="of pictures: unit (0…1, default), or stored (0…255, 0…65535)")
    add("--strides", type=explained(pair), metavar="N[,N]", help="rows, columns; default 1")
    add("--padding", type=explained(padding), metavar="P", help="same (default), valid, N, rows,columns or t,b,l,r")
    add("--dilation", type=explained(pair), metavar="N[,N]", help="rows, columns; default 1")
    add("--border", choices=BORDERS, help="what lies outside the picture; default zeros")
    add("--activation", type=explained(activation), metavar="NAME[:x=1]", help=", ".join(MENU_ACTIVATIONS))
    return parser


def recipe_of(options: argparse.Namespace, base: "Project | None" = None) -> "Recipe":
    """Return the recipe: the project, if given, with the changes that the options request."""
    from convexplorer.export.batch import Recipe
    from convexplorer.model import edits
    from convexplorer.model.default import default_project
    from convexplorer.model.layer_text import parse_layer

    if base is None and options.project:
        base = project_of(str(options.project))
    project = base or replace(default_project(), layers=())
    own = () if base is None else base.ids
    display = project.display
    if options.palette:
        display = replace(display, palette=options.palette)
    if options.levels:
        display = replace(display, scope="locked", locked=options.levels)
    project = replace(project, layers=_layers(project, options), channels=options.channels or project.channels)
    only: int | str | None = None
    for text in options.layer:
        try:
            if only is not None:
                raise ValueError("the --layer before names one map, which no layer can follow")
            address = _own_layer(text, own)
            if address is None or address.layer not in project.ids:
                project = edits.add_layer(project, parse_layer(text, project))
            else:
                project, only = edits.cut_behind(project, address.layer), address.map
        except ValueError as error:
            names = f"; the project has the layers {', '.join(own)}" if own and ":" not in text else ""
            raise SystemExit(misused(f"--layer {text}: {error}{names}")) from None
    numbers = options.numbers or project.numbers
    prepared = project.preprocessing if options.channels is None and options.numbers is None else None
    return Recipe(project.layers, project.channels, display, numbers, project.class_names, prepared, only)


def _own_layer(text: str, own: Sequence[str]) -> "Address | None":
    """Return which of a project's own layers a text names, and perhaps which map of it; None if it names none."""
    from convexplorer.model.address import Address, parse_address

    if text in own:
        return Address(text)
    try:
        address = parse_address(text)
    except ValueError:  # a kind of layer, with settings
        return None
    if address.cell and address.layer in own:
        raise ValueError("this is one value, which “convexplorer value” prints")
    return address if address.layer in own else None


def _layers(project: "Project", options: argparse.Namespace) -> "tuple[Layer, ...]":
    """Return the project's layers, with the options' kernels and settings applied to the first convolution."""
    from convexplorer.model.default import bank_layer
    from convexplorer.model.edits.layer import carried_weights

    changes: dict[str, Any] = {
        "strides": options.strides,
        "padding": options.padding,
        "dilation_rate": options.dilation,
        "border": options.border,
        "activation": options.activation,
    }
    changes = {name: value for name, value in changes.items() if value is not None}
    layers = list(project.layers)
    first: Layer | None = None
    if options.kernel:
        kind = next((layer.kind for layer in layers if layer.has_filters), "conv")
        first = bank_layer(kernels_of(options, kind))
    for i, layer in enumerate(layers):
        if layer.has_filters:
            known = {name: value for name, value in changes.items() if layer.row.has(name)}
            if first:
                weights = carried_weights(layer, first.filters, (None,) * len(first.filters))
                layer = replace(layer, filters=first.filters, weights=weights)
            layers[i] = layer.with_settings(**known)
            return tuple(layers)
    return (first.with_settings(**changes), *layers) if first else project.layers


def kernels_of(options: argparse.Namespace, kind: str = "conv") -> "list[Filter]":
    """Return the filters that the options name for a layer, and say on stderr how the axes of arrays were read."""
    if not options.kernel:
        return []
    from convexplorer.export.kernels import parse_kernels
    from convexplorer.export.weight_arrays import AmbiguousAxesError, question_for

    filters: list[Filter] = []
    notes: list[str] = []
    for text in options.kernel:
        try:
            bank = parse_kernels(text, question_for(kind, axes=options.kernel_axes))
        except AmbiguousAxesError as error:
            raise ValueError(f"{error} Say which with --kernel-axes, as in --kernel-axes HWIO.") from None
        notes += [bank.note] if bank.note else []
        filters += bank.filters
    if options.kernel_axes and not notes:
        raise ValueError("--kernel-axes is for arrays of weights with 3 or 4 axes; no --kernel names one")
    for note in notes:
        print(f"convexplorer: {plain(note, SENTENCE_LIMIT)}", file=sys.stderr)
    return filters
