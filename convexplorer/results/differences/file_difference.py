"""Two files of weights, array by array, without layers that would compute anything of them."""

from collections.abc import Iterable, Mapping

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.formats.tensor_file import TensorFile
from convexplorer.results.differences.array_difference import ArrayDifference, array_difference
from convexplorer.words import compact_number, plain, times

Shape = tuple[int, ...]


@dataclass(frozen=True)
class TensorDifference:
    """How far an array of one file differs from that of the same name in another.

    Attributes
    ----------
    name : in the file.
    shape, reference_shape : in both, None where it is missing.
    values : None where there is nothing to compare.
    """

    name: str
    shape: Shape | None
    reference_shape: Shape | None
    values: ArrayDifference | None = None

    @property
    def verdict(self) -> str:
        """In a word or two how far it differs."""
        if self.shape is None or self.reference_shape is None:
            return "only in the reference" if self.shape is None else "not in the reference"
        if self.values is None:
            return f"two shapes: {shape_words(self.shape)} against {shape_words(self.reference_shape)}"
        return "the same" if self.values.is_none else "differs"


@dataclass(frozen=True)
class FileDifference:
    """How far two files of weights differ: the arrays of the first in its order, then what only the reference has.

    Attributes
    ----------
    note : what is known of the order of their axes, if both differ in it; "" otherwise.
    """

    tensors: tuple[TensorDifference, ...]
    note: str = ""

    @property
    def compared(self) -> tuple[TensorDifference, ...]:
        """The arrays that both files have in one shape."""
        return tuple(one for one in self.tensors if one.values is not None)

    def exceeds(self, tolerance: float | None) -> bool:
        """Return True if a difference is larger than allowed, or if an array has no counterpart of its shape.

        Parameters
        ----------
        tolerance : of any |difference|; None allows none.
        """
        if len(self.compared) < len(self.tensors):
            return True
        return any(one.values is not None and one.values.largest > (tolerance or 0.0) for one in self.tensors)

    @property
    def sentences(self) -> list[str]:
        """What the table comes to, a sentence for each matter."""
        differing = [one for one in self.compared if one.values is not None and not one.values.is_none]
        found = [] if self.compared else ["No array is in both files with one shape."]
        if differing:
            count, of_all = _sum(one.values for one in differing), _sum(one.values for one in self.compared)
            largest = max(differing, key=lambda one: 0.0 if one.values is None else one.values.largest)
            assert largest.values is not None  # it differs
            found.append(
                f"{count[1]:,} of {of_all[0]:,} numbers differ, by at most {compact_number(largest.values.largest)} in "
                f"{plain(largest.name)} at {place_words(largest.values.place)}."
            )
        elif self.compared:
            found.append("All numbers that can be compared are the same.")
        missing = len(self.tensors) - len(self.compared)
        if missing:
            found.append(f"{missing} array{' has' if missing == 1 else 's have'} nothing to be compared with.")
        return [*found, *filter(None, (self.note,))]


def file_difference(own: TensorFile, reference: TensorFile) -> FileDifference:
    """Return how far two files of weights differ; arrays belong together by their names.

    Examples
    --------
    >>> one = file_difference(TensorFile({"a": np.zeros(3)}), TensorFile({"a": np.array([0.0, 2.0, 0.0])}))
    >>> one.tensors[0].values.largest, one.tensors[0].values.place
    (2.0, (1,))
    """
    names = dict.fromkeys((*own.tensors, *reference.tensors))
    found = tuple(_tensor_difference(name, own.tensors, reference.tensors) for name in names)
    has_two_orders = own.writer and reference.writer and own.writer != reference.writer
    note = "One file has the order of axes of PyTorch, the other that of Keras." if has_two_orders else ""
    return FileDifference(found, note)


def shape_words(shape: Shape) -> str:
    """Return the shape of an array in its own order of axes.

    Examples
    --------
    >>> shape_words((8, 3, 5)), shape_words(())
    ('8 × 3 × 5', '1')
    """
    return times(shape) or "1"


def place_words(place: Shape) -> str:
    """Return the place of a number in an array.

    Examples
    --------
    >>> place_words((3, 0, 12))
    '[3, 0, 12]'
    """
    return f"[{', '.join(map(str, place))}]"


def _tensor_difference(
    name: str, own: Mapping[str, np.ndarray], reference: Mapping[str, np.ndarray]
) -> TensorDifference:
    a, b = own.get(name), reference.get(name)
    values = None if a is None or b is None or a.shape != b.shape else array_difference(a, b)
    return TensorDifference(name, None if a is None else a.shape, None if b is None else b.shape, values)


def _sum(found: Iterable[ArrayDifference | None]) -> tuple[int, int]:
    """Return how many numbers some arrays have, and how many of these differ."""
    known = [one for one in found if one is not None]
    return sum(one.count for one in known), sum(one.differing for one in known)
