"""Radiance pictures: light beyond 1, and headers that lie."""

import numpy as np
import pytest

from convexplorer._cv import cv2
from convexplorer.sources import Samples, Source, SourceError, open_image, open_reader


def radiance(pixels):
    return cv2.imencode(".hdr", pixels[:, :, ::-1])[1].tobytes()


def write(tmp_path, data):
    path = tmp_path / "light.hdr"
    path.write_bytes(data)
    return path


def test_light_keeps_its_values_beyond_one(tmp_path):
    pixels = np.random.default_rng(5).uniform(0.5, 40, (12, 16, 3)).astype(np.float32)

    image = open_image(write(tmp_path, radiance(pixels)))

    assert image.max() > 30
    np.testing.assert_allclose(image, pixels.transpose(2, 0, 1), atol=40 / 128)  # 8 bits share one exponent


def test_a_truncated_file_is_noticed(tmp_path):
    data = radiance(np.random.default_rng(5).random((64, 64, 3)).astype(np.float32))

    with pytest.raises(SourceError, match=r"^light\.hdr is damaged or cut short"):
        open_image(write(tmp_path, data[: len(data) // 2]))


def test_a_header_without_a_size_is_noticed(tmp_path):
    with pytest.raises(SourceError, match="does not say how large"):
        open_image(write(tmp_path, b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\nhello\n"))


def test_a_header_that_claims_gigabytes_is_refused(tmp_path):
    with pytest.raises(SourceError, match="is too large"):
        open_image(write(tmp_path, b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 90000 +X 90000\n\x02\x02"))


def test_a_size_that_opencv_refuses_becomes_a_sentence(tmp_path):
    with pytest.raises(SourceError, match=r"^light\.hdr is damaged or cut short"):
        open_image(write(tmp_path, b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 10 +X 5000000\n\x02\x02"))


# Orientation, exposure and colours of the header; pixels without runs

LIGHT = np.ldexp(np.random.default_rng(7).integers(128, 256, (9, 20, 3)), -9).astype(np.float32)
ORDERS = {
    "-Y 9 +X 20": LIGHT,
    "-Y 9 -X 20": LIGHT[:, ::-1],
    "+Y 9 +X 20": LIGHT[::-1],
    "+Y 9 -X 20": LIGHT[::-1, ::-1],
    "+X 20 -Y 9": LIGHT.swapaxes(0, 1),
    "-X 20 -Y 9": LIGHT[:, ::-1].swapaxes(0, 1),
    "+X 20 +Y 9": LIGHT[::-1].swapaxes(0, 1),
    "-X 20 +Y 9": LIGHT[::-1, ::-1].swapaxes(0, 1),
}


def flat(pixels):
    """Write four bytes a pixel: mantissas and an exponent that all three share."""
    exponent = np.full((*pixels.shape[:2], 1), 128 - 1, np.uint8)
    return np.concatenate((np.ldexp(pixels, 9).astype(np.uint8), exponent), axis=2)


def in_runs(rgbe):
    """Pack scan lines as programs do today: each channel by itself, here without a repetition."""
    length = rgbe.shape[1]
    start = bytes([2, 2, length >> 8, length & 255])
    return b"".join(start + b"".join(bytes([length]) + line[:, i].tobytes() for i in range(4)) for line in rgbe)


def with_header(size, pixels, *variables, form="rgbe"):
    lines = ["#?RADIANCE", "# made by hand", f"FORMAT=32-bit_rle_{form}", *variables, "", size, ""]
    return "\n".join(lines).encode() + pixels


@pytest.mark.parametrize("pack", [lambda rgbe: rgbe.tobytes(), in_runs], ids=["flat", "runs"])
@pytest.mark.parametrize("size", ORDERS)
def test_every_order_of_pixels_is_read_upright(tmp_path, size, pack):
    image = open_image(write(tmp_path, with_header(size, pack(flat(ORDERS[size])))))

    np.testing.assert_array_equal(image, LIGHT.transpose(2, 0, 1))


def test_runs_of_the_first_kind_repeat_the_pixel_before_them(tmp_path):
    start, rest = flat(LIGHT)[0, :4].tobytes(), 30 * 20 - 4
    markers = bytes([1, 1, 1, rest % 256, 1, 1, 1, rest // 256])  # the second counts 256 pixels a unit

    image = open_image(write(tmp_path, with_header("-Y 30 +X 20", start + markers)))

    pixels = image.reshape(3, -1).T
    np.testing.assert_array_equal(pixels[:4], LIGHT[0, :4])
    np.testing.assert_array_equal(pixels[4:], np.broadcast_to(LIGHT[0, 3], (rest, 3)))


def test_the_exposure_is_undone_and_named(tmp_path):
    data = with_header("-Y 9 +X 20", flat(LIGHT).tobytes(), "EXPOSURE=2.0", "EXPOSURE= 4", "COLORCORR=1 2 4")

    frame = read_frame(write(tmp_path, data))

    np.testing.assert_allclose(frame.image, (LIGHT / (8, 16, 32)).transpose(2, 0, 1), rtol=1e-6)
    assert "exposure in its header, 8 16 32" in frame.note
    assert frame.samples == Samples("float32", 32, None)


def test_an_impossible_exposure_is_left_out_and_named(tmp_path):
    frame = read_frame(write(tmp_path, with_header("-Y 9 +X 20", flat(LIGHT).tobytes(), "EXPOSURE=0")))

    np.testing.assert_array_equal(frame.image, LIGHT.transpose(2, 0, 1))
    assert "impossible" in frame.note


@pytest.mark.parametrize("exposure", ["1e-300", "1e-39", "1e39"])
@pytest.mark.parametrize("form", ["rgbe", "xyze"])
def test_an_absurd_exposure_warns_nobody(tmp_path, exposure, form):
    data = with_header("-Y 9 +X 20", flat(LIGHT).tobytes(), f"EXPOSURE={exposure}", form=form)

    assert "exposure" in read_frame(write(tmp_path, data)).note


def test_xyz_becomes_colour_and_says_so(tmp_path):
    white = np.full((2, 2, 3), 0.375, np.float32)  # equal X, Y and Z are Radiance's white

    frame = read_frame(write(tmp_path, with_header("-Y 2 +X 2", flat(white).tobytes(), form="xyze")))

    np.testing.assert_allclose(frame.image, 0.375, rtol=1e-5)
    assert "CIE XYZ" in frame.note


@pytest.mark.parametrize("cut", [1, 100])
def test_a_truncated_file_without_runs_is_noticed(tmp_path, cut):
    data = with_header("-Y 9 +X 20", flat(LIGHT).tobytes())

    with pytest.raises(SourceError, match=r"^light\.hdr is damaged or cut short"):
        open_image(write(tmp_path, data[:-cut]))


def read_frame(path):
    reader = open_reader(Source("image", str(path)))
    frame = reader.read()
    reader.close()
    return frame
