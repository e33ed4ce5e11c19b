"""What a video stores in each pixel, and what of it OpenCV hands out.

OpenCV converts frames to 8 bits in B, G, R. It hands out unconverted only what its arrays can hold: grey of 16 bits,
and B, G, R with alpha of 8 bits. It tells the stored format by FFmpeg's tag for raw video of that kind, four bytes.
"""

from convexplorer._dataclass import dataclass

_WITH_ALPHA = {"RGBA": 8, "BGRA": 8, "ARGB": 8, "ABGR": 8, "RBA@": 16, "BRA@": 16, "@RBA": 16, "@BRA": 16}
_DEEP = {"RGB0": 16, "BGR0": 16, "0RGB": 16, "0BGR": 16, "XYZ$": 12, "$ZYX": 12, "P010": 10, "P016": 16}
_KINDS = "YG"  # tags that spell it out: kind, number of components, chroma layout, bits; reversed if big-endian
_OWN = {"Y1\0\x10", "BGRA"}
_ALPHA_MODE = (
    b"\x53\xc0\x81\x01"  # of a track in WebM: VP8 and VP9 keep alpha beside the picture, where FFmpeg leaves it
)
_MATROSKA = b"\x1aE\xdf\xa3"


@dataclass(frozen=True)
class PixelFormat:
    """The pixels of a video.

    Attributes
    ----------
    bits : significant bits of each number.
    has_alpha : True if one of the channels is alpha.
    is_own : True if OpenCV can hand out the numbers as they are stored.
    """

    bits: int = 8
    has_alpha: bool = False
    is_own: bool = False


def pixel_format(tag: str, head: bytes = b"") -> PixelFormat:
    """Return the format for OpenCV's tag, as four letters in Latin-1; 8 bits without alpha if it is unknown.

    Parameters
    ----------
    head : first bytes of the file; WebM tells of its alpha there only.
    """
    bits = _WITH_ALPHA.get(tag) or _DEEP.get(tag, 8)
    has_alpha = tag in _WITH_ALPHA or (head.startswith(_MATROSKA) and _ALPHA_MODE in head)
    for kind, components, depth in ((tag[:1], tag[1:2], tag[3:4]), (tag[3:4], tag[2:3], tag[:1])):
        if kind and kind in _KINDS and components in "1234" and 8 <= ord(depth) <= 16:
            bits, has_alpha = ord(depth), has_alpha or components in "24"
    return PixelFormat(bits, has_alpha, tag in _OWN)


def note_on(stored: PixelFormat, aspect: float, *, is_own: bool) -> str:
    """Return what the user should know about the frames of a video, "" if they are shown as they are stored.

    Parameters
    ----------
    aspect : width of a pixel over its height.
    is_own : True if the frames are read unconverted.
    """
    sentences = []
    if stored.bits > 8 and not is_own:
        sentences.append(f"Read with 8 of its {stored.bits} bits.")
    if stored.has_alpha and not is_own:
        sentences.append("Its transparency was left out.")
    if aspect > 1:
        sentences.append(f"Its pixels are {aspect:.3g} times as wide as high; they are shown as squares.")
    if aspect < 1:
        sentences.append(f"Its pixels are {1 / aspect:.3g} times as high as wide; they are shown as squares.")
    return " ".join(sentences)
