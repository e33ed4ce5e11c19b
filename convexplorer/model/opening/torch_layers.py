"""From a saved `nn.Sequential` to layers of a project; the `forward` of other modules is code, which is never run."""

from collections.abc import Iterator

from convexplorer.formats.torch.module import Module
from convexplorer.model.layer import Layer
from convexplorer.model.opening import learned
from convexplorer.model.opening.learned import CannotBeShown
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.opening.stack import Stack
from convexplorer.model.opening.torch_kinds import PASSING, TorchLayer, translate
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.project import INPUT

_LIBRARY = "torch.nn."
_SEQUENTIAL = "Sequential"


def torch_network(module: Module, *, title: str = "") -> OpenedNetwork:
    """Return the network of a module.

    Raises
    ------
    CannotBeShown : it is no `nn.Sequential`, so that its file does not tell the order of its layers.
    """
    if not _is_sequential(module):
        raise CannotBeShown(
            f"{module.class_name.rpartition('.')[2]} is a class with a forward of its own, which is code and is "
            "never run: the order of its layers is not in the file"
        )
    stack = Stack()
    ids, rank = [INPUT], None
    for name, one in _in_order(module, ""):
        layer = TorchLayer(one.class_name.rpartition(".")[2], one, rank)
        if layer.class_name in PASSING and one.class_name.startswith(_LIBRARY):
            stack.note(f"{layer.class_name} has been left out: it does nothing after training.")
            continue
        translated = _translated(layer)
        for part in translated:
            ids = [stack.add(part, f"{name}/{part.id}" if part.id else name, ids)]
            rank = _rank_behind(part, rank)
    preprocessing, notes = _preprocessing(stack.layers)
    return OpenedNetwork(title, stack.layers, preprocessing, notes=(*notes, *stack.notes))


def _in_order(module: Module, prefix: str) -> Iterator[tuple[str, Module]]:
    """Yield the modules of a sequence by their dotted names, those of sequences within it in their place."""
    for name, child in module.children.items():
        if _is_sequential(child):
            yield from _in_order(child, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", child


def _is_sequential(module: Module) -> bool:
    return module.class_name.startswith(_LIBRARY) and module.class_name.rpartition(".")[2] == _SEQUENTIAL


def _translated(layer: TorchLayer) -> tuple[Layer, ...]:
    try:
        if not layer.module.class_name.startswith(_LIBRARY):
            raise CannotBeShown(
                f"the forward of {layer.class_name} is code of the network's author, which is never run"
            )
        return translate(layer)
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        reason = str(error) if isinstance(error, ValueError) else "its settings cannot be read"
        return (learned.unknown(layer.class_name, reason),)


def _rank_behind(layer: Layer, rank: int | None) -> int | None:
    if layer.kind == "flatten":
        return 0
    if layer.kind == "reshape":
        return len(layer["shape"]) - 1
    if layer.kind == "unknown":
        return None
    return layer.rank if layer.row.geometry in ("kernel", "transposed", "pool", "global") else rank


def _preprocessing(layers: tuple[Layer, ...]) -> tuple[Preprocessing | None, tuple[str, ...]]:
    """Return what the first convolution tells of the picture: the number of its channels."""
    first = next((layer for layer in layers if layer.filters), None)
    if first is None or first.rank != 2:
        return None, ()
    groups = first["groups"] if first.row.has("groups") else 1
    channels = len(first.filters[0].planes) * groups
    if channels not in (1, 3):
        return None, (f"The network reads {channels} channels; a picture has 1 or 3.",)
    note = "The file does not tell the size and the range of its input; the picture's own and 0…1 are assumed."
    return Preprocessing(order="grey" if channels == 1 else "rgb"), (note,)
