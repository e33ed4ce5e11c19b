"""What a system tells of its cameras beside their pictures: on which side they are, and which program holds them."""

import os
from pathlib import Path

_PROCESSES = Path("/proc")
_FRONT = (
    "front", "user facing", "user-facing", "facetime", "integrated", "built-in", "builtin", "internal", "laptop",
    "macbook", "imac", "studio display", "truevision", "easycamera", "wide vision",
)  # fmt: skip
_BACK = ("rear", "back camera", "camera back", "world facing", "world-facing")
_MOST_HOLDERS = 3


def faces_user(name: str, device: Path | None = None) -> bool:
    """Return True for a front camera, whose picture is expected as in a mirror.

    The first of these that says anything decides: the side of the housing that the firmware tells ("front", "back"), a
    word in the name ("Integrated Camera", "FaceTime HD Camera", "Surface Camera Rear"), and whether the device can be
    unplugged: what is built in looks at the user. A camera on a cable may look anywhere, and is not mirrored.

    Parameters
    ----------
    device : the folder of the device in Linux's /sys; None where a system has none.
    """
    where = None if device is None else device.resolve().parent
    side = "" if where is None else first_line(where / "physical_location" / "panel")
    if side in ("front", "back"):
        return side == "front"
    words = name.casefold()
    if any(word in words for word in _BACK):
        return False
    if any(word in words for word in _FRONT):
        return True
    return where is not None and first_line(where / "removable") == "fixed"


def programs_with(device: Path) -> list[str]:
    """Return the names of other programs of this user that have a device open, on Linux; at most three."""
    found: list[str] = []
    target = str(device)
    for process in _PROCESSES.glob("[0-9]*"):
        if process.name == str(os.getpid()) or len(found) == _MOST_HOLDERS:
            continue
        try:
            is_open = any(os.readlink(one) == target for one in (process / "fd").iterdir())
        except OSError:  # it has ended, or belongs to another user
            continue
        name = first_line(process / "comm") if is_open else ""
        if name and name not in found:
            found.append(name)
    return sorted(found)


def first_line(path: Path) -> str:
    """Return the first line of a small file, or "" if it cannot be read."""
    try:
        return path.read_text(errors="replace").strip().partition("\n")[0]
    except OSError:
        return ""
