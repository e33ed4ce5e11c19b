"""The three ways to play an opened source: turn its pages, play it by the clock, follow it live.

Each runs in a session's thread until the session is stopped. A function that returns earlier asks the session to reopen
the source; the session handles exceptions. The functions know the session as a `Host`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, cast

from convexplorer.live.pace import Pace
from convexplorer.live.status import PlayerStatus, State
from convexplorer.live.wish import Wish
from convexplorer.sources.frame import AdjustableReader, Frame, Reader, Source, SourceError, TimedReader

HEALTHY_S = 5.0  # a live source that ran this long has recovered; its failures are forgotten
_SURVEY_S = 0.005  # so long the frames ahead are counted between two frames on screen


class Host(Protocol):
    """The interface of a session for the functions that play its source."""

    @property
    def clock(self) -> Callable[[], float]:
        """Clock in seconds, for waiting and measuring."""

    @property
    def status(self) -> PlayerStatus:
        """The last published status."""

    @property
    def is_playing(self) -> bool:
        """True if the user currently wants to play."""

    @property
    def is_looping(self) -> bool:
        """True if the source currently loops."""

    def wait(self, timeout_s: float | None = None) -> Wish | None:
        """Wait for a change or the time-out, and return the wish; None if stopped."""

    def rest(self) -> None:
        """Stop playing, for example at the end of a video."""

    def forgive(self) -> None:
        """Reset the count of failures, after the source has worked again."""

    def show(self, frame: Frame, *, skipped_frames: int = 0, is_next: bool = False) -> None:
        """Pass a frame to the engine and publish the status."""

    def publish(self, state: State, message: str = "", **changes: Any) -> None:
        """Publish a status, unless nothing changed."""


def play(session: Host, reader: Reader) -> None:
    """Play a source in the way of its kind."""
    if reader.info.is_live:
        follow(session, reader)
    elif reader.info.rate_hz is not None:
        Video(session, cast("TimedReader", reader), reader.info.rate_hz).run()
    else:
        turn_pages(session, reader)


def follow(session: Host, reader: Reader) -> None:
    """Read a live source continuously, so that no frame ages in a driver's buffer; the same frame is shown once.

    A frozen source is still read, but not shown. A step shows the newest frame and stays frozen. A camera that is
    mirrored while it is frozen shows its newest frame too, since the frozen one is the other way round.
    """
    start_s, shown = session.clock(), None
    while (wish := session.wait(0)) is not None:
        is_turned = wish.source is not None and _take(session, cast("AdjustableReader", reader), wish.source)
        frame = reader.read()
        if frame is None:
            raise SourceError(f"{reader.info.title} has ended.")
        if session.clock() - start_s > HEALTHY_S:
            session.forgive()
        is_wanted = session.is_playing or wish.steps or is_turned
        if is_wanted and frame is not shown:
            session.show(frame, is_next=True)
            shown = frame
        else:  # frozen, or nothing new has been drawn on a pad
            session.publish("playing" if session.is_playing else "paused")


def _take(session: Host, reader: AdjustableReader, source: Source) -> bool:
    """Let an open camera take another source; return True if its picture is the other way round from now on."""
    was_mirrored = reader.info.is_mirrored
    reader.take(source)
    status = session.status
    session.publish(status.state, status.message, info=reader.info)
    return reader.info.is_mirrored != was_mirrored


def turn_pages(session: Host, reader: Reader) -> None:
    """Show one file or page, then wait, without using the processor, for a step to another.

    An unreadable file shows its sentence and keeps its index: the next step continues from there.
    """
    page_count = reader.info.frame_count
    index, target = -1, _within(session.status.index, page_count)
    while True:
        if target != index:
            index = target
            _show_page(session, reader, index)
        wish = session.wait()
        if wish is None:
            return
        if wish.is_pressed and session.status.state == "failed":
            index = -1
            session.publish("opening")  # so that a failure with the same words is another one
        else:
            session.publish(session.status.state, session.status.message)
        target = session.status.index + wish.steps if wish.seek_to is None else wish.seek_to
        if wish.is_looping and page_count:
            target %= page_count
        target = _within(target, page_count)


def _show_page(session: Host, reader: Reader, index: int) -> None:
    try:
        if reader.info.is_seekable:
            reader.seek(index)
        frame = reader.read()
    except (SourceError, MemoryError) as error:
        if reader.info.frame_count == 1:
            raise
        # NumPy says of missing memory how many bytes of what shape, and not of which file.
        name = reader.info.names[index] if reader.info.names else f"page {index + 1} of {reader.info.title}"
        is_memory = isinstance(error, MemoryError)
        session.publish("failed", f"There is not enough memory for {name}." if is_memory else str(error), index=index)
        return
    if frame is None:
        session.publish("ended", index=index)
    else:
        session.show(frame)


class Video:
    """Playback of a video: each frame is shown at its own time, and late ones are skipped to keep real time.

    The next frame is decoded while its predecessor is on screen, because only a decoded frame surely tells its time.
    """

    def __init__(self, session: Host, reader: TimedReader, rate_hz: float) -> None:
        self._session = session
        self._reader = reader
        self._usual_s = 1 / rate_hz
        self._pace = Pace(session.clock)
        self._speed = 1.0
        self._is_running = False
        self._has_ended = False
        self._is_surveyed = False
        self._survey_s = _SURVEY_S  # what the last step took; less, as time passes without one
        self._next = 0  # index of the frame that the reader returns next
        self._ahead: Frame | SourceError | None = None  # what comes after the frame on screen; None for the end
        self._is_fetched = False
        self._skipped = 0  # frames left out before the one ahead
        self._shown = -1
        self._is_estimated = False  # True if this index is an estimate
        self._shown_s = self._end_s = 0.0  # when the frame on screen began, and when its turn is over

    def run(self) -> None:
        """Play until stopped; the first frame is shown even if paused."""
        self._advance()
        self._survey()
        while (wish := self._session.wait(self._patience_s())) is not None:
            if wish.seek_to is not None or wish.steps:
                self._jump(self._shown + wish.steps if wish.seek_to is None else wish.seek_to)
            elif not wish.is_playing:
                self._rest()
            elif not self._go_on(wish):
                return

    def _rest(self) -> None:
        self._is_running = False
        status = self._session.status
        if self._has_ended:
            self._session.publish(status.state, status.message)
        else:
            self._session.publish("paused")
        self._survey()

    def _survey(self) -> None:
        """Let the reader count the frames ahead for a moment, so that the slider has its true length."""
        began_s = self._session.clock()
        self._is_surveyed = self._reader.survey(_SURVEY_S)  # again if frames have contradicted an earlier one
        self._survey_s = max(_SURVEY_S, self._session.clock() - began_s)
        if not self._reader.info.is_estimated:
            self._number_again()
        self._tell_info()

    def _number_again(self) -> None:
        """Tell by their times which frames are on screen and ahead, once all are counted."""
        if isinstance(self._ahead, Frame) and self._ahead.is_estimated:
            index = self._reader.index_at(self._ahead.time_s)
            self._ahead = replace(self._ahead, index=index, is_estimated=False)
            self._next = index + 1
        if self._is_estimated:
            self._shown, self._is_estimated = self._reader.index_at(self._shown_s), False
            if not self._is_fetched:
                self._next = self._shown + 1
            status = self._session.status
            self._session.publish(status.state, status.message, index=self._shown, is_estimated=False)

    def _tell_info(self) -> None:
        """Publish what the reader has learned of its source."""
        info, status = self._reader.info, self._session.status
        if status.info is not None and status.info != info:
            self._session.publish(status.state, status.message, info=info)

    def _patience_s(self) -> float | None:
        if not self._session.is_playing:
            return None if self._is_surveyed else 0.0
        return self._pace.due_in_s(self._due_s) if self._is_running and self._is_fetched else 0.0

    @property
    def _due_s(self) -> float:
        return self._ahead.time_s if isinstance(self._ahead, Frame) else self._end_s

    def _go_on(self, wish: Wish) -> bool:
        """Show the next frame if due; return False if the source must be reopened first."""
        if self._has_ended and not self._rewind():
            return False
        if not self._is_running or wish.speed != self._speed:
            self._restart(wish.speed)
        self._fetch()
        if self._pace.has_stalled(self._due_s):
            self._restart(wish.speed)
        wait_s = self._pace.due_in_s(self._due_s)
        if wait_s > 0:
            self._session.publish("playing")
            if wait_s > 2 * self._survey_s:
                self._survey()
            else:  # a slow step, such as the decoding of a large frame, must not delay each frame
                self._survey_s = max(_SURVEY_S, 0.9 * self._survey_s)
            return True
        return self._advance(is_next=True)

    def _restart(self, speed: float) -> None:
        """Let the clock go on from the frame on screen, which has its time too; after a rewind there is none."""
        self._is_running, self._speed = True, speed
        self._pace.restart(self._shown_s, speed)

    def _fetch(self) -> None:
        """Decode the next frame, without those whose time is over already."""
        if self._is_fetched:
            return
        try:
            self._skipped = self._skip_late()
            self._ahead = self._reader.read()
        except SourceError as error:
            self._ahead = error
        if isinstance(self._ahead, Frame):
            self._next = self._ahead.index + 1
        self._is_fetched = True

    def _skip_late(self) -> int:
        if not self._is_running or not self._reader.info.is_seekable or self._pace.has_stalled(self._end_s):
            return 0
        index = _within(self._reader.index_at(self._pace.now_s), self._reader.info.frame_count)
        count = index - self._next
        if count <= 0:
            return 0
        self._reader.seek(index)
        return count

    def _advance(self, *, is_next: bool = False) -> bool:
        """Show what comes next; return False if the source must be reopened first."""
        self._fetch()
        ahead, self._ahead, self._is_fetched = self._ahead, None, False
        if isinstance(ahead, SourceError):
            if self._shown < 0:
                raise ahead
            return self._break_off(str(ahead))
        if ahead is None:
            return self._end()
        self._shown, self._shown_s, self._is_estimated = ahead.index, ahead.time_s, ahead.is_estimated
        self._end_s = ahead.time_s + (ahead.duration_s or self._usual_s)
        self._session.show(ahead, skipped_frames=self._skipped, is_next=is_next)
        self._tell_info()
        return True

    def _end(self) -> bool:
        is_empty = self._shown < 0
        self._has_ended, self._is_running = True, False
        if self._session.is_looping and not is_empty:
            return self._rewind()
        self._session.rest()
        message = f"{self._reader.info.title} holds no frame." if is_empty else ""
        self._session.publish("ended", message, info=self._reader.info)
        return True

    def _break_off(self, sentence: str) -> bool:
        """Stop at the end of a damaged file; the frames before can still be played and stepped through."""
        self._has_ended, self._is_running = True, False
        self._session.rest()
        self._session.publish("failed", sentence, info=self._reader.info)
        return True

    def _rewind(self) -> bool:
        if not self._reader.info.is_seekable:
            return False
        self._reader.seek(0)
        self._is_fetched = self._has_ended = False
        self._next, self._shown, self._shown_s, self._end_s = 0, -1, 0.0, 0.0
        return True

    def _jump(self, index: int) -> None:
        """Show the frame `index`, or the nearest one; playing continues from there."""
        index = _within(index, self._reader.info.frame_count)
        self._is_running = False
        is_ahead = self._is_fetched and isinstance(self._ahead, Frame) and self._ahead.index == index
        if not is_ahead and not self._seek(index):
            self._session.publish("paused", "This source can only go forward.")
            return
        self._has_ended = False
        self._advance()

    def _seek(self, index: int) -> bool:
        """Set the frame that is shown next; return False if the source cannot."""
        if index == self._next and not self._is_fetched:
            return True
        if not self._reader.info.is_seekable:
            return False
        self._reader.seek(index)
        is_there = _within(index, self._reader.info.frame_count)
        if is_there != index:  # there are fewer frames than the header said
            self._reader.seek(is_there)
        self._next, self._is_fetched, self._skipped = is_there, False, 0
        return True


def _within(index: int, count: int | None) -> int:
    return max(0, index if count is None else min(index, count - 1))
