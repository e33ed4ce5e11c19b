"""The library of kernels as the window knows it: one for the whole program, read when it is looked at."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convexplorer.model.library.library import Library


@cache
def kernel_library() -> "Library":
    """Return the library; its folder is asked for anew each time that it is read."""
    from convexplorer.model.library.library import Library  # here: no start reads the library

    return Library()
