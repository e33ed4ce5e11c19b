"""Which part of a file is the network: a checkpoint of a training holds its optimizer and much else beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

from convexplorer._dataclass import dataclass
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import quoted
from convexplorer.formats.torch.limit import Limit
from convexplorer.formats.torch.values import Record, Tensor, is_tensor
from convexplorer.words import plain

# The names under which training programs keep the weights, the first one that is there is taken. Averages over the
# training ("ema") stand behind, as they may lack the numbers of normalisations; but before "params", which ESRGAN's
# files have beside them.
_PARTS = (
    "state_dict",
    "model_state_dict",
    "model",
    "model_state",
    "net",
    "network",
    "weights",
    "params_ema",
    "params",
    "ema",
    "generator",
    "module",
)
# Beginnings of the names of what belongs to the training and has numbers of its own.
_OF_TRAINING = ("optim", "sched", "lr_sched", "scaler", "amp", "rng", "callbacks", "loops")
_DEEPEST_CHECKPOINT = 4
_MOST_NAMED = 6


@dataclass(frozen=True, eq=False)
class Choice:
    """The part of a file that is the network, and a sentence about the others, "" if there are none."""

    value: Any
    note: str


def choose(value: object) -> Choice:
    """Return the part of a checkpoint that holds the weights, or all of it if it is no checkpoint."""
    path: list[str] = []
    left_out: list[str] = []
    limit = Limit()  # of all looking for tensors: thousands of parts may share one that has none
    for _ in range(_DEEPEST_CHECKPOINT):
        parts = {} if is_module(value) else as_mapping(value)
        name = next((one for one in _PARTS if _holds_network(parts.get(one), limit)), None)
        if name is None:
            break
        path.append(name)
        left_out += [str(other) for other in parts if other != name and isinstance(other, str | int)]
        value = parts[name]
    value, of_training = _without_training(value, limit)
    left_out += of_training
    sentences = [f"The weights are those under {quoted('.'.join(path))}."] if path else []
    sentences += [f"Left out: {listed(left_out)}."] if left_out else []
    return Choice(value, " ".join(sentences))


def tensors_in(value: object) -> dict[str, Any]:
    """Return all tensors in a value by their dotted names, in the order of the file, also those that are not read."""
    found: dict[str, Any] = {}
    for name, tensor in _walk(value, "", Limit()):
        if name in found:
            raise NetworkFileError(f"two of its tensors have the name {quoted(name)}")
        found[name] = tensor
    return found


def is_module(value: object) -> bool:
    """Return True if a value is a module with its state."""
    attributes = value.attributes if isinstance(value, Record) else {}
    return all(isinstance(attributes.get(name), dict) for name in ("_parameters", "_buffers", "_modules"))


def as_mapping(value: object) -> Mapping[Any, Any]:
    """Return the named parts of a value: those of a dictionary, or the attributes of an object."""
    if isinstance(value, Record):
        return value.items or value.attributes
    return value if isinstance(value, dict) else {}


def listed(names: list[str]) -> str:
    """Write the names of parts in a sentence, the first ones if there are many."""
    shown = ", ".join(quoted(name) for name in names[:_MOST_NAMED])
    return plain(f"{shown} and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else shown, 500)


def _holds_network(value: object, limit: Limit) -> bool:
    """Return True for a module, and for a dictionary or an object that holds tensors: a tensor is no part."""
    return is_module(value) or any(True for _ in _walk(as_mapping(value), "", limit))


def _without_training(value: object, limit: Limit) -> tuple[object, list[str]]:
    """Return a checkpoint without its optimizer and the like, and their names; a tensor is never left out."""
    parts = {} if is_module(value) else as_mapping(value)
    names = [
        name
        for name, part in parts.items()
        if isinstance(name, str) and name.lower().startswith(_OF_TRAINING) and _holds_network(part, limit)
    ]
    if not names:
        return value, []
    without = dict(parts)
    for name in names:
        del without[name]
    return without, names


def _walk(value: object, name: str, limit: Limit, depth: int = 0) -> Iterator[tuple[str, Any]]:
    limit.count(depth, name)
    if is_tensor(value):
        yield name or "tensor", value
        return
    for part, inner in _named_parts(value):
        yield from _walk(inner, f"{name}.{part}" if name else part, limit, depth + 1)


def _named_parts(value: object) -> Iterator[tuple[str, Any]]:
    """Yield parts that may hold tensors; there are millions of numbers in some lists."""
    if isinstance(value, list | tuple):
        pairs: Any = enumerate(value)
    else:
        pairs = as_mapping(value).items()
    for name, part in pairs:
        if isinstance(name, str | int) and isinstance(part, Tensor | dict | list | tuple | Record):
            yield str(name), part
