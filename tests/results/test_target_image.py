import numpy as np
import pytest

from convexplorer.kernels.design.filter_design import FilterDesign
from convexplorer.kernels.design.shapes import Disc, Ring
from convexplorer.kernels.design.target import Target
from convexplorer.results.spectrum import spectrum
from convexplorer.results.target_image import draw_edges, draw_side, draw_spectrum, side_text

SIDES = ("wanted", "reached", "difference")
AXIS = np.linspace(-0.5, 0.5, 101)
RING = Target((Ring(inner=0.1, outer=0.25),), margin=0.04)
IDENTITY = np.ones((1, 1))


def drawn(target, kernel, side, **changes):
    return draw_side(target, kernel, side, AXIS, AXIS, is_dark=False, **changes)


@pytest.mark.parametrize("side", SIDES)
def test_a_picture_shows_opposite_frequencies_alike(side):
    rgb = drawn(RING, FilterDesign(RING).kernel(), side)

    assert rgb.shape == (101, 101, 3)
    hatch_free = rgb[45:56, 45:56]  # inside the ring no band is free
    np.testing.assert_array_equal(hatch_free, hatch_free[::-1, ::-1])


def test_what_reaches_the_wanted_response_looks_like_it():
    flat = Target(level=1.0)

    np.testing.assert_array_equal(drawn(flat, IDENTITY, "wanted"), drawn(flat, IDENTITY, "reached"))


def test_no_difference_has_the_colour_of_zero():
    rgb = drawn(Target(level=1.0), IDENTITY, "difference")
    more, less = drawn(Target(level=0.5), IDENTITY, "difference"), drawn(Target(level=2.0), IDENTITY, "difference")

    assert len(np.unique(rgb.reshape(-1, 3), axis=0)) == 1
    assert len({tuple(each[50, 50]) for each in (rgb, more, less)}) == 3


def test_free_bands_are_hatched_where_they_are():
    free, bound = drawn(RING, IDENTITY, "wanted"), drawn(Target(RING.shapes, margin=0), IDENTITY, "wanted")

    changed = (free != bound).any(axis=2)
    radius = np.hypot(AXIS[:, None], AXIS)
    in_band = (abs(radius - 0.1) < 0.02) | (abs(radius - 0.25) < 0.02)
    assert changed.any()
    assert not changed[~in_band].any()


def test_edges_are_lines_along_the_areas():
    out = np.zeros((101, 101, 3), np.uint8)

    draw_edges(out, [Disc(radius=0.3), Disc(radius=0.1)], AXIS, AXIS, [(255, 0, 0), (0, 255, 0)])

    assert out[50].argmax(axis=0)[0] == 20
    assert out[50, 40, 1] == out[60, 50, 1] == 255
    assert not out[50, 50].any()


@pytest.mark.parametrize("kernel", [np.full((3, 3), np.nan), np.full((3, 3), np.inf), np.full((2, 2), 1e300)])
def test_a_kernel_without_a_response_is_drawn_all_the_same(kernel):
    for side in SIDES:
        assert drawn(RING, kernel, side).shape == (101, 101, 3)


def test_a_reading_tells_wanted_and_reached():
    assert side_text(RING, IDENTITY, 0.0, 0.2) == "1 wanted, 1 reached"
    assert side_text(RING, IDENTITY, 0.1, 0.0) == "anything is wanted, 1 reached"
    assert side_text(RING, np.array([[-0.5, 0, 0.5]]), 0.0, 0.25) == "anything is wanted, 1 reached"
    assert side_text(RING, -IDENTITY, 0.0, 0.0) == "0 wanted, −1 reached"


def test_the_strongest_wave_of_a_picture_is_the_brightest_place():
    rows, columns = np.indices((200, 200))
    wave = np.cos(2 * np.pi * (0.125 * rows - 0.25 * columns)) + 0.01 * np.random.default_rng(0).normal(size=(200, 200))
    axis = np.linspace(-0.5, 0.5, 129)

    rgb = draw_spectrum(spectrum(wave), axis, axis).sum(axis=2)

    found = {(float(axis[row]), float(axis[column])) for row, column in np.argwhere(rgb == rgb.max())}
    assert {(0.125, -0.25), (-0.125, 0.25)} <= found
    assert not draw_spectrum(None, axis, axis).any()
