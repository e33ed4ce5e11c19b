"""Placed pictures: where their cells lie, and what memory they own."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from convexplorer.core.geometry.places import Grid
from convexplorer.gui.canvas.pictures.tile import PlacedImage, to_qimage


def placed(rows, columns, **changes):
    return PlacedImage(image=to_qimage(np.zeros((rows, columns), np.uint8)), **changes)


def test_a_map_of_the_input_s_size_covers_the_input():
    assert placed(20, 30).bounds == QRectF(0, 0, 30, 20)


def test_stride_two_covers_two_pixels_a_cell():
    picture = placed(10, 15, grid=Grid(jump=(2, 2)))

    assert picture.bounds == QRectF(-0.5, -0.5, 30, 20)
    assert picture.cell_at((1.4, 1.6)) == (0, 1)


def test_a_valid_map_lies_inside_the_input():
    assert placed(18, 28, grid=Grid(center=(1.5, 1.5))).bounds == QRectF(1, 1, 28, 18)


@pytest.mark.parametrize("place", [(-0.1, 5), (5, 30.0), (20.0, 0)])
def test_no_cell_covers_a_place_outside(place):
    assert placed(20, 30).cell_at(place) is None


def test_a_reduced_picture_covers_what_its_values_cover():
    picture = placed(5, 7, reduction=4, values=np.zeros((3, 21, 30)))

    assert picture.shape == (21, 30)
    assert picture.bounds == QRectF(0, 0, 30, 21)


def test_an_image_keeps_its_own_copy_of_the_pixels():
    pixels = np.full((2, 2), 7, np.uint8)
    table = np.zeros((256, 3), np.uint8)
    table[7] = (10, 20, 30)

    image = to_qimage(pixels, table)
    pixels[:] = 0

    assert image.pixelColor(1, 1).getRgb()[:3] == (10, 20, 30)


def test_rows_of_odd_length_do_not_shear():
    pixels = np.arange(15, dtype=np.uint8).reshape(5, 3)

    image = to_qimage(pixels)

    assert [image.pixelColor(2, i).red() for i in range(5)] == [2, 5, 8, 11, 14]


def test_a_slice_of_an_array_is_shown_as_it_is():
    pixels = np.zeros((4, 6, 3), np.uint8)
    pixels[::2, ::2] = (1, 2, 3)

    image = to_qimage(pixels[::2, ::2])

    assert (image.width(), image.height()) == (3, 2)
    assert image.pixelColor(2, 1).getRgb()[:3] == (1, 2, 3)
