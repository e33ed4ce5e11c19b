"""A composed kernel beside its passes on a picture: equal inside, and what it says is true."""

import re

import cv2
import numpy as np
import pytest

from convexplorer import assets
from convexplorer.kernels.composing import OPERATIONS
from convexplorer.kernels.presets import make_filter
from convexplorer.results.composition_check import LARGEST, check_composition, middle_of

PHOTO = cv2.imread(str(assets.path("images", "cat.png")), cv2.IMREAD_GRAYSCALE)[:128, :160] / 255.0
EDGE, BLUR = make_filter("sobel-x").planes, make_filter("gaussian", sigma=1.2, size=9).planes


@pytest.mark.parametrize("is_flipped", [False, True])
@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "invert"])
def test_both_ways_are_equal_away_from_the_border_that_is_named(operation, is_flipped):
    found = check_composition(PHOTO, operation, EDGE, BLUR, {}, is_flipped=is_flipped)

    rows, columns = found.margin
    assert np.abs(found.difference[rows:-rows, columns:-columns]).max() < 1e-12
    assert found.sentence.startswith("Equal to the last digits: ")
    assert re.search(rf"up to {rows} rows? and {columns} columns? from the border", found.sentence)


def test_what_happens_at_the_border_is_said_where_it_happens():
    again = check_composition(PHOTO, "series", BLUR, BLUR, {})
    summed = check_composition(PHOTO, "add", EDGE, BLUR, {})

    assert again.difference[0].any()
    told = re.search(r"at the border, where each pass pads anew, (.+)\.$", again.sentence)
    assert told
    assert float(told[1].replace("−", "-")) == pytest.approx(np.abs(again.difference).max(), rel=0.01)
    assert "pads anew" not in summed.sentence


@pytest.mark.parametrize("prior", ["natural", "flat"])
def test_what_is_undone_is_measured_on_the_picture_itself(prior):
    settings = {"size": 15, "noise": 0.002, "deviation": float(PHOTO.std()), "prior": prior}

    found = check_composition(PHOTO, "invert", BLUR, BLUR, settings)

    before, after = map(float, re.findall(r"(\d+\.\d) dB", found.sentence))
    rows, columns = found.margin
    error = found.difference[rows:-rows, columns:-columns]
    assert after == pytest.approx(-10 * np.log10(np.square(error).mean()), abs=0.06)
    assert np.array_equal(found.difference, found.after - PHOTO)
    assert (after > before) == (prior == "natural")
    assert ("That is worse than before" in found.sentence) == (prior == "flat")


def test_the_middle_of_a_large_picture_is_compared():
    image = np.zeros((4, 1000, 300), np.float32)
    image[:3, 500, 150] = 0.6

    found = middle_of(image)

    assert found.shape == (LARGEST, LARGEST)
    assert found[500 - (1000 - LARGEST) // 2, 150 - (300 - LARGEST) // 2] == pytest.approx(0.6)
    assert middle_of(image[:, :5, :7]).shape == (5, 7)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_picture_smaller_than_the_kernel_is_compared_nowhere(operation):
    found = check_composition(np.ones((2, 3)), operation, BLUR, BLUR, {})

    assert found.before.shape == (2, 3)
    assert "larger than" in found.sentence or "no number" in found.sentence


def test_infinite_weights_are_not_compared():
    found = check_composition(PHOTO, "series", np.array([[[1.0, np.inf]]]), BLUR, {})

    assert "no finite numbers" in found.sentence
