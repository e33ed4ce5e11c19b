"""The stamps of `tests.benchmarks.latency` are read from a screen, where frames have another size and other colours."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convexplorer._cv import cv2
from tests.benchmarks.stamp import COUNT, stamp_in, stamped


@given(
    number=st.integers(0, 3 * COUNT),
    size=st.sampled_from([(480, 640), (720, 1280)]),
    height=st.integers(60, 400),
    is_negative=st.booleans(),
    contrast=st.floats(0.4, 1.0),
)
def test_a_stamp_is_read_at_every_size(number, size, height, is_negative, contrast):
    noise = np.random.default_rng(number).integers(0, 256, (*size, 3), np.uint8)
    frame = stamped(noise, number)[..., 0]

    shown = cv2.resize(frame, (size[1] * height // size[0], height), interpolation=cv2.INTER_AREA)
    shown = (255 - shown if is_negative else shown) * contrast

    assert stamp_in(shown) == number % COUNT


def test_a_picture_without_a_stamp_has_no_number():
    assert stamp_in(np.full((120, 160), 90, np.uint8)) is None
