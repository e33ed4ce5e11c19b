"""The kernels nearest to one: among the presets, the filters of the project's layers, and those of trained networks."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.hand_made import HandMade, hand_made
from convexplorer.kernels.likeness import SAME, Likeness, likenesses
from convexplorer.kernels.presets import groups
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project
from convexplorer.words import number, times

if TYPE_CHECKING:
    from convexplorer.formats.tensor_file import TensorFile
    from convexplorer.model.library.entry import Entry
    from convexplorer.model.opening.opened import OpenedNetwork

Place = tuple[str, int]  # id of a layer, and index of one of its filters

# Of filters that exist: the same sentence is asked for with every picture, and as a tip.
_NEAREST: "WeakKeyDictionary[Filter, Neighbour | None]" = WeakKeyDictionary()
# Presets grow to the size of the kernel they are compared with, but no further: larger ones are drawn by hand.
_LARGEST_PRESET = 31


@dataclass(frozen=True, eq=False)
class Candidate:
    """A kernel that may be alike.

    Attributes
    ----------
    label : the name of the preset or the filter.
    origin : where it is from: the group of a preset, the layer of a network.
    source : the same in a word or two.
    planes : (P, rows, columns)
    made : the preset, by hand or learned, and its parameters; None for a filter.
    place : of a filter of the project; None for others.
    """

    label: str
    origin: str
    planes: np.ndarray
    made: HandMade | None = None
    place: Place | None = None
    source: str = ""


@dataclass(frozen=True, eq=False)
class Neighbour:
    """A kernel, and how alike it is."""

    candidate: Candidate
    likeness: Likeness

    @property
    def nearness(self) -> float:
        """The magnitude of the cosine, 0…1."""
        return abs(self.likeness.cosine)

    def is_better_than(self, other: "Neighbour") -> bool:
        """Return True if this one is nearer, or as near and plainer laid."""
        if abs(self.nearness - other.nearness) > SAME:
            return self.nearness > other.nearness
        return self._steps < other._steps

    @property
    def _steps(self) -> int:
        found = self.likeness
        return bool(found.turn) + (found.shift != (0, 0)) + found.is_negated

    @property
    def words(self) -> str:
        """How the kernel must be laid over the other, after its name: "negated, turned by 90°", or ""."""
        return laid_words(self.likeness)


def laid_words(found: Likeness) -> str:
    """Return how the other kernel must be laid over the one, or "" if it lies as it is.

    Examples
    --------
    >>> laid_words(Likeness(-0.9, "transposed", (1, 0)))
    'transposed, 1 down, negated'
    """
    down, right = found.shift
    moves = [f"{abs(n)} {word[n > 0]}" for n, word in ((down, ("up", "down")), (right, ("left", "right"))) if n]
    return ", ".join([*filter(None, [found.turn]), *moves, *(["negated"] if found.is_negated else [])])


def of_presets(size: Sequence[int]) -> Sequence[Candidate]:
    """Return the presets, in all their forms that fit into a kernel of this size."""
    return _presets(min(max(size), _LARGEST_PRESET))


@lru_cache(maxsize=4)
def _presets(size: int) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(one.label, f"Preset, {one.preset.group}", one.planes, one, source="preset") for one in hand_made(size)
    )


@lru_cache(maxsize=1)
def of_learned_banks() -> tuple[Candidate, ...]:
    """Return the presets that were learned of the sample pictures."""
    from convexplorer.kernels.learning.shipped import GROUP  # here: a sentence about a filter needs none of them

    learned = [HandMade(preset, {}, preset.planes()) for preset in groups()[GROUP]]
    return tuple(Candidate(one.label, f"Preset, {GROUP}", one.planes, one, source=GROUP.lower()) for one in learned)


def of_library(entries: Iterable["Entry"]) -> list[Candidate]:
    """Return the kernels of the user's library, and the filters of its banks."""
    return [
        Candidate(
            entry.label if not entry.is_bank else f"{entry.label} {i}",
            f"Library, {entry.file}" if entry.file else "Library",
            one.planes,
            source="library",
        )
        for entry in entries
        if entry.is_picture_kernel
        for i, one in enumerate(entry.filters, 1)
    ]


def of_project(project: Project, without: Place | None = None) -> list[Candidate]:
    """Return the filters of all layers of a project, but for the one at a place."""
    found = []
    for position, layer in enumerate(project.layers, 1):
        for i, one in enumerate(layer.filters if layer.rank == 2 else ()):
            if (layer.id, i) != without:
                where = f"Filter {i + 1} of layer {position}, {layer.id}"
                found.append(Candidate(one.name, where, one.planes, place=(layer.id, i), source=layer.id))
    return found


def of_ready_networks() -> list[Candidate]:
    """Return the filters of the first layers of all ready networks with learned weights."""
    from convexplorer.model.ready.table import READY  # here: no start reads one

    made = {row.make: row.title for row in reversed(READY.values()) if row.group == "Trained"}
    return [one for make, title in reversed(made.items()) for one in of_network(title, make(), first=True)]


