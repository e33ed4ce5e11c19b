"""The command line, which opens the window or works without one.

Modules needed by a single command are imported when the command runs, so that the window opens quickly.
"""

import argparse
import gc
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from convexplorer import __version__
from convexplorer._leaving import leave
from convexplorer.words import SENTENCE_LIMIT, plain

if TYPE_CHECKING:
    from convexplorer.core.layers import Activation
    from convexplorer.core.parameter import Parameter
    from convexplorer.export.batch import Outcome, Recipe, Target
    from convexplorer.kernels.filter import Filter
    from convexplorer.model.layer import Layer
    from convexplorer.model.project import Project
    from convexplorer.sources import Source
    from convexplorer.sources.frame import SourceInfo

FAILED, MISUSED, INTERRUPTED = 1, 2, 130
_LEAST_PX, _MOST_PX = 64, 8192  # limits of the window's width and height
_NAME_WIDTH = 22  # width of the column of kernel names


def run() -> NoReturn:
    """Run the command line and end the process with its status."""
    try:
        status = main()
    except Exception:
        sys.excepthook(*sys.exc_info())
        status = FAILED
    leave(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status: 0 for success, 1 for a failure, 2 for wrong usage."""
    # Must be set before NumPy is imported. A convolution computes one small matrix product per row, and BLAS threads
    # synchronise at each: 12 megapixels and 8 filters took 5 s beside two busy processes on two cores, and 0.15 s with
    # one thread.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = COMMANDS.get(words[0]) if words else None
    try:
        try:
            return command(words[1:]) if command else open_window(words)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()  # here, because at the end of the program a full disk could not be said any more
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `convexplorer kernels | head`
        _drop_output()
        return FAILED
    except OSError as error:  # `convexplorer kernels > /dev/full`; errors of other files are sentences already
        from convexplorer.model.storage.atomic import reason_of

        _drop_output()
        print(f"convexplorer: the output could not be written: {reason_of(error)}", file=sys.stderr)
        return FAILED
    except ValueError as error:  # errors caused by the user are ValueErrors with a sentence
        return _misused(str(error))


class _NetworkPath:
    """The path of a trained network, where a source could be."""

    def __init__(self, path: Path) -> None:
        self.path = path


class _Parser(argparse.ArgumentParser):
    """A parser whose errors may repeat names of files, which must not act on the terminal."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and the error, and end the program."""
        super().error(plain(message, SENTENCE_LIMIT))


def open_window(words: Sequence[str]) -> int:
    """Open the window: `convexplorer [SOURCE] …`."""
    parser = _Parser(
        prog="convexplorer",
        description="See what a convolution sees.",
        epilog=f"Without a window: convexplorer {', '.join(COMMANDS)}, each with its own --help.",
    )
    add = parser.add_argument
    add(
        "source",
        nargs="?",
        metavar="SOURCE",
        type=_explained(_source_or_project),
        help=f"a project, a trained network, {_SOURCES}, example:NAME, network:NAME, camera:0, http:// or rtsp://…",
    )
    add("--network", type=Path, metavar="FILE", help="open a trained network: ONNX, Keras, PyTorch, safetensors, …")
    add("--kernel", action="append", default=[], metavar="NAME", help=_KERNEL_HELP)
    add("--kernel-axes", default="", metavar="ORDER", help=_AXES_HELP)
    add("--project", type=Path, metavar="FILE", help="open a saved project; also a trained network or network:NAME")
    add("--screenshot", type=_explained(_png), metavar="PNG", help="save a picture of the window, and end")
    add("--size", type=_explained(_size), metavar="WxH", help="of the window, e.g. 1440x900")
    add("--theme", choices=("light", "dark"), help="by default that of the system")
    add("--version", action="version", version=f"ConvExplorer {__version__}")
    options = parser.parse_args(words)
    source, project, network = options.source, options.project, options.network
    if isinstance(source, _NetworkPath):
        if network is not None:
            parser.error(f"{source.path.name} is a network, and --network names another one")
        network, source = source.path, None
    if project is not None:
        given = _project_or_network(str(project))
        if isinstance(given, _NetworkPath) and network is None:
            network, project = given.path, None
        elif not isinstance(given, _NetworkPath):
            project = given
    if network is not None and options.kernel:
        parser.error("--kernel is for the first layer of a project; a network has kernels of its own")
    if not (source is None or _is_source(source)):
        if options.project is not None:
            parser.error(f"{getattr(source, 'name', 'an example')} is a project, and --project names another one")
        source, project = None, source
    filters = _kernels(options)
    # Objects created at the start live on, and collecting garbage among them takes 100 ms; the window freezes them.
    gc.disable()
    try:
        from convexplorer.gui.window.app import run

        return run(source, filters, project, options.screenshot, options.size, options.theme, network=network)
    except ImportError as error:  # a bare machine lacks libraries that Qt needs
        print(f"convexplorer: the window cannot be opened: {error}; README.md names the packages", file=sys.stderr)
        return FAILED
    finally:
        gc.enable()


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
    recipe = _recipe(options)
    outcome = Outcome()
    sources = _parse_inputs(options.inputs, outcome)
    if options.output:
        target = _target(options, suffix, sources)
        with _ProgressBar(sys.stderr) as bar:
            apply_all(sources, target, recipe, outcome, bar.show)
    if options.scores:
        table = ScoreTable(options.top)
        _check_scores(options, sources)
        with _ProgressBar(sys.stderr) as bar:
            score_all(sources, table, recipe, outcome, bar.show)
        if len(table):
            table.save(options.scores)
            outcome.written.append(options.scores)
    return _summarise(outcome)


def list_kernels(words: Sequence[str]) -> int:
    """List the presets: `convexplorer kernels [--json]`."""
    from convexplorer.kernels.presets import groups

    parser = _Parser(prog="convexplorer kernels", description="List the kernels that have a name.")
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
            print(f"  {preset.name:<{_NAME_WIDTH}} {_column_text(preset.explanation)}")
            if preset.parameters:
                print(f"  {'':<{_NAME_WIDTH}} :{','.join(map(_parameter_text, preset.parameters))}")
        print()
    return 0


def list_layers(words: Sequence[str]) -> int:
    """List the kinds of layers with their settings: `convexplorer layers`."""
    from convexplorer.core.kinds import GROUP_ORDER, KINDS

    _Parser(prog="convexplorer layers", description="List the kinds of layers.").parse_args(words)
    for group in GROUP_ORDER:
        print(group)
        for name, row in KINDS.items():
            if row.group == group:
                print(f"  {name:<{_NAME_WIDTH}} {_column_text(f'{row.keras_name()}. {row.summary}')}")
                if row.settings:
                    print(f"  {'':<{_NAME_WIDTH}} :{','.join(f'{one.name}=' for one in row.settings)}")
        print()
    return 0


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


def list_cameras(words: Sequence[str]) -> int:
    """List the cameras: `convexplorer cameras`."""
    from convexplorer.sources import cameras

    _Parser(prog="convexplorer cameras", description="List the cameras of this machine.").parse_args(words)
    found = cameras.list_cameras()
    for camera in found:
        print(f"camera:{camera.index}  {plain(camera.name)}")
    if not found:
        print("There is no camera.")
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "apply": apply,
    "export": export,
    "summary": summary,
    "kernels": list_kernels,
    "layers": list_layers,
    "cameras": list_cameras,
}

