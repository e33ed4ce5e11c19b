"""A frame becomes what a network was trained on: first its size, which is seen, then its numbers, which are not."""

import threading
from dataclasses import replace
from weakref import WeakKeyDictionary

import numpy as np

from convexplorer._cv import cv2
from convexplorer.core.display.coloring import luminance
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.sources.byte_image import BYTE_LEVELS, ByteImage
from convexplorer.sources.frame import Frame

Size = tuple[int, int]
COLORS = ("R", "G", "B")
# The newest frame with the size of the network, as long as that frame exists.
_FITTED: "WeakKeyDictionary[Frame, tuple[tuple[Size, str], Frame]]" = WeakKeyDictionary()
_LOCK = threading.Lock()


def fitted(frame: Frame, preprocessing: Preprocessing) -> Frame:
    """Return a frame of the network's size, in the colours that it has; itself if there is nothing to change.

    Sizes shrink to the means of the cells that become one, and grow by straight lines between them. Bytes stay bytes,
    rounded once, as every library of pictures gives them. A border of "letterbox" is black, its surplus below and to
    the right. Signals and volumes keep their size: it is that of pictures.

    The same frame and size yield the same object.
    """
    size = preprocessing.size
    if size is None or len(frame.spatial) != 2 or frame.spatial == size:
        return frame
    key = size, preprocessing.fit
    with _LOCK:
        known, found = _FITTED.get(frame, (None, frame))
    if known != key:
        found = _fitted(frame, size, preprocessing.fit)
        with _LOCK:
            _FITTED.clear()
            _FITTED[frame] = key, found
    return found


def prepared(frame: Frame, preprocessing: Preprocessing) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the input of a network, (C, H, W) float32 and read-only, and a name for each channel.

    Of a pixel p in 0…1 it is `((p · (high − low) + low) − mean) / deviation`, each step in float32. A picture without
    colours has three equal channels where the network takes three. Alpha is left out.
    """
    shown = fitted(frame, preprocessing)
    names = channel_names(preprocessing)
    if shown.pixels is not None and preprocessing.order != "grey":
        # One look-up for each byte: the same numbers as the formula gives.
        tables = numbers_of(np.broadcast_to(BYTE_LEVELS, (3, 1, 256)), preprocessing)
        planes = [cv2.extractChannel(shown.pixels, 2 - COLORS.index(name)) for name in names]
        image = np.stack([cv2.LUT(plane, table) for plane, table in zip(planes, tables, strict=True)])
    else:
        image = numbers_of(light_of(shown, preprocessing), preprocessing)
    image.flags.writeable = False
    return image, names


def channel_names(preprocessing: Preprocessing) -> tuple[str, ...]:
    """Return the names of the input's channels, in the order of the network."""
    return {"grey": ("Y",), "rgb": COLORS, "bgr": COLORS[::-1]}[preprocessing.order]


def light_of(frame: Frame, preprocessing: Preprocessing) -> np.ndarray:
    """Return the channels of a frame in the order of the network, (C, *spatial) float32, their numbers as they are."""
    image = _colors(frame)
    if preprocessing.order == "grey":
        return image if len(image) == 1 else luminance(image)
    if len(image) == 1:
        return np.repeat(image, 3, axis=0)
    return image if preprocessing.order == "rgb" else image[::-1]


@np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore")  # a float picture may hold infinity
def numbers_of(light: np.ndarray, preprocessing: Preprocessing) -> np.ndarray:
    """Return the numbers of a network for light (C, *spatial) in 0…1, float32, a new array."""

    def each(values: tuple[float, ...]) -> np.ndarray:
        found: np.ndarray = np.array(values, np.float32).reshape(-1, *(1,) * (light.ndim - 1))
        return found

    low, high = np.float32(preprocessing.low), np.float32(preprocessing.high)
    y: np.ndarray = light * np.float32(high - low)
    y += low
    y -= each(preprocessing.mean)
    y /= each(preprocessing.deviation)
    return y


