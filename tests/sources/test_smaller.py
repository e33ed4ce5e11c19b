import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.frame import Frame
from convexplorer.sources.smaller import smaller


def _frame(height: int, width: int, seed: int = 0) -> Frame:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return Frame(ByteImage(pixels), ("R", "G", "B"), index=7, time_s=0.25, title="a frame", note="Late.")


@given(st.integers(2, 4), st.integers(4, 40), st.integers(4, 40))
def test_each_pixel_is_the_mean_of_its_block(factor, height, width):
    frame = _frame(height, width)

    made = smaller(frame, factor)

    rows, columns = height // factor, width // factor
    blocks = frame.pixels[: rows * factor, : columns * factor].reshape(rows, factor, columns, factor, 3)
    np.testing.assert_allclose(made.pixels, blocks.mean(axis=(1, 3), dtype=np.float64), atol=0.5 + 1e-9)


def test_it_is_still_the_frame_and_says_what_was_done():
    made = smaller(_frame(20, 30), 2)

    assert (made.index, made.time_s, made.title, made.channels) == (7, 0.25, "a frame", ("R", "G", "B"))
    assert made.spatial == (10, 15)
    assert made.note == "Late. Frames at 1/2 size."


@pytest.mark.parametrize(("content", "factor"), [(np.ones((1, 8, 8), np.float32), 2), (None, 1)])
def test_numbers_that_are_no_bytes_stay_as_they_are(content, factor):
    frame = _frame(8, 8) if content is None else Frame(content, ("Y",))

    assert smaller(frame, factor) is frame
