"""Which connection of the network at a glance is pointed at and which was chosen: a line that skips cards."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPathStroker

from convexplorer.gui.canvas.network.wiring import Wire
from convexplorer.gui.look import theme
from convexplorer.model.connections import Arc

_REACH = 8  # design pixels: a line is met by the mouse where it is as near

Ends = tuple[int, int]


class Connections:
    """The lines that can be chosen, by the cards at their ends; neighbours read each other without a connection.

    Attributes
    ----------
    chosen, pointed : the connection, None without one.
    """

    def __init__(self) -> None:
        self._arcs: dict[Ends, Arc] = {}
        self.chosen: Arc | None = None
        self.pointed: Arc | None = None

    def show(self, arcs: Sequence[Arc]) -> None:
        """Take the connections of other cards; the chosen one stays chosen if it is still there."""
        self._arcs = {}
        for arc in arcs:  # of several layers of one fold the first
            self._arcs.setdefault(_ends(arc), arc)
        known, self.pointed = self.chosen, None
        self.chosen = next(
            (arc for arc in arcs if known and (arc.source, arc.target) == (known.source, known.target)), None
        )

    @property
    def marked(self) -> frozenset[Ends]:
        """The lines that stand out."""
        return frozenset(_ends(arc) for arc in (self.chosen, self.pointed) if arc is not None)

    def at(self, place: QPointF, wires: Sequence[Wire]) -> Arc | None:
        """Return the connection whose line lies at a place; of several, the shortest."""
        stroker = QPainterPathStroker()
        reach = theme.px(_REACH)
        stroker.setWidth(reach)
        found = [
            wire
            for wire in wires
            if (wire.source, wire.target) in self._arcs
            and wire.line.boundingRect().adjusted(-reach, -reach, reach, reach).contains(place)
            and stroker.createStroke(wire.line).contains(place)
        ]
        nearest = min(found, key=lambda wire: wire.target - wire.source, default=None)
        return None if nearest is None else self._arcs[nearest.source, nearest.target]


def _ends(arc: Arc) -> Ends:
    """Return the cards of a connection: that of the picture is the first."""
    return arc.start + 1, arc.end + 1
