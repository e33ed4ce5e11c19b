"""What channels mean: alpha only by ExtraSamples, inks, Lab, YCbCr, palettes, and the description of samples."""

import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from convexplorer._cv import cv2
from convexplorer.model.build import choose_input
from convexplorer.sources import open_image
from tests.sources.decoders.tiff.reading import CASES, LONG, SHORT, frame, page
from tests.sources.decoders.tiff.reading import write as write_bytes

RNG = np.random.default_rng(9)
CHANNELS = CASES / "channels"


def planes(pixels, full_scale=255):
    return np.atleast_3d(pixels).transpose(2, 0, 1).astype(np.float32) / np.float32(full_scale)


def write(path, pixels, photometric="minisblack", extrasamples=None, **options):
    options.setdefault("planarconfig", "contig" if pixels.ndim == 3 else None)
    tifffile.imwrite(path, pixels, photometric=photometric, extrasamples=extrasamples, metadata=None, **options)
    return path


@pytest.mark.parametrize(
    ("photometric", "bands", "extras", "names"),
    [
        ("minisblack", 2, [0], "01"),
        ("minisblack", 2, [2], "YA"),
        ("minisblack", 3, [0, 2], "01A"),
        ("minisblack", 4, [0, 0, 0], "0123"),
        ("minisblack", 5, [0, 0, 0, 0], "01234"),
        ("rgb", 4, [0], "RGB3"),
        ("rgb", 4, [2], "RGBA"),
        ("rgb", 5, [0, 2], "RGB3A"),
        ("rgb", 5, [2, 0], "RGBA4"),
    ],
)
@pytest.mark.parametrize("dtype", ["u1", "u2", "f4"])
def test_alpha_is_only_what_the_file_calls_alpha(tmp_path, photometric, bands, extras, names, dtype):
    pixels = (RNG.random((5, 7, bands)) * 200).astype(dtype)
    path = write(tmp_path / "picture.tif", pixels, photometric, extras)

    read = frame(path)

    assert read.channels == tuple(names)
    np.testing.assert_array_equal(read.image, planes(pixels, {"u1": 255, "u2": 65535, "f4": 1}[dtype]))


@pytest.mark.parametrize(("name", "names"), [("rgb_nir_u8", "RGB3"), ("two_dyes_u16", "01")])
def test_channels_that_are_no_alpha_are_convolved(name, names):
    read = frame(CHANNELS / f"{name}.tif")
    stored = tifffile.imread(CHANNELS / f"{name}.tif")
    stored = stored if stored.shape[0] == 2 else stored.transpose(2, 0, 1)

    given, channels = choose_input(read, "color")

    assert channels == tuple(names)
    np.testing.assert_array_equal(given, stored.astype(np.float32) / np.float32(np.iinfo(stored.dtype).max))


def test_signed_bytes_with_alpha():
    read = frame(CHANNELS / "int8-rgba.tif")

    assert read.channels == ("R", "G", "B", "A")
    np.testing.assert_allclose(read.image[:, 0, 0] * 127, [-123, 53, -16, 113], rtol=1e-6)
    np.testing.assert_allclose(read.image[:, -1, -1] * 127, [88, 74, 92, 70], rtol=1e-6)


def test_colours_multiplied_by_alpha_are_divided_and_it_is_said(tmp_path):
    pixels = np.array([[[100, 50, 0, 200], [7, 7, 7, 0], [1, 2, 3, 255]]], np.uint8)
    read = frame(write(tmp_path / "picture.tif", pixels, "rgb", [1]))

    assert read.channels == ("R", "G", "B", "A")
    np.testing.assert_allclose(read.image[:3, 0, 0], [0.5, 0.25, 0], rtol=1e-6)
    np.testing.assert_allclose(read.image[:, 0, 2], np.array([1, 2, 3, 255]) / 255, rtol=1e-6)
    assert "divided by it" in read.note


@pytest.mark.parametrize(
    ("dtype", "bits", "full_scale"), [("u1", 8, 255), ("u2", 16, 65535), ("i2", 16, 32767), ("u4", 32, None)]
)
def test_samples_of_whole_numbers(tmp_path, dtype, bits, full_scale):
    samples = frame(write(tmp_path / "picture.tif", np.zeros((3, 4), dtype))).samples

    assert (samples.dtype, samples.bits, samples.full_scale) == (np.dtype(dtype).name, bits, full_scale)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_samples_of_floats(tmp_path, dtype):
    samples = frame(write(tmp_path / "picture.tif", np.zeros((3, 4), dtype))).samples

    assert (samples.dtype, samples.bits, samples.full_scale) == (np.dtype(dtype).name, int(dtype[1]) * 8, None)


@pytest.mark.parametrize(("mode", "most"), [("1", 0), ("P", 0), ("LA", 0), ("CMYK", 0.51), ("YCbCr", 1)])
def test_other_colour_models_are_resolved(tmp_path, mode, most):
    picture = Image.fromarray(RNG.integers(0, 256, (16, 16, 3), np.uint8)).convert(mode)
    path = tmp_path / "picture.tif"
    picture.save(path)
    plain = {"1": "L", "LA": "LA"}.get(mode, "RGB")

    # Pillow rounds to whole levels on the way.
    np.testing.assert_allclose(open_image(path), planes(np.asarray(picture.convert(plain))), atol=(most + 0.01) / 255)


