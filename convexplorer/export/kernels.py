"""Banks as files: JSON keeps everything, CSV is for spreadsheets, `.npy` for programs."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from convexplorer.export.files import ExportError, check_suffix, plain_file, reason_of, replacing
from convexplorer.export.weight_arrays import (
    ANY_AXES,
    AXES,
    AxesQuestion,
    Bank,
    bank_of,
    bank_of_archive,
    bank_of_array,
    make_bank_filter,
)
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.matrix import format_matrix, parse_matrix, parse_weights
from convexplorer.kernels.numbers import number_text
from convexplorer.model.layer import Layer
from convexplorer.model.storage.documents import parse_document, write_document
from convexplorer.model.storage.schema import MANY, filter_from_node, filter_to_document, project_from_node
from convexplorer.sources.paths import special_kind

FORMAT = 1
FORMATS = {".json": "JSON", ".csv": "CSV", ".npz": "NumPy archive", ".npy": "NumPy array"}
SUFFIXES = tuple(FORMATS)
READABLE_SUFFIXES = (*SUFFIXES, ".txt", ".toml")
MAX_BYTES = 64 * 1024 * 1024  # 64 filters of 63 × 63 with many planes take less

_HEADING = re.compile(r"#\s*bias=(\S+)\s+name=(.+)")


def save_bank(path: str | os.PathLike[str], layer: Layer) -> None:
    """Write the filters of a layer in full precision, in the format of the suffix.

    CSV: a line `# bias=… name=…` before each filter, rows of numbers, a blank line between planes. `.npy`: (filters,
    planes, rows, columns) float64, without names and biases; a single plane is repeated if other filters have one per
    channel. `.npz`: this array as "kernel", with "bias", "names", and the order of its axes as "axes"; "bias" is
    (filters, channels) if each map of a depthwise layer has its own, which no other format keeps.
    """
    with replacing(path, SUFFIXES) as part:
        suffix = part.suffix.lower()
        if suffix == ".json":
            part.write_text(_to_json(layer), encoding="utf-8")
        elif suffix == ".csv":
            part.write_text(_to_csv(layer), encoding="utf-8")
        elif suffix == ".npz":
            names = np.array([one.name for one in layer.filters])
            biases = layer.weights["bias"].T if layer.has_map_biases else np.array([one.bias for one in layer.filters])
            np.savez(part, kernel=_to_array(layer), bias=biases, names=names, axes=np.array(AXES))
        else:
            with plain_file(part) as file:
                np.save(file, _to_array(layer))


def load_bank(path: str | os.PathLike[str], question: AxesQuestion = ANY_AXES) -> tuple[Filter, ...]:
    """Read the filters of a file, see `read_bank`."""
    return read_bank(path, question).filters


def read_bank(path: str | os.PathLike[str], question: AxesQuestion = ANY_AXES) -> Bank:
    """Read the filters of a file by `save_bank`, of a project, of a matrix of numbers, or of an array.

    An array of 2 to 4 axes, in `.npy`, `.npz` or as text with brackets, is read by the rule of `kernels.weight_axes`.
    Of an `.npz` the array called "kernel" or "weight" is taken, or its only one with 2 axes or more; one with as many
    numbers as there are filters holds the biases.

    Raises
    ------
    AmbiguousAxesError : the axes of the array can be read in several ways.
    ExportError : the file cannot be read; the text is a sentence for the user.
    """
    source = Path(path)
    check_suffix(source, READABLE_SUFFIXES)
    try:
        found = source.stat()
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):  # opening a pipe would block
            raise ExportError(f"{source.name} is no ordinary file but {special_kind(found.st_mode)}.")
        size = found.st_size
        if size > MAX_BYTES:
            raise ValueError(f"it has {size // 1024**2} MB, and no filter bank has more than {MAX_BYTES // 1024**2}")
        bank = _read(source, question)
        if not bank.filters:
            raise ValueError("a bank has 1 filter or more, and it has none")
    except ExportError:
        raise
    except OSError as error:
        raise ExportError(f"{source.name} could not be read: {reason_of(error)}.") from error
    except (ValueError, EOFError, MemoryError) as error:
        raise ExportError(f"{source.name} could not be read as kernels: {str(error).rstrip('.')}.") from error
    return bank


def parse_kernels(text: str, question: AxesQuestion = ANY_AXES) -> Bank:
    """Parse the user's text for filters: `sobel-x`, `gaussian:sigma=2,size=9`, a name of the library or a file's name.

    Raises
    ------
    ValueError : a name, a parameter or a file is unknown; the text is a sentence for the user.
    """
    path = Path(text)
    if path.suffix.lower() in READABLE_SUFFIXES:
        return read_bank(path, question)
    from convexplorer.model.library.one_list import named_filters

    name, _, settings = text.partition(":")
    return Bank(named_filters(name, parse_settings(settings)))


def parse_settings(text: str) -> dict[str, float]:
    """Parse numbers such as `sigma=2,size=9`; an empty text gives an empty dictionary."""
    settings = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = part.partition("=")
        try:
            settings[name.strip()] = float(value)
        except ValueError:
            raise ValueError(f"a parameter is written name=number, as in sigma=2; got {part!r}") from None
    return settings


def _read(path: Path, question: AxesQuestion) -> Bank:
    suffix = path.suffix.lower()
    if suffix == ".json":
        return Bank(_from_json(path))
    if suffix == ".npy":
        return bank_of_array(path, question)
    if suffix == ".npz":
        return bank_of_archive(path, question)
    if suffix == ".toml":
        return Bank(_from_library_file(path))
    return _from_text(path, question)


def _to_json(layer: Layer) -> str:
    return write_document({"format": FORMAT, "filters": [filter_to_document(one) for one in layer.filters]})


def _from_json(path: Path) -> tuple[Filter, ...]:
    node = parse_document(path.read_text(encoding="utf-8-sig"))
    if isinstance(node.value, dict) and "layers" in node.value:
        layers = project_from_node(node).layers
        banks = [layer for layer in layers if layer.has_filters]
        if not banks:
            raise ValueError("this project has no convolution layer")
        return banks[0].filters
    known = node.fields("format", "filters")
    if "filters" not in known:
        raise node.error('has no "filters"')
    if "format" in known and known["format"].whole() > FORMAT:
        raise ValueError("it was written by a newer version; please update")
    return tuple(filter_from_node(one) for one in known["filters"].items(1, MANY, "filters"))


def _from_library_file(path: Path) -> tuple[Filter, ...]:
    from convexplorer.model.library.shelf import read_text
    from convexplorer.model.library.text import read_entries

    entries, faults = read_entries(read_text(path), path.name)
    if faults:
        raise ExportError(faults[0].sentence)
    return tuple(one for entry in entries for one in entry.filters)


def _to_csv(layer: Layer) -> str:
    blocks = []
    for one in layer.filters:
        heading = f"# bias={number_text(one.bias)} name={one.name}\n"
        blocks.append(heading + format_matrix(one.planes, "tab").replace("\t", ","))
    return "\n".join(blocks)


def _from_text(path: Path, question: AxesQuestion) -> Bank:
    text = path.read_text(encoding="utf-8-sig")
    if text.lstrip().startswith("#"):
        return Bank(tuple(make_bank_filter(name, parse_matrix(block), bias) for name, bias, block in _blocks(text)))
    array, axes = parse_weights(text)
    if axes:  # rows and columns, and blank lines between planes
        return Bank((make_bank_filter(path.stem, array),))
    return bank_of(path.stem, array, question)


def _blocks(text: str) -> Iterator[tuple[str, float, str]]:
    """Yield name, bias and numbers of each filter in a file with headings."""
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("#")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        heading = _HEADING.match(lines[start])
        if heading is None:
            raise ValueError(f"line {start + 1} must read “# bias=0 name=…”; got {lines[start]!r}")
        # These files separate by commas; between tabs a comma would be a decimal one, and "0,0" a single number.
        yield heading[2], float(heading[1]), "\n".join(lines[start + 1 : end]).replace(",", "\t")


def _to_array(layer: Layer) -> np.ndarray:
    count = max(len(one.planes) for one in layer.filters)
    if any(len(one.planes) not in (1, count) for one in layer.filters):
        raise ExportError("Filters with different numbers of planes do not fit into one array; JSON keeps them.")
    return np.stack([np.broadcast_to(one.planes, (count, *one.size)) for one in layer.filters])
