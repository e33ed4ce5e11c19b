"""The playback request for the open source; a module of its own because player and session both import it."""

from convexplorer._dataclass import dataclass
from convexplorer.sources.frame import Source


@dataclass(frozen=True)
class Wish:
    """The playback request of a session; all from `steps` on are delivered once, then reset.

    Attributes
    ----------
    is_playing, is_looping : True if the source should play, and restart at its end.
    speed : as a multiple of real time.
    steps : number of frames to move on (negative: back), since the last delivery.
    seek_to : the frame to show, or None.
    is_pressed : True after a call of `play`, which retries a failed source.
    source : what the open camera is to become without being opened again, or None.
    """

    is_playing: bool = True
    speed: float = 1.0
    is_looping: bool = False
    steps: int = 0
    seek_to: int | None = None
    is_pressed: bool = False
    source: Source | None = None
