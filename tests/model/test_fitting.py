"""What a network gets of a picture: its size, its channels and its numbers, against plain loops in float64."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.model.build import choose_input, leaves_alpha_out, white_of
from convexplorer.model.fitting import fitted, inner_size
from convexplorer.model.preprocessing import FITS, Preprocessing
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.frame import Frame

RNG = np.random.default_rng(0)
TORCH = {"mean": (0.485, 0.456, 0.406), "deviation": (0.229, 0.224, 0.225)}


def of_floats(rows=10, columns=14, channels=("R", "G", "B")):
    image = RNG.random((len(channels), rows, columns), np.float32)
    image.flags.writeable = False
    return Frame(image, channels)


def of_bytes(rows=10, columns=14):
    return Frame(ByteImage(RNG.integers(0, 256, (rows, columns, 3), np.uint8)), ("R", "G", "B"))


def mean_of_area(plane, top, bottom, left, right):
    """Return the mean of a rectangle of cells whose edges may cut cells, in float64."""
    total = 0.0
    for i in range(math.floor(top), math.ceil(bottom)):
        for j in range(math.floor(left), math.ceil(right)):
            height = min(i + 1, bottom) - max(i, top)
            width = min(j + 1, right) - max(j, left)
            total += float(plane[i, j]) * height * width
    return total / ((bottom - top) * (right - left))


def smaller(plane, size):
    rows, columns = plane.shape[0] / size[0], plane.shape[1] / size[1]
    return np.array(
        [
            [mean_of_area(plane, i * rows, (i + 1) * rows, j * columns, (j + 1) * columns) for j in range(size[1])]
            for i in range(size[0])
        ]
    )


@pytest.mark.parametrize("size", [(5, 7), (4, 5), (3, 14), (10, 3), (1, 1)])
def test_a_smaller_size_has_the_means_of_its_areas(size):
    frame = of_floats()

    found = fitted(frame, Preprocessing(size, "stretch")).image

    for plane, expected in zip(found, frame.image, strict=True):
        np.testing.assert_allclose(plane, smaller(expected, size), atol=2e-6)


def test_a_larger_size_runs_straight_between_the_centres_of_cells():
    frame = Frame(np.array([[[0.0, 1.0]]], np.float32), ("Y",))

    assert fitted(frame, Preprocessing((1, 4), "stretch")).image[0, 0].tolist() == [0, 0.25, 0.75, 1]


def test_a_crop_takes_the_middle_and_loses_the_ends_of_the_longer_side():
    image = np.zeros((1, 4, 10), np.float32)
    image[0, :, 3:7] = 1

    found = fitted(Frame(image, ("Y",)), Preprocessing((2, 2), "crop")).image

    assert (found == 1).all()


def test_a_letterbox_is_black_where_the_picture_is_not():
    frame = Frame(np.ones((1, 4, 8), np.float32), ("Y",))

    found = fitted(frame, Preprocessing((8, 8), "letterbox")).image[0]

    assert found[:, 0].tolist() == [0, 0, 1, 1, 1, 1, 0, 0]
    assert (found == found[:, :1]).all()


@given(
    rows=st.integers(1, 40),
    columns=st.integers(1, 40),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    fit=st.sampled_from(FITS),
)
def test_every_fit_has_the_size_and_no_number_that_was_not_between_those_there_were(rows, columns, size, fit):
    frame = of_floats(rows, columns, ("Y",))

    found = fitted(frame, Preprocessing(size, fit)).image

    assert found.shape == (1, *size)
    assert found.dtype == np.float32
    assert found.min() >= (0 if fit == "letterbox" else frame.image.min()) - 1e-6
    assert found.max() <= frame.image.max() + 1e-6


def test_bytes_stay_bytes_and_are_rounded_once():
    frame = of_bytes()
    exact = Frame(frame.image, frame.channels)
    preprocessing = Preprocessing((5, 6), "stretch")

    found = fitted(frame, preprocessing)

    assert found.pixels is not None
    np.testing.assert_allclose(found.image, fitted(exact, preprocessing).image, atol=0.51 / 255)


@pytest.mark.parametrize("frame", [of_floats(), of_bytes()], ids=["floats", "bytes"])
@pytest.mark.parametrize("order", ["rgb", "bgr", "grey"])
@pytest.mark.parametrize(
    "settings",
    [{}, TORCH, {"low": -1.0}, {"high": 255.0, "mean": (103.939, 116.779, 123.68)}, {"low": 1.0, "high": 0.0}],
)
def test_the_numbers_are_those_of_the_formula_in_float32(frame, order, settings):
    if order == "grey":
        settings = {name: value[:1] if isinstance(value, tuple) else value for name, value in settings.items()}
    preprocessing = Preprocessing(order=order, **settings)
    light = {
        "rgb": frame.image,
        "bgr": frame.image[::-1],
        "grey": choose_input(frame, "luminance")[0],
    }[order]

    image, names = choose_input(frame, "color", "unit", preprocessing)

    low, high = np.float32(preprocessing.low), np.float32(preprocessing.high)
    mean, deviation = (
        np.array(values, np.float32).reshape(-1, 1, 1) for values in (preprocessing.mean, preprocessing.deviation)
    )
    expected = ((light * np.float32(high - low) + low) - mean) / deviation
    assert names == {"rgb": ("R", "G", "B"), "bgr": ("B", "G", "R"), "grey": ("Y",)}[order]
    assert image.dtype == np.float32
    assert not image.flags.writeable
    np.testing.assert_array_equal(image, expected)


def test_it_alone_decides_about_channels_and_numbers():
    frame, preprocessing = of_bytes(), Preprocessing((4, 4))

    known = choose_input(frame, "color", "unit", preprocessing)

    for channels in ("luminance", "all", "1"):
        for numbers in ("unit", "stored"):
            np.testing.assert_array_equal(choose_input(frame, channels, numbers, preprocessing)[0], known[0])


def test_the_same_frame_gives_the_same_object_again():
    frame, preprocessing = of_bytes(), Preprocessing((4, 4), **TORCH)

    first = choose_input(frame, "color", "unit", preprocessing)[0]

    assert choose_input(frame, "color", "unit", Preprocessing((4, 4), **TORCH))[0] is first
    assert fitted(frame, preprocessing) is fitted(frame, preprocessing)
    assert fitted(frame, Preprocessing()) is frame


@pytest.mark.parametrize(
    ("channels", "order", "count"),
    [
        (("Y",), "rgb", 3),
        (("Y", "A"), "bgr", 3),
        (("R", "G", "B", "A"), "rgb", 3),
        (("R", "G", "B", "A"), "grey", 1),
        (("0", "1"), "rgb", 3),
        (("0", "1", "2", "3"), "rgb", 3),
        (("Y",), "grey", 1),
    ],
)
def test_every_picture_has_the_channels_that_the_network_takes(channels, order, count):
    frame = of_floats(6, 7, channels)

    image, names = choose_input(frame, "color", "unit", Preprocessing((3, 5), order=order))

    assert image.shape == (count, 3, 5)
    assert len(names) == count
    assert leaves_alpha_out(frame, "all", Preprocessing()) == ("A" in channels)


def test_a_grey_picture_has_three_equal_channels():
    frame = of_floats(6, 7, ("Y",))

    image, _ = choose_input(frame, "color", "unit", Preprocessing())

    assert np.array_equal(image, [frame.image[0]] * 3)


def test_signals_and_volumes_keep_their_size():
    signal = Frame(np.ones((1, 9), np.float32), ("Y",))

    assert choose_input(signal, "color", "unit", Preprocessing((4, 4), order="grey"))[0].shape == (1, 9)


def test_white_is_what_it_becomes_before_mean_and_deviation():
    frame = of_bytes()

    assert white_of(frame, "stored", Preprocessing(high=255.0, mean=(100.0,))) == 255
    assert white_of(frame, "unit", Preprocessing(low=-1.0, **TORCH)) == 1
    assert white_of(frame, "unit", Preprocessing(low=1.0, high=0.0)) == 1
    assert white_of(frame, "unit", Preprocessing(low=-2.0, high=-1.0)) == 1


@pytest.mark.parametrize(
    ("outer", "proportions", "expected"),
    [((480, 640), (1, 1), (480, 480)), ((224, 224), (480, 640), (168, 224)), ((3, 1000), (1000, 3), (3, 1))],
)
def test_the_largest_size_inside(outer, proportions, expected):
    assert inner_size(outer, proportions) == expected