def of_network(title: str, layers: Iterable[Layer], *, first: bool = False) -> list[Candidate]:
    """Return the filters of a network, or only those of its first convolution."""
    banks = [layer for layer in layers if layer.has_filters and layer.rank == 2]
    return [
        Candidate(one.name, f"{title}, {layer.id}, filter {i}", one.planes, source=title)
        for layer in (banks[:1] if first else banks)
        for i, one in enumerate(layer.filters, 1)
    ]


def of_file(title: str, opened: "OpenedNetwork | TensorFile") -> list[Candidate]:
    """Return the filters in a file: of a network those of all layers, otherwise those of all kernels of pictures.

    Where a file does not tell the order of its axes, that of PyTorch is assumed.
    """
    from convexplorer.model.opening.opened import OpenedNetwork
    from convexplorer.model.opening.weight_axes import as_bank

    if isinstance(opened, OpenedNetwork):
        return of_network(title, opened.layers)
    kernels = {name: array for name, array in opened.tensors.items() if array.ndim == 4}
    banks = ((name, as_bank(array, opened.writer)) for name, array in kernels.items())
    return [Candidate(one.name, f"{title}, {name}", one.planes, source=title) for name, bank in banks for one in bank]


def around(project: Project, place: Place, size: Sequence[int]) -> list[Candidate]:
    """Return all that the program itself knows to compare a filter of a project with.

    Parameters
    ----------
    size : of the kernel that is compared.
    """
    learned = of_ready_networks()
    shapes = {one.planes.shape for one in learned}  # of all filters the bytes would take as much memory again
    own = {one.planes.tobytes() for layer in project.layers for one in layer.filters if one.planes.shape in shapes}
    learned = [one for one in learned if one.planes.tobytes() not in own]  # unless they are in the project
    return [*of_presets(size), *of_learned_banks(), *of_project(project, place), *learned]


def explained(found: Neighbour) -> str:
    """Return where a kernel is from, its numbers, and how near it is, in a sentence or two."""
    one = found.candidate
    channels = f" on {len(one.planes)} channels" if len(one.planes) > 1 else ""
    facts = [one.origin, f"{times(one.planes.shape[1:])}{channels}"]
    facts += [f"{name} {number(value)}" for name, value in ({} if one.made is None else one.made.parameters).items()]
    laid = f" {found.words[0].upper()}{found.words[1:]}." if found.words else ""
    return f"{', '.join(facts)}: cosine {cosine_text(found.likeness.cosine)}.{laid}"


def nearest(
    planes: np.ndarray,
    candidates: Sequence[Candidate],
    *,
    turns: bool = False,
    shifts: bool = False,
    without_mean: bool = False,
) -> tuple[Neighbour, ...]:
    """Return the candidates that can be compared, the nearest first; of the forms of a preset the nearest one.

    Parameters
    ----------
    planes : (P, rows, columns) of the kernel.
    turns, shifts, without_mean : as in `kernels.likeness`.

    Notes
    -----
    Single weights are compared with single weights alone: among zeros, every kernel that is strong in its middle would
    be near to them.
    """
    found: dict[object, Neighbour] = {}
    is_single = planes.shape[1:] == (1, 1)
    for group in _of_one_shape(candidates):
        if (group[0].planes.shape[1:] == (1, 1)) is not is_single:
            continue
        stack = np.stack([one.planes for one in group])
        compared = likenesses(planes, stack, turns=turns, shifts=shifts, without_mean=without_mean)
        for one, found_likeness in zip(group, compared, strict=True):
            if found_likeness is None:
                continue
            key = id(one) if one.made is None else one.made.preset.name
            new = Neighbour(one, found_likeness)
            if key not in found or new.is_better_than(found[key]):
                found[key] = new
    return tuple(sorted(found.values(), key=lambda each: -each.nearness))


def nearest_preset(chosen: Filter) -> Neighbour | None:
    """Return the preset that is most alike to a filter, as it stands; None if none can be compared."""
    if chosen not in _NEAREST:
        found = nearest(chosen.planes, of_presets(chosen.size)) if chosen.rank == 2 else ()
        _NEAREST[chosen] = next(iter(found), None)
    return _NEAREST[chosen]


def nearest_words(found: Neighbour) -> str:
    """Return a preset and how near it is: "Gabor 45°, negated: cosine 0.94"."""
    return f"{', '.join(filter(None, [found.candidate.label, found.words]))}: cosine {cosine_text(found.nearness)}"


def cosine_text(cosine: float) -> str:
    """Write a cosine with two digits, 1.00 only for what is 1.

    Examples
    --------
    >>> cosine_text(0.99999), cosine_text(1.0)
    ('0.99', '1.00')
    """
    shown = min(abs(cosine), 0.994) if abs(cosine) < 1 - SAME else 1.0
    return number(0) if cosine == 0 else f"{'−' if cosine < 0 else ''}{shown:.2f}"


def _of_one_shape(candidates: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    by_shape: dict[tuple[int, ...], list[Candidate]] = {}
    for one in candidates:
        by_shape.setdefault(one.planes.shape, []).append(one)
    yield from by_shape.values()
