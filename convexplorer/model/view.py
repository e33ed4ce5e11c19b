"""The part of the result the user looks at: not saved in the project, but the engine draws only this part."""

from typing import Literal

from convexplorer._dataclass import dataclass
from convexplorer.model.project import Project
from convexplorer.sources.frame import Frame

Mode = Literal["bank", "channels", "compare", "network"]
Result = Literal["now", "kept", "settings"]
Shown = Literal["own", "reference", "difference"]
Measure = Literal["mean", "maximum", "deviation", "zeros", "change", "similarity"]


@dataclass(frozen=True)
class Look:
    """Which part of data with any number of axes is wanted on screen; `results.look.resolve` fits it to the data.

    Attributes
    ----------
    visible : the spatial axis that runs down and the one that runs to the right; one alone for a curve. Negative
        numbers count from the last axis, so that a look survives a change of data.
    at : (axis, index) of hidden axes, the index in cells of the picture. An axis that is missing is cut in its middle.
    """

    visible: tuple[int, ...] = (-2, -1)
    at: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.visible) <= 2:
            raise ValueError(f"visible must be one axis or two; got {self.visible}")


@dataclass(frozen=True, eq=False)
class Reference:
    """What was kept to compare with: a picture, all settings of that moment, and what its maps were called.

    Attributes
    ----------
    names : of the picture's channels, then of the maps of each layer.
    title : of the file that it was read from; "" for what was kept in the window.
    """

    frame: Frame
    project: Project
    names: tuple[tuple[str, ...], ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes
    ----------
    result : "now", the newest result; "kept", what the reference gave for its own picture; "settings", what the layers
        of the reference give for the picture of now.
    layer : id of a layer; "" for the selected one; "input" for the picture itself.
    map : index of the map; None for that of the selected filter, or of a picture for its luminance.
    is_before : what the layer reads, instead of a map that it makes.
    """

    result: Result = "now"
    layer: str = ""
    map: int | None = None
    is_before: bool = False


BEFORE, SELECTED = Side(is_before=True), Side()


@dataclass(frozen=True, eq=False)
class Sorting:
    """A wish to put the maps of a bank in order, the largest number first; the same one keeps an order that was found.

    Attributes
    ----------
    by : the number that is taken of each map.
    subject : index of the map that "similarity" compares the others with.
    before : what Undo would have brought back, whose maps "change" compares those of now with; None without an edit.
    """

    by: Measure
    subject: int = 0
    before: Reference | None = None


@dataclass(frozen=True)
class Favourite:
    """A map that is kept in sight, whichever layer is selected: the id of its layer, and its number."""

    layer: str
    map: int


@dataclass(frozen=True)
class View:
    """The selection of maps to draw, and their resolution.

    Attributes
    ----------
    layer : id of the selected layer; "" means the first.
    filter : index of the selected filter in that layer.
    mode : "bank" (all filters), "channels" (the selected filter as an equation of pictures),
        "compare" (two maps and their difference), "network" (all layers at a glance).
    reduction : 1, 2, 4, …: maps are drawn reduced by this factor (area mean) because the tiles are that small.
    look : which axes of maps are drawn, and where the others are cut.
    sides : the two maps that are compared.
    reference : what was kept to compare with, or None.
    shown : what the network at a glance shows where there is a reference: its own maps, those of the reference for the
        same picture, or own − reference.
    partner : index of a second map in the bank, to be compared or combined with the selected one; None without one.
    input_reduction : by which both sides of the frames of a camera, a stream or a video are reduced before anything is
        computed of them, where they come too fast for this machine.
    sorting : what puts the maps of the bank in order; None: they stand by number.
    favourites : maps of any layers that are kept in sight; those of layers that are gone wait until they come back.
    """

    layer: str = ""
    filter: int = 0
    mode: Mode = "bank"
    reduction: int = 1
    look: Look = Look()
    sides: tuple[Side, Side] = (BEFORE, SELECTED)
    reference: Reference | None = None
    shown: Shown = "own"
    partner: int | None = None
    input_reduction: int = 1
    sorting: Sorting | None = None
    favourites: tuple[Favourite, ...] = ()


@dataclass(frozen=True)
class Thumbnails:
    """How the maps of all layers are drawn where the network is seen at a glance.

    Attributes
    ----------
    edge : the longer side of a map in device pixels.
    most : so many maps of a layer are drawn, the first ones.
    first, last : the layers in sight, −1 being the picture; of others no pixels are made.
    folded : layers that are seen on no card, because another one of their fold stands for them; () for none.
    """

    edge: int
    most: int = 16
    first: int = -1
    last: int = 0
    folded: tuple[int, ...] = ()


@dataclass(frozen=True)
class Screen:
    """What the window needs of a result for its pixels, beside the view: nothing that a person has chosen.

    Attributes
    ----------
    wants_numbers : True if someone reads numbers beside the pictures, so that every result must hold the exact maps;
        False if only pictures are looked at while frames flow.
    tile : (height, width) of a map of the bank in device pixels, where all of it is seen; None: maps come indexed,
        reduced by the view's `reduction`, and the pane scales them.
    input : the same of the input picture.
    visible : the maps of the bank in sight, by number; None: all are.
    is_dark : the colours are those of the dark theme.
    thumbnails : of the network at a glance; None while it is not shown.
    wants_bars : values without places are seen as bars, whose numbers are all that is shown of them.
    wants_differences : True while differences from the reference are read, of layers or of a value, which costs another
        computation of the network.
    favourite_edge : the longer side of a favourite in device pixels; None while none is in sight.
    wants_zeros : True while the share of zeros of every layer is shown, which costs a look at all values.
    """

    wants_numbers: bool = True
    tile: tuple[int, int] | None = None
    input: tuple[int, int] | None = None
    visible: tuple[int, ...] | None = None
    is_dark: bool = False
    thumbnails: Thumbnails | None = None
    wants_bars: bool = False
    wants_differences: bool = False
    favourite_edge: int | None = None
    wants_zeros: bool = False


SCREEN = Screen()