_SOURCES = "a picture, a table (.csv), a folder, a video, pattern:NAME, sample:NAME or “numbers:1 2; 3 4”"
_LAYER_HELP = (
    "a kind of layer behind the others, KIND:setting=value,…; may be given several times; see “layers”. The name of a "
    "layer of the project makes it the last one"
)
_KERNEL_HELP = "a name, name:parameter=value,… or a file with kernels; may be given several times"
_SIZE_ADVICE = "; --size gives another"
_AXES_HELP = (
    "of arrays of weights in files, a letter for each axis: O filters, I channels in, H rows, W columns; HWIO is "
    "Keras's order, OIHW PyTorch's"
)


def _apply_parser() -> argparse.ArgumentParser:
    from convexplorer.core.display.coloring import PALETTES

    parser = _recipe_parser("apply", "Apply kernels and layers to pictures, folders and videos.")
    parser.epilog = (
        "Pictures (.png) show the maps in the colours and levels of the window; with several filters each has "
        "its own, named OUT_filter.png. Arrays (.npy, .npz, .tif, .tiff) hold the exact values of all maps in one "
        "file; values without places, as the scores of a classifier, are no pictures: .npy and .npz hold them in a "
        "row, --scores makes a table. A video (.mp4, .webm, .avi, .mkv) shows the map, or all of them side by side; "
        "its levels follow each frame in coarse steps unless --levels locks them. Frames of a video that are written "
        "as pictures, and pages of a stack, are numbered. The exit status is 1 if an input failed; the others are done."
    )
    add = parser.add_argument
    add("inputs", nargs="+", metavar="INPUT", help=_SOURCES)
    add("-o", "--output", metavar="OUT", help="a file; a folder for several inputs or with a final /")
    add("--scores", type=Path, metavar="FILE.csv", help="a table of the classes' scores, a row for each picture")
    add("--top", type=_explained(_top), default=5, metavar="N|all", help="so many of the best scores; default 5")
    add("--format", metavar="SUFFIX", help="of files in a folder; default png, and mp4 for videos")
    add("--palette", choices=tuple(PALETTES), help="colours of pictures and videos; default signed")
    add("--gray", action="store_const", const="gray", dest="palette", help="the same as --palette gray")
    add("--levels", type=_explained(_levels), metavar="LOW,HIGH", help="of the first and last colour: --levels=-1,1")
    return parser


