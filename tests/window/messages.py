"""Where the window says something: found by the colour of its edge, as an eye finds it."""

import numpy as np
from PySide6.QtGui import QColor

from tests.window.conftest import Hand, wait_until

FOOT = range(600, 780)  # rows in which a sentence floats over the maps in a window of 1280 × 800
MIDDLE = 978  # of the maps


def find_message(hand: Hand, edge: QColor) -> tuple[int, int]:
    """Wait for a sentence with an edge of this colour, which tells its kind; return its top and its right end.

    On a slow machine its first layout can be seen, which moves: only a place that was found twice is one to click at.
    """
    color = np.array([edge.blue(), edge.green(), edge.red()])
    seen: list[tuple[int, int]] = []

    def find() -> tuple[int, int] | None:
        is_edge = np.abs(hand.picture().astype(int) - color).max(axis=2) < 24
        for row in FOOT:
            if is_edge[row, MIDDLE - 100 : MIDDLE + 100].all():
                seen.append((row, MIDDLE + int(np.argmin(is_edge[row, MIDDLE:]))))
                return seen[-1] if seen[-1] in seen[-2:-1] else None
        return None

    found = wait_until(find, "a sentence over the foot of the window")
    assert isinstance(found, tuple)
    return found
