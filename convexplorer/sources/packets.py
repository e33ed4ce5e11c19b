"""The time stamps of a video's packets, read without decoding: all frames of a minute of 720p in some milliseconds.

A container says when each frame is shown, but OpenCV tells only of the frame just decoded. In its raw mode it hands out
the packets, so that a second, passing reader learns number and times of all frames from the file itself.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from convexplorer._cv import cv2
from convexplorer.sources.capture import Capture

_LEAST_FAILURES, _MOST_FAILURES = 64, 20_000  # attempts at the end of a file, which take a millisecond, or a quarter s
_STARTS = (b"\x00\x00\x01", b"\xff\xd8")  # of MPEG and JPEG pictures; a decoder leaves out those without
_CODES, _SCAN, _HEAD_BYTES = 0xC4, 0xDA, 65536
_ZEROS = b"\x00\x00\x00"
_HIDDEN_FRAMES = "VP80"  # of this codec a packet of its own may hold a frame that is never shown


class Packets:
    """The packets of a file, read piece by piece.

    Attributes
    ----------
    stamps : seconds from the start of the container, in the order of the file.
    key_stamps : those at which decoding can start.
    doubts : pairs of stamps between which packets could not be read, or are marked as damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stamps: list[float] = []
        self.key_stamps: list[float] = []
        self.doubts: list[tuple[float, float]] = []

    def steps(self) -> Iterator[None]:
        """Read packet after packet, also behind unreadable ones."""
        capture = Capture(str(self.path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_FORMAT, -1])
        has_hidden = capture.codec == _HIDDEN_FRAMES
        start: bytes | None = None
        failures = 0
        try:
            while failures < patience(capture.frame_count, len(self.stamps)):
                if not capture.skip():
                    failures += 1
                    continue
                if start is None:
                    start = _start_of(capture.packet())
                data = capture.packet() if has_hidden or start else None
                if not has_hidden or data is None or _is_shown(data):
                    is_doubtful = failures > 0 or (data is not None and bool(start) and _is_spoilt(data, start))
                    self._note(capture.stamp_s, is_key=capture.is_key, is_doubtful=is_doubtful)
                failures = 0
                yield
        finally:
            capture.close()

    def steps_by_av(self) -> Iterator[None]:
        """Read them once more by PyAV, which knows the times of packets that carry none in MPEG program streams."""
        import av  # only now: it takes 70 ms, and the packets of most films are understood without it

        self.stamps, self.key_stamps = [], []  # the doubts remain: PyAV tells of fewer
        try:
            with av.open(str(self.path), metadata_errors="replace") as container:
                stream = container.streams.best("video")
                for packet in container.demux(stream):
                    stamp = packet.dts if packet.pts is None else packet.pts
                    if stream is None or stamp is None or packet.time_base is None or packet.is_discard:
                        continue
                    stamp_s = float((stamp - (stream.start_time or 0)) * packet.time_base)
                    self._note(stamp_s, is_key=packet.is_keyframe, is_doubtful=packet.is_corrupt)
                    yield
        except (av.FFmpegError, OSError, ValueError):
            self.stamps = []

    def _note(self, stamp_s: float, *, is_key: bool, is_doubtful: bool) -> None:
        if is_doubtful:
            before_s = self.stamps[-1] if self.stamps else stamp_s
            self.doubts.append((min(before_s, stamp_s), max(before_s, stamp_s)))
        self.stamps.append(stamp_s)
        if is_key:
            self.key_stamps.append(stamp_s)


def patience(header_count: int | None, done: int) -> int:
    """Return the number of unreadable packets in a row behind which no more are expected.

    An unfinished download has holes of any length; a file has ended when as many frames are missing as its header says.
    """
    return min(max(_LEAST_FAILURES, (header_count or 0) - done), _MOST_FAILURES)


def _start_of(packet: np.ndarray) -> bytes:
    """Return the bytes with which each picture of this codec begins; none if it has no such mark."""
    return next((start for start in _STARTS if _begins(packet, start)), b"")


def _begins(packet: np.ndarray, start: bytes) -> bool:
    """Return True if a packet begins so, or is empty, as where an AVI file repeats a picture."""
    head = packet[: len(start) + 1].tobytes()
    return not head or head.startswith(start) or head[1:] == start


def _is_spoilt(packet: np.ndarray, start: bytes) -> bool:
    """Return True if a packet does not begin as others, or has bytes that its codec cannot write.

    Such are three zeros within a picture of MPEG, the mark of where the next one starts; a disk leaves zeros where
    nothing was written. The tables of a JPEG picture follow each other by their lengths.
    """
    if not _begins(packet, start):
        return True
    if start == _STARTS[1]:
        return not _has_tables(packet[:_HEAD_BYTES].tobytes())
    words = packet[: packet.size // 8 * 8].view(np.uint64)
    if np.count_nonzero(words) == words.size:  # as in a sound picture; the search below is ten times slower
        return False
    data = packet.tobytes()
    at = data.find(_ZEROS, len(start) + 1)
    while at >= 0:
        at += len(data) - at - len(data[at:].lstrip(b"\0"))
        if data[at : at + 1] not in (b"", b"\x01"):
            return True
        at = data.find(_ZEROS, at)
    return False


def _has_tables(data: bytes) -> bool:
    """Return True if the tables of a JPEG picture lead to its pixels, or further than these bytes."""
    at = data.find(b"\xff\xd8") + 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return False
        if data[at + 1] == _SCAN:
            return True
        if data[at + 1] == _CODES and not _are_codes(
            data[at + 4 : at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")]
        ):
            return False
        at += 1 if data[at + 1] == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return not data or len(data) == _HEAD_BYTES


def _are_codes(tables: bytes) -> bool:
    """Return True if tables of Huffman codes have the lengths that they say: sixteen counts, and so many values."""
    while len(tables) > 16:
        tables = tables[17 + sum(tables[1:17]) :] if 17 + sum(tables[1:17]) <= len(tables) else b"-"
    return not tables


def _is_shown(packet: np.ndarray) -> bool:
    """Return the flag “show_frame” of a VP8 packet (RFC 6386, 9.1)."""
    return packet.size == 0 or bool(packet.flat[0] >> 4 & 1)
