"""The opcodes of a pickle that PyTorch's files have, each as what it does to the machine; any other is refused.

A pickle is a program, and `pickle` runs it: it imports what the file names, and calls it. Here a name stays a name, and
a call makes a value of `reconstruction`. The opcodes that only foreign files have (`INST`, `EXT1`, …) are not in the
table, so nothing depends on how safe they would be.
"""

from collections.abc import Callable

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.torch.machine import Machine, Source, decoded
from convexplorer.formats.torch.reconstruction import reconstruct
from convexplorer.formats.torch.values import Name

_STOP = ord(".")


def run(source: Source, persistent: Callable[[object], object]) -> object:
    """Return the value that a pickle describes, and leave the source behind its end.

    Parameters
    ----------
    persistent : returns the value of an identifier outside the pickle.

    Raises
    ------
    NetworkFileError : an opcode is not in the table, or cannot be.
    """
    machine = Machine(source, persistent)
    while (code := source.step()) != _STOP:
        act = OPCODES.get(code)
        if act is None:
            raise NetworkFileError(f"its pickle has the opcode {code:#04x}, which PyTorch does not write")
        act(machine)
    return machine.pop()


def _tuple_of(count: int) -> Callable[[Machine], None]:
    def act(machine: Machine) -> None:
        machine.push(tuple([machine.pop() for _ in range(count)][::-1]))

    return act


def _call(machine: Machine) -> None:
    args = machine.pop()
    machine.push(reconstruct(machine.pop(), args))


def _call_with_keywords(machine: Machine) -> None:
    machine.pop()  # the keywords: none of the known functions has any
    _call(machine)


def _name_on_stack(machine: Machine) -> None:
    name, module = machine.pop(), machine.pop()
    if not isinstance(name, str) or not isinstance(module, str):
        raise NetworkFileError("its pickle has a name that is no text")
    machine.push(Name(f"{module}.{name}"))


def _item(machine: Machine) -> None:
    value, key = machine.pop(), machine.pop()
    machine.set_items([key, value])


def _items(machine: Machine) -> None:
    pairs = machine.pop_to_mark()
    machine.set_items(pairs)


def _element(machine: Machine) -> None:
    value = machine.pop()
    machine.append([value])


def _elements(machine: Machine) -> None:
    values = machine.pop_to_mark()
    machine.append(values)


def _text(code: str) -> Callable[[Machine], None]:
    return lambda machine: machine.push(decoded(machine.source.take(machine.source.number(code))))


def _old_text(code: str) -> Callable[[Machine], None]:
    return lambda machine: machine.push(machine.source.take(machine.source.number(code)).decode("latin-1"))


def _bytes(code: str) -> Callable[[Machine], None]:
    return lambda machine: machine.push(machine.source.take(machine.source.number(code)))


def _number(code: str) -> Callable[[Machine], None]:
    return lambda machine: machine.push(machine.source.number(code))


def _long(machine: Machine) -> None:
    machine.push(int.from_bytes(machine.source.take(machine.source.number("B")), "little", signed=True))


OPCODES: dict[int, Callable[[Machine], None]] = {
    0x80: lambda machine: _skip(machine, 1),  # PROTO
    0x95: lambda machine: _skip(machine, 8),  # FRAME
    # Values
    0x4E: lambda machine: machine.push(None),  # NONE
    0x88: lambda machine: machine.push(True),  # NEWTRUE
    0x89: lambda machine: machine.push(False),  # NEWFALSE
    0x4B: _number("<B"),  # BININT1
    0x4D: _number("<H"),  # BININT2
    0x4A: _number("<i"),  # BININT
    0x8A: _long,  # LONG1
    0x47: _number(">d"),  # BINFLOAT
    0x8C: _text("<B"),  # SHORT_BINUNICODE
    0x58: _text("<I"),  # BINUNICODE
    0x8D: _text("<Q"),  # BINUNICODE8
    0x55: _old_text("<B"),  # SHORT_BINSTRING
    0x54: _old_text("<I"),  # BINSTRING
    0x43: _bytes("<B"),  # SHORT_BINBYTES
    0x42: _bytes("<I"),  # BINBYTES
    0x8E: _bytes("<Q"),  # BINBYTES8
    # Tuples, lists, sets (as lists: their elements are not compared), dictionaries
    0x28: Machine.mark,  # MARK
    0x30: lambda machine: _drop(machine),  # POP
    0x29: lambda machine: machine.push(()),  # EMPTY_TUPLE
    0x85: _tuple_of(1),  # TUPLE1
    0x86: _tuple_of(2),  # TUPLE2
    0x87: _tuple_of(3),  # TUPLE3
    0x74: lambda machine: machine.push(tuple(machine.pop_to_mark())),  # TUPLE
    0x5D: lambda machine: machine.push([]),  # EMPTY_LIST
    0x61: _element,  # APPEND
    0x65: _elements,  # APPENDS
    0x8F: lambda machine: machine.push([]),  # EMPTY_SET
    0x90: _elements,  # ADDITEMS
    0x91: lambda machine: machine.push(tuple(machine.pop_to_mark())),  # FROZENSET
    0x7D: lambda machine: machine.push({}),  # EMPTY_DICT
    0x73: _item,  # SETITEM
    0x75: _items,  # SETITEMS
    # The memo
    0x71: lambda machine: machine.remember(machine.source.number("<B")),  # BINPUT
    0x72: lambda machine: machine.remember(machine.source.number("<I")),  # LONG_BINPUT
    0x94: Machine.remember,  # MEMOIZE
    0x68: lambda machine: machine.recall(machine.source.number("<B")),  # BINGET
    0x6A: lambda machine: machine.recall(machine.source.number("<I")),  # LONG_BINGET
    # Names and what is made of them
    0x63: lambda machine: machine.push(Name(f"{machine.source.line()}.{machine.source.line()}")),  # GLOBAL
    0x93: _name_on_stack,  # STACK_GLOBAL
    0x52: _call,  # REDUCE
    0x81: _call,  # NEWOBJ
    0x92: _call_with_keywords,  # NEWOBJ_EX
    0x62: lambda machine: _build(machine),  # BUILD
    0x51: lambda machine: machine.push(machine.persistent(machine.pop())),  # BINPERSID
}


def _skip(machine: Machine, count: int) -> None:
    machine.source.take(count)


def _drop(machine: Machine) -> None:
    machine.pop()


def _build(machine: Machine) -> None:
    state = machine.pop()
    machine.set_state(state)
