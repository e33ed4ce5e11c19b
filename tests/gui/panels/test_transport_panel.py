from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convexplorer.gui.look import theme
from convexplorer.gui.panels.transport_panel import SPEEDS, TransportPanel
from convexplorer.gui.window.qactions import refresh_actions
from convexplorer.live.status import PlayerStatus, place_text
from convexplorer.model import edits
from convexplorer.results.picture import Picture
from convexplorer.sources.frame import Frame, Source, SourceInfo
from tests.gui.panels.conftest import Bench

VIDEO = SourceInfo("clip.mp4", 150, 25.0, is_seekable=True)
UNCOUNTED = replace(VIDEO, is_estimated=True)
FOLDER = SourceInfo("holiday", 3, None, is_seekable=True, names=("a.png", "b.png", "c.png"))
CAMERA = SourceInfo("Camera 0", None, 30.0, is_live=True)
STILL = SourceInfo("photo.png")


class FakePlayer:
    """Notes what it is asked for."""

    def __init__(self) -> None:
        self.status = PlayerStatus()
        self.asked: list[tuple[object, ...]] = []

    def __getattr__(self, name: str) -> object:
        return lambda *arguments: self.asked.append((name, *arguments))


@pytest.fixture
def player() -> FakePlayer:
    return FakePlayer()


@pytest.fixture
def panel(bench: Bench, player: FakePlayer, qtbot: QtBot) -> TransportPanel:
    bench.shell.bridge.player = player
    bench.shell.context = replace(bench.context, player=player)
    found = TransportPanel(bench.context)
    qtbot.addWidget(found)
    bench.put(found)
    return found


def shown(panel: TransportPanel) -> set[str]:
    """Return the names of the visible controls."""
    names = ("back", "play", "forward", "slider", "loop", "speed", "mirror", "size")
    return {name for name in names if not getattr(panel, f"_{name}").isHidden()}


def test_a_page_of_a_stack_tells_where_it_stands(panel: TransportPanel, bench: Bench) -> None:
    panel.show_status(PlayerStatus(info=SourceInfo("stack.tif", 24, is_seekable=True), state="paused", index=6))
    frame = Frame(np.zeros((1, 4, 5), np.float32), ("Y",), index=6, subtitle="z 2 of 3, channel 3 of 4")

    panel.show_picture(cast(Picture, SimpleNamespace(frame=frame)))

    assert panel._place.text() == "page 7 of 24 · z 2 of 3, channel 3 of 4"


def test_a_still_picture_needs_no_controls(panel: TransportPanel) -> None:
    panel.show_status(PlayerStatus(info=STILL, state="paused"))

    assert panel.isHidden()


def test_each_kind_of_source_gets_the_controls_it_has_a_use_for(panel: TransportPanel, bench: Bench) -> None:
    panel.show_status(PlayerStatus(info=VIDEO, state="playing"))
    assert shown(panel) == {"back", "play", "forward", "slider", "loop", "speed"}

    panel.show_status(PlayerStatus(info=FOLDER, state="paused"))
    assert shown(panel) == {"back", "forward", "slider", "loop"}

    bench.context.store.commit(edits.set_source(bench.state, Source("camera", "0")))
    panel.show_status(PlayerStatus(info=CAMERA, state="playing"))
    assert shown(panel) == {"play", "mirror", "size"}


def test_a_failure_is_a_sentence_even_without_controls(panel: TransportPanel) -> None:
    panel.show_status(PlayerStatus(state="failed", message="photo.png is no picture."))

    assert not panel.isHidden()
    assert panel._message.text() == "photo.png is no picture."
    assert not shown(panel)


