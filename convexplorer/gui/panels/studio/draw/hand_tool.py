"""One tool of the desk “Draw”: what its tools have in common."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from convexplorer.core.parameter import Parameter
from convexplorer.gui.canvas.studio.overlay import KernelOverlay
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.recipes import made_by
from convexplorer.words import as_sentence


class HandTool(QObject):
    """A tool with handles over the kernel and numbers in a form.

    Attributes
    ----------
    overlay : its handles.
    parameters : the numbers of its form; another object if there are others.

    Signals
    -------
    changed : its numbers, its words or its handles are others.
    """

    changed = Signal()

    overlay: KernelOverlay
    parameters: Sequence[Parameter] = ()

    def __init__(self, work: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self.work = work

    @property
    def values(self) -> Mapping[str, float]:
        """The numbers of the form, by the name of their parameter."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        """What the mouse and the keys do, and what became of it."""
        raise NotImplementedError

    def set_value(self, name: str, value: float) -> None:
        """Take a number from the form."""
        raise NotImplementedError

    def finish(self) -> None:
        """End a series of changes: one step of Undo."""
        self.work.settle()

    def show_kernel(self, *, is_other: bool) -> None:
        """Show the kernel of the workbench; `is_other` if it is not the one of before with other weights."""

    def made(self) -> Recipe | None:
        """Return how the kernel of now was made, as far as that is known."""
        chosen = self.work.chosen
        return None if chosen is None else made_by(chosen)

    def make(self, planes: Callable[[], np.ndarray], recipe: Callable[[], Recipe | None], merge: str | None) -> bool:
        """Give the kernel new weights; where that is impossible, by a lock for example, say why."""
        try:
            return self.work.make(planes(), recipe(), merge)
        except ValueError as error:
            self.work.context.refuse(as_sentence(str(error)))
            return False


def value_parameter(strength: float, explanation: str) -> Parameter:
    """Return the parameter of a painted weight, on the scale of a kernel's weights."""
    # A range that has steps, and whose width is finite.
    largest = 2 * 10.0 ** float(np.clip(np.ceil(np.log10(strength)), -300, 307))
    return Parameter("value", min(strength, largest), -largest, largest, largest / 200, "Value", explanation)
