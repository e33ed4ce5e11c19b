"""The life of one source in one thread: open, play, retry, close.

Opening a device or reading a stream may block until a time-out, and no library allows another thread to interrupt that
safely. So a thread belongs to one source, not to the player. To open another source or to close the program, a session
is stopped and cut off at the same moment: nothing that it still delivers arrives anywhere. A waiting session ends at
once. A session blocked in a library call remains as a daemon thread until the call's time-out and closes its device
itself, so that no other thread has to wait.
"""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace
from typing import Any

from convexplorer._dataclass import dataclass
from convexplorer._leaving import expect_end
from convexplorer.live.meter import Meter
from convexplorer.live.playback import play
from convexplorer.live.slots import Inbox
from convexplorer.live.status import PlayerStatus, State
from convexplorer.live.wish import Wish
from convexplorer.sources.address import describe_source
from convexplorer.sources.camera_options import is_taken_live
from convexplorer.sources.frame import AddressError, AwayError, Frame, Reader, Source, SourceError

PREDECESSOR_S = 0.2  # time for the previous source to release its device
SAME_DEVICE_S = 3.0  # the same, if the new source is the same device
# FFmpeg opens one source at a time. A session waiting inside FFmpeg for a silent source cannot be interrupted, so
# sessions wait outside.
ONE_AT_A_TIME = frozenset({"stream", "video"})
STATUS_PERIOD_S = 1 / 30  # minimum time between status updates of a running video

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tools:
    """The resources shared by all sessions of a player.

    Attributes
    ----------
    retry_waits_s : seconds before each retry of a failed live source.
    condition : guards wishes and stop marks; held for assignments only.
    opening : held while a source of a kind in `ONE_AT_A_TIME` is opened; acquired and released under `condition`.
    failures : numbers for failures, over all sessions.
    publishing : held while `on_status` runs, so that states arrive in order, even from different sessions.
    """

    inbox: Inbox
    open_reader: Callable[[Source], Reader]
    on_status: Callable[[PlayerStatus], None] | None
    retry_waits_s: Sequence[float]
    clock: Callable[[], float] = time.perf_counter
    condition: threading.Condition = field(default_factory=threading.Condition)
    failures: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    opening: threading.Lock = field(default_factory=threading.Lock)
    publishing: threading.Lock = field(default_factory=threading.Lock)


