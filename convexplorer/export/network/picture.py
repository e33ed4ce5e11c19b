"""What is said of the picture that a network gets, where it leaves the program: its channels and its numbers."""

from convexplorer.core.layers import Shape
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.words import number, times

_CHANNELS = {
    "color": "the colours, without alpha",
    "luminance": "0.299 R + 0.587 G + 0.114 B",
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
