"""Whether OpenCV converts the frames of a video at all.

WORKAROUND(OpenCV 4.13–5.0): of interlaced frames libswscale refuses the conversion; OpenCV does not look, and hands out
whatever was in memory: the last converted frame, or arbitrary numbers. Only a frame equal to the one before it can be
of that kind, and PyAV, which decodes it once more, tells.
"""

import numpy as np

from convexplorer.sources.av_capture import AvCapture

_FAR = 4.0  # levels of 255, on average; both convert by FFmpeg, so that usually nothing differs
_ROW_STEP = 16  # of a film that moves, so many rows are enough to see that
_MOST_DECODED = 64  # frames from a key frame on; in television and on DVDs there are fewer
_SAME_S = 0.001
_EARLY_S = (0.0, 0.5, 2.0)  # in containers without an index, a jump may land behind the wanted frame


class Repetitions:
    """Tells which frames are to be looked at: those equal to the one before, ever more rarely in a film full of stills.

    Of stretches of equal frames the first is looked at, then the second, the fourth, the eighth, …

    Parameters
    ----------
    first : the first frame, if it begins such a stretch and is looked at already.
    """

    def __init__(self, first: np.ndarray | None = None) -> None:
        self._last = first
        self._index = 0
        self._is_still = first is not None
        self._stretches = int(self._is_still)

    def is_due(self, index: int, pixels: np.ndarray) -> bool:
        """Return True if a frame begins a stretch of equal frames that is to be looked at."""
        if index == self._index:  # the first frame, or one that is read again
            self._last = pixels
            return False
        was_still, self._is_still = self._is_still, self._is_equal(pixels)
        self._last, self._index = pixels, index
        if was_still or not self._is_still:
            return False
        self._stretches += 1
        return self._stretches & (self._stretches - 1) == 0

    def _is_equal(self, pixels: np.ndarray) -> bool:
        last = self._last
        if last is None or last.shape != pixels.shape:
            return False
        return np.array_equal(last[::_ROW_STEP], pixels[::_ROW_STEP]) and np.array_equal(last, pixels)


def is_memory(address: str, pixels: np.ndarray, stamp_s: float = 0.0, timeout_s: float | None = None) -> bool:
    """Return True if a frame was not converted, by comparison with what PyAV decodes; False if that finds no frame.

    Parameters
    ----------
    address, timeout_s : as `AvCapture` takes them.
    pixels : (H, W, 3) uint8 in B, G, R, from OpenCV.
    stamp_s : its time stamp; 0 for the first frame.
    """
    capture = AvCapture(address, timeout_s)
    try:
        decoded = _frame_at(capture, stamp_s) if capture.is_open else None
        if decoded is None or decoded.shape != pixels.shape:
            return False
        distance = np.abs(decoded.astype(np.int16) - pixels).mean()
        return capture.is_interlaced or float(distance) > _FAR
    finally:
        capture.close()


def _frame_at(capture: AvCapture, stamp_s: float) -> np.ndarray | None:
    """Return the frame of a stamp, if it is not too far behind a key frame."""
    if not stamp_s:
        return capture.read()
    for early_s in _EARLY_S:
        capture.seek_before(stamp_s - early_s)
        if capture.grab() and capture.stamp_s <= stamp_s + _SAME_S:
            break
    for _ in range(_MOST_DECODED):
        if not capture.grab() or capture.stamp_s > stamp_s + _SAME_S:
            return None
        if capture.stamp_s >= stamp_s - _SAME_S:
            return capture.read()
        capture.skip()
    return None
