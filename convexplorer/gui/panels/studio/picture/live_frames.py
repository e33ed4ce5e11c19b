"""The next pictures of a camera on their way from the window to the thread that learns from them."""

from collections.abc import Callable
from queue import Empty, SimpleQueue

from convexplorer import _threads
from convexplorer.results.learning import Learned, Learning
from convexplorer.sources.frame import Frame

LIVE_PICTURES = 24
_WAIT_S = 0.1  # for the next picture, before the thread asks whether it is still wanted


class LiveFrames:
    """Holds one frame at most: those that come while patches are taken are let go of."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Frame] = SimpleQueue()
        self._last: Frame | None = None

    @property
    def is_hungry(self) -> bool:
        """True if the thread waits for a frame."""
        return self._queue.empty()

    def put(self, frame: Frame) -> None:
        """Hand on a frame, unless it is the one that came last or another one waits."""
        if frame is not self._last and self.is_hungry:
            self._last = frame
            self._queue.put(frame)

    def learn_from(self, learning: Learning, tell: Callable[[Learned], object]) -> None:
        """Take patches of the next pictures as they come, in another thread; a still gives none after the first."""
        learning.label = f"{LIVE_PICTURES} frames"
        for done in range(LIVE_PICTURES):
            frame = self._next()
            learning.add(frame, frame.title)
            tell(Learned(learning.wish, f"Taking patches: frame {done + 1} of {LIVE_PICTURES}"))

    def _next(self) -> Frame:
        while True:
            _threads.check()
            try:
                return self._queue.get(timeout=_WAIT_S)
            except Empty:
                continue
