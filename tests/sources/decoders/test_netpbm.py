"""The Netpbm family: text and bytes, odd maxima, comments, floats."""

import numpy as np
import pytest

from convexplorer._cv import cv2
from convexplorer.sources import Samples, Source, SourceError, open_image, open_reader


def read(tmp_path, data):
    path = tmp_path / "picture.pnm"
    path.write_bytes(data)
    return open_image(path)


def read_frame(tmp_path, data):
    path = tmp_path / "picture.pnm"
    path.write_bytes(data)
    reader = open_reader(Source("image", str(path)))
    frame = reader.read()
    reader.close()
    return frame


@pytest.mark.parametrize(
    ("data", "picture"),
    [
        (b"P1\n3 2\n1 0 1\n0 1 0\n", [[[0, 1, 0], [1, 0, 1]]]),
        (b"P1\n3 2\n101010", [[[0, 1, 0], [1, 0, 1]]]),
        (b"P2\n2 1\n4\n1 4\n", [[[0.25, 1]]]),
        (b"P3 1 1 100 10 50 100", [[[0.1]], [[0.5]], [[1]]]),
        (b"P4\n9 1\n\x80\x80", [[[0, 1, 1, 1, 1, 1, 1, 1, 0]]]),
        (b"P5\n2 1\n255\n\x00\xff", [[[0, 1]]]),
        (b"P5\n2 1\n1000\n\x01\xf4\x03\xe8", [[[0.5, 1]]]),
        (b"P6 1 1 5 \x01\x02\x05", [[[0.2]], [[0.4]], [[1]]]),
        (b"P2 # a comment\n# another 9 9\n2 1 # a third\n2 0 1", [[[0, 0.5]]]),
    ],
    ids=["P1", "P1 packed", "P2", "P3", "P4", "P5", "P5 deep", "P6", "comments"],
)
def test_each_kind_is_read_exactly(tmp_path, data, picture):
    np.testing.assert_array_equal(read(tmp_path, data), np.array(picture, np.float32))


@pytest.mark.parametrize(
    ("data", "stored"),
    [(b"P2 3 1 100 66 100 200", (66, 100, 100)), (b"P5\n3 1\n100\n\x42\x64\xff", (66, 100, 100))],
    ids=["P2", "P5"],
)
def test_numbers_above_the_largest_are_clipped_and_named(tmp_path, data, stored):
    frame = read_frame(tmp_path, data)

    np.testing.assert_allclose(frame.image[0, 0] * 100, stored, rtol=1e-6)
    assert "exceed 100" in frame.note


@pytest.mark.parametrize(
    ("data", "samples"),
    [
        (b"P1 1 1 1", Samples("bool", 1)),
        (b"P5 1 1 255 a", Samples("uint8", 8, 255.0)),
        (b"P5 1 1 4095 ab", Samples("uint16", 12, 4095.0)),
        (b"P2 1 1 1000 7", Samples("uint16", 10, 1000.0)),
        (b"Pf 1 1 -1\nabcd", Samples("float32", 32)),
    ],
)
def test_the_file_says_how_it_stores_its_numbers(tmp_path, data, samples):
    assert read_frame(tmp_path, data).samples == samples


@pytest.mark.parametrize(
    "end", [b" ", b"\n", b" # the end of 1 row\n", b" #" + b" no 7" * 300_000 + b"\n"], ids=range(4)
)
def test_text_longer_than_a_block_is_read_whole(tmp_path, end):
    numbers = np.random.default_rng(8).integers(0, 65536, (500, 700))
    rows = [b" ".join(b"%d" % number for number in row) for row in numbers.tolist()]
    rows[250:251] = [rows[250] + end]
    separator = b" " if end == b" " else b"\n"

    image = read(tmp_path, b"P2 700 500 65535\n" + separator.join(rows))

    np.testing.assert_array_equal(np.rint(image[0] * 65535), numbers)


def pam(pixels, full_scale, tuple_type):
    height, width, channels = pixels.shape
    lines = ["P7", f"WIDTH {width}", "# a comment", f"HEIGHT {height}", f"DEPTH {channels}", f"MAXVAL {full_scale}"]
    lines += [f"TUPLTYPE {tuple_type}"] * bool(tuple_type) + ["ENDHDR", ""]
    return "\n".join(lines).encode() + pixels.astype(np.uint8 if full_scale < 256 else ">u2").tobytes()


