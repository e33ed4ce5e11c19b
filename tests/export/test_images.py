from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convexplorer.export.images import grid_of, save_grid_png, save_png

RGB = np.random.default_rng(2).integers(0, 256, (20, 30, 3), np.uint8)


def test_a_png_holds_the_same_pixels(tmp_path: Path):
    save_png(tmp_path / "карта.png", RGB)

    with Image.open(tmp_path / "карта.png") as read:
        np.testing.assert_array_equal(np.asarray(read), RGB)


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
    sheet = grid_of([("a", np.zeros((10, 40, 3), np.uint8)), ("b", np.zeros((30, 20, 3), np.uint8))], is_dark=True)

    assert sheet.shape[1] > 80


def test_a_grid_is_saved(tmp_path: Path):
    save_grid_png(tmp_path / "grid.png", [("a", RGB)], 1)

    with Image.open(tmp_path / "grid.png") as read:
        assert read.mode == "RGB"


def test_a_grid_of_nothing_is_refused():
    with pytest.raises(ValueError, match="tiles must hold at least one"):
        grid_of([])
