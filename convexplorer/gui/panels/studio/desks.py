"""The desks of the studio: each row is a tab, whose form is imported when it is opened."""

from collections.abc import Callable

from convexplorer._dataclass import dataclass
from convexplorer.gui.panels.studio.desk import Desk


@dataclass(frozen=True)
class DeskRow:
    """A tab of the studio.

    Attributes
    ----------
    key, title, tip : as those of its `Desk`.
    load : imports the class.
    """

    key: str
    title: str
    tip: str
    load: Callable[[], type[Desk]]


def _draw() -> type[Desk]:
    from convexplorer.gui.panels.studio.draw.desk import DrawDesk

    return DrawDesk


DESKS: tuple[DeskRow, ...] = (DeskRow("draw", "Draw", "Paint the kernel by hand.", _draw),)
