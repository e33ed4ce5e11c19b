"""The orientation map of a layer as a picture, hue and brightness, with what is said of its cells."""

from collections.abc import Mapping

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Grid
from convexplorer.core.network import Evaluation
from convexplorer.kernels.presets import preset_named
from convexplorer.kernels.recipes import made_by
from convexplorer.model.layer import Layer
from convexplorer.results.angles import draw_angles
from convexplorer.results.orientations import FULL_TURN, Orientations, orientations, turned_of
from convexplorer.results.steering import Steering
from convexplorer.words import cell_words, number

STEERED_ANGLES = 24
# The families whose maps at all angles follow from a few, and their order.
_STEERED = {"derivative": None, "gaussian-derivative": 1}
NO_BANK = "Make a bank of two angles or more: here is shown which of them answers most."


@dataclass(frozen=True, eq=False)
class OrientationPicture:
    """What is shown of the orientations that a layer finds.

    Attributes
    ----------
    found : the angle and the strength in each cell.
    rgb : (h, w, 3) uint8, `reduction` cells a pixel along each axis.
    is_slope : True if the angles are those of lines, counter-clockwise; False for directions, clockwise.
    title : of what they were found by.
    """

    found: Orientations
    rgb: np.ndarray
    reduction: int
    is_slope: bool
    title: str

    def words_at(self, row: int, column: int) -> str:
        """Return what is said of a cell; "" outside."""
        rows, columns = self.found.angles.shape
        if not (0 <= row < rows and 0 <= column < columns):
            return ""
        angle, strength = float(self.found.angles[row, column]), float(self.found.strengths[row, column])
        what = "slope" if self.is_slope else "direction"
        return f"{cell_words((row, column))}: {what} {number(round(angle, 1))}°, strength {number(strength)}"


def orientation_picture(
    evaluation: Evaluation, layer: Layer, index: int, filter_index: int, width: int
) -> OrientationPicture | str:
    """Return the orientation map of a layer, or a sentence that says why there is none.

    Of a bank with several angles whose answer is the largest; of one derivative of a Gaussian, at which angle its
    answer is the largest, by steering.

    Parameters
    ----------
    evaluation, index : the maps, and the place of the layer in them.
    filter_index : the selected filter.
    width : pixels that there are for the picture; it is reduced by a whole number to at most twice that.
    """
    if layer.kind != "conv" or layer.rank != 2 or not layer.filters:
        return "Orientations are found by a convolution of rows and columns."
    turned = turned_of(layer.filters)
    if len(turned) > 1:
        maps = evaluation.linear_of(index)
        maps = evaluation.maps_of(index) if maps is None else maps
        if maps is None:
            return "The maps of this layer are not there."
        found = orientations(maps, turned)
        title = f"{len({one.angle for one in turned})} angles of {len(layer.filters)} kernels"
        family = layer.filters[turned[0].index].preset
    else:
        steered = _steered(evaluation, layer, index, filter_index)
        if steered is None:
            return NO_BANK
        found, family, title = steered.orientations(STEERED_ANGLES), "derivative", f"steered at {STEERED_ANGLES} angles"
    reduction = max(1, found.angles.shape[1] // max(width, 1))
    tile = draw_angles(title, found.phases, found.strengths, Grid(), reduction)
    return OrientationPicture(found, tile.indexed, reduction, _is_slope(family), title)


def _steered(evaluation: Evaluation, layer: Layer, index: int, filter_index: int) -> Steering | None:
    """Return the maps of the selected kernel's family, if that is steered and the layer makes one map a pixel."""
    made = made_by(layer.filters[min(filter_index, len(layer.filters) - 1)])
    x, settings = evaluation.input_of(index), layer.settings
    if made is None or made.kind != "preset" or made.steps or x is None or x.ndim != 3:
        return None
    name = made.settings.get("name")
    if name not in _STEERED or any(_plain(settings, each) != 1 for each in ("strides", "dilation_rate")):
        return None
    given: Mapping[str, float] = made.settings["parameters"]
    order = _STEERED[name] or int(given["order"])
    padding, border = settings.get("padding", "valid"), settings.get("border", "zeros")
    return Steering(x, order, float(given["sigma"]), int(given["size"]), padding=padding, border=border)


def _plain(settings: Mapping[str, object], name: str) -> object:
    """Return a setting of an axis, if both axes have the same."""
    value = settings.get(name, 1)
    if isinstance(value, tuple):
        return value[0] if len(set(value)) == 1 else None
    return value


def _is_slope(family: str | None) -> bool:
    preset = None if family is None else preset_named(family)
    return preset is not None and any(each.name == "angle" and each.label == "Slope" for each in preset.parameters)


def period_words(found: Orientations) -> str:
    """Return what the hues tell apart."""
    return "all directions" if found.period == FULL_TURN else "lines, whichever end comes first"
