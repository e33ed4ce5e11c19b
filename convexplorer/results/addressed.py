"""What an address means in an evaluated network, and the address of a value: `conv2/17@(12,40)` and its place."""

from collections.abc import Sequence
from difflib import get_close_matches

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import is_inside
from convexplorer.core.layers import Shape
from convexplorer.core.network import IMAGE, Evaluation
from convexplorer.model.address import Address
from convexplorer.model.layer import Layer
from convexplorer.model.project import INPUT
from convexplorer.results.stage import map_names, value_name
from convexplorer.words import times

_MOST_LISTED = 8
_MOST_NAMED = 1 << 16  # values without places are found by name among so many
_ORDERS = {"Keras": "channels last", "PyTorch": "channels first"}


@dataclass(frozen=True)
class Named:
    """A network as addresses see it: its layers by their names, and all that was computed of them.

    Attributes
    ----------
    layers : of the project; the evaluation may hold only the first of them.
    input_names : of the picture's channels.
    class_names : of the values that are the scores of classes.
    """

    layers: tuple[Layer, ...]
    evaluation: Evaluation
    input_names: tuple[str, ...]
    class_names: tuple[str, ...] = ()

    def shape_of(self, layer: int) -> Shape | None:
        """Return the shape of a layer's maps, or of the picture for −1; None if there are none."""
        return self.evaluation.shape_of(layer) if layer < len(self.evaluation) else None

    def names_of(self, layer: int) -> tuple[str, ...]:
        """Return a name for each map of a layer that has maps, or for each of its values if these have no places."""
        shape = self.evaluation.shape_of(layer) or (0,)
        found = map_names(self.layers, self.input_names, self.evaluation, self.class_names)
        if len(shape) == 1 and layer != IMAGE:
            count = min(shape[0], _MOST_NAMED)
            return tuple(value_name(self.layers, found, self.evaluation, layer + 1, i) for i in range(count))
        own = found[layer + 1]
        return own if len(own) == shape[0] else tuple(f"map {i}" for i in range(1, shape[0] + 1))


@dataclass(frozen=True)
class Spot:
    """What an address means: a layer by its position, −1 being the picture, one of its maps, a cell of it.

    Attributes
    ----------
    map : number of the map, of values without places that of the value; None for all.
    cell : of the map; () for all of it, and of values without places.
    """

    layer: int
    map: int | None = None
    cell: tuple[int, ...] = ()


def layer_of(address: Address, ids: Sequence[str]) -> int:
    """Return the position of an address's layer among the ids, −1 for the picture; ValueError lists near names."""
    if address.layer == INPUT:
        return IMAGE
    if address.layer in ids:
        return list(ids).index(address.layer)
    names = [INPUT, *ids]
    near = get_close_matches(address.layer, names, n=3)
    there_are = ", ".join(str(Address(name)) for name in near or names[:_MOST_LISTED])
    more = f" and {len(names) - _MOST_LISTED} more" if not near and len(names) > _MOST_LISTED else ""
    words = "did you mean" if near else "there are"
    raise ValueError(f"there is no layer {Address(address.layer)}; {words} {there_are}{more}{'?' if near else ''}")


def find(address: Address, network: Named) -> Spot:
    """Return what an address means in a network; ValueError says what there is instead."""
    layer = layer_of(address, [one.id for one in network.layers])
    shape = network.shape_of(layer)
    name = str(Address(address.layer))
    if shape is None:
        result = network.evaluation.results[layer] if layer < len(network.evaluation) else None
        reason = f": {result.error}" if result is not None and result.error else ""
        raise ValueError(f"layer {name} has no maps{reason}")
    if address.map is None:
        return Spot(layer)
    index = _map_of(address, shape, name, network, layer)
    _check_cell(address, shape, name, index)
    return Spot(layer, index, address.cell)


def index_texts(name: str, place: Sequence[int]) -> dict[str, str]:
    """Return the same value as an element of the layer's output in each library, for the first of a batch.

    Examples
    --------
    >>> index_texts("conv2", (17, 12, 40))
    {'Keras': 'conv2[0, 12, 40, 17]', 'PyTorch': 'conv2[0, 17, 12, 40]'}
    """
    number, *cell = (int(i) for i in place)
    orders = ([0, *cell, number], [0, number, *cell])
    return {library: f"{name}[{', '.join(map(str, at))}]" for library, at in zip(_ORDERS, orders, strict=True)}


def _map_of(address: Address, shape: Shape, name: str, network: Named, layer: int) -> int:
    """Return the number of the map that an address names, of a layer with maps of this shape."""
    count, what = shape[0], "map" if len(shape) > 1 else "value"
    has = f"layer {name} has {count} {what}{'' if count == 1 else 's'}"
    if isinstance(address.map, int):
        if address.map < count:
            return address.map
        numbers = "number 0" if count == 1 else f"0 to {count - 1}"
        raise ValueError(f"{has}, {numbers}; got {address.map}")
    wanted, names = address.map or "", network.names_of(layer)
    found = [i for i, one in enumerate(names) if one == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(map(str, found[:_MOST_LISTED]))
        raise ValueError(f"layer {name} has {len(found)} {what}s named “{wanted}”, numbers {numbers}; write one")
    near = get_close_matches(wanted, names[:_MOST_NAMED], n=3)
    listed = ", ".join(near or names[:_MOST_LISTED])
    words = "did you mean" if near else "among them"
    raise ValueError(f"{has}, none named “{wanted}”; {words} {listed}{'?' if near else ''}")


def _check_cell(address: Address, shape: Shape, name: str, index: int) -> None:
    cell, spatial = address.cell, shape[1:]
    if not cell:
        return
    if not spatial:
        raise ValueError(f"the values of {name} have no places; write {name}/{index}")
    if len(cell) != len(spatial):
        numbers = f"{len(spatial)} number{'' if len(spatial) == 1 else 's'}"
        raise ValueError(f"a cell of {name} has {numbers}, its maps {times(spatial)} cells; got {_written(cell)}")
    if not is_inside(cell, spatial):
        last = ",".join(str(n - 1) for n in spatial)
        first = ",".join("0" for _ in spatial)
        raise ValueError(f"map {name}/{index} has {times(spatial)} cells, ({first}) to ({last}); got {_written(cell)}")


def _written(cell: Sequence[int]) -> str:
    return f"({','.join(map(str, cell))})"
