"""What the labels of a tile say where there is little room."""

import pytest

from convexplorer.gui.canvas.pictures.scale_cache import ScaleCache
from convexplorer.gui.canvas.pictures.tile_labels import TileLabels
from tests.gui.canvas import helpers

FORMS = ("1.6 % clipped", "1.6 %", "2 %", "")


@pytest.mark.parametrize("is_overlaid", [True, False])
def test_a_loss_is_a_whole_word_or_share_in_any_room(qapp: object, is_overlaid: bool) -> None:
    labels = TileLabels(ScaleCache())
    tile = helpers.tile(loss=FORMS[0], short_loss=FORMS[1], shortest_loss=FORMS[2])

    fitted = [labels.fitted(tile, width, is_overlaid=is_overlaid) for width in range(20, 400, 4)]

    assert {one.clipped.text for one in fitted} == set(FORMS)
    assert all(one.is_cut for one in fitted if one.clipped.text != FORMS[0])  # so that the tip says it
