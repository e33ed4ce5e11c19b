"""What is said of the picture that a network gets, where it leaves the program: its channels and its numbers."""

from convexplorer.core.layers import Shape

_CHANNELS = {
    "color": "the colours, without alpha",
    "luminance": "0.299 R + 0.587 G + 0.114 B",
    "all": "all channels, alpha as one more",
}
_NUMBERS = {"unit": "from 0 (black) to 1 (white)", "stored": "as stored, 0 (black) to 255 or 65535 (white)"}


def picture_notes(shape: Shape, channels: str, numbers: str) -> tuple[str, ...]:
    """Return sentences about the picture of a project with these settings.

    Examples
    --------
    >>> picture_notes((3, 240, 320), "color", "unit")
    ('Its channels are the colours, without alpha; its numbers are from 0 (black) to 1 (white).',)
    """
    what = _CHANNELS.get(channels, f"number {channels} of the picture")
    noun = "Its channel is" if shape[0] == 1 else "Its channels are"
    return (f"{noun} {what}; its numbers are {_NUMBERS[numbers]}.",)
