"""What is said of the picture that a network gets, where it leaves the program: its channels and its numbers."""

from convexplorer.core.layers import Shape
from convexplorer.model.preprocessing import Preprocessing
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
    if len(shape) != 3 or (preprocessing is None and channels not in ("color", "luminance")):
        return []
    given = preprocessing or Preprocessing(order="grey" if channels == "luminance" else "rgb")
    if shape[0] != given.channels:
        return []
    lines = ["x = picture.astype(np.float32) / 255"]
    if given.order == "grey":
        lines.append("x = x @ np.float32([[0.2126], [0.7152], [0.0722]])  # luminance")
    if given.order == "bgr":
        lines.append("x = x[..., ::-1]  # blue, green, red")
    low, high = (0.0, 255.0) if preprocessing is None and numbers == "stored" else (given.low, given.high)
    if (low, high) != (0, 1):
        lines.append(f"x = x * np.float32({high - low!r}) + np.float32({low!r})  # black and white")
    if any(given.mean):
        lines.append(f"x = x - np.float32({list(given.mean)})  # mean")
    if any(one != 1 for one in given.deviation):
        lines.append(f"x = x / np.float32({list(given.deviation)})  # deviation")
    return lines


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
