"""Test patterns: pictures drawn by a formula, on which the effect of a kernel can be predicted.

Each is square, lies in 0…1 and has one channel. Edges are antialiased by area, so that no staircase of the drawing
appears in a map. Angles turn clockwise on the screen: at 0° brightness changes to the right, at 90° downwards.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import cast

import numpy as np

from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer.core.parameter import Parameter
from convexplorer.sources.decoders.pages import Page, PageReader, SinglePage
from convexplorer.sources.frame import NO_OPTIONS, Option, Reader, Source, SourceError


@dataclass(frozen=True)
class Pattern:
    """A test pattern: its drawing function, words for menus, and parameters for a form."""

    function: Callable[..., np.ndarray]
    label: str
    explanation: str
    parameters: tuple[Parameter, ...]

    def draw(self, options: Mapping[str, Option] = NO_OPTIONS) -> np.ndarray:
        """Draw the pattern as (H, W) float32."""
        return np.ascontiguousarray(self.function(**self.complete(options)), np.float32)

    def complete(self, options: Mapping[str, Option]) -> dict[str, float]:
        """Return all parameters, with defaults filled in; raise `ValueError` for an unknown or invalid option."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in options:
            if name not in known:
                raise ValueError(f"there is no parameter “{name}”; there are {', '.join(known)}")
        # `check` is what refuses a value that is no number.
        return {name: one.check(cast(float, options.get(name, one.default))) for name, one in known.items()}


def find_pattern(name: str) -> Pattern:
    """Return the pattern of this name; the error for an unknown name lists the patterns."""
    if name in PATTERNS:
        return PATTERNS[name]
    near = get_close_matches(name, PATTERNS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(PATTERNS)}."
    raise SourceError(f"There is no test pattern “{name}”; {hint}")


def check_pattern(source: Source) -> Pattern:
    """Return the pattern of a source; raise an error for an unknown name or an invalid parameter."""
    pattern = find_pattern(source.address)
    try:
        pattern.complete(source.options)
    except ValueError as error:
        raise SourceError(f"The test pattern “{source.address}” cannot be drawn: {error}.") from error
    return pattern


def open_pattern(source: Source) -> Reader:
    """Open the pattern named by `source.address`, with `source.options` as parameters."""
    pattern = check_pattern(source)
    image = pattern.draw(source.options)[None]
    image.flags.writeable = False
    return PageReader(SinglePage(Page(image, ("Y",))), pattern.label)


def impulse(size: int, spacing: int) -> np.ndarray:
    """Draw single bright pixels: one in the middle, or a lattice of them."""
    picture = np.zeros((size, size))
    start = size // 2 % spacing if spacing else size // 2
    picture[start :: spacing or size, start :: spacing or size] = 1
    return picture


def step_edge(size: int, angle: float) -> np.ndarray:
    """Draw a dark and a bright half."""
    bright: np.ndarray = np.clip(_along(size, angle) + 0.5, 0, 1)
    return bright


def ramp(size: int, angle: float) -> np.ndarray:
    """Draw a linear ramp from 0 to 1."""
    distance = _along(size, angle)
    reach = max(float(distance.max()), 0.5)
    risen: np.ndarray = np.clip(0.5 + 0.5 * distance / reach, 0, 1)
    return risen


def grating(size: int, period: float, angle: float, phase: float) -> np.ndarray:
    """Draw a sinusoidal grating."""
    waves: np.ndarray = np.cos(2 * np.pi * _along(size, angle) / period + np.deg2rad(phase))
    return 0.5 + 0.5 * waves


def checkerboard(size: int, square: int) -> np.ndarray:
    """Draw a checkerboard."""
    index = np.arange(size) // square
    return ((index[:, None] + index) % 2).astype(float)


def zone_plate(size: int, finest: float) -> np.ndarray:
    """Draw rings whose frequency grows outwards.

    With phase π·f·r²/h the wave at distance r has the frequency f·r/h; along an axis it stays below
    `finest` ≤ 0.5 up to the edge h, so nothing is undersampled, not even in the corners.
    """
    row, column = _centred(size)
    half = max(size / 2, 1)
    rings: np.ndarray = np.cos(np.pi * finest * (row**2 + column**2) / half)
    return 0.5 + 0.5 * rings


def siemens_star(size: int, spokes: int) -> np.ndarray:
    """Draw rays that become finer towards the middle, and grey below the resolution of the pixels."""
    row, column = _centred(size)
    cycles_per_pixel = spokes / (2 * np.pi * np.maximum(np.hypot(row, column), 1e-9))
    contrast = np.where(cycles_per_pixel < 0.5, np.sinc(cycles_per_pixel), 0)
    rays: np.ndarray = contrast * np.cos(spokes * np.arctan2(row, column))
    return 0.5 + 0.5 * rays


def disc(size: int, diameter: float) -> np.ndarray:
    """Draw a bright disc."""
    row, column = _centred(size)
    covered: np.ndarray = np.clip(diameter / 2 - np.hypot(row, column) + 0.5, 0, 1)
    return covered


