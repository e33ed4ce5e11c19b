"""Scaling: hard cells when growing, area means when shrinking, nothing kept in vain."""

import numpy as np
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage

from convexplorer.gui.canvas.pictures.scale_cache import ScaleCache
from convexplorer.gui.canvas.pictures.tile import to_qimage
from tests.gui.canvas.helpers import numbered_image


def as_array(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def test_growing_repeats_pixels_exactly():
    pixels = numbered_image(5, 7)

    grown = ScaleCache().scaled(to_qimage(pixels), QRect(0, 0, 7, 5), QSize(7 * 6, 5 * 9))

    np.testing.assert_array_equal(as_array(grown), pixels.repeat(9, axis=0).repeat(6, axis=1))


def test_a_part_is_cut_out_before_it_grows():
    pixels = numbered_image(9, 9)

    grown = ScaleCache().scaled(to_qimage(pixels), QRect(2, 3, 4, 5), QSize(16, 20))

    np.testing.assert_array_equal(as_array(grown), pixels[3:8, 2:6].repeat(4, axis=0).repeat(4, axis=1))


def test_shrinking_takes_means():
    stripes = np.zeros((64, 64), np.uint8)
    stripes[:, ::2] = 200

    shrunk = ScaleCache().scaled(to_qimage(stripes), QRect(0, 0, 64, 64), QSize(16, 16))

    assert abs(as_array(shrunk).astype(int) - 100).max() <= 3


def test_one_axis_may_shrink_while_the_other_grows():
    pixels = np.zeros((2, 64), np.uint8)
    pixels[1] = 255

    scaled = as_array(ScaleCache().scaled(to_qimage(pixels), QRect(0, 0, 64, 2), QSize(16, 20)))

    assert (scaled[:10] == 0).all()
    assert (scaled[10:] == 255).all()


def test_the_same_request_is_answered_from_memory_until_forgotten():
    cache, image = ScaleCache(), to_qimage(numbered_image(4, 4))
    first = cache.scaled(image, image.rect(), QSize(8, 8))

    assert cache.scaled(image, image.rect(), QSize(8, 8)) is first
    cache.forget_unused()
    assert cache.scaled(image, image.rect(), QSize(8, 8)) is first
    cache.forget_unused()
    cache.forget_unused()
    assert cache.scaled(image, image.rect(), QSize(8, 8)) is not first
