"""The switch for races: what it says, what it changes, and that it is remembered."""

import os
from pathlib import Path

import pytest

from convexplorer.gui.commands import looking
from convexplorer.gui.session.settings import cache_folder
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.live.spare_time import SWITCH
from convexplorer.model.default import default_project
from tests.gui.conftest import OpenWindow, message_of


@pytest.fixture
def _races_are_allowed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(SWITCH)


def test_where_the_environment_fixes_the_plan_the_switch_says_so(window: MainWindow):
    action = window.actions_by_name["races"]

    assert not action.isEnabled()
    assert not action.isChecked()
    assert "CONVEXPLORER_FIXED_PLANS=1" in looking.why_not_races(window)
    assert not window.bridge.spare_time.records.is_on


@pytest.mark.own_window
@pytest.mark.usefixtures("_races_are_allowed")
def test_the_switch_fixes_the_plan_also_for_the_next_start(open_window: OpenWindow, photo):
    window = open_window(default_project())
    action = window.actions_by_name["races"]
    assert action.isChecked()

    action.trigger()

    assert not action.isChecked()
    assert not window.bridge.spare_time.records.is_on
    assert "From the next picture on, convolutions are computed by the fixed plan" in message_of(window)
    assert not open_window(default_project()).bridge.spare_time.records.is_on
    action.trigger()
    assert window.bridge.spare_time.records.is_on


def test_winners_are_kept_in_the_cache_of_the_system(window: MainWindow):
    assert cache_folder() == Path(os.environ["XDG_CACHE_HOME"]) / "convexplorer"
    assert window.bridge.spare_time._folder is not None
