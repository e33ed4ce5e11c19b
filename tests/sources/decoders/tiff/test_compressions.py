"""Compressions, predictors and bit depths, against the numbers that were written."""

import itertools

import numpy as np
import pytest
import tifffile
from PIL import Image

from convexplorer.sources import SourceError, open_image
from tests.sources.decoders.tiff.reading import CASES, frame, truth
from tests.sources.files import tiff

RNG = np.random.default_rng(5)
SMOOTH = np.stack(np.broadcast_arrays(np.arange(64)[:, None] * 3, np.arange(96) * 2, np.full((64, 96), 90)), -1)
SMOOTH = SMOOTH.astype(np.uint8)
BANDS = {"five": [0, 1, 2, 0, 1], "three": [0, 1, 2], "two": [0, 1], "one": [0]}
LOSSLESS = ["lzma", "lzw", "packbits", "zlib", "zstd", "lerc", "jpeg2000", "jpegxl"]


def planes(pixels, full_scale=255):
    return np.atleast_3d(pixels).transpose(2, 0, 1).astype(np.float32) / np.float32(full_scale)


@pytest.mark.parametrize("path", sorted((CASES / "predictors").glob("*_p*.tif")), ids=lambda path: path.stem)
def test_floats_with_a_predictor_are_exact(path):
    bands = BANDS.get(path.stem.split("_")[0])
    wanted = truth("predictors").transpose(2, 0, 1)
    wanted = (wanted[:1] / 1000).astype(np.float16) if bands is None else wanted[bands]

    np.testing.assert_array_equal(open_image(path), wanted)


LAYOUTS = [(1, False), (2, False), (2, True), (5, False), (5, True)]


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "u2", "i4"])
@pytest.mark.parametrize(("bands", "is_planar"), LAYOUTS)
def test_differences_of_neighbours(tmp_path, byte_order, dtype, bands, is_planar):
    pixels = (RNG.normal(size=(6, 11, bands)) * 1000).astype(dtype)
    path = tmp_path / "picture.tif"
    path.write_bytes(tiff(pixels, byte_order=byte_order, is_planar=is_planar, compression=8, predictor=2))

    image = open_image(path)

    full_scale = np.float32(65535 if dtype == "u2" else 1)
    np.testing.assert_array_equal(image, pixels.transpose(2, 0, 1).astype(np.float32) / full_scale)


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
@pytest.mark.parametrize(("bands", "is_planar"), LAYOUTS)
def test_differences_of_floats_by_their_bytes(tmp_path, byte_order, dtype, bands, is_planar):
    pixels = RNG.normal(size=(6, 11, bands)).astype(dtype)
    written = np.moveaxis(pixels, -1, 0) if is_planar else pixels[:, :, 0] if bands == 1 else pixels
    planar = None if bands == 1 else "separate" if is_planar else "contig"
    path = tmp_path / "picture.tif"
    options = {"photometric": "minisblack", "planarconfig": planar, "extrasamples": [0] * (bands - 1)}
    tifffile.imwrite(path, written, compression="zlib", predictor=3, rowsperstrip=4, byteorder=byte_order, **options)

    np.testing.assert_array_equal(open_image(path), pixels.transpose(2, 0, 1).astype(np.float32))


def test_an_unknown_predictor_is_refused_by_its_number(tmp_path):
    path = tmp_path / "picture.tif"
    path.write_bytes(tiff(RNG.integers(0, 9, (5, 7), np.uint16), compression=8, predictor=7))

    with pytest.raises(SourceError, match=r"^picture\.tif is packed with the predictor 7"):
        open_image(path)


def test_the_predictor_of_floats_is_refused_for_whole_numbers(tmp_path):
    path = tmp_path / "picture.tif"
    path.write_bytes(tiff(RNG.integers(0, 9, (5, 7), np.uint16), compression=8, predictor=3))

    with pytest.raises(SourceError, match=r"predictor 3, which for 16-bit whole numbers has no known meaning"):
        open_image(path)


@pytest.mark.parametrize("compression", LOSSLESS)
@pytest.mark.parametrize("bits", [8, 16])
def test_compressions_without_loss_are_exact(compression, bits):
    wanted = truth("compressions")

    read = frame(CASES / "compressions" / f"u{bits}_{compression}.tif")

    np.testing.assert_array_equal(read.image, planes(wanted >> (16 - bits), 2**bits - 1))
    assert read.note == ""