class Session:
    """A thread that plays one source until stopped.

    Parameters
    ----------
    after : the previous session; the new one waits briefly for it to release its device.
    """

    def __init__(self, source: Source, wish: Wish, tools: Tools, after: "Session | None" = None) -> None:
        self.status = PlayerStatus(source, state="opening", speed=wish.speed, is_looping=wish.is_looping)
        self.clock = tools.clock
        self._source = source
        self._tools = tools
        self._after = after
        self._wish = wish
        self._has_news = False
        self._is_stopped = False
        self._is_over = False
        self._failures = 0
        self._told: PlayerStatus | None = None
        self._told_at = float("-inf")
        self._meter = Meter(tools.clock)
        self._thread = threading.Thread(target=self._run, name=f"player {source.kind}", daemon=True)

    # Called by the player

    @property
    def is_alive(self) -> bool:
        """True while the thread runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def ask(self, *, steps: int = 0, **changes: Any) -> None:
        """Change the wish and wake the thread; steps add up until the thread takes the wish."""
        with self._tools.condition:
            self._wish = replace(self._wish, steps=self._wish.steps + steps, **changes)
            self._has_news = True
            self._tools.condition.notify_all()

    def become(self, source: Source) -> bool:
        """Let the open camera take another source without being opened again; return False if it cannot."""
        with self._tools.condition:
            is_open = self.status.state in ("opening", "playing", "paused") and not self._is_over
            if not is_open or not is_taken_live(source, self._source):
                return False
            self._source = source
            self.status = replace(self.status, source=source)
            self.ask(source=source)
        return True

    def stop(self) -> None:
        """Stop; from now on no frame and no status of this session arrives anywhere."""
        with self._tools.condition:
            self._is_stopped = True
            self._tools.condition.notify_all()
        expect_end(self._thread)

    def join(self, timeout_s: float) -> None:
        """Wait for the end of the thread, at most `timeout_s`."""
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    # Called by the playback, in the thread

    def wait(self, timeout_s: float | None = None) -> Wish | None:
        """Wait for a change or the time-out, and return the wish; None if stopped."""
        with self._tools.condition:
            if timeout_s is None or timeout_s > 0:
                self._tools.condition.wait_for(lambda: self._has_news or self._is_stopped, timeout_s)
            if self._is_stopped:
                return None
            wish = self._wish
            self._wish = replace(wish, steps=0, seek_to=None, is_pressed=False, source=None)
            self._has_news = False
            return wish

    @property
    def is_playing(self) -> bool:
        """True if the user currently wants to play."""
        return self._wish.is_playing

    @property
    def is_looping(self) -> bool:
        """True if the source currently loops."""
        return self._wish.is_looping

    def rest(self) -> None:
        """Stop playing, for example at the end of a video."""
        with self._tools.condition:
            self._wish = replace(self._wish, is_playing=False)

    def forgive(self) -> None:
        """Reset the count of failures, after the source has worked again."""
        self._failures = 0

    def show(self, frame: Frame, *, skipped_frames: int = 0, is_next: bool = False) -> None:
        """Pass a frame to the engine and publish the status, throttled during playback."""
        with self._tools.condition:
            if self._is_stopped:
                return
            self._tools.inbox.put_frame(frame)
        self._meter.tick()
        skipped_frames += self.status.skipped_frames
        state: State = "playing" if self.is_playing and self.has_time else "paused"
        self.publish(
            state, index=frame.index, is_estimated=frame.is_estimated, skipped_frames=skipped_frames, is_minor=is_next
        )

    @property
    def has_time(self) -> bool:
        """True if the frames of the opened source have a rate of their own."""
        info = self.status.info
        return info is not None and info.has_time

    def publish(self, state: State, message: str = "", *, is_minor: bool = False, **changes: Any) -> None:
        """Publish a status, unless nothing changed; minor changes are throttled."""
        if state != "playing":
            self._meter.reset()
        with self._tools.publishing:
            with self._tools.condition:
                if self._is_stopped:
                    return
                old, wish = self.status, self._wish
                index = changes.get("index", old.index)
                if state in ("failed", "waiting") and (state, message, index) != (old.state, old.message, old.index):
                    changes["failure"] = next(self._tools.failures)
                changes |= {"state": state, "message": message, "rate_hz": round(self._meter.rate_hz, 1)}
                new = self.status = replace(old, speed=wish.speed, is_looping=wish.is_looping, **changes)
            is_minor = is_minor and (new.state, new.message) == (old.state, old.message)
            is_soon = self.clock() - self._told_at < STATUS_PERIOD_S
            if new != self._told and not (is_minor and is_soon):
                self._tell(new)

    def _tell(self, new: PlayerStatus) -> None:
        self._told, self._told_at = new, self.clock()
        if self._tools.on_status is None:
            return
        try:
            self._tools.on_status(new)
        except Exception:
            logger.exception("a listener of the player failed")

    def _run(self) -> None:
        try:
            self._wait_for_predecessor()
            while not self._is_stopped:
                self._play_once()
        finally:
            with self._tools.condition:
                self._is_over = True
                self._tools.condition.notify_all()

    def _play_once(self) -> None:
        """Open and play the source; a failure becomes a status and a wait."""
        reader = None
        try:
            if self._failures == 0:
                self.publish("opening")
            reader = self._open()
            if reader is not None:
                self._remember(reader)
                play(self, reader)
        except Exception as error:
            # A camera that was there before may be plugged in again, whatever is said of its name now.
            is_hopeless = isinstance(error, AddressError) and self.status.info is None
            sentence = sentence_of(error, self._source)
            self._recover(sentence, is_hopeless=is_hopeless, is_away=isinstance(error, AwayError))
        finally:
            if reader is not None:
                _close(reader)

    def _open(self) -> Reader | None:
        """Wait for the session's turn and open the source; None if stopped meanwhile."""
        tools = self._tools
        if self._source.kind not in ONE_AT_A_TIME:
            return tools.open_reader(self._source)
        with tools.condition:
            tools.condition.wait_for(lambda: self._is_stopped or tools.opening.acquire(blocking=False))
            if self._is_stopped:
                return None
        try:
            return tools.open_reader(self._source)
        finally:
            with tools.condition:
                tools.opening.release()
                tools.condition.notify_all()

    def _remember(self, reader: Reader) -> None:
        with self._tools.condition:
            self.status = replace(self.status, info=reader.info)

    def _recover(self, sentence: str, *, is_hopeless: bool, is_away: bool) -> None:
        """Publish a failure, and wait for the next trial or for the user; a device that is away is awaited."""
        waits_s = self._tools.retry_waits_s
        if is_away and waits_s:
            self._failures = min(self._failures + 1, len(waits_s))
            self.publish("waiting", sentence)
            self._wait_for_play(waits_s[self._failures - 1])
        elif self._is_live and not is_hopeless and self._failures < len(waits_s):
            wait_s = waits_s[self._failures]
            self._failures += 1
            again = f"Trying again in {wait_s:g} s ({self._failures} of {len(waits_s)})."
            self.publish("waiting", f"{sentence} {again}")
            self._wait_for_play(wait_s)
        else:
            self._failures = 0
            self.publish("failed", sentence)
            self._wait_for_play(None)

    @property
    def _is_live(self) -> bool:
        info = self.status.info
        return info.is_live if info is not None else self._source.kind in {"camera", "stream"}

    def _wait_for_play(self, timeout_s: float | None) -> None:
        end_s = None if timeout_s is None else self.clock() + timeout_s
        while True:
            left_s = None if end_s is None else end_s - self.clock()
            wish = self.wait(left_s)
            if wish is None or wish.is_pressed or (end_s is not None and self.clock() >= end_s):
                return
            self.publish(self.status.state, self.status.message)

    def _wait_for_predecessor(self) -> None:
        after, self._after = self._after, None
        if after is None:
            return
        is_same = (after._source.kind, after._source.address) == (self._source.kind, self._source.address)
        with self._tools.condition:
            self._tools.condition.wait_for(
                lambda: after._is_over or self._is_stopped, SAME_DEVICE_S if is_same else PREDECESSOR_S
            )


def sentence_of(error: Exception, source: Source) -> str:
    """Return the sentence for the user about an error; it names the source without the password of its address."""
    if isinstance(error, SourceError):
        return str(error)
    name = describe_source(source) or source.kind
    if isinstance(error, MemoryError):
        return f"There is not enough memory for {name}."
    reason = str(error) or type(error).__name__
    if source.address:
        reason = reason.replace(source.address, name)
    if source.kind == "stream":  # a traceback may hold the address too
        logger.error("source %s failed unexpectedly: %s", name, reason)
    else:
        logger.error("source %s failed unexpectedly", name, exc_info=error)
    return f"{name} could not be read: {reason}."


def _close(reader: Reader) -> None:
    try:
        reader.close()
    except Exception:
        logger.exception("a source could not be closed")