def _recipe_parser(name: str, description: str) -> argparse.ArgumentParser:
    """Return a parser of what makes a network: kernels, layers, a project, settings of the first convolution."""
    from convexplorer.core.geometry.windows import BORDERS
    from convexplorer.core.operators.activations import MENU_ACTIVATIONS
    from convexplorer.model.project import NUMBERS

    parser = _Parser(prog=f"convexplorer {name}", description=description)
    parser.set_defaults(palette=None, levels=None)
    add = parser.add_argument
    add("--kernel", action="append", default=[], metavar="NAME|FILE", help=_KERNEL_HELP)
    add("--kernel-axes", default="", metavar="ORDER", help=_AXES_HELP)
    add("--layer", action="append", default=[], metavar="KIND[:x=1]", help=_LAYER_HELP)
    help_ = "take layers, channels and colours from a saved project, a trained network or network:NAME"
    add("--project", type=Path, metavar="FILE", help=help_)
    add("--channels", metavar="WHICH", help="color (default, without alpha), luminance, all, or a channel's number")
    add("--numbers", choices=NUMBERS, help="of pictures: unit (0…1, default), or stored (0…255, 0…65535)")
    add("--strides", type=_explained(_pair), metavar="N[,N]", help="rows, columns; default 1")
    add("--padding", type=_explained(_padding), metavar="P", help="same (default), valid, N, rows,columns or t,b,l,r")
    add("--dilation", type=_explained(_pair), metavar="N[,N]", help="rows, columns; default 1")
    add("--border", choices=BORDERS, help="what lies outside the picture; default zeros")
    add("--activation", type=_explained(_activation), metavar="NAME[:x=1]", help=", ".join(MENU_ACTIVATIONS))
    return parser


def _network_parser(name: str, description: str) -> argparse.ArgumentParser:
    """Return a parser of a network and the size of its pictures."""
    parser = _recipe_parser(name, description)
    what = f"a project, a trained network, network:NAME, example:NAME, or for its size {_SOURCES}"
    parser.add_argument("network", nargs="?", metavar="NETWORK", help=what)
    help_ = "of pictures, rows x columns: 224x224; by default that of the network, or of the project's picture"
    parser.add_argument("--size", type=_explained(_rows_and_columns), metavar="HxW", help=help_)
    return parser


