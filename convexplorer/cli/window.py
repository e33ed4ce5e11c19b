"""`convexplorer [SOURCE] …`: open the window."""

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from convexplorer import __version__
from convexplorer.cli.given import SOURCES, NetworkPath, is_source, project_or_network, source_or_project
from convexplorer.cli.parser import FAILED, Parser, explained
from convexplorer.cli.recipes import AXES_HELP, KERNEL_HELP, kernels_of
from convexplorer.cli.table import COMMANDS
from convexplorer.cli.texts import png, window_size


def open_window(words: Sequence[str]) -> int:
    """Open the window: `convexplorer [SOURCE] …`."""
    parser = Parser(
        prog="convexplorer",
        description="See what a convolution sees.",
        epilog=f"Without a window: convexplorer {', '.join(COMMANDS)}, each with its own --help.",
    )
    add = parser.add_argument
    add(
        "source",
        nargs="?",
        metavar="SOURCE",
        type=explained(source_or_project),
        help=f"a project, a trained network, {SOURCES}, example:NAME, network:NAME, camera:0, http:// or rtsp://…",
    )
    add("--network", type=Path, metavar="FILE", help="open a trained network: ONNX, Keras, PyTorch, safetensors, …")
    add("--kernel", action="append", default=[], metavar="NAME", help=KERNEL_HELP)
    add("--kernel-axes", default="", metavar="ORDER", help=AXES_HELP)
    add("--project", type=Path, metavar="FILE", help="open a saved project; also a trained network or network:NAME")
    add("--screenshot", type=explained(png), metavar="PNG", help="save a picture of the window, and end")
    add("--size", type=explained(window_size), metavar="WxH", help="of the window, e.g. 1440x900")
    add("--theme", choices=("light", "dark"), help="by default that of the system")
    add("--version", action="version", version=f"ConvExplorer {__version__}")
    options = parser.parse_args(words)
    source, project, network = options.source, options.project, options.network
    if isinstance(source, NetworkPath):
        if network is not None:
            parser.error(f"{source.path.name} is a network, and --network names another one")
        network, source = source.path, None
    if project is not None:
        given = project_or_network(str(project))
        if isinstance(given, NetworkPath) and network is None:
            network, project = given.path, None
        elif not isinstance(given, NetworkPath):
            project = given
    if network is not None and options.kernel:
        parser.error("--kernel is for the first layer of a project; a network has kernels of its own")
    if not (source is None or is_source(source)):
        if options.project is not None:
            parser.error(f"{getattr(source, 'name', 'an example')} is a project, and --project names another one")
        source, project = None, source
    filters = kernels_of(options)
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
