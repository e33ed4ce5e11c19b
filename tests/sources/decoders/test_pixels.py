"""The conversion to planes: exact levels, every type, every turn."""

import numpy as np
import pytest

from convexplorer.sources.byte_image import from_bgr8
from convexplorer.sources.decoders.pixels import channel_names, from_pixels, samples_of, turned

RNG = np.random.default_rng(8)


def test_every_byte_level_is_exact():
    levels = np.arange(256, dtype=np.uint8)[None]

    np.testing.assert_array_equal(from_pixels(levels)[0], levels.astype(np.float32) / np.float32(255))


def test_a_video_frame_becomes_red_green_blue():
    pixels = RNG.integers(0, 256, (6, 9, 3), np.uint8)

    np.testing.assert_array_equal(from_bgr8(pixels), from_pixels(pixels[:, :, ::-1]))
    np.testing.assert_array_equal(from_bgr8(pixels), from_pixels(pixels, is_bgr=True))


def test_a_mirrored_frame_needs_no_contiguous_memory():
    pixels = RNG.integers(0, 256, (6, 9, 3), np.uint8)

    np.testing.assert_array_equal(from_bgr8(pixels[:, ::-1]), from_bgr8(pixels)[:, :, ::-1])


def test_alpha_keeps_its_place_in_opencvs_order():
    pixels = RNG.integers(0, 256, (2, 3, 4), np.uint8)

    np.testing.assert_array_equal(from_pixels(pixels, is_bgr=True), from_pixels(pixels[:, :, [2, 1, 0, 3]]))


def test_full_scale_overrules_the_types_largest():
    np.testing.assert_allclose(from_pixels(np.array([[0, 1023]], np.uint16), full_scale=1023.0), [[[0, 1]]])


def test_floats_beyond_float32_become_infinite_without_a_warning():
    np.testing.assert_array_equal(from_pixels(np.array([[1e300, -1e300]])), [[[np.inf, -np.inf]]])


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="not brightness"):
        from_pixels(np.zeros((2, 2), complex))


def test_planes_are_contiguous_and_read_only():
    for image in (
        from_pixels(np.zeros((4, 5, 3))),
        from_bgr8(np.zeros((4, 5, 3), np.uint8)),
        turned(np.zeros((1, 2, 3)), 6),
    ):
        assert image.flags.c_contiguous
        assert not image.flags.writeable


@pytest.mark.parametrize(("channels", "names"), [(1, "Y"), (2, "01"), (3, "RGB"), (4, "0123"), (6, "012345")])
def test_channels_of_which_the_file_says_nothing_are_no_alpha(channels, names):
    assert channel_names(channels) == tuple(names)


@pytest.mark.parametrize(("channels", "names"), [(2, "YA"), (4, "RGBA"), (3, "012")])
def test_alpha_is_what_the_file_calls_so(channels, names):
    assert channel_names(channels, has_alpha=True) == tuple(names)


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (np.zeros((2, 2), np.uint8), ("uint8", 8, 255)),
        (np.zeros((2, 2), ">u2"), ("uint16", 16, 65535)),
        (np.zeros((2, 2), np.uint32), ("uint32", 32, None)),
        (np.zeros((2, 2), "<f4"), ("float32", 32, None)),
        (np.zeros((2, 2), bool), ("bool", 1, None)),
    ],
)
def test_samples_tell_type_bits_and_the_number_that_became_one(pixels, expected):
    found = samples_of(pixels.dtype)

    assert (found.dtype, found.bits, found.full_scale) == expected


@pytest.mark.parametrize("orientation", [0, 1, 9, -3])
def test_an_orientation_that_means_nothing_changes_nothing(orientation):
    image = RNG.random((3, 4, 5))

    assert turned(image, orientation) is image
