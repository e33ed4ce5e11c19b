"""The times of a video's frames: arithmetic on time stamps, without the file.

Three things tell when a frame is shown, the surest first: its stamp, once it was read in order; the stamps of all
packets, once they were read; the rate, as long as every frame was where the rate puts it.
"""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

_EVEN = 0.25  # so many periods a frame may be off and still belong to the rate's grid
_NEIGHBOURS = 8  # packets as near as this may share a stamp: halves of a frame, or frames that have none of their own
_MOST_PACKETS = 1.05  # more packets than this share of the header's count are no frames but halves of them


class Timeline:
    """The times of frames 0, 1, 2, …; a stamp is what the container says, a time counts from the first frame.

    Parameters
    ----------
    rate_hz : the header's rate.
    """

    def __init__(self, rate_hz: float) -> None:
        self.period_s = 1 / rate_hz
        self.count: int | None = None
        self._stamps: list[float | None] = []
        self._times: list[float] = []
        self._newest_s = 0.0  # the latest time that a stamp told
        self._packets: np.ndarray | None = None
        self._keys: np.ndarray = np.empty(0)
        self._is_even = True
        self.is_doubtful = False  # True if the packets tell of damage, so that the number of frames is an estimate
        self._is_decoded = False  # True if all frames were read, and none is elsewhere
        self.is_contradicted = False  # True if a frame was not where the packets say
        self._steps_back = 0  # frames in a row whose stamps are not behind the one before
        self._is_refused = False  # True if stamps are others after a jump than in order
        self._is_joined = False  # two films in one: stamps repeat, so that frames cannot be found by them

    @property
    def known(self) -> int:
        """Number of frames that were read in order."""
        return len(self._times)

    @property
    def packets(self) -> np.ndarray | None:
        """Stamps of all frames, from the packets; None if they were not read or do not fit the frames."""
        return self._packets

    def note(self, index: int, stamp_s: float, before_s: float | None) -> float:
        """Return the time of a frame just read, and remember it if all frames before it are known.

        Parameters
        ----------
        stamp_s : its stamp; 0 for any but the first frame means that it has none.
        before_s : time of the frame before it; None if unknown.
        """
        if index < self.known:
            return self._times[index]
        stamp = None if self._is_joined or (index and not stamp_s) else stamp_s
        first = self._stamps[0] if self._stamps else stamp_s
        time_s = None if stamp is None or first is None else stamp - first
        if before_s is None and index and index == self.known:
            before_s = self._times[-1]
        if time_s is None:
            time_s = index * self.period_s if before_s is None else before_s + self.period_s
        elif before_s is not None and time_s <= before_s:
            # A damaged spot gives a few frames much too late. They are shown for a moment, so that those behind them
            # keep their times.
            is_late = time_s <= self._newest_s
            self._newest_s = max(self._newest_s, time_s)
            stamp = None
            self._steps_back += is_late
            self._is_joined = self._is_joined or (index == self.known and self._steps_back > _NEIGHBOURS)
            is_anew = self._is_joined or time_s <= 2 * _NEIGHBOURS * self.period_s  # a second film in the file
            time_s = before_s + (self.period_s if is_anew else self._moment_s)
        else:
            self._newest_s, self._steps_back = time_s, 0
        if index == self.known:
            self._remember(stamp, time_s)
        return time_s

    def straightened(self, stamps: Sequence[float]) -> list[float]:
        """Return the stamps of frames as they are shown, with those that come too late replaced as `note` does."""
        ascending: list[float] = []
        for stamp in stamps:
            is_back = bool(ascending) and stamp <= ascending[-1]
            ascending.append(ascending[-1] + self._moment_s if is_back else stamp)
        return ascending

    def fresh(self) -> "Timeline":
        """Return a timeline without frames, which trusts the stamps as this one does."""
        other = Timeline(1 / self.period_s)
        other._is_joined = self._is_joined
        return other

    def offer_packets(self, stamps: np.ndarray, keys: np.ndarray, header_count: int | None, *, delay: int = 0) -> bool:
        """Take the stamps of all packets, if they are those of the frames; return True if so.

        Parameters
        ----------
        stamps : of the packets, in the order in which frames are shown, from the first frame's on.
        header_count : number of frames by the header; None if unknown.
        delay : so many frames follow behind the last stamp, without one.
        """
        # MPEG program streams give stamps to some packets only, interlaced ones one to each half of a frame.
        is_distinct = len(stamps) > 0 and bool((np.diff(stamps) > 0).all())
        is_plausible = header_count is None or len(stamps) <= header_count * _MOST_PACKETS + 2
        if not (self.is_findable and is_distinct and is_plausible):
            return False
        late = stamps[-1] + self.period_s * np.arange(1, delay + 1)
        packets = np.concatenate([stamps, late])
        if not self._fits(packets):
            return False
        self._packets, self._keys = packets, np.sort(keys)
        self.count = len(packets)
        return True

    def shown(self, stamps: Sequence[float]) -> np.ndarray:
        """Return the stamps of packets from the first frame on, in the order in which frames are shown."""
        ordered = np.asarray(stamps, float)
        self._is_joined = self._is_joined or _repeats(ordered, self.tolerance_s)
        ordered = np.sort(ordered)
        return ordered[np.searchsorted(ordered, self._first - self.tolerance_s) :]

    def refuse_stamps(self) -> None:
        """Find no frame by its stamp any more, because stamps are others after a jump."""
        self._is_refused = True
        self._packets = None

    @property
    def is_findable(self) -> bool:
        """True if frames may be found by their stamps."""
        return not (self._is_joined or self._is_refused)

    def refuse_rate(self) -> None:
        """Trust the rate no more: the packets contradict it, so that frames not read yet can only be counted."""
        self._is_even = False

    def confirm(self, passed: Sequence[float], stamp_s: float) -> bool:
        """Compare frames passed on the way to a stamp with the packets; drop these and return False if they differ."""
        if self._packets is None or not passed:
            return True
        first, last = np.searchsorted(self._packets, np.array([passed[0], stamp_s]) - self.tolerance_s)
        is_same = bool(last - first == len(passed))
        if not is_same and not self._is_decoded:
            self.drop_packets()
        return is_same

    def drop_packets(self) -> None:
        """Forget the packets, because a frame was not where they say."""
        self._packets = self.count = None
        self.is_contradicted, self.is_doubtful = True, False
        self.refuse_rate()

    def end_at(self, count: int) -> None:
        """Remember the number of frames, as read."""
        self.count, self.is_doubtful = count, False

    def find_by(self, keys: np.ndarray) -> None:
        """Let jumps begin at these key frames, now that all frames were read."""
        if self.is_findable and self.known:
            self._packets, self._keys = self._first + np.array(self._times), keys
            self._is_decoded = True

    def is_first(self, stamp_s: float) -> bool:
        """Return True if a stamp can only be that of the first frame."""
        return not self._is_joined and abs(stamp_s - self._first) <= self.tolerance_s

    def stamp_of(self, index: int) -> float | None:
        """Return the stamp by which frame `index` is found; None if unknown."""
        if not self.is_findable:
            return None
        if index < self.known:
            return self._stamps[index]
        if self._packets is not None:
            return float(self._packets[index]) if index < len(self._packets) else None
        if not self._is_even or (self.known > 1 and self._stamps[-1] is None):
            return None
        return self._first + index * self.period_s

    def is_guess(self, index: int) -> bool:
        """Return True if only the rate tells where frame `index` stands."""
        return index >= self.known and self._packets is None

    def tolerance_of(self, index: int) -> float:
        """Return the difference of stamps within which a frame is the wanted one."""
        stamp, before, after = (self.stamp_of(i) if i >= 0 else None for i in (index, index - 1, index + 1))
        gaps = [abs(other - stamp) for other in (before, after) if other is not None and stamp is not None]
        return min([self.period_s, *gaps]) * _EVEN

    def keys_before(self, index: int, ahead: int) -> list[float]:
        """Return stamps of key frames at least `ahead` frames before `index`, the nearest first; at most two."""
        if self._packets is None or index < ahead:
            return []
        last = self._packets[min(index, len(self._packets) - 1) - ahead]
        found = self._keys[: np.searchsorted(self._keys, last, side="right")]
        return [float(key) for key in found[:-3:-1]]

    def decoded_from(self, index: int, ahead: int) -> int:
        """Return the frame from which a jump to `index` decodes; `index` itself if no packets tell."""
        keys = self.keys_before(index, ahead)
        if self._packets is None or not keys:
            return 0 if self._packets is not None else index
        return int(np.searchsorted(self._packets, keys[0] - self.tolerance_s))

    def index_at(self, time_s: float) -> int:
        """Return the frame shown at a time, as far as times are known; the last of them behind their end."""
        if self._packets is not None and self._packets[-1] - self._first > self._last_time:
            stamp = time_s + self._first
            return max(0, int(np.searchsorted(self._packets, stamp + self.tolerance_s, side="right")) - 1)
        index = max(0, bisect_right(self._times, time_s + self.tolerance_s) - 1)
        if index == self.known - 1 and self.stamp_of(self.known) is not None:
            index = max(index, int(time_s / self.period_s + _EVEN))
        return index if self.count is None else min(index, self.count - 1)

    def time_of(self, stamp_s: float) -> float:
        """Return the time of a stamp, from the first frame's on."""
        return stamp_s - self._first

    def missing_after(self, time_s: float) -> int:
        """Return how many packets gave no frame: those behind the last frame, at `time_s`, and those in wide gaps."""
        if self._packets is None:
            return 0
        stamps = np.array([stamp for stamp in self._stamps if stamp is not None])
        within = np.diff(np.searchsorted(self._packets, stamps + self.tolerance_s))
        lost = int((within - np.median(within)).clip(0).sum()) if len(within) else 0
        return lost + int((self._packets > self._first + time_s + self.tolerance_s).sum())

    @property
    def _first(self) -> float:
        return (self._stamps[0] if self._stamps else None) or 0.0

    @property
    def _last_time(self) -> float:
        return self._times[-1] if self._times else 0.0

    @property
    def _moment_s(self) -> float:
        return 2 * self.tolerance_s

    @property
    def tolerance_s(self) -> float:
        """Difference within which two stamps are the same."""
        return min(self.period_s * _EVEN, 0.001)

    def _remember(self, stamp: float | None, time_s: float) -> None:
        self._stamps.append(stamp)
        self._times.append(time_s)
        off = abs(time_s - (self.known - 1) * self.period_s)
        self._is_even = self._is_even and off <= _EVEN * self.period_s
        if self._packets is not None and not self._is_packet(self._packets, self.known - 1):
            self.drop_packets()

    def _fits(self, packets: np.ndarray) -> bool:
        """Return True if the frames known so far are the first packets."""
        return all(self._is_packet(packets, i) for i in range(self.known))

    def _is_packet(self, packets: np.ndarray, index: int) -> bool:
        stamp = self._stamps[index]
        return stamp is None or (index < len(packets) and abs(packets[index] - stamp) <= self.tolerance_s)


def _repeats(stamps: np.ndarray, tolerance_s: float) -> bool:
    """Return True if stamps come again far behind their first appearance; neighbours may share one."""
    order = np.argsort(stamps, kind="stable")
    is_same = np.diff(stamps[order]) <= tolerance_s
    return bool((np.abs(np.diff(order))[is_same] > _NEIGHBOURS).any())
