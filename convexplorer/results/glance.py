"""What is seen of one frame while frames flow: pictures at the size of the screen, and none of the maps' numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import Levels
from convexplorer.core.geometry.places import Grid
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.favourite_sight import FavouriteSight
from convexplorer.results.job import Job
from convexplorer.results.look import ResolvedLook
from convexplorer.results.overview import Overview
from convexplorer.results.picture import Picture
from convexplorer.sources.frame import Frame

if TYPE_CHECKING:
    from convexplorer.results.scores import Scores


@dataclass(frozen=True, eq=False)
class Sight:
    """One picture of a glance: the pixels of an input or a map, and what is true of them without its numbers.

    Attributes
    ----------
    title : as that of the `Tile` of the same map.
    pixels : (height, width, 4) uint8, B G R and an unused byte, in device pixels and in the colours of the theme, if
        `Job.screen` tells the size; otherwise (h, w) uint8 indices between the levels, reduced by `reduction`, or
        (h, w, 3) uint8 RGB.
    cells : rows and columns of the map that the pixels show.
    grid : where these cells lie on the two axes that are looked at.
    levels : the values of the first and the last colour.
    palette : key of `core.display.PALETTES`.
    filter : index of the filter that makes the map, −1 for others.
    """

    title: str
    pixels: np.ndarray
    cells: tuple[int, int]
    grid: Grid
    levels: Levels
    palette: str
    reduction: int = 1
    filter: int = -1


@dataclass(frozen=True, eq=False)
class Glance:
    """The pictures of one frame: exact in every pixel, but without maps, ranges and statistics.

    Attributes
    ----------
    job : what it was computed from; `render` gives its exact picture.
    input : the picture of the input pane.
    maps : pictures of the maps of the selected layer, in their order; None for those out of sight. () where all layers
        are seen at a glance.
    overview : all layers at a glance, where they are what is looked at.
    scores : the values of the selected layer, where they are seen as bars.
    favourites : the maps that are kept in sight, whatever else is.
    """

    job: Job
    look: ResolvedLook
    input: Sight
    maps: tuple[Sight | None, ...]
    seconds: float = 0.0
    overview: Overview | None = None
    scores: Scores | None = None
    favourites: tuple[FavouriteSight, ...] = ()

    @property
    def project(self) -> Project:
        """The project whose maps these are, as a `Picture` has it."""
        return self.job.project

    @property
    def frame(self) -> Frame:
        """The frame that is seen, likewise."""
        return self.job.frame

    @property
    def dropped_frames(self) -> int:
        """Number of frames replaced before this one was taken, likewise."""
        return self.job.dropped_frames

    @property
    def view(self) -> View:
        """How it is looked at, likewise."""
        return self.job.view


def input_settings(made: Job | Picture | Glance) -> tuple[object, ...]:
    """Return all settings that the picture of a frame's input depends on; the theme and the size on screen come on top.

    An edit of weights changes none of them: the input of a still stays on screen as it is.
    """
    project = made.project
    display, prepared = project.display, project.preprocessing
    return project.channels, project.numbers, prepared, display.has_checkerboard, made.view.look
