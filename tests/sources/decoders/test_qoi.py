"""QOI: exact, and a file without its end is called so."""

import io

import numpy as np
import pytest
from PIL import Image

from convexplorer.sources import Samples, Source, SourceError, open_image, open_reader


def written(channels):
    pixels = np.random.default_rng(8).integers(0, 256, (20, 30, channels), np.uint8)
    pixels[5:9] = 77  # a run
    pixels[10:, :, :3] = np.arange(30)[:, None]  # small differences
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "QOI")
    return pixels, buffer.getvalue()


@pytest.mark.parametrize("channels", [3, 4])
def test_a_qoi_is_read_exactly(tmp_path, channels):
    pixels, data = written(channels)
    path = tmp_path / "picture.qoi"
    path.write_bytes(data)
    reader = open_reader(Source("image", str(path)))

    frame = reader.read()
    reader.close()

    assert (frame.channels, frame.samples) == (tuple("RGBA"[:channels]), Samples("uint8", 8, 255.0))
    np.testing.assert_array_equal(np.rint(frame.image * 255), np.moveaxis(pixels, -1, 0))


@pytest.mark.parametrize("kept", [5, 14, 40, 600])
def test_a_cut_qoi_is_called_so(tmp_path, kept):
    path = tmp_path / "picture.qoi"
    path.write_bytes(written(3)[1][:kept])

    with pytest.raises(SourceError, match=r"^picture\.qoi is (cut short|damaged)"):
        open_image(path)


def test_a_qoi_with_something_behind_its_end_is_read(tmp_path):
    pixels, data = written(3)
    path = tmp_path / "picture.qoi"
    path.write_bytes(data + b"more")

    np.testing.assert_array_equal(np.rint(open_image(path) * 255), np.moveaxis(pixels, -1, 0))
