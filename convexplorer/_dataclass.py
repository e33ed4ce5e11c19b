"""Frozen dataclasses that are made in a sixth of the time: their methods are shared, not compiled for each class.

`dataclasses.dataclass` writes the source of six methods for each class, and compiles it. For two hundred classes that
took a seventh of the time from the call of the program to its first picture. Here only `__init__` is compiled; the
others are closures over the names of the fields. All else is that of the standard library (`field`, `fields`,
`replace`, `asdict`), and type checkers see its decorator.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool, eq: bool = True, init: bool = True, kw_only: bool = False) -> Callable[[type], type]:
        """Make a class a frozen dataclass; for one that changes there is the standard library's decorator."""
        if not frozen:
            raise TypeError("a dataclass that is not frozen is made by dataclasses.dataclass")

        def decorate(cls: type) -> type:
            return _complete(cls, eq=eq, init=init, kw_only=kw_only)

        return decorate


def _complete(cls: type, *, eq: bool, init: bool, kw_only: bool) -> type:
    """Give a class its fields by the standard library, and methods that it does not define itself."""
    own = set(vars(cls))
    dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=kw_only)(cls)
    fields = dataclasses.fields(cls)
    methods: dict[str, Callable[..., Any]] = {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
    methods["__repr__"] = _representation([field.name for field in fields if field.repr])
    if init:
        methods["__init__"] = _initialiser(cls, fields)
    if eq:
        key = _key([field.name for field in fields if field.compare])
        methods |= _comparison(key)
    for name, method in methods.items():
        if name not in own or (name == "__hash__" and cls.__hash__ is None):
            setattr(cls, name, method)
    return cls


def _initialiser(cls: type, fields: "tuple[Field[Any], ...]") -> Callable[..., None]:
    """Return `__init__`, the one method whose arguments depend on the class."""
    namespace: dict[str, Any] = {"_set": object.__setattr__, "_MISSING": MISSING}
    positional: list[str] = []
    named: list[str] = []
    body: list[str] = []
    for field in fields:
        name, default = field.name, ""
        if field.default_factory is not MISSING:
            namespace[f"_make_{name}"] = field.default_factory
            made = f"_make_{name}()"
            body.append(f"_set(self, {name!r}, {f'{made} if {name} is _MISSING else {name}' if field.init else made})")
            default = "=_MISSING"
        elif field.init:
            body.append(f"_set(self, {name!r}, {name})")
            if field.default is not MISSING:
                namespace[f"_default_{name}"] = field.default
                default = f"=_default_{name}"
        if field.init:
            (named if field.kw_only else positional).append(f"{name}{default}")
    arguments = ["self", *positional, *(["*", *named] if named else [])]
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    exec(f"def __init__({', '.join(arguments)}):\n " + "\n ".join(body or ["pass"]), namespace)
    method: Callable[..., None] = namespace["__init__"]
    method.__qualname__ = f"{cls.__qualname__}.__init__"
    method.__module__ = cls.__module__
    method.__annotations__ = {field.name: field.type for field in fields if field.init} | {"return": None}
    return method


def _key(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return the function that makes the tuple of an instance's values."""
    if len(names) > 1:
        return attrgetter(*names)
    return (lambda one: (getattr(one, names[0]),)) if names else (lambda _one: ())


def _comparison(key: Callable[[Any], tuple[Any, ...]]) -> dict[str, Callable[..., Any]]:
    def __eq__(self: object, other: object) -> bool:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: object) -> int:
        return hash(key(self))

    return {"__eq__": __eq__, "__hash__": __hash__}


def _representation(names: list[str]) -> Callable[[Any], str]:
    @recursive_repr()
    def __repr__(self: object) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return __repr__


def _refuse_to_set(_self: object, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")
