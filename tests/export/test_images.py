from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convexplorer.core.display.coloring import PALETTES, Levels
from convexplorer.export.images import grid_of, picture_of, save_grid_png, save_png

VALUES = np.linspace(-1, 1, 20 * 30, dtype=np.float32).reshape(20, 30)


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("dark", [False, True])
def test_a_map_has_the_colours_of_its_palette(palette: str, dark: bool):
    rgb = picture_of(VALUES, Levels(-1, 1), palette, dark=dark)
    colors = PALETTES[palette].colors(dark)

    assert rgb.shape == (20, 30, 3)
    np.testing.assert_array_equal(rgb[0, 0], colors[0])
    np.testing.assert_array_equal(rgb[-1, -1], colors[254])


def test_a_png_holds_the_same_pixels(tmp_path: Path):
    rgb = picture_of(VALUES, Levels(-1, 1), "signed")
    save_png(tmp_path / "карта.png", rgb)

    with Image.open(tmp_path / "карта.png") as read:
        np.testing.assert_array_equal(np.asarray(read), rgb)


def test_a_grid_shows_every_picture_unchanged():
    pictures = [np.full((20, 30, 3), value, np.uint8) for value in (10, 20, 30, 40, 50)]
    sheet = grid_of([(f"filter {i}", rgb) for i, rgb in enumerate(pictures)], 2)

    for value in (10, 20, 30, 40, 50):
        assert (sheet == value).all(axis=-1).sum() >= 600
    assert sheet.shape[0] > sheet.shape[1]


def test_titles_are_written_and_long_ones_fit():
    blank = np.zeros((40, 60, 3), np.uint8)
    sheets = [grid_of([(title, blank)]) for title in ("", "−σ × é", "a very long title " * 20)]

    assert len({sheet.shape for sheet in sheets}) == 1
    assert len({sheet.tobytes() for sheet in sheets}) == 3


def test_letters_beyond_ascii_are_no_empty_boxes():
    blank = np.zeros((40, 60, 3), np.uint8)
    boxes = {grid_of([(letter, blank)]).tobytes() for letter in ("×", "−", "é", "°", "\uffff")}

    assert len(boxes) == 5


def test_pictures_of_different_sizes_share_a_grid():
    sheet = grid_of([("a", np.zeros((10, 40, 3), np.uint8)), ("b", np.zeros((30, 20, 3), np.uint8))], dark=True)

    assert sheet.shape[1] > 80


def test_a_grid_is_saved(tmp_path: Path):
    save_grid_png(tmp_path / "grid.png", [("a", picture_of(VALUES, Levels(-1, 1), "gray"))], 1)

    with Image.open(tmp_path / "grid.png") as read:
        assert read.mode == "RGB"


def test_a_grid_of_nothing_is_refused():
    with pytest.raises(ValueError, match="tiles must hold at least one"):
        grid_of([])
