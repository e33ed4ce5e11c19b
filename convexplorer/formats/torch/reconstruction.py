"""The few functions that a file of PyTorch may name and that are carried out, by values of our own; all others are not.

Each gets the arguments of the pickle, and returns a tensor, a dictionary, a tuple or a record.
"""

from collections.abc import Callable
from typing import Any

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.torch.values import Name, Record, Storage, Tensor

Arguments = tuple[Any, ...]


def reconstruct(name: object, args: object) -> object:
    """Return what a call would make: one of the known values, otherwise an inert record."""
    if not isinstance(name, Name) or not isinstance(args, tuple):
        raise NetworkFileError("its pickle calls what is no name, or without arguments")
    make = _RECONSTRUCTIONS.get(name.text)
    return Record(name.text, args) if make is None else make(args)


def _tensor(args: Arguments) -> Tensor:
    """`_rebuild_tensor(storage, offset, shape, strides)`, and its second version with three arguments more."""
    if len(args) < 4 or not isinstance(args[0], Storage):
        raise NetworkFileError("its pickle makes a tensor of no storage")
    return Tensor(*args[:4])


def _typed_tensor(args: Arguments) -> Tensor:
    """`_rebuild_tensor_v3(storage, offset, shape, strides, requires_grad, hooks, dtype, metadata)`."""
    made = _tensor(args)
    if len(args) < 7 or not isinstance(args[6], Name):
        raise NetworkFileError("its pickle makes a tensor of no type")
    return Tensor(made.storage, made.offset, made.shape, made.strides, args[6].text.removeprefix("torch."))


def _parameter(args: Arguments) -> object:
    """`_rebuild_parameter(data, requires_grad, hooks)`, also with a state."""
    if not args:
        raise NetworkFileError("its pickle makes a parameter of nothing")
    return args[0]


def _of_type(args: Arguments) -> object:
    """`_rebuild_from_type_v2(function, type, arguments, state)`: a tensor with attributes."""
    if len(args) < 3:
        raise NetworkFileError("its pickle makes a tensor of nothing")
    name, _, inner = args[:3]
    # One step only: a chain of such calls would be as deep as a file likes.
    return (
        _tensor(inner)
        if name == Name("torch._utils._rebuild_tensor_v2") and isinstance(inner, tuple)
        else Record("torch._tensor._rebuild_from_type_v2", args)
    )


def _dictionary(args: Arguments) -> object:
    """`OrderedDict()`; one that is made of pairs is a list of lists in a file of Python 2."""
    pairs = args[0] if args else ()
    if isinstance(pairs, dict):
        return pairs
    if not isinstance(pairs, list | tuple):
        raise NetworkFileError("its pickle makes a dictionary of no pairs")
    made: dict[Any, Any] = {}
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise NetworkFileError("its pickle makes a dictionary of no pairs")
        made[checked_key(pair[0])] = pair[1]
    return made


def _values(args: Arguments) -> object:
    """`Size(sizes)` or `set(elements)`, as a tuple."""
    values = args[0] if args else ()
    if not isinstance(values, list | tuple):
        raise NetworkFileError("its pickle makes a tuple of no values")
    return tuple(values)


def _object(args: Arguments) -> Record:
    """`_reconstructor(class, base, state)`, how protocols 0 and 1 make objects."""
    if not args or not isinstance(args[0], Name):
        raise NetworkFileError("its pickle makes an object of no class")
    return Record(args[0].text, args[1:])


def checked_key(key: Any) -> Any:
    """Return the key of a dictionary: a text, a number, a name, or a short tuple of these.

    A hash of nested tuples would take a time that doubles with each nesting.
    """
    parts = key if isinstance(key, tuple) else (key,)
    if len(parts) > 16 or not all(isinstance(one, str | int | float | bytes | Name | None) for one in parts):
        raise NetworkFileError("its pickle has a dictionary with a key that is no text or number")
    return key


_RECONSTRUCTIONS: dict[str, Callable[[Arguments], object]] = {
    "torch._utils._rebuild_tensor": _tensor,
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_tensor_v3": _typed_tensor,
    "torch._utils._rebuild_parameter": _parameter,
    "torch._utils._rebuild_parameter_with_state": _parameter,
    "torch._tensor._rebuild_from_type_v2": _of_type,
    "collections.OrderedDict": _dictionary,
    "torch.Size": _values,
    "builtins.set": _values,
    "__builtin__.set": _values,
    "builtins.frozenset": _values,
    "copyreg._reconstructor": _object,
    "copy_reg._reconstructor": _object,
}