@pytest.mark.parametrize("layout", [{}, {"tile": (32, 48)}, {"rowsperstrip": 16}], ids=["whole", "tiles", "strips"])
@pytest.mark.parametrize("pixels", [SMOOTH, SMOOTH[:, :, 0]], ids=["colour", "grey"])
@pytest.mark.parametrize(
    ("compression", "most"),
    [("jpeg", 8), ("jpeg2000", 0), ("jpegxl", 0), ("webp", 8), ("lerc", 0), ("png", 0), ("zstd", 0)],
)
def test_pictures_in_strips_and_tiles(tmp_path, compression, most, pixels, layout):
    if compression == "webp" and pixels.ndim == 2:
        pixels = np.dstack([pixels] * 3)  # it has no grey
    if compression != "jpeg":  # which blurs an edge into the padding
        pixels = pixels[:61, :90]  # the last tiles stick out
    path = tmp_path / "picture.tif"
    photometric = "rgb" if pixels.ndim == 3 else "minisblack"
    tifffile.imwrite(path, pixels, photometric=photometric, compression=compression, **layout)

    assert np.abs(open_image(path) - planes(pixels)).max() <= (most + 0.01) / 255


@pytest.mark.parametrize("subsampling", [(1, 1), (2, 1), (2, 2)])
def test_jpeg_with_fewer_differences_of_colour(tmp_path, subsampling):
    path = tmp_path / "picture.tif"
    tifffile.imwrite(path, SMOOTH, photometric="rgb", compression="jpeg", subsampling=subsampling, tile=(32, 32))

    image = open_image(path)

    with Image.open(path) as other:  # libtiff and libjpeg decode the same numbers
        np.testing.assert_allclose(image, planes(np.asarray(other.convert("RGB"))), atol=1.01 / 255)


def packed(pixels, bits, *, is_white_zero=False):
    """Write one page of integers that share bytes; each row begins with a new byte."""
    digits = (pixels[:, :, None] >> np.arange(bits - 1, -1, -1)) & 1
    rows = np.packbits(digits.reshape(len(pixels), -1).astype(np.uint8), axis=1)
    data = bytearray(tiff(np.ascontiguousarray(rows)))
    entries = range(8 + rows.size + rows.size % 2 + 2, len(data), 12)
    for tag, value in ((256, pixels.shape[1]), (258, bits), (262, 0 if is_white_zero else 1)):
        at = next(i for i in entries if data[i : i + 2] == tag.to_bytes(2, "little"))
        data[at + 8 : at + 10] = value.to_bytes(2, "little")
    return bytes(data)


@pytest.mark.parametrize("bits", [1, 2, 3, 4, 6, 8, 10, 12, 14, 15])
def test_packed_bits_reach_one_and_are_told(tmp_path, bits):
    pixels = RNG.integers(0, 2**bits, (5, 7))
    pixels[0, :2] = 0, 2**bits - 1
    path = tmp_path / "picture.tif"
    path.write_bytes(packed(pixels, bits))

    read = frame(path)

    np.testing.assert_allclose(read.image, planes(pixels, 2**bits - 1), rtol=1e-6)
    assert read.samples.bits == bits
    assert read.samples.full_scale == (None if bits == 1 else 2**bits - 1)


def test_twelve_bits_with_white_as_zero(tmp_path):
    pixels = np.array([[0, 4095, 1000]])
    path = tmp_path / "picture.tif"
    path.write_bytes(packed(pixels, 12, is_white_zero=True))

    np.testing.assert_allclose(open_image(path), [[[1, 0, 3095 / 4095]]], rtol=1e-6)


@pytest.mark.parametrize(("byte_order", "is_big", "tile"), [*itertools.product("<>", [False, True], [None, (16, 32)])])
def test_byte_orders_big_files_and_tiles(tmp_path, byte_order, is_big, tile):
    pixels = RNG.integers(0, 65536, (37, 50, 3), np.uint16)
    path = tmp_path / "picture.tif"
    tifffile.imwrite(path, pixels, photometric="rgb", byteorder=byte_order, bigtiff=is_big, tile=tile)

    np.testing.assert_array_equal(open_image(path), planes(pixels, 65535))


@pytest.mark.parametrize(
    ("code", "name"),
    [(6, "old-style JPEG"), (34934, "JPEG XR"), (34661, "JBIG"), (32809, "THUNDERSCAN"), (777, "an unknown method")],
)
def test_a_compression_that_cannot_be_read_is_named(tmp_path, code, name):
    path = tmp_path / "picture.tif"
    path.write_bytes(tiff(RNG.integers(0, 9, (5, 7), np.uint8), compression=code))

    with pytest.raises(SourceError, match=rf"^picture\.tif is compressed by {name} \(TIFF compression {code}\)"):
        open_image(path)


def test_complex_numbers_are_refused_by_name(tmp_path):
    path = tmp_path / "picture.tif"
    tifffile.imwrite(path, np.zeros((5, 7), np.complex64))

    with pytest.raises(SourceError, match=r"^picture\.tif holds complex numbers"):
        open_image(path)


def test_rows_in_strips_of_their_own_are_read(tmp_path):
    pixels = RNG.integers(0, 256, (20_000, 9), np.uint8)
    path = tmp_path / "picture.tif"
    tifffile.imwrite(path, pixels, rowsperstrip=1, compression="lzw")

    np.testing.assert_array_equal(open_image(path), planes(pixels))
