"""The settings of a camera: only what the device answers to, each by hand or automatic."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convexplorer.gui.look import theme
from convexplorer.gui.panels.camera_panel import LEAST_HEIGHT, WHOLE_FROM, CameraPanel
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.live.status import PlayerStatus
from convexplorer.model import edits
from convexplorer.sources.camera_options import CAMERA_CONTROLS
from convexplorer.sources.frame import Adjustment, Source, SourceInfo
from tests.gui.panels.conftest import Bench
from tests.gui.panels.test_transport_panel import FakePlayer

EXPOSURE = Adjustment("exposure", 50.0, is_automatic=True, has_automatic=True)
GAIN = Adjustment("gain", 10.0, is_automatic=True, has_automatic=False)
INFO = SourceInfo("Lid", None, 30.0, is_live=True, adjustments=(EXPOSURE, GAIN))


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> CameraPanel:
    player = FakePlayer()
    bench.shell.bridge.player = player
    bench.shell.context = replace(bench.context, player=player)
    found = CameraPanel(bench.context)
    qtbot.addWidget(found)
    bench.put(found)
    bench.context.store.commit(edits.set_source(bench.state, Source("camera", "0")))
    player.status = PlayerStatus(info=INFO, state="playing")
    found.ask_for(True)
    return found


def show(panel: CameraPanel, *adjustments: Adjustment) -> None:
    panel.show_status(PlayerStatus(info=replace(INFO, adjustments=adjustments), state="playing"))


def test_only_what_the_camera_answers_to_is_shown(panel: CameraPanel) -> None:
    assert set(panel._rows) == {"exposure", "gain"}
    assert panel._nothing.isHidden()

    show(panel)
    assert set(panel._rows) == set()
    assert not panel._nothing.isHidden()
    assert panel._reset.isHidden()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_name_of_every_control_is_whole(panel: CameraPanel, qapp: QApplication, scale: float) -> None:
    theme.apply_theme(qapp, "light", scale=scale)
    panel.resize(theme.px(400), theme.px(300))
    show(panel, *(replace(EXPOSURE, name=name, value=row.default) for name, row in CAMERA_CONTROLS.items()))
    panel.show()
    panel.grab()  # lays out

    labels = [one for row in panel._rows.values() for one in row.findChildren(ElidedLabel)]
    cut = [one.text() for one in labels if one.is_elided]
    theme.apply_theme(qapp, "light", scale=1.0)
    assert {one.text() for one in labels} >= {row.label for row in CAMERA_CONTROLS.values()}
    assert cut == []


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_in_a_low_window_the_form_scrolls_and_leaves_the_picture_its_room(
    panel: CameraPanel, qapp: QApplication, qtbot: QtBot, scale: float
) -> None:
    theme.apply_theme(qapp, "light", scale=scale)
    every = [replace(EXPOSURE, name=name, value=row.default) for name, row in CAMERA_CONTROLS.items()]
    show(panel, *every)
    panel.resize(theme.px(400), theme.px(WHOLE_FROM))
    panel.show()
    QApplication.processEvents()
    whole = panel.sizeHint().height()

    panel.resize(theme.px(400), theme.px(WHOLE_FROM) - 1)
    QApplication.processEvents()
    scrolled = panel.sizeHint().height(), panel.minimumSizeHint().height()
    last = panel.row(every[-1].name)
    panel.resize(theme.px(400), scrolled[0])
    QApplication.processEvents()
    was_seen = not last.visibleRegion().isEmpty()
    last.automatic.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(2):  # to and fro, as Tab and Backtab do
        qtbot.keyClick(last.automatic, Qt.Key.Key_Backtab)
        qtbot.keyClick(QApplication.focusWidget() or last, Qt.Key.Key_Tab)
    is_seen = last.visibleRegion().boundingRect().height() >= last.height() - 1

    theme.apply_theme(qapp, "light", scale=1.0)
    assert whole >= 6 * last.sizeHint().height() / scale
    assert scrolled == (round(LEAST_HEIGHT * scale), round(LEAST_HEIGHT * scale))
    assert (was_seen, is_seen) == (False, True)


def test_a_slider_sets_the_camera_by_hand_in_one_step(panel: CameraPanel, bench: Bench) -> None:
    slider = panel.row("exposure").slider
    slider._slider.setSliderDown(True)
    for percent in (60, 70, 80):
        slider._slider.setValue(percent)
    slider._slider.setSliderDown(False)

    assert bench.state.source.options == {"exposure": 80.0}
    bench.context.store.undo()
    assert bench.state.source.options == {}


def test_automatic_gives_it_back_to_the_camera(panel: CameraPanel, bench: Bench) -> None:
    panel.row("exposure").automatic.click()
    assert bench.state.source.options == {"exposure": 50.0}, "the hand begins where the camera was"

    show(panel, replace(EXPOSURE, is_automatic=False), GAIN)
    assert not panel.row("exposure").automatic.isChecked()
    panel.row("exposure").automatic.click()
    assert bench.state.source.options == {}


def test_all_automatic_leaves_size_rate_and_mirror(panel: CameraPanel, bench: Bench) -> None:
    chosen = {"size": "640x480", "mirror": True, "rate": 15, "exposure": 20.0, "gain": 90.0}
    bench.context.store.commit(edits.set_source(bench.state, Source("camera", "0", chosen)))
    show(panel, replace(EXPOSURE, is_automatic=False), replace(GAIN, is_automatic=False))

    panel._reset.click()

    assert bench.state.source.options == {"size": "640x480", "mirror": True, "rate": 15}


def test_the_rate_is_an_edit_of_the_source(panel: CameraPanel, bench: Bench) -> None:
    panel._rate.activated.emit(panel._rate.findData(15))
    assert bench.state.source.options == {"rate": 15}
    assert panel._rate.currentText() == "15 fps"

    panel._rate.activated.emit(0)
    assert bench.state.source.options == {}


def test_a_rate_that_is_not_listed_is_shown_too(panel: CameraPanel, bench: Bench) -> None:
    bench.context.store.commit(edits.set_source(bench.state, Source("camera", "0", {"rate": 7.5})))

    assert panel._rate.currentText() == "7.5 fps"


def test_the_default_rate_is_said_once_it_is_known(panel: CameraPanel, bench: Bench) -> None:
    asked = Source("camera", "0", {"rate": 15})
    panel.show_status(PlayerStatus(asked, replace(INFO, rate_hz=15.0), "playing"))
    assert panel._rate.itemText(0) == "default"

    panel.show_status(PlayerStatus(Source("camera", "0"), replace(INFO, rate_hz=29.97), "playing"))
    assert panel._rate.itemText(0) == "default · 29.97 fps"

    bench.context.store.commit(edits.set_source(bench.state, asked))
    assert panel._rate.itemText(0) == "default · 29.97 fps"
    assert panel._rate.currentText() == "15 fps"


def test_another_source_closes_the_form(panel: CameraPanel, bench: Bench) -> None:
    assert not panel.isHidden()

    bench.context.store.commit(edits.set_source(bench.state, Source("sample", "cat")))

    assert panel.isHidden()
    assert not panel.is_asked_for


def test_what_the_camera_says_is_shown_while_it_decides(panel: CameraPanel) -> None:
    show(panel, replace(EXPOSURE, value=33.0), GAIN)

    assert panel.row("exposure").slider.value == 33.0
