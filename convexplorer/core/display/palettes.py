"""Palettes: a colour for each of the 255 steps of a map, and one for values that are not finite.

Diverging palettes are straight lines through OKLab, a space in which equal distances look equally far apart (Ottosson
2020), from a neutral colour at zero to two ends of the same lightness. So all steps look equally large, both signs
weigh the same, and blue against orange or purple against green also differ for colour-blind eyes.
"""

from dataclasses import replace

import numpy as np

from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass

ZERO_INDEX = 127
LAST_INDEX = 254
NOT_FINITE_INDEX = 255
NOT_FINITE_COLOR = (255, 0, 255)

# Ottosson 2020, https://bottosson.github.io/posts/oklab/
_LAB_TO_CONES = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_CONES_TO_LINEAR = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


@dataclass(frozen=True, eq=False)
class Palette:
    """The colours of indexed maps.

    Attributes
    ----------
    name : key of `PALETTES`.
    label, explanation : name on screen, and one sentence.
    is_diverging : True if entry 127 is neutral and means zero.
    is_cyclic : True if both ends are one colour: for angles.
    light, dark : (256, 3) uint8 RGB, read-only, for the two themes; entry 255 marks values that are not finite.
    """

    name: str
    label: str
    is_diverging: bool
    explanation: str
    light: np.ndarray
    dark: np.ndarray

    is_cyclic: bool = False

    def colors(self, dark: bool) -> np.ndarray:
        """Return the colours for a theme."""
        return self.dark if dark else self.light


def oklab_to_srgb(lab: np.ndarray) -> np.ndarray:
    """Return OKLab colours (…, 3) as sRGB in 0…1; components beyond 0…1 lie outside the sRGB gamut."""
    linear = (lab @ _LAB_TO_CONES.T) ** 3 @ _CONES_TO_LINEAR.T
    rgb: np.ndarray = np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 0.0) ** (1 / 2.4) - 0.055
    )
    return rgb


def srgb_to_oklab(rgb: np.ndarray) -> np.ndarray:
    """Return sRGB colours (…, 3) in 0…1 as OKLab.

    Examples
    --------
    >>> srgb_to_oklab(np.array([1.0, 1.0, 1.0])).round(3) + 0.0
    array([1., 0., 0.])
    """
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lab: np.ndarray = np.cbrt(linear @ np.linalg.inv(_CONES_TO_LINEAR).T) @ np.linalg.inv(_LAB_TO_CONES).T
    return lab


def _line(start: tuple[float, float, float], end: tuple[float, float, float], count: int) -> np.ndarray:
    """Return `count` OKLab colours in even steps; start and end are (lightness, chroma, hue in degrees)."""
    first, last = (
        np.array([lightness, chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue))])
        for lightness, chroma, hue in (start, end)
    )
    colors: np.ndarray = np.linspace(first, last, count)
    return colors


def _diverging(
    negative: tuple[float, float, float], neutral: tuple[float, float, float], positive: tuple[float, float, float]
) -> np.ndarray:
    lab = np.concatenate([_line(negative, neutral, ZERO_INDEX + 1), _line(neutral, positive, ZERO_INDEX + 1)[1:]])
    return _finished(oklab_to_srgb(lab) * 255)


def _of_opencv(colormap: int) -> np.ndarray:
    """Return one of OpenCV's colour maps, resampled from 256 to 255 steps."""
    steps = np.arange(256, dtype=np.uint8).reshape(1, -1)
    bgr = cv2.applyColorMap(steps, colormap)[0].astype(np.float64)
    places = np.linspace(0, 255, LAST_INDEX + 1)
    return _finished(np.stack([np.interp(places, np.arange(256), bgr[:, channel]) for channel in (2, 1, 0)], axis=-1))


def _gray() -> np.ndarray:
    return _finished(np.repeat(np.linspace(0, 255, LAST_INDEX + 1)[:, np.newaxis], 3, axis=1))


