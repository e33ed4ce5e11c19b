"""What Pillow does not tell, or tells wrong: stored numbers, transparent greys, alpha that nobody declared, runs."""

import struct

import numpy as np
import pytest
from PIL import Image

from convexplorer._cv import cv2
from convexplorer.sources import Samples, Source, open_reader
from tests.sources.files import chunk, png

RNG = np.random.default_rng(6)


def read(path):
    reader = open_reader(Source("image", str(path)))
    frame = reader.read()
    reader.close()
    return frame


def stored(frame):
    """Say the numbers as they are in the file, (channels, rows, columns)."""
    return np.rint(frame.image * (frame.samples.full_scale or 1))


def packed(numbers, bits):
    """Write rows of numbers of a few bits, the first in the highest, or of 16 bits."""
    if bits == 16:
        return numbers.astype(">u2").view(np.uint8)
    digits = numbers.astype(np.uint8)[:, :, None] >> np.arange(bits - 1, -1, -1) & 1
    return np.packbits(digits.reshape(len(numbers), -1).astype(np.uint8), axis=1)


def keyed(data, *key):
    """Declare a grey or a colour of a PNG transparent; the chunk stands behind the header."""
    return data[:33] + chunk(b"tRNS", struct.pack(f">{len(key)}H", *key)) + data[33:]


# Stored numbers


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_a_grey_png_says_how_it_stores_its_numbers(tmp_path, bits):
    numbers = RNG.integers(0, 2**bits, (4, 16))
    path = tmp_path / "grey.png"
    path.write_bytes(png(packed(numbers, bits), colour_type=0, bits=bits))

    frame = read(path)

    assert frame.samples.bits == bits
    assert frame.samples.dtype == {1: "bool", 16: "uint16"}.get(bits, "uint8")
    np.testing.assert_array_equal(stored(frame)[0], numbers)
    np.testing.assert_allclose(frame.image[0], numbers / (2**bits - 1), rtol=1e-6)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".gif", ".bmp", ".webp", ".avif", ".tga", ".qoi", ".jp2"])
def test_usual_pictures_store_eight_bits(tmp_path, suffix):
    path = tmp_path / f"usual{suffix}"
    Image.fromarray(RNG.integers(0, 256, (32, 32, 3), np.uint8)).save(path)

    assert read(path).samples == Samples("uint8", 8, 255.0)


def jpeg_2000_of_12_bits(numbers):
    """Write 16 bits and change what the headers say; half of the range, which is subtracted, changes as well."""
    lossless = [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 1000]
    shifted = numbers + np.uint16(2**15 - 2**11)
    data = bytearray(cv2.imencode(".jp2", shifted[:, :, ::-1], lossless)[1].tobytes())
    data[data.index(b"ihdr") + 14] = 11
    depth = data.index(b"\xff\x4f\xff\x51") + 42
    for i in range(numbers.shape[2]):
        data[depth + 3 * i] = 11
    return bytes(data)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_twelve_bit_jpeg_2000_keeps_its_numbers(tmp_path, channels):
    numbers = RNG.integers(0, 4096, (32, 32, channels), np.uint16)
    path = tmp_path / "deep.jp2"
    path.write_bytes(jpeg_2000_of_12_bits(numbers))

    frame = read(path)

    assert frame.samples == Samples("uint16", 12, 4095.0)
    np.testing.assert_array_equal(stored(frame), numbers.transpose(2, 0, 1))


@pytest.mark.parametrize("depth", [10, 12])
@pytest.mark.parametrize("channels", [3, 4])
def test_a_deep_avif_says_its_depth(tmp_path, depth, channels):
    pixels = np.full((64, 64, channels), 2**depth - 200, np.uint16)
    path = tmp_path / "deep.avif"
    path.write_bytes(cv2.imencode(".avif", pixels, [cv2.IMWRITE_AVIF_DEPTH, depth])[1].tobytes())

    assert read(path).samples == Samples("uint16", depth, 2.0**depth - 1)


def test_a_large_profile_does_not_hide_the_depth_of_a_jpeg_2000(tmp_path):
    pixels = RNG.integers(0, 65536, (64, 64, 3), np.uint16)
    data = cv2.imencode(".jp2", pixels, [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 1000])[1].tobytes()
    at = data.index(b"jp2c") - 4
    path = tmp_path / "map.jp2"
    path.write_bytes(data[:at] + struct.pack(">I4s", 10_008, b"xml ") + b" " * 10_000 + data[at:])

    frame = read(path)

    assert frame.samples.bits == 16
    assert frame.note == ""
    assert len(np.unique(stored(frame))) > 256


