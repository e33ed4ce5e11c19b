"""An operator that is not known, in the window: a card and a form that say what it is and why it is not computed."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.layer import Layer, make_layer
from tests.gui.conftest import newest_picture
from tests.gui.test_every_kind import press, report

REASON = "Lambda is code of its own, which is not run"


@pytest.fixture
def layer(window: MainWindow, qtbot: QtBot) -> Layer:
    """Return an unknown layer behind the first one, selected, with a pool behind it."""
    state = window.store.state
    unknown = make_layer("unknown", operator="Lambda", reason=REASON)
    project = replace(state, layers=(*state.layers, unknown, make_layer("max_pool")))
    window.store.commit(project)
    window.selection.select(layer=project.ids[1])
    newest_picture(window, qtbot)
    return project.layers[1]


def test_its_card_and_its_form_say_what_it_is_and_why(window: MainWindow, qtbot: QtBot, layer: Layer) -> None:
    picture, form = newest_picture(window, qtbot), window.parameters_panel.form

    assert window.ribbon.layer_card(1).title().endswith("Lambda")
    assert report(picture, layer).error == REASON
    assert form.control("operator").text() == "Lambda"
    assert form.control("reason").text() == REASON
    assert [one.currentData() for one in form.inputs.combos] == [window.store.state.ids[0]]


def test_what_is_before_it_runs(window: MainWindow, qtbot: QtBot, layer: Layer) -> None:
    picture = newest_picture(window, qtbot)

    assert picture.layers[0].error == ""
    assert picture.layers[2].error == "not computed, because layer 2 failed"


def test_left_out_it_passes_on_what_it_gets(window: MainWindow, qtbot: QtBot, layer: Layer) -> None:
    press(window, "leave-out")

    assert [one.error for one in newest_picture(window, qtbot).layers] == ["", "", ""]


def test_it_is_moved_copied_and_removed_as_any_other(window: MainWindow, qtbot: QtBot, layer: Layer) -> None:
    for name in ("duplicate-layer", "move-layer-back", "remove-layer"):
        press(window, name)
        newest_picture(window, qtbot)

    assert [one.kind for one in window.store.state.layers] == ["conv", "unknown", "max_pool"]


def test_no_command_adds_it(window: MainWindow) -> None:
    assert "add-unknown" not in window.actions_by_name
