"""Plays one source at a time into the inbox, and says what it does."""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from convexplorer import sources
from convexplorer.live.session import Session, Tools
from convexplorer.live.slots import Inbox
from convexplorer.live.status import PlayerStatus
from convexplorer.live.wish import Wish
from convexplorer.sources.frame import Reader, Source

__all__ = ["Player", "PlayerStatus"]

RETRY_WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0)
CLOSE_S = 0.5


class Player:
    """Opens sources and plays them; its methods are called by one thread and return at once.

    Each source has a thread of its own while it is open (see `session` for why). A still picture's
    thread sleeps; a player that is idle has none.

    Parameters
    ----------
    on_status : told every change, from the player's thread; it must only pass the news on.
    open_reader : how a source is opened; `sources.open_reader` unless a test says otherwise.
    retry_waits_s : how long a failed live source is left alone before each new try.
    """

    def __init__(
        self,
        inbox: Inbox,
        on_status: Callable[[PlayerStatus], None] | None = None,
        *,
        open_reader: Callable[[Source], Reader] | None = None,
        retry_waits_s: Sequence[float] = RETRY_WAITS_S,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._tools = Tools(inbox, open_reader or sources.open_reader, on_status, retry_waits_s, clock)
        self._session: Session | None = None
        self._is_started = False
        self._is_closed = False
        self._speed = 1.0
        self._is_looping = False

    @property
    def status(self) -> PlayerStatus:
        """What the player does at this moment."""
        if self._session is None:
            return PlayerStatus(speed=self._speed, is_looping=self._is_looping)
        return self._session.status

    def start(self) -> None:
        """Begin; a source that was opened before begins now."""
        self._is_started = True
        if self._session is not None and not self._session.is_alive:
            self._session.start()

    def close(self) -> None:
        """End, and let go of the source; nothing arrives anywhere after this returns.

        A thread that is stuck in a library's call is not waited for beyond `CLOSE_S`: it ends by
        itself at that call's time-out, and closes its device then.
        """
        self._is_closed = True
        if self._session is not None:
            self._session.stop()
            self._session.join(CLOSE_S)

    def open(self, source: Source) -> None:
        """Play this source instead of whatever is under way."""
        if self._is_closed:
            return
        before = self._session
        if before is not None:
            before.stop()
        wish = Wish(speed=self._speed, is_looping=self._is_looping)
        self._session = Session(source, wish, self._tools, before if before and before.is_alive else None)
        if self._is_started:
            self._session.start()

    def play(self) -> None:
        """Go on; from the beginning if it had ended, with a new try if it had failed."""
        self._ask(is_playing=True, is_pressed=True)

    def pause(self) -> None:
        """Stay at this frame; a live source is frozen and still drained."""
        self._ask(is_playing=False)

    def toggle(self) -> None:
        """Pause what plays, play everything else."""
        if self._session is not None and self._session.is_playing and self.status.state == "playing":
            self.pause()
        else:
            self.play()

    def step(self, count: int = 1) -> None:
        """Pause, and go so many frames, files or pages further (or back)."""
        self._ask(is_playing=False, steps=count)

    def seek(self, index: int) -> None:
        """Show frame `index`, the nearest if there is none; what plays goes on from there."""
        self._ask(seek_to=index)

    def set_speed(self, factor: float) -> None:
        """Play so many times as fast as real time; kept for the sources to come."""
        if not (math.isfinite(factor) and factor > 0):
            raise ValueError(f"speed must be a number above 0; got {factor}")
        self._speed = factor
        self._ask(speed=factor)

    def set_loop(self, flag: bool) -> None:
        """Begin again at the end, or not; kept for the sources to come."""
        self._is_looping = flag
        self._ask(is_looping=flag)

    def _ask(self, **changes: Any) -> None:
        if self._session is not None:
            self._session.ask(**changes)
