"""The result of one computation for the window: exact float maps, and the same maps ready to paint."""

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import Levels
from convexplorer.core.geometry.places import Grid, block_grid
from convexplorer.core.network import Evaluation
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.fault import Fault
from convexplorer.results.favourite_sight import FavouriteSight
from convexplorer.results.look import ResolvedLook
from convexplorer.results.overview import Overview
from convexplorer.results.reading import Zeros, read_extreme
from convexplorer.results.standing import Standing
from convexplorer.sources.frame import Frame

if TYPE_CHECKING:
    from convexplorer.results.differences.network_difference import NetworkDifference

Role = Literal["map", "part", "sum", "bias", "activation", "before", "after", "difference", "input"]


@dataclass(frozen=True, eq=False)
class Tile:
    """One picture on screen and the numbers behind it: of data with another number of axes, the part that is looked at.

    Attributes
    ----------
    title : short name: "sobel-x", "R", "sum", "+ bias", "ReLU", "difference".
    values : (H, W) float32, exact, read-only: what probe and export read; of a picture in colours (3, H, W).
    indexed : (h, w) uint8, 0…254 between the levels, 255 where not finite; reduced by `reduction`.
        For the input tile of a colour picture (h, w, 3) uint8 RGB instead.
    reduction : how many cells one pixel of `indexed` stands for along each axis.
    levels : the values that 0 and 254 of `indexed` stand for.
    palette : key of `core.display.PALETTES` that belongs to `indexed`.
    grid : where rows and columns lie on the two axes that are looked at.
    minimum, maximum : over all finite values.
    clipped : share of values outside the levels, 0…1.
    not_finite : share of NaN and infinite values, 0…1.
    role : what it is among the tiles of its view: a map of the bank; a part of the equation, their sum, that with the
        bias, the activated one; before, after or their difference; the input.
    filter : index of the filter this tile shows, -1 for others.
    is_8bit : the colours show what an 8-bit OpenCV filter would have kept of the values.
    empty : so many cells at the end of the last row hold no value: they are neither drawn nor counted.
    zeros : tells which cells of the flattened values are nothing but rounding, and read 0; None: none are.
    shade : (H, W) float32 in 0…1 for values that are angles, how bright the hue of each is: an angle means nothing
        where the vector is short. Then `indexed` is RGB, and `levels` are −π and π. None for all other values.
    pixels : (height, width, 4) uint8, B G R and an unused byte: all of it at the size that `Screen` tells, ready to
        paint; None where that is unknown or where cells are magnified.
    """

    title: str
    values: np.ndarray
    indexed: np.ndarray
    levels: Levels
    palette: str
    grid: Grid = field(default_factory=Grid)
    reduction: int = 1
    minimum: float = 0.0
    maximum: float = 0.0
    clipped: float = 0.0
    not_finite: float = 0.0
    filter: int = -1
    is_8bit: bool = False
    role: Role = "map"
    empty: int = 0
    shade: np.ndarray | None = None
    zeros: Zeros | None = None
    pixels: np.ndarray | None = None

    @cached_property
    def lowest(self) -> float:
        """The smallest finite value, as it reads."""
        return read_extreme(self.minimum, self.values, self.zeros)

    @cached_property
    def highest(self) -> float:
        """The largest finite value, as it reads."""
        return read_extreme(self.maximum, self.values, self.zeros)


@dataclass(frozen=True, eq=False)
class Statistics:
    """The selected map in numbers, all of it: histogram counts (64 bins) between edges, and moments.

    Attributes
    ----------
    zeros : share of values that are 0 within rounding error, 0…1.
    sentence : the statistics in words, with the effect of the activation.
    """

    counts: np.ndarray
    edges: np.ndarray
    minimum: float
    maximum: float
    mean: float
    deviation: float
    zeros: float
    sentence: str = ""


@dataclass(frozen=True)
class LayerReport:
    """What the ribbon says of a layer: shapes are (channels, *spatial), (channels,) without places.

    `how` names the algorithm of a convolution, the reason for choosing it, and its cost; `id` is the layer's;
    `multiply_adds` are the products of one picture; `zeros` is the share of values that are exactly 0, in 0…1, and None
    if nobody has asked for it.
    """

    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...] | None
    parameters: int
    seconds: float = 0.0
    error: str = ""
    note: str = ""
    how: str = ""
    id: str = ""
    multiply_adds: int = 0
    zeros: float | None = None


