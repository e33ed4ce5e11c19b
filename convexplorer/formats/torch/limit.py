"""An end to every walk through what a file describes: a list may contain itself, or another one a thousand times."""

from convexplorer.formats.errors import NetworkFileError

_MOST_DEPTH = 64
_MOST_PARTS = 100_000
_SHORT_NAME = 64


class Limit:
    """Counts the parts that are visited on one walk."""

    def __init__(self) -> None:
        self._left = _MOST_PARTS

    def count(self, depth: int, name: str = "") -> None:
        """Count a part that lies so deep; NetworkFileError if it is one too many or too deep.

        Each name holds those of all parts around it, so long ones count as several parts.
        """
        self._left -= 1 + len(name) // _SHORT_NAME
        if self._left < 0 or depth > _MOST_DEPTH:
            raise NetworkFileError("its parts are nested too deeply, or contain themselves")
