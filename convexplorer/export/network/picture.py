"""What is said of the picture that a network gets, where it leaves the program: its channels and its numbers.

It is said three times: for people, as code, and as values that the program opens again.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from convexplorer.core.layers import Shape
from convexplorer.model.opening.told import CLASS_NAMES_KEY, PREPROCESSING_KEY
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.storage.schema import preprocessing_to_document
from convexplorer.words import number, times

_CHANNELS = {
    "color": "the colours, without alpha",
    "luminance": "0.2126 R + 0.7152 G + 0.0722 B",
    "all": "all channels, alpha as one more",
}
_NUMBERS = {"unit": "from 0 (black) to 1 (white)", "stored": "as stored, 0 (black) to 255 or 65535 (white)"}


def picture_notes(
    shape: Shape, channels: str, numbers: str, preprocessing: Preprocessing | None = None
) -> tuple[str, ...]:
    """Return sentences about the picture of a project with these settings.

    Examples
    --------
    >>> picture_notes((3, 240, 320), "color", "unit")
    ('Its channels are the colours, without alpha; its numbers are from 0 (black) to 1 (white).',)
    """
    if preprocessing is not None:
        return (_prepared(preprocessing),)
    what = _CHANNELS.get(channels, f"number {channels} of the picture")
    noun = "Its channel is" if shape[0] == 1 else "Its channels are"
    return (f"{noun} {what}; its numbers are {_NUMBERS[numbers]}.",)


def picture_code(shape: Shape, channels: str, numbers: str, preprocessing: Preprocessing | None = None) -> list[str]:
    """Return lines of Python that make the input (rows, columns, channels) `x` of a `picture` (rows, columns, 3) uint8.

    The picture has the size of the input. Nothing is returned where channels are not those of a picture.

    Examples
    --------
    >>> picture_code((1, 28, 28), "luminance", "unit")
    ['x = picture.astype(np.float32) / 255', 'x = x @ np.float32([[0.2126], [0.7152], [0.0722]])  # luminance']
    """
    given = _given(shape, channels, numbers, preprocessing)
    if given is None:
        return []
    lines = ["x = picture.astype(np.float32) / 255"]
    if given.order == "grey":
        lines.append("x = x @ np.float32([[0.2126], [0.7152], [0.0722]])  # luminance")
    if given.order == "bgr":
        lines.append("x = x[..., ::-1]  # blue, green, red")
    if (given.low, given.high) != (0, 1):
        lines.append(f"x = x * np.float32({given.high - given.low!r}) + np.float32({given.low!r})  # black and white")
    if any(given.mean):
        lines.append(f"x = x - np.float32({list(given.mean)})  # mean")
    if any(one != 1 for one in given.deviation):
        lines.append(f"x = x / np.float32({list(given.deviation)})  # deviation")
    return lines


def picture_metadata(
    shape: Shape,
    channels: str,
    numbers: str,
    preprocessing: Preprocessing | None = None,
    class_names: Sequence[str] = (),
) -> dict[str, str]:
    """Return the preprocessing and the names of the classes as texts by key, which `model.opening` reads again.

    Examples
    --------
    >>> picture_metadata((1, 28, 28), "luminance", "unit", class_names=["no", "yes"])["names"]
    '["no", "yes"]'
    """
    found: dict[str, str] = {}
    given = _given(shape, channels, numbers, preprocessing)
    if given is not None:
        # The layers leave for pictures of this shape, whichever size was asked for.
        sized = given if given.size is None else replace(given, size=(shape[1], shape[2]))
        found[PREPROCESSING_KEY] = json.dumps(preprocessing_to_document(sized))
    if class_names:
        # Also a literal of Python, as which other programs read it: letters stay as they are.
        found[CLASS_NAMES_KEY] = json.dumps(list(class_names), ensure_ascii=False)
    return found


def _given(shape: Shape, channels: str, numbers: str, preprocessing: Preprocessing | None) -> Preprocessing | None:
    """Return the preprocessing, or the one that does the same as the project's channels and numbers."""
    if len(shape) != 3 or (preprocessing is None and channels not in ("color", "luminance")):
        return None
    as_chosen = Preprocessing(
        order="grey" if channels == "luminance" else "rgb", high=255.0 if numbers == "stored" else 1.0
    )
    given = preprocessing or as_chosen
    return given if shape[0] == given.channels else None


def _prepared(given: Preprocessing) -> str:
    """Return what becomes of a picture before the first layer."""
    fit = {"crop": "cropped to", "letterbox": "put into a black box of", "stretch": "stretched to"}[given.fit]
    size = "" if given.size is None else f"The picture is {fit} {times(given.size)}. "
    order = {"rgb": "red, green and blue", "bgr": "blue, green and red", "grey": "luminance alone"}[given.order]
    steps = f"{number(given.low)} (black) to {number(given.high)} (white)"
    if any(given.mean):
        steps += f", minus {', '.join(map(number, given.mean))}"
    if any(one != 1 for one in given.deviation):
        steps += f", divided by {', '.join(map(number, given.deviation))}"
    return f"{size}Its channels are {order}; its numbers are from {steps}."
