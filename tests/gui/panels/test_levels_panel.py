"""The colour bar beside the maps."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convexplorer.gui.panels.levels_panel import LevelsPanel
from convexplorer.model import edits
from convexplorer.model.view import Reference
from tests.gui.panels.conftest import Bench


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> LevelsPanel:
    found = LevelsPanel(bench.context)
    qtbot.addWidget(found)
    bench.put(found)
    return found


def test_levels_are_typed_over_the_bar_and_locked_exactly(bench: Bench, panel: LevelsPanel, qtbot: QtBot) -> None:
    bench.compute()
    qtbot.mouseDClick(panel._bar, Qt.MouseButton.LeftButton)

    qtbot.keyClicks(panel._bar._field, "-0.0625, 300.125")
    qtbot.keyClick(panel._bar._field, Qt.Key.Key_Return)

    assert bench.state.display.scope == "locked"
    assert bench.state.display.locked == (-0.0625, 300.125)
    assert not panel._bar._field.isVisible()


def test_the_bar_has_the_levels_of_the_selected_map(bench: Bench, panel: LevelsPanel) -> None:
    for index in range(3):
        bench.context.selection.select(filter=index)
        levels = bench.compute().tiles[index].levels

        assert (panel._bar._low, panel._bar._high) == (levels.low, levels.high)


def test_no_levels_are_typed_where_they_have_no_effect(bench: Bench, panel: LevelsPanel) -> None:
    bench.context.store.commit(edits.set_display(bench.state, as_opencv_8bit=True))
    bench.compute()

    assert not panel._bar.isEnabled()


def test_the_levels_of_a_map_are_not_beside_those_of_a_reference(bench: Bench, panel: LevelsPanel) -> None:
    picture = bench.compute()
    assert not panel._bar.isHidden()

    kept = Reference(picture.frame, picture.project)
    beside = replace(picture.view, mode="network", shown="difference", reference=kept)
    panel.show_picture(replace(picture, view=beside))  # the differences follow
    assert panel._bar.isHidden()

    panel.show_picture(replace(picture, view=replace(beside, shown="own")))
    assert not panel._bar.isHidden()
