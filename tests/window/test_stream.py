"""A stream from the network in the real window: live, then cut off."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from convexplorer.gui.look.colors import LIGHT
from convexplorer.model.default import default_project
from convexplorer.sources import parse
from tests.gui.conftest import make_photo
from tests.mjpeg_server import MjpegServer, refusing_url
from tests.window.conftest import Hand, wait_until
from tests.window.messages import find_message
from tests.window.places import Places, places_of

pytestmark = pytest.mark.window
SIZE = ("--size", "1280x800", "--theme", "light")


@pytest.fixture
def places(qtbot, tmp_path: Path) -> Places:
    """Tell where a picture of the stream's size is shown."""
    photo = make_photo(tmp_path / "photo.png", rows=240, columns=320)
    return places_of(default_project(parse(str(photo))), qtbot, (1280, 800))


def is_drawn(hand: Hand, places: Places) -> bool:
    return float(hand.picture()[places.input].std()) > 20


def is_moving(hand: Hand, places: Places) -> bool:
    return not np.array_equal(hand.picture()[places.input], hand.picture()[places.input])


def test_a_stream_is_live_and_its_last_picture_stays_when_the_server_dies(
    start: Callable[..., Hand], places: Places
) -> None:
    with MjpegServer(rate_hz=15.0, size=(240, 320)) as server:
        hand = start(server.url, *SIZE)
        wait_until(lambda: is_drawn(hand, places), "the first frame")
        wait_until(lambda: is_moving(hand, places), "another frame")

        server.die()

        find_message(hand, LIGHT.warning)
        assert is_drawn(hand, places)
        assert not is_moving(hand, places)

    hand.close()
    assert hand.process.returncode == 0
    assert hand.errors() == ""


def test_edits_go_on_while_a_stream_is_frozen(start: Callable[..., Hand], places: Places) -> None:
    with MjpegServer(rate_hz=15.0, size=(240, 320)) as server:
        hand = start(server.url, *SIZE)
        wait_until(lambda: is_moving(hand, places), "live frames")

        hand.key("space")
        wait_until(lambda: not any(is_moving(hand, places) for _ in range(3)), "the frozen picture")
        before = hand.picture()[places.map]
        hand.key("ctrl+shift+m")
        wait_until(lambda: not np.array_equal(hand.picture()[places.map], before), "the negative maps")

        hand.key("space")
        wait_until(lambda: is_moving(hand, places), "live frames again")
        hand.close()
    assert hand.errors() == ""


def test_a_server_that_is_not_there_is_said_and_a_sample_offered(start: Callable[..., Hand], places: Places) -> None:
    hand = start(refusing_url(), *SIZE)

    find_message(hand, LIGHT.warning)

    assert not is_drawn(hand, places)
    hand.close()
    assert hand.process.returncode == 0