def _network(options: argparse.Namespace) -> "tuple[Recipe, tuple[int, ...]]":
    """Return the layers of a network, and the shape of its picture, (channels, rows, columns)."""
    from convexplorer.sources import Source

    given = _source_or_project(options.network) if options.network else None
    source = given if isinstance(given, Source) else None
    named = None if source is not None else given
    if named is None and options.project:
        named = _project_or_network(str(options.project))
    project = None if named is None else _as_project(named, is_sized=bool(options.size), advice=_SIZE_ADVICE)
    recipe = _recipe(options, project)
    prepared = recipe.preprocessing
    size = options.size or (None if prepared is None else prepared.size)
    if size:
        count = {"color": 3, "all": 4}.get(recipe.channels, 1) if prepared is None else prepared.channels
        return recipe, (count, *size)
    if source is None and isinstance(named, _NetworkPath) and prepared is not None:
        from convexplorer.model.opening.input_size import SIZES

        _say_assumed(named.path, (SIZES[0], SIZES[0]), _SIZE_ADVICE)
        return recipe, (prepared.channels, SIZES[0], SIZES[0])
    if project is not None and not isinstance(named, _NetworkPath):
        source = source or project.source
    return recipe, _picture_shape(source, recipe)


def _project(text: str) -> "Project":
    """Return the project that a text names: a file of one or of a trained network, network:NAME, example:NAME."""
    return _as_project(_project_or_network(text))


def _project_or_network(text: str) -> "Path | Project | _NetworkPath":
    """Return what `--project` names; ValueError says what was expected and what a file seems to be."""
    from convexplorer.model.seeming import seeming_of
    from convexplorer.sources.paths import expanded

    path = expanded(text)
    if not (os.path.isfile(path) or text.startswith(("network:", "example:"))):
        return path  # whose reader says what is wrong with it
    given = _source_or_project(text)
    if not _is_source(given):
        return given  # type: ignore[return-value]  # no source is left
    seems = seeming_of(path)
    end = f"; it seems to be {seems}" if seems else ""
    raise ValueError(f"{path.name} is neither a project nor the file of a trained network{end}.")


def _as_project(
    given: "Source | Path | Project | _NetworkPath", *, is_sized: bool = False, advice: str = ""
) -> "Project":
    """Return the project of what a text names and no source is; parameters as in `_trained`."""
    from convexplorer.model.storage.files import load_project

    if isinstance(given, Path):
        return load_project(given)
    if isinstance(given, _NetworkPath):
        return _trained(given.path, is_sized=is_sized, advice=advice)
    return given  # type: ignore[return-value]  # no source is left


def _trained(path: Path, *, is_sized: bool, advice: str) -> "Project":
    """Return the network of a file as a project, with a size that its layers can read where the file tells none.

    Parameters
    ----------
    is_sized : True if the user says the size.
    advice : how to say one, for the sentence about the size that is assumed.
    """
    from convexplorer.model import edits
    from convexplorer.model.default import default_project
    from convexplorer.model.opening.input_size import with_fitting_size
    from convexplorer.model.opening.network_file import open_network
    from convexplorer.model.opening.opened import OpenedNetwork, without_layers

    opened = open_network(path)
    if not isinstance(opened, OpenedNetwork):
        raise ValueError(without_layers(path.name))
    fitting = opened if is_sized else with_fitting_size(opened)
    if fitting is not opened and fitting.preprocessing is not None and fitting.preprocessing.size is not None:
        _say_assumed(path, fitting.preprocessing.size, f", which its layers can read{advice}")
    return edits.replace_network(default_project(), fitting)


def _say_assumed(path: Path, size: tuple[int, int], end: str) -> None:
    """Say on stderr which size the pictures of a network get that its file does not tell."""
    sentence = f"{path.name} does not tell the size of its pictures; {size[0]}x{size[1]} is assumed{end}"
    print(f"convexplorer: {plain(sentence, SENTENCE_LIMIT)}", file=sys.stderr)


def _picture_shape(source: "Source | None", recipe: "Recipe") -> tuple[int, ...]:
    """Return the shape of a source's picture; ValueError tells how to say a size where there is none."""
    from convexplorer.model.build import choose_input
    from convexplorer.sources import SourceError, describe_source, open_reader

    if source is None:
        raise ValueError("the size of the pictures is not known; name a picture, or say --size 224x224")
    try:
        reader = open_reader(source)
        frame = None if reader.info.is_live else reader.read()
    except SourceError as error:
        raise ValueError(f"{error} Or say the size of the pictures: --size 224x224.") from None
    reader.close()
    if frame is None:
        raise ValueError(f"{describe_source(source)} gives no picture of a known size; say --size 224x224")
    return choose_input(frame, recipe.channels, recipe.numbers, recipe.preprocessing)[0].shape


