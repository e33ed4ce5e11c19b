"""Webcams: the list of cameras, and live frames from one of them."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer.sources.camera_controls import Controls
from convexplorer.sources.camera_facts import faces_user, first_line, programs_with
from convexplorer.sources.camera_options import mirror_of, rate_of, settings_of, size_of
from convexplorer.sources.capture import Capture, to_content
from convexplorer.sources.decoders.pixels import samples_of
from convexplorer.sources.frame import AddressError, AwayError, Frame, Source, SourceError, SourceInfo

_SYSTEM: str = sys.platform
_LINUX_CAMERAS = Path("/sys/class/video4linux")
_DEVICES = Path("/dev")
# Each library of a system counts its cameras in its own order: they are listed and opened by the same one.
_BACKENDS = {"darwin": cv2.CAP_AVFOUNDATION, "win32": cv2.CAP_MSMF}
_INSTEAD = "Connect one and try again, or open a picture, a video or a test pattern."
_COMPRESSED_FROM_HZ = 30
_SAME_HZ = 0.5  # cameras count in fractions: 29.97 is 30

# The names of the cameras that were open in this process, by number: one that is plugged in again may get another.
_seen: dict[int, str] = {}


@dataclass(frozen=True)
class Camera:
    """A camera listed by the system.

    Attributes
    ----------
    index : the number in "camera:INDEX".
    is_front : True if it looks at the user, see `camera_facts.faces_user`.
    """

    index: int
    name: str
    is_front: bool = False


def list_cameras() -> list[Camera]:
    """List the cameras, by name if the system knows it, without opening one."""
    found = _linux_cameras() if _SYSTEM == "linux" else _enumerated()
    return [Camera(0, "Default camera")] if found is None else found


def name_of(address: str) -> str:
    """Return the name by which a camera is remembered: the system's, or "Camera 0" for a number without a name."""
    try:
        return _find(address).name
    except SourceError:
        return f"Camera {address}" if address.isdecimal() else address


class CameraReader:
    """A camera's reader; its options are those of `camera_options`.

    An open camera takes another picture of itself (`mirror`) and what is set by hand (`exposure`, …) at once; another
    `size` or `rate` needs another reader.
    """

    def __init__(self, source: Source) -> None:
        self._camera = _find(source.address)
        self._name = self._camera.name
        size, rate_hz, chosen = size_of(source), rate_of(source), settings_of(source)
        self._capture = _opened(self._camera.index)
        if self._capture.is_open:
            self._ask_for(size, rate_hz)
        if not self._capture.is_open or not self._capture.grab():
            self._capture.close()
            raise _why_not(self._camera)
        _seen[self._camera.index] = self._name
        self._controls = Controls(self._capture)
        self._controls.set(chosen)
        self._note = self._difference(size, rate_hz)
        self._opened_s = time.monotonic()
        self._next = 0
        self.info = SourceInfo(
            self._name,
            frame_count=None,
            rate_hz=self._capture.rate_hz,
            is_live=True,
            is_mirrored=self._is_to_mirror(source),
            size=self._capture.size,
            adjustments=self._controls.read(),
        )

    def read(self) -> Frame | None:
        """Wait for the next frame; raise `SourceError` if the camera has stopped."""
        pixels = self._capture.read()
        if pixels is None:
            raise _why_no_more(self._camera)
        if self.info.is_mirrored:
            pixels = cv2.flip(pixels, 1)
        index, self._next = self._next, self._next + 1
        content, channels = to_content(pixels)
        time_s = time.monotonic() - self._opened_s
        return Frame(content, channels, index, time_s, self._name, self._note, samples_of(pixels.dtype))

    def take(self, source: Source) -> None:
        """Become the reader of a source that differs in `mirror` and what is set by hand."""
        self._controls.set(settings_of(source))
        self.info = replace(self.info, is_mirrored=self._is_to_mirror(source), adjustments=self._controls.read())

    def seek(self, index: int) -> None:
        """Do nothing: a camera offers only its next frame."""

    def close(self) -> None:
        """Release the camera."""
        self._capture.close()

    def _is_to_mirror(self, source: Source) -> bool:
        chosen = mirror_of(source)
        return self._camera.is_front if chosen is None else chosen

    def _ask_for(self, size: tuple[int, int] | None, rate_hz: float) -> None:
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # fewer old frames, where the driver obeys
        if size is not None or rate_hz > _COMPRESSED_FROM_HZ:
            # Uncompressed, large frames do not fit through USB 2 at a useful rate.
            self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        if size is not None:
            self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[1])
            self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[0])
        if rate_hz:
            self._capture.set(cv2.CAP_PROP_FPS, rate_hz)

    def _difference(self, asked: tuple[int, int] | None, asked_hz: float) -> str:
        """Return a sentence on what the camera gives instead of what it was asked for."""
        (height, width), rate_hz = self._capture.size, self._capture.rate_hz
        other = []
        if asked is not None and asked != (height, width):
            other.append(f"{width} × {height} instead of {asked[1]} × {asked[0]}")
        if asked_hz and rate_hz is not None and abs(rate_hz - asked_hz) > _SAME_HZ:
            other.append(f"{rate_hz:.4g} pictures a second instead of {asked_hz:g}")
        return f"The camera gives {' and '.join(other)}." if other else ""


