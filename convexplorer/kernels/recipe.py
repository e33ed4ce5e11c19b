"""How a kernel was made, as a value: what it began as, with all its settings, and what was done to it since."""

import math
from collections.abc import Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import Any, Self

from convexplorer._dataclass import dataclass
from convexplorer.words import plain

MAX_KIND_LENGTH = 40
MAX_STEPS = 20
MAX_TEXT = 4000
# Numbers and texts of one recipe: thousands of strokes that paint a wanted response.
MAX_VALUES = 50_000
MAX_DEPTH = 8
MORE_STEPS = "…"  # in place of the steps that are too many to be kept

NO_SETTINGS: Mapping[str, Any] = MappingProxyType({})


class RecipeError(ValueError):
    """A recipe holds what is no plain value, or too much; the text is a sentence for the user."""


@dataclass(frozen=True)
class Recipe:
    """How a kernel was made.

    Attributes
    ----------
    kind : a row of `recipes.RECIPES`; a kind that is not known there is kept, as a newer version of the program may
        have written it.
    settings : numbers, texts, truth values and None by name, or lists and mappings of such.
    steps : what was done to the kernel since, in words that continue a sentence: "painted", "turned by 30°". The same
        step twice in a row is one.

    Examples
    --------
    >>> one = Recipe("formula", {"text": "exp(-r^2)", "size": 5})
    >>> one.then("painted").then("painted").steps
    ('painted',)
    """

    kind: str
    settings: Mapping[str, Any] = field(default_factory=lambda: NO_SETTINGS)
    steps: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.kind) <= MAX_KIND_LENGTH:
            raise RecipeError(f"the kind of a recipe has 1 to {MAX_KIND_LENGTH} characters; got {len(self.kind)}")
        object.__setattr__(self, "settings", _frozen(self.settings, _Budget(), MAX_DEPTH))
        object.__setattr__(self, "steps", _joined(self.steps))

    def then(self, step: str) -> Self:
        """Return the recipe of the same kernel after one more step."""
        return replace(self, steps=(*self.steps, step))

    def document(self) -> dict[str, Any]:
        """Return the recipe as plain dictionaries and lists, for a file."""
        document: dict[str, Any] = {"kind": self.kind, "settings": _thawed(self.settings)}
        return document | ({"steps": list(self.steps)} if self.steps else {})

    @classmethod
    def of(cls, document: object) -> Self:
        """Return the recipe of a `document`; RecipeError says what is wrong with it."""
        if not isinstance(document, Mapping) or not isinstance(document.get("kind"), str):
            raise RecipeError('a recipe has a "kind"')
        settings, steps = document.get("settings", {}), document.get("steps", [])
        if not isinstance(settings, Mapping):
            raise RecipeError("the settings of a recipe are a mapping of names to values")
        if not isinstance(steps, list | tuple) or not all(isinstance(step, str) for step in steps):
            raise RecipeError("the steps of a recipe are a list of texts")
        return cls(document["kind"], settings, tuple(steps))


class _Budget:
    """Counts values, so that no file makes a recipe that takes much memory."""

    def __init__(self) -> None:
        self.left = MAX_VALUES

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise RecipeError(f"a recipe holds at most {MAX_VALUES} values")


def _frozen(value: Any, budget: _Budget, depth: int) -> Any:
    budget.spend()
    if depth < 0:
        raise RecipeError(f"the settings of a recipe are nested at most {MAX_DEPTH} deep")
    if isinstance(value, Mapping):
        return MappingProxyType({_text(name): _frozen(each, budget, depth - 1) for name, each in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_frozen(each, budget, depth - 1) for each in value)
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None  # files of projects hold no other numbers
    raise RecipeError(f"a recipe holds numbers and texts; got {type(value).__name__}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise RecipeError(f"the names in a recipe are texts; got {type(value).__name__}")
    if len(value) > MAX_TEXT:
        raise RecipeError(f"a text in a recipe has at most {MAX_TEXT} characters; got {len(value)}")
    return value


def _joined(steps: tuple[str, ...]) -> tuple[str, ...]:
    """Return the steps without repetitions in a row; the newest ones if they are too many."""
    joined = [plain(step, MAX_TEXT) for i, step in enumerate(steps) if i == 0 or step != steps[i - 1]]
    return tuple(joined) if len(joined) <= MAX_STEPS else (MORE_STEPS, *joined[1 - MAX_STEPS :])


def _thawed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _thawed(each) for name, each in value.items()}
    return [_thawed(each) for each in value] if isinstance(value, tuple) else value