def test_buttons_ask_the_player(panel: TransportPanel, player: FakePlayer) -> None:
    panel.show_status(PlayerStatus(info=VIDEO, state="paused"))

    panel._play.click()
    panel._forward.click()
    panel._back.click()
    panel._slider.setValue(70)
    panel._loop.click()
    panel._speed.activated.emit(SPEEDS.index(0.5))

    assert player.asked == [
        ("toggle",),
        ("step", 1),
        ("step", -1),
        ("seek", 70),
        ("set_loop", True),
        ("set_speed", 0.5),
    ]


def test_following_the_source_asks_for_nothing(panel: TransportPanel, player: FakePlayer, bench: Bench) -> None:
    player.status = PlayerStatus(info=VIDEO, state="playing", index=99, speed=2.0, is_looping=True)
    panel.show_status(player.status)
    refresh_actions(bench.shell, bench.shell.commands)

    assert player.asked == []
    assert panel._slider.value() == 99
    assert panel._loop.isChecked()


@pytest.mark.parametrize(
    ("info", "state", "word"),
    [(VIDEO, "playing", "Pause"), (VIDEO, "paused", "Play"), (CAMERA, "playing", "Freeze"), (CAMERA, "paused", "live")],
)
def test_the_button_says_what_it_would_do_now(
    panel: TransportPanel, player: FakePlayer, bench: Bench, info: SourceInfo, state: str, word: str
) -> None:
    player.status = PlayerStatus(info=info, state=state)
    refresh_actions(bench.shell, bench.shell.commands)

    assert word in panel._play.toolTip()


def test_a_slider_in_the_hand_does_not_jump(panel: TransportPanel) -> None:
    panel.show_status(PlayerStatus(info=VIDEO, state="playing", index=10))
    panel._slider.setSliderDown(True)

    panel.show_status(PlayerStatus(info=VIDEO, state="playing", index=11))

    assert panel._slider.value() == 10


def test_camera_options_are_edits_of_the_source(panel: TransportPanel, bench: Bench) -> None:
    bench.context.store.commit(edits.set_source(bench.state, Source("camera", "0")))

    panel._mirror.click()
    panel._size.activated.emit(panel._size.findData("1280x720"))
    assert dict(bench.state.source.options) == {"mirror": True, "size": "1280x720"}

    panel._mirror.click()
    panel._size.activated.emit(0)
    assert dict(bench.state.source.options) == {"mirror": False}, "without it, a front camera is mirrored"


def test_the_default_size_of_a_camera_is_said_once_it_is_known(panel: TransportPanel, bench: Bench) -> None:
    def shows(size: tuple[int, int], asked: str = "") -> str:
        source = Source("camera", "0", {"size": asked} if asked else {})
        bench.context.store.commit(edits.set_source(bench.state, source))
        info = replace(CAMERA, size=size)
        panel.show_status(PlayerStatus(source, info, "playing"))
        return panel._size.itemText(0)

    assert shows((480, 640), "640x480") == "default"
    assert shows((720, 1280)) == "default · 1280 × 720"
    assert shows((480, 640), "640x480") == "default · 1280 × 720"
    assert panel._size.currentText() == "640 × 480"

    bench.context.store.commit(edits.set_source(bench.state, Source("camera", "1")))
    assert panel._size.currentText() == "default"


def test_a_status_of_a_camera_asks_for_no_layout(panel: TransportPanel, bench: Bench, qtbot: QtBot) -> None:
    source = Source("camera", "0")
    bench.context.store.commit(edits.set_source(bench.state, source))
    status = PlayerStatus(source, replace(CAMERA, size=(720, 1280)), "playing")
    panel.show_status(status)
    changed: list[object] = []
    panel._size.model().dataChanged.connect(lambda *_: changed.append(1))

    panel.show_status(status)

    assert not changed


