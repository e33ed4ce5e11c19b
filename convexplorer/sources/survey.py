"""What the packets of a video tell about its frames, checked by decoding wherever they are in doubt.

Frames are numbered as they are read in order, so that packets without a picture must not be counted. Around unreadable
packets and holes in the times, and at an end without stamps, the frames are decoded and compared.
"""

import math
from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np

from convexplorer.sources.av_capture import AvCapture
from convexplorer.sources.capture import Capture
from convexplorer.sources.complete import container_of, is_cut_short
from convexplorer.sources.packets import Packets, patience
from convexplorer.sources.structure import breaks
from convexplorer.sources.timeline import Timeline

AHEAD = 17  # OpenCV aims 16 frames before the wanted one, and counts on from the key frame that it finds
_WIDE = 1.5  # times the usual distance of two frames: one is missing between them
_SAME_S = 0.001
_HEAD_BYTES = 4096
_MOST_EMPTY = 2.5  # steps without a frame at the end of an AVI file, where a recording may have stopped
_SHORT = 0.02  # share of a film that its header may say too much
_MOST_WIDE = 0.1  # a larger share of wide steps is a variable rate
_MOST_HOLES = 16  # more are a variable rate, not damage


class Survey:
    """A passing look at a file beside its reader, step by step.

    Parameters
    ----------
    open_capture : function that opens the video once more.
    capture : the reader's; only its header is used.
    rate_hz : the rate by which the reader seeks.

    Attributes
    ----------
    gaps : number of places where packets gave no frame, and others followed.
    keys : stamps of the key frames, as far as the packets were understood.
    """

    def __init__(
        self,
        open_capture: Callable[[], Capture | AvCapture],
        packets: Packets,
        capture: Capture | AvCapture,
        rate_hz: float,
    ) -> None:
        self._open = open_capture
        self._packets = packets
        self._header_count = capture.frame_count
        self._rate_hz = rate_hz
        self._bit_rate = capture.bit_rate
        self._breaks: int | None = None
        self._is_damaged = False
        self.keys: np.ndarray = np.empty(0)
        self._stamps = np.empty(0)  # of all packets, as far as they tell the order of frames
        self.gaps = 0

    def steps(self, timeline: Timeline) -> Generator[None]:
        """Offer the packets to the timeline; if they are not those of the frames, also its rate is refused."""
        yield from self._packets.steps()
        if (yield from self._is_short_of_frames()):
            timeline.refuse_stamps()
        elif (yield from self._is_joined_anew()):
            timeline.refuse_rate()
            return
        elif (yield from self._offer(timeline)):
            return
        if timeline.is_findable:
            yield from self._packets.steps_by_av()
            if (yield from self._offer(timeline)):
                return
        timeline.refuse_rate()

    def _is_joined_anew(self) -> Generator[None, None, bool]:
        """Return True if bytes are missing in a program stream.

        Its packets carry few times, and a reader fills in the others as if nothing were missing.
        """
        return container_of(_head(self._packets.path)) == "mpeg" and (yield from self.breaks()) > 0

    def packets_behind(self, stamp_s: float) -> int:
        """Return the number of packets behind a stamp."""
        return int((self._stamps > stamp_s + _SAME_S).sum())

    def has_holes(self) -> bool:
        """Return True if packets are missing in a film that is even otherwise."""
        steps = np.diff(self._stamps)
        wide = int((steps > _WIDE * np.median(steps)).sum()) if len(steps) else 0
        return 0 < wide <= _MOST_WIDE * len(steps)

    def breaks(self) -> Generator[None, None, int]:
        """Return the number of places where the parts of the container do not follow each other."""
        if self._breaks is None:
            self._breaks = yield from breaks(self._packets.path)
        return self._breaks

    def _end(self, stamps: np.ndarray) -> list[tuple[float, float]]:
        """Return the last stamp if there should be more: those behind it may be unreadable, and itself spoilt.

        The table of an MP4 file counts the packets; other headers tell a duration, maybe that of a longer sound.
        """
        count = self._header_count or 0
        if container_of(_head(self._packets.path)) == "mp4":
            is_early = len(self._packets.stamps) < count
        else:
            missing_s = count / self._rate_hz - float(stamps[-1])
            is_early = missing_s > _SHORT * float(stamps[-1]) + _MOST_EMPTY * self._margin_s(stamps) / AHEAD
        return [(float(stamps[-1]), math.inf)] if is_early else []

    def _offer(self, timeline: Timeline) -> Generator[None, None, bool]:
        packets, self.gaps = self._packets, 0
        if not packets.stamps:
            return False
        shift_s = yield from self._trimmed_s()
        stamps = timeline.shown([stamp - shift_s for stamp in packets.stamps])
        keys = np.sort(np.array(packets.key_stamps)) - shift_s
        if not len(stamps) or not (np.diff(stamps) > 0).all():
            return False
        self._stamps = stamps
        delay = 0
        if len(stamps) < len(packets.stamps):
            # Left out by an edit list, undecodable before the first key frame, or stamped with times of decoding.
            found = yield from self._behind(stamps, keys, timeline.tolerance_s)
            if found is None:
                return False
            delay = found
        doubts = [(before - shift_s, after - shift_s) for before, after in packets.doubts]
        self._is_damaged, self.keys = bool(doubts), keys
        doubts = sorted(doubts + self._holes(stamps) + self._end(stamps))
        checked = yield from self._checked(stamps, keys, doubts, delay, timeline)
        if checked is None or not timeline.offer_packets(checked, keys, self._header_count, delay=delay):
            return False
        timeline.is_doubtful = self._is_damaged
        return True

    def _is_short_of_frames(self) -> Generator[None, None, bool]:
        """Return True if an AVI file lost frames in its middle.

        Its header counts them, and its packets carry no times but are numbered as they are found, so that their stamps
        are others after a jump.
        """
        path, stamps = self._packets.path, np.sort(self._packets.stamps)
        if container_of(_head(path)) != "avi" or len(stamps) < 2 or not self._header_count:
            return False
        step_s = float(np.median(np.diff(stamps)))
        missing_s = self._header_count / self._rate_hz - (float(stamps[-1]) + step_s)
        if missing_s <= step_s / 2:
            return False
        if (yield from self.breaks()):
            return True
        if is_cut_short(path):
            return False
        # Empty packets, which repeat a frame, leave wider steps; without any, it is the film that lacks frames.
        self.gaps += bool(missing_s > _MOST_EMPTY * step_s and np.ptp(np.diff(stamps)) < _SAME_S)
        return True

    def _holes(self, stamps: np.ndarray) -> list[tuple[float, float]]:
        """Return the stamps around the few wide gaps of an even film.

        Usual MP4 files keep all times in one table, which lacks none.
        """
        head = _head(self._packets.path)
        is_table = container_of(head) == "mp4" and b"mvex" not in head
        gaps = np.diff(stamps)
        if is_table or not len(gaps):
            return []
        places = np.flatnonzero(gaps > _WIDE * np.median(gaps))
        return [(float(stamps[i]), float(stamps[i + 1])) for i in places] if len(places) <= _MOST_HOLES else []

    def _checked(
        self, stamps: np.ndarray, keys: np.ndarray, doubts: list[tuple[float, float]], delay: int, timeline: Timeline
    ) -> Generator[None, None, np.ndarray | None]:
        """Return the stamps, near the doubts those of the frames as they are shown; None if that cannot be told."""
        margin_s, tolerance_s = self._margin_s(stamps), timeline.tolerance_s
        for before_s, sure_s in self._regions(keys, [doubt for doubt in doubts if doubt[1] > stamps[0]], margin_s):
            found = yield from self._frames(before_s - margin_s, sure_s, keys)
            if not found or found[0] > max(before_s, stamps[0]) + tolerance_s:
                return None
            is_near = (stamps >= found[0] - tolerance_s) & (stamps < sure_s - tolerance_s)
            count = len(found) - (delay if sure_s == math.inf else 0)
            self.gaps += bool(is_near.sum() > count)
            shown = np.array(found[:count])
            if not is_near.any() or (_distance(shown, stamps[is_near]) > tolerance_s).any():
                return None
            straight = timeline.straightened(found[:count])
            self._is_damaged = self._is_damaged or straight != found[:count] or len(straight) < is_near.sum()
            before, after = stamps[stamps < found[0] - tolerance_s], stamps[stamps >= sure_s - tolerance_s]
            stamps = np.concatenate([before, straight, after])
        return stamps

    def _regions(
        self, keys: np.ndarray, doubts: list[tuple[float, float]], margin_s: float
    ) -> list[tuple[float, float]]:
        """Return the stamps between which frames are decoded: from each doubt to a key frame well behind it.

        Doubts within one region belong together: a frame that a spoilt spot holds back may come seconds later.
        """
        regions: list[tuple[float, float]] = []
        for before_s, after_s in doubts:
            later = keys[keys >= after_s + margin_s]
            sure_s = float(later[0]) if len(later) else math.inf
            if regions and before_s <= regions[-1][1]:
                regions[-1] = regions[-1][0], max(sure_s, regions[-1][1])
            else:
                regions.append((before_s, sure_s))
        return regions

    def _frames(self, start_s: float, stop_s: float, keys: np.ndarray) -> Generator[None, None, list[float]]:
        """Return the stamps of the frames from a key frame at `start_s` or before, as they are shown, up to `stop_s`.

        Places where frames cannot be decoded and others follow are counted.
        """
        found: list[float] = []
        failures = 0
        most = patience(self._header_count, int(max(start_s, 0.0) * self._rate_hz))
        capture = self._land(start_s, keys)
        try:
            while failures < most:
                if not capture.skip():
                    failures += 1
                    continue
                self.gaps += failures > 0
                failures = 0
                if capture.stamp_s >= stop_s - _SAME_S:
                    break
                found.append(capture.stamp_s)
                yield
        finally:
            capture.close()
        return found

    def _behind(self, stamps: np.ndarray, keys: np.ndarray, tolerance_s: float) -> Generator[None, None, int | None]:
        """Return the number of frames behind the last stamp, by decoding the end; None if it is not found."""
        if (self._header_count or 0) <= 1:
            return None  # OpenCV does not move in such files: it is as quick to decode all
        gaps = self.gaps
        found = yield from self._frames(float(stamps[-1]) - self._margin_s(stamps), math.inf, keys)
        self.gaps = gaps  # they are counted where they are looked for
        places = [i for i, other_s in enumerate(found) if abs(other_s - stamps[-1]) <= tolerance_s]
        return len(found) - 1 - places[-1] if places else None

    def _margin_s(self, stamps: np.ndarray) -> float:
        """Return the time of `AHEAD` frames; of some AVI files the header says a rate far above that of the frames."""
        steps = np.diff(stamps)
        return AHEAD * max(1 / self._rate_hz, float(np.median(steps)) if len(steps) else 0.0)

    def _land(self, stamp_s: float, keys: np.ndarray) -> Capture | AvCapture:
        """Open the video near the last key frame before a stamp, or at its beginning."""
        capture = self._open()
        earlier = keys[keys <= stamp_s]
        if len(earlier) and (self._header_count or 0) > 1:
            capture.seek(landing_at(float(earlier[-1]), self._rate_hz))
        return capture

    def _trimmed_s(self) -> Generator[None, None, float]:
        """Return the time that an edit list leaves out at the beginning, where packets begin earlier than frames.

        The duration in the header is that after the edit list. Only if it contradicts the packets, the last frame is
        decoded to see where it stands.
        """
        stamps = self._packets.stamps
        if not self._bit_rate:
            return 0.0
        kilobits = self._packets.path.stat().st_size * 8 / 1000
        longest_s, shortest_s = (kilobits / (self._bit_rate + more) for more in (0, 1))
        if max(stamps) - min(stamps) <= longest_s * 1.02:
            return 0.0
        capture = self._open()
        capture.seek(max(0, math.floor(shortest_s * self._rate_hz) - AHEAD))
        found = []
        try:
            while capture.skip():
                found.append(capture.stamp_s)
                yield
        finally:
            capture.close()
        return max(stamps) - max(found) if found else 0.0


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def landing_at(key_s: float, rate_hz: float) -> int:
    """Return the number for OpenCV to seek, so that it begins to decode at this key frame."""
    return math.ceil(key_s * rate_hz - 1e-6) + AHEAD - 1


def _distance(stamps: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return the distance of each stamp to the nearest found one; `found` is sorted and not empty."""
    right = np.searchsorted(found, stamps).clip(max=len(found) - 1)
    distance: np.ndarray = np.minimum(np.abs(found[right] - stamps), np.abs(found[(right - 1).clip(0)] - stamps))
    return distance
