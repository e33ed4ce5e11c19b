"""Settings that are as long as they need to be, as files bring them: texts."""

from typing import Any

from convexplorer._dataclass import dataclass
from convexplorer.core.kinds.settings import Setting
from convexplorer.words import plain

MAX_TEXT = 1000


@dataclass(frozen=True)
class Text(Setting):
    """A text on one line, usually from a file; what does not show as what it is has been replaced."""

    def checked(self, value: Any, rank: int) -> str:  # noqa: ARG002
        """Return the text as it may be shown, its middle left out if it is too long."""
        if not isinstance(value, str):
            raise ValueError(f"{self.name} must be a text; got {value!r}")
        return plain(value, MAX_TEXT)

    def brief(self, value: str, title: str) -> str:
        """Return the text, on a card without its middle; the title if there is none."""
        return plain(value, 24) or title
