"""The results of an opened network on an input, by the names of its layers."""

import numpy as np

from convexplorer.core.network import Result, evaluate
from convexplorer.model.build import build
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.project import Project
from convexplorer.sources.frame import Source


def computed(network: OpenedNetwork, x: np.ndarray) -> dict[str, Result]:
    """Return what the layers of a project with this network give for an input (channels, *spatial)."""
    project = Project(Source("sample", "astronaut"), network.layers)
    results = evaluate(build(project.layers, x.shape).graph, x).results
    return {layer.id: result for layer, result in zip(project.layers, results, strict=True)}