@pytest.mark.parametrize(
    ("status", "time_s", "wanted"),
    [
        (PlayerStatus(info=FOLDER, state="paused", index=1), 0, "2 of 3 · b.png"),
        (PlayerStatus(info=VIDEO, state="playing", index=11), 62.5, "frame 12 of 150 · 1:02.50"),
        (PlayerStatus(info=UNCOUNTED, state="paused", index=11), 0.4, "frame 12 of about 150 · 0:00.40"),
        (
            PlayerStatus(info=UNCOUNTED, state="paused", index=99, is_estimated=True),
            4,
            "about frame 100 of about 150 · 0:04.00",
        ),
        (PlayerStatus(info=SourceInfo("stack.tif", 9), state="paused", index=8), 0, "page 9 of 9"),
        (PlayerStatus(info=CAMERA, state="playing", rate_hz=29.96), 0, "live · 30.0 per second"),
        (PlayerStatus(info=CAMERA, state="paused"), 0, "frozen"),
        (PlayerStatus(), 0, ""),
    ],
)
def test_the_place_is_told_in_words(status: PlayerStatus, time_s: float, wanted: str) -> None:
    assert place_text(status, time_s, "") == wanted


def test_every_control_has_a_name_and_a_tip(panel: TransportPanel) -> None:
    for name in ("back", "play", "forward", "slider", "loop", "speed", "mirror", "size"):
        control: QWidget = getattr(panel, f"_{name}")
        assert control.accessibleName()
        assert control.toolTip()


def test_the_end_of_a_video_is_said() -> None:
    status = PlayerStatus(state="ended", info=VIDEO, index=149)

    assert place_text(status, 5.96, "") == "frame 150 of 150 · 0:05.96 · ended"


def test_a_count_that_the_video_has_passed_is_not_said() -> None:
    status = PlayerStatus(info=SourceInfo("clip.mpg", 97, 25.0), state="playing", index=97)

    assert place_text(status, 3.88, "") == "frame 98 · 0:03.88"


def test_a_video_of_unknown_length_can_be_stepped_both_ways(panel: TransportPanel) -> None:
    info = SourceInfo("browser.webm", None, 25.0, is_seekable=True)

    panel.show_status(PlayerStatus(info=info, state="paused"))
    uncounted = shown(panel)
    panel.show_status(PlayerStatus(info=replace(info, frame_count=75), state="paused"))

    assert uncounted == {"back", "play", "forward", "loop", "speed"}
    assert shown(panel) - uncounted == {"slider"}


def test_a_long_message_is_read_whole_in_a_narrow_pane(panel: TransportPanel, qtbot: QtBot) -> None:
    sentence = "The stream does not answer, so the last picture stays. " * 6 + "Trying again in 8 s (5 of 5)."
    panel.resize(panel.minimumSizeHint().width(), 200)
    panel.show()

    panel.show_status(PlayerStatus(state="waiting", message=sentence))
    qtbot.waitUntil(panel._message.isVisible)

    font = theme.digits_font(12)
    assert QFontMetricsF(font).horizontalAdvance(sentence) > 2 * panel._message.width()
    assert " ".join(panel._message._wrapped(sentence, font)) == sentence


def test_a_click_on_the_groove_seeks_there(panel: TransportPanel, player: FakePlayer, qtbot: QtBot) -> None:
    panel.resize(400, 80)
    panel.show()
    panel.show_status(PlayerStatus(info=VIDEO, state="paused", index=0))
    slider = panel._slider

    for y in (1, slider.height() // 2, slider.height() - 2):
        player.asked.clear()
        slider.setValue(0)
        qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, y))
        assert abs(slider.value() - 75) <= 3
        assert player.asked[-1][0] == "seek"


def test_the_place_is_that_of_the_frame_on_screen(panel: TransportPanel, bench: Bench) -> None:
    panel.show_status(PlayerStatus(info=VIDEO, state="playing", index=40))
    picture = bench.compute()
    shown = replace(picture, frame=replace(picture.frame, index=38, time_s=1.52))

    panel.show_picture(shown)
    panel.show_status(PlayerStatus(info=VIDEO, state="playing", index=41))

    assert panel._place.text() == "frame 39 of 150 · 0:01.52"
