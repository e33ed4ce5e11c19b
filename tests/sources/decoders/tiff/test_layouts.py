"""TIFF in layouts that other programs write; most writers here are our own bytes, as no library writes them all."""

import io

import numpy as np
import pytest
from PIL import Image

from convexplorer._cv import cv2
from convexplorer.sources import Source, SourceError, open_image, open_reader
from tests.sources.files import tiff

RNG = np.random.default_rng(3)
MIN_IS_WHITE, GREY, COLOUR = 0, 1, 2


def numbers(dtype, shape):
    """Make pixels of any type that use its whole range."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return RNG.normal(size=shape).astype(dtype)
    limits = np.iinfo(dtype)
    return RNG.integers(limits.min, limits.max, shape, dtype, endpoint=True)


def expected(pixels):
    """Say what a file with these pixels must give."""
    planes = np.atleast_3d(pixels).transpose(2, 0, 1)
    if planes.dtype.kind == "f" or planes.dtype.itemsize > 2:
        return planes.astype(np.float32)
    return planes.astype(np.float32) / np.float32(np.iinfo(planes.dtype).max)


def write(tmp_path, data):
    path = tmp_path / "picture.tif"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 2), (5, 7, 3), (5, 7, 4), (5, 7, 5)])
@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "f2", "f4", "f8"])
def test_every_number_type_and_channel_count(tmp_path, dtype, shape, byte_order):
    pixels = numbers(dtype, shape)
    is_colour = len(shape) == 3 and shape[2] in (3, 4)
    path = write(tmp_path, tiff(pixels, photometric=COLOUR if is_colour else GREY, byte_order=byte_order))

    image = open_image(path)

    np.testing.assert_array_equal(image, expected(pixels))


@pytest.mark.parametrize("dtype", ["u2", "f4"])
def test_colour_stored_plane_by_plane(tmp_path, dtype):
    pixels = numbers(dtype, (5, 7, 3))
    path = write(tmp_path, tiff(pixels, photometric=COLOUR, is_planar=True))

    np.testing.assert_array_equal(open_image(path), expected(pixels))


@pytest.mark.parametrize("is_planar", [False, True])
@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 2), (5, 7, 3)])
def test_deflate_with_a_predictor(tmp_path, shape, is_planar):
    pixels = numbers("u2", shape)
    photometric = COLOUR if shape[2:] == (3,) else GREY
    data = tiff(pixels, photometric=photometric, is_planar=is_planar and len(shape) == 3, compression=8, predictor=2)

    np.testing.assert_array_equal(open_image(write(tmp_path, data)), expected(pixels))


@pytest.mark.parametrize("dtype", ["u1", "u2"])
def test_zero_may_be_white(tmp_path, dtype):
    pixels = numbers(dtype, (5, 7))
    path = write(tmp_path, tiff(pixels, photometric=MIN_IS_WHITE))

    np.testing.assert_allclose(open_image(path), 1 - expected(pixels), atol=1e-6)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("layout", [{}, {"is_planar": True}])
def test_deep_pictures_are_turned_upright(tmp_path, orientation, layout):
    pixels = numbers("u2", (4, 6, 3))
    path = write(tmp_path, tiff(pixels, photometric=COLOUR, orientation=orientation, **layout))

    image = open_image(path)

    upright = {
        1: pixels,
        2: pixels[:, ::-1],
        3: pixels[::-1, ::-1],
        4: pixels[::-1],
        5: pixels.swapaxes(0, 1),
        6: np.rot90(pixels, -1),
        7: pixels[::-1, ::-1].swapaxes(0, 1),
        8: np.rot90(pixels),
    }[orientation]
    np.testing.assert_array_equal(image, expected(upright))


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_deflate", "packbits"])
def test_usual_compressions(tmp_path, compression):
    pixels = numbers("u1", (64, 48, 3))
    path = tmp_path / "picture.tif"
    Image.fromarray(pixels).save(path, compression=compression)

    np.testing.assert_array_equal(open_image(path), expected(pixels))


@pytest.mark.parametrize("dtype", ["u1", "u2", "f4"])
def test_a_stack_is_read_page_by_page_and_in_any_order(tmp_path, dtype):
    pages = [numbers(dtype, (5, 7)) for _ in range(4)]
    path = tmp_path / "stack.tif"
    cv2.imwritemulti(str(path), pages)

    reader = open_reader(Source("image", str(path)))
    forwards = [frame.image for frame in iter(reader.read, None)]
    reader.seek(1)
    again = reader.read()
    reader.close()

    assert reader.info.frame_count == 4
    assert reader.info.rate_hz is None
    assert again.index == 1
    np.testing.assert_array_equal(again.image, expected(pages[1]))
    for image, page in zip(forwards, pages, strict=True):
        np.testing.assert_array_equal(image, expected(page))


def test_pages_of_different_kinds(tmp_path):
    buffer = io.BytesIO()
    first, second = Image.fromarray(numbers("u1", (5, 7, 3))), Image.fromarray(numbers("u2", (9, 4)))
    first.save(buffer, "TIFF", save_all=True, append_images=[second])
    path = write(tmp_path, buffer.getvalue())

    reader = open_reader(Source("image", str(path)))
    shapes = [frame.image.shape for frame in iter(reader.read, None)]
    reader.close()

    assert shapes == [(3, 5, 7), (1, 9, 4)]


@pytest.mark.parametrize("dtype", ["u1", "u2"])
@pytest.mark.parametrize("share", [0.4, 0.7])
def test_a_cut_stack_gives_the_pages_that_are_there_and_then_says_so(tmp_path, dtype, share):
    buffer = io.BytesIO()
    pages = [Image.fromarray(numbers(dtype, (32, 32))) for _ in range(5)]
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:])
    reader = open_reader(
        Source("image", str(write(tmp_path, buffer.getvalue()[: int(len(buffer.getvalue()) * share)])))
    )

    with pytest.raises(SourceError, match=r"^picture\.tif is (damaged or )?cut short"):
        list(iter(reader.read, None))
    reader.seek(0)
    first = reader.read()
    reader.close()

    np.testing.assert_array_equal(first.image[0], expected(np.asarray(pages[0]))[0])


@pytest.mark.parametrize("compression", ["tiff_ccitt", "group3", "group4"])
def test_fax_compression_is_read(tmp_path, compression):
    picture = Image.fromarray(numbers("u1", (16, 37)) > 128)
    path = tmp_path / "picture.tif"
    picture.save(path, compression=compression)

    np.testing.assert_array_equal(open_image(path)[0], np.asarray(picture))


def test_wide_integers_keep_their_values_and_say_so(tmp_path):
    path = write(tmp_path, tiff(np.array([[0, 7], [300, 70_000]], np.uint32)))

    reader = open_reader(Source("image", str(path)))
    frame = reader.read()
    reader.close()

    np.testing.assert_array_equal(frame.image[0], [[0, 7], [300, 70_000]])
    assert "keep their values" in frame.note


@pytest.mark.parametrize("dtype", ["u1", "u2", "f4"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_a_truncated_file_is_never_passed_off_as_whole(tmp_path, dtype, share, compression):
    buffer = io.BytesIO()
    Image.fromarray(numbers(dtype, (64, 64))).save(buffer, "TIFF", compression=compression)
    data = buffer.getvalue()
    path = write(tmp_path, data[: int(len(data) * share)])

    with pytest.raises(SourceError, match=r"^picture\.tif is "):
        open_image(path)


@pytest.mark.parametrize("channels", [2, 3])
def test_truncated_strips_are_noticed(tmp_path, channels):
    data = bytearray(tiff(numbers("f4", (8, 8, channels)), photometric=GREY))
    data[8 : 8 + 64] = b""  # every offset behind it now points too far

    with pytest.raises(SourceError, match=r"^picture\.tif is "):
        open_image(write(tmp_path, bytes(data)))


def test_a_directory_that_points_at_itself_ends(tmp_path):
    data = bytearray(tiff(numbers("u2", (5, 7))))
    data[-4 - 0 :] = data[4:8]  # no values overflow behind the directory, so the next one's offset stands last

    reader = open_reader(Source("image", str(write(tmp_path, bytes(data)))))
    reader.close()

    assert reader.info.frame_count == 1


def test_a_header_that_claims_gigabytes_is_refused(tmp_path):
    data = tiff(numbers("u2", (5, 7)))
    wide = data.replace((7).to_bytes(4, "little"), (700_000).to_bytes(4, "little"))
    high = wide.replace((5).to_bytes(4, "little"), (500_000).to_bytes(4, "little"))

    with pytest.raises(SourceError, match="is too large: its header says 700000 × 500000 pixels"):
        open_image(write(tmp_path, high))
