"""A sequence of pictures as a video file."""

import os

import numpy as np

from convexplorer._cv import cv2
from convexplorer.export.files import ExportError, Part

# What OpenCV's own FFmpeg can write; H.264 it cannot (its licence forbids). FFV1 loses nothing.
CODECS = {".mp4": "mp4v", ".webm": "VP90", ".avi": "MJPG", ".mkv": "FFV1"}
FORMATS = {".mp4": "MP4 video", ".webm": "WebM video", ".avi": "Motion JPEG video", ".mkv": "Lossless Matroska video"}
SUFFIXES = tuple(FORMATS)
MIN_RATE_HZ, MAX_RATE_HZ = 0.5, 1000.0


class Recorder:
    """A writer of a video, for one thread at a time, also as a context manager.

    The file gets its name after `close` has found every frame in it. An exception in the `with` block discards it.

    Parameters
    ----------
    rate_hz : frames per second, kept within 0.5…1000.
    """

    def __init__(self, path: str | os.PathLike[str], rate_hz: float) -> None:
        self._part = Part(path, SUFFIXES)
        self._rate_hz = min(max(rate_hz, MIN_RATE_HZ), MAX_RATE_HZ)
        self._writer: cv2.VideoWriter | None = None
        self._size = (0, 0)
        self._is_closed = False
        self.frame_count = 0

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def write(self, rgb: np.ndarray) -> None:
        """Add an (H, W, 3) uint8 RGB picture.

        The first picture fixes the size, extended to even numbers because most codecs require them. Later pictures of
        another size are scaled to fit and centred on black.
        """
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
            raise ValueError(f"rgb must be (H, W, 3) uint8; got {rgb.shape} {rgb.dtype}")
        if self._is_closed:
            raise ExportError(f"{self._part.target.name} is finished; nothing can be added.")
        if self._writer is None:
            self._writer = self._open(rgb)
        self._writer.write(cv2.cvtColor(_fitted(rgb, *self._size), cv2.COLOR_RGB2BGR))
        self.frame_count += 1

    def close(self) -> int:
        """Finish the file and return its number of frames; may be called repeatedly."""
        if self._is_closed:
            return self.frame_count
        self._release()
        try:
            self._check()
            self._part.finish()
        finally:
            self._part.discard()
        return self.frame_count

    def discard(self) -> None:
        """Discard the file."""
        self._release()
        self._part.discard()

    def _open(self, rgb: np.ndarray) -> "cv2.VideoWriter":
        path = self._part.path
        self._size = rgb.shape[0] + rgb.shape[0] % 2, rgb.shape[1] + rgb.shape[1] % 2
        codec = cv2.VideoWriter.fourcc(*CODECS[path.suffix.lower()])
        writer = cv2.VideoWriter(str(path), codec, self._rate_hz, self._size[::-1])
        if not writer.isOpened():
            self.discard()
            raise ExportError(
                f"{self._part.target.name} could not be begun: "
                f"this OpenCV cannot write {CODECS[path.suffix.lower()]} at {rgb.shape[1]} × {rgb.shape[0]}."
            )
        return writer

    def _release(self) -> None:
        self._is_closed = True
        if self._writer is not None:
            self._writer.release()
            self._writer = None

    def _check(self) -> None:
        """Raise `ExportError` if the file lacks frames, because OpenCV drops frames without an error."""
        name = self._part.target.name
        if self.frame_count == 0:
            raise ExportError(f"{name} was not written: there was no frame.")
        capture = cv2.VideoCapture(str(self._part.path))
        found = round(capture.get(cv2.CAP_PROP_FRAME_COUNT)) if capture.isOpened() else 0
        capture.release()
        if found < self.frame_count:
            raise ExportError(f"{name} was not written: only {found} of {self.frame_count} frames arrived in the file.")


def _fitted(rgb: np.ndarray, height: int, width: int) -> np.ndarray:
    h, w = rgb.shape[:2]
    if 0 <= height - h <= 1 and 0 <= width - w <= 1:
        return cv2.copyMakeBorder(rgb, 0, height - h, 0, width - w, cv2.BORDER_REPLICATE)
    scale = min(height / h, width / w)
    size = max(1, round(w * scale)), max(1, round(h * scale))
    rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    top, left = (height - size[1]) // 2, (width - size[0]) // 2
    return cv2.copyMakeBorder(
        rgb, top, height - size[1] - top, left, width - size[0] - left, cv2.BORDER_CONSTANT, value=(0, 0, 0)
    )