def _recipe(options: argparse.Namespace, base: "Project | None" = None) -> "Recipe":
    """Return the recipe: the project, if given, with the changes that the options request."""
    from convexplorer.export.batch import Recipe
    from convexplorer.model import edits
    from convexplorer.model.default import default_project
    from convexplorer.model.layer_text import parse_layer

    if base is None and options.project:
        base = _project(str(options.project))
    project = base or replace(default_project(), layers=())
    own = () if base is None else base.ids
    display = project.display
    if options.palette:
        display = replace(display, palette=options.palette)
    if options.levels:
        display = replace(display, scope="locked", locked=options.levels)
    project = replace(project, layers=_layers(project, options), channels=options.channels or project.channels)
    for text in options.layer:
        try:
            is_own = text in own and text in project.ids
            project = (
                edits.cut_behind(project, text) if is_own else edits.add_layer(project, parse_layer(text, project))
            )
        except ValueError as error:
            names = f"; the project has the layers {', '.join(own)}" if own and ":" not in text else ""
            raise SystemExit(_misused(f"--layer {text}: {error}{names}")) from None
    numbers = options.numbers or project.numbers
    prepared = project.preprocessing if options.channels is None and options.numbers is None else None
    return Recipe(project.layers, project.channels, display, numbers, project.class_names, prepared)


def _misused(sentence: str) -> int:
    """Say what was wrong with the words of the command line; return the exit status."""
    print(f"convexplorer: {plain(sentence, SENTENCE_LIMIT)}", file=sys.stderr)
    return MISUSED


def _layers(project: "Project", options: argparse.Namespace) -> "tuple[Layer, ...]":
    """Return the project's layers, with the options' kernels and settings applied to the first convolution."""
    from convexplorer.model.default import bank_layer

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
        first = bank_layer(_kernels(options, kind))
    for i, layer in enumerate(layers):
        if layer.has_filters:
            known = {name: value for name, value in changes.items() if layer.row.has(name)}
            layers[i] = replace(layer, filters=first.filters if first else layer.filters).with_settings(**known)
            return tuple(layers)
    return (first.with_settings(**changes), *layers) if first else project.layers


def _kernels(options: argparse.Namespace, kind: str = "conv") -> "list[Filter]":
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


def _parse_inputs(texts: Sequence[str], outcome: "Outcome") -> "list[Source]":
    sources = []
    for text in texts:
        try:
            sources.append(_source(text))
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


