"""Readers without devices, and a listener that waits for states: real threads, no sleeping."""

import threading
from collections.abc import Callable, Sequence

import numpy as np

from convexplorer.live.player import PlayerStatus
from convexplorer.live.slots import Inbox
from convexplorer.sources.frame import Frame, Source, SourceError, SourceInfo

PATIENCE_S = 10.0
VIDEO = Source("video", "film.mp4")


def make_frame(
    index: int = 0, *, channels: int = 1, height: int = 4, width: int = 6, time_s: float = 0.0, duration_s: float = 0.0
) -> Frame:
    image = np.full((channels, height, width), index / 255, np.float32)
    image.flags.writeable = False
    names = ("R", "G", "B") if channels == 3 else tuple("Y" if channels == 1 else str(i) for i in range(channels))
    return Frame(image, names, index=index, time_s=time_s, duration_s=duration_s)


class FakeReader:
    """Counts through frames; calls `before_read` first, which may block or raise.

    Parameters
    ----------
    durations_s : how long each frame of an animation is shown; by default frames have times by the rate.
    """

    def __init__(
        self,
        info: SourceInfo,
        before_read: Callable[[int], None] | None = None,
        durations_s: Sequence[float] = (),
    ) -> None:
        self.info = info
        self._durations_s = durations_s
        self.closed = threading.Event()
        self.seeks: list[int] = []
        self._before_read = before_read or (lambda _: None)
        self._next = 0

    def read(self) -> Frame | None:
        index, self._next = self._next, self._next + 1
        count = self.info.frame_count
        if count is not None and index >= count:
            return None
        self._before_read(index)
        duration_s = self._durations_s[index] if self._durations_s else 0.0
        return make_frame(index, time_s=self._time_of(index), duration_s=duration_s)

    def index_at(self, time_s: float) -> int:
        index = 0
        while index + 1 < (self.info.frame_count or 0) and self._time_of(index + 1) <= time_s:
            index += 1
        return index

    def survey(self, _seconds: float = 0.0) -> bool:
        return True

    def _time_of(self, index: int) -> float:
        if self._durations_s:
            return sum(self._durations_s[:index])
        return index / (self.info.rate_hz or 1.0)

    def seek(self, index: int) -> None:
        self.seeks.append(index)
        self._next = index

    def close(self) -> None:
        self.closed.set()


def video_reader(count: int | None = 5, rate_hz: float = 1000.0, **changes: object) -> FakeReader:
    return FakeReader(SourceInfo("film", count, rate_hz, is_seekable=True), **changes)


def folder_reader(count: int = 5, bad: frozenset[int] = frozenset()) -> FakeReader:
    def refuse(index: int) -> None:
        if index in bad:
            raise SourceError(f"file {index} is broken.")

    names = tuple(f"{i}.png" for i in range(count))
    return FakeReader(SourceInfo("folder", count, is_seekable=True, names=names), refuse)


class Listener:
    """Keeps every status, and waits for the one that a test is about."""

    def __init__(self) -> None:
        self.statuses: list[PlayerStatus] = []
        self._condition = threading.Condition()

    def __call__(self, status: PlayerStatus) -> None:
        with self._condition:
            self.statuses.append(status)
            self._condition.notify_all()

    def wait_for(self, wanted: Callable[[PlayerStatus], bool], since: int = 0) -> PlayerStatus:
        """Return the first status that is wanted, among those from position `since` on."""
        with self._condition:
            found = self._condition.wait_for(lambda: next(filter(wanted, self.statuses[since:]), None), PATIENCE_S)
        assert found is not None, f"it never came; there were {self.statuses[since:]}"
        return found

    def wait_for_state(self, state: str, since: int = 0) -> PlayerStatus:
        return self.wait_for(lambda status: status.state == state, since)

    @property
    def count(self) -> int:
        with self._condition:
            return len(self.statuses)


class RecordingInbox(Inbox):
    """An inbox that remembers the numbers of all frames."""

    def __init__(self) -> None:
        super().__init__()
        self.indices: list[int] = []
        self._arrived = threading.Condition()

    def put_frame(self, frame: Frame) -> None:
        super().put_frame(frame)
        with self._arrived:
            self.indices.append(frame.index)
            self._arrived.notify_all()

    def wait_for_frames(self, count: int) -> list[int]:
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.indices) >= count, PATIENCE_S), self.indices
            return list(self.indices)
