"""Explaining values in a real window: hover, pin, step, let the window slide, take over, scrub, study, all by hand."""

from pathlib import Path

import numpy as np
import pytest

from convexplorer.model.default import default_project
from convexplorer.model.storage.files import save_project
from convexplorer.sources.frame import Source
from tests.window.conftest import Hand, wait_until

pytestmark = pytest.mark.window
SIZE = ("--size", "1280x860", "--theme", "light")
# Where things are in a window of this size.
PANEL = np.s_[690:830, 10:1260]
MAP, INPUT = np.s_[150:640, 700:1250], np.s_[120:640, 20:350]
ON_MAP, ON_INPUT = (840, 400), (190, 380)


@pytest.fixture
def hand(start, tmp_path: Path) -> Hand:
    """Return a hand on a window with one map, large, and the explanation below."""
    path = tmp_path / "mine.json"
    save_project(path, default_project(Source("sample", "astronaut"), ["sobel-x"]))
    hand = start("--project", str(path), *SIZE)
    wait_until(lambda: float(hand.picture()[100:600].std()) > 20, "the first map")
    wait_until(lambda: float(hand.picture()[PANEL].std()) > 12, "the arithmetic")
    hand.key("Escape")  # the hint of the first start covers a part of the map, and would go at any moment
    rests(hand, np.s_[:, :])  # on a busy machine the layout may still move after the first numbers
    return hand


def part(hand: Hand, area: tuple[slice, slice]) -> np.ndarray:
    return hand.picture()[area].astype(int)


def differs(hand: Hand, area: tuple[slice, slice], before: np.ndarray) -> bool:
    return bool((np.abs(part(hand, area) - before) > 8).any())


def rests(hand: Hand, area: tuple[slice, slice]) -> np.ndarray:
    """Wait until three looks at a part of the window are the same, and return it."""
    looks = [part(hand, area)]

    def is_same() -> bool:
        looks.append(part(hand, area))
        return len(looks) > 2 and all(np.array_equal(looks[-1], look) for look in looks[-3:-1])

    wait_until(is_same, "a part of the window that rests")
    return looks[-1]


def test_hovering_pinning_and_stepping_change_the_arithmetic(hand: Hand):
    before = rests(hand, PANEL)
    hand.move(*ON_MAP)
    wait_until(lambda: differs(hand, PANEL, before), "the numbers under the mouse")

    hand.click(*ON_MAP)
    pinned = rests(hand, PANEL)
    hand.move(ON_MAP[0] + 90, ON_MAP[1] - 60)
    stayed = rests(hand, PANEL)
    hand.key("Right")
    wait_until(lambda: differs(hand, PANEL, pinned), "the numbers of the next output")

    assert np.array_equal(pinned, stayed)


def test_the_film_plays_and_a_hand_takes_over(hand: Hand):
    hand.move(640, 640)  # over no picture
    whole = rests(hand, MAP)
    hand.key("F6")
    wait_until(lambda: differs(hand, MAP, whole), "the map to be covered")
    first = part(hand, PANEL)
    wait_until(lambda: differs(hand, PANEL, first), "other numbers while the window slides")

    hand.move(*ON_INPUT)
    wait_until(lambda: _is_whole(hand, whole), "the whole map again, because a hand took over")
    rests(hand, MAP)
    hand.key("F7")
    wait_until(lambda: not _is_whole(hand, whole), "the film, one step at a time")


def _is_whole(hand: Hand, whole: np.ndarray) -> bool:
    """Tell whether the map is not covered; marks on it may differ."""
    return float((np.abs(part(hand, MAP) - whole).max(axis=2) > 8).mean()) < 0.05


def test_the_film_is_scrubbed_both_ways(hand: Hand):
    hand.move(640, 640)
    whole = rests(hand, MAP)
    x, y = _handle(hand)

    hand.click(x + 70, y)
    wait_until(lambda: differs(hand, MAP, whole), "the map, filled to a part")
    late = _covered(rests(hand, MAP), whole)
    hand.click(x + 25, y)
    wait_until(lambda: _covered(part(hand, MAP), whole) > late, "the map, filled to a smaller part")


def _handle(hand: Hand) -> tuple[int, int]:
    """Find the handle of the film's slider by its colour, while it is at the beginning."""
    top, left = 655, 470
    header = part(hand, np.s_[top:690, left:660])
    is_accent = (np.abs(header - (207, 101, 23)) < 24).all(axis=2)  # blue, green, red
    rows, columns = np.nonzero(is_accent)
    assert rows.size > 10
    return left + round(columns.mean()), top + round(rows.mean())


def _covered(shown: np.ndarray, whole: np.ndarray) -> float:
    return float((np.abs(shown - whole).max(axis=2) > 8).mean())


def test_a_part_is_studied_and_shown_large(hand: Hand):
    hand.click(*ON_MAP)
    before = rests(hand, PANEL)

    hand.key("ctrl+shift+i")
    wait_until(lambda: differs(hand, PANEL, before), "matrices of numbers")
    studied = rests(hand, PANEL)
    hand.key("ctrl+i")
    wait_until(lambda: differs(hand, PANEL, studied), "the same, large, over a faded window")
    hand.key("Escape")
    wait_until(lambda: not differs(hand, PANEL, studied), "the study as it was")


def test_what_is_read_is_drawn_and_goes_again(hand: Hand):
    hand.move(640, 640)
    before = rests(hand, INPUT)

    hand.key("ctrl+shift+g")
    wait_until(lambda: differs(hand, INPUT, before), "what is read")
    hand.key("ctrl+shift+g")

    wait_until(lambda: not differs(hand, INPUT, before), "the picture alone")
    assert hand.errors() == ""
