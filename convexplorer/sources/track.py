"""The frames of a video in order and after jumps, each found by its own time stamp.

OpenCV seeks by `index / rate`, which is another frame wherever the rate varies, a container begins late or has no
index. Here a jump lands early, walks on and stops at the stamp of the wanted frame; if the stamp cannot be found,
frames are counted from the beginning. Only in a long film that is not counted yet, a jump goes to the time where the
rate puts the frame; its index is an estimate until the survey tells which one it is.
"""

import math
import time
from collections.abc import Callable, Generator
from dataclasses import replace

import numpy as np

from convexplorer.sources.av_capture import AvCapture
from convexplorer.sources.capture import Capture
from convexplorer.sources.frame import SourceInfo
from convexplorer.sources.packets import Packets, patience
from convexplorer.sources.survey import AHEAD, Survey, landing_at
from convexplorer.sources.timeline import Timeline

USUAL_RATE_HZ = 25.0
_SHORT_SKIP = 16  # so many frames ahead, decoding is quicker than seeking to a key frame and decoding from there
_NEARLY = 0.95  # headers are often wrong by a few frames
_EARLY = (2, 32, 256)  # so many frames before the wanted one a jump lands, where no packets tell the key frames
_MOST_LANDINGS = 8
_MOST_COUNTED = 512  # of a long film, so many frames are counted by decoding; it takes a second or two


