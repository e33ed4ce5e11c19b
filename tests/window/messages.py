"""Where the window says something: found by the colour of its edge, as an eye finds it."""

import numpy as np
from PySide6.QtGui import QColor

from tests.window.conftest import Hand, wait_until

LOWER_PART = slice(500, 790)  # rows of a window of 1280 × 800 in which a sentence ends, above the status line
LEAST_WIDTH = 200  # pixels


def find_message(hand: Hand, edge: QColor) -> tuple[int, int]:
    """Wait for a sentence with an edge of this colour, which tells its kind; return its left end and its bottom.

    On a slow machine its first layout can be seen, which moves: only a place that was found twice is one to click at.
    """
    color = np.array([edge.blue(), edge.green(), edge.red()])
    seen: list[tuple[int, int]] = []

    def find() -> tuple[int, int] | None:
        is_edge = np.abs(hand.picture()[LOWER_PART].astype(int) - color).max(axis=2) < 24
        # The frame of a selected map has the colour of a question, but lies higher.
        rows = np.flatnonzero([_longest_run(row)[1] >= LEAST_WIDTH for row in is_edge])
        if rows.size:
            seen.append((_longest_run(is_edge[rows[-1]])[0], LOWER_PART.start + int(rows[-1])))
            return seen[-1] if seen[-1] in seen[-2:-1] else None
        return None

    found = wait_until(find, "a sentence over the foot of the window")
    assert isinstance(found, tuple)
    return found


def _longest_run(row: np.ndarray) -> tuple[int, int]:
    """Return where the longest run of True begins, and its length."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(int)))
    starts, stops = changes[::2], changes[1::2]
    if not starts.size:
        return 0, 0
    longest = int(np.argmax(stops - starts))
    return int(starts[longest]), int(stops[longest] - starts[longest])
