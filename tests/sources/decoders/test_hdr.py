"""Radiance pictures: light beyond 1, and headers that lie."""

import numpy as np
import pytest

from convexplorer._cv import cv2
from convexplorer.sources import SourceError, open_image


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
