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


def _formula() -> type[Desk]:
    from convexplorer.gui.panels.studio.formula.desk import FormulaDesk

    return FormulaDesk


def _generate() -> type[Desk]:
    from convexplorer.gui.panels.studio.generate.desk import GenerateDesk

    return GenerateDesk


def _frequency() -> type[Desk]:
    from convexplorer.gui.panels.studio.frequency.desk import FrequencyDesk

    return FrequencyDesk


def _picture() -> type[Desk]:
    from convexplorer.gui.panels.studio.picture.desk import PictureDesk

    return PictureDesk


def _compose() -> type[Desk]:
    from convexplorer.gui.panels.studio.compose.desk import ComposeDesk

    return ComposeDesk


def _library() -> type[Desk]:
    from convexplorer.gui.panels.studio.library.desk import LibraryDesk

    return LibraryDesk


DESKS: tuple[DeskRow, ...] = (
    DeskRow("draw", "Draw", "Paint the kernel by hand, turn, shift and resample it.", _draw),
    DeskRow("formula", "Formula", "Write the kernel as a formula of x, y, r and theta.", _formula),
    DeskRow("generate", "Generate", "Make the kernel of a family: derivatives, Gabor, rings, lines, blurs.", _generate),
    DeskRow("frequency", "Frequency", "Draw which waves pass; the kernel follows.", _frequency),
    DeskRow("picture", "From picture", "Take a part of the picture as the kernel, or learn a bank from it.", _picture),
    DeskRow("compose", "Compose", "Make the kernel of kernels: in series, sums, slopes, passes, an inverse.", _compose),
    DeskRow("library", "Library", "Your own kernels and banks, with tags and notes.", _library),
)
