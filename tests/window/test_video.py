"""A video file in the real window: it plays, pauses, steps both ways, and ends at its last frame."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from convexplorer.export.video import Recorder
from tests.window.conftest import Hand, wait_until

pytestmark = pytest.mark.window
COUNT, DARKEST, STEP = 40, 60, 4


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Write a film in which every frame is a grey of its own, without loss."""
    path = tmp_path / "film.mkv"
    with Recorder(path, 10.0) as recorder:
        for i in range(COUNT):
            recorder.write(np.full((240, 320, 3), DARKEST + STEP * i, np.uint8))
    return path


def shown_frame(hand: Hand) -> int | None:
    """Return the number of the frame in the input pane, None while there is no picture."""
    place = hand.picture()[390:430, 150:230].astype(int)
    frame = round((float(place.mean()) - DARKEST) / STEP)
    return frame if place.std() < 1 and 0 <= frame < COUNT else None


def resting_frame(hand: Hand) -> int:
    """Wait until the same frame is shown for a while, and return its number."""
    seen: list[int | None] = []

    def rests() -> bool:
        seen.append(shown_frame(hand))
        return len(seen) >= 4 and seen[-1] is not None and len(set(seen[-4:])) == 1

    wait_until(rests, "a frame that stays")
    assert seen[-1] is not None
    return seen[-1]


def test_a_video_plays_pauses_and_steps_both_ways(start: Callable[..., Hand], video: Path) -> None:
    hand = start(str(video), "--size", "1280x800", "--theme", "light")
    first = wait_until(lambda: shown_frame(hand), "a frame after the first")
    wait_until(lambda: (shown_frame(hand) or 0) > int(str(first)), "a later frame")

    hand.key("space")
    paused = resting_frame(hand)
    assert paused < COUNT - 2

    hand.key("period")
    wait_until(lambda: shown_frame(hand) == paused + 1, "the next frame")
    hand.key("comma")
    wait_until(lambda: shown_frame(hand) == paused, "the frame before")
    hand.key("comma")
    wait_until(lambda: shown_frame(hand) == paused - 1, "the frame before that")

    hand.key("space")
    wait_until(lambda: shown_frame(hand) == COUNT - 1, "the last frame")
    assert resting_frame(hand) == COUNT - 1

    hand.close()
    assert hand.process.returncode == 0
    assert hand.errors() == ""
