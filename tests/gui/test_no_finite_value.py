"""A map without any number: nothing on screen gives it a range."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.default import default_project
from convexplorer.sources import parse
from tests.gui.conftest import OpenWindow, newest_picture


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    np.save(tmp_path / "nan.npy", np.full((12, 16), np.nan, np.float32))
    window = open_window(default_project(parse(str(tmp_path / "nan.npy")), ("sobel-x", "box")))
    newest_picture(window, qtbot)
    return window


def test_tiles_input_and_status_say_that_no_value_is_finite(window: MainWindow) -> None:
    tiles = window.maps_panel.findChild(TileGrid).tiles
    labels = [label.text() for part in (window.input_panel, window.status_panel) for label in part.findChildren(QLabel)]

    assert {tile.subtitle for tile in tiles} == {"no finite value"}
    assert any("float32, no finite value" in text for text in labels)
    assert any("sobel-x: no finite value" in text for text in labels)


@pytest.mark.parametrize("mode", ["bank", "channels", "compare"])
def test_nothing_on_screen_says_that_values_go_from_0_to_0(window: MainWindow, qtbot: QtBot, mode: str) -> None:
    window.selection.select(mode=mode)
    newest_picture(window, qtbot)

    said = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    said += [part.accessibleDescription() for part in window.findChildren(TileGrid)]

    assert not [text for text in said if "0 … 0" in text or "0…0" in text]
