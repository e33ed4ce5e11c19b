"""Settings of a layer as data: what a value may be, its default, and the words a form shows for it.

Forms, menus, files, the command line and tests read these rows; none of them knows a kind of layer by name.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.layers.activation import Activation
from convexplorer.core.operators.activations import MENU_ACTIVATIONS, describe

# Far beyond what makes sense on a picture, and small enough that no file can ask for gigabytes of border.
MAX_STEP = 1024


@dataclass(frozen=True)
class Setting:
    """One setting of a kind of layer.

    Attributes
    ----------
    name : keyword of the core layer, and key in project files.
    label, explanation : a word for the form, and a phrase for its tip.
    default : value of a new layer; per-axis settings give one number for all axes.
    """

    name: str
    label: str
    explanation: str
    default: Any = None

    def checked(self, value: Any, rank: int) -> Any:
        """Return the value in its one form for layers of `rank` spatial axes; raise ValueError naming the setting."""
        raise NotImplementedError

    def plain(self, value: Any) -> Any:
        """Return a checked value as JSON has it; `checked` reads it back."""
        return value

    def brief(self, value: Any, title: str) -> str:
        """Return what a card says of a layer with that title: "MaxPool 2×2"."""
        return f"{title} {times(value) if isinstance(value, tuple) else value}"


@dataclass(frozen=True)
class Number(Setting):
    """A real number within limits, both allowed."""

    minimum: float = -np.inf
    maximum: float = np.inf
    step: float = 0.1

    def checked(self, value: Any, rank: int) -> float:  # noqa: ARG002
        """Return a float within the limits."""
        if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
            raise ValueError(f"{self.name} must be a number; got {value!r}")
        try:
            number = float(value)
        except OverflowError:  # a whole number of hundreds of digits, as a file may hold
            number = math.inf if value > 0 else -math.inf
        if not self.minimum <= number <= self.maximum:
            raise ValueError(f"{self.name} must lie in {self.minimum:g}…{self.maximum:g}; got {number:g}")
        return number


@dataclass(frozen=True)
class WholeNumber(Setting):
    """A whole number within limits, both allowed."""

    minimum: int = 1
    maximum: int = MAX_STEP

    def checked(self, value: Any, rank: int) -> int:  # noqa: ARG002
        """Return an int within the limits."""
        if not is_whole(value):
            raise ValueError(f"{self.name} must be a whole number; got {value!r}")
        if not self.minimum <= value <= self.maximum:
            raise ValueError(f"{self.name} must lie in {self.minimum}…{self.maximum}; got {value}")
        return int(value)


@dataclass(frozen=True)
class Divisor(WholeNumber):
    """A whole number that divides what a layer gets and gives: only some values fit a given input."""


@dataclass(frozen=True)
class Channel(WholeNumber):
    """The number of a channel of the input, counted from 0; forms show the name that the channel has there."""

    minimum: int = 0


@dataclass(frozen=True)
class PerAxis(Setting):
    """One whole number for each spatial axis; one alone means the same for all."""

    minimum: int = 1
    maximum: int = MAX_STEP
    is_optional: bool = False

    def checked(self, value: Any, rank: int) -> tuple[int, ...] | None:
        """Return one int per axis, or None where the setting may be left open."""
        if value is None and self.is_optional:
            return None
        return per_axis(value, rank, self.name, minimum=self.minimum, maximum=self.maximum)

    def plain(self, value: Any) -> Any:
        """Return a list of numbers."""
        return None if value is None else list(value)


@dataclass(frozen=True)
class Padding(Setting):
    """How far windows reach beyond the input: "valid", "same", for signals "causal", or (before, after) per axis."""

    def checked(self, value: Any, rank: int) -> "str | tuple[tuple[int, int], ...]":
        """Return one of the words, or a pair of ints for each axis."""
        words = ("valid", "same", "causal") if rank == 1 else ("valid", "same")
        if isinstance(value, str) and value in words:
            return value
        names = ", ".join(f'"{word}"' for word in words)
        return sides(value, rank, self.name, f"{names} or {_sides_words(rank)}")

    def plain(self, value: Any) -> Any:
        """Return the word, or a list of pairs."""
        return value if isinstance(value, str) else [list(pair) for pair in value]


@dataclass(frozen=True)
class Sides(Setting):
    """Whole numbers (before, after) for each axis: cells that are added or cut off."""

    def checked(self, value: Any, rank: int) -> tuple[tuple[int, int], ...]:
        """Return a pair of ints for each axis; one number means all sides."""
        if is_whole(value):
            value = ((value, value),) * rank
        return sides(value, rank, self.name, _sides_words(rank))

    def plain(self, value: Any) -> Any:
        """Return a list of pairs."""
        return [list(pair) for pair in value]


@dataclass(frozen=True)
class Choice(Setting):
    """One of several words.

    Attributes
    ----------
    choices : (key, tip) in the order of the menu.
    """

    choices: tuple[tuple[str, str], ...] = ()

    def checked(self, value: Any, rank: int) -> str:  # noqa: ARG002
        """Return one of the keys."""
        keys = [key for key, _ in self.choices]
        if value not in keys:
            raise ValueError(f"{self.name} must be one of {', '.join(keys)}; got {value!r}")
        return str(value)


@dataclass(frozen=True)
class Flag(Setting):
    """Yes or no."""

    def checked(self, value: Any, rank: int) -> bool:  # noqa: ARG002
        """Return a bool."""
        if not isinstance(value, bool):
            raise ValueError(f"{self.name} must be true or false; got {value!r}")
        return value


@dataclass(frozen=True)
class ActivationSetting(Setting):
    """An activation with its parameters.

    Attributes
    ----------
    names : the activations that can be chosen.
    """

    names: tuple[str, ...] = tuple(MENU_ACTIVATIONS)

    def checked(self, value: Any, rank: int) -> Activation:  # noqa: ARG002
        """Return an activation, given as one, by its name, or as JSON has it."""
        if isinstance(value, Mapping):
            unknown = set(value) - {"name", "parameters"}
            if unknown or "name" not in value:
                raise ValueError(f"{self.name} must have a name and parameters; got {', '.join(map(str, value))}")
            parameters = value.get("parameters", {})
            if not isinstance(parameters, Mapping):
                raise ValueError(f"{self.name} must have parameters by name; got {parameters!r}")
            value = Activation(str(value["name"]), parameters)
        if isinstance(value, str):
            value = Activation(value)
        if not isinstance(value, Activation):
            raise ValueError(f"{self.name} must be an Activation; got {value!r}")
        if value.name not in self.names:
            raise ValueError(f"{self.name} must keep the number of maps; {value.name} does not")
        return value

    def plain(self, value: Activation) -> Any:
        """Return name and parameters."""
        return {"name": value.name, "parameters": {name: float(each) for name, each in value.parameters.items()}}

    def brief(self, value: Activation, title: str) -> str:  # noqa: ARG002
        """Return the name of the activation: it says more than the layer's."""
        return describe(value.name).label


