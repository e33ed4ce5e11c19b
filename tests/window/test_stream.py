"""A stream from the network in the real window: live, then cut off."""

from collections.abc import Callable

import numpy as np
import pytest

from convexplorer.gui.look.colors import LIGHT
from tests.mjpeg_server import MjpegServer, refusing_url
from tests.window.conftest import Hand, wait_until
from tests.window.messages import find_message

pytestmark = pytest.mark.window
SIZE = ("--size", "1280x800", "--theme", "light")
INPUT = np.s_[340:500, 30:350]


def is_drawn(hand: Hand) -> bool:
    return float(hand.picture()[INPUT].std()) > 20


def is_moving(hand: Hand) -> bool:
    return not np.array_equal(hand.picture()[INPUT], hand.picture()[INPUT])


def test_a_stream_is_live_and_its_last_picture_stays_when_the_server_dies(start: Callable[..., Hand]) -> None:
    with MjpegServer(rate_hz=15.0, size=(240, 320)) as server:
        hand = start(server.url, *SIZE)
        wait_until(lambda: is_drawn(hand), "the first frame")
        wait_until(lambda: is_moving(hand), "another frame")

        server.die()

        find_message(hand, LIGHT.warning)
        assert is_drawn(hand)
        assert not is_moving(hand)

    hand.close()
    assert hand.process.returncode == 0
    assert hand.errors() == ""


def test_edits_go_on_while_a_stream_is_frozen(start: Callable[..., Hand]) -> None:
    maps = np.s_[150:600, 700:1240]
    with MjpegServer(rate_hz=15.0, size=(240, 320)) as server:
        hand = start(server.url, *SIZE)
        wait_until(lambda: is_moving(hand), "live frames")

        hand.key("space")
        wait_until(lambda: not any(is_moving(hand) for _ in range(3)), "the frozen picture")
        before = hand.picture()[maps]
        hand.key("ctrl+shift+m")
        wait_until(lambda: not np.array_equal(hand.picture()[maps], before), "the negative maps")

        hand.key("space")
        wait_until(lambda: is_moving(hand), "live frames again")
        hand.close()
    assert hand.errors() == ""


def test_a_server_that_is_not_there_is_said_and_a_sample_offered(start: Callable[..., Hand]) -> None:
    hand = start(refusing_url(), *SIZE)

    find_message(hand, LIGHT.warning)

    assert not is_drawn(hand)
    hand.close()
    assert hand.process.returncode == 0
