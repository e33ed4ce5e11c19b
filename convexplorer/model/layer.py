"""One layer of a project: its kind, its settings, its filters or weights, and where its input comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.axes import checked_rank
from convexplorer.core.geometry.windows import span
from convexplorer.core.kinds import MAX_WEIGHTS, ROWS, Kind
from convexplorer.core.layers import Activation
from convexplorer.kernels.filter import Filter

NOTHING: Mapping[str, Any] = MappingProxyType({})
LINEAR = Activation("linear")
GROUP_LIMIT = 60  # characters of the name of a group


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer as the user has set it up; a frozen value, checked on construction.

    Attributes
    ----------
    kind : key of `core.kinds.ROWS`.
    settings : all settings by name; `layer["strides"]` reads one. Per-axis settings have one number for each axis.
    filters : the filter bank of a convolution, 1 or more of equal size; () for kinds without filters.
    weights : learned arrays other than the filters, float32, read-only; a missing array takes its initial values, in
        the shape that the input requires.
    inputs : ids of the layers whose maps this layer reads, "input" for the picture; () means the layer before.
    is_enabled : False passes the first input on unchanged.
    id : stable name, independent of the layer's position; unique in a project, "" until the layer is in one.
    rank : number of spatial axes.
    group : name of the group that the layer is in together with its neighbours, "" for none.
    """

    kind: str
    filters: tuple[Filter, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    weights: Mapping[str, np.ndarray] = field(default_factory=lambda: NOTHING)
    inputs: tuple[str, ...] = ()
    is_enabled: bool = True
    id: str = ""
    rank: int = 2
    group: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ROWS:
            raise ValueError(f"kind must be one of {', '.join(ROWS)}; got {self.kind!r}")
        checked_rank(self.rank)
        _set(self, "filters", _checked_filters(self.row, self.filters))
        if self.filters:
            _set(self, "rank", self.filters[0].rank)
        _set(self, "settings", MappingProxyType(self.row.complete(self.settings, self.rank)))
        _set(self, "weights", MappingProxyType(_checked_weights(self.row, self.weights)))
        _set(self, "inputs", tuple(self.inputs))
        _check_inputs(self.row, self.inputs)
        _check_pool_padding(self)

    @property
    def row(self) -> Kind:
        """The row of `core.kinds.ROWS` for the layer's kind."""
        return ROWS[self.kind]

    @property
    def has_filters(self) -> bool:
        """True if the layer's kernel is a bank of filters."""
        return self.row.has_filters

    @property
    def kernel_size(self) -> tuple[int, ...]:
        """The kernel size per axis, shared by all filters; ValueError for kinds without filters."""
        if not self.filters:
            raise ValueError(f"{self.row.keras_name(self.rank)} has no filters")
        return self.filters[0].size

    @property
    def activation(self) -> Activation:
        """The layer's activation; linear if the kind has none."""
        found = self.settings.get("activation", LINEAR)
        assert isinstance(found, Activation)
        return found

    @property
    def is_transposed(self) -> bool:
        """True for a transposed convolution, whose windows lie on the output instead of the input."""
        return self.row.geometry == "transposed"

    @property
    def has_map_per_channel(self) -> bool:
        """True if each filter yields one map per input channel, as in a depthwise convolution."""
        return self.row.has_map_per_channel

    @property
    def title(self) -> str:
        """The layer's short title: "Conv2D 8 @ 3×3", "MaxPool 2×2", "ReLU"."""
        if not self.filters:
            return self.row.brief(self.settings)
        size = "×".join(map(str, self.kernel_size))
        return f"{self.row.keras_name(self.rank)} {len(self.filters)} @ {size}"

    def __getitem__(self, name: str) -> Any:
        """Return the setting of this name; ValueError if the kind has no such setting."""
        self.row.setting(name)
        return self.settings[name]

    def with_settings(self, **changes: Any) -> "Layer":
        """Return the layer with the given settings changed; the same object if nothing changes."""
        new = replace(self, settings={**self.settings, **changes})
        return self if all(new.settings[name] == self.settings[name] for name in changes) else new

    def filter_of(self, index: int) -> int:
        """Return the index of the filter that makes the map with this index, clamped to the bank."""
        count = max(len(self.filters), 1)
        return index % count if self.has_map_per_channel else min(index, count - 1)

    @property
    def has_map_biases(self) -> bool:
        """True if each map of a depthwise convolution has a bias of its own, beside those of the filters."""
        return self.has_map_per_channel and "bias" in self.weights

    def bias_of(self, index: int) -> float:
        """Return the bias of the map with this index, clamped to the maps: its own one, or that of its filter."""
        biases = self.weights["bias"] if self.has_map_biases else np.empty((0, 0))
        if biases.ndim != 2 or biases.shape[1] != len(self.filters):  # none of its own, or such as cannot be computed
            return self.filters[self.filter_of(index)].bias
        channel = min(index // len(self.filters), len(biases) - 1)
        return float(str(biases[channel, self.filter_of(index)]))  # 0.1, not 0.10000000149

    def map_names(self, *input_names: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the maps, given the channel names of each input; maps of a bank are named by its filters.

        Maps of a kind without names of its own keep the names of the first input.
        """
        names = tuple(one.name for one in self.filters)
        if self.is_enabled and self.row.map_names is not None:
            return tuple(self.row.map_names(self.settings, input_names))
        if not names or not self.is_enabled:
            return tuple(input_names[0])
        if not self.has_map_per_channel:
            return names
        return tuple(f"{channel} · {name}" for channel in input_names[0] for name in names)


def make_layer(
    kind: str,
    filters: Sequence[Filter] = (),
    *,
    weights: Mapping[str, np.ndarray] = NOTHING,
    inputs: Sequence[str] = (),
    is_enabled: bool = True,
    id: str = "",  # noqa: A002  # the field's own name
    rank: int = 2,
    **settings: Any,
) -> Layer:
    """Return a new layer with its settings given by keyword: `make_layer("max_pool", pool_size=3)`."""
    return Layer(kind, tuple(filters), settings, weights, tuple(inputs), is_enabled, id, rank)


def _checked_filters(row: Kind, filters: Sequence[Filter]) -> tuple[Filter, ...]:
    found = tuple(filters)
    if not row.has_filters:
        if found:
            raise ValueError(f"{row.keras_name()} has no filters; got {len(found)}")
        return ()
    if not found:
        raise ValueError("a layer holds 1 filter or more; got 0")
    sizes = {one.size for one in found}
    if len(sizes) > 1:
        words = ", ".join("×".join(map(str, size)) for size in sorted(sizes))
        raise ValueError(f"all filters of a layer have one size; got {words}")
    count = sum(one.planes.size for one in found)
    if count > MAX_WEIGHTS:
        raise ValueError(f"a layer holds at most {MAX_WEIGHTS} weights ({MAX_WEIGHTS * 4 / 1e9:.1f} GB); got {count}")
    return found


def _checked_weights(row: Kind, weights: Mapping[str, Any]) -> dict[str, np.ndarray]:
    known = {weight.name for weight in row.weights}
    found = {}
    for name, values in weights.items():
        if name not in known:
            names = ", ".join(sorted(known)) or "no weights beside its filters"
            raise ValueError(f"{row.keras_name()} has no {name!r}; it has {names}")
        count = np.size(values)
        if not 1 <= count <= MAX_WEIGHTS:
            raise ValueError(f"{name} must hold 1 to {MAX_WEIGHTS} numbers; got {count}")
        found[name] = _frozen(values)
    return found


def _frozen(values: Any) -> np.ndarray:
    """Return weights that nobody else can write to; those of another layer are shared, however large they are."""
    is_array = isinstance(values, np.ndarray) and values.dtype == np.float32 and values.flags.c_contiguous
    if is_array and values.base is None and not values.flags.writeable:
        return values  # type: ignore[no-any-return]  # an array, as checked
    with np.errstate(over="ignore"):  # a weight beyond the range of float32 becomes infinite
        array = np.array(values, dtype=np.float32, order="C")
    array.flags.writeable = False
    return array


def _check_inputs(row: Kind, inputs: tuple[str, ...]) -> None:
    if not inputs or row.takes(len(inputs)):
        return
    if row.input_count is None:
        raise ValueError(f"{row.keras_name()} joins two inputs or more; got {len(inputs)}")
    raise ValueError(f"{row.keras_name()} has {row.input_count} input(s); got {len(inputs)}")


def _check_pool_padding(layer: Layer) -> None:
    """Raise ValueError if explicit padding would place a pool's window entirely outside the input."""
    if layer.row.geometry != "pool" or isinstance(layer["padding"], str):
        return
    spans = map(span, layer["pool_size"], layer["dilation_rate"])
    for sides, size in zip(layer["padding"], spans, strict=True):
        if max(sides) >= size:
            raise ValueError(
                f"padding of a pool must be smaller than its window of {size}, or a window would lie "
                f"wholly outside; got {max(sides)}"
            )


def _set(value: object, name: str, content: object) -> None:
    # A frozen dataclass can only be written this way while it is constructed.
    object.__setattr__(value, name, content)
