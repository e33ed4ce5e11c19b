"""Levels that do not flicker while frames flow: wider at once, narrower only when the values have stayed so."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from convexplorer.core.display.coloring import Levels

RENEWED_S = 0.1
FALLS_AFTER_S = 1.0
FORGOTTEN_S = 0.5


@dataclass
class _Held:
    """The levels of one map.

    Attributes
    ----------
    shown : the levels in force.
    widest : what was needed since `since_s`, when the values became smaller than shown; None if they are not.
    """

    shown: Levels
    widest: Levels | None = None
    since_s: float = 0.0


class SteadyLevels:
    """The levels of maps over time, for one subject; of another subject all begin anew.

    Attributes
    ----------
    has_begun : the newest question was the first of its subject, so that levels are those of its values alone.

    Examples
    --------
    >>> steady = SteadyLevels()
    >>> for at_s, high in ((0.0, 4.0), (0.1, 8.0), (0.2, 4.0), (0.3, 5.0), (1.3, 4.0)):
    ...     steady.put({0: Levels(0.0, high)}, at_s)
    ...     print(at_s, steady[0].high)
    0.0 4.0
    0.1 8.0
    0.2 8.0
    0.3 8.0
    1.3 5.0
    """

    def __init__(self) -> None:
        self.has_begun = False
        self._subject: Hashable = None
        self._held: dict[int, _Held] = {}
        self._renewed_s = self._used_s = float("-inf")

    def __getitem__(self, index: int) -> Levels:
        return self._held[index].shown

    def wanted(self, subject: Hashable, maps: Sequence[int], now_s: float) -> Sequence[int]:
        """Return the maps whose values are to be looked at now: all a few times a second, and at once new ones.

        Parameters
        ----------
        subject : what the levels are of; another one, or a long pause, begins anew.
        """
        self.has_begun = subject != self._subject or now_s - self._used_s > FORGOTTEN_S
        if self.has_begun:
            self._subject = subject
            self._held.clear()
        self._used_s = now_s
        is_new = any(i not in self._held for i in maps)
        return maps if is_new or now_s - self._renewed_s >= RENEWED_S else maps[:0]

    def put(self, found: Mapping[int, Levels], now_s: float) -> None:
        """Take note of what levels suit the values now."""
        self._renewed_s = now_s
        for index, levels in found.items():
            held = self._held.get(index)
            if held is None:
                self._held[index] = _Held(levels)
            else:
                _renew(held, levels, now_s)


def _renew(held: _Held, levels: Levels, now_s: float) -> None:
    if levels.low < held.shown.low or levels.high > held.shown.high:
        held.shown, held.widest = _both(held.shown, levels), None
    elif levels == held.shown:
        held.widest = None
    elif held.widest is None:
        held.widest, held.since_s = levels, now_s
    else:
        held.widest = _both(held.widest, levels)
        if now_s - held.since_s >= FALLS_AFTER_S:
            held.shown, held.widest = held.widest, None


def _both(one: Levels, other: Levels) -> Levels:
    return Levels(min(one.low, other.low), max(one.high, other.high))
