"""Kernels of any numbers at every desk: nothing is warned of, and what is 0 looks like 0."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.kernel.kernel_painter import _ZERO, _indexes
from convexplorer.gui.panels.studio.desks import DESKS
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.recipe import Recipe
from tests.gui.conftest import message_of
from tests.gui.shared_window import is_up_to_date

EXTREMES = {
    "largest": 1e308 * np.eye(3),
    "largest of both signs": 1e308 * np.array([[1.0, -1.0], [-1.0, 1.0]]),
    "small": 1e-308 * np.eye(3),
    "smallest": 5e-324 * np.eye(3),
    "not a number": np.array([[np.nan, 1.0, 0.0]]),
    "infinite": np.array([[np.inf], [-np.inf]]),
    "nothing": np.zeros((4, 2)),
    "largest everywhere": np.full((15, 15), 1.7e308),
}


@pytest.mark.parametrize("plane", EXTREMES.values(), ids=EXTREMES.keys())
def test_every_desk_shows_a_kernel_of_any_numbers(window: MainWindow, qtbot: QtBot, plane: np.ndarray) -> None:
    window.actions_by_name["studio"].give()
    panel = window.studio.panel
    assert panel is not None
    for row in DESKS:
        panel.open_desk(row.key)
        assert panel.work.make(plane, Recipe("drawn")), message_of(window)
        panel.work.settle()
        panel.grab()
        window.store.undo()
    qtbot.waitUntil(lambda: is_up_to_date(window))


@pytest.mark.parametrize("strongest", [5e-324, 1e-308, 1.0, 1e308])
def test_a_weight_of_0_has_the_colour_of_0_beside_any_other(strongest: float) -> None:
    planes = strongest * np.array([[[-1.0, 0.0, 1.0]]])

    assert _indexes(planes, strongest)[0, 0].tolist() == [0, _ZERO, 2 * _ZERO]
