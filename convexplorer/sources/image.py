"""Picture files: the choice of the decoder, and the functions that open a file."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np

from convexplorer.sources.decoders.pages import PageReader, Pages
from convexplorer.sources.decoders.signature import VIDEO, Format, describe_unknown, identify
from convexplorer.sources.frame import Reader, Source, SourceError
from convexplorer.sources.paths import TABLE_SUFFIXES, readable_file

_HEAD_BYTES = 64

#: "module:callable" in `decoders` for each `Format.decoder`; the callable takes a path and returns `Pages`.
DECODERS: dict[str, str] = {
    "pillow": "pillow:PillowPages",
    "png": "apng:open_png",
    "gif": "gif:open_gif",
    "qoi": "qoi:open_qoi",
    "tiff": "tiff.file:TiffPages",
    "netpbm": "netpbm:open_netpbm",
    "hdr": "hdr:open_hdr",
    "array": "array:open_array",
    "table": "table:open_table",
}
_MOTION_SUFFIXES = (".mjpeg", ".mjpg")  # only their names tell many JPEG pictures from one


def open_image(path: str | Path) -> np.ndarray:
    """Read a picture file as an array.

    Parameters
    ----------
    path : a picture in any format of `IMAGE_SUFFIXES`; the first page of a stack or an animation is read.

    Returns
    -------
    (C, H, W) float32, read-only
        Channels are Y, R G B or R G B A; alpha is kept as a channel. Integers of up to 16 bits are scaled to 0…1;
        wider integers and floats keep their values.

    Raises
    ------
    SourceError : the file cannot be read; the message names the file and the problem.
    """
    pages = open_pages(path)
    try:
        return pages.page(0).image
    finally:
        pages.close()


def open_pages(path: str | Path) -> Pages:
    """Open a picture file; the pages of stacks and animations are decoded on demand."""
    path = readable_file(path)
    return _decoder(path, _head(path))(path)


def check_picture(address: str | Path) -> None:
    """Raise `SourceError` for a file whose first bytes and name are those of no picture and of no video."""
    path = readable_file(address)
    head = _head(path)
    if identify(head) is not VIDEO and path.suffix.lower() not in _MOTION_SUFFIXES:
        _decoder(path, head)


def open_file(source: Source) -> Reader:
    """Open a picture or a video by the file's contents; its name, and so the source's kind, is only a hint."""
    path = readable_file(source.address)
    found = identify(_head(path))
    is_picture = found is not None and bool(found.decoder)
    if found is VIDEO or (source.kind == "video" and not is_picture):
        from convexplorer.sources.video import VideoReader

        return VideoReader(path)
    if path.suffix.lower() in _MOTION_SUFFIXES:
        from convexplorer.sources.decoders.mjpeg import MjpegPages

        pictures = MjpegPages(path)
        if pictures.count > 1:
            return PageReader(pictures, path.name)
        pictures.close()
    return PageReader(open_pages(path), path.name)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _decoder(path: Path, head: bytes) -> Callable[[Path], Pages]:
    """Return the decoder of a file; decoders are imported on demand, to keep the start fast."""
    found = identify(head)
    if found is None and path.suffix.lower() == ".tga":  # the one picture format without a signature
        found = Format("a TGA picture", "pillow")
    if found is None and path.suffix.lower() in TABLE_SUFFIXES:
        found = Format("a table of numbers", "table")
    if found is None:
        raise SourceError(f"{path.name} is not a picture: {describe_unknown(head)}.")
    if not found.decoder:
        raise SourceError(f"{path.name} is {found.name}. {found.advice}")
    module, name = DECODERS[found.decoder].split(":")
    decoder: Callable[[Path], Pages] = getattr(import_module(f"convexplorer.sources.decoders.{module}"), name)
    return decoder
