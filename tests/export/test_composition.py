import numpy as np

from convexplorer.export.composition import MAX_HEIGHT_PX, beside


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


def test_without_maps_the_input_is_all():
    picture = np.zeros((9, 12, 3), np.uint8)

    assert beside(picture, []) is picture
