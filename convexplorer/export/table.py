"""The table of exports; apart from the package, because it loads every writer."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from convexplorer._dataclass import dataclass
from convexplorer.export import animation, arrays, images, kernels, latex, response, video
from convexplorer.export.files import dialog_filters
from convexplorer.export.network_file import NETWORK_FORMS


@dataclass(frozen=True)
class Export:
    """A kind of export.

    Attributes
    ----------
    title : of the dialog that asks for a file.
    formats : suffix → name of the format, of all files that can be written; the first is the default.
    function : the writer; `takes` tells its arguments.
    takes : "map" (path, rgb); "grid" (path, [(title, rgb), …]); "maps" (path, (F, *spatial) float32, names);
        "bank" (path, layer); "frames" (path, rate_hz), which returns a recorder for the pictures;
        "latex" (path, formula); "network" (path, plan); "plane" (path, (rows, columns) of weights).
    """

    title: str
    formats: Mapping[str, str]
    function: Callable[..., Any]
    takes: Literal["map", "grid", "maps", "bank", "frames", "latex", "network", "plane"]

    @property
    def filters(self) -> str:
        """The formats as a file dialog offers them."""
        return dialog_filters(self.formats)


#: The kinds of exports.
EXPORTS: dict[str, Export] = {
    "map": Export("Export the selected map", images.FORMATS, images.save_png, "map"),
    "grid": Export("Export all maps", images.FORMATS, images.save_grid_png, "grid"),
    "maps": Export("Export values", arrays.FORMATS, arrays.save_array, "maps"),
    "bank": Export("Export kernels", kernels.FORMATS, kernels.save_bank, "bank"),
    "response": Export("Export the response", response.FORMATS, response.save_response, "plane"),
    "video": Export("Record to", video.FORMATS, video.Recorder, "frames"),
    "film": Export("Export the film", {**animation.FORMATS, **video.FORMATS}, animation.film_writer, "frames"),
    "latex": Export("Export as LaTeX", latex.FORMATS, latex.save_latex, "latex"),
    **{name: Export("Export the network", form.formats, form.save, "network") for name, form in NETWORK_FORMS.items()},
}