def times(value: Sequence[object]) -> str:
    """Return a shape or a size as a product: "2×2", of pairs "1+1×2+2"; "one" of nothing."""
    flat = [f"{each[0]}+{each[1]}" if isinstance(each, tuple) else str(each) for each in value]
    return "×".join(flat) or "one"


def is_whole(value: object) -> bool:
    """Whether a value is a whole number, and no truth value."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def per_axis(value: Any, rank: int, name: str, *, minimum: int = 1, maximum: int = MAX_STEP) -> tuple[int, ...]:
    """Return one whole number for each of `rank` axes; raise ValueError naming the argument.

    Examples
    --------
    >>> per_axis(2, 3, "strides")
    (2, 2, 2)
    """
    numbers = (value,) * rank if is_whole(value) else value
    if not isinstance(numbers, Sequence) or isinstance(numbers, str) or len(numbers) != rank:
        raise ValueError(f"{name} must be a whole number or {rank} of them{_axis_words(rank)}; got {value!r}")
    if not all(map(is_whole, numbers)):
        raise ValueError(f"{name} must be a whole number or {rank} of them{_axis_words(rank)}; got {value!r}")
    for number in numbers:
        if not minimum <= number <= maximum:
            raise ValueError(f"{name} must lie in {minimum}…{maximum}; got {number}")
    return tuple(int(number) for number in numbers)


def sides(value: Any, rank: int, name: str, expected: str) -> tuple[tuple[int, int], ...]:
    """Return a pair of whole numbers, 0 or more, for each of `rank` axes; raise ValueError naming the argument."""
    pairs = [] if isinstance(value, str) or not isinstance(value, Sequence) else list(value)
    is_right = len(pairs) == rank and all(_is_pair(pair, is_whole) for pair in pairs)
    if not is_right:
        raise ValueError(f"{name} must be {expected}; got {value!r}")
    for number in (number for pair in pairs for number in pair):
        if not 0 <= number <= MAX_STEP:
            raise ValueError(f"{name} must lie in 0…{MAX_STEP} on each side; got {number}")
    return tuple((int(before), int(after)) for before, after in pairs)


def _is_pair(value: object, is_right: Callable[[object], bool]) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2 and all(map(is_right, value))


def _axis_words(rank: int) -> str:
    return " (rows, columns)" if rank == 2 else ""


def _sides_words(rank: int) -> str:
    return "((top, bottom), (left, right))" if rank == 2 else f"{rank} pairs (before, after)"
