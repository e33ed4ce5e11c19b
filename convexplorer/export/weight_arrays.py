"""Arrays of weights as filters: `.npy` and `.npz` files, and the question which of their axes is which."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.export.files import ExportError
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.weight_axes import Reading, Use, named_reading, plain_reading, readings
from convexplorer.words import times

AXES = "OIHW"  # of the arrays that this program writes
_MAX_UNPACKED = 1 << 30
_NUMBERS = "fiub"  # kinds of dtype
_KERNEL_NAMES = ("kernel", "depthwise_kernel", "weight", "weights")  # of an array in an archive
# Kinds of layers that use their filters otherwise than a convolution does.
_USES: dict[str, Use] = {
    "depthwise_conv": "depthwise",
    "separable_conv": "depthwise",
    "conv_transpose": "transposed",
}


@dataclass(frozen=True)
class AxesQuestion:
    """What a caller says about the axes of an array, and what is known of the layer that takes it.

    Attributes
    ----------
    axes : the order that the user has named, e.g. "HWIO"; "" to find it by the rule of `kernels.weight_axes`.
    use, channels : of the layer; None for channels that are not known yet.
    """

    axes: str = ""
    use: Use = "conv"
    channels: int | None = None


ANY_AXES = AxesQuestion()


def question_for(kind: str, channels: int | None = None, axes: str = "") -> AxesQuestion:
    """Return the question for a layer of a kind whose filters meet so many channels."""
    return AxesQuestion(axes, _USES.get(kind, "conv"), channels)


@dataclass(frozen=True, eq=False)
class Bank:
    """The filters of a file or a text, and the sentence that tells how its axes were read, or ""."""

    filters: tuple[Filter, ...]
    note: str = ""


class AmbiguousAxesError(ExportError):
    """An array can be read in several ways; `readings` are to be chosen from, and `bank_as` takes one of them."""

    def __init__(self, name: str, array: np.ndarray, biases: np.ndarray | None, found: tuple[Reading, ...]) -> None:
        ways = "; ".join(f"{one.axes} {one.order}: {one.result}" for one in found)
        super().__init__(f"{name} has the shape {times(array.shape)}, which can be read in {len(found)} ways: {ways}.")
        self.name = name
        self.array = array
        self.readings = found
        self._biases = biases

    def bank_as(self, reading: Reading) -> Bank:
        """Return the bank by one of the readings."""
        return _as_bank(self.name, self.array, self._biases, reading)


def bank_of(name: str, array: np.ndarray, question: AxesQuestion = ANY_AXES, biases: np.ndarray | None = None) -> Bank:
    """Return the filters in an array of 2 to 4 axes; names and parameters as in `read_bank`.

    Raises
    ------
    AmbiguousAxesError : there are several readings, and none was named.
    ValueError : there is none.
    """
    if question.axes and array.ndim > 2:  # two axes are rows and columns in every order
        reading = named_reading(array.shape, question.axes, question.use, question.channels)
        return _as_bank(name, array, biases, reading)
    found = readings(array.shape, question.use, question.channels)
    plain = plain_reading(found)
    if plain is None:
        raise AmbiguousAxesError(name, array, biases, found)
    return _as_bank(name, array, biases, plain)


def bank_of_array(path: Path, question: AxesQuestion) -> Bank:
    """Read an `.npy` file; errors as in `read_bank`."""
    array = _load(path)
    if not isinstance(array, np.ndarray):
        raise ValueError("several arrays are in it; an archive of arrays is called .npz")
    return bank_of(path.stem, _checked_array(array), question)


def bank_of_archive(path: Path, question: AxesQuestion) -> Bank:
    """Read the array of weights in an `.npz` file, and its biases if there are any; errors as in `read_bank`."""
    arrays = _load(path)
    if isinstance(arrays, np.ndarray):
        return bank_of(path.stem, _checked_array(arrays), question)
    kernels = {name: one for name, one in arrays.items() if one.ndim >= 2}
    named = {name: one for name, one in kernels.items() if name.rpartition("/")[2] in _KERNEL_NAMES}
    kernels = named if len(named) == 1 else kernels
    if len(kernels) != 1:
        names = ", ".join(f"{name} {times(one.shape)}" for name, one in kernels.items()) or "none"
        raise ValueError(f"one array of weights with 2 to 4 axes is expected; there are {names}")
    (array,) = kernels.values()
    named_axes = str(arrays["axes"]) if "axes" in arrays and arrays["axes"].dtype.kind == "U" else ""
    others = [one for one in arrays.values() if one.ndim == 1 and one.dtype.kind in _NUMBERS]
    biases = others[0] if len(others) == 1 else None
    asked = question if question.axes or not named_axes else replace(question, axes=named_axes)
    bank = bank_of(path.stem, _checked_array(array), asked, biases)
    titles = arrays.get("names")
    if titles is None or titles.shape != (len(bank.filters),) or titles.dtype.kind != "U":
        return bank
    filters = zip(bank.filters, titles.tolist(), strict=True)
    return replace(bank, filters=tuple(replace(one, name=title) for one, title in filters))


def make_bank_filter(name: str, planes: np.ndarray, bias: float = 0.0) -> Filter:
    """Return a filter with planes (rows, columns) or (planes, rows, columns)."""
    planes = np.asarray(planes, dtype=np.float64)
    return Filter(name, planes if planes.ndim == 3 else planes[np.newaxis], bias)


def _load(path: Path) -> np.ndarray | dict[str, np.ndarray]:
    """Return the array in a file, or the arrays of an archive by their names."""
    try:
        with path.open("rb") as file:  # NumPy would leave a broken archive open
            found = np.load(file, allow_pickle=False)
            if isinstance(found, np.ndarray):
                return found
            if sum(one.file_size for one in found.zip.infolist()) > _MAX_UNPACKED:
                raise MemoryError("its arrays have more than 1 GB, as no filter bank has")
            return {name: found[name] for name in found.files}
    except (OSError, MemoryError):
        raise
    except Exception as error:
        # NumPy reads the header as Python: damage in it raises SyntaxError, TypeError, KeyError, TokenError, …
        raise ValueError("it is damaged or no array of numbers") from error


def _checked_array(array: np.ndarray) -> np.ndarray:
    if array.dtype.kind not in _NUMBERS or not 2 <= array.ndim <= 4:
        shape = f"shape {array.shape} of {array.dtype}"
        raise ValueError(f"an array of numbers with 2 to 4 axes is expected; got {shape}")
    return array


def _as_bank(name: str, array: np.ndarray, biases: np.ndarray | None, reading: Reading) -> Bank:
    bank = reading.bank(array)
    names = [name] if len(bank) == 1 else [f"{name} {i + 1}" for i in range(len(bank))]
    offsets = np.zeros(len(bank)) if biases is None or biases.shape != (len(bank),) else biases
    filters = tuple(make_bank_filter(*each) for each in zip(names, bank, offsets, strict=True))
    return Bank(filters, "" if array.ndim == 2 else f"{name}: {reading.sentence}.")
