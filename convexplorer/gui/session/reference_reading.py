"""A network that is read from a file beside the window, to compare with: a project, a trained network, or weights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from convexplorer.formats.errors import NetworkFileError
from convexplorer.model import edits
from convexplorer.model.project import Project
from convexplorer.words import plain

if TYPE_CHECKING:
    from convexplorer.core.layers import Shape
    from convexplorer.formats.tensor_file import TensorFile


class ReferenceReading:
    """A file that is being read.

    Parameters
    ----------
    now : the project of now, whose layers get weights that come without layers.
    input_shape : of what its first layer reads; None if that is not known.

    Attributes
    ----------
    project : what was found; None until it is read.
    note : what is not as in the file, or "".
    is_cancelled : nobody waits for it any more.
    """

    def __init__(self, path: Path, now: Project, input_shape: Shape | None) -> None:
        self.path, self._now, self._input_shape = path, now, input_shape
        self.name = plain(path.name)
        self.sentence = f"Reading {self.name} …"
        self.project: Project | None = None
        self.note = ""
        self.is_cancelled = False

    def read(self) -> None:
        """Read the file; ValueError says why it is nothing to compare with."""
        from convexplorer.gui.session.network_reading import read_network
        from convexplorer.model.opening.opened import OpenedNetwork
        from convexplorer.model.storage.files import is_project, load_project

        if is_project(self.path):
            self.project = load_project(self.path)
            return
        found = read_network(self.path)
        if isinstance(found, OpenedNetwork):
            self.project = edits.replace_network(self._now, found)
        else:
            self._fit(found)

    def _fit(self, file: TensorFile) -> None:
        """Give the layers of now the weights of the file."""
        from convexplorer.model.opening.weights import assign, fitting

        found = fitting(self._now, file, self._input_shape)
        if not found.fits:
            raise NetworkFileError(f"{self.name} holds weights alone, and none of them fit the layers of this network.")
        missing = ", ".join(map(plain, found.missing))
        self.note = " ".join(
            (*([f"{missing} kept the weights of now: none of the file fit."] if missing else []), *found.notes)
        )
        self.project = assign(self._now, found)
