"""The player: plays one source at a time into the inbox, and publishes its status."""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from convexplorer import sources
from convexplorer._leaving import stop_at_end
from convexplorer.live.session import Session, Tools
from convexplorer.live.slots import Inbox
from convexplorer.live.status import PlayerStatus
from convexplorer.live.wish import Wish
from convexplorer.sources.frame import Reader, Source

__all__ = ["Player", "PlayerStatus"]

RETRY_WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0)
CLOSE_S = 0.5


class Player:
    """A player of sources; its methods are called by one thread and return at once.

    Each open source has a thread of its own (`session` tells the reason). The thread of a still picture sleeps; an idle
    player has no thread.

    Parameters
    ----------
    on_status : called with every change of the status, from the player's thread; must return at once.
    open_reader : function that opens a source, for tests; `sources.open_reader` by default.
    retry_waits_s : seconds before each retry of a failed live source.
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
        """The current status."""
        if self._session is None:
            return PlayerStatus(speed=self._speed, is_looping=self._is_looping)
        return self._session.status

    def start(self) -> None:
        """Start playing; a source opened before starts now."""
        stop_at_end(self.close)
        self._is_started = True
        if self._session is not None and not self._session.is_alive:
            self._session.start()

    def close(self) -> None:
        """Stop and release the source; no frame and no status arrives after this method returns.

        A thread blocked in a library call is waited for at most `CLOSE_S`: it ends by itself, and closes its device, at
        the call's time-out.
        """
        self._is_closed = True
        if self._session is not None:
            self._session.stop()
            self._session.join(CLOSE_S)

    def open(self, source: Source) -> None:
        """Play this source instead of the current one; an open camera takes what it can without being opened again."""
        if self._is_closed:
            return
        before = self._session
        if before is not None and before.become(source):
            return
        if before is not None:
            before.stop()
        wish = Wish(speed=self._speed, is_looping=self._is_looping)
        self._session = Session(source, wish, self._tools, before if before and before.is_alive else None)
        if self._is_started:
            self._session.start()

    def play(self) -> None:
        """Continue; from the beginning if the source has ended, with a retry if it has failed."""
        self._ask(is_playing=True, is_pressed=True)

    def pause(self) -> None:
        """Pause at this frame; a live source is frozen, but still read."""
        self._ask(is_playing=False)

    def toggle(self) -> None:
        """Pause if playing, otherwise play."""
        if self._session is not None and self._session.is_playing and self.status.state == "playing":
            self.pause()
        else:
            self.play()

    def step(self, count: int = 1) -> None:
        """Pause, and move `count` frames, files or pages on (negative: back)."""
        self._ask(is_playing=False, steps=count)

    def seek(self, index: int) -> None:
        """Show frame `index`, or the nearest one; playing continues from there."""
        self._ask(seek_to=index)

    def set_speed(self, factor: float) -> None:
        """Set the speed as a multiple of real time, for this and later sources."""
        if not (math.isfinite(factor) and factor > 0):
            raise ValueError(f"speed must be a number above 0; got {factor}")
        self._speed = factor
        self._ask(speed=factor)

    def set_loop(self, flag: bool) -> None:
        """Switch looping on or off, for this and later sources."""
        self._is_looping = flag
        self._ask(is_looping=flag)

    def _ask(self, **changes: Any) -> None:
        if self._session is not None:
            self._session.ask(**changes)