@dataclass(frozen=True, eq=False)
class KernelPair:
    """The kernels of two maps, (rows, columns) of one size each, and the second minus the first."""

    first: np.ndarray
    second: np.ndarray
    difference: np.ndarray


@dataclass(frozen=True, eq=False)
class Contrast:
    """How far the two sides of a comparison differ.

    Attributes
    ----------
    sentence : the same in words, or why there is no difference.
    largest, mean : of |second − first|, over the cells where both are finite; None without such cells.
    is_same : True if nothing differs by more than rounding.
    note : how maps of different sizes were brought to common cells, or "".
    kernels : of both sides; None unless both are made by a kernel.
    """

    sentence: str
    largest: float | None = None
    mean: float | None = None
    is_same: bool = False
    note: str = ""
    kernels: KernelPair | None = None


@dataclass(frozen=True, eq=False)
class Picture:
    """The newest result: immutable, made in the engine, painted by the window.

    Attributes
    ----------
    project, view, frame : what it was computed from.
    input : (channels, *spatial) float32: the chosen channels, the convolution's input.
    look : which part of input and maps the tiles show.
    input_names : a name for each channel of `input`.
    input_tile : the tile of the input pane.
    tiles : the tiles of the maps pane in `view.mode`, distinguished by their `role`:
        bank: one per filter; channels: one per input channel, their sum, the sum with the bias, and the activated map;
        compare: the two sides of `view.sides` as before and after, and their difference; network: as bank.
    layers : one report per project layer.
    statistics : of the selected map; None if there is none.
    seconds : duration of the computation without display; `total_seconds` includes display.
    note : a sentence about the result ("preview at 1/4 size: …") or ""; `frame.note` is one about the input.
    evaluation : the kept maps of the layers, from which values are explained; None if nothing was computed.
    factor : by which the input picture was reduced before the computation.
    memory : bytes that the frame takes at most while it is computed, see `results.frame_memory`; 0 if unknown.
    contrast : what is said of the two sides of a comparison; None in the other modes.
    is_raced : True if algorithms that won a race may have computed values, which then differ from those of the fixed
        plan by rounding.
    overview : all layers at a glance, where `view.mode` is "network" and the window has told their size; else None.
    difference : of all layers from those of the reference, on this frame; None where nobody looks at it.
    standing : the number of each map that `view.sorting` asks for; None if it asks for none.
    faults : what is the matter with each map of a bank; () where that is not judged.
    favourites : the maps that are kept in sight.
    """

    project: Project
    view: View
    frame: Frame
    input: np.ndarray
    input_names: tuple[str, ...]
    look: ResolvedLook
    input_tile: Tile
    tiles: tuple[Tile, ...]
    layers: tuple[LayerReport, ...]
    statistics: Statistics | None = None
    seconds: float = 0.0
    total_seconds: float = 0.0
    dropped_frames: int = 0
    note: str = ""
    evaluation: Evaluation | None = None
    factor: int = 1
    memory: int = 0
    contrast: Contrast | None = None
    is_raced: bool = False
    overview: Overview | None = None
    difference: "NetworkDifference | None" = None
    standing: Standing | None = None
    faults: tuple[Fault | None, ...] = ()
    favourites: tuple[FavouriteSight, ...] = ()

    @property
    def position(self) -> int:
        """Position of the selected layer in the project."""
        return self.project.position(self.view.layer)

    @property
    def seen_input(self) -> np.ndarray:
        """The part of the input that is looked at, (channels, rows, columns)."""
        return self.look.cut(self.input, block_grid(self.factor, self.input.ndim - 1))

    def report_of(self, layer_id: str) -> LayerReport | None:
        """Return the report of a layer; None if the picture was computed without it."""
        return next((report for report in self.layers if report.id == layer_id), None)

    def evaluation_of(self, layer: int) -> Evaluation | None:
        """Return the evaluation; None if it holds neither a result nor an error for the layer."""
        evaluation = self.evaluation
        return evaluation if evaluation is not None and 0 <= layer < len(evaluation) else None
