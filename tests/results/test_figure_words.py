"""The figures in words: of kernels that a user knows, as these would be told."""

import math

import numpy as np
import pytest

from convexplorer.kernels.formulas import gaussian
from convexplorer.results.effects import Effects
from convexplorer.results.figure_words import figure_words, value_text

SOBEL = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def told(plane):
    return {one.label: one.value for one in figure_words(Effects(np.array(plane, np.float64)))}


def test_an_edge_detector_is_told_with_its_wave_band_and_directions():
    found = told(SOBEL)

    assert found["Peak wave"] == "4 px, at 0°"
    assert found["Passes"] == "2.4 … 12 px, 2.32 octaves"
    assert found["Directions"] == "110.2° wide"
    assert found["Symmetry"] == "columns odd, rows even"
    assert (found["Gain"], found["Even part"], found["Rank"]) == ("0", "0 %", "1 of 3")


def test_a_blur_passes_flat_areas_and_long_waves():
    found = told(gaussian(sigma=2.0, size=15))

    assert (found["Gain"], found["Peak |H|"], found["Peak wave"]) == ("1", "1, 0 dB", "flat areas")
    assert found["Passes"].startswith("waves from 10.")
    assert found["Symmetry"] == "even, quarter turns too"


@pytest.mark.parametrize(
    ("plane", "label", "value"),
    [
        ([[1.0]], "Passes", "all waves"),
        ([[-1.0, 2.0, -1.0]], "Passes", "up to 4 px, 1 octave"),
        ([[0.0, 0.0, 1.0]], "Centre", "0 down, 1 right"),
        (np.zeros((3, 3)), "Peak wave", "none"),
        (np.zeros((3, 3)), "Passes", "nothing"),
        ([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]], "Directions", "all"),
        ([[1.0, 2.0], [3.0, 4.0]], "Symmetry", "none"),
        ([[-1.0, 2.0, -1.0]] * 3, "Symmetry", "columns, rows even"),
        ([[1.0, 2.0], [-2.0, -1.0]], "Symmetry", "odd by a half turn"),
        ([[1e-10, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 5e-10]], "Radius", "0 px"),
    ],
)
def test_what_is_special_has_words_of_its_own(plane, label, value):
    assert told(plane)[label] == value


@pytest.mark.parametrize("plane", [[[math.nan]], [[math.inf]], [[1e300]]])
def test_what_cannot_be_measured_says_why(plane):
    effects = Effects(np.array(plane))

    assert figure_words(effects) == ()
    assert effects.why_not.endswith(".")


def test_rounding_has_no_phase():
    assert value_text(1e-15 + 1e-15j, scale=10.0) == "|H| 0"
    assert value_text(-0.5, scale=1.0) == "|H| 0.5, −6.02 dB, phase 180°"
