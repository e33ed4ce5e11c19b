"""Live video from the network, with time-outs and sentences for failures."""

import socket
import time

from convexplorer._cv import cv2
from convexplorer.sources.address import endpoint_of, host_of, timeout_of
from convexplorer.sources.av_capture import AvCapture
from convexplorer.sources.capture import Capture, to_content
from convexplorer.sources.conversion import is_memory
from convexplorer.sources.decoders.pixels import samples_of
from convexplorer.sources.frame import Frame, Source, SourceError, SourceInfo
from convexplorer.sources.limits import check_size
from convexplorer.sources.passwords import complete, is_missing
from convexplorer.sources.pixel_format import note_on
from convexplorer.sources.track import Track

_PROBE_S = 1.0
_PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322, "rtmp": 1935}


class StreamReader:
    """A reader of a stream; the option `timeout_s` limits the time of opening and of each read.

    Every failure raises `SourceError`, including the end of a live stream, so that the caller decides about a retry.
    Frames of a live stream carry the time of their arrival. A recording on a server has an end and times of its own,
    like a file.
    """

    def __init__(self, source: Source) -> None:
        self._address = source.address
        self._host = host_of(source.address)
        endpoint_of(source.address)
        self._timeout_s = timeout_of(source)
        timeout_ms = round(self._timeout_s * 1000)
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, timeout_ms, cv2.CAP_PROP_READ_TIMEOUT_MSEC, timeout_ms]
        self._url = complete(source.address)
        self._track = Track(lambda: Capture(self._url, cv2.CAP_FFMPEG, limits))
        self._is_checked = False  # True if it is known who decodes
        self._opened_s = time.monotonic()
        try:
            self._check()
        except SourceError:
            self.close()
            raise
        capture = self._track.capture
        self._note = note_on(capture.stored(), capture.pixel_aspect, is_own=False)
        is_live = self._track.is_live
        rate_hz = capture.rate_hz if is_live else self._track.rate_hz
        self.info = self._track.counted(SourceInfo(self._host, None, rate_hz, is_live=is_live, is_seekable=not is_live))

    def read(self) -> Frame | None:
        """Wait for the next frame, at most for the time-out; None only at the end of a recording."""
        started_s = time.monotonic()
        found = self._track.read() if self._choose_decoder(started_s) else None
        if found is None and self._track.is_behind:
            return None
        if found is None:
            if self._is_late(started_s):
                raise SourceError(f"{self._host} has sent no picture for {self._timeout_s:g} s.")
            if self.info.is_live or not self._track.is_finished:
                raise SourceError(f"{self._host} has ended the stream.")
            self._track.finish()
            self._tell_count()
            return None
        index, time_s, pixels = found
        if self.info.is_live:
            time_s = time.monotonic() - self._opened_s
        else:
            self._tell_count()
        content, channels = to_content(pixels)
        duration_s = self._track.duration_s(index, time_s)
        samples = samples_of(pixels.dtype)
        note = f"{self._note} {self._track.capture.note}".strip()
        return Frame(
            content,
            channels,
            index,
            time_s,
            self._host,
            note,
            samples,
            duration_s=duration_s,
            is_estimated=self._track.is_estimated,
        )

    def seek(self, index: int) -> None:
        """Set the next frame of a recording; do nothing for a live stream."""
        if self.info.is_seekable:
            self._choose_decoder(time.monotonic())
            self._track.seek(index)
            self._tell_count()

    def index_at(self, time_s: float) -> int:
        """Return the frame of a recording shown at a time, as far as times are known."""
        return self._track.timeline.index_at(time_s)

    def survey(self, _seconds: float = 0.0) -> bool:
        """Return True: to count the frames of a recording, all of it would have to be loaded."""
        return True

    def close(self) -> None:
        """Close the connection."""
        self._track.close()

    def _choose_decoder(self, started_s: float) -> bool:
        """Let PyAV decode a recording whose first frame OpenCV does not decode or convert, as `VideoReader` does.

        Return False if the server was silent for the time-out.
        """
        if self._is_checked or self.info.is_live:
            return True
        self._is_checked = True
        track = self._track
        if track.begin():
            is_still = track.has_equal_frames()
            if track.first is None or not is_still or not is_memory(self._url, track.first, timeout_s=self._timeout_s):
                return True
        elif self._is_late(started_s):
            return False
        other = Track(lambda: AvCapture(self._url, self._timeout_s))
        if other.capture.is_open:
            track.close()
            self._track = other
            check_size(self._host, *other.capture.size, 3)
            if other.begin():
                self._note = note_on(other.capture.stored(), other.capture.pixel_aspect, is_own=False)
        return True

    def _is_late(self, started_s: float) -> bool:
        return time.monotonic() - started_s >= 0.9 * self._timeout_s

    def _tell_count(self) -> None:
        self.info = self._track.counted(self.info)

    def _check(self) -> None:
        """Raise `SourceError` if no frame arrives, or one exceeds the size limit."""
        capture = self._track.capture
        if not capture.is_open:
            raise SourceError(why_not(self._address, self._timeout_s))
        height, width = capture.size
        if height and width:
            check_size(self._host, height, width, 3)


def why_not(address: str, timeout_s: float) -> str:
    """Return a sentence about a stream that failed to open; FFmpeg gives no reason, so the host is tried once more."""
    host = host_of(address)
    name, port = endpoint_of(address)
    port = port or _PORTS.get(address.partition(":")[0].lower(), 0)
    if not port:
        return f"No pictures came from {host} within {timeout_s:g} s."
    try:
        socket.create_connection((name, port), timeout=min(timeout_s, _PROBE_S)).close()
    except socket.gaierror:
        return f"The host {name} is not known: check the address and the network."
    except TimeoutError:
        return f"{host} does not answer: check the address, and whether the device is on."
    except ConnectionRefusedError:
        return f"{host} refuses the connection: nothing serves port {port} there."
    except OSError as error:
        return f"{host} cannot be reached: {error.strerror or error}."
    if is_missing(address):
        return f"{host} answers, but sends no video: it may want the password, which is never stored."
    return f"{host} answers, but sends no video (waited up to {timeout_s:g} s): check the path in the address."