@pytest.mark.parametrize("channels", [1, 3])
def test_more_than_sixteen_bits_are_read_with_fewer_and_that_is_said(tmp_path, channels):
    data = bytearray(jpeg_2000_of_12_bits(np.full((32, 32, channels), 2048, np.uint16)))
    depth = data.index(b"\xff\x4f\xff\x51") + 42
    for i in range(channels):
        data[depth + 3 * i] = 19
    path = tmp_path / "deep.jp2"
    path.write_bytes(data)

    frame = read(path)

    assert f"Read with {frame.samples.bits} of its 20 bits" in frame.note
    assert frame.samples.full_scale == 2.0**frame.samples.bits - 1
    assert 0 <= frame.image.min() <= frame.image.max() <= 1


def test_signed_numbers_are_called_so(tmp_path):
    data = bytearray(jpeg_2000_of_12_bits(np.full((32, 32, 1), 2048, np.uint16)))
    data[data.index(b"\xff\x4f\xff\x51") + 42] = 0x80 | 11
    path = tmp_path / "signed.jp2"
    path.write_bytes(data)

    assert "signed" in read(path).note


# Transparency


@pytest.mark.parametrize(("bits", "key"), [(1, 0), (1, 1), (2, 1), (2, 3), (4, 3), (4, 15), (8, 51), (16, 3000)])
def test_one_grey_is_transparent_at_any_depth(tmp_path, bits, key):
    numbers = np.resize(np.arange(2**bits) * 7 % 2**bits, (4, 16))
    numbers[1, 2:5] = key
    path = tmp_path / "keyed.png"
    path.write_bytes(keyed(png(packed(numbers, bits), colour_type=0, bits=bits), key))

    frame = read(path)

    assert frame.channels == ("Y", "A")
    np.testing.assert_array_equal(frame.image[1], numbers != key)
    np.testing.assert_array_equal(stored(frame)[0], numbers)


@pytest.mark.parametrize(("bits", "key"), [(1, 0x0100), (1, 0xFF01), (2, 0x0402), (4, 0xFF03), (8, 0x7F33)])
def test_of_a_transparent_grey_only_the_bits_of_the_picture_count(tmp_path, bits, key):
    numbers = np.resize(np.arange(2**bits), (4, 16))
    path = tmp_path / "keyed.png"
    path.write_bytes(keyed(png(packed(numbers, bits), colour_type=0, bits=bits), key))

    np.testing.assert_array_equal(read(path).image[1], numbers != key % 2**bits)


def test_of_a_transparent_colour_only_the_bits_of_the_picture_count(tmp_path):
    numbers = RNG.integers(0, 256, (4, 6, 3))
    path = tmp_path / "keyed.png"
    path.write_bytes(keyed(png(numbers.reshape(4, 18).astype(np.uint8), colour_type=2), *(numbers[1, 2] + 0x0700)))

    np.testing.assert_array_equal(read(path).image[3], (numbers != numbers[1, 2]).any(axis=2))


@pytest.mark.parametrize("bits", [8, 16])
def test_one_colour_is_transparent_at_any_depth(tmp_path, bits):
    numbers = RNG.integers(0, 2**bits, (4, 6, 3))
    key = numbers[2, 3]
    numbers[0, 0] = np.add(key, (0, 0, 1 if key[2] == 0 else -1))  # nearly that colour, but not it
    path = tmp_path / "keyed.png"
    path.write_bytes(keyed(png(packed(numbers.reshape(4, 18), bits), colour_type=2, bits=bits), *key))

    frame = read(path)

    assert frame.channels == ("R", "G", "B", "A")
    np.testing.assert_array_equal(frame.image[3], (numbers != key).any(axis=2))
    np.testing.assert_array_equal(stored(frame)[:3], numbers.transpose(2, 0, 1))


def test_a_gif_has_alpha_where_its_transparent_colour_is(tmp_path):
    picture = Image.fromarray(np.array([[0, 1], [2, 0]], np.uint8), "P")
    picture.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    path = tmp_path / "shape.gif"
    picture.save(path, transparency=0)

    frame = read(path)

    assert frame.channels == ("R", "G", "B", "A")
    np.testing.assert_array_equal(frame.image[3], [[0, 1], [1, 0]])


def test_every_frame_of_a_transparent_gif_has_alpha(tmp_path):
    shapes = [np.full((6, 6), i + 1, np.uint8) for i in range(3)]
    for i, shape in enumerate(shapes):
        shape[i, i] = 0
    frames = [Image.fromarray(shape, "P") for shape in shapes]
    for frame in frames:
        frame.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    path = tmp_path / "shapes.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:], transparency=0, disposal=2)
    reader = open_reader(Source("image", str(path)))

    for shape, frame in zip(shapes, iter(reader.read, None), strict=True):
        assert frame.channels == ("R", "G", "B", "A")
        np.testing.assert_array_equal(frame.image[3], shape != 0)
    reader.close()


