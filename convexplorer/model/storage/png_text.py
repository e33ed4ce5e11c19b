"""Text in a PNG picture, as an iTXt chunk: written into a picture, and found in one without trusting it.

Pictures come from anywhere. A chunk claims its length, and compressed text grows: both are compared with limits before
memory is taken. All other chunks are passed over unread.
"""

import struct
import zlib
from typing import BinaryIO

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_CHUNKS = 100_000  # of a picture of 100 megapixels in the usual pieces of 8 kB there are fewer
_KIND = b"iTXt"
_LEVEL = 6
_HEAD = struct.Struct(">I4s")
_CHECK_BYTES = 4


class PngTextError(ValueError):
    """The text in a picture cannot be read; the message is the reason."""


def with_text(png: bytes, keyword: str, text: str) -> bytes:
    """Return a PNG file with a text behind its header, compressed.

    Parameters
    ----------
    keyword : of Latin letters, up to 79 of them; PNG programs show it beside the text.
    """
    if not png.startswith(SIGNATURE):
        raise ValueError("png must be a PNG file")
    (length,) = struct.unpack_from(">I", png, len(SIGNATURE))
    end = len(SIGNATURE) + _HEAD.size + length + _CHECK_BYTES
    # Keyword, compressed by the first method, no language, no translated keyword.
    content = keyword.encode("latin-1") + b"\0\1\0\0\0" + zlib.compress(text.encode("utf-8"), _LEVEL)
    chunk = _HEAD.pack(len(content), _KIND) + content + struct.pack(">I", zlib.crc32(_KIND + content))
    return png[:end] + chunk + png[end:]


def find_text(file: BinaryIO, keyword: str, most_bytes: int) -> str | None:
    """Return the text of a keyword in a PNG file; None if it is no PNG file, or holds no such text.

    Parameters
    ----------
    most_bytes : of the text, and of its chunk.

    Raises
    ------
    PngTextError : there is such a text, but it is damaged or too long.
    """
    if file.read(len(SIGNATURE)) != SIGNATURE:
        return None
    marker = keyword.encode("latin-1") + b"\0"
    for _ in range(MOST_CHUNKS):
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        length, kind = _HEAD.unpack(head)
        if kind == b"IEND":
            return None
        start = file.tell()
        if kind == _KIND and file.read(min(len(marker), length)) == marker:
            file.seek(start)
            return _text_of(_checked(file, length, most_bytes)[len(marker) :], most_bytes)
        file.seek(start + length + _CHECK_BYTES)
    return None


def _checked(file: BinaryIO, length: int, most_bytes: int) -> bytes:
    """Return the content of a chunk of which only the length is known yet."""
    if length > most_bytes:
        raise PngTextError(f"it claims {length} bytes; at most {most_bytes} are read")
    content = file.read(length)
    check = file.read(_CHECK_BYTES)
    if len(content) < length or len(check) < _CHECK_BYTES:
        raise PngTextError("the file ends in the middle of it")
    if struct.unpack(">I", check)[0] != zlib.crc32(_KIND + content):
        raise PngTextError("its check sum is wrong: it was damaged")
    return content


def _text_of(content: bytes, most_bytes: int) -> str:
    """Return the text behind a keyword."""
    flag, method, rest = content[:1], content[1:2], content[2:]
    _language, _, rest = rest.partition(b"\0")
    _translated, _, body = rest.partition(b"\0")
    if flag == b"\1" and method == b"\0":
        body = _inflated(body, most_bytes)
    elif flag != b"\0":
        raise PngTextError("it is compressed in a way that PNG does not know")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise PngTextError("it is no text") from None


def _inflated(body: bytes, most_bytes: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(body, most_bytes + 1)
    except zlib.error:
        raise PngTextError("its compressed text is damaged") from None
    if len(text) > most_bytes:
        raise PngTextError(f"it would be more than {most_bytes} bytes; no more are read")
    if not stream.eof:
        raise PngTextError("its compressed text ends too early")
    return text
