"""A digit drawn in a real window: ink under the mouse, maps that follow, and keys that take it back."""

import numpy as np
import pytest

from tests.window.conftest import Hand, wait_until

pytestmark = pytest.mark.window
LEFT, RIGHT = slice(0, 610), slice(630, 980)  # columns of the pad and of the maps


def square_of(hand: Hand) -> tuple[int, int, int]:
    """Return left, top and side of the dark square."""
    is_dark = (hand.picture()[:, LEFT] == 0).all(2)
    rows, columns = np.flatnonzero(is_dark.sum(1) > 200), np.flatnonzero(is_dark.sum(0) > 200)
    return (int(columns[0]), int(rows[0]), int(columns[-1] - columns[0])) if len(rows) and len(columns) else (0, 0, 0)


def ink(hand: Hand, square: tuple[int, int, int]) -> int:
    left, top, side = square
    inner = hand.picture()[top + 4 : top + side - 4, left + 4 : left + side - 4]
    return int((inner == 255).all(2).sum())


def test_a_stroke_is_seen_computed_with_and_taken_back(start):
    hand = start("network:digits", "--size", "1280x800", "--theme", "light")
    wait_until(lambda: square_of(hand)[2] > 300, "the pad")
    square = left, top, side = square_of(hand)
    wait_until(lambda: float(hand.picture()[100:700, RIGHT].std()) > 2, "the first maps")
    maps = hand.picture()[100:700, RIGHT]

    hand.drag((left + side // 2, top + side // 5), (left + side // 2, top + 4 * side // 5))
    wait_until(lambda: ink(hand, square) > 0.02 * side**2, "ink on the pad")
    wait_until(lambda: not np.array_equal(hand.picture()[100:700, RIGHT], maps), "maps of the stroke")

    hand.key("ctrl+z")
    wait_until(lambda: ink(hand, square) == 0, "a pad without the stroke")
    assert square_of(hand) == square  # still the pad: the project was not undone
    assert hand.errors() == ""
