"""Worked examples in the window: each is a project as its author made it, and undo leads back."""

import numpy as np
import pytest

from convexplorer.gui.window.menus import build_open_menu
from convexplorer.model.worked_examples import EXAMPLES
from convexplorer.sources.numbers import grid_of
from tests.gui.conftest import message_of, picture_of_numbers


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_opens_with_its_numbers_and_undo_leads_back(window, qtbot, name):
    before = window.store.state

    window.actions_by_name[f"example-{name}"].trigger()
    picture = picture_of_numbers(window, qtbot)

    np.testing.assert_array_equal(picture.input, grid_of(picture.project.source.address))
    assert [one.error for one in picture.layers] == [""] * len(picture.layers)
    assert [tile.title for tile in picture.tiles] == [one.name for one in picture.project.layers[0].filters]
    assert message_of(window) == EXAMPLES[name].explanation
    assert not window.store.is_modified
    window.store.undo()
    assert window.store.state is before


def test_the_open_menu_lists_all_examples(window):
    menu = build_open_menu(window)
    (examples,) = (action.menu() for action in menu.actions() if action.text() == "Worked examples")

    assert [action.text() for action in examples.actions()] == [one.title for one in EXAMPLES.values()]