def _drop_output() -> None:
    """Let nothing more be written to the standard output, by Python at its end either."""
    with suppress(OSError, ValueError):  # a stream of a test has no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _ProgressBar:
    """A progress bar on one line of the terminal; prints nothing if the stream is not a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream if stream.isatty() else None

    def __enter__(self) -> "_ProgressBar":
        return self

    def __exit__(self, *_: object) -> None:
        self._write("\r\033[K")

    def show(self, info: "SourceInfo", done: int) -> None:
        """Draw the bar, or only the number done if the total is unknown."""
        filled = 24 * min(done, info.frame_count) // info.frame_count if info.frame_count else 0
        count = f"{'about ' if info.is_estimated else ''}{info.frame_count or '?'}"
        self._write(f"\r\033[K{'█' * filled}{'·' * (24 - filled)} {done} of {count} {plain(info.title, 40)}")

    def _write(self, text: str) -> None:
        if self._stream is not None:
            self._stream.write(text)
            self._stream.flush()


def _explained(function: Callable[[str], Any]) -> Callable[[str], Any]:
    """Wrap a converter so that argparse shows the sentence of its ValueError."""

    def convert(text: str) -> Any:
        try:
            return function(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert


def _source(text: str) -> "Source":
    from convexplorer.sources import parse

    return parse(text)


def _is_source(value: object) -> bool:
    from convexplorer.sources import Source

    return isinstance(value, Source)


def _source_or_project(text: str) -> "Source | Path | Project | _NetworkPath":
    """Return what a text names: a source, an example, a ready network; a project or a network, by their contents."""
    from convexplorer.sources.paths import expanded

    if text.startswith("example:"):
        from convexplorer.model.worked_examples import PREFIX, find_example

        return find_example(text.removeprefix(PREFIX)).make()
    if text.startswith("network:"):
        from convexplorer.model.ready import table

        return table.ready_project(table.find_ready(text.removeprefix(table.PREFIX)))
    path = expanded(text)
    if os.path.isfile(path):
        from convexplorer.model.opening.recognise import is_network

        if is_network(path):
            return _NetworkPath(path)
    if os.path.isfile(path) or path.suffix.lower() == ".json":
        from convexplorer.model.storage.files import is_project

        if is_project(path):
            return path
    from convexplorer.sources.frame import NoSuchPathError

    try:
        return _source(text)
    except NoSuchPathError as error:
        raise ValueError(
            f"{error} A project, a trained network, example:NAME or network:NAME can be here, too."
        ) from None


def _numbers(text: str, counts: tuple[int, ...], example: str) -> list[int]:
    parts = text.split(",")
    if len(parts) not in counts or not all(part.strip().isdigit() for part in parts):
        raise ValueError(f"must be whole numbers, as in {example}; got {text!r}")
    return [int(part) for part in parts]


def _pair(text: str) -> tuple[int, int]:
    numbers = _numbers(text, (1, 2), "2 or 2,1")
    if min(numbers) < 1:
        raise ValueError(f"must be ≥ 1; got {text}")
    return numbers[0], numbers[-1]


def _padding(text: str) -> str | tuple[tuple[int, int], ...]:
    if text == "same" or text == "valid":
        return "same" if text == "same" else "valid"
    numbers = _numbers(text, (1, 2, 4), "same, valid, 1, 1,2 or 1,1,2,2 (top, bottom, left, right)")
    if len(numbers) == 4:
        return (numbers[0], numbers[1]), (numbers[2], numbers[3])
    return (numbers[0], numbers[0]), (numbers[-1], numbers[-1])


def _activation(text: str) -> "Activation":
    from convexplorer.core.layers import Activation
    from convexplorer.export.kernels import parse_settings

    name, _, settings = text.partition(":")
    return Activation(name, parse_settings(settings))


def _levels(text: str) -> tuple[float, float]:
    low, comma, high = text.partition(",")
    try:
        levels = float(low), float(high)
    except ValueError:
        comma = ""
    if not comma or not levels[0] < levels[1]:
        raise ValueError(f"must be two numbers, the lower first, as in --levels=-1,1; got {text!r}")
    return levels


def _top(text: str) -> int | None:
    if text == "all":
        return None
    if not (text.isdecimal() and len(text) < 7 and int(text)):
        raise ValueError(f"must be a number of scores, or all; got {text!r}")
    return int(text)


def _png(text: str) -> Path:
    if Path(text).suffix.lower() != ".png":
        raise ValueError(f"must end in .png; got {text!r}")
    return Path(text)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and len(text) < 20):
        raise ValueError(f"must be width x height, as in 1440x900; got {text!r}")
    size = int(width), int(height)
    if not (min(size) >= _LEAST_PX and max(size) <= _MOST_PX):
        raise ValueError(f"must be width x height, each {_LEAST_PX} to {_MOST_PX}, as in 1440x900; got {text}")
    return size


def _rows_and_columns(text: str) -> tuple[int, ...]:
    """Return the sizes of a picture's axes: of one axis, two or three."""
    parts = text.lower().replace("×", "x").split("x")
    if not 1 <= len(parts) <= 3 or not all(part.isdecimal() and 1 <= len(part) <= 5 and int(part) for part in parts):
        raise ValueError(f"must be rows x columns, as in 224x224; got {text!r}")
    return tuple(map(int, parts))


def _column_text(text: str) -> str:
    """Wrap the text of the right column to the terminal's width; keep one line for a file or a pipe."""
    indent = _NAME_WIDTH + 3
    if not sys.stdout.isatty():
        return text
    width = max(shutil.get_terminal_size().columns, 2 * indent)
    return textwrap.fill(text, width, initial_indent=" " * indent, subsequent_indent=" " * indent).lstrip()


def _parameter_text(parameter: "Parameter") -> str:
    return f"{parameter.name}={parameter.default:g} ({parameter.minimum:g}…{parameter.maximum:g})"
