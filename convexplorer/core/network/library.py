"""Layers that another library computes instead of `core`: who is asked, in this thread alone, and what is given.

Outside `asking` nothing is asked: exports, the command line and tests compute by `core`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.network.graph import Graph


@dataclass(frozen=True, eq=False)
class Given:
    """The maps of some layers of a graph, all of one computation.

    Attributes
    ----------
    maps : (channels, *spatial) float32 by the index of the layer.
    seconds : for each of these layers, its part of the time: by its multiply-adds, as the library tells the whole only.
    label : who computed them, with the version.
    """

    maps: Mapping[int, np.ndarray]
    seconds: Mapping[int, float]
    label: str


class Library(Protocol):
    """What computes layers of a graph."""

    def compute(self, graph: Graph, image: np.ndarray) -> Given | None:
        """Return the maps of layers, of which all that they read is given, too; None if `core` is to compute all."""


_asked: ContextVar[Library | None] = ContextVar("library", default=None)


@contextmanager
def asking(library: Library | None) -> Iterator[None]:
    """Let evaluations inside ask a library first, in this thread; None: nobody."""
    token = _asked.set(library)
    try:
        yield
    finally:
        _asked.reset(token)


def given_by_library(graph: Graph, image: np.ndarray) -> Given | None:
    """Return what the library that is asked here computes of a graph; None if there is none, or nothing."""
    library = _asked.get()
    return None if library is None else library.compute(graph, image)
