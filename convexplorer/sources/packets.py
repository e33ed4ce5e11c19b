"""The time stamps of a video's packets, read without decoding: all frames of a minute of 720p in some milliseconds.

A container says when each frame is shown, but OpenCV tells only of the frame just decoded. In its raw mode it hands out
the packets, so that a second, passing reader learns number and times of all frames from the file itself.
"""

import math
import time
from pathlib import Path

import numpy as np

from convexplorer._cv import cv2
from convexplorer.sources.capture import Capture

_HIDDEN_FRAMES = "VP80"  # of this codec a packet of its own may hold a frame that is never shown


class Packets:
    """The packets of a file, read piece by piece.

    Attributes
    ----------
    stamps : seconds from the start of the container, in the order of the file.
    key_stamps : those at which decoding can start.
    is_complete : True if all packets are read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._capture: Capture | None = None
        self.stamps: list[float] = []
        self.key_stamps: list[float] = []
        self.is_complete = False

    def read(self, seconds: float = math.inf) -> bool:
        """Read packets for about this time; return True if there are no more."""
        if self.is_complete:
            return True
        if self._capture is None:
            self._capture = Capture(str(self.path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_FORMAT, -1])
        capture, end_s = self._capture, time.perf_counter() + seconds
        has_hidden = capture.codec == _HIDDEN_FRAMES
        while capture.skip():
            if has_hidden and not _is_shown(capture.packet()):
                continue
            self.stamps.append(capture.stamp_s)
            if capture.is_key:
                self.key_stamps.append(capture.stamp_s)
            if time.perf_counter() >= end_s:
                return False
        self.is_complete = True
        self.close()
        return True

    def close(self) -> None:
        """Release the file."""
        if self._capture is not None:
            self._capture.close()
            self._capture = None


def _is_shown(packet: np.ndarray) -> bool:
    """Return the flag “show_frame” of a VP8 packet (RFC 6386, 9.1)."""
    return packet.size == 0 or bool(packet.flat[0] >> 4 & 1)
