"""The text that a person can select in a PDF of Qt: what its glyphs mean by the maps to Unicode in the file."""

import re
import zlib
from pathlib import Path

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)endstream", re.DOTALL)
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9a-fA-F]+)> Tj")
_RANGE = re.compile(rb"<(\w+)> <\w+> (?:<(\w+)>|\[([^\]]*)\])")  # one character, or one for each glyph
UNKNOWN = "\ufffd"


def texts_of_pdf(path: Path) -> str:
    """Return all text of a PDF in the order of painting; a glyph without meaning is `UNKNOWN`."""
    objects = {int(number): body for number, body in _OBJECT.findall(path.read_bytes())}
    maps: dict[bytes, dict[int, str]] = {}
    for body in objects.values():
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body):
            maps[name] = _map_of(objects, int(number))
    found, current = [], dict[int, str]()
    for body in objects.values():
        for font, shown in _SHOWN.findall(_content(body)):
            if font:
                current = maps.get(font, {})
            else:
                codes = [int(shown[i : i + 4], 16) for i in range(0, len(shown), 4)]
                found.append("".join(current.get(code, UNKNOWN) for code in codes))
    return "".join(found)


def _map_of(objects: dict[int, bytes], font: int) -> dict[int, str]:
    """Return what the glyphs of a font mean."""
    named = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    if named is None:
        return {}
    found: dict[int, str] = {}
    for first, one, several in _RANGE.findall(_content(objects[int(named[1])])):
        characters = re.findall(rb"\w+", several) or [one]
        found.update((int(first, 16) + i, chr(int(code, 16))) for i, code in enumerate(characters))
    return found


def _content(body: bytes) -> bytes:
    stream = _STREAM.search(body)
    if stream is None:
        return b""
    try:
        return zlib.decompress(stream[1]) if b"FlateDecode" in body else stream[1]
    except zlib.error:
        return b""
