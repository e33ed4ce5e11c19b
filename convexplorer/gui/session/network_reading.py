"""A file of a trained network that is read beside the window."""

from __future__ import annotations

from dataclasses import replace
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
    path, names : of the network, and of the names of its classes, if there are any.
    opened : what was found in it; None until it is read.
    is_cancelled : nobody waits for it any more.
    """

    def __init__(self, path: Path, names: Path | None = None) -> None:
        self.path, self.names = path, names
        self.name = plain(path.name)
        self.sentence = f"Reading {self.name} …"
        self.opened: OpenedNetwork | TensorFile | None = None
        self.is_cancelled = False

    def read(self) -> None:
        """Read the file; NetworkFileError if that is impossible."""
        self.opened = read_network(self.path)
        if self.names is not None:
            from convexplorer.model.opening.class_names import read_class_names
            from convexplorer.model.opening.opened import OpenedNetwork

            if isinstance(self.opened, OpenedNetwork):
                self.opened = replace(self.opened, class_names=read_class_names(self.names))


def read_network(path: Path) -> OpenedNetwork | TensorFile:
    """Return what is in a file of a trained network; NetworkFileError if it cannot be read."""
    from convexplorer.formats.errors import NetworkFileError
    from convexplorer.model.opening.input_size import with_fitting_size  # here: no start reads a network
    from convexplorer.model.opening.network_file import open_network
    from convexplorer.model.opening.opened import OpenedNetwork

    found = open_network(path)
    if not isinstance(found, OpenedNetwork):
        return found
    axes = {layer.rank for layer in found.layers} - {2}
    if axes:  # the core computes them, but no panel edits kernels of another number of axes
        what = (
            "signals of one axis" if axes == {1} else "volumes of three axes" if axes == {3} else "data of other axes"
        )
        raise NetworkFileError(f"{plain(path.name)} is made for {what}; the window shows pictures of rows and columns.")
    return with_fitting_size(found)
