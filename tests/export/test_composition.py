import numpy as np
import pytest

from convexplorer.export.composition import MAX_HEIGHT_PX, beside
from convexplorer.export.images import INK


def test_the_input_stands_left_of_its_maps():
    red = np.full((40, 60, 3), (200, 0, 0), np.uint8)
    blue = np.full((40, 60, 3), (0, 0, 200), np.uint8)

    sheet = beside(red, [("a", blue), ("b", blue)], 1)

    middle = sheet[sheet.shape[0] // 2]
    assert (middle[12] == (200, 0, 0)).all()
    reds, blues = ((sheet == color).all(axis=2).any(axis=0).nonzero()[0] for color in ((200, 0, 0), (0, 0, 200)))
    assert reds.max() < blues.min()


def test_many_large_maps_stay_watchable():
    picture = np.zeros((900, 1200, 3), np.uint8)

    sheet = beside(picture, [(str(i), picture) for i in range(9)])

    assert sheet.shape[0] <= MAX_HEIGHT_PX


@pytest.mark.parametrize("count", [1, 8, 64])
@pytest.mark.parametrize("shape", [(720, 1280), (900, 300), (301, 1999)])
@pytest.mark.parametrize("max_width", [1280, 2560])
def test_a_live_picture_keeps_both_limits_and_uses_one_of_them(count, shape, max_width):
    picture = np.full((*shape, 3), 90, np.uint8)

    height, width = beside(picture, [(str(i), picture) for i in range(count)], max_width=max_width).shape[:2]

    assert height <= MAX_HEIGHT_PX
    assert width <= max_width
    if shape == (720, 1280):  # narrow ones are not enlarged, and of wide ones the titles take the room
        assert height > 0.9 * MAX_HEIGHT_PX or width > 0.9 * max_width


def test_a_reduced_map_keeps_its_mean_and_its_title():
    rng = np.random.default_rng(2)
    picture = rng.integers(0, 256, (720, 1280, 3), np.uint8)

    sheet = beside(picture, [("sobel", picture)] * 9, max_width=2560, is_dark=True)

    left, right = sheet[:, : sheet.shape[1] // 2], sheet[:, sheet.shape[1] // 2 :]
    assert (right == INK[True]).all(axis=2).any(), "no title in full ink"
    middle = right[right.shape[0] // 2 - 40 : right.shape[0] // 2 + 40, 300:350]
    assert abs(middle.mean() - picture.mean()) < 2
    assert left.shape[0] <= MAX_HEIGHT_PX


def test_without_maps_the_input_is_all():
    picture = np.zeros((9, 12, 3), np.uint8)

    assert beside(picture, []) is picture
