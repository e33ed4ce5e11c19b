"""What a person wants of the source that is open; apart, because who plays it and who is asked both know it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wish:
    """What a person wants of a session; `steps`, `seek_to` and `is_pressed` are news, told once.

    Attributes
    ----------
    steps : how many frames further (or back) to go, since the last time.
    seek_to : the frame to show, or None.
    is_pressed : `play` was called: a failed source is tried again.
    """

    is_playing: bool = True
    speed: float = 1.0
    is_looping: bool = False
    steps: int = 0
    seek_to: int | None = None
    is_pressed: bool = False
