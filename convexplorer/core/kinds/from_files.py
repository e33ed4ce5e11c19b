"""The row of an operator that cannot be computed; it keeps its place in a network that was opened."""

from convexplorer.core.kinds.kind import ANY_NUMBER, Given, Kind
from convexplorer.core.kinds.long_settings import Text
from convexplorer.core.layers import Layer
from convexplorer.core.layers.impossible import Impossible


def make_impossible(given: Given) -> Layer:
    """Return a layer that gives the reason instead of maps."""
    return Impossible(given.settings["reason"])


UNKNOWN = Kind(
    Impossible,
    "Unknown",
    "Unknown",
    "Core",
    "An operator that this program does not compute; the layers before it run, those behind it wait for it.",
    (
        Text("operator", "Operator", "its name in the file", "Unknown"),
        Text("reason", "Reason", "why it is not computed", "this operator is unknown"),
    ),
    make_impossible,
    input_count=ANY_NUMBER,
    shown="operator",
)