def _linux_cameras() -> list[Camera]:
    """Read the names of the Linux drivers."""
    found = []
    for folder in _LINUX_CAMERAS.glob("video*"):
        number = folder.name.removeprefix("video")
        # A device's further nodes (index 1, …) carry metadata, not pictures.
        if not number.isdecimal() or first_line(folder / "index") not in ("", "0"):
            continue
        name = first_line(folder / "name") or f"Camera {number}"
        found.append(Camera(int(number), name, faces_user(name, folder / "device")))
    return sorted(found, key=lambda camera: camera.index)


def _enumerated() -> list[Camera] | None:
    """List the cameras of macOS and Windows; None without the library that can, an optional extra."""
    try:
        from cv2_enumerate_cameras import enumerate_cameras
    except ImportError:
        return None
    found = enumerate_cameras(_BACKENDS[_SYSTEM])
    return [Camera(one.index, one.name or f"Camera {one.index}", faces_user(one.name or "")) for one in found]


def _find(address: str) -> Camera:
    """Return the camera with an address: a number, a name, or part of a name."""
    cameras = list_cameras()
    if address.isdecimal():
        return _numbered(int(address), cameras)
    wanted = address.casefold()
    for is_meant in (wanted.__eq__, lambda name: wanted in name):
        for camera in cameras:
            if is_meant(camera.name.casefold()):
                return camera
    there_are = f"there are {', '.join(camera.name for camera in cameras)}" if cameras else "there is none at all"
    raise AddressError(f"There is no camera “{address}”; {there_are}. {_INSTEAD}")


def _numbered(index: int, cameras: list[Camera]) -> Camera:
    """Return the camera with a number, or the one that had it when it was open, and has another since it came back."""
    name = _seen.get(index, f"Camera {index}")
    listed = next((camera for camera in cameras if camera.index == index), None)
    again = [camera for camera in cameras if camera.name == name]
    if listed is None and len(again) == 1:
        return again[0]
    return listed or Camera(index, name, faces_user(name))


def _opened(index: int) -> Capture:
    """Return the camera with a number, by the library that has listed it, or else by any other."""
    capture = Capture(index, _BACKENDS.get(_SYSTEM, cv2.CAP_ANY))
    return capture if capture.is_open or _SYSTEM not in _BACKENDS else Capture(index)


def _why_not(camera: Camera) -> SourceError:
    """Return the error that explains a camera that could not be opened."""
    device, name = _DEVICES / f"video{camera.index}", camera.name
    if _is_away(camera) and camera.index in _seen:
        return AwayError(f"{name} is not plugged in. Plug it in again, and it goes on.")
    if _SYSTEM == "linux" and not device.exists():
        return AddressError(f"There is no camera {camera.index}. {_INSTEAD}")
    if _SYSTEM == "linux" and not os.access(device, os.R_OK | os.W_OK):
        return AddressError(f"{name} may not be used: add your user to the group “video”, then log in again.")
    holders = programs_with(device) if _SYSTEM == "linux" else []
    if holders:
        return SourceError(f"{name} is used by {' and '.join(holders)}. Close it there: a camera serves one program.")
    may_not = {
        "darwin": " Or the program may not use it: see System Settings, Privacy & Security, Camera.",
        "win32": " Or programs may not use it: see Settings, Privacy & security, Camera.",
    }.get(_SYSTEM, "")
    return SourceError(f"{name} gives no pictures: another program may be using it. Close that one.{may_not}")


def _why_no_more(camera: Camera) -> SourceError:
    """Return the error that explains a camera that has stopped while it was open."""
    if _is_away(camera):
        return AwayError(f"{camera.name} was unplugged. Plug it in again, and it goes on.")
    return SourceError(f"{camera.name} sends no more pictures. Is it still plugged in?")


def _is_away(camera: Camera) -> bool:
    """Return True if the system does not know the camera any more; a system that lists none cannot tell."""
    if _SYSTEM == "linux":
        return not (_DEVICES / f"video{camera.index}").exists()
    found = _enumerated()
    return found is not None and all(one.index != camera.index for one in found)
