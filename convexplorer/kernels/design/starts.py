"""Wanted responses to begin with: the four that every textbook has, a direction, and a notch against one wave."""

from typing import NamedTuple

from convexplorer.kernels.design.shapes import Disc, Ring, Spots, Wedge
from convexplorer.kernels.design.target import Target


class Start(NamedTuple):
    """A wanted response with its name, and what it does to a picture."""

    label: str
    tip: str
    target: Target


STARTS: dict[str, Start] = {
    "low-pass": Start("Low pass", "Keeps slow waves: a blur without a favourite direction.", Target((Disc(),))),
    "high-pass": Start("High pass", "Keeps fine waves: detail and edges.", Target((Disc(level=0.0),), level=1.0)),
    "band-pass": Start("Band pass", "Keeps waves between two lengths.", Target((Ring(),))),
    "band-stop": Start("Band stop", "Removes waves between two lengths.", Target((Ring(level=0.0),), level=1.0)),
    "direction": Start(
        "Direction",
        "Keeps waves of a direction: edges and lines across it.",
        Target((Wedge(inner=0.06, outer=0.35),)),
    ),
    "notch": Start(
        "Notch", "Removes one wave, as of a screen or a fence.", Target((Spots(level=0.0),), level=1.0, margin=0.03)
    ),
}
