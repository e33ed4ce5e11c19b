"""A virtual camera, which other programs, such as those for calls, open like a webcam."""

import importlib.util
import sys
from typing import Any

import numpy as np

SIZE = (720, 1280)  # of the picture, (height, width): what every program for calls takes
RATE_HZ = 30.0
REPEAT_S = 0.1  # a program that calls takes a camera without new pictures for broken

_SYSTEM: str = sys.platform
_MODULE = "pyvirtualcam"
INSTALL = "pip install pyvirtualcam"
#: The command that makes a virtual camera on Linux.
LINUX_DEVICE = "sudo modprobe v4l2loopback exclusive_caps=1 card_label=ConvExplorer"
_NO_DEVICE = {
    "linux": "There is no virtual camera yet. Install v4l2loopback (Debian, Ubuntu: sudo apt install "
    f"v4l2loopback-dkms), then make one: {LINUX_DEVICE}",
    "darwin": "There is no virtual camera yet. Install OBS Studio (obsproject.com), start its virtual camera once and "
    "stop it, so that macOS asks whether it is allowed.",
    "win32": "There is no virtual camera yet. Install OBS Studio (obsproject.com): it brings one.",
}
_IN_USE = "If there is one: only one program at a time can send to it."


class VirtualCameraError(ValueError):
    """There is no virtual camera; the text is a sentence on what to install."""


class VirtualCamera:
    """A sender of pictures to the first virtual camera of the system.

    Raises
    ------
    VirtualCameraError : the library or the device is missing.

    Attributes
    ----------
    name : of the device, under which other programs find it.
    """

    is_wanted = True  # nobody can tell whether a program looks

    def __init__(self) -> None:
        if importlib.util.find_spec(_MODULE) is None:
            raise VirtualCameraError(f"A virtual camera needs the library pyvirtualcam: {INSTALL}")
        self._camera = _opened()
        self.name = str(self._camera.device)

    def send(self, rgb: np.ndarray) -> None:
        """Show an (H, W, 3) uint8 RGB picture of the size `SIZE`."""
        self._camera.send(np.ascontiguousarray(rgb))

    def close(self) -> None:
        """Release the device; may be called repeatedly."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()


def _opened() -> Any:
    import pyvirtualcam

    height, width = SIZE
    try:
        return pyvirtualcam.Camera(width=width, height=height, fps=RATE_HZ)
    except (RuntimeError, OSError, ValueError) as error:
        advice = _NO_DEVICE.get(_SYSTEM, "There is no virtual camera on this system.")
        raise VirtualCameraError(f"{advice} {_IN_USE if _SYSTEM != 'linux' else ''}".strip()) from error
