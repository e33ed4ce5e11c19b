"""`convexplorer summary` and `export`: a network as a table, and as a file of other programs."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from convexplorer.cli.given import (
    SOURCES,
    NetworkPath,
    as_project,
    first_frame,
    project_or_network,
    say_assumed,
    source_or_project,
)
from convexplorer.cli.parser import FAILED, explained
from convexplorer.cli.recipes import recipe_of, recipe_parser
from convexplorer.cli.texts import rows_and_columns

if TYPE_CHECKING:
    from convexplorer.export.batch import Recipe
    from convexplorer.sources import Source

SIZE_ADVICE = "; --size gives another"


def summary(words: Sequence[str]) -> int:
    """Print the layers with their shapes and costs: `convexplorer summary NETWORK --layer …`."""
    from convexplorer.results.summary import summarize
    from convexplorer.results.summary_text import FORMATS

    parser = _network_parser("summary", "Print the layers of a network with their shapes, parameters and products.")
    parser.epilog = (
        "Field is how many cells of the picture a value sees, of the value that sees most. A layer that cannot be "
        "computed says why in its row, and no sum counts it and those behind it; the exit status is 1 then."
    )
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="default text")
    options = parser.parse_args(words)
    recipe, shape = _network(options)
    found = summarize(recipe.layers, shape)
    print(FORMATS[options.format](found), end="")
    return FAILED if found.failed else 0


def export(words: Sequence[str]) -> int:
    """Write a network as ONNX, code or weights: `convexplorer export NETWORK -o OUT`."""
    from convexplorer.export.network.picture import picture_code, picture_metadata, picture_notes
    from convexplorer.export.network.plan import plan_of
    from convexplorer.export.network_file import FRAMEWORKS, AmbiguousCodeError, form_for, written_files
    from convexplorer.export.onnx_file import save_onnx
    from convexplorer.export.originals import Originals

    parser = _network_parser("export", "Write a network as ONNX, as code of Keras or PyTorch, or its weights.")
    parser.epilog = (
        "ONNX (.onnx) holds the layers with their weights, for pictures of one size, what is done to a picture before "
        "them, and the names of the classes. Code (.py) is readable Python of Keras 3 or PyTorch, with the weights in "
        "OUT.weights.npz beside it. Weights alone (.safetensors, .npz) have the names and the order of axes of "
        "PyTorch, or of Keras."
    )
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="*.onnx, *.py, *.safetensors or *.npz")
    parser.add_argument(
        "--framework", choices=tuple(FRAMEWORKS), default="", help="of code, and of the axes of weights"
    )
    parser.add_argument("--all-layers", action="store_true", help="make every layer an output of an ONNX file")
    options = parser.parse_args(words)
    path = Path(options.output)
    try:
        form = form_for(path, framework=options.framework)
    except AmbiguousCodeError as error:
        words = " or ".join(f"--framework {name}" for name in FRAMEWORKS)
        raise ValueError(f"{str(error).rstrip('.')} with {words}.") from None
    if options.all_layers and path.suffix.lower() != ".onnx":
        parser.error("--all-layers is for ONNX; code and weights have every layer by its name")
    Originals([*options.kernel, options.project or "", options.network or ""]).check(*written_files(path))
    recipe, shape = _network(options)
    picture = (shape, recipe.channels, recipe.numbers, recipe.preprocessing)
    metadata = picture_metadata(*picture, recipe.class_names)
    plan = plan_of(recipe.layers, shape, picture_notes(*picture), picture_code(*picture), metadata)
    if options.all_layers:
        save_onnx(path, plan, has_all_layers=True)
    else:
        form.save(path, plan)
    print(f"Written: {', '.join(map(str, written_files(path)))}")
    return 0


def _network_parser(name: str, description: str) -> argparse.ArgumentParser:
    """Return a parser of a network and the size of its pictures."""
    parser = recipe_parser(name, description)
    what = f"a project, a trained network, network:NAME, example:NAME, or for its size {SOURCES}"
    parser.add_argument("network", nargs="?", metavar="NETWORK", help=what)
    help_ = "of pictures, rows x columns: 224x224; by default that of the network, or of the project's picture"
    parser.add_argument("--size", type=explained(rows_and_columns), metavar="HxW", help=help_)
    return parser


def _network(options: argparse.Namespace) -> "tuple[Recipe, tuple[int, ...]]":
    """Return the layers of a network, and the shape of its picture, (channels, rows, columns)."""
    from convexplorer.sources import Source, describe_source

    given = source_or_project(options.network) if options.network else None
    source = given if isinstance(given, Source) else None
    named = None if source is not None else given
    if named is None and options.project:
        named = project_or_network(str(options.project))
    project = None if named is None else as_project(named, is_sized=bool(options.size), advice=SIZE_ADVICE)
    recipe = recipe_of(options, project)
    if recipe.map is not None:
        raise ValueError(f"--layer {options.layer[-1]} names one map; name its layer, {recipe.layers[-1].id}")
    if not recipe.layers and named is None:
        raise ValueError("say of which network: NETWORK, --project FILE, --kernel NAME or --layer KIND")
    if source is not None and options.size:
        raise ValueError(f"{describe_source(source)} tells the size of its pictures; leave it out, or --size")
    prepared = recipe.preprocessing
    size = options.size or (None if prepared is None else prepared.size)
    if size:
        count = {"color": 3, "all": 4}.get(recipe.channels, 1) if prepared is None else prepared.channels
        return recipe, (count, *size)
    if source is None and isinstance(named, NetworkPath) and prepared is not None:
        from convexplorer.model.opening.input_size import SIZES

        say_assumed(named.path, (SIZES[0], SIZES[0]), SIZE_ADVICE)
        return recipe, (prepared.channels, SIZES[0], SIZES[0])
    if project is not None and not isinstance(named, NetworkPath):
        source = source or project.source
    return recipe, _picture_shape(source, recipe)


def _picture_shape(source: "Source | None", recipe: "Recipe") -> tuple[int, ...]:
    """Return the shape of a source's picture; ValueError tells how to say a size where there is none."""
    from convexplorer.model.build import choose_input
    from convexplorer.sources import SourceError, describe_source

    if source is None:
        raise ValueError("the size of the pictures is not known; name a picture, or say --size 224x224")
    try:
        frame = first_frame(source)
    except SourceError as error:
        raise ValueError(f"{error} Or say the size of the pictures: --size 224x224.") from None
    if frame is None:
        raise ValueError(f"{describe_source(source)} gives no picture of a known size; say --size 224x224")
    return choose_input(frame, recipe.channels, recipe.numbers, recipe.preprocessing)[0].shape
