"""A file of a trained network that is read beside the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from convexplorer.words import plain

if TYPE_CHECKING:
    from convexplorer.formats.tensor_file import TensorFile
    from convexplorer.model.opening.opened import OpenedNetwork


class NetworkReading:
    """A file of a network that is being read.

    Attributes
    ----------
    opened : what was found in it; None until it is read.
    is_cancelled : nobody waits for it any more.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = plain(path.name)
        self.sentence = f"Reading {self.name} …"
        self.opened: OpenedNetwork | TensorFile | None = None
        self.is_cancelled = False

    def read(self) -> None:
        """Read the file; NetworkFileError if that is impossible."""
        from convexplorer.model.opening.network_file import open_network as read_network  # here: no start reads one

        self.opened = read_network(self.path)