@pytest.mark.parametrize("full_scale", [1, 100, 255, 1023, 65535])
@pytest.mark.parametrize(
    ("tuple_type", "names"),
    [
        ("GRAYSCALE", ("Y",)),
        ("GRAYSCALE_ALPHA", ("Y", "A")),
        ("RGB", ("R", "G", "B")),
        ("RGB_ALPHA", ("R", "G", "B", "A")),
        ("BLACKANDWHITE", ("Y",)),
        ("", ("0", "1")),
        ("", ("0", "1", "2", "3", "4")),
    ],
)
def test_a_pam_is_read_exactly_and_names_its_alpha(tmp_path, full_scale, tuple_type, names):
    pixels = np.random.default_rng(7).integers(0, full_scale + 1, (3, 5, len(names)))

    frame = read_frame(tmp_path, pam(pixels, full_scale, tuple_type))

    assert frame.channels == names
    assert frame.samples.bits == full_scale.bit_length()
    np.testing.assert_array_equal(np.rint(frame.image * full_scale), np.moveaxis(pixels, -1, 0))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"P7\nWIDTH 3\n", "cut short: it ends within its header"),
        (b"P7\nWIDTH 3\nHEIGHT 2\nENDHDR\n123456", "does not say how large"),
        (b"P7\nWIDTH x\nHEIGHT 2\nDEPTH 1\nMAXVAL 255\nENDHDR\n123456", "does not say how large"),
        (b"P7\nWIDTH 3\nHEIGHT 2\nDEPTH 1\nMAXVAL 0\nENDHDR\n123456", "largest value"),
        (b"P7\nWIDTH 3\nHEIGHT 2\nDEPTH 1\nMAXVAL 255\nENDHDR\n12345", "cut short"),
        (b"P7\n" + b"#" * 70000 + b"\n" + b"x" * 9, "header cannot be read"),
    ],
)
def test_damage_of_a_pam_becomes_a_sentence(tmp_path, data, words):
    with pytest.raises(SourceError, match=f"^picture.pnm is .*{words}"):
        read(tmp_path, data)


def test_pictures_behind_the_first_are_named(tmp_path):
    one = b"P5 2 1 255 \x00\xff"

    assert read_frame(tmp_path, one + one).note == "Only the first of its pictures is read."
    assert read_frame(tmp_path, one + b"\n").note == ""


@pytest.mark.parametrize("channels", [1, 3])
def test_floats_keep_their_values(tmp_path, channels):
    pixels = np.random.default_rng(4).normal(0, 100, (5, 7, channels)).astype(np.float32)
    data = cv2.imencode(".pfm", pixels[:, :, ::-1])[1].tobytes()

    np.testing.assert_array_equal(read(tmp_path, data), pixels.transpose(2, 0, 1))


def test_floats_of_the_other_byte_order(tmp_path):
    values = np.array([[1.5, -2], [np.nan, np.inf]], ">f4")

    image = read(tmp_path, b"Pf\n2 2\n1.0\n" + values.tobytes())

    np.testing.assert_array_equal(image[0], values[::-1])  # its rows go upwards


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"P5\n4 4\n255\n\x00\x00", "cut short"),
        (b"P2\n4 4\n255\n1 2 3", "cut short"),
        (b"P6\n4", "cut short: it ends within its header"),
        (b"PF\n4 4\n-1\n\x00\x00\x00\x00", "cut short"),
        (b"P5\nfour 4\n255\n" + bytes(16), "a word where a number should be"),
        (b"P2\n2 1\n255\nx y", "words where numbers should be"),
        (b"P2\n2 1\n255\n-1 5", "words where numbers should be"),
        (b"P2\n2 1\n255\n99999999999 5", "words where numbers should be"),
        (b"Pf\n2 1\nbig\n" + bytes(8), "a word where the scale should be"),
        (b"P5\n4 4\n70000\n" + bytes(32), "largest value is said to be 70000"),
        (b"P5\n0 4\n255\n", "damaged: its header says that it is 0 × 4 pixels"),
        (b"P6\n100000 100000\n255\n\x00", "too large"),
        (b"PF\n100000 100000\n-1\n\x00", "too large"),
        (b"P5\n" + b"9" * 100, "damaged"),
        (b"P5\n" + b" " * 100_000 + b"1 1 255 a", "damaged: its header cannot be read"),
        (b"P2 2000000 1 255 " + b"1" * 4_000_000, "words where numbers should be"),
    ],
)
def test_damage_becomes_a_sentence(tmp_path, data, words):
    with pytest.raises(SourceError, match=rf"^picture\.pnm is .*{words}"):
        read(tmp_path, data)
