"""A picture of every kind of layer: two convolutions below it, so that joined layers have two inputs of one shape."""

from dataclasses import replace
from functools import cache

import numpy as np

from convexplorer.core.kinds import KINDS
from convexplorer.model.default import default_project, new_layer
from convexplorer.model.edits import add_layer
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.explanation import Explanation, explain
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.sources.frame import Frame, Source

ROWS, COLUMNS = 24, 36
JOINED = tuple(kind for kind, row in KINDS.items() if row.input_count is None or kind == "subtract")


def frame(channels: tuple[str, ...] = ("R", "G", "B")) -> Frame:
    """Return a small noisy picture."""
    image = np.random.default_rng(3).random((len(channels), ROWS, COLUMNS), np.float32)
    image.flags.writeable = False
    return Frame(image, channels)


def add(project: Project, kind: str, *inputs: str, **settings: object) -> Project:
    """Add a layer of a kind at the end, with the layers that it reads and some settings."""
    layer = new_layer(kind, project, len(project.layers)).with_settings(**settings)
    return add_layer(project, replace(layer, inputs=inputs) if inputs else layer, len(project.layers))


def project_of(kind: str, **settings: object) -> Project:
    """Return a project whose last layer is of a kind: on maps of a convolution, and joined with another one."""
    project = add(add(default_project(Source("sample", "cat")), "activation"), "conv")
    if kind == "unpool":
        return add(add(project, "max_pool", "activation"), kind, "max_pool", "activation", **settings)
    return add(project, kind, *(("conv_2", "activation") if kind in JOINED else ("activation",)), **settings)


def shown(project: Project, layer: str = "", *, mode: str = "bank", channel: int = 0) -> Picture:
    """Return the picture of a layer, the last one if none is named."""
    return render(Job(frame(), project, View(layer or project.ids[-1], channel, mode))).picture


@cache
def picture_of(kind: str, mode: str = "bank") -> Picture:
    """Return the picture of a kind with its default settings."""
    return shown(project_of(kind), mode=mode)


def explained(picture: Picture, channel: int = 0, cell: tuple[int, int] = (3, 4)) -> Explanation:
    """Return how a value of the selected layer came about."""
    explanation = explain(picture, picture.position, channel, cell)
    assert explanation is not None
    return explanation
