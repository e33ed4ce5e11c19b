"""Texts about a frame: how its source stores numbers, where a place is, and why its stored numbers are not shown."""

from collections.abc import Sequence

from convexplorer.core.geometry.axes import Axis
from convexplorer.results.picture import Tile
from convexplorer.results.tile_words import NOTHING_FINITE, has_no_number
from convexplorer.sources.frame import Frame
from convexplorer.words import number

_WHOLE_BITS = ("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64")


def stored_text(frame: Frame, tile: Tile) -> str:
    """Return type, bits and range of the stored numbers: "uint16, 12 bits, 0…4095"; "" if nothing is stored.

    Parameters
    ----------
    tile : of the input, whose values tell the range of floats and of integers without a known one.
    """
    samples = frame.samples
    if samples is None:
        return ""
    if samples.dtype == "bool":
        return "1 bit, 0 or 1"
    digits = samples.dtype.lstrip("uintfloa")
    parts = [samples.dtype]
    if samples.dtype in _WHOLE_BITS and digits != str(samples.bits):
        parts.append(f"{samples.bits} bits")
    if samples.full_scale is None:
        parts.append(NOTHING_FINITE if has_no_number(tile) else f"{number(tile.minimum)}…{number(tile.maximum)}")
    else:
        parts.append(stored_range(frame))
    return ", ".join(parts)


def stored_range(frame: Frame) -> str:
    """Return the range of stored integers, "0…255" or "−128…127"; "" if they have none."""
    samples = frame.samples
    if samples is None or samples.full_scale is None:
        return ""
    low = 0.0 if samples.dtype.startswith("u") else -samples.full_scale - 1
    return f"{number(low)}…{number(samples.full_scale)}"


def why_not_stored(frame: Frame) -> str:
    """Return the reason why stored numbers are no choice for a frame, or ""."""
    samples = frame.samples
    if samples is None:
        return "This picture is computed: no numbers of it are stored."
    if samples.full_scale is None:
        return f"The stored numbers ({samples.dtype}) are shown as they are."
    return ""


def place_words(place: Sequence[float], axes: Sequence[Axis]) -> str:
    """Return where a cell is: "row 7, column 11"."""
    return ", ".join(f"{axis.name.removesuffix('s')} {int(at)}" for axis, at in zip(axes, place, strict=True))
