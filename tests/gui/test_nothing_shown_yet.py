"""A window whose source has shown nothing: its layers are there, and one sentence says why there is no picture."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QToolButton

from convexplorer.gui.widgets.note import Note
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.default import default_project
from convexplorer.sources import Source, parse
from tests import stacks
from tests.gui.conftest import make_photo, message_of, newest_picture

pytestmark = pytest.mark.own_window


@pytest.fixture
def dark(open_window, tmp_path, qtbot) -> MainWindow:
    """Return a window with a network on a picture that is not there."""
    project = default_project(Source("image", str(tmp_path / "gone.png")))
    window = open_window(replace(project, layers=stacks.classifier((24, 36))), waits=False)
    qtbot.waitUntil(lambda: "gone.png" in message_of(window), timeout=20_000)
    return window


def test_the_failure_stands_once_and_no_word_stands_alone(dark):
    texts = [one.text() for kind in (QLabel, Note) for one in dark.findChildren(kind) if one.isVisible()]
    assert len([text for text in texts if "gone.png" in text and "is not there" in text]) == 1
    assert not [one for one in dark.status_panel.findChildren(QToolButton) if one.isVisible()]


def test_the_network_shows_its_layers_without_maps_and_with_them_when_they_come(dark, qtbot, tmp_path):
    dark.actions_by_name["network"].trigger()

    view = dark.maps_panel.network
    assert len(view.card_layout.cards) == 1 + len(dark.store.state.layers)
    assert all(card.station.pictures == 0 for card in view.card_layout.cards)

    dark.store.commit(replace(dark.store.state, layers=dark.store.state.layers[:2]))
    assert len(view.card_layout.cards) == 3

    dark.store.commit(replace(dark.store.state, source=parse(str(make_photo(tmp_path / "there.png")))))
    newest_picture(dark, qtbot)
    assert all(card.station.pictures > 0 for card in view.card_layout.cards)
    assert [one for one in dark.status_panel.findChildren(QToolButton) if one.isVisible()]
