"""The small picture of what a kernel does."""

import numpy as np
import pytest

from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter
from convexplorer.results.effect_thumbnail import COLUMNS, ROWS, effect_thumbnail, part_of

PART = np.random.default_rng(0).random((ROWS, COLUMNS))


def test_an_edge_is_signed_and_a_blur_is_grey():
    edge, blur = (effect_thumbnail(PART, make_filter(name)) for name in ("sobel-x", "gaussian"))

    assert edge is not None
    assert blur is not None
    assert (edge[1], blur[1]) == ("signed", "gray")
    assert edge[0].shape == blur[0].shape == PART.shape
    assert blur[0].std() < effect_thumbnail(PART, make_filter("identity"))[0].std()  # type: ignore[index]


@pytest.mark.parametrize(
    "one",
    [
        Filter("not finite", np.array([[np.inf]])),
        Filter("signal", np.ones((1, 3)), rank=1),
        Filter("large", np.ones((65, 65))),
        Filter("overflow", np.full((3, 3), 1e308)),
    ],
    ids=lambda one: one.name,
)
def test_a_kernel_that_shows_nothing_there_has_no_picture(one):
    assert effect_thumbnail(PART, one) is None


def test_a_kernel_of_zeros_and_a_tiny_picture_have_one():
    assert effect_thumbnail(PART, Filter("zeros", np.zeros((3, 3)))) is not None
    assert effect_thumbnail(part_of(np.ones((1, 2, 3), np.float32)), make_filter("gaussian")) is not None


def test_the_middle_of_the_picture_is_filtered():
    image = np.zeros((4, 300, 400), np.float32)
    image[:3, 150, 200] = 0.9

    part = part_of(image)

    assert part.shape == (ROWS, COLUMNS)
    assert part[150 - (300 - ROWS) // 2, 200 - (400 - COLUMNS) // 2] == pytest.approx(0.9)
