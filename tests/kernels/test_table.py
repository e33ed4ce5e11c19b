"""Kernels with a formula: limits, sums and directions, over the whole table."""

import itertools

import numpy as np
import pytest

from convexplorer.core.convolution.conv import conv
from convexplorer.kernels.table import FORMULAS

SUM_ONE = {
    "shift",
    "box",
    "gaussian",
    "binomial",
    "disc",
    "motion-blur",
    "sharpen-by",
    "unsharp-mask",
    "emboss-at-angle",
    "unsharp-by",
    "rectangle",
    "gaussian-at-angle",
}
EVERY = pytest.mark.parametrize("name", FORMULAS)


def corners(name):
    """Yield the parameters at their limits and defaults, in every combination."""
    parameters = FORMULAS[name].parameters
    values = [sorted({each.minimum, each.default, each.maximum}) for each in parameters]
    for combination in itertools.product(*values):
        yield dict(zip((each.name for each in parameters), combination, strict=True))


def expected_sum(name, parameters):
    """Return what the weights add up to; None of weights by chance."""
    if name.startswith("initial-"):
        return None
    if name.startswith("savitzky-golay"):
        return float(parameters["down"] == parameters["right"] == 0)
    return 1.0 if name in SUM_ONE else 0.0


def ramp(rows, columns):
    """Return a plane that rises by these amounts per cell."""
    return np.add.outer(np.arange(70.0) * rows, np.arange(70.0) * columns)[np.newaxis]


def answer(name, image, **parameters):
    """Return the map of one formula kernel."""
    return conv(image, FORMULAS[name].kernel(**parameters)[np.newaxis, np.newaxis])


@EVERY
def test_every_corner_of_the_parameters_gives_a_kernel_with_the_right_sum(name):
    for parameters in corners(name):
        kernel = FORMULAS[name].kernel(**parameters)
        expected = expected_sum(name, parameters)

        assert kernel.dtype == np.float64
        assert kernel.ndim == 2
        assert max(kernel.shape) <= 63
        assert expected is None or abs(kernel.sum() - expected) < 1e-13 * max(1, abs(kernel).sum())


@EVERY
def test_every_formula_tells_what_it_is_in_one_sentence(name):
    formula = FORMULAS[name]

    assert name == name.lower().replace("_", "-").replace(" ", "-")
    assert formula.explanation.endswith(".")
    assert formula.parameters
    for parameter in formula.parameters:
        assert parameter.minimum <= parameter.default <= parameter.maximum
        assert parameter.explanation.endswith(".")


@EVERY
def test_defaults_give_weights_that_differ_from_zero(name):
    assert FORMULAS[name].kernel().any() == (name != "blank")


@EVERY
def test_a_whole_turn_changes_nothing(name):
    formula = FORMULAS[name]
    if "angle" not in {parameter.name for parameter in formula.parameters}:
        assert np.array_equal(formula.kernel(), formula.kernel())
        return

    np.testing.assert_allclose(formula.kernel(angle=-130), formula.kernel(angle=230), atol=1e-12)


@pytest.mark.parametrize("name", ["step-edge", "gaussian-derivative"])
def test_derivatives_are_positive_where_brightness_rises_to_the_right_or_downwards(name):
    assert answer(name, ramp(0, 1), angle=0).min() > 0
    assert answer(name, ramp(1, 0), angle=90).min() > 0
    assert answer(name, ramp(0, 1), angle=180).max() < 0
    np.testing.assert_allclose(answer(name, ramp(1, 0), angle=0), 0, atol=1e-9)


@pytest.mark.parametrize("angle", [0, 30, 90, 215])
def test_gaussian_derivative_measures_the_slope_of_a_ramp(angle):
    direction = np.radians(angle)

    measured = answer("gaussian-derivative", ramp(3 * np.sin(direction), 3 * np.cos(direction)), angle=angle, size=8)

    np.testing.assert_allclose(measured, 3, rtol=1e-9)


def test_log_gives_four_on_a_bowl():
    bowl = np.add.outer(np.arange(-20.0, 21) ** 2, np.arange(-20.0, 21) ** 2)[np.newaxis]

    np.testing.assert_allclose(answer("log", bowl, sigma=2, size=11), 4, rtol=1e-9)


def test_upright_line_is_the_well_known_line_detector():
    np.testing.assert_allclose(
        FORMULAS["line"].kernel(angle=90, length=3, thickness=1) * 6, np.tile([-1, 2, -1], (3, 1)), atol=1e-12
    )


def test_a_slope_of_45_degrees_rises_to_the_right():
    rising = np.fliplr(np.eye(41))[np.newaxis]

    right, wrong = (answer("line", rising, angle=angle).max() for angle in (45, 135))

    assert right > 3 * wrong


def test_shift_moves_the_picture_down_and_right():
    image = np.arange(100.0).reshape(1, 10, 10)

    moved = conv(image, FORMULAS["shift"].kernel(rows=1, columns=2)[np.newaxis, np.newaxis], padding="same")

    np.testing.assert_array_equal(moved[0, 1:, 2:], image[0, :-1, :-2])


def test_gabor_answers_its_own_grating_most():
    wave = np.cos(2 * np.pi * np.arange(60.0) / 6)
    along, across = np.tile(wave, (60, 1))[np.newaxis], np.tile(wave[:, np.newaxis], (1, 60))[np.newaxis]

    assert answer("gabor", along, angle=0).max() > 5 * answer("gabor", across, angle=0).max()


def test_unknown_and_impossible_parameters_are_named():
    with pytest.raises(ValueError, match="Gaussian has the parameters sigma, size; got width"):
        FORMULAS["gaussian"].kernel(width=3)
    with pytest.raises(ValueError, match="size must lie in 1…63 px; got 64"):
        FORMULAS["box"].kernel(size=64)
    with pytest.raises(ValueError, match=r"size must be a whole number; got 2\.5"):
        FORMULAS["box"].kernel(size=2.5)
