"""Computes two networks of one frame, and compares them."""

from convexplorer import core
from convexplorer.model.build import build, choose_input
from convexplorer.model.project import Project
from convexplorer.results.differences.network_difference import Evaluated, NetworkDifference, network_difference
from convexplorer.sources.frame import Frame


def compared_on(frame: Frame, own: Project, reference: Project) -> NetworkDifference:
    """Return how far two networks differ on a frame, each computed by itself."""
    return network_difference(_evaluated(own, frame), _evaluated(reference, frame))


def _evaluated(project: Project, frame: Frame) -> Evaluated:
    image, names = choose_input(frame, project.channels, project.numbers, project.preprocessing)
    return Evaluated(project, core.evaluate(build(project.layers, image.shape).graph, image), names)