def _circle() -> np.ndarray:
    """Return all hues of one lightness and chroma, from −π to π in even steps; 0 is red, π/2 a yellowish green."""
    angles = np.linspace(-np.pi, np.pi, LAST_INDEX + 1) + np.radians(_RED)
    lab = np.stack([np.full(angles.size, _HUES[0]), _HUES[1] * np.cos(angles), _HUES[1] * np.sin(angles)], axis=-1)
    return _finished(oklab_to_srgb(lab) * 255)


def _finished(colors: np.ndarray) -> np.ndarray:
    """Return (256, 3) uint8 colours, ending with the colour for values that are not finite."""
    rounded = np.rint(np.clip(colors, 0, 255)).astype(np.uint8)
    table = np.concatenate([rounded, np.array([NOT_FINITE_COLOR], np.uint8)])
    table.setflags(write=False)
    return table


def _same(name: str, label: str, explanation: str, colors: np.ndarray, is_diverging: bool = False) -> Palette:
    """Return a palette with the same colours in both themes."""
    return Palette(name, label, is_diverging, explanation, colors, colors)


# (lightness, chroma, hue): ends of equal lightness, as colourful as the screen's range allows on the whole line.
_BLUE, _ORANGE = (0.60, 0.185, 257.0), (0.60, 0.145, 55.0)
_BRIGHT_BLUE, _BRIGHT_ORANGE = (0.76, 0.12, 252.0), (0.76, 0.16, 60.0)
_PURPLE, _GREEN = (0.60, 0.19, 310.0), (0.60, 0.15, 150.0)
_BRIGHT_PURPLE, _BRIGHT_GREEN = (0.74, 0.16, 310.0), (0.74, 0.17, 152.0)
_HUES, _RED = (0.75, 0.125), 29.0  # lightness and chroma that the screen has at every hue; the hue of red
_PAPER, _WHITE, _NIGHT = (0.985, 0.002, 257.0), (1.0, 0.0, 0.0), (0.20, 0.012, 257.0)

#: The palettes of maps, by name.
PALETTES: dict[str, Palette] = {
    palette.name: palette
    for palette in (
        Palette(
            "signed",
            "Signed",
            True,
            "Blue below zero, orange above, neutral at zero.",
            _diverging(_BLUE, _PAPER, _ORANGE),
            _diverging(_BRIGHT_BLUE, _NIGHT, _BRIGHT_ORANGE),
        ),
        _same(
            "signed-print",
            "Signed, on white",
            "Blue below zero, orange above, white at zero in both themes: for paper and slides.",
            _diverging(_BLUE, _WHITE, _ORANGE),
            is_diverging=True,
        ),
        _same("gray", "Grey", "Black for the lowest value, white for the highest.", _gray()),
        _same("viridis", "Viridis", "From dark violet over green to yellow, evenly.", _of_opencv(cv2.COLORMAP_VIRIDIS)),
        _same(
            "cividis", "Cividis", "From blue to yellow, alike for colour-blind eyes.", _of_opencv(cv2.COLORMAP_CIVIDIS)
        ),
        _same("inferno", "Inferno", "From black over red to pale yellow, evenly.", _of_opencv(cv2.COLORMAP_INFERNO)),
        _same("magma", "Magma", "From black over purple to pale pink, evenly.", _of_opencv(cv2.COLORMAP_MAGMA)),
        replace(
            _same("hue", "Hue", "All hues in a circle, for angles: −π and π look alike.", _circle()), is_cyclic=True
        ),
    )
}

#: The palette of kernels: diverging, with colours of its own, so that a kernel is never mistaken for a map.
WEIGHTS_PALETTE = Palette(
    "weights",
    "Weights",
    True,
    "Purple below zero, green above, neutral at zero.",
    _diverging(_PURPLE, _PAPER, _GREEN),
    _diverging(_BRIGHT_PURPLE, _NIGHT, _BRIGHT_GREEN),
)
