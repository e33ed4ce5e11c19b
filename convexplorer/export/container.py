"""Video containers that a kill or a full disk leaves playable, by PyAV.

Beside the encoder, because every piece here is about bytes in a file: docs/decisions/041 tells why not OpenCV.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av import Packet
    from av.container import InputContainer, OutputContainer
    from av.video.stream import VideoStream

MUXERS = {".mp4": "mp4", ".webm": "webm", ".avi": "avi", ".mkv": "matroska"}
# Each picture reaches the file as soon as it is encoded: a kill costs at most one. A finished MP4 is an ordinary one.
_OPTIONS = {
    ".mp4": {"movflags": "hybrid_fragmented+frag_every_frame"},
    ".webm": {"cluster_time_limit": "1"},
    ".mkv": {"cluster_time_limit": "1"},
    ".avi": {},
}


_CHUNK = 1024 * 1024


class KeptFile:
    """A file for a container, whose last good state can be returned to.

    FFmpeg forgets errors of writing, and ends a container by changing its beginning; on a full disk that would destroy
    what is there. So the first error is kept here, later bytes are not written, and changes since `keep` are undone.

    Attributes
    ----------
    error : the first failure, or None.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("r+b", buffering=0)
        self._kept = 0
        self._undo: list[tuple[int, bytes]] = []
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write bytes; for FFmpeg all writing succeeds."""
        if self.error is None:
            try:
                self._remember(len(data))
                rest = memoryview(data)
                while rest:
                    rest = rest[self._file.write(rest) :]
            except OSError as error:
                self.error = error
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Set the position, as a file does."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()

    def keep(self) -> None:
        """Accept what was written; if that failed, undo it and raise the `OSError`."""
        if self.error is not None:
            self._revert()
            raise self.error
        self._kept = os.fstat(self._file.fileno()).st_size
        self._undo.clear()

    def stop(self) -> None:
        """Write nothing from now on, and undo what was not accepted."""
        if self.error is None:
            self.error = OSError("no longer written")
            self._revert()

    def is_at(self, path: Path) -> bool:
        """Return True if the path still leads to this file: its folder may have been removed or unplugged."""
        try:
            return os.path.samestat(path.stat(), os.fstat(self._file.fileno()))
        except OSError:
            return False

    def copy_to(self, path: Path) -> None:
        """Copy what was accepted, as long as the file is open; also of a file that was removed."""
        with path.open("wb") as target:
            self._file.seek(0)
            while data := self._file.read(min(_CHUNK, self._kept - self._file.tell())):
                target.write(data)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _remember(self, size: int) -> None:
        """Keep the bytes that are about to be overwritten."""
        position = self._file.tell()
        if position < self._kept:
            self._undo.append((position, self._file.read(min(size, self._kept - position))))
            self._file.seek(position)

    def _revert(self) -> None:
        try:
            self._file.truncate(self._kept)
            for position, data in reversed(self._undo):
                self._file.seek(position)
                self._file.write(data)
        except OSError:  # the disk itself is gone; the first error tells
            return
        self._undo.clear()


def open_container(file: KeptFile, suffix: str) -> OutputContainer:
    """Return a container that writes to a file, in the format of the suffix."""
    import av  # only now: it takes 70 ms, and the window starts without it

    return av.open(file, "w", format=MUXERS[suffix], options={**_OPTIONS[suffix], "flush_packets": "1"})


def copy_pictures(source: Path, target: Path) -> int:
    """Write the pictures of an unfinished video as a finished one, without encoding anew; return their number.

    Raises
    ------
    OSError : the disk is full, or the source is no video (FFmpeg's errors are of this type or `ValueError`).
    """
    import av

    file, count = KeptFile(target), 0
    try:
        with av.open(str(source)) as whole, open_container(file, target.suffix.lower()) as finished:
            pictures = whole.streams.video[0]
            stream = finished.add_stream_from_template(pictures)
            for packet in _packets(whole, pictures):
                packet.stream = stream
                finished.mux(packet)
                count += 1
        file.keep()
    finally:
        file.close()
    return count


def count_pictures(path: Path) -> int:
    """Return the number of pictures in a video, which may lack its end; 0 if it is none."""
    import av

    try:
        with av.open(str(path)) as whole:
            return sum(1 for _ in _packets(whole, whole.streams.video[0]))
    except (av.FFmpegError, IndexError):
        return 0


def _packets(whole: InputContainer, pictures: VideoStream) -> Iterator[Packet[VideoStream]]:
    """Yield the encoded pictures of a video, as far as they are whole."""
    for packet in whole.demux(pictures):
        if packet.size and packet.dts is not None and not packet.is_corrupt:
            yield packet
