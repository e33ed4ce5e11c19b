"""Webcams: the list of cameras, and live frames from one of them."""

import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from convexplorer._cv import cv2
from convexplorer.sources.capture import Capture, to_content
from convexplorer.sources.decoders.pixels import samples_of
from convexplorer.sources.frame import AddressError, Frame, Source, SourceError, SourceInfo
from convexplorer.words import plain

# The usual sizes for a menu; a camera that has another takes its nearest, and the frame's note says so.
CAMERA_SIZES = ("320x240", "640x480", "800x600", "1280x720", "1920x1080", "3840x2160")

_SYSTEM: str = sys.platform
_LINUX_CAMERAS = Path("/sys/class/video4linux")
_MOST_DIGITS = 6  # of the number of a camera
_FALSE, _TRUE = ("false", "0", "", "no", "off"), ("true", "1", "yes", "on")
_INSTEAD = "Connect one and try again, or open a picture, a video or a test pattern."


@dataclass(frozen=True)
class Camera:
    """A camera listed by the system; `index` is the number in "camera:INDEX"."""

    index: int
    name: str


def list_cameras() -> list[Camera]:
    """List the cameras, by name if the system knows it, without opening one."""
    if _SYSTEM == "linux":
        return _linux_cameras()
    try:
        from cv2_enumerate_cameras import enumerate_cameras
    except ImportError:  # an optional extra
        return [Camera(0, "Default camera")]
    backend = cv2.CAP_AVFOUNDATION if _SYSTEM == "darwin" else cv2.CAP_MSMF
    return [Camera(found.index, found.name or f"Camera {found.index}") for found in enumerate_cameras(backend)]


def check_camera(source: Source) -> None:
    """Raise `AddressError` for a number or an option that no camera can have."""
    if source.address.isdecimal() and len(source.address) > _MOST_DIGITS:
        raise AddressError(f"There is no camera {plain(source.address, 20)}. {_INSTEAD}")
    _size(source)
    _rate(source)
    mirror = source.options.get("mirror", False)
    if str(mirror).lower() not in (*_FALSE, *_TRUE):
        raise AddressError(f"The option mirror of a camera must be true or false; got {plain(str(mirror), 40)}.")


class CameraReader:
    """A camera's reader. Options: `size` ("1280x720"), `mirror` (true as in a mirror), `rate` (frames per second)."""

    def __init__(self, source: Source) -> None:
        self._index, self._name = _find(source.address)
        size = _size(source)
        rate = _rate(source)
        self._is_mirrored = _is_true(source.options.get("mirror", False))
        self._capture = Capture(self._index)
        if self._capture.is_open:
            self._ask_for(size, rate)
        if not self._capture.is_open or not self._capture.grab():
            self._capture.close()
            raise _why_not(self._index, self._name)
        self._note = self._difference(size)
        self._opened_s = time.monotonic()
        self._next = 0
        self.info = SourceInfo(self._name, frame_count=None, rate_hz=self._capture.rate_hz, is_live=True)

    def read(self) -> Frame | None:
        """Wait for the next frame; raise `SourceError` if the camera has stopped."""
        pixels = self._capture.read()
        if pixels is None:
            raise SourceError(f"{self._name} sends no more pictures. Is it still plugged in?")
        if self._is_mirrored:
            pixels = cv2.flip(pixels, 1)
        index, self._next = self._next, self._next + 1
        content, channels = to_content(pixels)
        time_s = time.monotonic() - self._opened_s
        return Frame(content, channels, index, time_s, self._name, self._note, samples_of(pixels.dtype))

    def seek(self, index: int) -> None:
        """Do nothing: a camera offers only its next frame."""

    def close(self) -> None:
        """Release the camera."""
        self._capture.close()

    def _ask_for(self, size: tuple[int, int] | None, rate_hz: float) -> None:
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # fewer old frames, where the driver obeys
        if size is not None:
            # Uncompressed, large frames do not fit through USB 2 at a useful rate.
            self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[1])
            self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[0])
        if rate_hz:
            self._capture.set(cv2.CAP_PROP_FPS, rate_hz)

    def _difference(self, asked: tuple[int, int] | None) -> str:
        height, width = self._capture.size
        if asked is None or asked == (height, width):
            return ""
        return f"The camera gives {width} × {height} instead of {asked[1]} × {asked[0]}."


def _linux_cameras() -> list[Camera]:
    """Read the names of the Linux drivers."""
    found = []
    for folder in _LINUX_CAMERAS.glob("video*"):
        number = folder.name.removeprefix("video")
        # A device's further nodes (index 1, …) carry metadata, not pictures.
        if not number.isdecimal() or _first_line(folder / "index") not in ("", "0"):
            continue
        found.append(Camera(int(number), _first_line(folder / "name") or f"Camera {number}"))
    return sorted(found, key=lambda camera: camera.index)


def _find(address: str) -> tuple[int, str]:
    """Return index and name of the camera with an address: a number, a name, or part of a name."""
    cameras = list_cameras()
    if address.isdecimal():
        index = int(address)
        return index, next((camera.name for camera in cameras if camera.index == index), f"Camera {index}")
    wanted = address.casefold()
    for is_meant in (wanted.__eq__, lambda name: wanted in name):
        for camera in cameras:
            if is_meant(camera.name.casefold()):
                return camera.index, camera.name
    there_are = f"there are {', '.join(camera.name for camera in cameras)}" if cameras else "there is none at all"
    raise AddressError(f"There is no camera “{address}”; {there_are}. {_INSTEAD}")


def _why_not(index: int, name: str) -> SourceError:
    """Return the error that explains a camera that could not be opened."""
    device = Path(f"/dev/video{index}")
    if _SYSTEM == "linux" and not device.exists():
        return AddressError(f"There is no camera {index}. {_INSTEAD}")
    if _SYSTEM == "linux" and not os.access(device, os.R_OK | os.W_OK):
        return AddressError(f"{name} may not be used: add your user to the group “video”, then log in again.")
    return SourceError(f"{name} gives no pictures: another program may be using it. Close that one and try again.")


def _size(source: Source) -> tuple[int, int] | None:
    """Parse the option `size`, "WIDTHxHEIGHT", as (height, width)."""
    text = str(source.options.get("size", ""))
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,5})\s*[x×]\s*(\d{1,5})", text)
    if found is None:
        raise AddressError(f"The size of a camera is written as 1280x720; got {plain(text, 40)}.")
    return int(found[2]), int(found[1])


def _rate(source: Source) -> float:
    rate = source.options.get("rate", 0)
    if isinstance(rate, str) or not 0 <= rate <= 1000:
        got = plain(str(rate), 40)
        raise AddressError(f"The rate of a camera must be a number of frames a second, up to 1000; got {got}.")
    return float(rate)


def _is_true(value: object) -> bool:
    return str(value).lower() not in _FALSE


def _first_line(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip().partition("\n")[0]
    except OSError:
        return ""