def text(size: int, height: int) -> np.ndarray:
    """Draw lines of letters and digits."""
    canvas = np.zeros((size, size), np.uint8)
    face = cv2.FONT_HERSHEY_SIMPLEX
    scale = height / 21  # its capitals are 21 units high
    thickness = max(1, round(height / 12))
    lines = ("Convolution", "ABCDEFGHIJKLM", "NOPQRSTUVWXYZ", "abcdefghijklm", "nopqrstuvwxyz", "0123456789 +-=")
    for i in range(size // max(1, round(1.8 * height))):
        baseline = round((1.8 * i + 1.4) * height)
        cv2.putText(canvas, lines[i % len(lines)], (height // 2, baseline), face, scale, 255, thickness, cv2.LINE_AA)
    return canvas / 255


def noise(size: int, grain: int, seed: int) -> np.ndarray:
    """Draw a random brightness for every grain; equal seeds give equal pictures."""
    grains = -(-size // grain)
    values = np.random.default_rng(seed).random((grains, grains))
    return values.repeat(grain, axis=0).repeat(grain, axis=1)[:size, :size]


def _centred(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the row and column of every pixel's centre, from the middle of the picture."""
    place = np.arange(size) - (size - 1) / 2
    return place[:, None], place[None, :]


def _along(size: int, angle: float) -> np.ndarray:
    """Return the coordinate of every pixel's centre along the direction `angle`, from the middle."""
    row, column = _centred(size)
    turn = np.deg2rad(angle)
    # Rounding keeps 90° exact: the cosine of pi/2 is 6e-17 in floats, not 0.
    return row * np.round(np.sin(turn), 15) + column * np.round(np.cos(turn), 15)


def _size(default: int = 512) -> Parameter:
    return Parameter("size", default, 1, 4096, 1, "Size", "Rows and columns of the picture.", "px", is_integer=True)


def _angle(default: float = 0.0) -> Parameter:
    return Parameter(
        "angle", default, -360, 360, 5, "Angle", "Direction of the change: 0° to the right, 90° downwards.", "°"
    )


PATTERNS: dict[str, Pattern] = {
    "impulse": Pattern(
        impulse,
        "Impulse",
        "Single bright pixels: each feature map shows its kernel there, turned by 180°.",
        (
            _size(65),
            Parameter("spacing", 0, 0, 512, 1, "Spacing", "Pixels apart; 0 for one impulse.", "px", is_integer=True),
        ),
    ),
    "step-edge": Pattern(
        step_edge,
        "Step edge",
        "A dark and a bright half: what a derivative kernel answers to an edge of each direction.",
        (_size(), _angle()),
    ),
    "ramp": Pattern(
        ramp,
        "Ramp",
        "Brightness that rises evenly: first derivatives are constant on it, second ones zero.",
        (_size(), _angle()),
    ),
    "grating": Pattern(
        grating,
        "Grating",
        "Parallel waves of one period and direction: how strongly a kernel answers to just these.",
        (
            _size(),
            Parameter("period", 16, 2, 512, 1, "Period", "Length of one wave.", "px"),
            _angle(),
            Parameter("phase", 0, -360, 360, 15, "Phase", "Shift of the waves: 360° is one period.", "°"),
        ),
    ),
    "checkerboard": Pattern(
        checkerboard,
        "Checkerboard",
        "Squares by turns dark and bright: edges, corners, and what a stride leaves of them.",
        (_size(), Parameter("square", 32, 1, 512, 1, "Square", "Side of one square.", "px", is_integer=True)),
    ),
    "zone-plate": Pattern(
        zone_plate,
        "Zone plate",
        "Rings that grow finer outwards: every frequency and direction at once, a kernel's spectrum made visible.",
        (
            _size(),
            Parameter(
                "finest", 0.5, 0.01, 0.5, 0.05, "Finest", "Waves per pixel at the edge; 0.5 is the finest possible."
            ),
        ),
    ),
    "siemens-star": Pattern(
        siemens_star,
        "Siemens star",
        "Rays that grow finer inwards: up to where a kernel still tells them apart.",
        (_size(), Parameter("spokes", 36, 1, 360, 1, "Spokes", "Number of bright rays.", is_integer=True)),
    ),
    "disc": Pattern(
        disc,
        "Disc",
        "A bright disc: an edge of every direction, and a spot for blob detectors.",
        (_size(256), Parameter("diameter", 128, 0, 4096, 4, "Diameter", "Across the disc.", "px")),
    ),
    "text": Pattern(
        text,
        "Text",
        "Letters and digits: thin strokes, corners and ends.",
        (_size(), Parameter("height", 30, 4, 512, 2, "Height", "Height of a capital letter.", "px", is_integer=True)),
    ),
    "noise": Pattern(
        noise,
        "Noise",
        "Random brightness, the same for the same seed: what a kernel makes of chance.",
        (
            _size(256),
            Parameter("grain", 1, 1, 256, 1, "Grain", "Side of one grain.", "px", is_integer=True),
            Parameter("seed", 0, 0, 999_999, 1, "Seed", "Another number, another picture.", is_integer=True),
        ),
    ),
}
