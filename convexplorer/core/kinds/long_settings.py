"""Settings that are as long as they need to be, as files bring them: texts and lists of whole numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.kinds.settings import Setting, is_whole
from convexplorer.words import plain

MAX_TEXT = 1000
MAX_NUMBERS = 1 << 16
_SHOWN = 4  # numbers on a card


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


@dataclass(frozen=True)
class WholeNumbers(Setting):
    """Whole numbers in order, one at least; one alone may stand without brackets."""

    minimum: int = 0
    maximum: int = MAX_NUMBERS - 1

    def checked(self, value: Any, rank: int) -> tuple[int, ...]:  # noqa: ARG002
        """Return a tuple of ints within the limits."""
        numbers = (value,) if is_whole(value) else value
        if not isinstance(numbers, Sequence | np.ndarray) or isinstance(numbers, str) or not len(numbers):
            raise ValueError(f"{self.name} must be whole numbers, one at least; got {value!r}")
        if len(numbers) > MAX_NUMBERS:
            raise ValueError(f"{self.name} must be at most {MAX_NUMBERS} numbers; got {len(numbers)}")
        for number in numbers:
            if not is_whole(number):
                raise ValueError(f"{self.name} must be whole numbers, one at least; got {number!r}")
            if not self.minimum <= number <= self.maximum:
                raise ValueError(f"{self.name} must lie in {self.minimum}…{self.maximum}; got {number}")
        return tuple(int(number) for number in numbers)

    def plain(self, value: tuple[int, ...]) -> list[int]:
        """Return a list of numbers."""
        return list(value)

    def brief(self, value: tuple[int, ...], title: str) -> str:
        """Return the first numbers, or how many there are."""
        if len(value) > _SHOWN:
            return f"{title} {len(value)}"
        return f"{title} {' '.join(map(str, value))}"


@dataclass(frozen=True)
class Channels(WholeNumbers):
    """Numbers of channels of the input, counted from 0; forms count from 1."""

    def brief(self, value: tuple[int, ...], title: str) -> str:
        """Return how many there are."""
        return f"{title} {len(value)}"