def test_brightness_and_differences_of_colour_follow_the_definition(tmp_path):
    stored = np.array([[[76, 85, 255], [150, 44, 21], [255, 128, 128], [0, 128, 128]]], np.uint8)
    path = write(tmp_path / "picture.tif", stored, "ycbcr")

    y, cb, cr = planes(stored) * 255 - np.array([0, 128, 128])[:, None, None]
    wanted = np.stack([y + 1.402 * cr, y - (0.114 * 1.772 * cb + 0.299 * 1.402 * cr) / 0.587, y + 1.772 * cb]) / 255
    np.testing.assert_allclose(open_image(path), np.clip(wanted, 0, 1), atol=1e-5)


@pytest.mark.parametrize("compression", [1, 8])
def test_differences_of_colour_for_four_pixels_each_without_jpeg(tmp_path, compression):
    levels = np.arange(16, dtype=np.uint8).reshape(4, 4) * 15
    blocks = levels.reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(4, 4)  # one a row: its four pixels
    data = np.hstack([blocks, np.full((4, 2), 128, np.uint8)]).tobytes()
    data = zlib.compress(data) if compression == 8 else data
    size = len(data)
    data += b"\0" * (size % 2)
    colours = {"t258": (SHORT, 3, 8 + len(data)), "t262": (SHORT, 1, 6), "t277": (SHORT, 1, 3)}
    entries = page(4, 4, t259=(SHORT, 1, compression), t279=(LONG, 1, size), t530=(SHORT, 2, 2 | 2 << 16), **colours)
    path = write_bytes(tmp_path / "picture.tif", entries, data + b"\10\0\10\0\10\0")

    np.testing.assert_allclose(open_image(path), planes(np.dstack([levels] * 3)), atol=1.01 / 255)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_inks_become_colours_and_it_is_said(tmp_path, dtype):
    full = np.iinfo(dtype).max
    inks = np.array([[[0, 0, 0, 0], [full, 0, 0, 0], [0, 0, 0, full], [full // 5, full // 3, 0, full // 5]]], dtype)
    read = frame(write(tmp_path / "picture.tif", inks, "separated"))

    wanted = [[1, 1, 1], [0, 1, 1], [0, 0, 0], [16 / 25, 8 / 15, 4 / 5]]
    np.testing.assert_allclose(read.image[:, 0].T, wanted, atol=1e-6)
    assert read.note == "Its CMYK inks were converted to red, green and blue."


# L*, a*, b* for D50 of the sRGB colours, from http://www.brucelindbloom.com/index.html?ColorCalculator.html
LAB = np.array([[100, 0, 0], [0, 0, 0], [54.29, 80.81, 69.89], [87.82, -79.29, 80.99], [29.57, 68.3, -112.03]])
MIDDLE = np.array([0, 128, 128])
SRGB = np.array([[1, 1, 1], [0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])


@pytest.mark.parametrize(
    ("photometric", "stored"),
    [
        ("cielab", np.float32(LAB)),
        ("cielab", (LAB * (2.55, 1, 1)).round().astype(np.int8).view(np.uint8)),
        ("cielab", (LAB * (655.35, 256, 256)).round().astype(np.int64).astype(np.uint16)),
        ("icclab", ((LAB + MIDDLE) * (2.55, 1, 1)).round().astype(np.uint8)),
        ("icclab", ((LAB + MIDDLE) * (652.8, 256, 256)).round().astype(np.uint16)),
    ],
    ids=["cielab-f4", "cielab-u1", "cielab-u2", "icclab-u1", "icclab-u2"],
)
def test_lab_becomes_colour_and_it_is_said(tmp_path, photometric, stored):
    read = frame(write(tmp_path / "picture.tif", stored[None], photometric))

    # A step of 1 in b* of a dark blue is many levels of a colour that is nearly absent.
    np.testing.assert_allclose(read.image[:, 0].T, SRGB, atol=0.01 if stored.itemsize > 1 else 0.09)
    assert read.channels == ("R", "G", "B")
    assert "CIELab" in read.note


def test_lab_agrees_with_colour_management(tmp_path):
    colours = RNG.integers(60, 200, (16, 16, 3)).astype(np.uint8)
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    picture = ImageCms.profileToProfile(Image.fromarray(colours), *profiles, outputMode="LAB")
    path = tmp_path / "picture.tif"
    picture.save(path)

    assert np.abs(open_image(path) - planes(colours)).mean() < 1 / 255


def test_a_grey_palette_is_one_channel(tmp_path):
    picture = Image.fromarray(RNG.integers(0, 4, (5, 7), np.uint8), "P")
    picture.putpalette([10, 10, 10, 90, 90, 90, 30, 30, 30, 255, 255, 255])
    path = tmp_path / "picture.tif"
    picture.save(path)

    np.testing.assert_array_equal(open_image(path), planes(np.asarray(picture.convert("L"))))


def test_a_palette_of_sixteen_bits_loses_none(tmp_path):
    table = RNG.integers(0, 65536, (3, 256), np.uint16)
    indexes = RNG.integers(0, 256, (5, 7), np.uint8)
    path = tmp_path / "picture.tif"
    tifffile.imwrite(path, indexes, photometric="palette", colormap=table)

    np.testing.assert_array_equal(open_image(path), table[:, indexes].astype(np.float32) / np.float32(65535))


def test_light_of_a_high_range_in_log_luv(tmp_path):
    light = RNG.random((16, 16, 3), np.float32) * 40
    path = tmp_path / "light.tif"
    cv2.imwrite(str(path), light, [cv2.IMWRITE_TIFF_COMPRESSION, 34676])

    image = open_image(path)

    np.testing.assert_allclose(image, light[:, :, ::-1].transpose(2, 0, 1), atol=1.5)
    assert image.max() > 30
