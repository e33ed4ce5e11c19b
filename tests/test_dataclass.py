"""Our frozen dataclasses do what those of the standard library do."""

import copy
import dataclasses
import inspect
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, fields, replace
from typing import ClassVar

import pytest

from convexplorer import _dataclass


def _classes(dataclass: Callable[..., Callable[[type], type]]) -> tuple[type, ...]:
    @dataclass(frozen=True)
    class Plain:
        """A few fields."""

        kind: ClassVar[str] = "plain"
        a: int
        b: float = 0.5
        c: list[int] = field(default_factory=list, compare=False)
        d: str = field(default="", repr=False)

    @dataclass(frozen=True)
    class Child(Plain):
        """More of them, one made from the others."""

        e: int = 3
        total: float = field(init=False, default=0.0)

        def __post_init__(self) -> None:
            object.__setattr__(self, "total", self.a + self.b)

    @dataclass(frozen=True, eq=False)
    class Thing:
        """Equal to itself alone."""

        a: int

    @dataclass(frozen=True, kw_only=True)
    class Named:
        """By name only."""

        a: int
        b: int = 2

    @dataclass(frozen=True)
    class Own:
        """With an equality and words of its own."""

        a: int

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own) and self.a % 2 == other.a % 2

        def __hash__(self) -> int:
            return self.a % 2

        def __repr__(self) -> str:
            return f"<{self.a}>"

    @dataclass(frozen=True)
    class Empty:
        """Without fields."""

    @dataclass(frozen=True, init=False)
    class Made:
        """Made by itself."""

        a: int

        def __init__(self) -> None:
            object.__setattr__(self, "a", 7)

    return Plain, Child, Thing, Named, Own, Empty, Made


OURS, THEIRS = _classes(_dataclass.dataclass), _classes(dataclasses.dataclass)
Plain, Child, Thing, Named, Own, Empty, Made = OURS
CALLS: tuple[tuple[int, tuple[object, ...], dict[str, object]], ...] = (
    (0, (1,), {}),
    (0, (1, 2.0, [3], "x"), {}),
    (0, (), {"d": "x", "a": 4}),
    (1, (1,), {"e": 5}),
    (2, (1,), {}),
    (3, (), {"a": 1}),
    (4, (5,), {}),
    (5, (), {}),
    (6, (), {}),
)
WRONG: tuple[tuple[int, tuple[object, ...], dict[str, object]], ...] = (
    (0, (), {}),
    (0, (1, 2, 3, 4, 5), {}),
    (0, (1,), {"f": 2}),
    (1, (1,), {"total": 2.0}),
    (3, (1,), {}),
)


@pytest.mark.parametrize(("index", "arguments", "named"), CALLS)
def test_instances_hold_and_say_the_same(index, arguments, named):
    ours, theirs = (classes[index](*arguments, **named) for classes in (OURS, THEIRS))

    assert vars(ours) == vars(theirs)
    assert repr(ours) == repr(theirs)
    assert (ours == OURS[index](*arguments, **named)) == (theirs == THEIRS[index](*arguments, **named))
    assert [one.name for one in fields(ours)] == [one.name for one in fields(theirs)]


@pytest.mark.parametrize(("ours", "theirs"), list(zip(OURS, THEIRS, strict=True)), ids=lambda cls: cls.__name__)
def test_classes_look_the_same(ours, theirs):
    def arguments(cls):
        return [(one.name, one.kind, one.annotation) for one in inspect.signature(cls).parameters.values()]

    assert arguments(ours) == arguments(theirs)
    assert ours.__doc__ == theirs.__doc__
    assert ours.__match_args__ == theirs.__match_args__
    assert (ours.__hash__ is object.__hash__) == (theirs.__hash__ is object.__hash__)


@pytest.mark.parametrize(("index", "arguments", "named"), WRONG)
def test_the_same_arguments_are_refused(index, arguments, named):
    for classes in (OURS, THEIRS):
        with pytest.raises(TypeError):
            classes[index](*arguments, **named)


def test_what_is_equal_has_one_hash_and_what_is_compared_not_does_not_matter():
    assert Plain(1, c=[1]) == Plain(1, c=[2])
    assert hash(Plain(1, c=[1])) == hash(Plain(1, c=[2]))
    assert Plain(1) != Plain(2)
    assert Plain(1) != Child(1)
    assert Thing(1) != Thing(1)
    assert len({Thing(1), Thing(1)}) == 2
    assert Own(1) == Own(3)
    assert Plain(1) != "Plain(1)"


def test_nothing_is_set_or_deleted():
    one = Child(1)

    with pytest.raises(FrozenInstanceError, match="'a'"):
        one.a = 2
    with pytest.raises(FrozenInstanceError, match="'new'"):
        one.new = 2
    with pytest.raises(FrozenInstanceError, match="'e'"):
        del one.e


def test_a_change_is_a_new_instance_that_is_made_again():
    assert replace(Child(1), a=4).total == 4.5
    with pytest.raises(TypeError):
        replace(Plain(1), unknown=2)


def test_each_instance_has_a_default_of_its_own():
    assert Plain(1).c is not Plain(1).c


def test_copies_are_equal():
    assert copy.copy(Plain(1, 2.0)) == copy.deepcopy(Plain(1, 2.0)) == Plain(1, 2.0)


def test_what_may_change_is_left_to_the_standard_library():
    with pytest.raises(TypeError, match="dataclasses"):
        _dataclass.dataclass(frozen=False)
