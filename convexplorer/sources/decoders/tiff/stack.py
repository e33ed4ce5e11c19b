"""The pages of a stack and where they stand on its axes, as ImageJ, OME-TIFF, tifffile and microscopes describe them.

Each picture of a stack is a page for this program, whatever its axis: the channels of a stack are pages of their own in
the file, and Fiji has a slider for them as well. Only what one page stores together are channels of one picture.
"""

import itertools
import logging
import math
import re
from dataclasses import dataclass

from tifffile import TIFF, TiffFile, TiffPage, TiffPageSeries
from tifffile.tifffile import shaped_description_metadata

from convexplorer.sources.decoders.tiff.directories import MAX_PAGES, Chain

_KINDS = ("shaped", "lsm", "ome", "imagej", "fluoview", "stk")
_MAX_OME_LETTERS = 16_000_000
_OME_PIXELS = re.compile(r"<[^<>]*\bPixels\b[^<>]*>")
_OME_SIZE = re.compile(r"\bSize[CZT]\s*=\s*[\"'](\d+)")
_OME_COUNT = re.compile(r"\b(?:NumPlanes|PlaneCount|IFD|First[CZT])\s*=\s*[\"'](\d+)")
_UNNAMED_AXES = "QI"  # "other" and "sequence" say less than the number of the page
_AXIS_NAMES = {"Z": "z", "E": "wavelength"}


@dataclass(frozen=True, slots=True)
class StackPage:
    """One page of a stack.

    Attributes
    ----------
    directory : offset of its directory, which several pages may share.
    data : offset of its pixels if the directory does not tell, else None.
    subtitle : its position on the axes: "z 3 of 7, channel 2 of 2"; "" if the file names none.
    """

    directory: int
    data: int | None = None
    subtitle: str = ""


def find_pages(file: TiffFile, chain: Chain) -> tuple[list[StackPage], str]:
    """Return the pages of a file, and what ends them too early, as `Chain.ending`."""
    plain = [offset for offset in chain.offsets if offset not in chain.reduced] or list(chain.offsets)
    series = _series(file) if chain.is_sound and _is_trusted(file) else []
    images = [f"image {i + 1} of {len(series)}" if len(series) > 1 else "" for i in range(len(series))]
    stacks = [_pages_of(one, image, plain) for one, image in zip(series, images, strict=True)]
    pages: list[StackPage] = []
    ending = chain.ending
    if not stacks and (chain.is_sound or ending):
        stacks = [_cut_stack(file, chain, plain)]
        if 1 < stacks[0][1] <= len(stacks[0][0]):
            ending = ""  # what is cut off are further directories, which ImageJ and tifffile write behind all pixels
    for found, promised in stacks:
        pages += found
        if len(found) < promised:
            ending = f"is cut short: its description promises {promised} pages, it ends before page {len(pages) + 1}"
            break
    known = {level.keyframe.offset for one in series for level in one.levels[1:]}
    known |= {page.directory for page in pages}
    pages += [StackPage(offset) for offset in plain if offset not in known]
    return pages, ending


def _is_trusted(file: TiffFile) -> bool:
    """Return True if the file describes its axes, and no number of the description makes tifffile take memory."""
    if not any(getattr(file, f"is_{kind}") for kind in _KINDS):
        return False
    text = file.ome_metadata if file.is_ome else None
    if text is None:
        return True
    if len(text) > _MAX_OME_LETTERS:
        return False
    pages = sum(math.prod(map(int, _OME_SIZE.findall(pixels))) for pixels in _OME_PIXELS.findall(text))
    return max([pages, *map(int, _OME_COUNT.findall(text))]) <= MAX_PAGES


def _series(file: TiffFile) -> list[TiffPageSeries]:
    """Return the images that the file describes; none if its description is of no use."""
    try:
        return [one for one in file.series if one.kind in _KINDS and math.prod(one.keyframe.shape) > 0]
    except Exception as error:  # a description may be broken in any way; the pages are there all the same
        logging.getLogger(__name__).info("The description of %s is of no use: %s", file.filename, error)
        return []


def _pages_of(series: TiffPageSeries, image: str, directories: list[int]) -> tuple[list[StackPage], int]:
    """Return the pages of one image that are in the file, and how many its description promises."""
    key = series.keyframe
    promised = math.prod(series.shape) // math.prod(key.shape)
    subtitles = _subtitles(series, image, min(promised, MAX_PAGES))
    start = series.dataoffset if promised > 1 and key.is_contiguous else None
    if start is None:
        there = [series[i] for i in range(min(promised, len(series)))]
        # Pages that an OME description only names may be in another file, or were never recorded.
        return [StackPage(p.offset, None, text) for p, text in zip(there, subtitles, strict=False) if p is not None], 0
    behind = directories[directories.index(key.offset) :] if key.offset in directories else []
    if len(behind) >= promised:
        return [StackPage(offset, None, text) for offset, text in zip(behind, subtitles, strict=False)], promised
    return _behind_each_other(key, start, subtitles, promised)


def _behind_each_other(key: TiffPage, start: int, subtitles: list[str], promised: int) -> tuple[list[StackPage], int]:
    """Return the pages that one directory describes, as far as the file goes, but at least one."""
    length = int(key.parent.filehandle.size)
    if start + key.nbytes == length:  # another program wrote one picture, and kept the description of many
        return [StackPage(key.offset)], 1
    there = max(1, (length - start) // key.nbytes)
    pages = [StackPage(key.offset, start + i * key.nbytes, text) for i, text in enumerate(subtitles[:there])]
    return pages, promised


def _cut_stack(file: TiffFile, chain: Chain, directories: list[int]) -> tuple[list[StackPage], int]:
    """Return the pages of a stack with one directory that is left, as far as the file goes, and how many it promises.

    Of a file that ends too early, tifffile makes one page, and its chain of directories may be broken.
    """
    key = file.pages.first
    promised = _described(file, key)
    if len(directories) > 1 or promised < 2 or not key.is_contiguous:
        return [], 0
    start = key.dataoffsets[0]
    if not key.is_imagej and chain.missing < start + promised * key.nbytes:  # they need not lie behind each other
        return [], 0
    return _behind_each_other(key, start, [""] * min(promised, MAX_PAGES), promised)


def _described(file: TiffFile, key: TiffPage) -> int:
    """Return the number of pages by the description of the first one; 0 if it does not say."""
    if key.is_imagej:
        return int((file.imagej_metadata or {}).get("images", 1))
    if not key.is_shaped or not math.prod(key.shape):
        return 0
    shape = shaped_description_metadata(str(key.shaped_description)).get("shape", ())
    return math.prod(int(n) for n in shape) // math.prod(key.shape)


def _subtitles(series: TiffPageSeries, image: str, count: int) -> list[str]:
    """Return the subtitle of each page."""
    within = series.keyframe.axes
    axes = [(axis, n) for axis, n in zip(series.axes, series.shape, strict=True) if axis not in within]
    if math.prod(n for _, n in axes) != count:
        return [image] * count
    named = [
        [f"{_axis_name(axis)} {i + 1} of {n}" if n > 1 and axis not in _UNNAMED_AXES else "" for i in range(n)]
        for axis, n in axes
    ]
    return [", ".join(filter(None, (image, *parts))) for parts in itertools.product(*named)]


def _axis_name(axis: str) -> str:
    return _AXIS_NAMES.get(axis) or str(TIFF.AXES_NAMES.get(axis, axis))