class Track:
    """A video, opened by `open_capture` and opened anew where it cannot go back otherwise.

    Parameters
    ----------
    open_capture : function that opens the video; the first frame need not be fetched.
    packets : the packets of the same file; None if they are not to be read beside it, as on a server.
    is_file : True for a file, which ends in any case; a stream without a number of frames is live, and its frames have
        no times.
    is_long : True if reading all packets takes seconds, so that no jump waits for them.

    Attributes
    ----------
    gaps : number of places where frames could not be decoded, and others followed.
    next : index of the frame that `read` returns next.
    is_estimated : True if this index rests on the rate, because the frames before it were not counted.
    """

    def __init__(
        self,
        open_capture: Callable[[], Capture | AvCapture],
        packets: Packets | None = None,
        *,
        is_file: bool = False,
        is_long: bool = False,
    ) -> None:
        self._open = open_capture
        self.is_long = is_long
        self.capture = open_capture()
        self.header_count = self.capture.frame_count
        self.is_live = not is_file and self.header_count is None
        self._estimate = self.header_count
        self.gaps = 0
        self._is_file = is_file
        self.rate_hz = self.capture.rate_hz or USUAL_RATE_HZ
        self.timeline = Timeline(self.rate_hz)
        self._survey = None if packets is None else Survey(open_capture, packets, self.capture, self.rate_hz)
        self._packet_steps = self._ask_packets()
        self._steps = self._learn()
        self.next = 0
        self.is_estimated = False
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

    def counted(self, info: SourceInfo) -> SourceInfo:
        """Return the properties of the source with the number of frames that is known now."""
        count = self._estimate if self.timeline.count is None else self.timeline.count
        is_estimated = count is not None and (self.timeline.count is None or self.timeline.is_doubtful)
        if (count, is_estimated) == (info.frame_count, info.is_estimated):
            return info
        return replace(info, frame_count=count, is_estimated=is_estimated)

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
        if self._time_s is None:
            return 0
        behind = 0 if self._survey is None else self._survey.packets_behind(self._time_s - self.timeline.time_of(0.0))
        return max(behind, 0 if self.gaps else self.timeline.missing_after(self._time_s))

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

    def walk(self, index: int) -> None:
        """Fetch frames up to `index`, without converting them; the video may end before."""
        while self.next < index:
            if self.first is None and not (self._fetch() and self.capture.skip()):
                self.finish()
                self._go_behind(index)
                return
            self._pass()

    def finish(self) -> None:
        """Take the next frame for the end: a damaged file may give a few more, out of order."""
        if self.is_estimated:
            self._estimate = self.next
        else:
            self.timeline.end_at(self.next)
        self.is_behind = True

    def seek(self, index: int) -> None:
        """Set the next frame; beyond the last one `read` returns None."""
        index = max(0, index)
        if self._is_sure and self.next <= index <= self.next + _SHORT_SKIP:
            self.walk(index)
            return
        if index and not self.is_long:
            self.learn_packets()
        if self.timeline.count is not None and index >= self.timeline.count:
            self._go_behind(index)
        elif self._is_sure and self.timeline.decoded_from(index, AHEAD) <= self.next <= index:
            self.walk(index)
        elif not (self._step_back(index) or self._jump(index) or self._jump_to_time(index)):
            self._count_to(index)

    def survey(self, seconds: float = math.inf) -> bool:
        """Learn number and times of all frames, for about this time; return True when finished."""
        end_s = time.perf_counter() + seconds
        for _ in self._steps:
            if time.perf_counter() >= end_s:
                return False
        if self.timeline.is_contradicted and self._survey is not None:
            self._steps = self._count_all()
            return self.survey(end_s - time.perf_counter())
        self._number_next()
        return True

    def learn_packets(self) -> None:
        """Learn what the packets tell; where they do not, frames are not counted."""
        for _ in self._packet_steps:
            pass
        self._number_next()

    def has_breaks(self, *, is_even: bool) -> bool:
        """Return True if bytes between the frames are spoilt or missing, as far as can be told at once.

        Parameters
        ----------
        is_even : True if a film of this kind has an even rate, so that a hole in its times is a loss.
        """
        if self._survey is None:
            return False
        if is_even and self._survey.has_holes():
            return True
        steps = self._survey.breaks()
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return bool(end.value)
            if self.is_long:
                return False

    def close(self) -> None:
        """Release the file; may be called repeatedly."""
        self._steps.close()
        self._packet_steps.close()
        self.capture.close()

    def _learn(self) -> Generator[None]:
        """Ask the packets for the times of all frames; where they do not tell, decode them all."""
        yield from self._packet_steps
        if self._survey is None:
            return
        is_broken = (yield from self._survey.breaks()) > 0
        if is_broken or self.timeline.is_doubtful or self.timeline.packets is None:
            yield from self._count_all()

    def _ask_packets(self) -> Generator[None]:
        if self._survey is not None:
            yield from self._survey.steps(self.timeline)
            self.gaps += self._survey.gaps

    def _count_all(self) -> Generator[None]:
        """Decode all frames with a second reader, whose timeline is that of reading in order."""
        other = Track(self._open, is_file=True)
        other.timeline = self.timeline.fresh()
        try:
            while not other.is_behind:
                other.walk(other.next + 1)
                yield
        finally:
            other.close()
        if not self.timeline.is_findable:
            other.timeline.refuse_stamps()
        elif self.timeline.packets is not None and self._survey is not None:
            other.timeline.find_by(self._survey.keys)
        self.timeline = other.timeline
        self.gaps = max(self.gaps, other.gaps)

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
        if self._estimate is not None:
            self._estimate = max(self._estimate, self.next)  # the header was wrong
        return self._time_s or 0.0

    def _number_next(self) -> None:
        """Tell by its time which frame comes next, once all are counted."""
        timeline = self.timeline
        is_counted = timeline.count is not None and timeline.is_findable and not timeline.is_doubtful
        if not (self.is_estimated and self._is_sure and is_counted):
            return
        if self._time_s is None:
            self.next = self.timeline.index_at(self.timeline.time_of(self.capture.stamp_s))
        else:
            self.next = self.timeline.index_at(self._time_s) + 1
        self.is_estimated = False

    def _fetch(self) -> bool:
        """Fetch the next frame, of a file also behind packets that cannot be decoded; return False at the end."""
        if self.capture.grab():
            return True
        is_there = self._grab()
        self.gaps += is_there
        return is_there

    def _grab(self) -> bool:
        """Fetch the next frame as `_fetch` does, without counting places that cannot be decoded."""
        if self.capture.grab():
            return True
        attempts = patience(self.header_count, self.next) if self._is_file else 0
        return any(self.capture.grab() for _ in range(attempts))

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
            is_there = self._find(stamp_s, tolerance_s, before_s)
            if is_there:
                self._arrive(index, is_estimated=before_s is not None or self.timeline.is_doubtful)
            if is_there or (before_s is not None and is_there is not None):
                return is_there
        return False

    def _jump_to_time(self, index: int) -> bool:
        """Go to the time where the rate puts a frame of a long film; return False if it can be counted or reached so.

        Where the video ends before that time, there are fewer frames than the header says.
        """
        counted = self.timeline.known if self.is_estimated or not self._is_sure else max(self.timeline.known, self.next)
        is_far = self.is_long and self.timeline.count is None and index > counted + _MOST_COUNTED
        if not is_far or not self.timeline.is_findable or (self.header_count or 0) <= 1:
            return False
        time_s = index * self.timeline.period_s
        passed = self._approach(time_s)
        if passed and self.capture.is_grabbed:
            self._arrive(index, is_estimated=True)
        elif passed:
            self._estimate = min(index, int((passed[-1] + self.timeline.tolerance_s) * self.rate_hz) + 1)
            self._go_behind(index)
        return bool(passed)

    def _step_back(self, index: int) -> bool:
        """Go to a frame shortly before one whose index is an estimate, by counting from there; return False if far."""
        steps = self.next - index
        is_near = self._is_sure and 0 < steps <= _SHORT_SKIP
        if not (self.is_estimated and is_near and self.timeline.packets is None):
            return False
        if self._time_s is None:
            end_s = self.timeline.time_of(self.capture.stamp_s)
        else:
            end_s, steps = self._time_s, steps - 1
        passed = self._approach(end_s, max(steps, 1))
        if len(passed) < max(steps, 1) or (steps and not self._approach(passed[-steps])):
            return False
        self._arrive(index, is_estimated=True)
        return True

    def _approach(self, time_s: float, least: int = 1) -> list[float]:
        """Fetch frames up to the first one at a time or behind it, which is read next; return the times of the others.

        Parameters
        ----------
        least : so many should be passed.
        """
        self.first = None
        self._is_lost = True
        passed: list[float] = []
        number = math.floor((time_s - self.timeline.time_of(0.0)) * self.rate_hz)
        number = min(number, self.header_count or 0)
        early = AHEAD
        for _ in range(_MOST_LANDINGS):
            passed = []
            self.capture.seek(max(0, number - early))
            while self._grab() and not self._is_at(time_s):
                passed.append(self.timeline.time_of(self.capture.stamp_s))
                self.capture.skip()
            if len(passed) >= least or early >= number:
                break
            # OpenCV counts the frames from the key frame on as if each lasted 1/rate; it may land seconds too late.
            late_s = self.timeline.time_of(self.capture.stamp_s) - time_s if self.capture.is_grabbed else 0.0
            early += AHEAD + max(early, math.ceil(late_s * self.rate_hz))
        return passed

    def _is_at(self, time_s: float) -> bool:
        """Return True if the frame fetched last begins at a time or behind it."""
        return self.timeline.time_of(self.capture.stamp_s) >= time_s - self.timeline.tolerance_s

    def _arrive(self, index: int, *, is_estimated: bool) -> None:
        self.next, self._time_s, self.is_estimated = index, None, is_estimated
        self._is_lost = self.is_behind = False

    def _landings(self, index: int, stamp_s: float) -> list[int]:
        """Return numbers for OpenCV to seek, the nearest first; each leads to a frame before `index`, if all is well.

        OpenCV does not move in a file without a duration.
        """
        if (self.header_count or 0) <= 1:
            return []
        if self.timeline.packets is None:
            numbers = [math.floor(stamp_s * self.rate_hz) - early for early in _EARLY]
        else:
            keys = self.timeline.keys_before(index, AHEAD)
            numbers = [landing_at(key, self.rate_hz) for key in keys]
        return [number for number in numbers if number > 1]

    def _find(self, stamp_s: float, tolerance_s: float, before_s: float | None) -> bool | None:
        """Fetch frames up to the one of this stamp, which is read next.

        Return False if it or the one before is not there; None if no frame before it was passed.

        Parameters
        ----------
        before_s : stamp that the frame before it must have; None for any.
        """
        passed: list[float] = []
        while self.capture.grab():
            found_s = self.capture.stamp_s
            if found_s >= stamp_s - tolerance_s:
                if before_s is not None and not passed:
                    return None
                is_behind = before_s is None or abs(passed[-1] - before_s) <= tolerance_s
                is_there = is_behind and found_s <= stamp_s + tolerance_s
                return is_there and self.timeline.confirm(passed, stamp_s)
            passed.append(found_s)
            self.capture.skip()
        return None if not passed else False

    def _count_to(self, index: int) -> None:
        """Go to a frame by counting: from here, from the last frame with a known stamp, or from the beginning."""
        if self.timeline.packets is not None and index >= AHEAD:
            nearest = index - AHEAD  # the last frames of an AVI file carry no stamp
        else:
            nearest = min(index - 1, self.timeline.known - 1)
        while nearest > AHEAD and self.timeline.stamp_of(nearest) is None:
            nearest -= 1
        is_here = self._is_sure and not self.is_estimated and nearest <= self.next <= index
        if not is_here and not (nearest > AHEAD and self._jump(nearest)):
            self._begin_again()
        self.walk(index)

    def _begin_again(self) -> None:
        """Go to the first frame; the video is opened anew if seeking leads to another one."""
        self.first = None
        if (self.header_count or 0) > 1:
            self.capture.seek(0)
        if (self.header_count or 0) <= 1 or not self.capture.grab() or not self.timeline.is_first(self.capture.stamp_s):
            self.capture.close()
            self.capture = self._open()
        self._arrive(0, is_estimated=False)
