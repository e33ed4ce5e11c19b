"""What the kernel does, in pictures and numbers."""

import numpy as np
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.kernels.analysis import exact_sum, norm
from convexplorer.results.picture import Picture
from convexplorer.words import number


class EffectsPane(QWidget):
    """The right half of the studio."""

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        theme.set_role(self, "card")
        layout = QVBoxLayout(self)
        self._facts = QLabel(self)
        self._facts.setWordWrap(True)
        layout.addWidget(self._facts)
        layout.addStretch(1)

    def show_plane(self, plane: np.ndarray, ghost: np.ndarray | None = None) -> None:  # noqa: ARG002 for the studio
        """Show what a plane does, (rows, columns); beside it a ghost, the plane before a drag, or None."""
        self._facts.setText(f"Sum {number(exact_sum(plane))}, norm {number(norm(plane))}")

    def show_picture(self, picture: Picture) -> None:
        """Show the spectrum of the newest picture and map."""