def light_from(numbers: np.ndarray, preprocessing: Preprocessing) -> np.ndarray:
    """Return the light (C, H, W) that has become these numbers of a network: what undoes `numbers_of`."""

    def each(values: tuple[float, ...]) -> np.ndarray:
        found: np.ndarray = np.array(values, np.float64).reshape(-1, *(1,) * (numbers.ndim - 1))
        return found

    raw = numbers * each(preprocessing.deviation) + each(preprocessing.mean)
    light: np.ndarray = (raw - preprocessing.low) / (preprocessing.high - preprocessing.low)
    return light


def ends_of(preprocessing: Preprocessing) -> tuple[float, float]:
    """Return the smallest and the largest number that black or white become in any channel."""
    ends = numbers_of(np.array([[0, 1]] * preprocessing.channels, np.float32), preprocessing)
    return float(ends.min()), float(ends.max())


def white_number(preprocessing: Preprocessing) -> float:
    """Return the number that white becomes before mean and deviation: 255 of 0…255; 1 where that is not above 0."""
    largest = max(preprocessing.low, preprocessing.high)
    return largest if largest > 0 else 1.0


def _colors(frame: Frame) -> np.ndarray:
    """Return red, green and blue of a frame, (3, *spatial), or one channel; of other bands the first three."""
    names = frame.channels
    if set(COLORS) <= set(names):
        found = [names.index(color) for color in COLORS]
        return frame.image if found == list(range(len(names))) else frame.image[found]
    kept = [i for i, name in enumerate(names) if name != "A"] or [0]
    return frame.image[kept[:3]] if len(kept) >= 3 else frame.image[kept[:1]]


def _fitted(frame: Frame, size: Size, fit: str) -> Frame:
    if frame.pixels is not None:
        content: np.ndarray | ByteImage = ByteImage(_resized(frame.pixels, size, fit))
    else:
        planes = [_resized(plane, size, fit) for plane in frame.image]
        content = np.stack(planes)
        content.flags.writeable = False
    return replace(frame, content=content)


def _resized(pixels: np.ndarray, size: Size, fit: str) -> np.ndarray:
    """Return (H, W) or (H, W, 3) in another size."""
    height, width = pixels.shape[:2]
    if fit == "crop":
        rows, columns = inner_size((height, width), size)
        top, left = (height - rows) // 2, (width - columns) // 2
        return _stretched(pixels[top : top + rows, left : left + columns], size)
    if fit == "letterbox":
        rows, columns = inner_size(size, (height, width))
        top, left = (size[0] - rows) // 2, (size[1] - columns) // 2
        boxed = np.zeros((*size, *pixels.shape[2:]), pixels.dtype)
        boxed[top : top + rows, left : left + columns] = _stretched(pixels, (rows, columns))
        return boxed
    return _stretched(pixels, size)


def inner_size(outer: Size, proportions: Size) -> Size:
    """Return the largest size of certain proportions inside another one, each at least 1.

    Examples
    --------
    >>> inner_size((480, 640), (224, 224)), inner_size((224, 224), (480, 640))
    ((480, 480), (168, 224))
    """
    height, width = outer
    rows, columns = proportions
    if height * columns >= rows * width:
        return max(1, min(height, round(width * rows / columns))), width
    return height, max(1, min(width, round(height * columns / rows)))


def _stretched(pixels: np.ndarray, size: Size) -> np.ndarray:
    """Return a picture in another size: means of cells along axes that shrink, then lines along those that grow."""
    height, width = pixels.shape[:2]
    smaller = min(height, size[0]), min(width, size[1])
    with np.errstate(over="ignore", invalid="ignore"):
        if smaller != (height, width):
            pixels = cv2.resize(pixels, smaller[::-1], interpolation=cv2.INTER_AREA)
        if smaller != size:
            pixels = cv2.resize(pixels, size[::-1], interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(pixels)
