"""The sample pictures that come with the program, with authors and licences."""

from pathlib import Path

from convexplorer import assets
from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.decoders.opencv import read_bytes
from convexplorer.sources.decoders.pages import Page, PageReader, Pages, SinglePage
from convexplorer.sources.decoders.pixels import channel_names, from_pixels, samples_of
from convexplorer.sources.frame import Reader, Source, SourceError
from convexplorer.sources.image import open_pages


@dataclass(frozen=True)
class Sample:
    """A picture in `resources/images`, whose LICENSES.md has the full licence information."""

    file: str
    title: str
    author: str
    licence: str
    explanation: str


SAMPLES: dict[str, Sample] = {
    "astronaut": Sample(
        "astronaut.png",
        "Astronaut",
        "NASA",
        "public domain",
        "Eileen Collins, 1999: skin, cloth and hard edges in colour.",
    ),
    "cat": Sample(
        "cat.png",
        "Cat",
        "Stéfan van der Walt",
        "CC0 1.0",
        "Chelsea: fur and whiskers, fine lines in many directions.",
    ),
    "coffee": Sample(
        "coffee.png",
        "Coffee",
        "Rachel Michetti, courtesy of Pikolo Espresso Bar",
        "CC0 1.0",
        "Ellipses, smooth porcelain and coarse wood grain.",
    ),
    "camera": Sample(
        "camera.png",
        "Cameraman",
        "Lav Varshney",
        "CC0 1.0",
        "The classic motif in grey: a dark figure, a sharp tripod, a soft background.",
    ),
    "coins": Sample(
        "coins.png",
        "Coins",
        "Brooklyn Museum Collection",
        "no known copyright restrictions",
        "Greek coins from Pompeii: round edges and spots.",
    ),
    "brick": Sample(
        "brick.png",
        "Brick wall",
        "CC0 Textures (Bricks25)",
        "CC0 1.0",
        "Mostly horizontal and vertical lines.",
    ),
    "gravel": Sample(
        "gravel.png",
        "Gravel",
        "CC0 Textures (Gravel04)",
        "CC0 1.0",
        "A texture without a direction.",
    ),
    "text": Sample(
        "text.png",
        "Text",
        "Wikipedia, File:Corner.png",
        "public domain",
        "Strokes and corners of letters.",
    ),
    "clock": Sample(
        "clock.png",
        "Blurred clock",
        "Stéfan van der Walt",
        "public domain",
        "A camera moved sideways: motion blur with a direction.",
    ),
    "rocket": Sample(
        "rocket.jpg",
        "Rocket",
        "SpaceX",
        "public domain",
        "Launch of DSCOVR: a bright flame before a smooth sky.",
    ),
    "retina": Sample(
        "retina.jpg",
        "Retina",
        "Mikael Häggström",
        "CC0 1.0",
        "Vessels: thin curved lines, 1411 × 1411.",
    ),
    "cell": Sample(
        "cell.png",
        "Cell",
        "Paul Müller and others",
        "CC0 1.0",
        "A quantitative phase image: one soft spot before faint stripes.",
    ),
}


def open_sample(source: Source) -> Reader:
    """Open the sample named by `source.address`."""
    sample = find_sample(source.address)
    return PageReader(_open(assets.path("images", sample.file)), sample.title)


def find_sample(name: str) -> Sample:
    """Return the sample of this name; the error for an unknown name lists the samples."""
    if name not in SAMPLES:
        raise SourceError(f"There is no sample picture “{name}”; there are {', '.join(SAMPLES)}.")
    return SAMPLES[name]


def _open(path: Path) -> Pages:
    """Open one of our files, which need not be asked what they are.

    Our PNGs are grey or red, green and blue in 8 bits, whole and upright. OpenCV reads them to the same pixels as
    Pillow, whose twenty modules would be the last to be imported before the first picture of a window.
    """
    if path.suffix != ".png":
        return open_pages(path)  # decoders of JPEG round differently
    pixels = cv2.imdecode(read_bytes(path), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        return open_pages(path)  # which says why
    channels = channel_names(1 if pixels.ndim == 2 else pixels.shape[2])
    content = from_pixels(pixels) if pixels.ndim == 2 else ByteImage(pixels)
    return SinglePage(Page(content, channels, samples=samples_of(pixels.dtype)))
