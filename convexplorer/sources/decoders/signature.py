"""Recognition of file formats by their first bytes, because names may be wrong."""

import codecs

from convexplorer._dataclass import dataclass


@dataclass(frozen=True)
class Format:
    """A file format.

    Attributes
    ----------
    name : name for sentences, with article: "a PNG picture".
    decoder : a key of `sources.image.DECODERS`; "" if the format is not supported.
    advice : a suggestion for a format that is not supported.
    """

    name: str
    decoder: str = ""
    advice: str = ""


_EXPORT = "Save it as PNG, TIFF or JPEG first."

PNG = Format("a PNG picture", "png")
TIFF = Format("a TIFF picture", "tiff")
PNM = Format("a PNM picture", "netpbm")
AVIF = Format("an AVIF picture", "pillow")
JPEG_2000 = Format("a JPEG 2000 picture", "pillow")
VIDEO = Format("a video, not a picture", advice="Open it by itself.")
HEIC = Format("a HEIC picture, which cannot be read", advice=_EXPORT)

_THUMBNAIL = b"P7 332"  # of the viewer xv, which is no PAM

# (offset, bytes, format); the first match wins.
SIGNATURES: tuple[tuple[int, bytes, Format], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"\xff\xd8\xff", Format("a JPEG picture", "pillow")),
    (0, b"GIF8", Format("a GIF picture", "gif")),
    (0, b"BM", Format("a BMP picture", "pillow")),
    (8, b"WEBP", Format("a WebP picture", "pillow")),
    (4, b"ftypavi", AVIF),
    (4, b"ftyphe", HEIC),
    (4, b"ftypmif1", HEIC),  # AVIF as well may call itself so: `identify` looks deeper
    (4, b"ftypmsf1", HEIC),
    (4, b"ftypcrx", Format("a raw photograph, which cannot be read", advice=_EXPORT)),
    (4, b"ftyp", VIDEO),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", JPEG_2000),
    (0, b"\xff\x4f\xff\x51", JPEG_2000),
    (0, b"II*\x00", TIFF),
    (0, b"MM\x00*", TIFF),
    (0, b"II+\x00", TIFF),
    (0, b"MM\x00+", TIFF),
    (0, b"#?RADIANCE", Format("an HDR picture", "hdr")),
    (0, b"#?RGBE", Format("an HDR picture", "hdr")),
    (0, b"\x93NUMPY", Format("a NumPy array", "array")),
    (0, b"PK\x03\x04", Format("a NumPy archive", "array")),
    (0, b"qoif", Format("a QOI picture", "qoi")),
    (0, b"\x00\x00\x01\x00", Format("an icon", "pillow")),
    (0, b"\xff\x0a", Format("a JPEG XL picture, which cannot be read", advice=_EXPORT)),
    (0, b"\x00\x00\x00\x0cJXL ", Format("a JPEG XL picture, which cannot be read", advice=_EXPORT)),
    (
        0,
        b"\x76\x2f\x31\x01",
        Format("an OpenEXR picture, which cannot be read", advice="Save it as HDR or TIFF first."),
    ),
    (0, b"8BPS", Format("a Photoshop document, which cannot be read", advice=_EXPORT)),
    (0, b"%PDF", Format("a PDF document, not a picture", advice=_EXPORT)),
    (0, b"<svg", Format("an SVG drawing, which cannot be read", advice=_EXPORT)),
    (0, b"\x1aE\xdf\xa3", VIDEO),
    (8, b"AVI ", VIDEO),
    (0, b"OggS", VIDEO),
    (0, b"FLV\x01", VIDEO),
    (0, b"\x00\x00\x01\xba", VIDEO),
)


def identify(head: bytes) -> Format | None:
    """Return the format of a file that begins with these bytes (64 are enough); None if unknown."""
    if head[:1] == b"P" and head[1:2] in b"1234567Ff" and head[2:3].isspace() and not head.startswith(_THUMBNAIL):
        return PNM
    for offset, magic, found in SIGNATURES:
        if head.startswith(magic, offset):
            return AVIF if found is HEIC and b"avif" in head[8:64] else found
    return None


def describe_unknown(head: bytes) -> str:
    """Describe a file of unknown format by its first bytes."""
    if not any(head):
        return "it holds only zeros"
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)  # forgives a letter cut off at the end
    except UnicodeDecodeError:
        return "its contents are of no known picture format"
    if "<svg" in text:
        return "it seems to be an SVG drawing"
    if all(letter.isprintable() or letter in "\t\n\r\f" for letter in text):
        return "it seems to be a text file"
    return "its contents are of no known picture format"
