"""Files that leave the program: pictures, arrays, banks, animations and videos, each written whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from convexplorer.export import animation, arrays, images, kernels, video
from convexplorer.export.files import ExportError

__all__ = ["EXPORTS", "Export", "ExportError"]


@dataclass(frozen=True)
class Export:
    """A kind of export.

    Attributes
    ----------
    label : name in a menu.
    suffixes : file suffixes; the first is the default.
    function : the writer; `takes` tells its arguments.
    takes : "map" (path, rgb); "grid" (path, [(title, rgb), …]); "maps" (path, (F, H, W) float32, names);
        "bank" (path, ConvLayer); "frames" (path, rate_hz), which returns a recorder for the pictures.
    """

    label: str
    suffixes: tuple[str, ...]
    function: Callable[..., Any]
    takes: Literal["map", "grid", "maps", "bank", "frames"]


#: The kinds of exports.
EXPORTS: dict[str, Export] = {
    "map": Export("Map as shown", images.SUFFIXES, images.save_png, "map"),
    "grid": Export("All maps as shown", images.SUFFIXES, images.save_grid_png, "grid"),
    "maps": Export("Values of the maps", arrays.SUFFIXES, arrays.save_array, "maps"),
    "bank": Export("Kernels", kernels.SUFFIXES, kernels.save_bank, "bank"),
    "animation": Export("Animation", animation.SUFFIXES, animation.Animation, "frames"),
    "video": Export("Video", video.SUFFIXES, video.Recorder, "frames"),
}
