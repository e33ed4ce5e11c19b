"""What the labels of a tile say where there is little room."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from convexplorer.gui.canvas.pictures.scale_cache import ScaleCache
from convexplorer.gui.canvas.pictures.tile_labels import STRIP_PX, TileLabels
from tests.gui.canvas import helpers

FORMS = ("1.6 % clipped", "1.6 %", "2 %", "")


@pytest.mark.parametrize("is_overlaid", [True, False])
def test_a_loss_is_a_whole_word_or_share_in_any_room(qapp: object, is_overlaid: bool) -> None:
    labels = TileLabels(ScaleCache())
    tile = helpers.tile(loss=FORMS[0], short_loss=FORMS[1], shortest_loss=FORMS[2])

    fitted = [labels.fitted(tile, width, is_overlaid=is_overlaid) for width in range(20, 400, 4)]

    assert {one.clipped.text for one in fitted} == set(FORMS)
    assert all(one.is_cut for one in fitted if one.clipped.text != FORMS[0])  # so that the tip says it


@pytest.mark.parametrize("width", [60, 90, 120, 140, 240])
def test_the_kernel_of_a_long_name_covers_no_cell_below_the_strip(qapp: object, width: int) -> None:
    kernel = QImage(3, 3, QImage.Format.Format_RGB32)
    kernel.fill(Qt.GlobalColor.red)
    shown = QImage(width, 3 * STRIP_PX, QImage.Format.Format_RGB32)
    shown.fill(Qt.GlobalColor.white)

    painter = QPainter(shown)
    tile = helpers.tile(title="diagonal-line-45", thumbnail=kernel)
    TileLabels(ScaleCache()).paint_strip(painter, QRectF(0, 0, width, STRIP_PX), tile, is_selected=False)
    painter.end()

    red = [(x, y) for x in range(width) for y in range(shown.height()) if shown.pixelColor(x, y).name() == "#ff0000"]
    assert len(red) >= 100  # it is still shown, if smaller
    assert max(y for _, y in red) < STRIP_PX


def test_a_range_with_little_room_has_fewer_digits_and_is_not_cut_in_a_number(qapp: object) -> None:
    kernel = QImage(3, 3, QImage.Format.Format_RGB32)
    named = helpers.tile(title="filter 1", thumbnail=kernel)
    tile = replace(named, subtitle="−0.05271 … 0.5884", short_subtitle="−0.053 … 0.59")
    labels = TileLabels(ScaleCache())

    shown = [labels.fitted(tile, width, is_overlaid=False).subtitle for width in range(300, 106, -1)]

    assert list(dict.fromkeys(one.text for one in shown)) == [
        "−0.05271 … 0.5884",
        "−0.05271…0.5884",
        "−0.053 … 0.59",
        "−0.053…0.59",
    ]
    assert all(one.is_cut is (one.text != tile.subtitle) for one in shown)  # so that the tip says all digits
