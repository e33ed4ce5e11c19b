"""The frames of a video in order and after jumps, each found by its own time stamp.

OpenCV seeks by `index / rate`, which is another frame wherever the rate varies, a container begins late or has no
index. Here a jump lands early, walks on and stops at the stamp of the wanted frame; if the stamp cannot be found,
frames are counted from the beginning.
"""

import math
from collections.abc import Callable

import numpy as np

from convexplorer.sources.av_capture import AvCapture
from convexplorer.sources.capture import Capture
from convexplorer.sources.packets import Packets
from convexplorer.sources.timeline import Timeline

USUAL_RATE_HZ = 25.0
_SHORT_SKIP = 16  # so many frames ahead, decoding is quicker than seeking to a key frame and decoding from there
_MOST_FAILURES = 64  # packets in a row; at the end of a file so many attempts take a millisecond
_NEARLY = 0.95  # headers are often wrong by a few frames
_AHEAD = 17  # OpenCV aims 16 frames before the wanted one, and counts on from the key frame that it finds


class Track:
    """A video, opened by `open_capture` and opened anew where it cannot go back otherwise.

    Parameters
    ----------
    open_capture : function that opens the video; the first frame need not be fetched.
    packets : the packets of the same file; None if they are not to be read beside it, as on a server.
    is_file : True for a file, which ends in any case; a stream without a number of frames is live, and its frames have
        no times.
    """

    def __init__(
        self, open_capture: Callable[[], Capture | AvCapture], packets: Packets | None = None, *, is_file: bool = False
    ) -> None:
        self._open = open_capture
        self._packets = packets
        self.capture = open_capture()
        self.header_count = self.capture.frame_count
        self.is_live = not is_file and self.header_count is None
        self.gaps = 0  # places where frames could not be decoded, and others followed
        self._is_file = is_file
        self.rate_hz = self.capture.rate_hz or USUAL_RATE_HZ
        self.timeline = Timeline(self.rate_hz)
        self.next = 0
        self.first: np.ndarray | None = None  # the first frame, if it is read already and comes next
        self.is_behind = False  # True if the next frame is behind the last one
        self._time_s: float | None = None  # of the frame before the next one; None after a jump
        self._is_lost = False  # True if no one knows which frame comes next

    def begin(self) -> bool:
        """Fetch the first frame, which is read next, and note where it stands; return False if there is none."""
        is_there = self.capture.grab()
        if is_there:
            self.timeline.note(0, self.capture.stamp_s, None)
        return is_there

    def has_equal_frames(self) -> bool:
        """Return True if the first two frames are equal, at the cost of decoding the second a moment early."""
        self.first = self.capture.read()
        if self.first is None or not self.capture.grab():
            return False
        second = self.capture.peek()
        return second is not None and np.array_equal(self.first, second)

    @property
    def is_finished(self) -> bool:
        """True if the last frame read ends where the header says that the video does."""
        end_s = 0.0 if self._time_s is None else self._time_s + self.timeline.period_s
        return end_s >= _NEARLY * (self.header_count or 0) / self.rate_hz

    def duration_s(self, index: int, time_s: float) -> float:
        """Return how long the last frame is shown, by the header; 0 for other frames, which stay until the next one."""
        if index + 1 != self.timeline.count:
            return 0.0
        left_s = (self.header_count or 0) / self.rate_hz - time_s
        return min(left_s, self.timeline.period_s) if left_s > 0 else self.timeline.period_s

    @property
    def missing(self) -> int:
        """Number of packets that gave no frame, after the last frame was read; 0 if packets say nothing."""
        return 0 if self._time_s is None else self.timeline.missing_after(self._time_s)

    def read(self) -> tuple[int, float, np.ndarray] | None:
        """Return index, time and pixels of the next frame; None at the end or on failure."""
        if self.is_behind:
            return None
        if self.first is None and not self._fetch():
            return None
        pixels = self.capture.read() if self.first is None else self.first
        if pixels is None:
            return None
        return self.next, self._pass(), pixels

    def finish(self) -> None:
        """Take the next frame for the end: a damaged file may give a few more, out of order."""
        self.timeline.end_at(self.next)
        self.is_behind = True

    def seek(self, index: int) -> None:
        """Set the next frame; beyond the last one `read` returns None."""
        index = max(0, index)
        if self._is_sure and self.next <= index <= self.next + _SHORT_SKIP:
            self._walk(index)
            return
        if self.timeline.known <= index:
            self.survey()
        if self.timeline.count is not None and index >= self.timeline.count:
            self._go_behind(index)
        elif self._is_sure and self.timeline.decoded_from(index, _AHEAD) <= self.next <= index:
            self._walk(index)
        elif not self._jump(index):
            self._count_to(index)

    def survey(self, seconds: float = math.inf) -> bool:
        """Learn number and times of all frames from the packets, for about this time; return True when finished."""
        packets = self._packets
        if packets is None:
            return True
        if not packets.read(seconds):
            return False
        self._packets = None
        shift_s = self._trimmed_s(packets)
        stamps = [stamp - shift_s for stamp in packets.stamps]
        self.timeline.offer_packets(stamps, [key - shift_s for key in packets.key_stamps], self.header_count)
        return True

    def close(self) -> None:
        """Release the file; may be called repeatedly."""
        self.capture.close()
        if self._packets is not None:
            self._packets.close()

    @property
    def _is_sure(self) -> bool:
        """True if the frame that comes next is known."""
        return not (self._is_lost or self.is_behind)

    def _pass(self) -> float:
        """Return the time of the frame just fetched, and go on to the next."""
        self.first = None
        if not self.is_live:  # a stream may run for months, and nobody jumps back in it
            self._time_s = self.timeline.note(self.next, self.capture.stamp_s, self._time_s)
        self.next += 1
        return self._time_s or 0.0

    def _fetch(self) -> bool:
        """Fetch the next frame, of a file also behind packets that cannot be decoded; return False at the end."""
        if self.capture.grab():
            return True
        if not self._is_file or not any(self.capture.grab() for _ in range(_MOST_FAILURES)):
            return False
        self.gaps += 1
        return True

    def _walk(self, index: int) -> None:
        """Fetch frames up to `index`, without converting them; the video may end before."""
        while self.next < index:
            if self.first is None and not (self._fetch() and self.capture.skip()):
                self.finish()
                self._go_behind(index)
                return
            self._pass()

    def _go_behind(self, index: int) -> None:
        self.next, self._time_s, self.is_behind = index, None, True

    def _jump(self, index: int) -> bool:
        """Land before `index` and walk to its stamp; return False if it is not there."""
        stamp_s = self.timeline.stamp_of(index)
        if stamp_s is None:
            return False
        tolerance_s = self.timeline.tolerance_of(index)
        # Where only the rate tells the stamp, the frame before must stand where the rate puts it, too.
        before_s = stamp_s - self.timeline.period_s if self.timeline.is_guess(index) else None
        for number in self._landings(index, stamp_s):
            self.first = None
            self.capture.seek(number)
            self._is_lost = True
            if self._find(stamp_s, tolerance_s, before_s):
                self.next, self._time_s = index, None
                self._is_lost = self.is_behind = False
                return True
        return False

    def _landings(self, index: int, stamp_s: float) -> list[int]:
        """Return numbers for OpenCV to seek, the nearest first; each leads to a frame before `index`, if all is well.

        OpenCV does not move in a file without a duration.
        """
        if (self.header_count or 0) <= 1:
            return []
        if self.timeline.packets is None:
            numbers = [math.floor(stamp_s * self.rate_hz) - early for early in (2, 32, 256)]
        else:
            keys = self.timeline.keys_before(index, _AHEAD)
            numbers = [math.ceil(key * self.rate_hz - 1e-6) + _AHEAD - 1 for key in keys]
        return [number for number in numbers if number > 1]

    def _find(self, stamp_s: float, tolerance_s: float, before_s: float | None) -> bool:
        """Fetch frames up to the one of this stamp, which is read next; return False if there is none.

        Parameters
        ----------
        before_s : stamp that the frame before it must have; None for any.
        """
        last_s = None
        while self.capture.grab():
            found_s = self.capture.stamp_s
            if found_s >= stamp_s - tolerance_s:
                is_behind = before_s is None or (last_s is not None and abs(last_s - before_s) <= tolerance_s)
                return is_behind and found_s <= stamp_s + tolerance_s
            last_s = found_s
            self.capture.skip()
        return False

    def _count_to(self, index: int) -> None:
        """Go to a frame by counting: from here, from the last frame with a known stamp, or from the beginning."""
        nearest = min(index - 1, self.timeline.known - 1)
        while nearest > _AHEAD and self.timeline.stamp_of(nearest) is None:
            nearest -= 1
        is_here = self._is_sure and nearest <= self.next <= index
        if not is_here and not (nearest > _AHEAD and self._jump(nearest)):
            self._begin_again()
        self._walk(index)

    def _begin_again(self) -> None:
        """Go to the first frame; the video is opened anew if seeking leads to another one."""
        self.first = None
        if (self.header_count or 0) > 1:
            self.capture.seek(0)
        if (self.header_count or 0) <= 1 or not self.capture.grab() or not self.timeline.is_first(self.capture.stamp_s):
            self.capture.close()
            self.capture = self._open()
        self.next, self._time_s = 0, None
        self._is_lost = self.is_behind = False

    def _trimmed_s(self, packets: Packets) -> float:
        """Return the time that an edit list leaves out at the beginning, where packets begin earlier than frames.

        The duration in the header is that after the edit list. Only if it contradicts the packets, the last frame is
        decoded to see where it stands.
        """
        if not packets.stamps or not self.capture.bit_rate:
            return 0.0
        kilobits = packets.path.stat().st_size * 8 / 1000
        longest_s, shortest_s = (kilobits / (self.capture.bit_rate + more) for more in (0, 1))
        if max(packets.stamps) - min(packets.stamps) <= longest_s * 1.02:
            return 0.0
        capture = self._open()
        capture.seek(max(0, math.floor(shortest_s * self.rate_hz) - _AHEAD))
        found = []
        while capture.skip():
            found.append(capture.stamp_s)
        capture.close()
        return max(packets.stamps) - max(found) if found else 0.0
