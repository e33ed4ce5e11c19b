"""The orientation that a bank finds: cell by cell against a plain loop, and on pictures whose orientation is known."""

import numpy as np
import pytest

from convexplorer.core.convolution.conv import conv
from convexplorer.kernels.families.steered import MAX_ORDER, derivative
from convexplorer.kernels.presets import make_filter
from convexplorer.kernels.sweep import Sweep, swept
from convexplorer.results.orientations import Turned, orientations, turned_of
from convexplorer.results.steering import Steering


def bank_maps(filters, image):
    return conv(image, np.stack([one.planes for one in filters]))


def picture():
    return np.random.default_rng(3).normal(size=(1, 40, 53)).astype(np.float32)


def test_each_cell_gets_the_angle_of_its_largest_answer():
    filters = swept("ridge-at-angle", {}, Sweep(angles=5))
    maps = bank_maps(filters, picture())

    found = orientations(maps, turned_of(filters))

    assert found.period == 180
    for row, column in np.ndindex(*maps.shape[1:]):
        answers = [abs(float(one[row, column])) for one in maps]
        best = int(np.argmax(answers))
        assert found.strengths[row, column] == np.float32(answers[best])
        assert found.angles[row, column] == filters[best].parameters["angle"] % 180


@pytest.mark.parametrize("angle", [0, 45, 90, 135, 180, 225, 270, 315])
def test_edges_have_a_direction_of_the_whole_circle(angle):
    radians = np.radians(angle)
    ramp = np.add.outer(np.arange(30.0) * np.sin(radians), np.arange(30.0) * np.cos(radians))[np.newaxis]
    filters = swept("gaussian-derivative", {}, Sweep(angles=4))

    found = orientations(bank_maps(filters, ramp.astype(np.float32)), turned_of(filters))

    assert found.period == 360
    np.testing.assert_array_equal(found.angles, angle)
    np.testing.assert_allclose(found.strengths, 1, rtol=1e-5)


@pytest.mark.parametrize("slope", [0, 30, 60, 90, 120, 150])
def test_lines_have_an_orientation_of_half_a_circle_whether_bright_or_dark(slope):
    rows, columns = np.indices((41, 41)) - 20.0
    across = rows * np.cos(np.radians(slope)) + columns * np.sin(np.radians(slope))
    line = np.exp(-(across**2) / 4).astype(np.float32)[np.newaxis]
    filters = swept("ridge-at-angle", {"angle": 0}, Sweep(angles=6))

    for given in (line, -line):
        found = orientations(bank_maps(filters, given), turned_of(filters))
        middle = tuple(n // 2 for n in found.angles.shape)

        assert found.angles[middle] == slope


def test_phases_go_round_once_and_meet():
    found = orientations(np.ones((1, 1, 1), np.float32), [Turned(0, 0.0, False)])

    assert found.phases[0, 0] == 0
    for angle, phase in ((45, np.pi / 2), (90, np.pi), (135, -np.pi / 2), (180, 0), (-45, -np.pi / 2)):
        one = orientations(np.ones((1, 1, 1), np.float32), [Turned(0, float(angle), False)])
        assert one.phases[0, 0] == pytest.approx(phase, abs=1e-6)


def test_more_maps_than_a_byte_can_number():
    maps = np.random.default_rng(5).normal(size=(200, 6, 7)).astype(np.float32)
    turned = [Turned(i, i * 0.9, True) for i in range(200)]

    found = orientations(maps, turned)

    best = np.abs(maps).argmax(axis=0)
    signs = np.take_along_axis(maps, best[np.newaxis], axis=0)[0] < 0
    np.testing.assert_allclose(found.angles, (best * 0.9 + 180 * signs) % 360, rtol=1e-6)


def test_what_is_not_a_number_stays_so():
    maps = np.array([[[1.0, np.nan]], [[np.nan, 2.0]]], np.float32)

    found = orientations(maps, [Turned(0, 0.0, False), Turned(1, 90.0, False)])

    assert np.isnan(found.strengths).all()


def test_a_bank_without_two_angles_has_no_orientation():
    assert turned_of([make_filter("sobel-x"), make_filter("gabor")]) == ()
    assert turned_of(swept("gabor", {}, Sweep(scales=2))) == ()
    assert [one.index for one in turned_of([make_filter("box"), *swept("gabor", {}, Sweep(angles=3))])] == [1, 2, 3]


def test_maps_are_left_as_they_are():
    filters = swept("gabor", {"size": 9}, Sweep(angles=3))
    maps = bank_maps(filters, picture())
    maps.setflags(write=False)
    before = maps.copy()

    orientations(maps, turned_of(filters))

    np.testing.assert_array_equal(maps, before)


@pytest.mark.parametrize("order", range(1, MAX_ORDER + 1))
def test_a_steered_map_is_that_of_the_turned_kernel(order):
    colors = np.random.default_rng(1).uniform(size=(3, 50, 61)).astype(np.float32)
    steered = Steering(colors, order, 1.5, 9, padding="same", border="reflect")

    for angle in (0, 13, 45, 90, 200, 271.5):
        kernel = np.repeat(derivative(order, angle, 1.5, 9)[np.newaxis, np.newaxis], 3, axis=1)
        plain = conv(colors.astype(np.float64), kernel, padding="same", border="reflect")[0]

        assert np.abs(steered.at(angle) - plain).max() <= 5e-6 * np.abs(kernel).sum()


def test_a_step_computes_no_convolution_and_may_reuse_its_array(monkeypatch):
    steered = Steering(picture(), 2, 1.0, 7)
    monkeypatch.setattr("convexplorer.core.conv", None)
    out = np.empty(steered.maps.shape[1:], np.float32)

    found = steered.at(30, out=out)

    assert np.shares_memory(found, out)
    np.testing.assert_array_equal(found, steered.at(30))


@pytest.mark.parametrize("order", range(1, MAX_ORDER + 1))
def test_the_steered_orientation_is_that_of_a_bank_of_as_many_angles(order):
    image = picture()
    filters = swept("derivative", {"order": order, "size": 9}, Sweep(angles=12))

    found = Steering(image, order, 1.5, 9).orientations(12)
    plain = orientations(bank_maps(filters, image), turned_of(filters))

    assert found.period == plain.period
    np.testing.assert_allclose(found.strengths, plain.strengths, rtol=1e-4, atol=1e-5)
    assert (found.angles == plain.angles).mean() > 0.999
