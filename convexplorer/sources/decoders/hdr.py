"""Radiance HDR pictures (https://www.radiance-online.org/cgi-bin/viewcvs.cgi/ray/src/common/). Values may exceed 1.

The header is read here, because OpenCV and the codec of imagecodecs know one orientation of eight, no exposure, no CIE
XYZ and no runs of the first kind; OpenCV decodes the runs of the second kind, which all programs write.
"""

import re
from pathlib import Path

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.sources.decoders.opencv import decode
from convexplorer.sources.decoders.pages import Page, SinglePage
from convexplorer.sources.decoders.pixels import channel_names, from_pixels, samples_of
from convexplorer.sources.frame import SourceError
from convexplorer.sources.limits import check_size

_LONGEST_HEADER = 65536
_LONGEST_RUN = 127

# Radiance's primaries in CIE XYZ: columns red, green and blue, whose sum is its white, the light of equal energy.
_PRIMARIES = np.array([[0.64, 0.29, 0.15], [0.33, 0.60, 0.06], [0.03, 0.11, 0.79]])
_RGB_OF_XYZ = np.linalg.inv(_PRIMARIES * np.linalg.solve(_PRIMARIES, np.ones(3)))


@dataclass(frozen=True)
class _Header:
    """The header: the lines of its variables, and the two axes in the order and direction in which pixels follow.

    Attributes
    ----------
    axes : (sign, name) of the axis from scan line to scan line, and of that along a scan line, such as ("-", "Y").
    """

    variables: tuple[tuple[str, str], ...]
    axes: tuple[tuple[str, str], tuple[str, str]]
    lines: int
    length: int
    end: int

    def factors(self, name: str) -> np.ndarray:
        """Return the product of all values of a variable, for red, green and blue; programs add a line a change."""
        found = [np.array(value.split(), np.float64) for key, value in self.variables if key == name]
        product = np.ones(3)
        for one in found:
            product = product * one
        return product

    @property
    def is_xyz(self) -> bool:
        """True if the pixels are CIE XYZ."""
        return any(key == "FORMAT" and value == "32-bit_rle_xyze" for key, value in self.variables)


def open_hdr(path: Path) -> SinglePage:
    """Read a Radiance picture, upright, as radiances: the exposure of its header is undone."""
    try:
        header = _read_header(path.name, np.fromfile(path, np.uint8, _LONGEST_HEADER).tobytes())
        # Runs of one pixel each take twice the room of none; a file may be longer than its picture.
        longest = 8 * header.lines * (header.length + 1)
        data = np.fromfile(path, np.uint8, longest, offset=header.end)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror}.") from error
    pixels = _decode(data, header)
    if pixels is None:
        raise SourceError(f"{path.name} is damaged or cut short: its pixels cannot be read.")
    pixels, note = _calibrated(path.name, _upright(pixels, header), header)
    image = from_pixels(pixels)
    return SinglePage(Page(image, channel_names(len(image)), note, samples_of(image.dtype)))


def _read_header(name: str, data: bytes) -> _Header:
    """Read the variables up to an empty line, and the size in the line behind it."""
    found = re.search(rb"\n\r?\n([-+])([XY]) (\d{1,9}) ([-+])([XY]) (\d{1,9})\r?\n", data)
    if found is None or found[2] == found[5]:
        raise SourceError(f"{name} is damaged: its header does not say how large the picture is.")
    lines, length = int(found[3]), int(found[6])
    height, width = (lines, length) if found[2] == b"Y" else (length, lines)
    check_size(name, height, width, 3)
    text = [line.strip().partition("=") for line in data[: found.start()].decode("latin-1").splitlines()]
    axes = ((found[1].decode(), found[2].decode()), (found[4].decode(), found[5].decode()))
    variables = tuple((key.strip(), value.strip()) for key, _, value in text)
    return _Header(variables, axes, lines, length, found.end())


def _decode(data: np.ndarray, header: _Header) -> np.ndarray | None:
    """Return the pixels (scan lines, length, 3) in the order of the file; None if they are damaged."""
    lines, length = header.lines, header.length
    if not (8 <= length < 32768 and len(data) >= 4 and data[0] == data[1] == 2 and data[2] < 128):
        return _decode_plain(data, lines, length)
    # The shortest file has 4 bytes and 4 channels of runs a line; OpenCV would first allocate what the header claims.
    if len(data) < lines * (4 + 8 * -(-length // _LONGEST_RUN)):
        return None
    usual = f"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y {lines} +X {length}\n".encode()
    return decode(np.concatenate((np.frombuffer(usual, np.uint8), data)))


def _decode_plain(data: np.ndarray, lines: int, length: int) -> np.ndarray | None:
    """Decode pixels without runs, or with runs of the first kind: a pixel (1, 1, 1, n) repeats the one before it."""
    rgbe = data[: len(data) // 4 * 4].reshape(-1, 4)
    is_run = (rgbe[:, :3] == 1).all(axis=1)
    count = lines * length
    if is_run.any():
        before = np.maximum.accumulate(np.where(is_run, -1, np.arange(len(rgbe))))
        order = np.arange(len(rgbe)) - before - 1  # the second marker in a row counts 256 pixels a unit, …
        if is_run[0] or order.max() > 3:
            return None
        times = np.where(is_run, rgbe[:, 3].astype(np.int64) << 8 * np.maximum(order, 0), 1)
        stop = int(np.searchsorted(np.cumsum(times), count)) + 1
        if times[:stop].sum() != count:
            return None
        rgbe = np.repeat(rgbe[before[:stop]], times[:stop], axis=0)
    if len(rgbe) < count:
        return None
    rgbe = rgbe[:count]
    scale = np.where(rgbe[:, 3] > 0, np.ldexp(np.float32(1), rgbe[:, 3].astype(np.int32) - 136), np.float32(0))
    return (rgbe[:, :3] * scale[:, None].astype(np.float32)).reshape(lines, length, 3)


def _upright(pixels: np.ndarray, header: _Header) -> np.ndarray:
    """Turn pixels so that rows go down, Radiance's −Y, and columns to the right, its +X."""
    steps = [slice(None, None, 1 if axis in (("-", "Y"), ("+", "X")) else -1) for axis in header.axes]
    pixels = pixels[steps[0], steps[1]]
    return pixels if header.axes[0][1] == "Y" else pixels.transpose(1, 0, 2)


@np.errstate(all="ignore")  # an absurd exposure may make values infinite, which the window shows
def _calibrated(name: str, pixels: np.ndarray, header: _Header) -> tuple[np.ndarray, str]:
    """Undo the exposure and convert CIE XYZ; return the pixels and a note that says so."""
    notes = []
    try:
        exposure, correction = header.factors("EXPOSURE"), header.factors("COLORCORR")
    except ValueError as error:
        raise SourceError(f"{name} is damaged: the exposure in its header is no number.") from error
    divisor = exposure * correction
    if not (np.isfinite(divisor).all() and (divisor > 0).all()):
        notes.append("The exposure in its header is impossible and was left out.")
    elif (divisor != 1).any():
        pixels = pixels / divisor.astype(np.float32)
        said = " ".join(f"{value:g}" for value in (divisor if len(set(divisor)) > 1 else divisor[:1]))
        notes.append(f"Its pixels were divided by the exposure in its header, {said}.")
    if header.is_xyz:
        pixels = pixels @ _RGB_OF_XYZ.T.astype(np.float32)
        notes.append("Its CIE XYZ colours were converted to red, green and blue.")
    return pixels, " ".join(notes)
