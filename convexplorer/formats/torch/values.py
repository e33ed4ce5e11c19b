"""What the opcodes of a pickle make here: names that are never looked up, records, storages and tensors."""

from typing import Any

from convexplorer._dataclass import dataclass
from convexplorer.formats.elements import BFLOAT16, array_bytes, is_known
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import quoted

UNTYPED = "uint8"  # bytes whose element each tensor names for itself
# The element of each class of storages whose tensors are read.
_STORAGES = {
    "DoubleStorage": "float64",
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": BFLOAT16,
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "UntypedStorage": UNTYPED,
    "_UntypedStorage": UNTYPED,
}
# The size of an element in storages of which no tensor is read.
_UNREAD_BYTES = {
    "ComplexDoubleStorage": 16,
    "ComplexFloatStorage": 8,
    "QInt32Storage": 4,
    "QInt8Storage": 1,
    "QUInt8Storage": 1,
}
# What makes a tensor in a file of PyTorch; of these functions only those in `reconstruction` are known.
_REBUILT = "torch._utils._rebuild_"


@dataclass(frozen=True)
class Name:
    """A class or a function that a pickle names, "torch.nn.modules.conv.Conv2d"; nothing is imported or called."""

    text: str


class Record:
    """An object of any class: what it would have been made of, and nothing that runs.

    Attributes
    ----------
    class_name : of its class or of the function that would have made it.
    args : what that would have been called with.
    state : what would have become its attributes, None if nothing.
    items, elements : what would have been put into it, if it is a mapping or a sequence.
    """

    __slots__ = ("args", "class_name", "elements", "items", "state")

    def __init__(self, class_name: str, args: tuple[Any, ...]) -> None:
        self.class_name = class_name
        self.args = args
        self.state: Any = None
        self.items: dict[Any, Any] = {}
        self.elements: list[Any] = []

    def __repr__(self) -> str:
        return f"Record({self.class_name})"

    @property
    def attributes(self) -> dict[Any, Any]:
        """The attributes in its state, which may be followed by those of slots."""
        state = self.state[0] if isinstance(self.state, tuple) and self.state else self.state
        return state if isinstance(state, dict) else {}


@dataclass(frozen=True, eq=False)
class Storage:
    """Numbers that tensors are views of; the bytes are read when a tensor needs them.

    Attributes
    ----------
    class_name : "FloatStorage".
    key : its name in the container.
    count : its number of elements, of bytes if it is untyped.
    """

    class_name: str
    key: str
    count: int

    @property
    def element(self) -> str:
        """The name of its elements in `formats.elements`, "" if their kind is not read."""
        return _STORAGES.get(self.class_name, "")

    @property
    def is_untyped(self) -> bool:
        """True if each tensor says for itself what its elements are."""
        return self.class_name.endswith("UntypedStorage")

    @property
    def size(self) -> int:
        """The number of its bytes; NetworkFileError if it holds what PyTorch does not write."""
        if self.element:
            return array_bytes(self.element, (self.count,))
        if self.class_name not in _UNREAD_BYTES:
            raise NetworkFileError(f"it has a storage of an unknown kind, {quoted(self.class_name)}")
        return self.count * _UNREAD_BYTES[self.class_name]


@dataclass(frozen=True, eq=False)
class Tensor:
    """A view of a storage, as its pickle describes it; nothing of it has been checked.

    Attributes
    ----------
    offset, strides : in elements.
    own_element : the name of the elements if the storage is untyped, "" otherwise.
    """

    storage: Storage
    offset: Any
    shape: Any
    strides: Any
    own_element: str = ""

    @property
    def element(self) -> str:
        """The name of its elements in `formats.elements`, or another one if their kind is not read."""
        return self.own_element if self.storage.is_untyped and self.own_element else self.storage.element


def is_tensor(value: object) -> bool:
    """Return True for a tensor, also for one in a form that is not read."""
    return isinstance(value, Tensor) or is_unread(value)


def is_unread(value: object) -> bool:
    """Return True for a tensor whose numbers are complex, quantised, sparse or without a storage."""
    if isinstance(value, Tensor):
        return not is_known(value.element)
    return isinstance(value, Record) and value.class_name.startswith(_REBUILT)
