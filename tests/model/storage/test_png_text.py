"""Text in PNG files: read back as it was written, by other programs too, and never trusted."""

import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from convexplorer.model.storage.png_text import SIGNATURE, PngTextError, find_text, with_text

MOST = 1_000_000
TEXT = "layers: α, β\nand 猫"


def picture(size: tuple[int, int] = (6, 5)) -> bytes:
    file = io.BytesIO()
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def chunk(kind: bytes, content: bytes, *, length: int | None = None, check: int | None = None) -> bytes:
    head = struct.pack(">I4s", len(content) if length is None else length, kind)
    return head + content + struct.pack(">I", zlib.crc32(kind + content) if check is None else check)


def with_chunk(made: bytes) -> bytes:
    """Return a picture with a chunk behind its header."""
    png = picture()
    end = len(SIGNATURE) + 25
    return png[:end] + made + png[end:]


def found(content: bytes, keyword: str = "convexplorer", most: int = MOST) -> str | None:
    return find_text(io.BytesIO(content), keyword, most)


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=300))
def test_a_text_is_read_as_it_was_written(text: str):
    assert found(with_text(picture(), "convexplorer", text)) == text


def test_other_programs_read_the_picture_and_its_text():
    png = picture()

    with Image.open(io.BytesIO(with_text(png, "convexplorer", TEXT))) as image, Image.open(io.BytesIO(png)) as before:
        image.load()
        assert image.text["convexplorer"] == TEXT
        np.testing.assert_array_equal(np.asarray(image), np.asarray(before))


def test_a_text_that_another_program_has_written_behind_the_pixels_is_found():
    from PIL.PngImagePlugin import PngInfo

    info, file = PngInfo(), io.BytesIO()
    info.add_itxt("comment", "another")
    info.add_itxt("convexplorer", TEXT)
    Image.new("L", (3, 3)).save(file, "PNG", pnginfo=info)

    assert found(file.getvalue()) == TEXT


@pytest.mark.parametrize("content", [b"", b"GIF89a", SIGNATURE, picture(), with_text(picture(), "other", TEXT)])
def test_a_file_without_this_text_has_none(content: bytes):
    assert found(content) is None


KEY = b"convexplorer\0"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (chunk(b"iTXt", KEY + b"\0\0\0\0text", check=1), "check sum is wrong"),
        (chunk(b"iTXt", KEY + b"\0\0\0\0text", length=2**31 - 1), "claims 2147483647 bytes"),
        (chunk(b"iTXt", KEY + b"\0\0\0\0text", length=900_000), "ends in the middle"),
        (chunk(b"iTXt", KEY + b"\1\0\0\0no zlib"), "compressed text is damaged"),
        (chunk(b"iTXt", KEY + b"\1\0\0\0" + zlib.compress(b"text" * 100)[:-9]), "ends too early"),
        (chunk(b"iTXt", KEY + b"\1\0\0\0" + zlib.compress(bytes(10 * MOST))), "would be more than 1000000 bytes"),
        (chunk(b"iTXt", KEY + b"\1\7\0\0text"), "in a way that PNG does not know"),
        (chunk(b"iTXt", KEY + b"\0\0\0\0\xff\xfe"), "no text"),
        (chunk(b"iTXt", KEY), "in a way that PNG does not know"),
    ],
)
def test_a_spoilt_text_is_refused_with_the_reason(made: bytes, said: str):
    with pytest.raises(PngTextError, match=said):
        found(with_chunk(made))


@pytest.mark.parametrize("kind", [b"iTXt", b"IDAT", b"zzzz"])
def test_no_memory_is_taken_for_what_is_only_claimed(kind: bytes):
    bomb = chunk(b"iTXt", KEY + b"\1\0\0\0" + zlib.compress(bytes(200 * MOST), 9))
    content = with_chunk(chunk(kind, b"", length=2**31 - 1)) + with_chunk(bomb)
    tracemalloc.start()
    try:
        for one in (content, with_chunk(bomb)):
            try:
                found(one)
            except PngTextError:
                continue
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 4 * MOST


def test_a_file_of_nothing_but_chunks_comes_to_an_end():
    assert found(SIGNATURE + chunk(b"zzzz", b"") * 200_000 + with_text(picture(), "convexplorer", TEXT)) is None


@settings(max_examples=300)
@given(st.data())
def test_a_spoilt_file_is_read_or_refused_and_nothing_else(data: st.DataObject):
    content = bytearray(with_text(picture((2, 2)), "convexplorer", TEXT))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))

    for spoilt in (bytes(content), bytes(content[:cut])):
        try:
            text = found(spoilt)
        except PngTextError:
            continue
        assert text is None or isinstance(text, str)