@pytest.mark.parametrize(("colours", "names"), [("grey", ("Y", "A")), ("colour", ("R", "G", "B", "A"))])
def test_each_colour_of_a_palette_has_an_alpha_of_its_own(tmp_path, colours, names):
    levels = np.array([[10] * 3, [90] * 3, [200] * 3] if colours == "grey" else [[1, 2, 3], [40, 50, 6], [7, 80, 9]])
    alpha, numbers = np.array([0, 100, 255]), RNG.integers(0, 3, (5, 7)).astype(np.uint8)
    picture = Image.fromarray(numbers, "P")
    picture.putpalette(levels.ravel().tolist())
    path = tmp_path / "palette.png"
    picture.save(path, transparency=bytes(alpha.tolist()))

    frame = read(path)

    assert frame.channels == names
    np.testing.assert_array_equal(stored(frame)[-1], alpha[numbers])
    np.testing.assert_array_equal(stored(frame)[0], levels[numbers][:, :, 0])


@pytest.mark.parametrize("channels", [2, 4])
def test_a_jpeg_2000_has_alpha_only_where_it_says_so(tmp_path, channels):
    pixels = RNG.integers(0, 256, (16, 16, channels), np.uint8)
    path = tmp_path / "bands.jp2"
    Image.fromarray(pixels).save(path)
    data = path.read_bytes()
    assert read(path).channels[-1] == "A"

    at = data.index(b"cdef")
    kinds = bytearray(data)
    for i in range(channels):
        kinds[at + 8 + 6 * i : at + 10 + 6 * i] = b"\xff\xff"  # unspecified, as bands of a satellite are
    path.write_bytes(kinds)
    frame = read(path)

    assert frame.channels == tuple(str(i) for i in range(channels))
    np.testing.assert_array_equal(stored(frame), pixels.transpose(2, 0, 1))


# Run lengths


def run_lengths(numbers, palette, end=b"\0\0"):
    """Write an 8-bit BMP with run lengths, from the bottom up; `end` is that of a row."""
    rows = [b"".join(bytes([1, number]) for number in row) + end for row in numbers[::-1]]
    body, offset = b"".join(rows) + b"\0\1", 54 + 1024
    height, width = numbers.shape
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(body), 0, 0, 256, 0)
    colours = np.zeros((256, 4), np.uint8)
    colours[: len(palette), :3] = palette[:, ::-1]
    return b"BM" + struct.pack("<IHHI", offset + len(body), 0, 0, offset) + header + colours.tobytes() + body


def test_a_bmp_packed_in_runs_has_its_colours(tmp_path):
    palette, numbers = RNG.integers(0, 256, (5, 3), np.uint8), RNG.integers(0, 5, (6, 9))
    path = tmp_path / "runs.bmp"
    path.write_bytes(run_lengths(numbers, palette))

    frame = read(path)

    assert frame.channels == ("R", "G", "B")
    np.testing.assert_array_equal(stored(frame), palette[numbers].transpose(2, 0, 1))


def test_runs_that_are_too_long_for_their_row_end_with_it(tmp_path):
    palette, numbers = RNG.integers(0, 256, (5, 3), np.uint8), RNG.integers(0, 5, (6, 9))
    path = tmp_path / "runs.bmp"
    path.write_bytes(run_lengths(numbers, palette, end=b"\x05\x01\0\0"))  # OpenCV goes on in the next

    np.testing.assert_array_equal(stored(read(path)), palette[numbers].transpose(2, 0, 1))


def test_a_bmp_of_black_and_white_is_no_reduction(tmp_path):
    path = tmp_path / "bits.bmp"
    Image.fromarray(np.eye(8, dtype=bool)).save(path)

    assert read(path).note == ""


def test_a_large_bmp_of_nothing_but_ends_of_lines_does_not_reach_the_slow_decoder(tmp_path, monkeypatch):
    path = tmp_path / "lines.bmp"
    data = bytearray(run_lengths(np.zeros((1, 1), int), np.zeros((2, 3), np.uint8)))
    data[18:26] = struct.pack("<ii", 3000, 2000)
    path.write_bytes(bytes(data[:1078]) + b"\0\0" * 2000 + b"\0\1")
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("Pillow decodes it"))

    assert read(path).image.shape[1:] == (2000, 3000)
