"""Test patterns: what one may rely on when judging a kernel by them."""

import numpy as np
import pytest

from convexplorer.sources import Source, SourceError, open_reader, parse
from convexplorer.sources.patterns import PATTERNS


def draw(name, **options):
    return PATTERNS[name].draw(options)


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("size", [1, 2, 33, 64])
def test_every_pattern_is_square_grey_and_within_bounds(name, size):
    picture = draw(name, size=size)

    assert picture.shape == (size, size)
    assert picture.dtype == np.float32
    assert 0 <= picture.min() <= picture.max() <= 1


@pytest.mark.parametrize("name", PATTERNS)
def test_every_pattern_is_read_as_one_still_frame(name):
    reader = open_reader(Source("pattern", name))

    frame = reader.read()
    after = reader.read()
    reader.close()

    assert frame.channels == ("Y",)
    assert frame.image.flags.c_contiguous
    assert not frame.image.flags.writeable
    assert after is None
    assert reader.info.rate_hz is None
    assert frame.title == PATTERNS[name].label
    assert float(frame.image.max()) > float(frame.image.min())


@pytest.mark.parametrize("name", PATTERNS)
def test_every_pattern_explains_itself(name):
    pattern = PATTERNS[name]

    assert pattern.label
    assert pattern.explanation.endswith(".")
    assert all(parameter.explanation and parameter.label for parameter in pattern.parameters)


@pytest.mark.parametrize("name", PATTERNS)
def test_every_limit_of_every_parameter_can_be_drawn(name):
    for parameter in PATTERNS[name].parameters:
        if parameter.name == "size":
            continue
        for value in (parameter.minimum, parameter.maximum):
            picture = draw(name, size=48, **{parameter.name: value})

            assert np.isfinite(picture).all()


def test_an_impulse_is_one_pixel_in_the_middle():
    picture = draw("impulse", size=9)

    assert picture[4, 4] == 1
    assert picture.sum() == 1


def test_a_lattice_of_impulses_keeps_its_spacing():
    picture = draw("impulse", size=20, spacing=5)

    rows, columns = np.nonzero(picture)
    assert set(np.diff(np.unique(rows))) == {5}
    assert set(np.diff(np.unique(columns))) == {5}


@pytest.mark.parametrize(("angle", "axis", "sign"), [(0, 1, 1), (90, 0, 1), (180, 1, -1), (270, 0, -1)])
@pytest.mark.parametrize("name", ["step-edge", "ramp"])
def test_brightness_rises_in_the_direction_of_the_angle(name, angle, axis, sign):
    picture = draw(name, size=16, angle=angle)

    assert (sign * np.diff(picture, axis=axis) >= 0).all()
    assert np.ptp(np.diff(picture, axis=1 - axis)) == 0
    assert np.ptp(picture) == 1


def test_a_ramp_rises_evenly():
    steps = np.diff(draw("ramp", size=32, angle=30), axis=1)

    np.testing.assert_allclose(steps[4:-4, 4:-4], steps[16, 16], atol=1e-6)


def test_a_step_edge_of_an_even_size_is_as_sharp_as_pixels_allow():
    assert set(np.unique(draw("step-edge", size=16))) == {0, 1}


def test_a_grating_repeats_after_its_period():
    picture = draw("grating", size=64, period=8)

    np.testing.assert_allclose(picture[:, 8:], picture[:, :-8], atol=1e-6)
    np.testing.assert_allclose(picture[:, 4:], 1 - picture[:, :-4], atol=1e-6)


def test_checkerboard_squares_have_their_side():
    picture = draw("checkerboard", size=12, square=3)

    np.testing.assert_array_equal(picture[:3, :6], [[0, 0, 0, 1, 1, 1]] * 3)
    np.testing.assert_array_equal(picture[3:6, :3], np.ones((3, 3)))


def test_a_zone_plate_has_its_finest_waves_at_the_edge_and_is_round():
    picture = draw("zone-plate", size=256, finest=0.25)

    np.testing.assert_allclose(picture, picture.T, atol=1e-6)
    edge = np.diff(np.sign(np.diff(picture[128, -40:])))  # extremes along the last 40 pixels
    assert np.count_nonzero(edge) == pytest.approx(2 * 40 * 0.25 * 108 / 128, abs=2)


def test_a_discs_area_is_that_of_a_circle():
    assert draw("disc", size=128, diameter=100).sum() == pytest.approx(np.pi * 50**2, rel=1e-3)


def test_noise_repeats_with_its_seed_only():
    first, same, other = (draw("noise", size=64, seed=seed) for seed in (3, 3, 4))

    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)
    assert first.mean() == pytest.approx(0.5, abs=0.02)


def test_noise_has_its_grain():
    picture = draw("noise", size=10, grain=4)

    assert np.ptp(picture[:4, :4]) == 0
    assert picture[0, 0] != picture[0, 4]


def test_the_middle_of_a_siemens_star_is_grey():
    picture = draw("siemens-star", size=128, spokes=36)

    np.testing.assert_allclose(picture[60:68, 60:68], 0.5)


def test_text_shows_letters():
    picture = draw("text", size=256, height=30)

    assert 0.02 < picture.mean() < 0.4


def test_parameters_come_from_the_address():
    reader = open_reader(parse("pattern:grating?size=64&period=8&angle=30"))

    np.testing.assert_array_equal(reader.read().image[0], draw("grating", size=64, period=8, angle=30))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pattern:zone-plat", r"no test pattern “zone-plat”; did you mean zone-plate\?"),
        ("pattern:sunset", "no test pattern “sunset”; there are impulse, "),
        ("pattern:grating?periode=8", "no parameter “periode”; there are size, period"),
        ("pattern:grating?period=1", r"period must lie in 2…512 px; got 1"),
        ("pattern:grating?period=wide", "period must be a number; got 'wide'"),
        ("pattern:disc?size=1000000", "size must lie in"),
        ("pattern:disc?size=10.5", "size must be a whole number"),
    ],
)
def test_what_cannot_be_drawn_is_said_before_it_is_opened(text, words):
    with pytest.raises(SourceError, match=words):
        parse(text)
