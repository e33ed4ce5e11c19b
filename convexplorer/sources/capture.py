"""OpenCV's VideoCapture with uniform errors, shared by video files, streams and cameras."""

import math
from collections.abc import Sequence

import numpy as np

from convexplorer._cv import cv2
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.decoders.pixels import channel_names, from_pixels
from convexplorer.sources.pixel_format import PixelFormat, pixel_format

MAX_RATE_HZ = 1000
MAX_FRAMES = 100_000_000


class Grabbing:
    """What reading is made of, whichever library decodes: fetch the next frame, and convert it if it is wanted."""

    is_grabbed = False  # True if the frame fetched last is read next

    def grab(self) -> bool:
        """Fetch the next frame without conversion; return False at the end or on failure."""
        raise NotImplementedError

    def peek(self) -> np.ndarray | None:
        """Return the frame fetched last, which need not be read; None on failure."""
        raise NotImplementedError

    def skip(self) -> bool:
        """Fetch and discard the next frame; return False at the end or on failure."""
        is_there = self.grab()
        self.is_grabbed = False
        return is_there

    def read(self) -> np.ndarray | None:
        """Return the next frame (H, W, 3) uint8 in B, G, R order; None at the end or on failure."""
        if not self.grab():
            return None
        self.is_grabbed = False
        return self.peek()


class Capture(Grabbing):
    """An opened video, stream or camera; `is_open` is False if opening failed.

    OpenCV reports a failure by False or by an exception; the methods here return None for both.
    """

    note = ""  # what the user should know about the frame fetched last; OpenCV tells nothing

    def __init__(self, address: str | int, backend: int = cv2.CAP_ANY, settings: Sequence[int] = ()) -> None:
        try:
            self._capture = cv2.VideoCapture(address, backend, list(settings))
            self.is_open: bool = self._capture.isOpened()
        except cv2.error:
            self._capture = cv2.VideoCapture()
            self.is_open = False

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the frames, from the header."""
        return int(self._number(cv2.CAP_PROP_FRAME_HEIGHT)), int(self._number(cv2.CAP_PROP_FRAME_WIDTH))

    @property
    def rate_hz(self) -> float | None:
        """Frames per second; None if the source reports no plausible rate."""
        rate_hz = self._number(cv2.CAP_PROP_FPS)
        return rate_hz if 0 < rate_hz <= MAX_RATE_HZ else None

    @property
    def frame_count(self) -> int | None:
        """Number of frames by the header, in many containers duration times rate; None if unlimited or unknown."""
        count = self._number(cv2.CAP_PROP_FRAME_COUNT)
        return int(count) if 1 <= count <= MAX_FRAMES else None

    @property
    def bit_rate(self) -> float:
        """Thousands of bits per second, rounded down: the size of a file over the duration in its header."""
        return self._number(cv2.CAP_PROP_BITRATE)

    @property
    def stamp_s(self) -> float:
        """Time stamp of the frame fetched last, from the start of the container; 0 if the frame has none."""
        return self._number(cv2.CAP_PROP_POS_MSEC) / 1000

    @property
    def is_key(self) -> bool:
        """True if decoding can start at the packet fetched last."""
        return bool(self._number(cv2.CAP_PROP_LRF_HAS_KEY_FRAME))

    @property
    def codec(self) -> str:
        """Name of the codec in four letters, such as "VP80"."""
        return _letters(self._number(cv2.CAP_PROP_FOURCC))

    @property
    def pixel_aspect(self) -> float:
        """Width of a pixel over its height, in the upright frame; 1 if unknown."""
        width, height = self._number(cv2.CAP_PROP_SAR_NUM), self._number(cv2.CAP_PROP_SAR_DEN)
        if self._number(cv2.CAP_PROP_ORIENTATION_META) in (90, 270):
            width, height = height, width
        return width / height if width > 0 and height > 0 else 1.0

    def stored(self, head: bytes = b"") -> PixelFormat:
        """Return what the stored pixels hold; `head` as in `pixel_format`."""
        return pixel_format(_letters(self._number(cv2.CAP_PROP_CODEC_PIXEL_FORMAT)), head)

    def keep_format(self) -> None:
        """Hand out pixels as they are stored, instead of B, G, R of 8 bits; only before the first frame is read."""
        self.set(cv2.CAP_PROP_CONVERT_RGB, 0)

    def grab(self) -> bool:
        """Fetch the next frame without conversion; return False at the end or on failure."""
        if not self.is_grabbed:
            try:
                self.is_grabbed = self._capture.grab()
            except cv2.error:
                self.is_grabbed = False
        return self.is_grabbed

    def peek(self) -> np.ndarray | None:
        """Return the frame fetched last, which need not be read; None on failure."""
        try:
            is_there, pixels = self._capture.retrieve()
        except cv2.error:
            return None
        return pixels if is_there and pixels is not None and pixels.size else None

    def packet(self) -> np.ndarray:
        """Return the packet fetched last (bytes,) uint8, in the raw mode."""
        is_there, data = self._capture.retrieve()
        return np.ravel(data) if is_there and data is not None else np.empty(0, np.uint8)

    def seek(self, index: int) -> None:
        """Set the next frame to `index` by FFmpeg's arithmetic, which takes every frame to last 1/rate."""
        self.is_grabbed = False
        self.set(cv2.CAP_PROP_POS_FRAMES, index)

    def set(self, key: int, value: float) -> None:
        """Request a property; the device may ignore the request."""
        try:
            self._capture.set(key, value)
        except cv2.error:
            return

    def value(self, key: int) -> float:
        """Return a property's number; -1, as some devices say, if it has none."""
        return self._number(key, missing=-1.0)

    def close(self) -> None:
        """Release the file or device; may be called repeatedly."""
        self._capture.release()

    def _number(self, key: int, missing: float = 0.0) -> float:
        value = self._capture.get(key)
        return value if math.isfinite(value) else missing


def _letters(code: float) -> str:
    return int(code).to_bytes(4, "little", signed=False).decode("latin-1") if 0 < code < 2**32 else ""


def to_content(pixels: np.ndarray) -> tuple[np.ndarray | ByteImage, tuple[str, ...]]:
    """Return a captured frame as the content of a `Frame`, and the names of its channels; the fourth is alpha.

    The usual bytes stay as they are: a frame may be dropped before anyone computes with it.
    """
    is_usual = pixels.ndim == 3 and pixels.shape[2] == 3 and pixels.dtype == np.uint8
    content = ByteImage(pixels) if is_usual else from_pixels(pixels, is_bgr=True)
    return content, channel_names(content.shape[0], has_alpha=content.shape[0] == 4)
