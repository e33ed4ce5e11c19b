"""What code with kernels is made of: a tree of literals, calls and products, which computes nothing."""

from convexplorer._dataclass import dataclass


@dataclass(frozen=True)
class Number:
    """A number without its sign."""

    value: float


@dataclass(frozen=True)
class Text:
    """A text in quotation marks, without them."""

    value: str


@dataclass(frozen=True)
class Name:
    """A name with its dots: `np.float32`."""

    name: str


@dataclass(frozen=True)
class Signed:
    """An expression with a minus."""

    operand: "Node"


@dataclass(frozen=True)
class Chain:
    """Operands with operators of one rank between them, from left to right."""

    first: "Node"
    rest: tuple[tuple[str, "Node"], ...]


@dataclass(frozen=True)
class Items:
    """A list in brackets, its rows between semicolons; `named` are the keys of an object, or of a call's arguments."""

    bracket: str
    rows: tuple[tuple["Node", ...], ...]
    named: tuple[tuple[str, "Node"], ...] = ()
    is_tuple: bool = False  # has a comma: (1) is a number, (1,) a list


@dataclass(frozen=True)
class Slice:
    """A part of an axis: `:`, `::-1`, `1:3`."""

    parts: tuple["Node | None", ...]


@dataclass(frozen=True)
class Suffixed:
    """What is called, indexed, transposed, or asked for an attribute, from left to right.

    Each suffix is ("call", items), ("index", items), ("get", name) or ("'", None).
    """

    first: "Node"
    suffixes: tuple[tuple[str, "Items | str | None"], ...]


@dataclass(frozen=True)
class Filled:
    """A C++ stream of numbers into a matrix: `Mat_<float>(3, 3) << 1, 2, …`."""

    target: "Node"
    items: Items


Node = Number | Text | Name | Signed | Chain | Items | Slice | Suffixed | Filled


@dataclass(frozen=True)
class Statement:
    """An expression, or its assignment to a name.

    Attributes
    ----------
    name, index : of what is assigned, "" and None if nothing is.
    declared : the lengths of the axes in the declaration of a C array.
    operator : "=", or "*=", ….
    """

    value: Node
    name: str = ""
    index: Items | None = None
    declared: tuple[int, ...] = ()
    operator: str = "="


@dataclass(frozen=True)
class Skipped:
    """Code that is no statement here, with the names that it assigns to."""

    names: frozenset[str]
    reason: str
