"""What OpenCV can set on an open camera by hand: exposure, gain, brightness, focus, white balance.

OpenCV has one number for each, and every system its own meaning of it. Here all of them are percents of the camera's
range, apart from the white balance in kelvin.
"""

import sys
from collections.abc import Mapping

from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer.sources.camera_options import CAMERA_CONTROLS
from convexplorer.sources.capture import Capture
from convexplorer.sources.frame import Adjustment

_SYSTEM: str = sys.platform
_NO_ANSWER = -1.0  # OpenCV's number for a property that a device does not have


@dataclass(frozen=True)
class _Key:
    """How a system numbers a control.

    Attributes
    ----------
    value : of the property.
    low, high : numbers at 0 and at 100 %.
    power : of the share in 0…1: an exposure counted in units of time is useful at its low end.
    automatic : the property that switches between the camera and the hand, or None.
    on, off : numbers of that property.
    """

    value: int
    low: float = 0.0
    high: float = 1.0
    power: float = 1.0
    automatic: int | None = None
    on: float = 1.0
    off: float = 0.0

    def number_of(self, percent: float) -> float:
        share: float = (percent / 100) ** self.power
        return self.low + (self.high - self.low) * share

    def percent_of(self, number: float) -> float:
        share = min(max((number - self.low) / (self.high - self.low), 0.0), 1.0)
        root: float = share ** (1 / self.power)
        return 100 * root


_EXPOSURE, _AUTO_EXPOSURE = cv2.CAP_PROP_EXPOSURE, cv2.CAP_PROP_AUTO_EXPOSURE
# In kelvin: the "percent" of these is the number itself.
_WHITE_BALANCE = _Key(cv2.CAP_PROP_WB_TEMPERATURE, 0.0, 100.0, automatic=cv2.CAP_PROP_AUTO_WB)
_KEYS: Mapping[str, Mapping[str, _Key]] = {
    # Video4Linux: OpenCV turns ranges into 0…1 (CAP_PROP_MODE), and the four modes of exposure into quarters.
    "linux": {
        "exposure": _Key(_EXPOSURE, power=3.0, automatic=_AUTO_EXPOSURE, on=0.75, off=0.25),
        "gain": _Key(cv2.CAP_PROP_GAIN),
        "brightness": _Key(cv2.CAP_PROP_BRIGHTNESS),
        "focus": _Key(cv2.CAP_PROP_FOCUS, automatic=cv2.CAP_PROP_AUTOFOCUS),
        "white_balance": _WHITE_BALANCE,
    },
    # Windows tells OpenCV no ranges; these are the usual ones. An exposure is a power of two of a second.
    "win32": {
        "exposure": _Key(_EXPOSURE, -13.0, 0.0, automatic=_AUTO_EXPOSURE),
        "gain": _Key(cv2.CAP_PROP_GAIN, high=255.0),
        "brightness": _Key(cv2.CAP_PROP_BRIGHTNESS, high=255.0),
        "focus": _Key(cv2.CAP_PROP_FOCUS, high=255.0, automatic=cv2.CAP_PROP_AUTOFOCUS),
        "white_balance": _WHITE_BALANCE,
    },
}  # macOS offers none of them through OpenCV


class Controls:
    """The controls that an open camera answers to."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        if _SYSTEM == "linux":
            capture.set(cv2.CAP_PROP_MODE, 1)
        keys = _KEYS.get(_SYSTEM, {})
        self._keys = {name: key for name, key in keys.items() if self._answers(key.value)}
        self._switches = {name for name, key in self._keys.items() if self._answers(key.automatic)}
        self._first = {name: capture.value(key.value) for name, key in self._keys.items()}
        self._on = {name: self._automatic_number(self._keys[name]) for name in self._switches}
        self._by_hand: set[str] = set()

    def set(self, chosen: Mapping[str, float]) -> None:
        """Set what is chosen, by the names of `CAMERA_CONTROLS`, and give the rest back to the camera."""
        for name, key in self._keys.items():
            if name in chosen:
                self._switch(name, is_automatic=False)
                self._capture.set(key.value, key.number_of(chosen[name]))
                self._by_hand.add(name)
            elif name in self._by_hand:
                if name not in self._switches:
                    self._capture.set(key.value, self._first[name])
                self._switch(name, is_automatic=True)
                self._by_hand.discard(name)

    def read(self) -> tuple[Adjustment, ...]:
        """Return what the camera says of each control now."""
        return tuple(
            Adjustment(name, self._rounded(name), name not in self._by_hand, name in self._switches)
            for name in CAMERA_CONTROLS
            if name in self._keys
        )

    def _answers(self, key: int | None) -> bool:
        return key is not None and self._capture.value(key) != _NO_ANSWER

    def _switch(self, name: str, *, is_automatic: bool) -> None:
        key = self._keys[name]
        if name in self._switches and key.automatic is not None:
            self._capture.set(key.automatic, self._on[name] if is_automatic else key.off)

    def _automatic_number(self, key: _Key) -> float:
        """Return the number that lets the camera decide: some have several automatic modes."""
        assert key.automatic is not None
        now = self._capture.value(key.automatic)
        return key.on if now == key.off else now

    def _rounded(self, name: str) -> float:
        key, control = self._keys[name], CAMERA_CONTROLS[name]
        number = self._capture.value(key.value)
        value = number if control.unit == "K" else key.percent_of(number)
        return min(max(float(round(value)), control.minimum), control.maximum)
