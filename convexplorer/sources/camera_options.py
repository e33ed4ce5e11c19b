"""The options of a camera: what they may be, and which of them an open camera takes. No device is touched here."""

import re
from collections.abc import Mapping

from convexplorer.core.parameter import Parameter
from convexplorer.sources.frame import AddressError, Option, Source
from convexplorer.words import plain

# The usual sizes and rates for a menu; a camera that has another takes its nearest, and the frame's note says so.
CAMERA_SIZES = ("320x240", "640x480", "800x600", "1280x720", "1920x1080", "3840x2160")
CAMERA_RATES = (5, 10, 15, 24, 25, 30, 50, 60, 90, 120)

#: What can be set by hand on a camera that answers to it; without the option, the camera decides.
CAMERA_CONTROLS: Mapping[str, Parameter] = {
    row.name: row
    for row in (
        Parameter(
            "exposure", 50, 0, 100, 1, "Exposure",
            "How long each picture gathers light, from the shortest to the longest time of this camera. A long "
            "exposure blurs what moves, and may lower the rate.", "%",
        ),
        Parameter(
            "gain", 0, 0, 100, 1, "Gain", "How much the signal is amplified; noise is amplified too.", "%",
        ),
        Parameter(
            "brightness", 50, 0, 100, 1, "Brightness", "A number that the camera adds to each pixel.", "%",
        ),
        Parameter(
            "focus", 0, 0, 100, 1, "Focus", "The distance that is sharp, from far to near.", "%",
        ),
        Parameter(
            "white_balance", 4600, 2000, 10000, 100, "White balance",
            "The colour of the light that is to look white. 2700 K is a bulb, 6500 K daylight.", "K",
        ),
    )
}  # fmt: skip
DEFAULT = "default"  # what leaves a choice to the camera, in menus
CAMERA_OPTIONS = ("size", "mirror", "rate", *CAMERA_CONTROLS)

_MOST_DIGITS = 6  # of the number of a camera
_FALSE, _TRUE = ("false", "0", "", "no", "off"), ("true", "1", "yes", "on")
_WHEN_OPENED = ("size", "rate")  # a camera that runs keeps these


def check_camera(source: Source) -> None:
    """Raise `AddressError` for a number or an option that no camera can have."""
    if source.address.isdecimal() and len(source.address) > _MOST_DIGITS:
        raise AddressError(f"There is no camera {plain(source.address, 20)}.")
    size_of(source)
    rate_of(source)
    mirror_of(source)
    settings_of(source)


def size_of(source: Source) -> tuple[int, int] | None:
    """Return the size that a camera is asked for as (height, width); None for its default."""
    text = str(source.options.get("size", ""))
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,5})\s*[x×]\s*(\d{1,5})", text)
    if found is None:
        raise AddressError(f"The size of a camera is written as 1280x720; got {plain(text, 40)}.")
    return int(found[2]), int(found[1])


def rate_of(source: Source) -> float:
    """Return the rate that a camera is asked for in frames per second; 0 for its default."""
    rate = source.options.get("rate", 0)
    if isinstance(rate, str) or not 0 <= rate <= 1000:
        got = plain(str(rate), 40)
        raise AddressError(f"The rate of a camera must be a number of frames a second, up to 1000; got {got}.")
    return float(rate)


def mirror_of(source: Source) -> bool | None:
    """Return True if left and right are to be swapped; None if that depends on whether it is a front camera."""
    mirror = source.options.get("mirror")
    if mirror is None:
        return None
    word = str(mirror).lower()
    if word not in (*_FALSE, *_TRUE):
        raise AddressError(f"The option mirror of a camera must be true or false; got {plain(str(mirror), 40)}.")
    return word in _TRUE


def settings_of(source: Source) -> dict[str, float]:
    """Return what is set by hand, by the names of `CAMERA_CONTROLS`."""
    chosen = {}
    for name, control in CAMERA_CONTROLS.items():
        if name in source.options:
            try:
                chosen[name] = float(control.check(source.options[name]))  # type: ignore[arg-type]
            except ValueError as error:
                raise AddressError(f"Of a camera, {plain(str(error))}.") from None
    return chosen


def is_taken_live(new: Source, old: Source) -> bool:
    """Return True if the camera of `old` becomes that of `new` without being opened again."""
    if (new.kind, new.address) != ("camera", old.address) or old.kind != "camera" or new == old:
        return False
    return all(new.options.get(name) == old.options.get(name) for name in _WHEN_OPENED)


def completed(source: Source, remembered: Mapping[str, Option]) -> Source:
    """Return a camera with remembered options below its own; what is remembered and impossible is left out."""
    options = dict(source.options)
    for name in CAMERA_OPTIONS:
        if name in remembered and name not in options:
            try:
                check_camera(Source("camera", "0", {name: remembered[name]}))
            except AddressError:
                continue
            options[name] = remembered[name]
    return Source(source.kind, source.address, options)
